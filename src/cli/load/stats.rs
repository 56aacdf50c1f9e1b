//! What is counted while it is measured.

use hdrhistogram::Histogram;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest latency that is told apart from longer ones, in microseconds.
const LATENCY_US_MAX: u64 = 600_000_000;
/// Violations that are kept with their words; all are counted.
const VIOLATIONS_KEPT_MAX: usize = 20;

/// What a latency is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Latency {
    /// A decision or roll, from when it was due until its `committed`.
    Committed,
    /// A roll, from when it was due until who rolled saw its entry.
    RollToResult,
    /// A play, from when its first command was due until both managers saw how it ended.
    Play,
}

impl Latency {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 3] = [Self::RollToResult, Self::Committed, Self::Play];
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Committed => "command to committed",
            Self::RollToResult => "roll to result",
            Self::Play => "play, seen by both",
        })
    }
}

/// Counted by all games together. Only what happens between `begin` and `end` counts, but violations always do.
#[derive(Debug)]
pub struct Stats {
    is_measuring: AtomicBool,
    latencies: [Mutex<Histogram<u64>>; 3],
    pub plays: AtomicU64,
    pub commands: AtomicU64,
    pub refused: AtomicU64,
    pub retried: AtomicU64,
    pub games_ended: AtomicU64,
    pub sockets_lost: AtomicU64,
    /// Entries that came in their order, to anybody, also before and after the measurement.
    pub entries_checked: AtomicU64,
    violations_total: AtomicU64,
    violations: Mutex<Vec<String>>,
}

impl Stats {
    pub fn new() -> Self {
        let histogram = || {
            let made = Histogram::new_with_max(LATENCY_US_MAX, 3).expect("three digits are representable");
            Mutex::new(made)
        };
        Self {
            is_measuring: AtomicBool::new(false),
            latencies: [histogram(), histogram(), histogram()],
            plays: AtomicU64::new(0),
            commands: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            retried: AtomicU64::new(0),
            games_ended: AtomicU64::new(0),
            sockets_lost: AtomicU64::new(0),
            entries_checked: AtomicU64::new(0),
            violations_total: AtomicU64::new(0),
            violations: Mutex::new(Vec::new()),
        }
    }

    /// From now on it counts.
    pub fn begin(&self) {
        self.is_measuring.store(true, Ordering::Relaxed);
    }

    /// From now on it does not.
    pub fn end(&self) {
        self.is_measuring.store(false, Ordering::Relaxed);
    }

    /// One more, if it counts.
    pub fn count(&self, counter: &AtomicU64) {
        if self.is_measuring.load(Ordering::Relaxed) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How long something took, if it counts.
    pub fn record(&self, what: Latency, took: Duration) {
        if self.is_measuring.load(Ordering::Relaxed) {
            let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
            self.latency(what).saturating_record(us.max(1));
        }
    }

    /// The latencies so far, in microseconds.
    pub fn latency(&self, what: Latency) -> MutexGuard<'_, Histogram<u64>> {
        self.latencies[what as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something that must not happen.
    pub fn violation(&self, what: String) {
        self.violations_total.fetch_add(1, Ordering::Relaxed);
        let mut kept = self.violations.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < VIOLATIONS_KEPT_MAX {
            kept.push(what);
        }
    }

    /// How many violations there were, and the first of them.
    pub fn violations(&self) -> (u64, Vec<String>) {
        let kept = self.violations.lock().unwrap_or_else(PoisonError::into_inner);
        (self.violations_total.load(Ordering::Relaxed), kept.clone())
    }

    /// Plays that both managers have seen.
    pub fn plays(&self) -> u64 {
        self.plays.load(Ordering::Relaxed)
    }

    /// How it goes, in a line.
    pub fn line(&self) -> String {
        let plays = self.plays();
        let median = self.latency(Latency::RollToResult).value_at_quantile(0.5);
        let (violations, _) = self.violations();
        let bad = if violations > 0 { format!(", {violations} VIOLATIONS") } else { String::new() };
        format!(
            "{plays} plays, roll to result {:.1} ms{bad}",
            Duration::from_micros(median).as_secs_f64() * 1e3
        )
    }
}
