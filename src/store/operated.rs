//! Games and hosts as an operator looks at them: what the tables say beside a game's own row.

use super::hosts::HostSeen;
use super::read::{Cursor, GameRow, Page};
use super::{PAGE_MAX, Store, StoreError, run};
use crate::id::{GameId, HostId, Seq, UserId};
use crate::rules::vocabulary::Status;
use chrono::{DateTime, Utc};

/// Which games an operator looks for. Filters that are none let everything pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OperatedFilter {
    /// Games in one of these.
    pub statuses: Vec<Status>,
    /// Games in which this user holds a seat.
    pub user_id: Option<UserId>,
    /// Games that this host owns.
    pub host_id: Option<HostId>,
    /// Games whose last entry is older.
    pub quiet_since: Option<DateTime<Utc>>,
    /// Games with which something is wrong.
    pub trouble: Option<TroubleFilter>,
}

/// What makes a game one with which something is wrong, as far as the tables know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TroubleFilter {
    /// A deadline before this should have been acted upon.
    pub overdue_before: DateTime<Utc>,
    /// A game between two AI managers whose last entry is older should have gone on.
    pub stalled_before: DateTime<Utc>,
    /// A game that goes on by itself should have an owner among these, if it has one.
    pub living: Vec<HostId>,
    /// Games of which something is known that is in no table.
    pub besides: Vec<GameId>,
}

/// One game, with what an operator asks about it.
#[derive(Clone, PartialEq, Debug)]
pub struct OperatedGame {
    /// The game's row, and its seats.
    pub row: GameRow,
    /// The host that owns it; none where nobody does.
    pub owner: Option<HostId>,
    /// The number of its last entry.
    pub last_seq: Seq,
    /// When that was recorded.
    pub last_action_at: DateTime<Utc>,
    /// Who was connected when its owner last said so.
    pub connected_users: Vec<UserId>,
    /// By when who owes a decision has to make it; none where no clock runs.
    pub due_at: Option<DateTime<Utc>>,
}

/// One host of the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedHost {
    /// Where it is, and since when nobody has heard of it. A host that is alone on its database gives no word.
    pub seen: HostSeen,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// How many games it owns that are not over.
    pub games: i64,
}

impl Store {
    /// Games that pass the filter, newest first, at most `limit` (1 to [`PAGE_MAX`]) of them.
    ///
    /// # Errors
    /// As all reads.
    pub async fn operated_games(
        &self,
        filter: OperatedFilter,
        after: Option<Cursor>,
        limit: u16,
    ) -> Result<Page<OperatedGame>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        run!(self, |c, db| db::operated_games(c, &filter, after, limit))
    }

    /// One game.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none.
    pub async fn operated_game(&self, game_id: GameId) -> Result<OperatedGame, StoreError> {
        run!(self, |c, db| db::operated_game(c, game_id))
    }

    /// All hosts of the database.
    ///
    /// # Errors
    /// As all reads.
    pub async fn hosts(&self) -> Result<Vec<ListedHost>, StoreError> {
        run!(self, |c, db| db::listed_hosts(c))
    }
}
