//! dugout hosts live games of dice-and-card baseball.

pub mod cli;
pub mod config;
pub mod fairness;
pub mod gateway;
pub mod id;
pub mod league;
pub mod protocol;
pub mod rules;
pub mod store;
