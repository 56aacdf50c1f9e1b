//! dugout hosts live games of dice-and-card baseball.

pub mod fairness;
pub mod id;
pub mod rules;
