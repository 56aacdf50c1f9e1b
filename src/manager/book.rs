//! What "the book" goes by: score, inning, outs, and what is printed on the cards.

use crate::rules::PlaySituation;
use crate::rules::card::BattingCard;
use crate::rules::decision::Base;
use crate::rules::state::GameState;
use crate::rules::vocabulary::Hand;

/// The batting team's lead.
pub(super) fn lead(state: &GameState) -> i32 {
    let batting = state.batting_side();
    i32::from(state.score[batting]) - i32::from(state.score[batting.opponent()])
}

/// From the seventh of nine innings on, one run is worth more than a chance of several.
pub(super) fn is_late(state: &GameState) -> bool {
    state.inning + 2 >= state.setup.settings.innings
}

/// The batting card of the runner on a base.
pub(super) fn runner<'a>(play: &PlaySituation<'a>, base: Base) -> Option<&'a BattingCard> {
    let runner = play.state.runners.get(usize::from(u8::from(base)) - 1)?.as_ref()?;
    let player = play.state.lineups[play.state.batting_side()].player(runner.lineup_id)?;
    play.cards.get(player.card_id)?.batting.as_ref()
}

/// Chances out of 108 on the batter's card, against this pitcher, for these fields together.
pub(super) fn chances(play: &PlaySituation, fields: &[&str]) -> f64 {
    let Some(card) = &play.batter_card.batting else { return 0.0 };
    let line = match play.pitcher_card.throws {
        Hand::Left => &card.ratings.left,
        Hand::Right => &card.ratings.right,
    };
    fields.iter().filter_map(|field| line.0.get(*field)).sum()
}
