//! What a league's own source said of its teams and cards when it was last asked, kept for when it cannot be asked.
//! It belongs to no game: a game pins the cards it is played with.

use super::{Store, StoreError, run};
use crate::id::{CardId, TeamId};
use crate::rules::card::PlayerCard;
use crate::rules::command::SetLineup;
use crate::rules::vocabulary::LeagueId;
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A team as its league's source described it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShelvedTeam {
    /// The team.
    pub team_id: TeamId,
    /// Its name.
    pub name: String,
    /// Three letters, for line scores.
    pub abbreviation: String,
    /// When the source listed it.
    pub listed_at: DateTime<Utc>,
    /// The starters it proposes, where its source does.
    pub lineup: Option<SetLineup>,
    /// Its players, and when the source named them; none where it was never asked.
    pub roster: Option<(Vec<CardId>, DateTime<Utc>)>,
}

/// A card as its league's source described it.
#[derive(Clone, PartialEq, Debug)]
pub struct ShelvedCard {
    /// The card.
    pub card: Arc<PlayerCard>,
    /// When the source said so.
    pub read_at: DateTime<Utc>,
}

impl Store {
    /// The teams of a league, by id, without their rosters.
    ///
    /// # Errors
    /// As all reads.
    pub async fn shelved_teams(&self, league_id: LeagueId) -> Result<Vec<ShelvedTeam>, StoreError> {
        run!(self, |c, db| db::shelved_teams(c, league_id))
    }

    /// A team with its roster; none where the league's source never named it.
    ///
    /// # Errors
    /// As all reads.
    pub async fn shelved_team(
        &self,
        league_id: LeagueId,
        team_id: TeamId,
    ) -> Result<Option<ShelvedTeam>, StoreError> {
        run!(self, |c, db| db::shelved_team(c, league_id, team_id))
    }

    /// Those of these cards that are kept, by id.
    ///
    /// # Errors
    /// As all reads.
    pub async fn shelved_cards(
        &self,
        league_id: LeagueId,
        ids: Vec<CardId>,
    ) -> Result<Vec<ShelvedCard>, StoreError> {
        run!(self, |c, db| db::shelved_cards(c, league_id, &ids))
    }

    /// Keeps the whole list of a league's teams, in one transaction: teams that are not in it go. A team that comes
    /// without line-up or roster keeps those it had.
    ///
    /// # Errors
    /// As all reads.
    pub async fn shelve_list(&self, league_id: LeagueId, teams: Vec<ShelvedTeam>) -> Result<(), StoreError> {
        run!(self, write | c, db | db::shelve_list(c, league_id, &teams))
    }

    /// Keeps these teams and cards beside the others, in one transaction.
    ///
    /// # Errors
    /// As all reads.
    pub async fn shelve(
        &self,
        league_id: LeagueId,
        teams: Vec<ShelvedTeam>,
        cards: Vec<ShelvedCard>,
    ) -> Result<(), StoreError> {
        run!(self, write | c, db | db::shelve(c, league_id, &teams, &cards))
    }
}
