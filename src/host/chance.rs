//! Where ids and dice seeds come from. The host asks a source that it was given, so that tests can repeat
//! what happened.

use crate::fairness::Seed;
use chrono::{DateTime, Utc};
use rand::TryRng;
use rand::rngs::SysRng;
use std::fmt;
use std::sync::Arc;
use uuid::{Builder, Uuid};

/// The source gave no bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct NoChance;

type Fill = dyn Fn(&mut [u8]) -> Result<(), NoChance> + Send + Sync;

/// A source of unpredictable bytes.
#[derive(Clone)]
pub struct Chance(Arc<Fill>);

impl Chance {
    /// The operating system's.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(|bytes| SysRng.try_fill_bytes(bytes).map_err(|_| NoChance)))
    }

    /// A source of the caller's making. Dice seeds come from it: it must not be used where people play.
    pub fn from_fn(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(move |bytes| {
            fill(bytes);
            Ok(())
        }))
    }

    /// The seed of a game's dice.
    pub(super) fn seed(&self) -> Result<Seed, NoChance> {
        let mut bytes = [0; 32];
        (self.0)(&mut bytes)?;
        Ok(Seed::new(bytes))
    }

    /// A number below `bound`, which is not 0. Where it is not small, low numbers are a little more frequent.
    pub(super) fn below(&self, bound: u64) -> Result<u64, NoChance> {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes) % bound)
    }

    /// A new id, ordered by time of creation (UUID version 7).
    pub(super) fn uuid(&self, now: DateTime<Utc>) -> Result<Uuid, NoChance> {
        let mut bytes = [0; 10];
        (self.0)(&mut bytes)?;
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        Ok(Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}
