//! Reading a game for a host that plays on with it. Compiled for each database (see `pg.rs`, `sqlite.rs`).

use super::super::bulk::Keyed;
use super::super::cards::CardCache;
use super::super::entry::EntryHash;
use super::super::error::StoreError;
use super::super::export::{CardHash, pinned_digest};
use super::super::hosts::Standing;
use super::super::rows::roster::{CardRow, RosterRow};
use super::super::rows::{GameDbRow, SeatRow, SessionRow, bytes32};
use super::super::schema::{game_secrets, game_sessions, games, journal, roster_links, seats};
use super::super::stored::{Claim, DiceSeed, PinnedCards, Seats, StoredGame};
use super::super::types::{DbUuid, JsonText, SqlJson};
use super::clocks::keep_unserved;
use super::commit::finish;
use super::hosts::stand;
use super::journal::{Readable, read_after};
use super::{Connection, begin_read, begin_write};
use crate::id::{Epoch, GameId, HostId, Seq};
use crate::rules::card::PlayerCard;
use crate::rules::state::GameState;
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::Binary;
use diesel_async::RunQueryDsl;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Starts a new term of ownership and reads the game, in one transaction, unless a host that lives owns it.
pub async fn claim(
    c: &mut Connection,
    game_id: GameId,
    owner: HostId,
    cards: &CardCache,
) -> Result<Claim, StoreError> {
    begin_write(c).await?;
    let claimed = async {
        let (before, standing) = stand(c, game_id, owner).await?;
        let taken_from = match standing {
            Standing::Own => None,
            Standing::Free(vacancy) => Some(vacancy),
            Standing::Elsewhere(address) => return Err(StoreError::LivesElsewhere(address)),
        };
        let game = games::table.filter(games::id.eq(DbUuid(game_id.0)));
        diesel::update(game)
            .set((games::epoch.eq(games::epoch + 1), games::owner.eq(DbUuid(owner.0))))
            .execute(c)
            .await?;
        let unserved = keep_unserved(c, game_id, before, owner).await?;
        // Whoever was connected was connected to the owner before.
        let session = game_sessions::table.filter(game_sessions::game_id.eq(DbUuid(game_id.0)));
        diesel::update(session)
            .set(game_sessions::connected_users.eq(JsonText("[]".into())))
            .execute(c)
            .await?;
        let epoch = games::table.find(DbUuid(game_id.0)).select(games::epoch).first(c).await?;
        // A game that cannot be read is claimed too: only its owner may set it aside.
        let game = match read_game(c, game_id, cards).await {
            Err(error) if !matches!(error, StoreError::Corrupt { .. }) => return Err(error),
            game => game,
        };
        Ok(Claim { epoch: Epoch(epoch), taken_from, unserved, game })
    };
    let claimed = claimed.await;
    finish(c, claimed).await
}

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

/// The cards of a game, in one transaction.
pub async fn pinned_cards(
    c: &mut Connection,
    game_id: GameId,
    cards: &CardCache,
) -> Result<PinnedCards, StoreError> {
    begin_read(c).await?;
    let cards = read_cards(c, DbUuid(game_id.0), cards).await;
    finish(c, cards).await
}

/// Reads the game as it is, in the caller's transaction.
pub async fn read_game(
    c: &mut Connection,
    game_id: GameId,
    cache: &CardCache,
) -> Result<StoredGame, StoreError> {
    let id = DbUuid(game_id.0);
    let row: Option<GameDbRow> =
        games::table.find(id).select(GameDbRow::as_select()).first(c).await.optional()?;
    let row = row.ok_or(StoreError::NotFound { what: "game" })?;
    let seed: Option<Vec<u8>> =
        game_secrets::table.find(id).select(game_secrets::dice_seed).first(c).await.optional()?;
    let seed = seed.ok_or_else(|| absent("dice seed"))?;
    let seats: Vec<SeatRow> =
        seats::table.filter(seats::game_id.eq(id)).select(SeatRow::as_select()).load(c).await?;
    let (snapshot, snapshot_rejected) = match read_snapshot(c, id).await? {
        Kept::None => (None, None),
        Kept::Usable(state, hash) => (Some((state, hash)), None),
        Kept::Rejected(reason) => (None, Some(reason)),
    };
    let (after, previous) = match &snapshot {
        Some((state, hash)) => (state.seq, *hash),
        None => (Seq(0), EntryHash::GENESIS),
    };
    let Readable { entries, then } = read_after(c, id, after, i64::MAX).await?;
    if let Some(error) = then {
        return Err(error);
    }
    let (head, head_hash) = entries.last().map_or((after, previous), |entry| (entry.seq, entry.hash));
    Ok(StoredGame {
        game_id,
        epoch: Epoch(row.epoch),
        created_at: row.created_at.0,
        seed: DiceSeed(bytes32(&seed, "dice seed")?),
        seats: seats_of(seats),
        cards: read_cards(c, id, cache).await?,
        snapshot: snapshot.map(|(state, _)| state),
        snapshot_rejected,
        previous,
        entries,
        head,
        head_hash,
        quarantined: row.quarantine_reason,
    })
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
    /// A snapshot that is bound to the journal, and the hash of the entry it ends with.
    Usable(Box<GameState>, EntryHash),
    /// One that must not be used; the journal has it all.
    Rejected(String),
}

/// The snapshot, if it is what was written and fits the journal.
async fn read_snapshot(c: &mut Connection, id: DbUuid) -> Result<Kept, StoreError> {
    let row = game_sessions::table.find(id).select(SessionRow::as_select()).first(c).await;
    let row: SessionRow = match row.optional() {
        Ok(Some(row)) => row,
        Ok(None) => return Ok(Kept::None),
        Err(error @ Error::DeserializationError(_)) => return Ok(Kept::Rejected(error.to_string())),
        Err(error) => return Err(error.into()),
    };
    let snapshot = match row.snapshot() {
        Ok(Some(snapshot)) => snapshot,
        Ok(None) => return Ok(Kept::None),
        Err(reason) => return Ok(Kept::Rejected(reason)),
    };
    let state = match snapshot.open() {
        Ok(state) if state.setup.game_id.0 == id.0 => state,
        Ok(_) => return Ok(Kept::Rejected("it is another game's".to_owned())),
        Err(reason) => return Ok(Kept::Rejected(reason)),
    };
    let hash: Option<Vec<u8>> =
        journal::table.find((id, state.seq.0)).select(journal::hash).first(c).await.optional()?;
    match hash {
        // The seal holds, so the entry was there: what was shown is lost, and a shorter replay would hide it.
        None => Err(absent(&format!("entry {}", state.seq))),
        Some(hash) if hash == snapshot.hash.0 => Ok(Kept::Usable(Box::new(state), snapshot.hash)),
        Some(_) => Ok(Kept::Rejected(format!("entry {} has another hash than it had", state.seq))),
    }
}

/// The pinned cards: of both rosters of entry 1, the visitors' first, then of who came later; only those that are not in memory are read.
async fn read_cards(c: &mut Connection, id: DbUuid, cache: &CardCache) -> Result<PinnedCards, StoreError> {
    let links: Vec<RosterRow> = roster_links::table
        .filter(roster_links::game_id.eq(id))
        .order(roster_links::id)
        .select(RosterRow::as_select())
        .load(c)
        .await?;
    let hashes: Vec<CardHash> = links
        .iter()
        .map(|link| bytes32(&link.card_hash, "roster_links.card_hash"))
        .collect::<Result<_, _>>()?;
    let mut known: HashMap<CardHash, Arc<PlayerCard>> =
        hashes.iter().filter_map(|hash| cache.get(hash).map(|card| (*hash, card))).collect();
    let missing: HashSet<CardHash> =
        hashes.iter().filter(|hash| !known.contains_key(*hash)).copied().collect();
    if !missing.is_empty() {
        let keys: Vec<_> = missing.iter().map(|hash| hash.to_vec().into_sql::<Binary>()).collect();
        let rows =
            Keyed::<_, (Binary, SqlJson)>::new("SELECT hash, card FROM cards WHERE hash IN ", &keys, "")
                .load::<CardRow>(c)
                .await?;
        for row in rows {
            let (hash, card) = cache.keep_row(&row)?;
            known.insert(hash, card);
        }
    }
    let cards: Vec<_> = hashes
        .iter()
        .map(|hash| known.get(hash).cloned().ok_or_else(|| absent(&format!("card {}", hex::encode(hash)))))
        .collect::<Result<_, _>>()?;
    let digest = pinned_digest(links.iter().map(|link| link.id).zip(hashes));
    Ok(PinnedCards { cards, digest })
}
