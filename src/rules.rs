//! Baseball. Pure functions of (state, command, moment, dice): no async, no I/O, no clock, no randomness of its own.

pub mod advance;
mod apply;
pub mod bases;
pub mod card;
pub mod charts;
pub mod command;
mod create;
mod decide;
pub mod decision;
mod describe;
pub mod dice;
pub mod event;
mod flow;
pub mod lineup;
pub mod moment;
pub mod outcome;
pub mod pending;
pub mod record;
pub mod rejection;
pub mod resolution;
mod resolve;
pub mod scoring;
pub mod state;
#[cfg(test)]
pub(crate) mod testing;
pub mod text;
pub mod trials;
pub mod vocabulary;
pub mod workload;
pub mod x_check;

pub use create::{check_clock, create};
pub use decide::{decide, decide_rollback, rollback_target, state_after_play};
pub use lineup::ready::owed_substitution;
pub(crate) use resolve::{Situation as PlaySituation, before, pick_off_chance, steal_chance};
