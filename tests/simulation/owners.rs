//! The hosts' table of the simulated database, and who may take whose games: the real store's verdicts on
//! simulated time.

use super::absences::Absences;
use chrono::{DateTime, Utc};
use dugout::id::HostId;
use dugout::store::hosts::{Beat, HostAddress, HostCard, HostSeen, Standing, Vacancy, standing};
use dugout::store::uptime::{Uptime, unserved};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::time::Instant;

/// Whether a lease keeps others from a host's games.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leases {
    Kept,
    /// Whoever asks for a game gets it, as if its owner had been silent for too long: hosts take games from each other
    /// all the time, and nothing but the terms of ownership keeps them apart.
    Ignored,
}

struct Row {
    card: HostCard,
    said_at: Instant,
}

impl Row {
    fn seen(&self) -> HostSeen {
        let HostCard { host_id, public_url, lease, draining, .. } = self.card.clone();
        let address = HostAddress { host_id, public_url };
        HostSeen { address, silent: self.said_at.elapsed(), lease, draining }
    }
}

/// Clones share it.
#[derive(Clone)]
pub struct HostTable {
    rows: Arc<Mutex<BTreeMap<HostId, Row>>>,
    /// When each host was there, in the order in which they came.
    uptimes: Arc<Mutex<Vec<(HostId, Uptime)>>>,
    absences: Absences,
    leases: Leases,
}

impl HostTable {
    pub fn new(leases: Leases, absences: Absences) -> Self {
        Self { rows: Arc::default(), uptimes: Arc::default(), absences, leases }
    }

    /// A host is there, as the real store keeps it.
    fn attend(&self, host_id: HostId, lull: Duration) {
        let now = self.absences.now();
        let mut uptimes = self.uptimes.lock().expect("nobody panics while holding it");
        let newest = uptimes.iter_mut().rev().find(|(host, _)| *host == host_id);
        match newest.filter(|(_, uptime)| (now - uptime.until).to_std().unwrap_or_default() <= lull) {
            Some((_, uptime)) => uptime.until = now,
            None => uptimes.push((host_id, Uptime { from: now, until: now })),
        }
    }

    /// For how long a game could not be played, from `since` to now, when it was `owner`'s and `asks` wants to know.
    pub fn unserved(&self, owner: Option<HostId>, asks: HostId, since: DateTime<Utc>) -> Duration {
        let uptimes = self.uptimes.lock().expect("nobody panics while holding it");
        let those = uptimes
            .iter()
            .filter(|(host, uptime)| uptime.until >= since && owner.is_none_or(|owner| owner == *host));
        let those: Vec<Uptime> = those.map(|(_, uptime)| *uptime).collect();
        let lives = owner.is_none_or(|owner| owner == asks);
        let lull = self.rows().get(&asks).filter(|_| lives).map(|row| row.card.lull).unwrap_or_default();
        unserved(&those, since, self.absences.now(), lull)
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<HostId, Row>> {
        self.rows.lock().expect("nobody panics while holding it")
    }

    /// A host begins: those that ran on its data directory before it have ended.
    pub fn enter(&self, card: HostCard) {
        let mut rows = self.rows();
        rows.retain(|_, row| row.card.installation != card.installation);
        self.attend(card.host_id, card.lull);
        rows.insert(card.host_id, Row { card, said_at: Instant::now() });
    }

    /// A host gives word.
    pub fn beat(&self, card: HostCard) -> Beat {
        let mut rows = self.rows();
        let was_silent = rows.get(&card.host_id).map(|row| row.said_at.elapsed());
        self.attend(card.host_id, card.lull);
        rows.insert(card.host_id, Row { card, said_at: Instant::now() });
        Beat { was_silent, hosts: rows.values().map(Row::seen).collect(), is_shared: true }
    }

    /// A host ends.
    pub fn leave(&self, host_id: HostId) {
        if let Some(row) = self.rows().remove(&host_id) {
            self.attend(host_id, row.card.lull);
        }
    }

    /// How the host `asks` stands to a game of `owner`.
    pub fn standing(&self, asks: HostId, owner: Option<HostId>) -> Standing {
        let seen = owner.and_then(|owner| self.rows().get(&owner).map(Row::seen));
        match (self.leases, standing(asks, owner, seen.as_ref())) {
            (Leases::Ignored, Standing::Elsewhere(_)) => Standing::Free(Vacancy::Silent),
            (_, standing) => standing,
        }
    }
}
