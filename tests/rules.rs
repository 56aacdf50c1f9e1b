//! The rules against the specification they were written from, and the dice against chance.

mod dice;
mod tables;
