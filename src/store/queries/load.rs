//! Reading games for a host that plays on with them. Compiled for each database (see `pg.rs`, `sqlite.rs`).

use super::super::bulk::{KEYS_MAX, Keyed};
use super::super::cards::CardCache;
use super::super::entry::{Entry, EntryHash};
use super::super::error::StoreError;
use super::super::export::{CardHash, pinned_digest};
use super::super::rows::roster::{CardRow, RosterRow};
use super::super::rows::{GameDbRow, JournalRow, SeatRow, SessionRow, bytes32};
use super::super::schema::{game_secrets, game_sessions, games, roster_links, seats};
use super::super::stored::{DiceSeed, PinnedCards, Seats, StoredGame};
use super::super::types::{DbUuid, SqlJson};
use super::commit::finish;
use super::journal::{Readable, read_after, read_tails};
use super::{Connection, begin_read};
use crate::id::{Epoch, GameId, Seq};
use crate::rules::card::PlayerCard;
use crate::rules::state::GameState;
use diesel::prelude::*;
use diesel::result::{Error, QueryResult};
use diesel::sql_types::Binary;
use diesel_async::RunQueryDsl;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Reads the game as it is, in one transaction.
pub async fn load_game(
    c: &mut Connection,
    game_id: GameId,
    cards: &CardCache,
) -> Result<StoredGame, StoreError> {
    begin_read(c).await?;
    let game = read_game(c, game_id, cards).await;
    finish(c, game).await
}

/// Reads games as they are, in one transaction.
pub async fn load_games(
    c: &mut Connection,
    games: &[GameId],
    cards: &CardCache,
) -> Result<Vec<Result<StoredGame, StoreError>>, StoreError> {
    begin_read(c).await?;
    let games = read_games(c, games, cards).await;
    finish(c, games).await
}

/// The cards of a game, in one transaction.
pub async fn pinned_cards(
    c: &mut Connection,
    game_id: GameId,
    cards: &CardCache,
) -> Result<PinnedCards, StoreError> {
    begin_read(c).await?;
    let cards = read_cards(c, &[DbUuid(game_id.0)], cards).await;
    let cards = cards.and_then(|mut cards| cards.remove(&DbUuid(game_id.0)).ok_or_else(|| absent("roster")));
    finish(c, cards).await
}

/// Reads one game as it is, in the caller's transaction.
pub async fn read_game(
    c: &mut Connection,
    game_id: GameId,
    cache: &CardCache,
) -> Result<StoredGame, StoreError> {
    read_together(c, &[game_id], cache).await?.pop().ok_or(StoreError::NotFound { what: "game" })
}

/// Each table is read once for all of them; where a game cannot be read, they are read one by one.
async fn read_games(
    c: &mut Connection,
    games: &[GameId],
    cache: &CardCache,
) -> Result<Vec<Result<StoredGame, StoreError>>, StoreError> {
    match read_together(c, games, cache).await {
        Ok(all) => return Ok(all.into_iter().map(Ok).collect()),
        Err(error) if error.is_transient() => return Err(error),
        Err(error) if games.len() == 1 => return Ok(vec![Err(error)]),
        Err(_) => {}
    }
    let mut each = Vec::with_capacity(games.len());
    for game_id in games {
        each.push(match read_game(c, *game_id, cache).await {
            Err(error) if error.is_transient() => return Err(error),
            game => game,
        });
    }
    Ok(each)
}

/// Reads games, in the order of `games`. Fails where one of them cannot be read.
async fn read_together(
    c: &mut Connection,
    games: &[GameId],
    cache: &CardCache,
) -> Result<Vec<StoredGame>, StoreError> {
    let ids: Vec<DbUuid> = games.iter().map(|game| DbUuid(game.0)).collect();
    let mut rows = read_rows(c, &ids).await?;
    let mut seeds: HashMap<DbUuid, Vec<u8>> = game_secrets::table
        .filter(game_secrets::game_id.eq_any(&ids))
        .select((game_secrets::game_id, game_secrets::dice_seed))
        .load::<(DbUuid, Vec<u8>)>(c)
        .await?
        .into_iter()
        .collect();
    let seats: Vec<SeatRow> =
        seats::table.filter(seats::game_id.eq_any(&ids)).select(SeatRow::as_select()).load(c).await?;
    let mut seats = by_game(seats, |row| row.game_id);
    let mut snapshots = read_snapshots(c, &ids).await?;
    let mut tails = by_game(read_tails(c, &ids).await?, |row| row.game_id);
    let mut cards = read_cards(c, &ids, cache).await?;
    let mut read = Vec::with_capacity(games.len());
    for id in ids {
        let row = rows.remove(&id).ok_or(StoreError::NotFound { what: "game" })?;
        let seed = seeds.remove(&id).ok_or_else(|| absent("dice seed"))?;
        let kept = snapshots.remove(&id).unwrap_or(Kept::None);
        let past = past(c, id, kept, tails.remove(&id).unwrap_or_default()).await?;
        let (head, head_hash) =
            past.entries.last().map_or(past.snapshot_end(), |entry| (entry.seq, entry.hash));
        read.push(StoredGame {
            game_id: GameId(id.0),
            epoch: Epoch(row.epoch),
            created_at: row.created_at.0,
            seed: DiceSeed(bytes32(&seed, "dice seed")?),
            seats: seats_of(seats.remove(&id).unwrap_or_default()),
            cards: cards.remove(&id).ok_or_else(|| absent("roster"))?,
            previous: past.snapshot_end().1,
            snapshot: past.snapshot.map(|(state, _)| state),
            snapshot_rejected: past.snapshot_rejected,
            entries: past.entries,
            head,
            head_hash,
            quarantined: row.quarantine_reason,
        });
    }
    Ok(read)
}

fn by_game<R>(rows: Vec<R>, game: impl Fn(&R) -> DbUuid) -> HashMap<DbUuid, Vec<R>> {
    let mut games: HashMap<DbUuid, Vec<R>> = HashMap::new();
    for row in rows {
        games.entry(game(&row)).or_default().push(row);
    }
    games
}

async fn read_rows(c: &mut Connection, ids: &[DbUuid]) -> Result<HashMap<DbUuid, GameDbRow>, StoreError> {
    let rows: Vec<GameDbRow> =
        games::table.filter(games::id.eq_any(ids)).select(GameDbRow::as_select()).load(c).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

fn absent(what: &str) -> StoreError {
    StoreError::Corrupt { what: what.to_owned(), cause: "it is missing".to_owned() }
}

/// Both seats of a game.
pub fn seats_of(rows: Vec<SeatRow>) -> Seats {
    let mut seats = Seats::default();
    for row in rows {
        let side = row.side.0;
        seats[side] = Some(row.into());
    }
    seats
}

/// What is kept of a game's state.
enum Kept {
    None,
    /// A snapshot that is as it was written, and the hash of the entry it ends with.
    Usable(Box<GameState>, EntryHash),
    /// One that must not be used; the journal has it all.
    Rejected(String),
}

/// The snapshots of games that have any.
async fn read_snapshots(c: &mut Connection, ids: &[DbUuid]) -> Result<HashMap<DbUuid, Kept>, StoreError> {
    let rows: QueryResult<Vec<SessionRow>> = game_sessions::table
        .filter(game_sessions::game_id.eq_any(ids))
        .select(SessionRow::as_select())
        .load(c)
        .await;
    match (rows, ids) {
        (Ok(rows), _) => Ok(rows.into_iter().map(|row| (row.game_id, opened(&row))).collect()),
        (Err(error @ Error::DeserializationError(_)), [only]) => {
            Ok(HashMap::from([(*only, Kept::Rejected(error.to_string()))]))
        }
        (Err(error), _) => Err(error.into()),
    }
}

fn opened(row: &SessionRow) -> Kept {
    let snapshot = match row.snapshot() {
        Ok(Some(snapshot)) => snapshot,
        Ok(None) => return Kept::None,
        Err(reason) => return Kept::Rejected(reason),
    };
    match snapshot.open() {
        Ok(state) if state.setup.game_id.0 != row.game_id.0 => {
            Kept::Rejected("it is another game's".to_owned())
        }
        Ok(state) if row.snapshot_seq != Some(state.seq.0) => {
            Kept::Rejected("its number is not that of its state".to_owned())
        }
        Ok(state) => Kept::Usable(Box::new(state), snapshot.hash),
        Err(reason) => Kept::Rejected(reason),
    }
}

/// What a game went through: the snapshot, if there is one to use, and all entries after it.
struct Past {
    snapshot: Option<(Box<GameState>, EntryHash)>,
    snapshot_rejected: Option<String>,
    entries: Vec<Entry>,
}

impl Past {
    /// The number and the hash of what the first of the entries is chained to.
    fn snapshot_end(&self) -> (Seq, EntryHash) {
        self.snapshot.as_ref().map_or((Seq(0), EntryHash::GENESIS), |(state, hash)| (state.seq, *hash))
    }
}

/// The past of a game, of whose journal `tail` is what [`read_tails`] reads.
async fn past(c: &mut Connection, id: DbUuid, kept: Kept, tail: Vec<JournalRow>) -> Result<Past, StoreError> {
    let snapshot_rejected = match kept {
        Kept::Usable(state, hash) => {
            let mut tail = tail.into_iter();
            match tail.next().filter(|end| end.seq == state.seq.0) {
                // The seal holds, so the entry was there: what was shown is lost, and a shorter replay would hide it.
                None => return Err(absent(&format!("entry {}", state.seq))),
                Some(end) if end.hash == hash.0 => {
                    let entries = tail.map(Entry::try_from).collect::<Result<_, _>>()?;
                    return Ok(Past { snapshot: Some((state, hash)), snapshot_rejected: None, entries });
                }
                Some(end) => Some(format!("entry {} has another hash than it had", end.seq)),
            }
        }
        Kept::Rejected(reason) => Some(reason),
        Kept::None => None,
    };
    let Readable { entries, then } = read_after(c, id, Seq(0), i64::MAX).await?;
    match then {
        Some(error) => Err(error),
        None => Ok(Past { snapshot: None, snapshot_rejected, entries }),
    }
}

/// The pinned cards of games: of both rosters of entry 1, the visitors' first, then of who came later; only those that
/// are not in memory are read.
async fn read_cards(
    c: &mut Connection,
    ids: &[DbUuid],
    cache: &CardCache,
) -> Result<HashMap<DbUuid, PinnedCards>, StoreError> {
    let links: Vec<RosterRow> = roster_links::table
        .filter(roster_links::game_id.eq_any(ids))
        .order((roster_links::game_id, roster_links::id))
        .select(RosterRow::as_select())
        .load(c)
        .await?;
    let hashes: Vec<CardHash> = links
        .iter()
        .map(|link| bytes32(&link.card_hash, "roster_links.card_hash"))
        .collect::<Result<_, _>>()?;
    let known = read_known(c, &hashes, cache).await?;
    let mut rosters: HashMap<DbUuid, Vec<(i32, CardHash)>> = ids.iter().map(|id| (*id, Vec::new())).collect();
    for (link, hash) in links.iter().zip(hashes) {
        rosters.entry(link.game_id).or_default().push((link.id, hash));
    }
    let mut pinned = HashMap::new();
    for (id, roster) in rosters {
        let card = |hash: &CardHash| {
            known.get(hash).cloned().ok_or_else(|| absent(&format!("card {}", hex::encode(hash))))
        };
        let cards = roster.iter().map(|(_, hash)| card(hash)).collect::<Result<_, _>>()?;
        pinned.insert(id, PinnedCards { cards, digest: pinned_digest(roster) });
    }
    Ok(pinned)
}

/// Those of these cards that are in memory or in the database.
async fn read_known(
    c: &mut Connection,
    hashes: &[CardHash],
    cache: &CardCache,
) -> Result<HashMap<CardHash, Arc<PlayerCard>>, StoreError> {
    let mut known = HashMap::new();
    let mut missing = HashSet::new();
    for hash in hashes.iter().collect::<HashSet<_>>() {
        match cache.get(hash) {
            Some(card) => drop(known.insert(*hash, card)),
            None => drop(missing.insert(*hash)),
        }
    }
    let keys: Vec<_> = missing.into_iter().map(|hash| hash.to_vec().into_sql::<Binary>()).collect();
    for keys in keys.chunks(KEYS_MAX) {
        let head = "SELECT hash, card FROM cards WHERE hash IN ";
        let rows = Keyed::<_, (Binary, SqlJson)>::new(head, keys, "").load::<CardRow>(c).await?;
        for row in rows {
            let (hash, card) = cache.keep_row(&row)?;
            known.insert(hash, card);
        }
    }
    Ok(known)
}
