//! Going back to an earlier play: proposal, answer, and the way back (RULES 7.6).
//!
//! The state to go back to lies in the journal, which `decide` does not see. Whoever holds the journal asks
//! [`rollback_target`] whether a command needs it, finds it with [`state_after_play`], and decides that
//! command with [`decide_rollback`].

use super::clock;
use super::turn::request;
use crate::id::{PlayNumber, Seq};
use crate::rules::command::{Command, Issuer, ProposeRollback};
use crate::rules::event::Event;
use crate::rules::moment::Moment;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, GameMode, Side, Status};

/// The play that this command would take the game back to at once: a proposal that was accepted, the operator's
/// own, or one to an AI manager, who always agrees. None for everything else, which [`decide`] answers.
///
/// [`decide`]: super::decide
#[must_use]
pub fn rollback_target(state: &GameState, issuer: Issuer, command: &Command) -> Option<PlayNumber> {
    let target = match command {
        Command::ProposeRollback(proposal) => {
            let side = match issuer {
                Issuer::Manager(side) => Some(side),
                Issuer::Operator | Issuer::Host => None,
            };
            let agreed = side.is_none_or(|side| agrees_by_itself(state, side.opponent()));
            check_target(state, proposal).ok().filter(|()| agreed).map(|()| proposal.to_play)
        }
        Command::AnswerRollback(answer) if answer.accept => {
            let open = state.pending_rollback?;
            may_answer(open.side, issuer).then_some(open.to_play)
        }
        _ => None,
    };
    target.filter(|_| may_go_back(state).is_ok())
}

/// The facts of going back at the moment `at` to `past`, which must be [`state_after_play`] of [`rollback_target`].
///
/// # Errors
/// As [`decide`], where the command takes the game nowhere.
///
/// [`decide`]: super::decide
pub fn decide_rollback(
    state: &GameState,
    past: &GameState,
    issuer: Issuer,
    command: &Command,
    at: Moment,
) -> Result<Vec<Event>, Rejection> {
    let Some(to_play) = rollback_target(state, issuer, command) else {
        return Err(Rejection::new(RejectionCode::WrongPhase, "this command goes back to no earlier play"));
    };
    if past.play_count != to_play {
        let problem = format!("the state handed in is of play {}, not {to_play}", past.play_count);
        return Err(Rejection::new(RejectionCode::Internal, problem));
    }
    let fielding = past.fielding_side();
    let back = Event::RolledBack { to_play, to_seq: past.seq, state: Box::new(past.clone()) };
    let events = vec![back, request(state.seq, DecisionPhase::AwaitingDefensive, fielding)];
    Ok(clock::kept(state, issuer, at, events))
}

/// The state after play `to_play` of the game as it stands, 0 being its start: found by folding the journal,
/// entry by entry from the first. None where the journal has no such play.
pub fn state_after_play<'a>(
    journal: impl IntoIterator<Item = (Seq, &'a [Event])>,
    to_play: PlayNumber,
) -> Option<GameState> {
    let mut state: Option<GameState> = None;
    let mut found = None;
    for (seq, events) in journal {
        let Some(state) = &mut state else {
            state = GameState::begin(events);
            continue;
        };
        for event in events {
            // The facts that end a play belong to it; the next request or play does not.
            let ends_play = match event {
                Event::PlayResolved(play) => play.play_number == to_play,
                Event::RolledBack { to_play: back, .. } => *back == to_play,
                Event::GameStarted {} => to_play == PlayNumber(0),
                Event::PitcherTired { .. } | Event::HalfInningEnded { .. } => state.play_count == to_play,
                _ => false,
            };
            state.apply(event);
            if ends_play {
                let at = GameState { seq, ..state.clone() };
                found = Some(at);
            }
        }
        state.seq = seq;
    }
    found.map(|state| GameState { pending_decision: None, ..state })
}

/// A manager asks the other to go back.
pub(super) fn propose(
    state: &GameState,
    issuer: Issuer,
    proposal: &ProposeRollback,
) -> Result<Vec<Event>, Rejection> {
    may_go_back(state)?;
    check_target(state, proposal)?;
    match issuer {
        Issuer::Manager(side) if state.setup.teams[side.opponent()].is_ai => {
            if agrees_by_itself(state, side.opponent()) {
                return Err(needs_past());
            }
            let text = "in a league game an AI manager agrees to no rollback; ask the operator";
            Err(Rejection::new(RejectionCode::Forbidden, text))
        }
        Issuer::Manager(side) => Ok(vec![Event::RollbackProposed { side, to_play: proposal.to_play }]),
        Issuer::Operator | Issuer::Host => Err(needs_past()),
    }
}

/// The other manager, or the operator, answers.
pub(super) fn answer(state: &GameState, issuer: Issuer, accept: bool) -> Result<Vec<Event>, Rejection> {
    may_go_back(state)?;
    let Some(open) = state.pending_rollback else {
        return Err(Rejection::new(RejectionCode::WrongPhase, "no rollback is proposed"));
    };
    let side = match issuer {
        // Who proposed it may take it back.
        Issuer::Manager(side) if side == open.side && accept => {
            let text = "the other manager answers your proposal";
            return Err(Rejection::new(RejectionCode::NotYourTurn, text));
        }
        Issuer::Manager(side) => side,
        Issuer::Operator | Issuer::Host => open.side.opponent(),
    };
    if accept { Err(needs_past()) } else { Ok(vec![Event::RollbackDeclined { side }]) }
}

fn needs_past() -> Rejection {
    Rejection::new(RejectionCode::Internal, "the state to go back to was not taken from the journal")
}

fn may_answer(proposer: Side, issuer: Issuer) -> bool {
    issuer != Issuer::Manager(proposer)
}

fn agrees_by_itself(state: &GameState, side: Side) -> bool {
    state.setup.teams[side].is_ai && state.setup.game_mode != GameMode::League
}

fn may_go_back(state: &GameState) -> Result<(), Rejection> {
    let text = match state.status {
        Status::Active => return Ok(()),
        Status::Pending => "the game has not started; there is nothing to go back to",
        Status::Paused => "the game is paused; resume it first",
        Status::Completed => return Err(Rejection::new(RejectionCode::GameOver, "the game is over")),
    };
    Err(Rejection::new(RejectionCode::WrongPhase, text))
}

fn check_target(state: &GameState, proposal: &ProposeRollback) -> Result<(), Rejection> {
    let last = state.play_count.0;
    if (0..last).contains(&proposal.to_play.0) {
        return Ok(());
    }
    let problem = if last == 0 {
        "no play was made; there is nothing to go back from".to_owned()
    } else {
        format!("{}; allowed is 0 to {}", proposal.to_play, last - 1)
    };
    Err(Rejection::invalid("to_play", problem))
}
