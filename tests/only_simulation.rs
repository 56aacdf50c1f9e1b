//! Temporary.
mod simulation;
