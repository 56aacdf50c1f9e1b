//! Baseball. Pure functions of (state, command, dice): no async, no I/O, no clock, no randomness of its own.

pub mod card;
pub mod command;
pub mod decision;
pub mod dice;
pub mod event;
pub mod lineup;
pub mod outcome;
pub mod record;
pub mod rejection;
pub mod resolution;
pub mod scoring;
pub mod state;
pub mod vocabulary;
