//! What every game of one host shares.

use super::Announced;
use super::chance::Chance;
use super::claims::Claims;
use super::clock::Clock;
use super::faults::Faults;
use super::lease::Lease;
use super::persistence::PersistenceHandle;
use super::record::Record;
use crate::config::HostSettings;
use crate::id::HostId;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What every game of one host shares.
#[derive(Debug)]
pub struct Shared {
    /// This run of the host, as the games it owns name it.
    pub host_id: HostId,
    /// What it tells other hosts of itself.
    pub announced: Announced,
    /// Until when its games are certainly its own.
    pub lease: Lease,
    /// It is about to stop, and says so.
    pub leaving: AtomicBool,
    /// Where games are claimed and read.
    pub claims: Claims,
    /// For reading. Only the persistence actor writes to games.
    pub store: Arc<dyn Record>,
    /// The writer.
    pub persistence: PersistenceHandle,
    /// Pauses, bounds and windows.
    pub settings: HostSettings,
    /// The time.
    pub clock: Clock,
    /// Where ids and dice seeds come from.
    pub chance: Chance,
    /// Failures that a test injects.
    pub faults: Faults,
}
