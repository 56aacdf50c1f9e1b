//! The terminal client: typed at through a real pseudo-terminal, and run from scripts.

mod help;
mod pty;
mod scripts;
mod seats;
mod typed;
