//! What the tables say of one game, for whoever looks at it from outside: recovery, line-ups, sessions, statistics.

use super::stored::StoredGame;
use super::{Store, StoreError, run};
use crate::id::{CardsetId, GameId, LineupId, Seq, TeamId, UserId};
use crate::rules::record::PlayRecord;
use crate::rules::scoring::{BattingLine, BoxScore, PitchingLine, box_score};
use crate::store::read::LineupRow;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A game as of one moment: what a host needs to play on, who is in it, and all of its plays.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The game.
    pub game: StoredGame,
    /// Who is in it now, both teams', by number.
    pub lineups: Vec<LineupRow>,
    /// The plays, in order.
    pub plays: Vec<PlayRecord>,
}

/// A cardset that a PD game is played with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CardsetLink {
    /// The cardset.
    pub cardset_id: CardsetId,
    /// 1 is the primary one, 2 and more are backups.
    pub priority: i16,
}

/// Who is connected to a game, and how far its snapshot goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Everyone, each once, as their host last said.
    pub connected_users: Vec<UserId>,
    /// When the last entry was written.
    pub last_action_at: DateTime<Utc>,
    /// The entry that the snapshot ends with; none where there is no snapshot.
    pub snapshot_seq: Option<Seq>,
}

impl Recovered {
    /// The box score of the plays so far.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], which names the entry, where the journal is not what was written.
    pub fn box_score(&self) -> Result<BoxScore, StoreError> {
        let state = self.game.state();
        let corrupt = |(seq, cause)| StoreError::Corrupt { what: format!("entry {seq}"), cause };
        Ok(box_score(&state.map_err(corrupt)?, &self.plays))
    }
}

impl Store {
    /// Reads the game, its active line-ups and its plays in one transaction.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such game; [`StoreError::Corrupt`] where it cannot be read.
    pub async fn recover(&self, game_id: GameId) -> Result<Recovered, StoreError> {
        let cards = Arc::clone(&self.cards);
        run!(self, |c, db| db::recover(c, game_id, &cards))
    }

    /// A team's active line-up in batting order, a pitcher who does not bat last; none where there is no such game or
    /// the team does not play in it.
    ///
    /// # Errors
    /// As all reads.
    pub async fn active_lineup(
        &self,
        game_id: GameId,
        team_id: TeamId,
    ) -> Result<Vec<LineupRow>, StoreError> {
        run!(self, |c, db| db::active_lineup(c, game_id, team_id))
    }

    /// The cardsets of a PD game, the primary one first; none in an SBA game.
    ///
    /// # Errors
    /// As all reads.
    pub async fn cardsets(&self, game_id: GameId) -> Result<Vec<CardsetLink>, StoreError> {
        run!(self, |c, db| db::cardsets(c, game_id))
    }

    /// The session of a game.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such game.
    pub async fn session(&self, game_id: GameId) -> Result<Session, StoreError> {
        run!(self, |c, db| db::session(c, game_id))
    }

    /// The box score of a game so far.
    ///
    /// # Errors
    /// As [`Store::recover`].
    pub async fn box_score(&self, game_id: GameId) -> Result<BoxScore, StoreError> {
        self.recover(game_id).await?.box_score()
    }

    /// What a batter has done in a game so far.
    ///
    /// # Errors
    /// As [`Store::recover`]; [`StoreError::NotFound`] where nobody of this number has batted, or may yet.
    pub async fn batting_line(&self, game_id: GameId, batter: LineupId) -> Result<BattingLine, StoreError> {
        let teams = self.box_score(game_id).await?.teams;
        let mut lines = teams.away.batting.into_iter().chain(teams.home.batting);
        lines.find(|line| line.lineup_id == batter).ok_or(StoreError::NotFound { what: "batter" })
    }

    /// What a pitcher has done in a game so far.
    ///
    /// # Errors
    /// As [`Store::recover`]; [`StoreError::NotFound`] where nobody of this number has pitched.
    pub async fn pitching_line(
        &self,
        game_id: GameId,
        pitcher: LineupId,
    ) -> Result<PitchingLine, StoreError> {
        let teams = self.box_score(game_id).await?.teams;
        let mut lines = teams.away.pitching.into_iter().chain(teams.home.pitching);
        lines.find(|line| line.lineup_id == pitcher).ok_or(StoreError::NotFound { what: "pitcher" })
    }
}
