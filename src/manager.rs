//! The AI managers: a state to a decision. Pure, like the rules that they play by.

use crate::rules::card::CardBook;
use crate::rules::command::{Command, RunnerDecision};
use crate::rules::decision::{DefensiveDecision, OffensiveDecision};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Side};

/// What the manager of `side` answers to the decision that he owes; none when he owes none.
#[must_use]
pub fn choose(state: &GameState, _cards: &CardBook, side: Side) -> Option<Command> {
    let pending = state.pending_decision.as_ref().filter(|pending| pending.side == side)?;
    match pending.phase {
        DecisionPhase::AwaitingDefensive => Some(Command::DefensiveDecision(DefensiveDecision::default())),
        DecisionPhase::AwaitingOffensive => Some(Command::OffensiveDecision(OffensiveDecision::default())),
        DecisionPhase::AwaitingRoll => Some(Command::Roll {}),
        DecisionPhase::AwaitingRunner => {
            let choice = pending.choices.first()?.clone();
            Some(Command::RunnerDecision(RunnerDecision { choice }))
        }
        DecisionPhase::AwaitingStart | DecisionPhase::AwaitingOutcome | DecisionPhase::Completed => None,
    }
}
