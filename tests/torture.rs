//! Violence against the real program: whatever dies, nothing that was shown is lost and nothing happens twice.

mod campaign;
mod checker;
mod client;
mod moves;
mod outage;
mod record;
mod scene;
mod tables;
mod violence;
