//! The way of one command: answered already? may he? → decide → commit → apply → tell everyone → answer.

use super::super::faults::Moment;
use super::super::game_slot::GameSlot;
use super::super::persistence::PersistError;
use super::super::shared::Shared;
use super::live::{Decided, LiveGame};
use super::{CommandCall, Fenced, Refused, Request, rollback};
use crate::id::{CommandId, Seq};
use crate::rules;
use crate::rules::card::PlayerCard;
use crate::rules::command::{Command, Issuer};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::store::{ChangeError, entry};
use chrono::{DateTime, Utc};
use ractor::{ActorProcessingErr, RpcReplyPort};
use std::sync::Arc;
use tokio::time::Instant;
use tracing::{Instrument, debug_span};

/// How a turn may end other than with an entry.
#[derive(Debug)]
pub(super) enum Setback {
    /// The command is refused; nothing changed.
    Refused(Refused),
    /// The game's memory can't be trusted any more: what happened is in the journal.
    Lost(ActorProcessingErr),
}

/// Takes a manager's command. Returns the number of the entry that holds it, now or since before.
pub(super) async fn take(
    shared: &Shared,
    slot: &GameSlot,
    live: &mut LiveGame,
    call: CommandCall,
) -> Result<Seq, Setback> {
    let CommandCall { user, command_id, expect, request, span: _ } = call;
    let Request { command, card } = live.sealed(request);
    if let Some(seq) = live.recent_commands.seq_of(command_id) {
        return Ok(seq);
    }
    let attempt = match live.issuer_for(&user) {
        Ok(issuer) => {
            let asked = Asked { issuer, command_id, expect, command: &command, card: card.as_ref() };
            accept(shared, slot, live, asked).await
        }
        Err(rejection) => Err(live.refuse(rejection)),
    };
    match attempt {
        // The journal could not be asked either: each try would keep the next command waiting.
        Err(Setback::Refused(refused)) if refused.rejection.code == RejectionCode::Unavailable => {
            Err(Setback::Refused(refused))
        }
        // A command that was accepted long ago no longer fits the state; its id still gets its answer.
        Err(Setback::Refused(refused)) => match shared.store.seq_of_command(slot.game_id, command_id).await {
            Ok(Some(seq)) => Ok(seq),
            Ok(None) => Err(Setback::Refused(refused)),
            Err(error) => Err(live.refuse(unavailable(&error))),
        },
        other => other,
    }
}

/// Answers the caller. A refusal is an answer; a game that lost its memory answers nothing and dies, so
/// that the caller asks again and the rebuilt game answers from the journal.
pub(super) fn answer(
    reply: RpcReplyPort<Result<Seq, Refused>>,
    answer: Result<Seq, Setback>,
) -> Result<(), ActorProcessingErr> {
    let answer = match answer {
        Ok(seq) => Ok(seq),
        Err(Setback::Refused(refused)) => Err(refused),
        Err(Setback::Lost(reason)) => return Err(reason),
    };
    let _ = reply.send(answer);
    Ok(())
}

/// A command, in somebody's name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'call> {
    pub issuer: Issuer,
    pub command_id: CommandId,
    /// The entry that asked for it, if it answers one.
    pub expect: Option<Seq>,
    pub command: &'call Command,
    /// The card that it would pin.
    pub card: Option<&'call Arc<PlayerCard>>,
}

impl<'call> Asked<'call> {
    /// What the host itself sees to: a command that answers nobody in particular and pins no card.
    pub(super) const fn by(issuer: Issuer, command_id: CommandId, command: &'call Command) -> Self {
        Self { issuer, command_id, expect: None, command, card: None }
    }
}

/// Decides a command and makes its events durable, then true, then known.
pub(super) async fn accept(
    shared: &Shared,
    slot: &GameSlot,
    live: &mut LiveGame,
    asked: Asked<'_>,
) -> Result<Seq, Setback> {
    let Asked { issuer, command, .. } = asked;
    shared.faults.strike(slot.game_id, Moment::Deciding(command));
    if shared.persistence.database_away() {
        return Err(live.refuse(unavailable(&"no connection")));
    }
    live.check_expected(asked.expect).map_err(|rejection| live.refuse(rejection))?;
    let at = shared.clock.now();
    let deciding = async {
        let decided = match rules::rollback_target(&live.state, issuer, command) {
            Some(to_play) => rollback::decide(shared, live, issuer, command, to_play, at).await?,
            None => decide(live, asked, at)?,
        };
        Ok(live.prepare(asked, decided, at, &shared.settings))
    };
    let next = deciding.instrument(debug_span!("decide", command.kind = command.kind())).await?;
    let began = Instant::now();
    match shared.persistence.write(next.change()).await {
        Ok(()) => {
            slot.pulse().committed(began.elapsed());
            shared.faults.strike(slot.game_id, Moment::Committed);
            Ok(debug_span!("publish").in_scope(|| live.commit(slot, next)))
        }
        Err(PersistError::Refused(ChangeError::CommandIdTaken { seq })) if seq <= live.state.seq => Ok(seq),
        Err(PersistError::Refused(ChangeError::StaleEpoch { .. })) => Err(Setback::Lost(Fenced.into())),
        Err(error) => Err(Setback::Lost(error.into())),
    }
}

fn decide(live: &mut LiveGame, asked: Asked<'_>, at: DateTime<Utc>) -> Result<Decided, Setback> {
    let Asked { issuer, command, card, .. } = asked;
    let cards = card.map(|card| live.cards.with(card));
    let events = live
        .decide(issuer, command, cards.as_ref(), entry::moment(at))
        .map_err(|rejection| live.refuse(rejection))?;
    Ok(Decided { events, rollback: None, cards })
}

pub(super) fn unavailable(reason: &dyn std::fmt::Display) -> Rejection {
    const RETRY_AFTER_MS: u64 = 1_000;
    tracing::debug!(%reason, "refused while the database is away");
    Rejection::later(
        RejectionCode::Unavailable,
        "the database is away; nothing was changed, send the command again",
        RETRY_AFTER_MS,
    )
}
