//! The hosts' table of the simulated database, and who may take whose games: the real store's verdicts on
//! simulated time.

use dugout::id::HostId;
use dugout::store::hosts::{Beat, HostAddress, HostCard, HostSeen, Standing, Vacancy, standing};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
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
    leases: Leases,
}

impl HostTable {
    pub fn new(leases: Leases) -> Self {
        Self { rows: Arc::default(), leases }
    }

    fn rows(&self) -> MutexGuard<'_, BTreeMap<HostId, Row>> {
        self.rows.lock().expect("nobody panics while holding it")
    }

    /// A host begins: those that ran on its data directory before it have ended.
    pub fn enter(&self, card: HostCard) {
        let mut rows = self.rows();
        rows.retain(|_, row| row.card.installation != card.installation);
        rows.insert(card.host_id, Row { card, said_at: Instant::now() });
    }

    /// A host gives word.
    pub fn beat(&self, card: HostCard) -> Beat {
        let mut rows = self.rows();
        let was_silent = rows.get(&card.host_id).map(|row| row.said_at.elapsed());
        rows.insert(card.host_id, Row { card, said_at: Instant::now() });
        Beat { was_silent, hosts: rows.values().map(Row::seen).collect(), is_shared: true }
    }

    /// A host ends.
    pub fn leave(&self, host_id: HostId) {
        self.rows().remove(&host_id);
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
