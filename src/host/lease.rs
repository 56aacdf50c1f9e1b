//! The host's lease: until when its games are certainly its own. The database refuses the writes of a host that has
//! lost a game without knowing it; the lease keeps such a host from showing what it remembers, too.

use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// Until when other hosts leave this host's games alone; clones share it.
#[derive(Clone, Debug)]
pub struct Lease(watch::Sender<Term>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Term {
    /// None: for ever, there are no other hosts.
    until: Option<Instant>,
    /// Whether the database answered last time.
    is_reachable: bool,
}

impl Term {
    fn is_held(self) -> bool {
        self.until.is_none_or(|until| Instant::now() < until)
    }
}

impl Lease {
    /// A lease that ends at `until`.
    #[must_use]
    pub fn until(until: Instant) -> Self {
        Self(watch::Sender::new(Term { until: Some(until), is_reachable: true }))
    }

    /// The database has confirmed it: it ends at `until`, never where that is none.
    pub fn confirm(&self, until: Option<Instant>) {
        self.0.send_replace(Term { until, is_reachable: true });
    }

    /// The database could not be asked; the lease goes on until its end.
    pub fn unconfirmed(&self) {
        self.0.send_modify(|term| term.is_reachable = false);
    }

    /// Whether the host's games are certainly its own.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.0.borrow().is_held()
    }

    /// Waits, at most for `patience`, until the lease is held. False when the database cannot be asked: nobody knows.
    pub async fn held(&self, patience: Duration) -> bool {
        let mut term = self.0.subscribe();
        let settled = timeout(patience, term.wait_for(|term| term.is_held() || !term.is_reachable)).await;
        matches!(settled, Ok(Ok(_))) && self.is_held()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long enough for a slow machine; no test waits for it.
    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(10);

    #[tokio::test]
    async fn a_lease_ends_and_is_waited_for() {
        let lease = Lease::until(Instant::now() + LONG);
        assert!(lease.is_held() && lease.held(LONG).await);
        lease.confirm(Some(Instant::now()));
        assert!(!lease.is_held());
        assert!(!lease.held(SHORT).await, "nobody confirms it");

        let confirming = lease.clone();
        let (held, ()) = tokio::join!(lease.held(LONG), async {
            tokio::time::sleep(SHORT).await;
            confirming.confirm(Some(Instant::now() + LONG));
        });
        assert!(held);
        lease.confirm(None);
        assert!(lease.is_held(), "where there are no other hosts it never ends");
    }

    #[tokio::test]
    async fn while_the_database_is_away_nobody_waits() {
        let lease = Lease::until(Instant::now() + SHORT);
        lease.unconfirmed();
        tokio::time::sleep(SHORT * 2).await;
        let began = Instant::now();
        assert!(!lease.held(LONG).await);
        assert!(began.elapsed() < LONG);
    }
}
