//! Choices about runners: go or stop, throw here or there.

use super::{steal, trial};
use crate::rules::PlaySituation;
use crate::rules::card::CardBook;
use crate::rules::command::RunnerDecision;
use crate::rules::pending::RunnerQuestion;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{AiDifficulty, Side};

/// The manager's choice among those offered, of which the first is the safe one. None where nothing is offered.
///
/// *Easy* always plays safe; *medium* goes by the runs to be expected, *hard* by the chance to win.
pub(super) fn decide(
    difficulty: AiDifficulty,
    state: &GameState,
    cards: &CardBook,
    side: Side,
) -> Option<RunnerDecision> {
    let safe = state.pending_decision.as_ref()?.choices.first()?.clone();
    let choice = match difficulty {
        AiDifficulty::Easy => None,
        AiDifficulty::Medium => by_the_book(state, cards, side),
        AiDifficulty::Hard => looking_ahead(state, cards, side),
    };
    Some(RunnerDecision { choice: choice.unwrap_or(safe) })
}

/// The book: nobody steals without the lead.
fn by_the_book(state: &GameState, cards: &CardBook, side: Side) -> Option<String> {
    let pending = state.pending_play.as_ref()?;
    if pending.question == RunnerQuestion::StealWithoutLead {
        return None;
    }
    trial::best_choice(state, cards, side, trial::by_runs).map(|(choice, _)| choice)
}

fn looking_ahead(state: &GameState, cards: &CardBook, side: Side) -> Option<String> {
    let pending = state.pending_play.as_ref()?;
    if pending.question == RunnerQuestion::StealWithoutLead {
        let play = PlaySituation::new(state, cards).ok()?;
        let goes = steal::is_worth_going_without_lead(&play, pending.lead);
        return Some(pending.question.choices()[usize::from(goes)].to_owned());
    }
    trial::best_choice(state, cards, side, trial::by_wins).map(|(choice, _)| choice)
}
