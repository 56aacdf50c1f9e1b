//! A command to facts: the one place where a game is changed by somebody's will (HOUSE "decide").
//!
//! `decide` reads the state, throws what dice it needs, and answers with events or a refusal; it changes
//! nothing. Each concern has a file; this one says what is asked of whom, when.

mod before;
mod clock;
mod decisions;
mod force;
mod life;
mod manual;
mod roll;
mod rollback;
mod roster;
mod running;
mod substitute;
#[cfg(test)]
mod tests;
mod turn;

pub use rollback::{decide_rollback, rollback_target, state_after_play};

use super::card::CardBook;
use super::command::{Command, Issuer};
use super::dice::Dice;
use super::event::Event;
use super::moment::Moment;
use super::rejection::{Rejection, RejectionCode};
use super::state::GameState;
use super::vocabulary::{DecisionPhase, Side, Status};

/// The facts that a command leads to, given at the moment `at`, from which the clock of who is asked next runs.
///
/// # Errors
/// `game_over`, `wrong_phase` and `not_your_turn` where the command is not due; `invalid`, naming the field,
/// where a value is not allowed. A refusal changes nothing, though it may have thrown dice: take them up
/// again at `state.dice_position`.
pub fn decide(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    command: &Command,
    at: Moment,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    if state.is_over() {
        return Err(Rejection::new(RejectionCode::GameOver, "the game is over"));
    }
    let events = match command {
        Command::SetLineup(lineup) => before::set_lineup(state, cards, issuer, lineup),
        Command::ContributeEntropy(share) => before::contribute_entropy(state, issuer, share),
        Command::Start {} => before::start(state, cards, dice),
        Command::DefensiveDecision(decision) => decisions::defensive(state, cards, issuer, decision, dice),
        Command::OffensiveDecision(decision) => decisions::offensive(state, cards, issuer, decision),
        Command::Roll {} => roll::roll(state, cards, issuer, dice),
        Command::RunnerDecision(decision) => running::choose(state, cards, issuer, decision, dice),
        Command::Pause {} => life::pause(state),
        Command::Resume {} => life::resume(state),
        Command::Forfeit(request) => life::forfeit(state, issuer, request, dice),
        Command::ManualOutcome(submission) => manual::submit(state, cards, issuer, submission, dice),
        Command::ForceOutcome(forced) => force::force(state, cards, issuer, forced, dice),
        Command::Substitute(request) => substitute::substitute(state, cards, issuer, request),
        Command::ProposeRollback(proposal) => rollback::propose(state, issuer, proposal),
        Command::AnswerRollback(answer) => rollback::answer(state, issuer, answer.accept),
        Command::AddToRoster(request) => roster::add(state, cards, issuer, request),
        Command::RemoveFromRoster(request) => roster::remove(state, issuer, *request),
        Command::TakeDefault {} => clock::take_default(state, cards, issuer, at, dice),
        Command::ExtendDeadline(extension) => clock::extend(state, issuer, extension, at),
    };
    events.map(|events| clock::kept(state, issuer, at, events))
}

/// Refuses unless the game waits in `phase`; answers with the side that owes the decision.
/// The operator and the host act for whichever side owes it.
fn due(state: &GameState, issuer: Issuer, phase: DecisionPhase) -> Result<Side, Rejection> {
    let wrong = |text: String| Err(Rejection::new(RejectionCode::WrongPhase, text));
    if state.status == Status::Paused {
        return wrong("the game is paused; resume it first".to_owned());
    }
    if state.decision_phase != phase {
        return wrong(format!("the game is {}, not {phase}", state.decision_phase));
    }
    let Some(pending) = &state.pending_decision else {
        return wrong(format!("nobody owes a decision in {phase}"));
    };
    match issuer {
        Issuer::Manager(side) if side != pending.side => {
            let text = format!("{phase} is the {} manager's", pending.side);
            Err(Rejection::new(RejectionCode::NotYourTurn, text))
        }
        _ => Ok(pending.side),
    }
}
