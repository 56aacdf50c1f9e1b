//! Bounds on who may come in, and how fast. Nothing here waits: over the bound, the answer is no.

use crate::config::GatewaySettings;
use crate::id::UserId;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Addresses that are remembered at once; beyond it only those that were busy lately are.
const ADDRESSES_MAX: usize = 100_000;

/// How often something may happen: so many a second in the long run, so many at once after a pause.
fn quota(per_second: u32, burst: u32) -> Quota {
    let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst))
}

/// How fast one connection may send frames.
pub struct FrameRate(DefaultDirectRateLimiter);

impl FrameRate {
    /// A rate as the settings have it.
    #[must_use]
    pub fn new(settings: &GatewaySettings) -> Self {
        Self(RateLimiter::direct(quota(settings.frames_per_second, settings.frames_burst)))
    }

    /// Whether one more frame is within the rate.
    #[must_use]
    pub fn allows(&self) -> bool {
        self.0.check().is_ok()
    }
}

/// How fast one address may send HTTP requests.
pub struct RequestRate(DefaultKeyedRateLimiter<IpAddr>);

impl RequestRate {
    /// A rate as the settings have it.
    #[must_use]
    pub fn new(settings: &GatewaySettings) -> Self {
        Self(RateLimiter::keyed(quota(settings.requests_per_second, settings.requests_burst)))
    }

    /// Whether one more request from `address` is within the rate.
    ///
    /// # Errors
    /// It is not: how long to wait.
    pub fn check(&self, address: IpAddr) -> Result<(), Duration> {
        if self.0.len() > ADDRESSES_MAX {
            self.0.retain_recent();
            self.0.shrink_to_fit();
        }
        let refused = self.0.check_key(&network_of(address)).err();
        refused.map_or(Ok(()), |not_until| Err(not_until.wait_time_from(DefaultClock::default().now())))
    }
}

/// Whom an address counts for: of IPv6 the /64 network, all of whose addresses one client may use.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[8..].fill(0);
            IpAddr::V6(octets.into())
        }
    }
}

/// The open connections: of everybody, and of each user.
#[derive(Clone)]
pub struct Connections(Arc<Mutex<Counts>>);

struct Counts {
    connections_max: usize,
    per_user_max: usize,
    open: usize,
    by_user: HashMap<UserId, usize>,
}

/// An open connection; gives its place back when dropped.
pub struct ConnectionPermit {
    connections: Connections,
    user: Option<UserId>,
}

impl Connections {
    /// None yet, with the bounds of the settings.
    #[must_use]
    pub fn new(settings: &GatewaySettings) -> Self {
        let (connections_max, per_user_max) = (settings.connections_max, settings.connections_per_user_max);
        Self(Arc::new(Mutex::new(Counts { connections_max, per_user_max, open: 0, by_user: HashMap::new() })))
    }

    /// A place for one more connection, if there is one.
    #[must_use]
    pub fn open(&self) -> Option<ConnectionPermit> {
        let mut counts = self.counts();
        if counts.open >= counts.connections_max {
            return None;
        }
        counts.open += 1;
        Some(ConnectionPermit { connections: self.clone(), user: None })
    }

    /// How many are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.counts().open
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, Counts> {
        // Nothing in here panics while it holds the lock, and counts are never half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConnectionPermit {
    /// Counts the connection for its user; false when he has too many. A permit is counted for one user only.
    #[must_use]
    pub fn count_for(&mut self, user: UserId) -> bool {
        let mut counts = self.connections.counts();
        let max = counts.per_user_max;
        let mine = counts.by_user.entry(user).or_default();
        if *mine >= max || self.user.is_some() {
            return false;
        }
        *mine += 1;
        drop(counts);
        self.user = Some(user);
        true
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut counts = self.connections.counts();
        counts.open -= 1;
        if let Some(user) = self.user
            && let Some(mine) = counts.by_user.get_mut(&user)
        {
            *mine -= 1;
            if *mine == 0 {
                counts.by_user.remove(&user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_counted_and_given_back() {
        let settings =
            GatewaySettings { connections_max: 3, connections_per_user_max: 1, ..GatewaySettings::default() };
        let connections = Connections::new(&settings);
        let (ann, bob) = (UserId::generate(), UserId::generate());
        let mut first = connections.open().expect("a place");
        assert!(first.count_for(ann));
        let mut second = connections.open().expect("a place");
        assert!(!second.count_for(ann), "Ann has one");
        assert!(second.count_for(bob));
        let third = connections.open().expect("a place");
        assert!(connections.open().is_none());
        drop((first, third));
        assert_eq!(connections.count(), 1);
        let mut again = connections.open().expect("a place");
        assert!(again.count_for(ann));
        drop((second, again));
        assert!(connections.counts().by_user.is_empty(), "nobody is remembered");
    }

    #[test]
    fn an_address_that_asks_too_fast_has_to_wait() {
        let settings =
            GatewaySettings { requests_per_second: 1, requests_burst: 2, ..GatewaySettings::default() };
        let rate = RequestRate::new(&settings);
        let here = "2001:db8::1".parse().expect("an address");
        let neighbour = "2001:db8::2".parse().expect("an address");
        let elsewhere = "192.0.2.1".parse().expect("an address");
        assert!(rate.check(here).is_ok() && rate.check(neighbour).is_ok());
        let wait = rate.check(here).expect_err("the third at once");
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1));
        assert!(rate.check(elsewhere).is_ok());
    }
}
