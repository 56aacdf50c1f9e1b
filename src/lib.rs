//! dugout hosts live games of dice-and-card baseball.

pub mod id;
pub mod league;
pub mod protocol;
pub mod rules;
