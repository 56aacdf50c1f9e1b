//! Reading the journal. A row that cannot be read is named, and hides none of those before it. Compiled for each
//! database (see `pg.rs` and `sqlite.rs`).

use super::super::entry::Entry;
use super::super::error::StoreError;
use super::super::rows::JournalRow;
use super::super::schema::{game_sessions, journal};
use super::super::types::DbUuid;
use super::Connection;
use crate::id::{GameId, Seq};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::{Error, QueryResult};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;

/// Entries in order, up to the first that cannot be read.
pub struct Readable {
    /// Those before it.
    pub entries: Vec<Entry>,
    /// What is wrong with it, by its number; none where all could be read.
    pub then: Option<StoreError>,
}

/// Up to `limit` journal entries after `after`.
pub async fn journal(
    c: &mut Connection,
    game_id: GameId,
    after: Seq,
    limit: u16,
) -> Result<Vec<Entry>, StoreError> {
    let Readable { entries, then } = read_after(c, DbUuid(game_id.0), after, limit.into()).await?;
    match then {
        Some(error) if entries.is_empty() => Err(error),
        _ => Ok(entries),
    }
}

/// Reads the entries after `after`, at most `limit`.
pub async fn read_after(
    c: &mut Connection,
    id: DbUuid,
    after: Seq,
    limit: i64,
) -> Result<Readable, StoreError> {
    let (rows, broken) = match rows_after(c, id, after, limit).await {
        Ok(rows) => (rows, None),
        // One value that is not of its column's kind spoils the whole answer: ask for the rows one by one.
        Err(Error::DeserializationError(_)) => rows_one_by_one(c, id, after, limit).await?,
        Err(error) => return Err(error.into()),
    };
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        match Entry::try_from(row) {
            Ok(entry) => entries.push(entry),
            Err(error) => return Ok(Readable { entries, then: Some(error) }),
        }
    }
    Ok(Readable { entries, then: broken })
}

/// Of each game that has a snapshot the entry that it ends with, and all after it; of any other the whole journal. In
/// order.
pub async fn read_tails(c: &mut Connection, ids: &[DbUuid]) -> Result<Vec<JournalRow>, StoreError> {
    let sealed = game_sessions::table.on(game_sessions::game_id.eq(journal::game_id));
    let rows = journal::table
        .inner_join(sealed)
        .filter(game_sessions::game_id.eq_any(ids))
        .filter(journal::seq.ge(sql::<BigInt>("coalesce(game_sessions.snapshot_seq, 0)")))
        .order((journal::game_id, journal::seq))
        .select(JournalRow::as_select())
        .load(c)
        .await;
    match (rows, ids) {
        // Of one game the entry that cannot be read is named.
        (Err(Error::DeserializationError(_)), [only]) => {
            let (rows, broken) = rows_one_by_one(c, *only, Seq(0), i64::MAX).await?;
            broken.map_or(Ok(rows), Err)
        }
        (rows, _) => Ok(rows?),
    }
}

async fn rows_after(c: &mut Connection, id: DbUuid, after: Seq, limit: i64) -> QueryResult<Vec<JournalRow>> {
    journal::table
        .filter(journal::game_id.eq(id))
        .filter(journal::seq.gt(after.0))
        .order(journal::seq)
        .limit(limit)
        .select(JournalRow::as_select())
        .load(c)
        .await
}

async fn rows_one_by_one(
    c: &mut Connection,
    id: DbUuid,
    after: Seq,
    limit: i64,
) -> Result<(Vec<JournalRow>, Option<StoreError>), StoreError> {
    let seqs: Vec<i64> = journal::table
        .filter(journal::game_id.eq(id))
        .filter(journal::seq.gt(after.0))
        .order(journal::seq)
        .limit(limit)
        .select(journal::seq)
        .load(c)
        .await?;
    let mut rows = Vec::new();
    for seq in seqs {
        match journal::table.find((id, seq)).select(JournalRow::as_select()).first(c).await {
            Ok(row) => rows.push(row),
            Err(Error::DeserializationError(cause)) => {
                let broken = StoreError::Corrupt { what: format!("entry {seq}"), cause: cause.to_string() };
                return Ok((rows, Some(broken)));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok((rows, None))
}
