//! What every game of one host shares.

use super::chance::Chance;
use super::clock::Clock;
use super::faults::Faults;
use super::persistence::PersistenceHandle;
use super::record::Record;
use crate::config::HostSettings;
use crate::id::HostId;
use std::sync::Arc;

/// What every game of one host shares.
#[derive(Debug)]
pub struct Shared {
    /// This run of the host, as the games it owns name it.
    pub host_id: HostId,
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
