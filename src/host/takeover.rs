//! Which games without an owner a host takes up by itself. Pure.

use crate::id::{GameId, HostId};
use crate::store::hosts::{HostSeen, heir, living};
use std::collections::HashSet;

/// What becomes of games without an owner.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Share {
    /// To be taken up now.
    pub take: Vec<GameId>,
    /// Left to the hosts that come first.
    pub leave: HashSet<GameId>,
}

/// The hosts whose games are left alone. A host that was cut off itself until a moment ago does not judge who is
/// silent: the others may have been cut off with it, and need a moment to give word.
pub fn spared(hosts: &[HostSeen], judges: bool) -> Vec<HostId> {
    if judges {
        return living(hosts);
    }
    let stays = hosts.iter().filter(|host| !host.draining);
    stays.map(|host| host.address.host_id).collect()
}

/// What `host_id` takes of `orphans`, at most `max`: those that it is the heir of, and those that their heirs had been
/// left before.
pub fn share(
    host_id: HostId,
    hosts: &[HostSeen],
    orphans: &[GameId],
    left_before: &HashSet<GameId>,
    max: usize,
) -> Share {
    let heirs = living(hosts);
    let mut share = Share::default();
    for game_id in orphans {
        let is_mine = heir(*game_id, &heirs) == Some(host_id) || left_before.contains(game_id);
        if is_mine && share.take.len() < max {
            share.take.push(*game_id);
        } else if !is_mine {
            share.leave.insert(*game_id);
        }
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::hosts::HostAddress;
    use std::time::Duration;

    fn seen(host_id: HostId, silent_s: u64, draining: bool) -> HostSeen {
        HostSeen {
            address: HostAddress { host_id, public_url: None },
            silent: Duration::from_secs(silent_s),
            lease: Duration::from_secs(5),
            draining,
        }
    }

    #[test]
    fn survivors_share_the_games_and_none_is_left_over() {
        let [a, b, dead] = [1, 2, 3].map(|_| HostId::generate());
        let hosts = [seen(a, 0, false), seen(b, 1, false), seen(dead, 6, false)];
        let orphans: Vec<GameId> = (0..200).map(|_| GameId::generate()).collect();
        let of = |host| share(host, &hosts, &orphans, &HashSet::new(), 1_000);
        let (of_a, of_b) = (of(a), of(b));
        assert_eq!(of_a.take.len() + of_b.take.len(), orphans.len());
        assert!(of_a.take.iter().all(|game| of_b.leave.contains(game)), "nobody takes what the other takes");
        assert!(of_a.take.len() > 50 && of_b.take.len() > 50);

        let second = share(a, &hosts, &orphans, &of_a.leave, 1_000);
        assert_eq!(second.take.len(), orphans.len(), "what its heir does not take is anybody's");
    }

    #[test]
    fn a_host_takes_no_more_at_a_time_than_it_may() {
        let me = HostId::generate();
        let orphans: Vec<GameId> = (0..10).map(|_| GameId::generate()).collect();
        let share = share(me, &[seen(me, 0, false)], &orphans, &HashSet::new(), 4);
        assert_eq!(share.take, orphans[..4]);
        assert!(share.leave.is_empty(), "the others are its own for the next time");
    }

    #[test]
    fn who_was_cut_off_himself_does_not_judge_who_is_silent() {
        let [me, silent, leaving] = [1, 2, 3].map(|_| HostId::generate());
        let hosts = [seen(me, 0, false), seen(silent, 60, false), seen(leaving, 0, true)];
        assert_eq!(spared(&hosts, true), [me]);
        assert_eq!(spared(&hosts, false), [me, silent]);
    }
}
