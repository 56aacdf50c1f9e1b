//! What is read of games from outside. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::error::StoreError;
use super::super::read::{
    Cursor, GameFilter, GameRow, LineupRow, Page, PdRosterLink, RollRecord, SbaRosterLink, Viewer,
};
use super::super::rows::play::PlayRow;
use super::super::rows::roster::RosterRow;
use super::super::rows::{GameDbRow, LineupDbRow, RollDbRow, SeatRow, game_row};
use super::super::schema::{games, journal, lineups, plays, rolls, roster_links, seats};
use super::super::types::{DbTime, DbUuid, Word};
use super::load::seats_of;
use super::{Backend, Connection};
use crate::id::{CardId, CommandId, GameId, Seq, TeamId};
use crate::rules::record::PlayRecord;
use crate::rules::vocabulary::Visibility;
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_types::Integer;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// One game's row, if the viewer may see it.
pub async fn game(c: &mut Connection, game_id: GameId, viewer: Viewer) -> Result<GameRow, StoreError> {
    let filter = GameFilter::all(viewer);
    let query = filtered(&filter).filter(games::id.eq(DbUuid(game_id.0)));
    let row = query.select(GameDbRow::as_select()).first(c).await.optional()?;
    let row = row.ok_or(StoreError::NotFound { what: "game" })?;
    with_seats(c, vec![row]).await?.pop().ok_or(StoreError::NotFound { what: "game" })
}

/// Games, newest first.
pub async fn games(
    c: &mut Connection,
    filter: &GameFilter,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page<GameRow>, StoreError> {
    let limit = usize::from(limit);
    let mut rows: Vec<GameDbRow> = newest_first(filtered(filter), after)
        .limit(limit as i64 + 1)
        .select(GameDbRow::as_select())
        .load(c)
        .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(GameDbRow::cursor);
    Ok(Page { items: with_seats(c, rows).await?, next })
}

/// The games of a query after a place in its list, newest first.
pub fn newest_first(
    mut query: games::BoxedQuery<'static, Backend>,
    after: Option<Cursor>,
) -> games::BoxedQuery<'static, Backend> {
    if let Some(cursor) = after {
        let (time, id) = (DbTime(cursor.time), DbUuid(cursor.id));
        let same_moment = games::created_at.eq(time).and(games::id.lt(id));
        query = query.filter(games::created_at.lt(time).or(same_moment));
    }
    query.order((games::created_at.desc(), games::id.desc()))
}

/// Games that pass the filter, as a query.
pub fn filtered(filter: &GameFilter) -> games::BoxedQuery<'static, Backend> {
    let mut query = games::table.into_boxed::<Backend>();
    let of_user = |user: crate::id::UserId| {
        seats::table.filter(seats::user_id.eq(DbUuid(user.0))).select(seats::game_id)
    };
    let public = games::visibility.eq(Word(Visibility::Public));
    match filter.viewer {
        Viewer::Operator => {}
        Viewer::Public => query = query.filter(public),
        Viewer::User(user) => query = query.filter(public.or(games::id.eq_any(of_user(user)))),
    }
    if let Some(status) = filter.status {
        query = query.filter(games::status.eq(Word(status)));
    }
    if let Some(league) = filter.league_id {
        query = query.filter(games::league_id.eq(Word(league)));
    }
    if let Some(TeamId(team)) = filter.team_id {
        query = query.filter(games::home_team_id.eq(team).or(games::away_team_id.eq(team)));
    }
    if let Some(user) = filter.user_id {
        query = query.filter(games::id.eq_any(of_user(user)));
    }
    query
}

/// The rows of games with who holds their seats, in the same order.
pub async fn with_seats(c: &mut Connection, rows: Vec<GameDbRow>) -> Result<Vec<GameRow>, StoreError> {
    let ids: Vec<DbUuid> = rows.iter().map(|row| row.id).collect();
    let taken: Vec<SeatRow> =
        seats::table.filter(seats::game_id.eq_any(ids)).select(SeatRow::as_select()).load(c).await?;
    let mut by_game: HashMap<DbUuid, Vec<SeatRow>> = HashMap::new();
    for seat in taken {
        by_game.entry(seat.game_id).or_default().push(seat);
    }
    let shown = rows.into_iter().map(|row| {
        let seats = seats_of(by_game.remove(&row.id).unwrap_or_default());
        game_row(row, seats)
    });
    Ok(shown.collect())
}

/// All line-up entries of a game, by number.
pub async fn lineups(c: &mut Connection, game_id: GameId) -> Result<Vec<LineupRow>, StoreError> {
    let rows: Vec<LineupDbRow> = lineups::table
        .filter(lineups::game_id.eq(DbUuid(game_id.0)))
        .order(lineups::lineup_id)
        .select(LineupDbRow::as_select())
        .load(c)
        .await?;
    rows.into_iter().map(LineupRow::try_from).collect()
}

/// All plays of a game, in order.
pub async fn plays(c: &mut Connection, game_id: GameId) -> Result<Vec<PlayRecord>, StoreError> {
    play_rows(c, game_id).await?.into_iter().map(PlayRecord::try_from).collect()
}

/// The rows of all plays of a game, in order.
pub async fn play_rows(c: &mut Connection, game_id: GameId) -> QueryResult<Vec<PlayRow>> {
    plays::table
        .filter(plays::game_id.eq(DbUuid(game_id.0)))
        .order(plays::play_number)
        .select(PlayRow::as_select())
        .load(c)
        .await
}

/// All rolls of a game that belong to plays that stand, in order.
pub async fn rolls(c: &mut Connection, game_id: GameId) -> Result<Vec<RollRecord>, StoreError> {
    let rows: Vec<RollDbRow> = rolls::table
        .filter(rolls::game_id.eq(DbUuid(game_id.0)))
        .order(rolls::roll_id)
        .select(RollDbRow::as_select())
        .load(c)
        .await?;
    rows.into_iter().map(RollRecord::try_from).collect()
}

async fn roster(c: &mut Connection, game_id: GameId) -> Result<Vec<RosterRow>, StoreError> {
    let links = roster_links::table.filter(roster_links::game_id.eq(DbUuid(game_id.0)));
    let links = links.filter(roster_links::is_active);
    Ok(links.order(roster_links::id).select(RosterRow::as_select()).load(c).await?)
}

/// The cards on a PD game's rosters.
pub async fn pd_roster(c: &mut Connection, game_id: GameId) -> Result<Vec<PdRosterLink>, StoreError> {
    let links = roster(c, game_id).await?.into_iter();
    Ok(links
        .filter_map(|link| {
            let (id, team_id) = (link.id, TeamId(link.team_id));
            link.card_id.map(|card| PdRosterLink { id, game_id, team_id, card_id: CardId(card) })
        })
        .collect())
}

/// The players on an SBA game's rosters.
pub async fn sba_roster(c: &mut Connection, game_id: GameId) -> Result<Vec<SbaRosterLink>, StoreError> {
    let links = roster(c, game_id).await?.into_iter();
    Ok(links
        .filter_map(|link| {
            let (id, team_id) = (link.id, TeamId(link.team_id));
            link.player_id.map(|player| SbaRosterLink { id, game_id, team_id, player_id: CardId(player) })
        })
        .collect())
}

/// The entry in which a command had its effect.
pub async fn seq_of_command(
    c: &mut Connection,
    game_id: GameId,
    command_id: CommandId,
) -> Result<Option<Seq>, StoreError> {
    let seq: Option<i64> = journal::table
        .filter(journal::game_id.eq(DbUuid(game_id.0)))
        .filter(journal::command_id.eq(DbUuid(command_id.0)))
        .select(journal::seq)
        .first(c)
        .await
        .optional()?;
    Ok(seq.map(Seq))
}

/// Whether the database answers.
pub async fn ping(c: &mut Connection) -> Result<(), StoreError> {
    diesel::select(1.into_sql::<Integer>()).execute(c).await?;
    Ok(())
}
