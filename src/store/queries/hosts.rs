//! The hosts' table, and games by owner. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::batch::game_key;
use super::super::bulk::{KEYS_MAX, Keyed};
use super::super::error::StoreError;
use super::super::hosts::{HostAddress, HostCard, HostSeen, Standing, standing};
use super::super::schema::{deadlines, games, hosts};
use super::super::types::{DbUuid, SqlTime, SqlUuid, Word};
use super::clocks::{any_clock_runs, attend, end_attendance, forget_uptimes};
use super::commit::finish;
use super::{Connection, LOCK_ROWS, NOW, SILENT_MS, begin_write};
use crate::id::{GameId, HostId};
use crate::rules::vocabulary::Status;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// A host that has been silent for this long is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3_600);

/// A host begins: those that ran on its data directory before it have ended.
pub async fn enter(c: &mut Connection, card: &HostCard) -> Result<(), StoreError> {
    begin_write(c).await?;
    let entered = async {
        let before = hosts::table
            .filter(hosts::installation.eq(DbUuid(card.installation.0)))
            .filter(hosts::id.ne(DbUuid(card.host_id.0)));
        diesel::delete(before).execute(c).await?;
        say(c, card).await?;
        forget_uptimes(c).await?;
        attend(c, card, Duration::ZERO).await
    };
    let entered = entered.await;
    finish(c, entered).await
}

/// A host begins on a database that nobody else can use: all others have ended.
pub async fn enter_alone(c: &mut Connection, card: &HostCard) -> Result<(), StoreError> {
    diesel::delete(hosts::table).execute(c).await?;
    say(c, card).await?;
    forget_uptimes(c).await?;
    attend(c, card, Duration::ZERO).await
}

/// A host gives word. Returns how long it had been silent, and all hosts.
pub async fn beat(
    c: &mut Connection,
    card: &HostCard,
) -> Result<(Option<Duration>, Vec<HostSeen>), StoreError> {
    let before = seen(c).await?;
    let own = before.iter().find(|host| host.address.host_id == card.host_id);
    let was_silent = own.map(|host| host.silent);
    say(c, card).await?;
    attend(c, card, Duration::ZERO).await?;
    for host in before.iter().filter(|host| host.silent > host.lease.max(FORGOTTEN_AFTER)) {
        forget(c, host.address.host_id).await?;
    }
    Ok((was_silent, seen(c).await?))
}

/// The word of a host that is alone, and has been there for so long without a break. Nobody has to know that it lives:
/// it is written only while a clock runs.
pub async fn beat_alone(c: &mut Connection, card: &HostCard, there_for: Duration) -> Result<(), StoreError> {
    if any_clock_runs(c).await? { attend(c, card, there_for).await } else { Ok(()) }
}

/// A host ends. What it owned is anybody's.
pub async fn leave(c: &mut Connection, host_id: HostId) -> Result<(), StoreError> {
    end_attendance(c, host_id).await?;
    forget(c, host_id).await
}

async fn forget(c: &mut Connection, host_id: HostId) -> Result<(), StoreError> {
    diesel::delete(hosts::table.find(DbUuid(host_id.0))).execute(c).await?;
    Ok(())
}

async fn say(c: &mut Connection, card: &HostCard) -> Result<(), StoreError> {
    let lease_ms = i64::try_from(card.lease.as_millis()).unwrap_or(i64::MAX);
    let changing = (
        hosts::last_seen_at.eq(sql::<SqlTime>(NOW)),
        hosts::lease_ms.eq(lease_ms),
        hosts::draining.eq(card.draining),
    );
    let row = (
        hosts::id.eq(DbUuid(card.host_id.0)),
        hosts::installation.eq(DbUuid(card.installation.0)),
        hosts::public_url.eq(card.public_url.as_deref()),
        hosts::started_at.eq(sql::<SqlTime>(NOW)),
        hosts::last_seen_at.eq(sql::<SqlTime>(NOW)),
        hosts::lease_ms.eq(lease_ms),
        hosts::draining.eq(card.draining),
    );
    diesel::insert_into(hosts::table)
        .values(row)
        .on_conflict(hosts::id)
        .do_update()
        .set(changing)
        .execute(c)
        .await?;
    Ok(())
}

/// What is read of a host.
pub type SeenRow = (DbUuid, Option<String>, i64, bool, i64);
type SeenColumns = (hosts::id, hosts::public_url, hosts::lease_ms, hosts::draining, SqlLiteral<BigInt>);

/// The columns of a [`SeenRow`].
pub fn seen_columns() -> SeenColumns {
    (hosts::id, hosts::public_url, hosts::lease_ms, hosts::draining, sql(SILENT_MS))
}

/// A host as its row says.
pub fn host_seen((id, public_url, lease_ms, draining, silent_ms): SeenRow) -> HostSeen {
    let millis = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or_default());
    HostSeen {
        address: HostAddress { host_id: HostId(id.0), public_url },
        silent: millis(silent_ms),
        lease: millis(lease_ms),
        draining,
    }
}

async fn seen(c: &mut Connection) -> Result<Vec<HostSeen>, StoreError> {
    let rows: Vec<SeenRow> = hosts::table.order(hosts::id).select(seen_columns()).load(c).await?;
    Ok(rows.into_iter().map(host_seen).collect())
}

/// Whose games are whose rows are locked from here on, and how `asks` stands to them. Those that do not exist are
/// missing.
pub async fn stand(
    c: &mut Connection,
    games: &[GameId],
    asks: HostId,
) -> Result<HashMap<GameId, (Option<HostId>, Standing)>, StoreError> {
    let head = "SELECT id, owner FROM games WHERE id IN ";
    let keys: Vec<_> = games.iter().copied().map(game_key).collect();
    let owned = Keyed::<_, (SqlUuid, Nullable<SqlUuid>)>::new(head, &keys, LOCK_ROWS);
    let owned = owned.load::<(DbUuid, Option<DbUuid>)>(c).await?;
    let owners: HashSet<DbUuid> = owned.iter().filter_map(|(_, owner)| *owner).collect();
    let owners = hosts::table.filter(hosts::id.eq_any(owners)).select(seen_columns());
    let seen = owners.load::<SeenRow>(c).await?.into_iter().map(host_seen);
    let seen: HashMap<HostId, HostSeen> = seen.map(|host| (host.address.host_id, host)).collect();
    let stands = |(game, owner): (DbUuid, Option<DbUuid>)| {
        let owner = owner.map(|owner| HostId(owner.0));
        let seen = owner.and_then(|owner| seen.get(&owner));
        (GameId(game.0), (owner, standing(asks, owner, seen)))
    };
    Ok(owned.into_iter().map(stands).collect())
}

/// Games that go on without anybody asking, oldest first, and whose owner is none of `living`: active ones in which a
/// side is managed by the host or a clock runs, and those between two such sides that have yet to start. A game that
/// was given up is not among them: its owner had nothing to do in it before its deadline, if it has one ([`due`]).
///
/// [`due`]: super::due
pub async fn orphans(c: &mut Connection, living: &[HostId], limit: u16) -> Result<Vec<GameId>, StoreError> {
    let living: Vec<DbUuid> = living.iter().map(|host| DbUuid(host.0)).collect();
    let one_ai = games::home_team_is_ai.or(games::away_team_is_ai);
    let both_ai = games::home_team_is_ai.and(games::away_team_is_ai);
    let clock_runs = games::id.eq_any(deadlines::table.select(deadlines::game_id));
    let active = games::status.eq(Word(Status::Active)).and(one_ai.or(clock_runs));
    let to_start = games::status.eq(Word(Status::Pending)).and(both_ai);
    let ids: Vec<DbUuid> = games::table
        .filter(active.or(to_start))
        .filter(games::quarantined_at.is_null())
        .filter(games::owner.is_not_null())
        .filter(games::owner.ne_all(living))
        .order((games::created_at, games::id))
        .limit(limit.into())
        .select(games::id)
        .load(c)
        .await?;
    Ok(ids.into_iter().map(|id| GameId(id.0)).collect())
}

/// Those of `of` that `host_id` does not own.
pub async fn strays(c: &mut Connection, host_id: HostId, of: &[GameId]) -> Result<Vec<GameId>, StoreError> {
    let mut strays = Vec::new();
    for part in of.chunks(KEYS_MAX) {
        let ids: Vec<DbUuid> = part.iter().map(|id| DbUuid(id.0)).collect();
        let elsewhere = games::owner.is_null().or(games::owner.ne(DbUuid(host_id.0)));
        let rows: Vec<DbUuid> =
            games::table.filter(games::id.eq_any(ids)).filter(elsewhere).select(games::id).load(c).await?;
        strays.extend(rows.into_iter().map(|id| GameId(id.0)));
    }
    Ok(strays)
}
