//! What leagues' sources said of teams and cards. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::bulk::{Bulk, parts};
use super::super::error::StoreError;
use super::super::rows::shelf::{LeagueCardRow, LeagueTeamRow};
use super::super::schema::{league_cards, league_teams};
use super::super::shelf::{ShelvedCard, ShelvedTeam};
use super::super::types::Word;
use super::commit::finish;
use super::{Connection, begin_write};
use crate::id::{CardId, TeamId};
use crate::rules::vocabulary::LeagueId;
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel_async::RunQueryDsl;

/// What is said of a team later counts; what is not said of it stays.
const SAME_TEAM: &str = " ON CONFLICT (league_id, team_id) DO UPDATE SET name = excluded.name, \
    abbreviation = excluded.abbreviation, listed_at = excluded.listed_at, \
    lineup = COALESCE(excluded.lineup, league_teams.lineup), \
    roster = COALESCE(excluded.roster, league_teams.roster), \
    roster_at = COALESCE(excluded.roster_at, league_teams.roster_at)";
const SAME_CARD: &str =
    " ON CONFLICT (league_id, card_id) DO UPDATE SET card = excluded.card, read_at = excluded.read_at";

/// The most keys of one look-up; each stays below what SQLite takes.
const KEYS_MAX: usize = 4_096;

/// The teams of a league, by id, without their rosters.
pub async fn shelved_teams(c: &mut Connection, league_id: LeagueId) -> Result<Vec<ShelvedTeam>, StoreError> {
    let rows: Vec<LeagueTeamRow> = league_teams::table
        .filter(league_teams::league_id.eq(Word(league_id)))
        .order(league_teams::team_id)
        .select(LeagueTeamRow::as_select())
        .load(c)
        .await?;
    let without_roster = |row| LeagueTeamRow { roster: None, roster_at: None, ..row };
    rows.into_iter().map(|row| ShelvedTeam::try_from(without_roster(row))).collect()
}

/// A team with its roster.
pub async fn shelved_team(
    c: &mut Connection,
    league_id: LeagueId,
    TeamId(team_id): TeamId,
) -> Result<Option<ShelvedTeam>, StoreError> {
    let row = league_teams::table.find((Word(league_id), team_id)).select(LeagueTeamRow::as_select());
    let row: Option<LeagueTeamRow> = row.first(c).await.optional()?;
    row.map(ShelvedTeam::try_from).transpose()
}

/// Those of these cards that are kept, by id.
pub async fn shelved_cards(
    c: &mut Connection,
    league_id: LeagueId,
    ids: &[CardId],
) -> Result<Vec<ShelvedCard>, StoreError> {
    let mut cards = Vec::with_capacity(ids.len());
    for ids in ids.chunks(KEYS_MAX) {
        let ids: Vec<i32> = ids.iter().map(|id| id.0).collect();
        let rows: Vec<LeagueCardRow> = league_cards::table
            .filter(league_cards::league_id.eq(Word(league_id)))
            .filter(league_cards::card_id.eq_any(ids))
            .order(league_cards::card_id)
            .select(LeagueCardRow::as_select())
            .load(c)
            .await?;
        for row in rows {
            cards.push(ShelvedCard::try_from(row)?);
        }
    }
    Ok(cards)
}

/// Keeps the whole list of a league's teams.
pub async fn shelve_list(
    c: &mut Connection,
    league_id: LeagueId,
    teams: &[ShelvedTeam],
) -> Result<(), StoreError> {
    begin_write(c).await?;
    let kept = keep_list(c, league_id, teams).await;
    Ok(finish(c, kept).await?)
}

async fn keep_list(c: &mut Connection, league_id: LeagueId, teams: &[ShelvedTeam]) -> QueryResult<()> {
    let known: Vec<i32> = league_teams::table
        .filter(league_teams::league_id.eq(Word(league_id)))
        .select(league_teams::team_id)
        .load(c)
        .await?;
    let listed = |id: &i32| teams.iter().any(|team| team.team_id.0 == *id);
    for gone in known.into_iter().filter(|id| !listed(id)) {
        diesel::delete(league_teams::table.find((Word(league_id), gone))).execute(c).await?;
    }
    keep(c, league_id, teams, &[]).await
}

/// Keeps teams and cards beside the others.
pub async fn shelve(
    c: &mut Connection,
    league_id: LeagueId,
    teams: &[ShelvedTeam],
    cards: &[ShelvedCard],
) -> Result<(), StoreError> {
    begin_write(c).await?;
    let kept = keep(c, league_id, teams, cards).await;
    Ok(finish(c, kept).await?)
}

async fn keep(
    c: &mut Connection,
    league_id: LeagueId,
    teams: &[ShelvedTeam],
    cards: &[ShelvedCard],
) -> QueryResult<()> {
    // By id: two hosts that keep the same rows wait for each other in one direction only.
    let mut teams: Vec<_> = teams.iter().map(|team| LeagueTeamRow::of(league_id, team)).collect();
    teams.sort_by_key(|row| row.team_id);
    let mut cards: Vec<_> = cards.iter().map(|card| LeagueCardRow::of(league_id, card)).collect();
    cards.sort_by_key(|row| row.card_id);
    for part in parts(&teams) {
        let rows = Bulk::upsert(part, SAME_TEAM);
        diesel::insert_into(league_teams::table).values(rows).execute(c).await?;
    }
    for part in parts(&cards) {
        let rows = Bulk::upsert(part, SAME_CARD);
        diesel::insert_into(league_cards::table).values(rows).execute(c).await?;
    }
    Ok(())
}
