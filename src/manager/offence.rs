//! How the batter goes to the plate.

use super::book;
use super::outlook::Outlook;
use crate::rules::PlaySituation;
use crate::rules::card::CardBook;
use crate::rules::decision::{Approach, OffensiveDecision};
use crate::rules::state::GameState;
use crate::rules::vocabulary::AiDifficulty;

/// Home-run chances of 108 from which the book calls a batter a slugger.
const SLUGGER: f64 = 4.0;
/// Strikeout chances of 108 from which he is told to shorten his swing.
const FREE_SWINGER: f64 = 30.0;

/// The batting side's decision at this difficulty.
pub(super) fn decide(difficulty: AiDifficulty, state: &GameState, cards: &CardBook) -> OffensiveDecision {
    let Ok(play) = PlaySituation::new(state, cards) else { return OffensiveDecision::default() };
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
