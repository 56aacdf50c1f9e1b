//! The one source of everything that is left to chance in a schedule.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// Clones draw from one sequence: what is drawn depends on the seed and on the order of the draws alone.
#[derive(Clone, Debug)]
pub struct Random(Arc<Mutex<ChaCha8Rng>>);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha8Rng::seed_from_u64(seed))))
    }

    fn draw<T>(&self, draw: impl FnOnce(&mut ChaCha8Rng) -> T) -> T {
        draw(&mut self.0.lock().expect("nobody panics while drawing"))
    }

    /// `from` to `to`, both included.
    pub fn between(&self, from: u64, to: u64) -> u64 {
        self.draw(|random| random.random_range(from..=to))
    }

    pub fn millis(&self, from: u64, to: u64) -> Duration {
        Duration::from_millis(self.between(from, to))
    }

    /// True in `percent` of a hundred cases.
    pub fn percent(&self, percent: u64) -> bool {
        self.between(1, 100) <= percent
    }

    pub fn pick<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[self.draw(|random| random.random_range(0..of.len()))]
    }

    pub fn fill(&self, bytes: &mut [u8]) {
        self.draw(|random| random.fill_bytes(bytes));
    }

    pub fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}
