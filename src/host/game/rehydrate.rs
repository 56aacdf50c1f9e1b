//! A game back from the database: the snapshot, then the entries after it, by the same `apply` that live
//! play uses. The chain of hashes is checked on the way, so that a journal that was changed behind the
//! host's back is noticed before anybody plays on it.

use super::super::game_slot::GameSlot;
use super::super::shared::Shared;
use super::live::{LiveGame, RecentCommands};
use crate::fairness::{Seed, SeededDice};
use crate::id::{GameId, Seq};
use crate::protocol;
use crate::rules::card::CardBook;
use crate::rules::state::GameState;
use crate::store::entry::Entry;
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
    /// What is stored is not what the host wrote.
    #[error("the stored {what} is not what was written: {reason}")]
    Tampered {
        /// The entry, the dice seed, the cards.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It waits for the operator.
    #[error("the game is set aside: {0}")]
    SetAside(String),
}

impl RehydrateError {
    /// Whether reading it again leads to the same: only the operator can help.
    #[must_use]
    pub const fn is_lasting(&self) -> bool {
        matches!(self, Self::Tampered { .. } | Self::Store(StoreError::Corrupt { .. }))
    }
}

/// Takes ownership of the game and reads it, waiting for the database if it is away. Followers who were
/// there before get what was committed but not yet sent. Says, too, for how long the game could not be played while its
/// clock ran. Fails where the game lives on another host.
pub(super) async fn rehydrate(
    shared: &Shared,
    slot: &GameSlot,
) -> Result<(LiveGame, Duration), RehydrateError> {
    let started = Instant::now();
    let claim = || shared.claims.claim(&*shared.store, slot.game_id, shared.host_id);
    let claim = while_away(slot.game_id, claim).await?;
    if let Some(vacancy) = claim.taken_from {
        metrics::counter!("dugout_takeovers_total", "owner" => vacancy.as_str()).increment(1);
    }
    // At once: whatever goes wrong from here on goes wrong in this term.
    slot.set_epoch(claim.epoch);
    let stored = claim.game?;
    if let Some(reason) = &stored.quarantined {
        return Err(RehydrateError::SetAside(reason.clone()));
    }
    if let Some(reason) = &stored.snapshot_rejected {
        metrics::counter!("dugout_snapshots_rejected_total").increment(1);
        warn!(game.id = %slot.game_id, %reason, "a snapshot is not used; the whole journal is replayed");
    }
    let entries_read = stored.entries.len();
    catch_up(shared, slot, &stored).await?;
    let live = restore(stored)?;
    metrics::histogram!("dugout_rehydrate_seconds").record(started.elapsed().as_secs_f64());
    info!(
        game.id = %slot.game_id, epoch = %live.epoch, seq = %live.state.seq, entries_read,
        elapsed_ms = started.elapsed().as_millis() as u64, "game is live"
    );
    Ok((live, claim.unserved))
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
/// [`RehydrateError::Tampered`] when an entry, the seed or the cards are not what was written.
pub fn restore(stored: StoredGame) -> Result<LiveGame, RehydrateError> {
    let snapshot_seq = stored.snapshot.as_ref().map_or(Seq(0), |state| state.seq);
    let state = stored.state().map_err(|(seq, reason)| tampered_entry(seq, &reason))?;
    let mut recent_commands = RecentCommands::default();
    for entry in &stored.entries {
        recent_commands.remember(entry.command_id, entry.seq);
    }
    check_agreed(&state, &stored)?;
    let dice = SeededDice::new(Seed::new(stored.seed.0), &state.entropy, state.dice_position);
    Ok(LiveGame {
        state,
        cards: CardBook::new(stored.cards.cards),
        epoch: stored.epoch,
        head: stored.head_hash,
        dice,
        seats: stored.seats,
        recent_commands,
        snapshot_seq,
        joined: None,
    })
}

/// Entry 1 seals what is kept beside the journal: the game's id, the seed by its commitment, the cards.
fn check_agreed(state: &GameState, stored: &StoredGame) -> Result<(), RehydrateError> {
    let setup = &state.setup;
    if setup.game_id != stored.game_id {
        return Err(tampered_entry(Seq(1), &format!("it creates game {}", setup.game_id)));
    }
    if Seed::new(stored.seed.0).commitment() != setup.seed_commitment {
        return Err(tampered("dice seed", &"it is not the one that entry 1 committed to"));
    }
    if stored.cards.digest != setup.cards_digest {
        return Err(tampered("roster", &"its cards are not those that entry 1 seals"));
    }
    Ok(())
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

fn tampered(what: &str, reason: &dyn std::fmt::Display) -> RehydrateError {
    RehydrateError::Tampered { what: what.to_owned(), reason: reason.to_string() }
}

pub(super) fn tampered_entry(seq: Seq, reason: &dyn std::fmt::Display) -> RehydrateError {
    tampered(&format!("entry {seq}"), reason)
}
