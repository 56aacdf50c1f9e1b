//! Choices about runners: go or stop, throw here or there.

use super::{steal, trial};
use crate::rules::PlaySituation;
use crate::rules::card::CardBook;
use crate::rules::command::RunnerDecision;
use crate::rules::pending::RunnerQuestion;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{AiDifficulty, Side};

/// Speed from which the book sends a runner.
const FAST: i8 = 15;
/// What two outs add to it: the run would hardly score otherwise.
const TWO_OUTS: i8 = 3;

/// The manager's choice among those offered, of which the first is the safe one. None where nothing is offered.
pub(super) fn decide(
    difficulty: AiDifficulty,
    state: &GameState,
    cards: &CardBook,
    side: Side,
) -> Option<RunnerDecision> {
    let safe = state.pending_decision.as_ref()?.choices.first()?.clone();
    let choice = match difficulty {
        AiDifficulty::Easy => None,
        AiDifficulty::Medium => by_the_book(state, cards),
        AiDifficulty::Hard => looking_ahead(state, cards, side),
    };
    Some(RunnerDecision { choice: choice.unwrap_or(safe) })
}

/// The book: fast runners go, with two outs others too; nobody steals without the lead; the throw goes where the
/// rules say.
fn by_the_book(state: &GameState, cards: &CardBook) -> Option<String> {
    let pending = state.pending_play.as_ref()?;
    let runner = match pending.question {
        RunnerQuestion::LeadRunner | RunnerQuestion::TagUp | RunnerQuestion::SendRunner => pending.lead,
        _ => return None,
    };
    let play = PlaySituation::new(state, cards).ok()?;
    let speed = play.running(runner.from) + if state.outs == 2 { TWO_OUTS } else { 0 };
    (speed >= FAST).then(|| pending.question.choices()[1].to_owned())
}

/// The choice that promises most, all faces of the die and the other manager's best answers considered.
fn looking_ahead(state: &GameState, cards: &CardBook, side: Side) -> Option<String> {
    let pending = state.pending_play.as_ref()?;
    if pending.question == RunnerQuestion::StealWithoutLead {
        let play = PlaySituation::new(state, cards).ok()?;
        let goes = steal::is_worth_going_without_lead(&play, pending.lead);
        return Some(pending.question.choices()[usize::from(goes)].to_owned());
    }
    trial::best_choice(state, cards, side).map(|(choice, _)| choice)
}
