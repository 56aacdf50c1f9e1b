//! The host in this process, without sockets: what the actors promise when something fails.

mod isolation;
mod poisoned;
mod quarantine;
mod rollback;
mod seats;
pub mod support;
mod trap;
mod writer;
