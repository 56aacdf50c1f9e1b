//! Games and hosts as an operator looks at them. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::error::StoreError;
use super::super::operated::{ListedHost, OperatedFilter, OperatedGame, TroubleFilter};
use super::super::read::{Cursor, GameFilter, Page, Viewer};
use super::super::rows::{GameDbRow, json};
use super::super::schema::{deadlines, game_sessions, games, hosts};
use super::super::types::{DbTime, DbUuid, JsonText, Word};
use super::hosts::{SeenRow, host_seen, seen_columns};
use super::list::{filtered, newest_first, with_seats};
use super::{Backend, Connection};
use crate::id::{GameId, HostId, Seq, UserId};
use crate::rules::vocabulary::Status;
use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// The number of a game's last entry: the index of the journal's key has it at its end.
const LAST_SEQ: &str = "(SELECT COALESCE(MAX(seq), 0) FROM journal WHERE journal.game_id = games.id)";

/// Games, newest first.
pub async fn operated_games(
    c: &mut Connection,
    filter: &OperatedFilter,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page<OperatedGame>, StoreError> {
    let limit = usize::from(limit);
    let mut rows: Vec<(GameDbRow, i64)> = newest_first(wanted(filter), after)
        .limit(limit as i64 + 1)
        .select((GameDbRow::as_select(), sql::<BigInt>(LAST_SEQ)))
        .load(c)
        .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|(row, _)| row.cursor());
    Ok(Page { items: with_sessions(c, rows).await?, next })
}

/// One game.
pub async fn operated_game(c: &mut Connection, game_id: GameId) -> Result<OperatedGame, StoreError> {
    let rows: Vec<(GameDbRow, i64)> = filtered(&GameFilter::all(Viewer::Operator))
        .filter(games::id.eq(DbUuid(game_id.0)))
        .select((GameDbRow::as_select(), sql::<BigInt>(LAST_SEQ)))
        .load(c)
        .await?;
    with_sessions(c, rows).await?.pop().ok_or(StoreError::NotFound { what: "game" })
}

/// Games that pass the filter, as a query.
fn wanted(filter: &OperatedFilter) -> games::BoxedQuery<'static, Backend> {
    let everybodys = GameFilter { user_id: filter.user_id, ..GameFilter::all(Viewer::Operator) };
    let statuses: Vec<Word<Status>> = filter.statuses.iter().copied().map(Word).collect();
    let mut query = filtered(&everybodys).filter(games::status.eq_any(statuses));
    if let Some(HostId(host)) = filter.host_id {
        query = query.filter(games::owner.eq(DbUuid(host)));
    }
    if let Some(quiet_since) = filter.quiet_since {
        let quiet = game_sessions::table.filter(game_sessions::last_action_at.lt(DbTime(quiet_since)));
        query = query.filter(games::id.eq_any(quiet.select(game_sessions::game_id)));
    }
    if let Some(trouble) = &filter.trouble {
        query = troubled(query, trouble);
    }
    query
}

fn troubled(
    query: games::BoxedQuery<'static, Backend>,
    trouble: &TroubleFilter,
) -> games::BoxedQuery<'static, Backend> {
    let quarantined = games::quarantined_at.is_not_null();
    let overdue = deadlines::table.filter(deadlines::due_at.lt(DbTime(trouble.overdue_before)));
    let overdue = games::id.eq_any(overdue.select(deadlines::game_id));
    let old = game_sessions::last_action_at.lt(DbTime(trouble.stalled_before));
    let stalled = games::status
        .eq(Word(Status::Active))
        .and(games::home_team_is_ai.and(games::away_team_is_ai))
        .and(games::id.eq_any(game_sessions::table.filter(old).select(game_sessions::game_id)));
    let living: Vec<DbUuid> = trouble.living.iter().map(|host| DbUuid(host.0)).collect();
    let goes_on = games::home_team_is_ai
        .or(games::away_team_is_ai)
        .or(games::id.eq_any(deadlines::table.select(deadlines::game_id)));
    let without_host = games::owner.is_not_null().and(games::owner.ne_all(living));
    let deserted = games::status.eq(Word(Status::Active)).and(goes_on).and(without_host);
    let besides: Vec<DbUuid> = trouble.besides.iter().map(|game| DbUuid(game.0)).collect();
    query.filter(quarantined.or(overdue).or(stalled).or(deserted).or(games::id.eq_any(besides)))
}

/// The rest of what is asked about these games.
async fn with_sessions(
    c: &mut Connection,
    rows: Vec<(GameDbRow, i64)>,
) -> Result<Vec<OperatedGame>, StoreError> {
    let ids: Vec<DbUuid> = rows.iter().map(|(row, _)| row.id).collect();
    let sessions: Vec<(DbUuid, JsonText, DbTime)> = game_sessions::table
        .filter(game_sessions::game_id.eq_any(ids.clone()))
        .select((game_sessions::game_id, game_sessions::connected_users, game_sessions::last_action_at))
        .load(c)
        .await?;
    let mut sessions: HashMap<DbUuid, (JsonText, DbTime)> =
        sessions.into_iter().map(|(id, users, at)| (id, (users, at))).collect();
    let due: Vec<(DbUuid, DbTime)> = deadlines::table
        .filter(deadlines::game_id.eq_any(ids))
        .select((deadlines::game_id, deadlines::due_at))
        .load(c)
        .await?;
    let due: HashMap<DbUuid, DbTime> = due.into_iter().collect();
    let known: Vec<_> = rows.iter().map(|(row, seq)| (row.id, row.owner, *seq)).collect();
    let rows = rows.into_iter().map(|(row, _)| row).collect();
    let rows = with_seats(c, rows).await?.into_iter().zip(known);
    rows.map(|(row, (id, owner, seq))| {
        let (users, at) = sessions.remove(&id).unwrap_or((JsonText("[]".to_owned()), DbTime(row.created_at)));
        Ok(OperatedGame {
            owner: owner.map(|host| HostId(host.0)),
            last_seq: Seq(seq),
            last_action_at: at.0,
            connected_users: user_ids(&users)?,
            due_at: due.get(&id).map(|at| at.0),
            row,
        })
    })
    .collect()
}

fn user_ids(users: &JsonText) -> Result<Vec<UserId>, StoreError> {
    let what = "game_sessions.connected_users";
    serde_json::from_value(json(users, what)?)
        .map_err(|error| StoreError::Corrupt { what: what.to_owned(), cause: error.to_string() })
}

/// All hosts, and how many games each owns that are not over.
pub async fn listed_hosts(c: &mut Connection) -> Result<Vec<ListedHost>, StoreError> {
    let rows: Vec<(SeenRow, DbTime)> =
        hosts::table.order(hosts::id).select((seen_columns(), hosts::started_at)).load(c).await?;
    let live = [Status::Pending, Status::Active, Status::Paused].map(Word);
    let owned: Vec<(Option<DbUuid>, i64)> = games::table
        .filter(games::status.eq_any(live))
        .group_by(games::owner)
        .select((games::owner, count_star()))
        .load(c)
        .await?;
    let owned: HashMap<Option<DbUuid>, i64> = owned.into_iter().collect();
    let listed = rows.into_iter().map(|(seen, started_at)| {
        let seen = host_seen(seen);
        let games = owned.get(&Some(DbUuid(seen.address.host_id.0))).copied().unwrap_or_default();
        ListedHost { seen, started_at: started_at.0, games }
    });
    Ok(listed.collect())
}
