//! Choices about runners, each an entry of its own (RULES 3.3 to 3.5, 5.3).

use super::turn::Turn;
use super::{due, roll};
use crate::rules::card::CardBook;
use crate::rules::command::{Issuer, RunnerDecision};
use crate::rules::dice::Dice;
use crate::rules::dice::roller::Roller;
use crate::rules::event::Event;
use crate::rules::pending::RunnerQuestion;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::resolve::{self, Situation, Steal};
use crate::rules::state::GameState;
use crate::rules::vocabulary::DecisionPhase;

/// Takes one of the choices offered, and goes on with the play.
pub(super) fn choose(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    decision: &RunnerDecision,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    let side = due(state, issuer, DecisionPhase::AwaitingRunner)?;
    let Some(pending) = state.pending_play.clone() else {
        return Err(Rejection::new(RejectionCode::Internal, "no play waits for a choice"));
    };
    let allowed = pending.question.choices();
    if !allowed.contains(&decision.choice.as_str()) {
        let shown: String = decision.choice.chars().take(40).collect();
        let problem = format!("`{shown}` is not offered; allowed is {}", allowed.join(" or "));
        return Err(Rejection::invalid("choice", problem));
    }
    let mut turn = Turn::new(state, cards);
    turn.push(Event::RunnerDecided { side, question: pending.question, choice: decision.choice.clone() });
    let mut roller = Roller::new(dice, state.next_roll_id);
    if pending.question == RunnerQuestion::StealWithoutLead {
        let situation = Situation::new(state, cards)?;
        let steal = Steal::new(&situation.offence.steal_attempts);
        return match steal.filter(|_| decision.choice == "go") {
            Some(steal) => roll::runners_go(turn, roller, &steal, (false, pending.resolution), false),
            None => roll::at_bat(turn, roller),
        };
    }
    let situation = Situation::new(state, cards)?;
    let resolved = resolve::answer(&situation, &mut roller, *pending, &decision.choice);
    roll::go_on(turn, roller, &situation, resolved)
}
