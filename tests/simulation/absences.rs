//! When nobody could play: what the simulation knows of it, apart from what the hosts make of it.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::time::Instant;

/// Whoever says it is a second less has not lost it: an answer at the last moment is taken.
const SHRUG: Duration = Duration::from_secs(1);

/// Clones share it. Kept for one host only: with two it depends on who asks which.
#[derive(Clone)]
pub struct Absences(Arc<Mutex<Known>>);

struct Known {
    began: Instant,
    /// How far the host's clock is ahead of the truth.
    skew: TimeDelta,
    /// What is shorter may go unnoticed: the host's words come no more often. None where there are two hosts.
    noticed_after: Option<Duration>,
    /// Away from, until.
    host: Vec<(Instant, Instant)>,
    database: Vec<(Instant, Instant)>,
    stopped_at: Option<Instant>,
}

/// What the clocks on the walls show as the simulation begins.
pub fn opening() -> DateTime<Utc> {
    DateTime::from_timestamp(1_775_066_400, 0).expect("a time in 2026")
}

impl Absences {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Known {
            began: Instant::now(),
            skew: TimeDelta::zero(),
            noticed_after: None,
            host: Vec::new(),
            database: Vec::new(),
            stopped_at: None,
        })))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().expect("nobody panics while holding it")
    }

    /// The database's own clock.
    pub fn now(&self) -> DateTime<Utc> {
        opening() + self.known().began.elapsed()
    }

    /// There is one host, with a clock of its own, that gives word at least so often.
    pub fn watch(&self, skew: TimeDelta, noticed_after: Duration) {
        let mut known = self.known();
        (known.skew, known.noticed_after) = (skew, Some(noticed_after));
    }

    /// The host is gone.
    pub fn gone(&self) {
        self.known().stopped_at.get_or_insert_with(Instant::now);
    }

    /// It is there again.
    pub fn back(&self) {
        let mut known = self.known();
        if let Some(from) = known.stopped_at.take() {
            known.host.push((from, Instant::now()));
        }
    }

    /// It is stopped in mid-breath.
    pub fn frozen(&self, for_: Duration) {
        self.known().host.push((Instant::now(), Instant::now() + for_));
    }

    pub fn database_away(&self, for_: Duration) {
        self.known().database.push((Instant::now(), Instant::now() + for_));
    }

    /// The database is there from now on.
    pub fn database_back(&self) {
        let now = Instant::now();
        self.known().database.iter_mut().for_each(|(_, until)| *until = (*until).min(now));
    }

    /// Whether a side that was asked in an entry recorded at `asked` had its time when the default was taken in one
    /// recorded at `taken`.
    pub fn had(&self, seconds: u32, asked: DateTime<Utc>, taken: DateTime<Utc>) -> Result<(), String> {
        let known = self.known();
        let Some(noticed_after) = known.noticed_after else { return Ok(()) };
        let instant = |recorded: DateTime<Utc>| {
            known.began + (recorded - opening() - known.skew).to_std().unwrap_or_default()
        };
        let (from, until) = (instant(asked), instant(taken));
        let away = known.away(from, until, noticed_after);
        // Nor what the clocks of host and database disagree by.
        let left =
            (until - from).saturating_sub(away) + SHRUG + known.skew.abs().to_std().unwrap_or_default();
        if left >= Duration::from_secs(seconds.into()) {
            return Ok(());
        }
        let (all, away) = ((until - from).as_secs_f64(), away.as_secs_f64());
        Err(format!(
            "{seconds} s were due; the default was taken after {all:.3} s, {away:.3} s of them nobody could play"
        ))
    }
}

impl Known {
    /// For how long nobody could play, as far as it must have been noticed.
    fn away(&self, from: Instant, until: Instant, noticed_after: Duration) -> Duration {
        let mut spans: Vec<_> = self.host.iter().chain(&self.database).copied().collect();
        spans.sort_unstable();
        let mut whole: Vec<(Instant, Instant)> = Vec::new();
        for (begins, ends) in spans {
            match whole.last_mut() {
                Some((_, last)) if begins <= *last => *last = (*last).max(ends),
                _ => whole.push((begins, ends)),
            }
        }
        let noticed = whole.iter().filter(|(begins, ends)| *ends - *begins > noticed_after);
        let within =
            noticed.map(|(begins, ends)| (*ends).min(until).saturating_duration_since((*begins).max(from)));
        within.sum()
    }
}
