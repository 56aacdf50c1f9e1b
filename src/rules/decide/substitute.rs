//! Players who come in: who may ask for it when, and what it leads to (RULES 7.4, OBR 5.10, 5.11).

use super::turn::Turn;
use crate::rules::card::CardBook;
use crate::rules::command::{Issuer, Substitute};
use crate::rules::event::Event;
use crate::rules::lineup::change;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Side, Status};

/// Brings players in. The side at bat sends pinch hitters and runners any time before the roll, and the
/// defence decides anew; the side in the field changes players while its own decision is due.
pub(super) fn substitute(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    request: &Substitute,
) -> Result<Vec<Event>, Rejection> {
    let side = match issuer {
        Issuer::Manager(side) => side,
        Issuer::Operator | Issuer::Host => side_of(state, request)?,
    };
    let is_batting = side == state.batting_side();
    check_phase(state, is_batting)?;
    let players = change::change(state, cards, side, request)?;
    let mut turn = Turn::new(state, cards);
    turn.push(Event::SubstitutionMade { side, players });
    if !is_batting {
        return Ok(turn.into_events());
    }
    let fielding = state.fielding_side();
    Ok(turn.request(DecisionPhase::AwaitingDefensive, fielding))
}

fn side_of(state: &GameState, request: &Substitute) -> Result<Side, Rejection> {
    let has = |side: &&Side| state.lineups[**side].player(request.replacing).is_some();
    Side::ALL.iter().find(has).copied().ok_or_else(|| {
        Rejection::invalid("replacing", format!("{} is no line-up entry of this game", request.replacing))
    })
}

fn check_phase(state: &GameState, is_batting: bool) -> Result<(), Rejection> {
    let wrong = |text: &str| Err(Rejection::new(RejectionCode::WrongPhase, text));
    match (state.status, state.decision_phase) {
        (Status::Pending, _) => wrong("the game has not started; name other starters with set_lineup"),
        (Status::Paused, _) => wrong("the game is paused; resume it first"),
        (_, DecisionPhase::AwaitingDefensive) => Ok(()),
        (_, DecisionPhase::AwaitingOffensive | DecisionPhase::AwaitingRoll) if is_batting => Ok(()),
        _ if is_batting => wrong("a pinch hitter or runner comes in before the roll"),
        _ => wrong("the side in the field changes players while its decision is due (awaiting_defensive)"),
    }
}
