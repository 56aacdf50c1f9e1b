//! A game that was played to its end elsewhere, taken in whole: its journal, and all rows that follow from it.

use super::batch::Batch;
use super::entry::EntryHash;
use super::entry::{Entry, first_break};
use super::projection::{Whole, whole};
use super::stored::DiceSeed;
use super::{ChangeError, Store, StoreError, run};
use crate::id::{CardsetId, GameId, Seq};
use crate::rules::card::PlayerCard;
use crate::rules::event::Event;
use std::sync::Arc;
use thiserror::Error;

/// A finished game. Whether the rules make these entries is for the caller to know; the store looks at the chain.
#[derive(Clone, Debug)]
pub struct FinishedGame {
    /// The cards of everyone on both rosters.
    pub cards: Vec<Arc<PlayerCard>>,
    /// PD: the cardsets it was played with, the primary one first.
    pub cardsets: Vec<CardsetId>,
    /// The secret behind its dice, which the last entry reveals.
    pub seed: DiceSeed,
    /// All entries, from the first.
    pub entries: Vec<Entry>,
}

/// Why a game was not taken in. Nothing was written.
#[derive(Debug, Error)]
pub enum ImportError {
    /// The database has a game of this id, whether it is the same or not.
    #[error("game {0} is in the database already; nothing was changed")]
    Exists(GameId),
    /// The entries do not lead to the end of a game.
    #[error("the game is not over; only finished games are imported")]
    NotOver,
    /// An entry is not what was written.
    #[error("entry {0}: {1}")]
    Entry(Seq, String),
    /// The database does not take it.
    #[error("the database refuses it: {0}")]
    Refused(#[from] ChangeError),
    /// The database is away.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A finished game with what follows from its entries.
pub(super) struct Imported {
    pub(super) game: FinishedGame,
    pub(super) whole: Whole,
}

impl Imported {
    fn of(game: FinishedGame) -> Result<Self, ImportError> {
        if let Some((seq, reason)) = first_break(Seq(0), EntryHash::GENESIS, &game.entries) {
            return Err(ImportError::Entry(seq, reason));
        }
        let read = game.entries.iter().map(|entry| match entry.events() {
            Ok(events) => Ok((entry.seq, events)),
            Err(error) => Err(ImportError::Entry(entry.seq, error.to_string())),
        });
        let journal: Vec<(Seq, Vec<Event>)> = read.collect::<Result<_, _>>()?;
        let whole = whole(&journal)
            .ok_or_else(|| ImportError::Entry(Seq(1), "it does not create a game".to_owned()))?;
        if !whole.state.is_over() {
            return Err(ImportError::NotOver);
        }
        Ok(Self { game, whole })
    }
}

impl Store {
    /// Takes in a game that was played to its end elsewhere, in one transaction: afterwards the tables say of it what
    /// they would say had it been played here. Its seats stay empty, because a journal names no users.
    ///
    /// # Errors
    /// [`ImportError`]; nothing was written.
    pub async fn import(&self, game: FinishedGame) -> Result<GameId, ImportError> {
        let imported = Imported::of(game)?;
        let game_id = imported.whole.state.setup.game_id;
        let mut batch = Batch::default();
        batch.import(&imported, &self.cards)?;
        let written = run!(self, write | c, db | db::import(c, game_id, &batch))?;
        if written { Ok(game_id) } else { Err(ImportError::Exists(game_id)) }
    }
}
