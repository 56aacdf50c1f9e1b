//! Going back to an earlier play: the one command that needs the journal to be decided.

use super::super::shared::Shared;
use super::live::{Decided, LiveGame};
use super::rehydrate::{entries_between, tampered_entry};
use super::turn::{Setback, unavailable};
use crate::id::{PlayNumber, Seq};
use crate::rules;
use crate::rules::command::{Command, Issuer};
use crate::rules::event::Event;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::store::entry::{self, EntryHash};
use crate::store::projection;
use chrono::{DateTime, Utc};

/// Decides a command that takes the game back to the state after `to_play`.
pub(super) async fn decide(
    shared: &Shared,
    live: &LiveGame,
    issuer: Issuer,
    command: &Command,
    to_play: PlayNumber,
    at: DateTime<Utc>,
) -> Result<Decided, Setback> {
    let game_id = live.state.setup.game_id;
    let entries = entries_between(shared, game_id, Seq(0), live.state.seq)
        .await
        .map_err(|error| live.refuse(unavailable(&error)))?;
    // The past decides what the game is from now on: it must be the past that was recorded.
    if let Some((seq, reason)) = entry::first_break(Seq(0), EntryHash::GENESIS, &entries) {
        return Err(Setback::Lost(tampered_entry(seq, &reason).into()));
    }
    let read = entries.iter().map(|entry| Ok((entry.seq, entry.events()?)));
    let journal: Vec<(Seq, Vec<Event>)> =
        read.collect::<Result<_, serde_json::Error>>().map_err(|error| Setback::Lost(error.into()))?;
    let journal = || journal.iter().map(|(seq, events)| (*seq, events.as_slice()));
    let past = rules::state_after_play(journal(), to_play).ok_or_else(|| {
        let message = format!("the journal has no play {to_play} to go back to");
        live.refuse(Rejection::new(RejectionCode::Internal, message))
    })?;
    let events = rules::decide_rollback(&live.state, &past, issuer, command, entry::moment(at))
        .map_err(|rejection| live.refuse(rejection))?;
    Ok(Decided { events, rollback: Some(projection::rollback(journal(), to_play)), cards: None })
}
