//! When hosts were there, and for how long a game could not be played. Pure: the times are the database's.

use chrono::{DateTime, Utc};
use std::time::Duration;

/// A host was there all the time from its first word to its last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Uptime {
    /// Its first word.
    pub from: DateTime<Utc>,
    /// Its last word without a break.
    pub until: DateTime<Utc>,
}

/// For how long none of the hosts was there, from `since` to `now`. They are those that could have played the game, in
/// the order in which they came. That the last one has given no word for up to `lull` is nothing: its next word is
/// not due. Where it is not known that anybody was there, nobody was.
#[must_use]
pub fn unserved(hosts: &[Uptime], since: DateTime<Utc>, now: DateTime<Utc>, lull: Duration) -> Duration {
    let lasted = |from: DateTime<Utc>, until: DateTime<Utc>| (until - from).to_std().unwrap_or_default();
    let mut served_until = since;
    let mut gone = Duration::ZERO;
    for uptime in hosts {
        gone += lasted(served_until, uptime.from);
        served_until = served_until.max(uptime.until);
    }
    let silent = lasted(served_until, now);
    if hosts.is_empty() || silent > lull { gone + silent } else { gone }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_775_000_000 + second, 0).expect("a time in 2026")
    }

    fn up(from: i64, until: i64) -> Uptime {
        Uptime { from: at(from), until: at(until) }
    }

    #[test]
    fn what_lies_between_the_words_of_hosts_was_not_served() {
        let seconds = |hosts: &[Uptime], now: i64, lull: u64| {
            unserved(hosts, at(100), at(now), Duration::from_secs(lull)).as_secs()
        };
        assert_eq!(seconds(&[up(0, 200)], 201, 2), 0, "there all the while");
        assert_eq!(seconds(&[up(0, 150)], 152, 2), 0, "its next word is not due");
        assert_eq!(seconds(&[up(0, 150)], 153, 2), 3, "it is overdue");
        assert_eq!(seconds(&[up(0, 150)], 152, 0), 2, "it is known to have ended");
        assert_eq!(seconds(&[up(0, 110), up(130, 200)], 200, 2), 20, "between two runs");
        assert_eq!(seconds(&[up(0, 180), up(10, 120), up(150, 200)], 200, 2), 0, "another one was there");
        assert_eq!(seconds(&[up(0, 20), up(105, 200)], 200, 2), 5, "gone as the clock began");
        assert_eq!(seconds(&[], 160, 300), 60, "nobody knows of anybody");
        assert_eq!(seconds(&[up(0, 200)], 90, 0), 0, "clocks that disagree charge nobody");
    }
}
