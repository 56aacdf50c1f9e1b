//! The rows a game leaves behind: the read models of plays and rolls, column by column (SYSTEM 3).

use super::event::Reached;
use super::vocabulary::{Half, Position};
use crate::id::{LineupId, PlayNumber};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One row of `plays`: a play's facts with its statistics (RULES 6). Counters are charged to the
/// batter, runner, pitcher or catcher named on the play.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PlayRecord {
    /// 1, 2, 3 … without holes.
    pub play_number: PlayNumber,
    /// The inning.
    pub inning: u8,
    /// The half.
    pub half: Option<Half>,
    /// Outs as the play starts.
    pub outs_before: u8,
    /// The batter's place in the order.
    pub batting_order: u8,
    /// The visitors' runs as the play starts.
    pub away_score: u16,
    /// The home team's runs as the play starts.
    pub home_score: u16,
    /// Occupied bases as the play starts, bit field.
    pub on_base_code: u8,
    /// Who bats.
    pub batter_id: LineupId,
    /// Who pitches.
    pub pitcher_id: LineupId,
    /// Who catches.
    pub catcher_id: Option<LineupId>,
    /// Who was checked or erred.
    pub defender_id: Option<LineupId>,
    /// The runner the play is about.
    pub runner_id: Option<LineupId>,
    /// Runners as the play starts: first, second, third.
    pub on_base_ids: [Option<LineupId>; 3],
    /// Where they ended; none is out or an empty base.
    pub on_base_finals: [Option<Reached>; 3],
    /// Where the batter ended; none is out.
    pub batter_final: Option<Reached>,
    /// The fielding side's decision.
    pub defensive_choices: Value,
    /// The batting side's decision.
    pub offensive_choices: Value,
    /// The at-bat roll, as people write it: `3; 4+2; 17; 9`.
    pub dice_roll: Option<String>,
    /// The compound name of what happened.
    pub hit_type: String,
    /// One sentence for people.
    pub result_description: String,
    /// Outs made.
    pub outs_recorded: u8,
    /// Runs that count.
    pub runs_scored: u8,
    /// The position of an X-Check or error.
    pub check_pos: Option<Position>,
    /// Errors on the play.
    pub error: u8,
    /// Plate appearance completed.
    pub pa: u8,
    /// At-bat.
    pub ab: u8,
    /// Hit.
    pub hit: u8,
    /// Double.
    pub double: u8,
    /// Triple.
    pub triple: u8,
    /// Home run.
    pub homerun: u8,
    /// Base on balls.
    pub bb: u8,
    /// Strikeout.
    pub so: u8,
    /// Hit by pitch.
    pub hbp: u8,
    /// Runs batted in.
    pub rbi: u8,
    /// Sacrifice bunt or fly.
    pub sac: u8,
    /// Intentional base on balls.
    pub ibb: u8,
    /// Grounded into a double play.
    pub gidp: u8,
    /// Stolen base.
    pub sb: u8,
    /// Caught stealing.
    pub cs: u8,
    /// Wild pitch.
    pub wild_pitch: u8,
    /// Passed ball.
    pub passed_ball: u8,
    /// Pick-off.
    pub pick_off: u8,
    /// Balk.
    pub balk: u8,
    /// The runner who reached with this play scored.
    pub run: u8,
    /// That run is earned.
    pub e_run: u8,
    /// Ballpark home run.
    pub bphr: u8,
    /// Ballpark fly out.
    pub bpfo: u8,
    /// Ballpark single.
    pub bp1b: u8,
    /// Ballpark line out.
    pub bplo: u8,
    /// Win probability added, for the batting side.
    pub wpa: f64,
    /// Run expectancy added, for the batting side.
    pub re24: f64,
    /// Scores equal as the play starts.
    pub is_tied: bool,
    /// The play turns a tie or deficit into a lead.
    pub is_go_ahead: bool,
    /// First play of a half inning.
    pub is_new_inning: bool,
    /// The pitcher is at or past his point of weakness.
    pub in_pow: bool,
    /// Resolved.
    pub complete: bool,
    /// No longer editable: a later play is complete.
    pub locked: bool,
    /// The audit trail and whatever has no column.
    pub play_metadata: Value,
}
