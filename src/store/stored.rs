//! What the store gives back of a game, for a host that goes on with it.

use super::entry::{Entry, EntryHash, first_break};
use super::error::StoreError;
use super::hosts::Vacancy;
use crate::id::{Epoch, GameId, Seq, UserId};
use crate::rules::card::PlayerCard;
use crate::rules::state::GameState;
use crate::rules::vocabulary::BySide;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The 32 secret bytes behind a game's dice. They have no readable form: not in logs, not in errors.
#[derive(Clone, PartialEq, Eq)]
pub struct DiceSeed(pub [u8; 32]);

/// Does not compile once the seed can be serialized: then two implementations fit, and none can be chosen.
const _: fn() = || {
    trait CannotBeSent<Which> {
        fn holds() {}
    }
    struct CanBeSerialized;
    impl<T: ?Sized> CannotBeSent<()> for T {}
    impl<T: ?Sized + Serialize> CannotBeSent<CanBeSerialized> for T {}
    <DiceSeed as CannotBeSent<_>>::holds();
};

impl fmt::Debug for DiceSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DiceSeed(secret)")
    }
}

/// Who holds a seat.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct SeatHolder {
    /// The user.
    pub user_id: UserId,
    /// His name, for people.
    pub user_name: String,
    /// When he took it.
    pub claimed_at: DateTime<Utc>,
}

/// The two seats of a game.
pub type Seats = BySide<Option<SeatHolder>>;

/// A game that has a new owner.
#[derive(Debug)]
pub struct Claim {
    /// The claimer's epoch.
    pub epoch: Epoch,
    /// Why the game could be taken; none where it was the claimer's already.
    pub taken_from: Option<Vacancy>,
    /// For how long the game could not be played since its deadline was set; nothing where no clock runs.
    pub unserved: Duration,
    /// The game, or why it cannot be read ([`StoreError::Corrupt`]).
    pub game: Result<StoredGame, StoreError>,
}

/// The cards that a game is played with, each as its address says.
#[derive(Clone, Debug)]
pub struct PinnedCards {
    /// Those of entry 1 in the order of the rosters, the visitors' first; then of who came later.
    pub cards: Vec<Arc<PlayerCard>>,
    /// What the journal must say of them.
    pub digest: String,
}

/// A game as it was committed: everything a host needs to play on, read in one transaction.
#[derive(Clone, Debug)]
pub struct StoredGame {
    /// The game.
    pub game_id: GameId,
    /// The epoch: after a claim, the claimer's own.
    pub epoch: Epoch,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// The secret behind its dice.
    pub seed: DiceSeed,
    /// Who holds which seat.
    pub seats: Seats,
    /// The pinned cards of both rosters.
    pub cards: PinnedCards,
    /// The newest snapshot; its `seq` says which entries it contains.
    pub snapshot: Option<Box<GameState>>,
    /// Why there is a snapshot that is not used.
    pub snapshot_rejected: Option<String>,
    /// What the first of `entries` is chained to: the snapshot's last entry, or the beginning.
    pub previous: EntryHash,
    /// All entries after the snapshot, in order; from entry 1 where there is none.
    pub entries: Vec<Entry>,
    /// The number of the last entry.
    pub head: Seq,
    /// The last entry's hash, which the next one is chained to.
    pub head_hash: EntryHash,
    /// Why the game is set aside, if it is.
    pub quarantined: Option<String>,
}

impl StoredGame {
    /// The game's state: the snapshot, then the entries after it, by the same `apply` that live play uses.
    ///
    /// # Errors
    /// The first entry that is not what was written, and what is wrong with it.
    pub fn state(&self) -> Result<GameState, (Seq, String)> {
        let mut state = self.snapshot.as_deref().cloned();
        let snapshot_seq = state.as_ref().map_or(Seq(0), |state| state.seq);
        if let Some(broken) = first_break(snapshot_seq, self.previous, &self.entries) {
            return Err(broken);
        }
        for entry in &self.entries {
            let events = entry.events().map_err(|error| (entry.seq, error.to_string()))?;
            match &mut state {
                None => state = GameState::begin(&events),
                Some(state) => state.apply_entry(entry.seq, &events),
            }
        }
        state.ok_or_else(|| (Seq(1), "it does not create a game".to_owned()))
    }
}
