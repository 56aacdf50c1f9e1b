//! The rows of a league's teams and cards.

use super::super::error::StoreError;
use super::super::schema::{league_cards, league_teams};
use super::super::shelf::{ShelvedCard, ShelvedTeam};
use super::super::types::{DbTime, JsonText, Word};
use crate::id::{CardId, TeamId};
use crate::rules::vocabulary::LeagueId;
use diesel::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A row of `league_teams`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = league_teams, treat_none_as_default_value = false)]
pub struct LeagueTeamRow {
    pub league_id: Word<LeagueId>,
    pub team_id: i32,
    pub name: String,
    pub abbreviation: String,
    pub listed_at: DbTime,
    pub lineup: Option<JsonText>,
    pub roster: Option<JsonText>,
    pub roster_at: Option<DbTime>,
}

/// A row of `league_cards`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = league_cards)]
pub struct LeagueCardRow {
    pub league_id: Word<LeagueId>,
    pub card_id: i32,
    pub card: JsonText,
    pub read_at: DbTime,
}

impl LeagueTeamRow {
    /// The row of a team.
    pub fn of(league_id: LeagueId, team: &ShelvedTeam) -> Self {
        Self {
            league_id: Word(league_id),
            team_id: team.team_id.0,
            name: team.name.clone(),
            abbreviation: team.abbreviation.clone(),
            listed_at: DbTime(team.listed_at),
            lineup: team.lineup.as_ref().map(text),
            roster: team.roster.as_ref().map(|(roster, _)| text(roster)),
            roster_at: team.roster.as_ref().map(|(_, at)| DbTime(*at)),
        }
    }
}

impl TryFrom<LeagueTeamRow> for ShelvedTeam {
    type Error = StoreError;

    fn try_from(row: LeagueTeamRow) -> Result<Self, StoreError> {
        let roster = row.roster.map(|roster| read(&roster, "league_teams.roster")).transpose()?;
        Ok(Self {
            team_id: TeamId(row.team_id),
            name: row.name,
            abbreviation: row.abbreviation,
            listed_at: row.listed_at.0,
            lineup: row.lineup.map(|lineup| read(&lineup, "league_teams.lineup")).transpose()?,
            roster: roster.zip(row.roster_at.map(|at| at.0)),
        })
    }
}

impl LeagueCardRow {
    /// The row of a card.
    pub fn of(league_id: LeagueId, shelved: &ShelvedCard) -> Self {
        let CardId(card_id) = shelved.card.card_id;
        let card = text(shelved.card.as_ref());
        Self { league_id: Word(league_id), card_id, card, read_at: DbTime(shelved.read_at) }
    }
}

impl TryFrom<LeagueCardRow> for ShelvedCard {
    type Error = StoreError;

    fn try_from(row: LeagueCardRow) -> Result<Self, StoreError> {
        Ok(Self { card: Arc::new(read(&row.card, "league_cards.card")?), read_at: row.read_at.0 })
    }
}

fn text<T: Serialize>(value: &T) -> JsonText {
    JsonText(serde_json::to_string(value).expect("cards and line-ups have string keys and finite numbers"))
}

fn read<T: DeserializeOwned>(text: &JsonText, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(&text.0)
        .map_err(|error| StoreError::Corrupt { what: what.to_owned(), cause: error.to_string() })
}
