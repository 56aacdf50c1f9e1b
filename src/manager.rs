//! The AI managers: a state to a command. Pure, like the rules that they play by.
//!
//! Three difficulties: *easy* follows habits, *medium* goes by the book, *hard* weighs every reading of both
//! cards by what it would do to the chance of winning. A manager knows the state and the cards that everybody
//! may read; he never knows the dice. Each decision has a file of its own.

mod book;
mod bullpen;
mod defence;
mod offence;
mod outlook;
mod runner;
mod steal;
#[cfg(test)]
mod tests;
mod trial;
mod x_check;

use crate::rules::card::CardBook;
use crate::rules::command::Command;
use crate::rules::owed_substitution;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{AiDifficulty, DecisionPhase, Side, Status};

/// What the AI manager of `side` answers to the decision that he owes, as well as the game's difficulty
/// lets him; none when he owes none, or one that only a person can make (reading a printed card).
#[must_use]
pub fn choose(state: &GameState, cards: &CardBook, side: Side) -> Option<Command> {
    choose_as(state.setup.ai_difficulty, state, cards, side)
}

/// The same at another difficulty than the game's: for measuring one against the other.
#[must_use]
pub fn choose_as(
    difficulty: AiDifficulty,
    state: &GameState,
    cards: &CardBook,
    side: Side,
) -> Option<Command> {
    let pending = state.pending_decision.as_ref().filter(|pending| pending.side == side)?;
    if state.status != Status::Active {
        return None;
    }
    let decides =
        matches!(pending.phase, DecisionPhase::AwaitingDefensive | DecisionPhase::AwaitingOffensive);
    if let Some(change) = owed_substitution(state, cards, side).filter(|_| decides) {
        return Some(Command::Substitute(change));
    }
    match pending.phase {
        DecisionPhase::AwaitingDefensive => {
            if let Some(change) = bullpen::change(difficulty, state, cards, side) {
                return Some(Command::Substitute(change));
            }
            Some(Command::DefensiveDecision(defence::decide(difficulty, state, cards)))
        }
        DecisionPhase::AwaitingOffensive => {
            Some(Command::OffensiveDecision(offence::decide(difficulty, state, cards)))
        }
        DecisionPhase::AwaitingRoll => Some(Command::Roll {}),
        DecisionPhase::AwaitingRunner => {
            runner::decide(difficulty, state, cards, side).map(Command::RunnerDecision)
        }
        DecisionPhase::AwaitingStart | DecisionPhase::AwaitingOutcome | DecisionPhase::Completed => None,
    }
}
