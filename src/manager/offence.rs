//! How the batter goes to the plate.

use super::book;
use super::outlook::Outlook;
use super::steal;
use crate::rules::PlaySituation;
use crate::rules::card::CardBook;
use crate::rules::decision::{Approach, Base, OffensiveDecision};
use crate::rules::state::GameState;
use crate::rules::vocabulary::AiDifficulty;

/// Home-run chances of 108 from which the book calls a batter a slugger.
const SLUGGER: f64 = 4.0;
/// Strikeout chances of 108 from which he is told to shorten his swing.
const FREE_SWINGER: f64 = 30.0;

/// What takes a batter to first base by himself.
const HITS_AND_WALKS: &[&str] = &[
    "homerun",
    "bp_homerun",
    "triple",
    "double_three",
    "double_two",
    "double_pull",
    "single_two",
    "single_one",
    "single_center",
    "bp_single",
    "walk",
    "hbp",
];
/// Chances of those out of 108 below which the book calls a hitter weak.
const WEAK_HITTER: f64 = 32.0;

/// The batting side's decision at this difficulty.
pub(super) fn decide(difficulty: AiDifficulty, state: &GameState, cards: &CardBook) -> OffensiveDecision {
    let Ok(play) = PlaySituation::new(state, cards) else { return OffensiveDecision::default() };
    let steal_attempts = steal::attempts(difficulty, &play);
    if !steal_attempts.is_empty() {
        return OffensiveDecision { steal_attempts, ..OffensiveDecision::default() };
    }
    if difficulty == AiDifficulty::Medium && is_sacrifice_by_the_book(&play) {
        return OffensiveDecision { bunt_attempt: true, ..OffensiveDecision::default() };
    }
    let approach = match difficulty {
        AiDifficulty::Easy => by_habit(state),
        AiDifficulty::Medium => by_the_book(&play),
        AiDifficulty::Hard => {
            Outlook::new(&play).map_or_else(|| by_the_book(&play), |outlook| outlook.best_approach().0)
        }
    };
    OffensiveDecision { approach, ..OffensiveDecision::default() }
}

/// Habits: whoever is behind swings for the fences, and with two outs everybody tries to.
fn by_habit(state: &GameState) -> Approach {
    if book::lead(state) < 0 || state.outs == 2 { Approach::Power } else { Approach::Normal }
}

/// The book: sluggers swing away, free swingers without power shorten up, everybody else hits as he can.
fn by_the_book(play: &PlaySituation) -> Approach {
    let power = book::chances(play, &["homerun"]) + book::chances(play, &["bp_homerun"]) / 2.0;
    let strikeouts = book::chances(play, &["strikeout"]);
    if power >= SLUGGER {
        Approach::Normal
    } else if strikeouts >= FREE_SWINGER {
        Approach::Contact
    } else {
        Approach::Normal
    }
}

/// The book gives an out for a base late in a game one run apart, with nobody out, a runner on first or second
/// and a weak hitter at bat.
fn is_sacrifice_by_the_book(play: &PlaySituation) -> bool {
    let state = play.state;
    let is_open = !play.bases.is_empty() && !play.bases.has(Base::Third);
    let is_weak = book::chances(play, HITS_AND_WALKS) < WEAK_HITTER;
    state.outs == 0 && is_open && book::is_late(state) && matches!(book::lead(state), -1..=0) && is_weak
}
