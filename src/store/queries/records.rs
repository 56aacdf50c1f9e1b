//! What the tables say of one game. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::cards::CardCache;
use super::super::error::StoreError;
use super::super::read::LineupRow;
use super::super::records::{CardsetLink, Recovered, Session};
use super::super::rows::{LineupDbRow, SessionRow, json};
use super::super::schema::{game_cardset_links, game_sessions, lineups};
use super::super::types::DbUuid;
use super::commit::finish;
use super::list::plays;
use super::load::read_game;
use super::{Connection, begin_read};
use crate::id::{CardsetId, GameId, Seq, TeamId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// The game, its active line-ups and its plays, in one transaction.
pub async fn recover(
    c: &mut Connection,
    game_id: GameId,
    cards: &CardCache,
) -> Result<Recovered, StoreError> {
    begin_read(c).await?;
    let read = async {
        let game = read_game(c, game_id, cards).await?;
        Ok(Recovered { game, lineups: active(c, game_id).await?, plays: plays(c, game_id).await? })
    };
    let read = read.await;
    finish(c, read).await
}

/// The entries of a game's line-ups that are in it now, by number.
async fn active(c: &mut Connection, game_id: GameId) -> Result<Vec<LineupRow>, StoreError> {
    let rows: Vec<LineupDbRow> = lineups::table
        .filter(lineups::game_id.eq(DbUuid(game_id.0)))
        .filter(lineups::is_active.eq(true))
        .order(lineups::lineup_id)
        .select(LineupDbRow::as_select())
        .load(c)
        .await?;
    rows.into_iter().map(LineupRow::try_from).collect()
}

/// A team's active line-up in batting order, who does not bat last.
pub async fn active_lineup(
    c: &mut Connection,
    game_id: GameId,
    team_id: TeamId,
) -> Result<Vec<LineupRow>, StoreError> {
    let mut rows = active(c, game_id).await?;
    rows.retain(|row| row.team_id == team_id);
    rows.sort_by_key(|row| (row.batting_order.unwrap_or(i16::MAX), row.lineup_id));
    Ok(rows)
}

/// The cardsets of a game, the primary one first.
pub async fn cardsets(c: &mut Connection, game_id: GameId) -> Result<Vec<CardsetLink>, StoreError> {
    let rows: Vec<(i32, i16)> = game_cardset_links::table
        .filter(game_cardset_links::game_id.eq(DbUuid(game_id.0)))
        .order((game_cardset_links::priority, game_cardset_links::cardset_id))
        .select((game_cardset_links::cardset_id, game_cardset_links::priority))
        .load(c)
        .await?;
    let link = |(id, priority)| CardsetLink { cardset_id: CardsetId(id), priority };
    Ok(rows.into_iter().map(link).collect())
}

/// The session of a game.
pub async fn session(c: &mut Connection, game_id: GameId) -> Result<Session, StoreError> {
    let row = game_sessions::table.find(DbUuid(game_id.0)).select(SessionRow::as_select());
    let row: SessionRow = row.first(c).await.optional()?.ok_or(StoreError::NotFound { what: "game" })?;
    let what = "game_sessions.connected_users";
    let users = serde_json::from_value(json(&row.connected_users, what)?)
        .map_err(|error| StoreError::Corrupt { what: what.to_owned(), cause: error.to_string() })?;
    Ok(Session {
        connected_users: users,
        last_action_at: row.last_action_at.0,
        snapshot_seq: row.snapshot_seq.map(Seq),
    })
}
