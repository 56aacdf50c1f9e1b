//! The audit trail of a play: how its dice led to its result (RULES 2.1, 4.4, SYSTEM 4).

use super::outcome::PlayOutcome;
use super::vocabulary::{Hand, Position, words};
use crate::id::LineupId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// Which of the two cards was read.
    CardRead {
        /// The batter's: column 1 to 3.
        Batting = "batting",
        /// The pitcher's: column 4 to 6.
        Pitching = "pitching",
    }
}

/// Every step from the roll to the result. Steps that were not taken are absent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Resolution {
    /// The card reading, in auto mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<CardReading>,
    /// The X-Check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_check: Option<XCheckAudit>,
    /// Speed, park, throw, tag-up and nudge checks, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// The row of the ground-ball chart: chart code, type, column and result kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groundball: Option<GroundballReading>,
    /// The jump before a steal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jump: Option<JumpReading>,
    /// The bunting or hit-and-run table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<GradeReading>,
}

/// How the jump roll was read (RULES 5.3).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct JumpReading {
    /// The runner.
    pub player_id: Option<LineupId>,
    /// The jump in 36ths, 1 to 36.
    pub jump: u8,
    /// He has the lead at or below this.
    pub at_or_below: u8,
    /// He has it anyway: he always does when he is not held.
    pub is_automatic: bool,
    /// He has the lead.
    pub has_lead: bool,
}

/// How a bunt, a squeeze or a hit and run was read off its table (RULES 5.4, 5.5).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GradeReading {
    /// Which table: `sac_bunt`, `squeeze` or `hit_and_run`.
    pub table: PlayOutcome,
    /// The batter's grade, A to D, after the shifts of the defence.
    pub grade: String,
    /// The total of two dice.
    pub total: u8,
    /// What stands there.
    pub result: String,
}

/// How the at-bat roll was read off the two cards (RULES 4.4).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CardReading {
    /// Which card.
    pub card: CardRead,
    /// The column, 1 to 6.
    pub column: u8,
    /// The row: total of two dice, 2 to 12.
    pub row: u8,
    /// The split die.
    pub split: u8,
    /// The line of the card: the opponent's hand.
    pub versus: Hand,
    /// Which of the line's 2,160 units came up.
    pub index: u16,
    /// The rating field it belongs to.
    pub field: String,
    /// The outcome before park, fatigue and nudges.
    pub outcome: PlayOutcome,
}

/// A single d20 against a number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What was asked: `wild_pitch`, `passed_ball`, `park_homerun`, `park_single`, `tag_up`, `nudge:power` …
    pub purpose: String,
    /// Whom it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub player_id: Option<LineupId>,
    /// The number to stay at or below.
    pub chance: i8,
    /// The die.
    pub d20: u8,
    /// At or below.
    pub success: bool,
}

/// Every step of an X-Check (`xcheck_results.toml [audit]`).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct XCheckAudit {
    /// The position checked.
    pub position: Position,
    /// The fielder there.
    pub defender_lineup_id: LineupId,
    /// His range.
    pub range_rating: u8,
    /// His error rating.
    pub error_rating: u8,
    /// He plays in.
    pub playing_in: bool,
    /// He holds a runner.
    pub holding: bool,
    /// The range after playing in.
    pub adjusted_range: u8,
    /// Row of the range table.
    pub d20: u8,
    /// Total of the three error dice.
    pub error_total: u8,
    /// The rare-play die.
    pub d100: u8,
    /// The code the range table gave.
    pub base_code: String,
    /// Speed check: the batter's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spd_chance: Option<i8>,
    /// Speed check: the die.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spd_d20: Option<u8>,
    /// Speed check: safe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spd_safe: Option<bool>,
    /// The code after the speed check and `#`.
    pub converted_code: String,
    /// `no`, `e1`, `e2` or `e3`.
    pub error_result: String,
    /// A rare play replaced the error look-up.
    pub rare_play: bool,
    /// What it came to.
    pub final_outcome: PlayOutcome,
    /// The compound name.
    pub hit_type: String,
    /// The five columns of the range table's row, best range first.
    pub chart_row: Vec<String>,
}

/// How a ground ball was read off the advancement chart (RULES 3.3).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GroundballReading {
    /// The chart's sequential code of the bases (not the bit field).
    pub chart_code: u8,
    /// Type A, B or C.
    pub ball_type: String,
    /// Read from the infield-in chart.
    pub infield_in: bool,
    /// Result kind, 1 to 13.
    pub result: u8,
}
