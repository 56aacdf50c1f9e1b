//! Reading a game for a host that plays on with it. Compiled for each database (see `pg.rs`, `sqlite.rs`).

use super::super::bulk::Keyed;
use super::super::cards::{CardCache, CardHash};
use super::super::entry::{Entry, EntryHash};
use super::super::error::StoreError;
use super::super::hosts::Standing;
use super::super::rows::{CardRow, GameDbRow, JournalRow, RosterRow, SeatRow, bytes32};
use super::super::schema::{game_secrets, game_sessions, games, journal, roster_links, seats};
use super::super::stored::{DiceSeed, Seats, StoredGame};
use super::super::types::{DbUuid, JsonText, SqlJson};
use super::commit::finish;
use super::hosts::stand;
use super::{Connection, begin_read, begin_write};
use crate::id::{Epoch, GameId, HostId, Seq};
use crate::rules::card::PlayerCard;
use crate::rules::state::GameState;
use diesel::prelude::*;
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
) -> Result<StoredGame, StoreError> {
    begin_write(c).await?;
    let claimed = async {
        let taken_from = match stand(c, game_id, owner).await? {
            Standing::Own => None,
            Standing::Free(vacancy) => Some(vacancy),
            Standing::Elsewhere(address) => return Err(StoreError::LivesElsewhere(address)),
        };
        let game = games::table.filter(games::id.eq(DbUuid(game_id.0)));
        diesel::update(game)
            .set((games::epoch.eq(games::epoch + 1), games::owner.eq(DbUuid(owner.0))))
            .execute(c)
            .await?;
        // Whoever was connected was connected to the owner before.
        let session = game_sessions::table.filter(game_sessions::game_id.eq(DbUuid(game_id.0)));
        diesel::update(session)
            .set(game_sessions::connected_users.eq(JsonText("[]".into())))
            .execute(c)
            .await?;
        Ok(StoredGame { taken_from, ..read_game(c, game_id, cards).await? })
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

async fn read_game(c: &mut Connection, game_id: GameId, cache: &CardCache) -> Result<StoredGame, StoreError> {
    let id = DbUuid(game_id.0);
    let row: Option<GameDbRow> =
        games::table.find(id).select(GameDbRow::as_select()).first(c).await.optional()?;
    let row = row.ok_or(StoreError::NotFound { what: "game" })?;
    let seed: Vec<u8> = game_secrets::table.find(id).select(game_secrets::dice_seed).first(c).await?;
    let seats: Vec<SeatRow> =
        seats::table.filter(seats::game_id.eq(id)).select(SeatRow::as_select()).load(c).await?;
    let snapshot = read_snapshot(c, id).await?;
    let after = snapshot.as_ref().map_or(Seq(0), |state| state.seq);
    let entries = read_entries(c, id, after).await?;
    let (head, head_hash) = match entries.last() {
        Some(entry) => (entry.seq, entry.hash),
        None => (after, read_hash(c, id, after).await?),
    };
    Ok(StoredGame {
        game_id,
        epoch: Epoch(row.epoch),
        created_at: row.created_at.0,
        seed: DiceSeed(bytes32(&seed, "game_secrets.dice_seed")?),
        seats: seats_of(seats),
        cards: read_cards(c, id, cache).await?,
        snapshot: snapshot.map(Box::new),
        entries,
        head,
        head_hash,
        quarantined: row.quarantine_reason,
        taken_from: None,
    })
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

/// The snapshot, unless it was written by a version whose states look different: the journal has it all.
async fn read_snapshot(c: &mut Connection, id: DbUuid) -> Result<Option<GameState>, StoreError> {
    let text: Option<JsonText> =
        game_sessions::table.find(id).select(game_sessions::state_snapshot).first(c).await?;
    Ok(text.and_then(|text| match serde_json::from_str(&text.0) {
        Ok(state) => Some(state),
        Err(error) => {
            tracing::warn!(game = %id.0, %error, "a snapshot cannot be read; replaying the whole journal");
            None
        }
    }))
}

async fn read_entries(c: &mut Connection, id: DbUuid, after: Seq) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<JournalRow> = journal::table
        .filter(journal::game_id.eq(id))
        .filter(journal::seq.gt(after.0))
        .order(journal::seq)
        .select(JournalRow::as_select())
        .load(c)
        .await?;
    rows.into_iter().map(Entry::try_from).collect()
}

async fn read_hash(c: &mut Connection, id: DbUuid, seq: Seq) -> Result<EntryHash, StoreError> {
    let hash: Vec<u8> = journal::table.find((id, seq.0)).select(journal::hash).first(c).await?;
    Ok(EntryHash(bytes32(&hash, "journal.hash")?))
}

/// The pinned cards of both rosters; only those that are not in memory are read.
async fn read_cards(
    c: &mut Connection,
    id: DbUuid,
    cache: &CardCache,
) -> Result<Vec<Arc<PlayerCard>>, StoreError> {
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
    hashes
        .iter()
        .map(|hash| known.get(hash).cloned().ok_or(StoreError::NotFound { what: "pinned card" }))
        .collect()
}
