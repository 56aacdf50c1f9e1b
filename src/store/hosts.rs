//! The hosts of one database, and who owns a game. Pure: times are differences that the database has measured
//! by its own clock.

use crate::id::{GameId, HostId, InstallationId};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// What a host says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostCard {
    /// This run of the host.
    pub host_id: HostId,
    /// The data directory it runs on.
    pub installation: InstallationId,
    /// Where clients reach it; none where nobody told it.
    pub public_url: Option<String>,
    /// After how long without a word of it others may take its games.
    pub lease: Duration,
    /// Within this time its next word is due. A silence that is longer is time in which it was not there.
    pub lull: Duration,
    /// It is about to stop.
    pub draining: bool,
}

/// What the database says of a host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostSeen {
    /// Where it is.
    pub address: HostAddress,
    /// How long ago it last gave word.
    pub silent: Duration,
    /// How long it may be silent.
    pub lease: Duration,
    /// It is about to stop.
    pub draining: bool,
}

/// Where clients find a host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HostAddress {
    /// The host.
    pub host_id: HostId,
    /// The beginning of its URLs, as `https://a.league.example`; none where nobody told it.
    pub public_url: Option<String>,
}

/// The answer to a host's word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beat {
    /// How long the host had been silent before; none where the database did not know it any more.
    pub was_silent: Option<Duration>,
    /// All hosts, this one included.
    pub hosts: Vec<HostSeen>,
    /// Whether there can be other hosts at all.
    pub is_shared: bool,
}

/// Why a game may be taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Vacancy {
    /// Its owner gave it up, or it never had one.
    GivenUp,
    /// Its owner has ended.
    Gone,
    /// Its owner is about to stop.
    Draining,
    /// Its owner has been silent for longer than its lease.
    Silent,
}

impl Vacancy {
    /// The word for metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GivenUp => "given_up",
            Self::Gone => "gone",
            Self::Draining => "draining",
            Self::Silent => "silent",
        }
    }
}

/// How a host stands to a game.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It owns the game.
    Own,
    /// It may take the game.
    Free(Vacancy),
    /// Another host that lives owns the game.
    Elsewhere(HostAddress),
}

impl HostSeen {
    /// The one host of a database that nobody else can use.
    #[must_use]
    pub fn alone(card: HostCard) -> Self {
        let HostCard { host_id, public_url, lease, draining, .. } = card;
        Self { address: HostAddress { host_id, public_url }, silent: Duration::ZERO, lease, draining }
    }

    /// Why others may take this host's games; none while they may not.
    #[must_use]
    pub fn vacancy(&self) -> Option<Vacancy> {
        if self.draining {
            return Some(Vacancy::Draining);
        }
        (self.silent > self.lease).then_some(Vacancy::Silent)
    }
}

/// How the host `asks` stands to a game: `owner` is the game's, `seen` what the database says of that host.
#[must_use]
pub fn standing(asks: HostId, owner: Option<HostId>, seen: Option<&HostSeen>) -> Standing {
    let Some(owner) = owner else { return Standing::Free(Vacancy::GivenUp) };
    if owner == asks {
        return Standing::Own;
    }
    let Some(seen) = seen else { return Standing::Free(Vacancy::Gone) };
    match seen.vacancy() {
        Some(vacancy) => Standing::Free(vacancy),
        None => Standing::Elsewhere(seen.address.clone()),
    }
}

/// The hosts among which the games of a dead one are shared out.
#[must_use]
pub fn living(hosts: &[HostSeen]) -> Vec<HostId> {
    hosts.iter().filter(|host| host.vacancy().is_none()).map(|host| host.address.host_id).collect()
}

/// Which of `hosts` is the first to take a game that has lost its owner: every host that knows the same hosts comes
/// to the same answer, each gets about the same share, and when one is gone only its share is dealt anew.
#[must_use]
pub fn heir(game_id: GameId, hosts: &[HostId]) -> Option<HostId> {
    let rank = |host: &HostId| {
        let digest = Sha256::new().chain_update(game_id.0.as_bytes()).chain_update(host.0.as_bytes());
        <[u8; 32]>::from(digest.finalize())
    };
    hosts.iter().max_by_key(|host| rank(host)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(host_id: HostId, silent_ms: u64) -> HostSeen {
        HostSeen {
            address: HostAddress { host_id, public_url: Some("http://a.example".into()) },
            silent: Duration::from_millis(silent_ms),
            lease: Duration::from_millis(5_000),
            draining: false,
        }
    }

    #[test]
    fn a_game_is_its_living_owners_and_nobody_elses() {
        let (me, other) = (HostId::generate(), HostId::generate());
        let free = |vacancy| Standing::Free(vacancy);
        assert_eq!(standing(me, None, None), free(Vacancy::GivenUp));
        assert_eq!(standing(me, Some(me), None), Standing::Own, "even if the hosts have forgotten me");
        assert_eq!(standing(me, Some(me), Some(&seen(me, 60_000))), Standing::Own);
        assert_eq!(standing(me, Some(other), None), free(Vacancy::Gone));
        let living = seen(other, 5_000);
        assert_eq!(standing(me, Some(other), Some(&living)), Standing::Elsewhere(living.address.clone()));
        assert_eq!(standing(me, Some(other), Some(&seen(other, 5_001))), free(Vacancy::Silent));
        let draining = HostSeen { draining: true, ..living };
        assert_eq!(standing(me, Some(other), Some(&draining)), free(Vacancy::Draining));
    }

    #[test]
    fn only_hosts_that_live_and_stay_are_heirs() {
        let [a, b, c] = [1, 2, 3].map(|_| HostId::generate());
        let hosts = [seen(a, 0), seen(b, 9_000), HostSeen { draining: true, ..seen(c, 0) }];
        assert_eq!(living(&hosts), [a]);
        assert_eq!(heir(GameId::generate(), &[]), None);
    }

    #[test]
    fn heirs_share_alike_and_agree_and_keep_their_share() {
        const GAMES: usize = 3_000;
        let hosts: Vec<HostId> = (0..4).map(|_| HostId::generate()).collect();
        let reversed: Vec<HostId> = hosts.iter().rev().copied().collect();
        let games: Vec<GameId> = (0..GAMES).map(|_| GameId::generate()).collect();
        for host in &hosts {
            let share = games.iter().filter(|game| heir(**game, &hosts) == Some(*host)).count();
            assert!((GAMES / 5..GAMES / 3).contains(&share), "{share} of {GAMES} among four");
        }
        for game in &games {
            let first = heir(*game, &hosts);
            assert_eq!(first, heir(*game, &reversed));
            if first != Some(hosts[0]) {
                assert_eq!(first, heir(*game, &hosts[1..]), "nobody loses his share to a host that goes");
            }
        }
    }
}
