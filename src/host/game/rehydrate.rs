//! A game back from the database: the snapshot, then the entries after it, by the same `apply` that live
//! play uses. The chain of hashes is checked on the way, so that a journal that was changed behind the
//! host's back is noticed before anybody plays on it.

use super::super::game_slot::GameSlot;
use super::super::shared::Shared;
use super::live::{LiveGame, RecentCommands};
use crate::fairness::Seed;
use crate::id::{GameId, Seq};
use crate::protocol;
use crate::rules::card::CardBook;
use crate::rules::state::GameState;
use crate::store::entry::{Entry, EntryHash};
use crate::store::stored::StoredGame;
use crate::store::{PAGE_MAX, StoreError};
use std::time::Duration;
use tokio::time::Instant;
use tracing::{info, warn};

const RETRY_DELAY_MS_MIN: u64 = 100;
const RETRY_DELAY_MS_MAX: u64 = 2_000;

/// Why a stored game can't be played on.
#[derive(Debug, thiserror::Error)]
pub enum RehydrateError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row does not hold what the host writes.
    #[error("entry {seq} can't be read: {reason}")]
    Unreadable {
        /// The entry.
        seq: Seq,
        /// What is wrong with it.
        reason: String,
    },
}

/// Takes ownership of the game and reads it, waiting for the database if it is away. Followers who were
/// there before get what was committed but not yet sent.
pub(super) async fn rehydrate(shared: &Shared, slot: &GameSlot) -> Result<LiveGame, RehydrateError> {
    let started = Instant::now();
    let stored = while_away(slot.game_id, || shared.store.claim(slot.game_id, shared.host_id)).await?;
    // At once: whatever goes wrong from here on goes wrong in this term.
    slot.set_epoch(stored.epoch);
    let entries_read = stored.entries.len();
    catch_up(shared, slot, &stored).await?;
    let live = restore(stored)?;
    metrics::histogram!("dugout_rehydrate_seconds").record(started.elapsed().as_secs_f64());
    info!(
        game.id = %slot.game_id, epoch = %live.epoch, seq = %live.state.seq, entries_read,
        elapsed_ms = started.elapsed().as_millis() as u64, "game is live"
    );
    Ok(live)
}

/// Asks again for as long as the database is away: that is no failure of the game.
async fn while_away<T, Asking: Future<Output = Result<T, StoreError>>>(
    game_id: GameId,
    ask: impl Fn() -> Asking,
) -> Result<T, StoreError> {
    let mut delay_ms = RETRY_DELAY_MS_MIN;
    loop {
        match ask().await {
            Err(StoreError::Unavailable(reason)) => {
                warn!(game.id = %game_id, %reason, "the database is away; the game waits to be read");
                tokio::time::sleep(Duration::from_millis(delay_ms)).await;
                delay_ms = (delay_ms * 2).min(RETRY_DELAY_MS_MAX);
            }
            answer => return answer,
        }
    }
}

/// Builds the game from what is stored.
///
/// # Errors
/// [`RehydrateError::Unreadable`] when a snapshot or an entry is not what this host writes.
pub fn restore(stored: StoredGame) -> Result<LiveGame, RehydrateError> {
    let StoredGame { epoch, seed, seats, cards, snapshot, entries, head, head_hash, .. } = stored;
    let mut state = snapshot.map(|snapshot| *snapshot);
    let snapshot_seq = state.as_ref().map_or(Seq(0), |state| state.seq);
    let mut previous = if state.is_none() { Some(EntryHash::GENESIS) } else { None };
    let mut recent_commands = RecentCommands::default();
    for entry in &entries {
        if previous.is_some_and(|previous| entry.chained_to(&previous) != entry.hash) {
            return Err(unreadable(entry.seq, &"its hash does not follow from the entry before it"));
        }
        let events = entry.events().map_err(|error| unreadable(entry.seq, &error))?;
        match &mut state {
            None => state = GameState::begin(&events),
            Some(state) if state.seq.next() == entry.seq => state.apply_entry(entry.seq, &events),
            Some(state) => {
                return Err(unreadable(entry.seq, &format!("the entry before it is {}", state.seq)));
            }
        }
        recent_commands.remember(entry.command_id, entry.seq);
        previous = Some(entry.hash);
    }
    let state = state.ok_or_else(|| unreadable(Seq(1), &"it does not create a game"))?;
    if state.seq != head {
        return Err(unreadable(head, &format!("the entries read end with {}", state.seq)));
    }
    let (cards, seed) = (CardBook::new(cards), Seed::new(seed.0));
    Ok(LiveGame { state, cards, epoch, head: head_hash, seed, seats, recent_commands, snapshot_seq })
}

/// Sends followers the entries that were committed while nobody could tell them.
async fn catch_up(shared: &Shared, slot: &GameSlot, stored: &StoredGame) -> Result<(), RehydrateError> {
    let Some(sent) = slot.audience().sent_min() else { return Ok(()) };
    let read_already = stored.entries.first().is_some_and(|first| first.seq <= sent.next());
    let older;
    let missed: &[Entry] = if read_already {
        &stored.entries
    } else {
        let read = || entries_between(shared, slot.game_id, sent, stored.head);
        older = while_away(slot.game_id, read).await?;
        &older
    };
    let mut audience = slot.audience();
    for entry in missed.iter().filter(|entry| entry.seq > sent) {
        audience.publish(entry.seq, &protocol::events(slot.game_id, entry.seq, &entry.events_json));
    }
    Ok(())
}

/// The entries after `after` up to `head`, page by page.
pub(super) async fn entries_between(
    shared: &Shared,
    game_id: GameId,
    after: Seq,
    head: Seq,
) -> Result<Vec<Entry>, StoreError> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut last = after;
    while last < head {
        let page = shared.store.journal(game_id, last, PAGE_MAX).await?;
        let Some(newest) = page.last() else { break };
        last = newest.seq;
        entries.extend(page);
    }
    Ok(entries)
}

fn unreadable(seq: Seq, reason: &dyn std::fmt::Display) -> RehydrateError {
    RehydrateError::Unreadable { seq, reason: reason.to_string() }
}
