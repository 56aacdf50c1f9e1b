//! How the field is set: alignment, depths, whom to hold.

use super::book;
use super::outlook::Outlook;
use crate::rules::PlaySituation;
use crate::rules::card::CardBook;
use crate::rules::decision::{Alignment, Base, DefensiveDecision, InfieldDepth, OutfieldDepth};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{AiDifficulty, Half, Hand};

/// The book gives up holding a runner who hardly ever runs: jumps in 36 throws below this.
const RUNNER_JUMP_36THS: u8 = 5;
/// A batter who pulls at least so many balls in a hundred is shifted on.
const PULL_HITTER: u8 = 50;

/// The fielding side's decision at this difficulty.
pub(super) fn decide(difficulty: AiDifficulty, state: &GameState, cards: &CardBook) -> DefensiveDecision {
    let Ok(mut play) = PlaySituation::new(state, cards) else { return DefensiveDecision::default() };
    match difficulty {
        AiDifficulty::Easy => by_habit(state),
        AiDifficulty::Medium => by_the_book(&play),
        AiDifficulty::Hard => looking_ahead(&mut play).unwrap_or_else(|| by_the_book(&play)),
    }
}

/// Habits: every runner on first is held, every runner on third brings the infield in.
fn by_habit(state: &GameState) -> DefensiveDecision {
    let bases = state.bases();
    let infield_depth = if bases.has(Base::Third) { InfieldDepth::InfieldIn } else { InfieldDepth::Normal };
    DefensiveDecision { infield_depth, hold_runners: hold_first(state), ..DefensiveDecision::default() }
}

/// The book: hold base stealers in a close game; bring the infield in late, for the run that ties or wins;
/// shift on pull hitters.
fn by_the_book(play: &PlaySituation) -> DefensiveDecision {
    let state = play.state;
    let lead = book::lead(state);
    let steals = book::runner(play, Base::First)
        .is_some_and(|card| card.steal_auto || card.steal_jump_36ths >= RUNNER_JUMP_36THS);
    let is_close = lead.abs() <= 3;
    let cut_off =
        play.bases.has(Base::Third) && state.outs < 2 && book::is_late(state) && matches!(lead, -1 | 0);
    let pulls = play.batter_card.batting.as_ref().is_some_and(|card| card.pull_rate >= PULL_HITTER);
    DefensiveDecision {
        alignment: if pulls { toward_pull(play.bats) } else { Alignment::Normal },
        infield_depth: if cut_off { InfieldDepth::InfieldIn } else { InfieldDepth::Normal },
        outfield_depth: if outfield_may_come_in(state) { OutfieldDepth::In } else { OutfieldDepth::Normal },
        hold_runners: if steals && is_close { hold_first(state) } else { Vec::new() },
        ..DefensiveDecision::default()
    }
}

/// The decision against which the best answer leaves the batting team the smallest chance to win: first the
/// depths, then the alignment. None where the cards have no ratings.
fn looking_ahead(play: &mut PlaySituation) -> Option<DefensiveDecision> {
    let mut depths = vec![InfieldDepth::Normal];
    if play.bases.has(Base::Third) && play.state.outs < 2 {
        depths.extend([InfieldDepth::InfieldIn, InfieldDepth::CornersIn]);
    }
    let mut outfields = vec![OutfieldDepth::Normal];
    if outfield_may_come_in(play.state) {
        outfields.push(OutfieldDepth::In);
    }
    let mut best = Best::default();
    for infield_depth in depths {
        for outfield_depth in &outfields {
            let outfield_depth = *outfield_depth;
            play.defence =
                DefensiveDecision { infield_depth, outfield_depth, ..DefensiveDecision::default() };
            let (_, worth) = Outlook::new(play)?.best_approach();
            best.consider(worth, &play.defence);
        }
    }
    play.defence = best.decision.clone();
    let mut outlook = Outlook::new(play)?;
    for alignment in &Alignment::ALL[1..] {
        outlook = outlook.aligned_as(*alignment);
        let (_, worth) = outlook.best_approach();
        best.consider(worth, &DefensiveDecision { alignment: *alignment, ..play.defence.clone() });
    }
    Some(best.decision)
}

/// The decision that leaves the batting team the smallest chance so far; the first of equals.
struct Best {
    worth: f64,
    decision: DefensiveDecision,
}

impl Default for Best {
    fn default() -> Self {
        Self { worth: f64::INFINITY, decision: DefensiveDecision::default() }
    }
}

impl Best {
    fn consider(&mut self, worth: f64, decision: &DefensiveDecision) {
        if worth < self.worth - f64::EPSILON {
            *self = Self { worth, decision: decision.clone() };
        }
    }
}

/// Only where the winning run is on third with fewer than two outs (`decisions.toml [legality]`).
fn outfield_may_come_in(state: &GameState) -> bool {
    let is_last = state.half == Half::Bottom && state.inning >= state.setup.settings.innings;
    is_last && book::lead(state) == 0 && state.bases().has(Base::Third) && state.outs < 2
}

/// First can be held while second is empty.
fn hold_first(state: &GameState) -> Vec<Base> {
    let bases = state.bases();
    if bases.has(Base::First) && !bases.has(Base::Second) { vec![Base::First] } else { Vec::new() }
}

const fn toward_pull(bats: Hand) -> Alignment {
    match bats {
        Hand::Right => Alignment::ShiftedLeft,
        Hand::Left => Alignment::ShiftedRight,
    }
}
