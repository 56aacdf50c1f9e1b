//! The life of a game beside its plays: suspended, taken up again, given up (RULES 7.2).

use crate::rules::command::{Forfeit, Issuer};
use crate::rules::dice::Dice;
use crate::rules::event::{Ending, Event, Forfeited};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{Side, Status};

/// Runs of the side to which a game is forfeited (OBR 7.03, RULES 7.2).
const FORFEIT_RUNS: u16 = 9;

/// Characters of a forfeit's reason, at most.
const REASON_MAX: usize = 200;

/// Suspends a game that is being played. Either manager may.
pub(super) fn pause(state: &GameState) -> Result<Vec<Event>, Rejection> {
    match state.status {
        Status::Active => Ok(vec![Event::Paused {}]),
        Status::Paused => refuse("the game is paused already"),
        Status::Pending | Status::Completed => {
            refuse("the game has not started; only a game in play is paused")
        }
    }
}

/// Takes a suspended game up again, at the same play.
pub(super) fn resume(state: &GameState) -> Result<Vec<Event>, Rejection> {
    if state.status != Status::Paused {
        return refuse("the game is not paused; only a paused game is resumed");
    }
    Ok(vec![Event::Resumed {}])
}

/// A manager gives the game up; the operator and the host declare it forfeited by the side they name, else by the
/// one that owes the decision the game waits for.
pub(super) fn forfeit(
    state: &GameState,
    issuer: Issuer,
    request: &Forfeit,
    dice: &dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    check_reason(request.reason.as_deref())?;
    let loser = match (issuer, request.side) {
        (Issuer::Manager(own), Some(side)) if side != own => {
            let problem = format!("side: {side} is not yours; you may give up for {own} only");
            return Err(Rejection::invalid("side", problem));
        }
        (Issuer::Manager(side), _) | (Issuer::Operator | Issuer::Host, Some(side)) => side,
        (Issuer::Operator | Issuer::Host, None) => match &state.pending_decision {
            Some(pending) => pending.side,
            None => {
                let problem = "side: nobody owes a decision; say who forfeits, home or away";
                return Err(Rejection::invalid("side", problem));
            }
        },
    };
    let winner = loser.opponent();
    let runs = |side: Side| if side == winner { FORFEIT_RUNS } else { 0 };
    Ok(vec![Event::GameCompleted {
        winner_team_id: Some(state.setup.teams[winner].team_id),
        away_score: runs(Side::Away),
        home_score: runs(Side::Home),
        ending: Ending::Forfeit,
        forfeit: Some(Forfeited { side: loser, reason: request.reason.clone() }),
        dice_seed: dice.reveal(),
    }])
}

fn check_reason(reason: Option<&str>) -> Result<(), Rejection> {
    let Some(reason) = reason else { return Ok(()) };
    let letters = reason.chars().count();
    if reason.trim().is_empty() || letters > REASON_MAX || reason.chars().any(char::is_control) {
        let problem = format!("must be 1 to {REASON_MAX} characters of one line, or be left out");
        return Err(Rejection::invalid("reason", problem));
    }
    Ok(())
}

fn refuse(text: &str) -> Result<Vec<Event>, Rejection> {
    Err(Rejection::new(RejectionCode::WrongPhase, text))
}
