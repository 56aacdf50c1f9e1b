//! What goes wrong, and when: how the database and the network behave, and which panics are armed.

use super::random::Random;
use super::trace::Trace;
use dugout::host::faults::{Faults, Moment};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::time::Instant;

/// Where a panic strikes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Panic {
    /// In a game's actor, before it decides.
    Deciding,
    /// In a game's actor, between the commit and telling anybody.
    Committed,
    /// In the writer, as it takes in a change.
    Writing,
    /// In the task that commits a batch.
    Committing,
}

/// What became of a commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It landed and the host learns it.
    Lands,
    /// It never reached the database, and the host cannot know.
    LostBefore,
    /// It landed, and the host cannot know.
    LostAfter,
}

/// Clones share one sky.
#[derive(Clone, Debug)]
pub struct Weather {
    random: Random,
    trace: Trace,
    sky: Arc<Mutex<Sky>>,
}

#[derive(Debug)]
struct Sky {
    is_calm: bool,
    away_until: Instant,
    /// The longest that a question to the database usually takes.
    database_ms_max: u64,
    /// The longest that a message usually takes.
    network_ms_max: u64,
    /// Questions that take a hundred times as long.
    slow_percent: u64,
    lost_percent: u64,
    failed_percent: u64,
    armed: Vec<Panic>,
}

impl Weather {
    /// The weather of a schedule; it is calm until it is let loose.
    pub fn new(random: Random, trace: Trace) -> Self {
        let sky = Sky {
            is_calm: true,
            away_until: Instant::now(),
            database_ms_max: *random.pick(&[0, 2, 20]),
            network_ms_max: *random.pick(&[0, 5, 40]),
            slow_percent: *random.pick(&[0, 0, 2, 10]),
            lost_percent: *random.pick(&[0, 0, 5, 25]),
            failed_percent: *random.pick(&[0, 0, 2, 10]),
            armed: Vec::new(),
        };
        Self { random, trace, sky: Arc::new(Mutex::new(sky)) }
    }

    fn sky(&self) -> MutexGuard<'_, Sky> {
        self.sky.lock().expect("nobody panics while looking up")
    }

    /// Begins the storm, or ends it with everything in it.
    pub fn set_calm(&self, is_calm: bool) {
        let mut sky = self.sky();
        sky.is_calm = is_calm;
        if is_calm {
            sky.away_until = Instant::now();
            sky.armed.clear();
        }
    }

    pub fn is_calm(&self) -> bool {
        self.sky().is_calm
    }

    pub fn take_database_away(&self, for_: Duration) {
        self.trace.count("outages", format_args!("the database is away for {} ms", for_.as_millis()));
        self.sky().away_until = Instant::now() + for_;
    }

    /// Arms panics that strike one after the other.
    pub fn arm(&self, panic: Panic, times: usize) {
        self.trace.note(format_args!("armed: {times} panics, {panic:?}"));
        self.sky().armed.extend(std::iter::repeat_n(panic, times));
    }

    /// The failures that the host's own places for them are given.
    pub fn faults(&self) -> Faults {
        let weather = self.clone();
        Faults::at(move |_, moment| {
            weather.strike(match moment {
                Moment::Deciding(_) => Panic::Deciding,
                Moment::Committed => Panic::Committed,
                Moment::Writing => Panic::Writing,
                Moment::Storing => Panic::Committing,
            });
        })
    }

    /// Panics if that is armed. The process's panic hook is left out: thousands of panics are nobody's news.
    pub fn strike(&self, place: Panic) {
        let mut sky = self.sky();
        let Some(at) = sky.armed.iter().position(|armed| *armed == place) else { return };
        sky.armed.remove(at);
        drop(sky);
        self.trace.count("panics", format_args!("a panic strikes: {place:?}"));
        std::panic::resume_unwind(Box::new("struck by the simulation"));
    }

    /// Whether the database refuses connections now, or fails this one.
    pub fn database_fails(&self) -> bool {
        let (away, failed) = {
            let sky = self.sky();
            (Instant::now() < sky.away_until, if sky.is_calm { 0 } else { sky.failed_percent })
        };
        away || self.happens(failed)
    }

    pub fn fate(&self) -> Fate {
        let lost = {
            let sky = self.sky();
            if sky.is_calm { 0 } else { sky.lost_percent }
        };
        if !self.happens(lost) {
            return Fate::Lands;
        }
        *self.random.pick(&[Fate::LostBefore, Fate::LostAfter])
    }

    /// How long a question takes on its way to the database, or its answer on the way back.
    pub fn database_delay(&self) -> Duration {
        let max = self.sky().database_ms_max;
        self.delay(max)
    }

    /// How long a message takes between a client and a host.
    pub fn network_delay(&self) -> Duration {
        let max = self.sky().network_ms_max;
        self.delay(max)
    }

    fn delay(&self, ms_max: u64) -> Duration {
        let slow = {
            let sky = self.sky();
            if sky.is_calm { 0 } else { sky.slow_percent }
        };
        let ms_max = if self.happens(slow) { 50 + ms_max * 100 } else { ms_max };
        if ms_max == 0 { Duration::ZERO } else { self.random.millis(0, ms_max) }
    }

    fn happens(&self, percent: u64) -> bool {
        percent > 0 && self.random.percent(percent)
    }
}
