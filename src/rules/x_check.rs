//! The semi-automatic X-Check of manual games: the host rolls and shows the chart, the manager answers with
//! the code and the error he reads off for his fielder's ratings (RULES 2.1).

use super::charts::CHARTS;
use super::charts::error_charts::ErrorSize;
use super::charts::range::RangeCode;
use super::vocabulary::Position;
use crate::id::LineupId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// An X-Check that was rolled and waits for its reading.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct XCheckRoll {
    /// The position checked.
    pub position: Position,
    /// The fielder there.
    pub defender_lineup_id: LineupId,
    /// Row of the range table.
    pub d20: u8,
    /// Total of the three error dice.
    pub error_total: u8,
    /// The rare-play die.
    pub d100: u8,
    /// It is a rare play, which replaces the error.
    pub rare_play: bool,
    /// The five columns of the range table's row, best range first.
    pub chart_row: Vec<RangeCode>,
    /// Which error ratings make an error of which size with this total.
    pub error_text: String,
}

/// What the manager reads off for his fielder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct XCheckSubmission {
    /// One of the five columns, `#` included.
    pub code: RangeCode,
    /// `no`, `e1`, `e2` or `e3`.
    pub error: ErrorSize,
}

/// The sentence that shows which ratings err: `e1: 5-8, 12; e2: 30`, or `no error`.
pub(super) fn error_text(position: Position, total: u8) -> String {
    let mut text = String::new();
    for size in [ErrorSize::E1, ErrorSize::E2, ErrorSize::E3] {
        let ratings = erring(position, total, size);
        if ratings.is_empty() {
            continue;
        }
        let separator = if text.is_empty() { "" } else { "; " };
        // Writing into a String can't fail.
        let _ = write!(text, "{separator}{size}: {}", ranges(&ratings));
    }
    if text.is_empty() { "no error".to_owned() } else { text }
}

/// Whether any rating errs by this size with this total.
pub(super) fn is_possible(position: Position, total: u8, size: ErrorSize) -> bool {
    size == ErrorSize::No || !erring(position, total, size).is_empty()
}

fn erring(position: Position, total: u8, size: ErrorSize) -> Vec<u8> {
    let errs = |rating: &u8| CHARTS.errors.error(position, *rating, total) == size;
    (0..=RATING_MAX).filter(errs).collect()
}

/// No chart has a higher rating.
const RATING_MAX: u8 = 88;

/// Runs of consecutive numbers as people write them.
fn ranges(numbers: &[u8]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [first, .., last] => format!("{first}-{last}"),
        single => format!("{}", single[0]),
    });
    runs.collect::<Vec<_>>().join(", ")
}
