//! The outside: HTTP and WebSocket on one port.
//!
//! Everything that comes in is hostile until it is parsed, and bounded before that. What a game does with a command
//! is not known here: the gateway carries it to the host and the answer back.

pub mod limits;
pub mod token;
