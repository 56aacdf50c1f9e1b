//! Several hosts on one PostgreSQL: one owner a game, and another one soon when it is gone.

mod clocks;
mod operators;
mod replacing;
mod returning;
mod rolling;
pub mod support;
mod terminal;
