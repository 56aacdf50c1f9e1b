//! What "the book" goes by: score and inning.

use crate::rules::state::GameState;

/// The batting team's lead.
pub(super) fn lead(state: &GameState) -> i32 {
    let batting = state.batting_side();
    i32::from(state.score[batting]) - i32::from(state.score[batting.opponent()])
}

/// From the seventh of nine innings on, one run is worth more than a chance of several.
pub(super) fn is_late(state: &GameState) -> bool {
    state.inning + 2 >= state.setup.settings.innings
}
