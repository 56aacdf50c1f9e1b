//! How often an actor may fail before it is left alone.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// Counts failures within a sliding window of time.
#[derive(Debug)]
pub struct RestartWindow {
    restarts_max: usize,
    window: Duration,
    failures: VecDeque<Instant>,
}

impl RestartWindow {
    /// Allows `restarts_max` failures within `window`.
    #[must_use]
    pub fn new(restarts_max: usize, window: Duration) -> Self {
        Self { restarts_max, window, failures: VecDeque::new() }
    }

    /// Records a failure at `now`. False when it is one too many.
    pub fn allow(&mut self, now: Instant) -> bool {
        while self.failures.front().is_some_and(|first| now.duration_since(*first) > self.window) {
            self.failures.pop_front();
        }
        self.failures.push_back(now);
        self.failures.len() <= self.restarts_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_count_only_within_the_window() {
        let start = Instant::now();
        let mut window = RestartWindow::new(2, Duration::from_secs(60));
        assert!(window.allow(start));
        assert!(window.allow(start + Duration::from_secs(1)));
        assert!(!window.allow(start + Duration::from_secs(2)), "the third within a minute");
        assert!(window.allow(start + Duration::from_secs(120)), "the old ones are forgotten");
    }
}
