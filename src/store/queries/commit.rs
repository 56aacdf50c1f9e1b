//! A commit: many changes, one transaction. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::batch::{Batch, game_key, rounds};
use super::super::bulk::{KEYS_MAX, Keyed};
use super::super::cards::CardCache;
use super::super::change::Change;
use super::super::entry::EntryHash;
use super::super::error::{ChangeError, StoreError};
use super::super::fault::Fault;
use super::super::rows::bytes32;
use super::super::types::{DbUuid, SqlUuid, Word};
use super::super::verdict::{Entries, Found, Games, Seats, Verdict};
use super::list::seq_of_command;
use super::write::write;
use super::{Connection, LOCK_ROWS, Looking, begin, begin_looking};
use crate::id::{Epoch, GameId, Seq, UserId};
use crate::rules::vocabulary::{LeagueId, Side};
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Binary, Text};
use diesel_async::pooled_connection::PoolableConnection;
use diesel_async::{AsyncConnection, RunQueryDsl, TransactionManager};
use std::time::Duration;

/// How often a transaction that lost against another one is tried.
const ATTEMPTS: u32 = 6;

/// What a failure means. A connection that broke took the answer with it, whatever the words.
fn fault(c: &mut Connection, error: &diesel::result::Error) -> Fault {
    if c.is_broken() { Fault::Away } else { Fault::of(error) }
}

/// What came of each change.
type Outcomes = Vec<Result<(), ChangeError>>;

/// Commits all changes in one transaction; where the database refuses the whole, one by one, so that a bad
/// game harms no other.
pub async fn commit_all(
    c: &mut Connection,
    changes: &[Change],
    cards: &CardCache,
) -> Result<Outcomes, StoreError> {
    let all: Vec<&Change> = changes.iter().collect();
    match attempt(c, &all, cards).await {
        Ok(outcomes) => return Ok(outcomes),
        Err(error) if fault(c, &error) != Fault::Data => return Err(unavailable(&error)),
        Err(error) if changes.len() > 1 => {
            tracing::warn!(changes = changes.len(), %error, "a commit was refused; committing one by one");
        }
        Err(_) => {}
    }
    let mut outcomes = Vec::with_capacity(changes.len());
    for change in changes {
        outcomes.push(match attempt(c, &[change], cards).await {
            Ok(mut one) => one.pop().unwrap_or(Ok(())),
            Err(error) if fault(c, &error) == Fault::Data => Err(explain(c, change, &error).await?),
            Err(error) => return Err(unavailable(&error)),
        });
    }
    Ok(outcomes)
}

fn unavailable(error: &diesel::result::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// One transaction, repeated while others are in its way.
async fn attempt(c: &mut Connection, changes: &[&Change], cards: &CardCache) -> QueryResult<Outcomes> {
    let mut attempt = 1;
    loop {
        match transaction(c, changes, cards).await {
            Err(error) if attempt < ATTEMPTS && Fault::of(&error) == Fault::Contention => {
                tokio::time::sleep(Duration::from_millis(5 << attempt)).await;
                attempt += 1;
            }
            result => return result,
        }
    }
}

async fn transaction(c: &mut Connection, changes: &[&Change], cards: &CardCache) -> QueryResult<Outcomes> {
    let mut outcomes: Outcomes = vec![Ok(()); changes.len()];
    let written = write_rounds(c, changes, cards, &mut outcomes).await;
    let batches = finish(c, written).await?;
    for (hash, card) in batches.into_iter().flat_map(|batch| batch.new_cards) {
        cards.keep(hash, card);
    }
    Ok(outcomes)
}

async fn write_rounds(
    c: &mut Connection,
    changes: &[&Change],
    cards: &CardCache,
    outcomes: &mut Outcomes,
) -> QueryResult<Vec<Batch>> {
    let mut batches = Vec::new();
    let rounds = rounds(changes);
    // A part of a round is looked up in one statement a table: what is locked is locked before the rest is read.
    for round in rounds.iter().flat_map(|round| round.chunks(KEYS_MAX)) {
        let of_round: Vec<&Change> = round.iter().map(|index| changes[*index]).collect();
        let found = find(c, &of_round, batches.is_empty()).await?;
        let (batch, verdicts) = judge(&found, &of_round, cards);
        for (index, verdict) in round.iter().zip(verdicts) {
            outcomes[*index] = verdict;
        }
        write(c, &batch).await?;
        batches.push(batch);
    }
    Ok(batches)
}

/// Ends a transaction: commits what went well, takes back what did not.
pub async fn finish<T, E: From<diesel::result::Error>>(
    c: &mut Connection,
    result: Result<T, E>,
) -> Result<T, E> {
    type Manager = <Connection as AsyncConnection>::TransactionManager;
    match result {
        Ok(value) => {
            Manager::commit_transaction(c).await?;
            Ok(value)
        }
        Err(error) => {
            // The first error says more; a connection that cannot roll back is thrown away by the pool.
            let _ = Manager::rollback_transaction(c).await;
            Err(error)
        }
    }
}

/// Judges the changes of a round by what is in the database: what is to be written, and what came of each.
fn judge(found: &Found, changes: &[&Change], cards: &CardCache) -> (Batch, Outcomes) {
    let mut batch = Batch::default();
    let outcomes = changes.iter().map(|change| match found.judge(change) {
        Verdict::Write(league) => batch.add(change, league, cards),
        Verdict::Settled => Ok(()),
        Verdict::Refuse(error) => Err(error),
    });
    let outcomes = outcomes.collect();
    (batch, outcomes)
}

/// Reads what the verdict needs, in one turn to the server. The transaction begins in the same turn, if it does with this.
async fn find(c: &mut Connection, changes: &[&Change], begins: bool) -> QueryResult<Found> {
    let c: Looking<'_> = if begins { begin_looking(c)? } else { c };
    let ((), games, entries, seats) = together!(
        async { if begins { begin(c).await } else { Ok(()) } },
        find_games(c, changes),
        find_entries(c, changes),
        find_seats(c, changes)
    );
    Ok(Found { games, entries, seats })
}

/// Locks the games' rows, in the order of their ids so that two commits cannot wait for each other: before anything else
/// is read.
async fn find_games(mut c: Looking<'_>, changes: &[&Change]) -> QueryResult<Games> {
    let mut games: Vec<GameId> = changes.iter().map(|change| change.game_id()).collect();
    games.sort_unstable_by_key(|id| id.0);
    let games: Vec<_> = games.into_iter().map(game_key).collect();
    let head = "SELECT id, epoch, league_id FROM games WHERE id IN ";
    let rows = Keyed::<_, (SqlUuid, BigInt, Text)>::new(head, &games, LOCK_ROWS);
    let rows = rows.load::<(DbUuid, i64, Word<LeagueId>)>(&mut c).await?.into_iter();
    Ok(rows.map(|(id, epoch, league)| (GameId(id.0), (Epoch(epoch), league.0))).collect())
}

/// The entries that are to be appended, if they exist, and those before them.
async fn find_entries(mut c: Looking<'_>, changes: &[&Change]) -> QueryResult<Entries> {
    let mut keys = Vec::new();
    for change in changes {
        let (game_id, seq) = match change {
            Change::CreateGame(new) => (new.setup.game_id, new.entry.seq),
            Change::Append(append) => (append.game_id, append.entry.seq),
            _ => continue,
        };
        keys.extend([seq.0 - 1, seq.0].map(|seq| (game_key(game_id), seq.into_sql::<BigInt>())));
    }
    if keys.is_empty() {
        return Ok(Entries::new());
    }
    let head = "SELECT game_id, seq, hash FROM journal JOIN ";
    let tail = " AS v ON game_id = v.column1 AND seq = v.column2";
    let entries = Keyed::<_, (SqlUuid, BigInt, Binary)>::new(head, &keys, tail);
    let mut found = Entries::new();
    for (game_id, seq, hash) in entries.load::<(DbUuid, i64, Vec<u8>)>(&mut c).await? {
        let hash = bytes32(&hash, "journal.hash")
            .map_err(|error| diesel::result::Error::DeserializationError(error.to_string().into()))?;
        found.insert((GameId(game_id.0), Seq(seq)), EntryHash(hash));
    }
    Ok(found)
}

/// Who holds the seats that are claimed.
async fn find_seats(mut c: Looking<'_>, changes: &[&Change]) -> QueryResult<Seats> {
    let keys: Vec<_> = changes
        .iter()
        .filter_map(|change| match change {
            Change::ClaimSeat(claim) => {
                Some((game_key(claim.game_id), claim.side.as_str().into_sql::<Text>()))
            }
            _ => None,
        })
        .collect();
    if keys.is_empty() {
        return Ok(Seats::new());
    }
    let head = "SELECT game_id, side, user_id FROM seats JOIN ";
    let tail = " AS v ON game_id = v.column1 AND side = v.column2";
    let seats = Keyed::<_, (SqlUuid, Text, SqlUuid)>::new(head, &keys, tail);
    let seats = seats.load::<(DbUuid, Word<Side>, DbUuid)>(&mut c).await?.into_iter();
    Ok(seats.map(|(game, side, user)| ((GameId(game.0), side.0), UserId(user.0))).collect())
}

/// Why the database refused a single change.
async fn explain(
    c: &mut Connection,
    change: &Change,
    error: &diesel::result::Error,
) -> Result<ChangeError, StoreError> {
    if let Change::Append(append) = change {
        let seq = seq_of_command(c, append.game_id, append.entry.command_id).await?;
        if let Some(seq) = seq {
            return Ok(ChangeError::CommandIdTaken { seq });
        }
    }
    Ok(ChangeError::Refused(error.to_string()))
}
