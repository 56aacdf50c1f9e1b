//! The hosts' uptimes, and the deadlines that they are held against. Compiled for each database (see `pg.rs` and
//! `sqlite.rs`).

use super::super::error::StoreError;
use super::super::hosts::HostCard;
use super::super::schema::{deadlines, games, host_uptimes};
use super::super::types::{DbTime, DbUuid, SqlTime};
use super::super::uptime::{Uptime, unserved as time_between};
use super::{Connection, NOW};
use crate::id::{GameId, HostId};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::time::Duration;

/// Uptimes that ended before the longest clock began are forgotten.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(30);

/// A host gives word that it is there, and that it has been there for so long without a break. Where its last word is
/// longer ago than it may be, it was not there before that.
pub async fn attend(c: &mut Connection, card: &HostCard, there_for: Duration) -> Result<(), StoreError> {
    let id = DbUuid(card.host_id.0);
    // The time is read first: a word that the database takes in late must not cover what lies between.
    let now = now(c).await?;
    let newest: Option<(DbTime, DbTime)> = host_uptimes::table
        .filter(host_uptimes::host_id.eq(id))
        .order(host_uptimes::from_at.desc())
        .select((host_uptimes::from_at, host_uptimes::until_at))
        .first(c)
        .await
        .optional()?;
    let unbroken = |until: DateTime<Utc>| (now - until).to_std().unwrap_or_default() <= card.lull;
    match newest.filter(|(_, until)| unbroken(until.0)) {
        Some((from, _)) => {
            diesel::update(host_uptimes::table.find((id, from)))
                .set(host_uptimes::until_at.eq(DbTime(now)))
                .execute(c)
                .await?;
        }
        None => {
            let row = (
                host_uptimes::host_id.eq(id),
                host_uptimes::from_at.eq(DbTime(now - there_for)),
                host_uptimes::until_at.eq(DbTime(now)),
                host_uptimes::lull_ms.eq(i64::try_from(card.lull.as_millis()).unwrap_or(i64::MAX)),
            );
            diesel::insert_into(host_uptimes::table).values(row).on_conflict_do_nothing().execute(c).await?;
        }
    }
    Ok(())
}

/// The last word of a host that ends in order.
pub async fn end_attendance(c: &mut Connection, host_id: HostId) -> Result<(), StoreError> {
    let now = now(c).await?;
    let newest: Option<UptimeRow> = host_uptimes::table
        .filter(host_uptimes::host_id.eq(DbUuid(host_id.0)))
        .order(host_uptimes::from_at.desc())
        .select((host_uptimes::from_at, host_uptimes::until_at, host_uptimes::lull_ms))
        .first(c)
        .await
        .optional()?;
    let Some((from, until, lull_ms)) = newest else { return Ok(()) };
    if now - until.0 <= TimeDelta::milliseconds(lull_ms) {
        diesel::update(host_uptimes::table.find((DbUuid(host_id.0), from)))
            .set(host_uptimes::until_at.eq(DbTime(now)))
            .execute(c)
            .await?;
    }
    Ok(())
}

/// From, until, and within how many milliseconds the next word was due.
type UptimeRow = (DbTime, DbTime, i64);

/// The uptimes of old go.
pub async fn forget_uptimes(c: &mut Connection) -> Result<(), StoreError> {
    let long_ago = DbTime(now(c).await? - FORGOTTEN_AFTER);
    diesel::delete(host_uptimes::table.filter(host_uptimes::until_at.lt(long_ago))).execute(c).await?;
    Ok(())
}

/// Whether any clock runs.
pub async fn any_clock_runs(c: &mut Connection) -> Result<bool, StoreError> {
    let clocks = deadlines::table.select(deadlines::game_id);
    Ok(diesel::select(diesel::dsl::exists(clocks)).get_result(c).await?)
}

async fn now(c: &mut Connection) -> Result<DateTime<Utc>, StoreError> {
    let now: DbTime = diesel::select(sql::<SqlTime>(NOW)).get_result(c).await?;
    Ok(now.0)
}

/// For how long a game whose clock runs could not be played since its deadline was set, and up to when that was
/// measured; none where no clock runs. `owner` is whose it was; a game that nobody owned could be had from any host.
async fn measured(
    c: &mut Connection,
    game_id: GameId,
    owner: Option<HostId>,
    asks: HostId,
) -> Result<Option<(Duration, DateTime<Utc>)>, StoreError> {
    let row: Option<(DbTime, i64)> = deadlines::table
        .find(DbUuid(game_id.0))
        .select((deadlines::measured_at, deadlines::unserved_ms))
        .first(c)
        .await
        .optional()?;
    let Some((since, before_ms)) = row else { return Ok(None) };
    let mut uptimes = host_uptimes::table.filter(host_uptimes::until_at.ge(since)).into_boxed();
    if let Some(owner) = owner {
        uptimes = uptimes.filter(host_uptimes::host_id.eq(DbUuid(owner.0)));
    }
    let uptimes: Vec<UptimeRow> = uptimes
        .order(host_uptimes::from_at)
        .select((host_uptimes::from_at, host_uptimes::until_at, host_uptimes::lull_ms))
        .load(c)
        .await?;
    // An owner that the game is taken from has ended with its last word; who asks lives.
    let lives = owner.is_none_or(|owner| owner == asks);
    let lull_ms = uptimes.iter().map(|(_, _, lull_ms)| *lull_ms).max().filter(|_| lives).unwrap_or_default();
    let lull = Duration::from_millis(lull_ms.try_into().unwrap_or_default());
    let uptimes: Vec<Uptime> =
        uptimes.into_iter().map(|(from, until, _)| Uptime { from: from.0, until: until.0 }).collect();
    let now = now(c).await?;
    let before = Duration::from_millis(before_ms.try_into().unwrap_or_default());
    let without_host = time_between(&uptimes, since.0, now, lull);
    let without_game = match set_aside(c, game_id).await? {
        Some(at) => (now - at.max(since.0)).to_std().unwrap_or_default(),
        None => Duration::ZERO,
    };
    Ok(Some((before + without_host.max(without_game), now)))
}

/// Since when a game is in quarantine.
async fn set_aside(c: &mut Connection, game_id: GameId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let at: Option<Option<DbTime>> =
        games::table.find(DbUuid(game_id.0)).select(games::quarantined_at).first(c).await.optional()?;
    Ok(at.flatten().map(|at| at.0))
}

/// For how long a game whose clock runs could not be played since its deadline was set, asked by its owner.
pub async fn unserved(c: &mut Connection, game_id: GameId, asks: HostId) -> Result<Duration, StoreError> {
    Ok(measured(c, game_id, Some(asks), asks).await?.map(|(unserved, _)| unserved).unwrap_or_default())
}

/// The same, asked by who takes the game; it is kept, because whose the game was is forgotten now.
pub async fn keep_unserved(
    c: &mut Connection,
    game_id: GameId,
    owner: Option<HostId>,
    asks: HostId,
) -> Result<Duration, StoreError> {
    let Some((unserved, now)) = measured(c, game_id, owner, asks).await? else { return Ok(Duration::ZERO) };
    let so_far = i64::try_from(unserved.as_millis()).unwrap_or(i64::MAX);
    diesel::update(deadlines::table.find(DbUuid(game_id.0)))
        .set((deadlines::measured_at.eq(DbTime(now)), deadlines::unserved_ms.eq(so_far)))
        .execute(c)
        .await?;
    Ok(unserved)
}

/// Games whose deadline has passed by `at`, the longest overdue first, and that are owned by nobody, by `asks`, or by
/// none of `living`.
pub async fn due(
    c: &mut Connection,
    asks: HostId,
    at: DateTime<Utc>,
    living: &[HostId],
    limit: u16,
) -> Result<Vec<GameId>, StoreError> {
    let others = living.iter().filter(|host| **host != asks);
    let others: Vec<DbUuid> = others.map(|host| DbUuid(host.0)).collect();
    let ids: Vec<DbUuid> = deadlines::table
        .inner_join(games::table)
        .filter(deadlines::due_at.le(DbTime(at)))
        .filter(games::quarantined_at.is_null())
        .filter(games::owner.is_null().or(games::owner.ne_all(others)))
        .order((deadlines::due_at, deadlines::game_id))
        .limit(limit.into())
        .select(deadlines::game_id)
        .load(c)
        .await?;
    Ok(ids.into_iter().map(|id| GameId(id.0)).collect())
}
