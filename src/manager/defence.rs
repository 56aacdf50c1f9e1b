//! How the field is set: alignment, depths, whom to hold.

use super::outlook::Outlook;
use super::{book, steal, trial, weights};
use crate::rules::PlaySituation;
use crate::rules::card::{CardBook, PlayerCard};
use crate::rules::command::Command;
use crate::rules::decision::{Alignment, Base, DefensiveDecision, InfieldDepth, OutfieldDepth};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{AiDifficulty, Half, Hand};

/// The book gives up holding a runner who hardly ever runs: jumps in 36 throws below this.
const RUNNER_JUMP_36THS: u8 = 8;
/// The part of a next batter's difference from the average that counts whether or not this one is walked.
const AFTER_ANY_PLAY: f64 = 0.6;
/// Chance to win that a walk on purpose must promise beyond pitching.
const RELUCTANCE: f64 = 0.004;
/// Runs a plate appearance by which the book wants the batter to be better than the next, to walk him.
const FEARED: f64 = 0.03;
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
/// shift on pull hitters; late and close, walk a feared hitter where first base is open and the next is weaker.
fn by_the_book(play: &PlaySituation) -> DefensiveDecision {
    let state = play.state;
    let lead = book::lead(state);
    let steals = play
        .batting_card(Some(Base::First))
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
        intentional_walk: is_walk_by_the_book(play),
    }
}

fn is_walk_by_the_book(play: &PlaySituation) -> bool {
    let state = play.state;
    let is_open = !play.bases.is_empty() && !play.bases.has(Base::First);
    if !is_open || !book::is_late(state) || state.outs == 0 || !matches!(book::lead(state), -1..=1) {
        return false;
    }
    let batting = state.batting_side();
    let next = state.lineups[batting].batter((state.batter_idx[batting] + 1) % 9);
    let next = next.and_then(|next| play.cards.get(next.card_id));
    let adds = |card: &PlayerCard| weights::batting(card, play.pitcher_card.throws);
    next.is_some_and(|next| adds(play.batter_card) > adds(next) + FEARED)
}

/// The decision against which the best answer leaves the batting team the smallest chance to win: first the
/// depths and whom to hold, then the alignment, then whether the batter is better walked. None where the cards
/// have no ratings.
fn looking_ahead(play: &mut PlaySituation) -> Option<DefensiveDecision> {
    let mut depths = vec![InfieldDepth::Normal];
    if play.bases.has(Base::Third) && play.state.outs < 2 {
        depths.extend([InfieldDepth::InfieldIn, InfieldDepth::CornersIn]);
    }
    let mut outfields = vec![OutfieldDepth::Normal];
    if outfield_may_come_in(play.state) {
        outfields.push(OutfieldDepth::In);
    }
    let held = hold_first(play.state);
    let mut holds = vec![Vec::new()];
    if !held.is_empty() {
        holds.push(held);
    }
    let mut best = Best::default();
    for infield_depth in depths {
        for outfield_depth in &outfields {
            for hold_runners in &holds {
                play.defence = DefensiveDecision {
                    infield_depth,
                    outfield_depth: *outfield_depth,
                    hold_runners: hold_runners.clone(),
                    ..DefensiveDecision::default()
                };
                best.consider(promised(&Outlook::new(play)?), &play.defence);
            }
        }
    }
    play.defence = best.decision.clone();
    let mut outlook = Outlook::new(play)?;
    for alignment in &Alignment::ALL[1..] {
        outlook = outlook.aligned_as(*alignment);
        best.consider(
            promised(&outlook),
            &DefensiveDecision { alignment: *alignment, ..play.defence.clone() },
        );
    }
    if let Some(worth) = walked(play) {
        let walk = DefensiveDecision { intentional_walk: true, ..DefensiveDecision::default() };
        best.consider(worth + RELUCTANCE, &walk);
    }
    Some(best.decision)
}

/// What the play promises the batting team, a steal before it included.
fn promised(outlook: &Outlook) -> f64 {
    outlook.best_approach().1 + steal::best(outlook.play).map_or(0.0, |(_, gain)| gain)
}

/// What a walk on purpose leaves the batting team, with the next batter as he is. The tables know an average one,
/// so that much of the difference is taken off which he makes after any play.
fn walked(play: &PlaySituation) -> Option<f64> {
    let state = play.state;
    if play.bases.is_empty() || play.bases.has(Base::First) {
        return None;
    }
    let (batting, fielding) = (state.batting_side(), state.fielding_side());
    let walk = DefensiveDecision { intentional_walk: true, ..DefensiveDecision::default() };
    let after = trial::after(state, play.cards, fielding, &Command::DefensiveDecision(walk))?;
    if after.is_over() {
        return None;
    }
    let next = PlaySituation::new(&after, play.cards).ok()?;
    let promised = Outlook::new(&next)?.best_approach().1;
    let by_table = trial::worth(&after, batting);
    Some(promised - AFTER_ANY_PLAY * (promised - by_table))
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
