//! The AI managers' turns: an AI side is asked like everybody else, and its answer walks the same road.

use super::super::game_slot::GameSlot;
use super::super::shared::Shared;
use super::Message;
use super::command_id::derived;
use super::live::LiveGame;
use super::turn::{self, Asked, Setback};
use crate::id::Seq;
use crate::manager;
use crate::rules::command::{Command, Issuer};
use crate::rules::rejection::RejectionCode;
use crate::rules::vocabulary::{DecisionPhase, Side, Status};
use ractor::{ActorProcessingErr, ActorRef};
use std::time::Duration;

/// How long an AI waits before it tries again when the database is away.
const RETRY_MS: u64 = 1_000;

/// Whether an AI manager has something to do.
pub(super) fn is_due(live: &LiveGame) -> bool {
    side_to_act(live).is_some()
}

/// Lets the AI manager who owes the next decision take his turn, after the pause that lets people follow.
pub(super) fn schedule(myself: &ActorRef<Message>, shared: &Shared, live: &LiveGame) {
    if is_due(live) {
        let pause_ms =
            if shared.persistence.database_away() { RETRY_MS } else { shared.settings.ai_pause_ms };
        wake(myself, live.state.seq, pause_ms);
    }
}

fn wake(myself: &ActorRef<Message>, asked: Seq, pause_ms: u64) {
    if pause_ms == 0 {
        let _ = myself.cast(Message::AiTurn(asked));
    } else {
        drop(myself.send_after(Duration::from_millis(pause_ms), move || Message::AiTurn(asked)));
    }
}

/// Takes the AI manager's turn, unless the game has moved on since he was woken. True when another
/// turn may be due.
pub(super) async fn take(
    shared: &Shared,
    slot: &GameSlot,
    live: &mut LiveGame,
    asked: Seq,
) -> Result<bool, ActorProcessingErr> {
    let Some(side) = side_to_act(live).filter(|_| live.state.seq == asked) else { return Ok(false) };
    let command = match live.state.decision_phase {
        DecisionPhase::AwaitingStart => Command::Start {},
        _ => manager::choose(&live.state, &live.cards, side)
            .ok_or_else(|| format!("the AI manager has no answer to entry {asked}"))?,
    };
    let command_id = derived("dugout/ai-command/v1", slot.game_id, asked);
    match turn::accept(shared, slot, live, Asked::by(Issuer::Manager(side), command_id, &command)).await {
        Ok(_) => Ok(true),
        Err(Setback::Refused(refused)) if refused.rejection.code == RejectionCode::Unavailable => Ok(true),
        Err(Setback::Refused(refused)) => {
            Err(format!("the AI manager was refused at entry {asked}: {}", refused.rejection).into())
        }
        Err(Setback::Lost(reason)) => Err(reason),
    }
}

/// The AI side that owes a decision. A game between two AI managers starts by itself.
fn side_to_act(live: &LiveGame) -> Option<Side> {
    let state = &live.state;
    if state.decision_phase == DecisionPhase::AwaitingStart {
        let unattended = state.setup.teams.iter().all(|(_, team)| team.is_ai);
        return (unattended && live.lineups_are_set()).then_some(Side::Home);
    }
    if state.status != Status::Active {
        return None; // what a paused game asks for waits until it is resumed
    }
    let side = state.pending_decision.as_ref()?.side;
    state.setup.teams[side].is_ai.then_some(side)
}
