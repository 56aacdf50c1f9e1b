//! dugout hosts live games of dice-and-card baseball.

pub mod config;
pub mod id;
pub mod league;
pub mod protocol;
pub mod rules;
pub mod store;
