//! How a live game does: how late it answers, how often it failed. In memory only, for operators.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Answers that are remembered.
const ANSWERS_MAX: usize = 16;
/// For how long a slow answer, or a failure, is what an operator looks for.
const RECENT: Duration = Duration::from_secs(300);
/// An answer that took this long is slow.
const SLOW: Duration = Duration::from_secs(1);

/// How a live game does.
#[derive(Debug, Default)]
pub struct Pulse {
    /// When commands were answered, and how long that took.
    answers: VecDeque<(Instant, Duration)>,
    last_commit: Option<Duration>,
    failures: u32,
    last_failure: Option<(Instant, String)>,
}

impl Pulse {
    /// A command was answered, waiting and rebuilding included.
    pub fn answered(&mut self, took: Duration) {
        if self.answers.len() == ANSWERS_MAX {
            self.answers.pop_front();
        }
        self.answers.push_back((Instant::now(), took));
    }

    /// An entry was committed.
    pub fn committed(&mut self, took: Duration) {
        self.last_commit = Some(took);
    }

    /// The game's actor failed.
    pub fn failed(&mut self, reason: String) {
        self.failures = self.failures.saturating_add(1);
        self.last_failure = Some((Instant::now(), reason));
    }

    /// How long the last command waited for its answer.
    #[must_use]
    pub fn last_answer(&self) -> Option<Duration> {
        self.answers.back().map(|(_, took)| *took)
    }

    /// The longest of the last commands.
    #[must_use]
    pub fn slowest_answer(&self) -> Option<Duration> {
        self.answers.iter().map(|(_, took)| *took).max()
    }

    /// How long the last commit took.
    #[must_use]
    pub const fn last_commit(&self) -> Option<Duration> {
        self.last_commit
    }

    /// How often it failed since it came to this host, and why the last time.
    #[must_use]
    pub fn failures(&self) -> (u32, Option<&str>) {
        (self.failures, self.last_failure.as_ref().map(|(_, reason)| reason.as_str()))
    }

    /// Whether it answered slowly in the last minutes.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.answers.iter().any(|(at, took)| at.elapsed() < RECENT && *took >= SLOW)
    }

    /// Whether it failed in the last minutes.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.last_failure.as_ref().is_some_and(|(at, _)| at.elapsed() < RECENT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_long_ago_is_no_trouble() {
        let mut pulse = Pulse::default();
        assert_eq!((pulse.last_answer(), pulse.slowest_answer(), pulse.failures()), (None, None, (0, None)));
        pulse.answered(SLOW);
        pulse.answered(Duration::from_millis(3));
        pulse.failed("a die fell off the table".into());
        assert!(pulse.is_slow() && pulse.is_failing());
        assert_eq!(pulse.last_answer(), Some(Duration::from_millis(3)));
        assert_eq!(pulse.slowest_answer(), Some(SLOW));
        tokio::time::advance(RECENT).await;
        assert!(!pulse.is_slow() && !pulse.is_failing());
        assert_eq!(pulse.failures(), (1, Some("a die fell off the table")));
        for _ in 0..ANSWERS_MAX {
            pulse.answered(Duration::ZERO);
        }
        assert_eq!(pulse.slowest_answer(), Some(Duration::ZERO), "only the last ones are remembered");
    }
}
