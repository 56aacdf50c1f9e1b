//! Where a league keeps what its source said, for when the source cannot be asked. The host hands one in; the league
//! knows nothing of the database behind it.

use super::{LeagueError, TeamInfo};
use crate::id::{CardId, TeamId};
use crate::rules::card::PlayerCard;
use crate::rules::command::SetLineup;
use crate::rules::vocabulary::LeagueId;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use std::fmt;
use std::sync::Arc;

/// What was said at some time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said<T> {
    /// What.
    pub what: T,
    /// When.
    pub at: DateTime<Utc>,
}

/// A team as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptTeam {
    /// The team, and when it was listed.
    pub info: Said<TeamInfo>,
    /// The starters it proposes, where its source does.
    pub lineup: Option<SetLineup>,
    /// Its players; none where nobody asked for them.
    pub roster: Option<Said<Vec<CardId>>>,
}

/// An answer on its way. It fails where the database is away.
pub type Shelving<'a, T> = BoxFuture<'a, Result<T, LeagueError>>;

/// What was said of teams and cards, kept.
pub trait Shelf: fmt::Debug + Send + Sync {
    /// The teams of a league, by id; their rosters are left out.
    fn teams(&self, league_id: LeagueId) -> Shelving<'_, Vec<KeptTeam>>;
    /// A team with its roster.
    fn team(&self, league_id: LeagueId, team_id: TeamId) -> Shelving<'_, Option<KeptTeam>>;
    /// Those of these cards that are kept.
    fn cards(&self, league_id: LeagueId, ids: Vec<CardId>) -> Shelving<'_, Vec<Said<Arc<PlayerCard>>>>;
    /// Keeps the whole list of teams: those that are not in it go. What is not said of a team stays.
    fn keep_list(&self, league_id: LeagueId, teams: Vec<KeptTeam>) -> Shelving<'_, ()>;
    /// Keeps teams and cards beside the others.
    fn keep(
        &self,
        league_id: LeagueId,
        teams: Vec<KeptTeam>,
        cards: Vec<Said<Arc<PlayerCard>>>,
    ) -> Shelving<'_, ()>;
}
