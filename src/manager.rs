//! The AI managers: a state to a command. Pure, like the rules that they play by.
//!
//! Three difficulties: *easy* is a beginner and follows habits, *medium* goes by the book and the runs to be
//! expected, *hard* weighs every reading of both cards by what it would do to the chance of winning. They differ by
//! what they know to do: all see the same state and the cards that everybody may read, and none the dice. Each
//! decision has a file of its own.

mod bench;
mod book;
mod bullpen;
mod defence;
mod lineup;
mod offence;
mod outlook;
mod runner;
mod steal;
#[cfg(test)]
mod tests;
mod trial;
mod weights;
mod x_check;

pub use lineup::{lineup, pitching_hand};

use crate::rules::card::CardBook;
use crate::rules::command::{Command, Substitute};
use crate::rules::owed_substitution;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{AiDifficulty, DecisionPhase, Position, Side, Status};

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
    if let Some(change) = substitution(difficulty, state, cards, side) {
        return Some(Command::Substitute(change));
    }
    match pending.phase {
        DecisionPhase::AwaitingDefensive => {
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

/// Who comes in before the side decides: first the one whom the rules demand.
fn substitution(
    difficulty: AiDifficulty,
    state: &GameState,
    cards: &CardBook,
    side: Side,
) -> Option<Substitute> {
    let is_fielding = match state.decision_phase {
        DecisionPhase::AwaitingDefensive => true,
        DecisionPhase::AwaitingOffensive => false,
        _ => return None,
    };
    if let Some(owed) = owed_substitution(state, cards, side) {
        let mound = state.lineups[side].at(Position::Pitcher).map(|pitcher| pitcher.lineup_id);
        let pitches = is_fielding && mound == Some(owed.replacing);
        let reliever = if pitches { bullpen::reliever(difficulty, state, cards, side) } else { None };
        return reliever.or(Some(owed));
    }
    if is_fielding {
        bench::in_the_field(difficulty, state, cards, side)
            .or_else(|| bullpen::change(difficulty, state, cards, side))
    } else {
        bench::at_bat(difficulty, state, cards, side)
    }
}
