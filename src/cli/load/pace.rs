//! When a manager gives his next command.

use super::LoadArgs;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};
use std::time::Duration;
use tokio::time::Instant;

/// The pace of one game.
#[derive(Debug)]
pub enum Pace {
    /// Each command when it is asked for, after thinking.
    Closed { think: Duration, chance: Box<ChaCha8Rng> },
    /// Plays are due every so often, and a play's commands `step` after each other, whenever the host answers.
    Open { interval: Duration, step: Duration, offset: Duration, next: Option<Instant> },
}

impl Pace {
    /// The pace of game `number` of all.
    pub fn new(args: &LoadArgs, number: u32) -> Self {
        let think = Duration::from_millis(args.think_ms);
        let Some(rate) = args.plays_per_second else {
            return Self::Closed { think, chance: Box::new(ChaCha8Rng::seed_from_u64(u64::from(number))) };
        };
        let interval = Duration::from_secs_f64(f64::from(args.games) / rate);
        // Games are spread over the interval, so that the rate is even.
        let offset = interval.mul_f64(f64::from(number) / f64::from(args.games));
        Self::Open { interval, step: think, offset, next: None }
    }

    /// When the next play is due.
    pub fn play(&mut self, now: Instant) -> Instant {
        match self {
            Self::Closed { .. } => self.command(now, now),
            Self::Open { interval, offset, next, .. } => {
                let due = next.unwrap_or(now + *offset);
                *next = Some(due + *interval);
                due
            }
        }
    }

    /// When the next command of a play is due, the one before having been due at `before`.
    pub fn command(&mut self, before: Instant, now: Instant) -> Instant {
        match self {
            Self::Closed { think, chance } => now + exponential(*think, chance),
            // Without a step it is due when it is asked for.
            Self::Open { step, .. } if step.is_zero() => now,
            Self::Open { step, .. } => before + *step,
        }
    }
}

/// A duration with this mean.
fn exponential(mean: Duration, chance: &mut impl Rng) -> Duration {
    if mean.is_zero() {
        return mean;
    }
    // 1 - [0, 1) is never 0, whose logarithm there is none.
    mean.mul_f64(-(1.0 - chance.random::<f64>()).ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_open_loop_a_late_play_does_not_delay_the_next() {
        let start = Instant::now();
        let second = Duration::from_secs(1);
        let mut pace = Pace::Open { interval: second, step: second / 10, offset: second / 2, next: None };
        assert_eq!(pace.play(start), start + second / 2);
        assert_eq!(pace.play(start + second * 7), start + second * 3 / 2);
        assert_eq!(
            pace.command(start, start + second),
            start + second / 10,
            "latency counts from when it was due"
        );
    }

    #[test]
    fn thinking_has_the_mean_that_was_asked_for() {
        let mut chance = ChaCha8Rng::seed_from_u64(1);
        let mean = Duration::from_millis(200);
        let total: Duration = (0..20_000).map(|_| exponential(mean, &mut chance)).sum();
        let ratio = total.as_secs_f64() / (mean.as_secs_f64() * 20_000.0);
        assert!((ratio - 1.0).abs() < 0.05, "{ratio}");
        assert_eq!(exponential(Duration::ZERO, &mut chance), Duration::ZERO);
    }
}
