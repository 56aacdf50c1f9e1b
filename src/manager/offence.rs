//! How the batter goes to the plate, and what the runners do.

use super::outlook::Outlook;
use super::{book, steal, trial, weights};
use crate::rules::PlaySituation;
use crate::rules::card::CardBook;
use crate::rules::decision::{Approach, Base, OffensiveDecision};
use crate::rules::state::GameState;
use crate::rules::vocabulary::AiDifficulty;

/// Runs a plate appearance below which the book calls a hitter weak: an average card adds .079.
const WEAK_HITTER: f64 = 0.062;
/// The same for a beginner, who bunts with more of them.
const BUNTER: f64 = 0.075;

/// What hits off the cards promise beyond the outlook, in chance to win: runners who go for an extra base.
const EXTRA_BASES: f64 = 0.007;

/// The batting side's decision at this difficulty.
pub(super) fn decide(difficulty: AiDifficulty, state: &GameState, cards: &CardBook) -> OffensiveDecision {
    let Ok(play) = PlaySituation::new(state, cards) else { return OffensiveDecision::default() };
    match difficulty {
        AiDifficulty::Easy => by_habit(&play),
        AiDifficulty::Medium => by_the_book(&play),
        AiDifficulty::Hard => looking_ahead(&play),
    }
}

/// Habits: nobody steals; with nobody out and a runner on first or second a lesser hitter bunts, whatever the
/// score; whoever is behind swings for the fences, and with two outs everybody does.
fn by_habit(play: &PlaySituation) -> OffensiveDecision {
    let (state, bases) = (play.state, play.bases);
    let is_open = !bases.is_empty() && !bases.has(Base::Third);
    let adds = weights::batting(play.batter_card, play.pitcher_card.throws);
    if state.outs == 0 && is_open && adds < BUNTER {
        return bunt();
    }
    let swings = state.outs == 2 || book::lead(state) < 0;
    let approach = if swings { Approach::Power } else { Approach::Normal };
    OffensiveDecision { approach, ..OffensiveDecision::default() }
}

/// The book: good base stealers go; late in a close game a weak hitter gives himself up for a base.
fn by_the_book(play: &PlaySituation) -> OffensiveDecision {
    let steal_attempts = steal::by_the_book(play);
    if steal_attempts.is_empty() && is_sacrifice_by_the_book(play) {
        return bunt();
    }
    OffensiveDecision { steal_attempts, ..OffensiveDecision::default() }
}

/// The book gives an out for a base late in a game one run apart, with nobody out, a runner on first or second
/// and a weak hitter at bat.
fn is_sacrifice_by_the_book(play: &PlaySituation) -> bool {
    let state = play.state;
    let is_open = !play.bases.is_empty() && !play.bases.has(Base::Third);
    let is_weak = weights::batting(play.batter_card, play.pitcher_card.throws) < WEAK_HITTER;
    state.outs == 0 && is_open && book::is_late(state) && matches!(book::lead(state), -1..=0) && is_weak
}

/// Whatever promises the best chance to win: an approach, a steal, a bunt or squeeze, a hit and run.
fn looking_ahead(play: &PlaySituation) -> OffensiveDecision {
    let Some((approach, promised)) = Outlook::new(play).map(|outlook| outlook.best_approach()) else {
        return by_the_book(play);
    };
    let mut best = (OffensiveDecision { approach, ..OffensiveDecision::default() }, promised);
    let mut consider = |decision: OffensiveDecision, promised: f64| {
        if promised > best.1 + f64::EPSILON {
            best = (decision, promised);
        }
    };
    if let Some((steal_attempts, gain)) = steal::best(play) {
        consider(OffensiveDecision { steal_attempts, ..OffensiveDecision::default() }, promised + gain);
    }
    if play.state.outs < 2 && !play.bases.is_empty() {
        let hit_and_run = OffensiveDecision { hit_and_run: true, ..OffensiveDecision::default() };
        for sign in [bunt(), hit_and_run] {
            let side = play.state.batting_side();
            if let Some(promised) = trial::sign(play.state, play.cards, side, &sign) {
                consider(sign, promised - EXTRA_BASES);
            }
        }
    }
    best.0
}

fn bunt() -> OffensiveDecision {
    OffensiveDecision { bunt_attempt: true, ..OffensiveDecision::default() }
}
