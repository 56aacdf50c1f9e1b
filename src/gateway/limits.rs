//! Bounds on who may come in, and how fast. Nothing here waits: over the bound, the answer is no.

use crate::config::GatewaySettings;
use crate::id::UserId;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Networks or users that a rate remembers at once; beyond it only those that were busy lately are.
const REMEMBERED_MAX: usize = 100_000;

/// How often something may happen: so many a second in the long run, so many at once after a pause.
fn per_second(count: u32, burst: u32) -> Quota {
    Quota::per_second(at_least_one(count)).allow_burst(at_least_one(burst))
}

/// The same, so many a minute.
fn per_minute(count: u32, burst: u32) -> Quota {
    Quota::per_minute(at_least_one(count)).allow_burst(at_least_one(burst))
}

fn at_least_one(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)
}

/// How fast one connection may send frames.
pub struct FrameRate(DefaultDirectRateLimiter);

impl FrameRate {
    /// A rate as the settings have it.
    #[must_use]
    pub fn new(settings: &GatewaySettings) -> Self {
        Self(RateLimiter::direct(per_second(settings.frames_per_second, settings.frames_burst)))
    }

    /// Whether one more frame is within the rate.
    #[must_use]
    pub fn allows(&self) -> bool {
        self.0.check().is_ok()
    }
}

/// How often each of many may do something.
pub struct Rate<K: Clone + Eq + Hash>(DefaultKeyedRateLimiter<K>);

impl<K: Clone + Eq + Hash> Rate<K> {
    /// Whether `who` may do it once more now.
    ///
    /// # Errors
    /// He may not: how long to wait.
    pub fn check(&self, who: &K) -> Result<(), Duration> {
        if self.0.len() > REMEMBERED_MAX {
            self.0.retain_recent();
            self.0.shrink_to_fit();
        }
        let refused = self.0.check_key(who).err();
        refused.map_or(Ok(()), |not_until| Err(not_until.wait_time_from(DefaultClock::default().now())))
    }
}

/// What addresses and users may do how often.
pub struct Rates {
    /// HTTP requests of one network.
    pub requests: Rate<Network>,
    /// Guests' tokens for one network.
    pub guest_tokens: Rate<Network>,
    /// New games of one user.
    pub new_games: Rate<UserId>,
}

impl Rates {
    /// Rates as the settings have them.
    #[must_use]
    pub fn new(settings: &GatewaySettings) -> Self {
        let GatewaySettings { requests_per_second, requests_burst, .. } = *settings;
        let GatewaySettings { guest_tokens_per_minute, guest_tokens_burst, .. } = *settings;
        let GatewaySettings { new_games_per_minute, new_games_burst, .. } = *settings;
        Self {
            requests: Rate(RateLimiter::keyed(per_second(requests_per_second, requests_burst))),
            guest_tokens: Rate(RateLimiter::keyed(per_minute(guest_tokens_per_minute, guest_tokens_burst))),
            new_games: Rate(RateLimiter::keyed(per_minute(new_games_per_minute, new_games_burst))),
        }
    }
}

/// Whom an address counts for: of IPv6 the /64 network, all of whose addresses one client may use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Network(IpAddr);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(IpAddr::V4(address)),
            IpAddr::V6(address) => {
                let mut octets = address.octets();
                octets[8..].fill(0);
                Self(IpAddr::V6(octets.into()))
            }
        }
    }
}

/// The open TCP connections of each network.
#[derive(Clone)]
pub struct NetworkConnections {
    max: usize,
    open: Arc<Mutex<HashMap<Network, usize>>>,
}

/// An open TCP connection; gives its place back when dropped.
pub struct NetworkPermit {
    connections: NetworkConnections,
    network: Network,
}

impl NetworkConnections {
    /// None yet, with the bound of the settings.
    #[must_use]
    pub fn new(settings: &GatewaySettings) -> Self {
        Self { max: settings.connections_per_address_max, open: Arc::default() }
    }

    /// A place for one more connection of this network, if there is one.
    #[must_use]
    pub fn open(&self, network: Network) -> Option<NetworkPermit> {
        let mut counts = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let open = counts.entry(network).or_default();
        if *open >= self.max {
            return None;
        }
        *open += 1;
        drop(counts);
        Some(NetworkPermit { connections: self.clone(), network })
    }
}

impl Drop for NetworkPermit {
    fn drop(&mut self) {
        let mut counts = self.connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = counts.get_mut(&self.network) {
            *open -= 1;
            if *open == 0 {
                counts.remove(&self.network);
            }
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
        let rate = Rates::new(&settings).requests;
        let (here, neighbour, elsewhere) =
            (network("2001:db8::1"), network("2001:db8::2"), network("192.0.2.1"));
        assert!(rate.check(&here).is_ok() && rate.check(&neighbour).is_ok());
        let wait = rate.check(&here).expect_err("the third at once");
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1));
        assert!(rate.check(&elsewhere).is_ok());
    }

    fn network(address: &str) -> Network {
        address.parse::<IpAddr>().expect("an address").into()
    }

    #[test]
    fn a_network_has_as_many_connections_as_it_may() {
        let settings = GatewaySettings { connections_per_address_max: 2, ..GatewaySettings::default() };
        let connections = NetworkConnections::new(&settings);
        let (here, elsewhere) = (network("2001:db8::1"), network("192.0.2.1"));
        let first = connections.open(here).expect("a place");
        let second = connections.open(network("2001:db8::9")).expect("a place");
        assert!(connections.open(here).is_none());
        let other = connections.open(elsewhere).expect("another network");
        drop(first);
        let again = connections.open(here).expect("a place");
        drop((second, other, again));
        assert!(connections.open.lock().expect("no panic").is_empty(), "nobody is remembered");
    }
}
