//! What the tests of the whole host share: the real process, and clients that know nothing but the protocol.
//!
//! The clients use no type of the crate: they are written against the wire alone, as an outside program would be.

pub mod clock;
pub mod disk;
pub mod follow;
pub mod http;
pub mod journal;
pub mod manager;
pub mod play;
pub mod postgres;
pub mod proxy;
pub mod raw;
pub mod server;
pub mod token;

use std::time::Duration;

/// How long anything that should happen may take before a test gives up. Generous: the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(60);
