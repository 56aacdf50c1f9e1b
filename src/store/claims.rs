//! Claims: a game gets a new owner, and whoever owned it before is refused from then on.

use super::{Store, StoreError, run};
use crate::id::{Epoch, GameId, HostId};
use crate::store::hosts::Vacancy;
use crate::store::stored::{Claim, StoredGame};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// A game that has a new owner and is not read yet.
#[derive(Debug)]
pub(super) struct Taken {
    pub epoch: Epoch,
    pub from: Option<Vacancy>,
    pub unserved: Duration,
}

/// The answer for a game that nothing was found of.
const MISSING: StoreError = StoreError::NotFound { what: "game" };

impl Store {
    /// Starts a new epoch of the game for `owner` and reads the game: from now on, whoever owned it before
    /// is refused. A game that cannot be read is claimed all the same, so that it can be set aside.
    ///
    /// # Errors
    /// [`StoreError::LivesElsewhere`] where another host that lives owns the game; [`StoreError::NotFound`] where
    /// there is no such game.
    pub async fn claim(&self, game_id: GameId, owner: HostId) -> Result<Claim, StoreError> {
        self.claim_all(vec![game_id], owner).await?.pop().unwrap_or(Err(MISSING))
    }

    /// The same for many games, all different, with few statements; the answers in their order. All are in memory at
    /// once: some dozens are a good number.
    ///
    /// They are claimed in one transaction and read in another, so that the one that others wait for is short. Who takes
    /// a game in between makes this epoch stale: nothing that is written in it counts.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is away: the games may have been claimed. Any other where one of
    /// them is not to be claimed so: claimed one by one, the others do not suffer from it.
    pub async fn claim_all(
        &self,
        games: Vec<GameId>,
        owner: HostId,
    ) -> Result<Vec<Result<Claim, StoreError>>, StoreError> {
        let games: Arc<[GameId]> = games.into();
        let all = Arc::clone(&games);
        let mut taken = run!(self, write | c, db | db::take_all(c, &all, owner))?;
        let ours: Vec<GameId> =
            games.iter().copied().filter(|game| matches!(taken.get(game), Some(Ok(_)))).collect();
        let mut read = self.read_all(ours).await?;
        let claim = |game: &GameId| {
            let Taken { epoch, from, unserved } = taken.remove(game).unwrap_or(Err(MISSING))?;
            let stored = read.remove(game).unwrap_or(Err(MISSING));
            let game = stored.map(|game| StoredGame { epoch, ..game });
            Ok(Claim { epoch, taken_from: from, unserved, game })
        };
        Ok(games.iter().map(claim).collect())
    }

    async fn read_all(
        &self,
        games: Vec<GameId>,
    ) -> Result<HashMap<GameId, Result<StoredGame, StoreError>>, StoreError> {
        if games.is_empty() {
            return Ok(HashMap::new());
        }
        let cards = Arc::clone(&self.cards);
        run!(self, |c, db| async {
            let read = db::load_games(c, &games, &cards).await?;
            Ok(games.iter().copied().zip(read).collect())
        })
    }
}
