//! The official scorer: from the facts of a play to its statistics (RULES 6, OBR 9).
//!
//! [`record`] makes the row of one play, [`Scorebook`] keeps the rows of a game, [`box_score`] adds them up.
//! The scorer judges facts ([`Play`]), however they came about; how dice and cards led to
//! them is not his business. Fractions appear in his rows only, never in the state of a game.

mod box_score;
mod clean;
mod expectancy;
mod ledger;
mod scorebook;
mod statistics;
#[cfg(test)]
mod tests;

pub use box_score::{BattingLine, BoxScore, PitchingLine, TeamBox, Unproved, box_score};
pub use expectancy::{Situation, home_win_expectancy, run_expectancy};
pub use ledger::{HalfInningLedger, Observed, RunCredit, ScoredRun};
pub use scorebook::Scorebook;
pub use statistics::counters;

use super::dice::{Roll, RollDice};
use super::event::{Play, Reached, Sacrifice};
use super::record::PlayRecord;
use super::resolution::Resolution;
use super::state::GameState;
use super::vocabulary::{Half, Position, Side};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A scored play.
#[derive(Clone, PartialEq, Debug)]
pub struct Scored {
    /// The play's row.
    pub record: PlayRecord,
    /// What is to be added to the rows of earlier plays: the runs of runners who reached base with them.
    pub credits: Vec<RunCredit>,
}

/// What the row's `play_metadata` holds: the facts that have no column.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct PlayMetadata {
    /// Bunt or fly, where `sac` is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sac_kind: Option<Sacrifice>,
    /// Where the ball went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hit_location: Option<Position>,
    /// The batter was awarded first base because the catcher interfered.
    #[serde(default)]
    pub interference: bool,
    /// The runs, in the order in which they crossed the plate.
    #[serde(default)]
    pub runs: Vec<ScoredRun>,
    /// The audit trail.
    #[serde(default)]
    pub resolution: Resolution,
}

impl PlayMetadata {
    /// What a row holds; nothing where it was written by somebody else.
    #[must_use]
    pub fn of(record: &PlayRecord) -> Self {
        Self::deserialize(&record.play_metadata).unwrap_or_default()
    }
}

/// Scores one play. `before` is the state right before the play, its decisions made; `after` is the state
/// with the play and what followed from it (end of the half inning, of the game) applied.
/// `dice_roll` is the at-bat roll behind the play, if there was one.
#[must_use]
pub fn record(before: &GameState, play: &Play, after: &GameState, dice_roll: Option<&Roll>) -> Scored {
    let observed = before.ledger.clone().observe(play);
    let (own, credits): (Vec<RunCredit>, Vec<RunCredit>) =
        observed.credits.iter().partition(|credit| credit.play_number == play.play_number);
    let mut record = facts(before, play, dice_roll);
    statistics::count(play, &mut record);
    record.run = own.iter().map(|credit| credit.run).sum();
    record.e_run = own.iter().map(|credit| credit.e_run).sum();
    let (wpa, re24) = value_added(before, play, after);
    record.wpa = wpa;
    record.re24 = re24;
    let metadata = PlayMetadata {
        sac_kind: play.sacrifice,
        hit_location: play.hit_location,
        interference: play.interference,
        runs: observed.runs,
        resolution: play.resolution.clone(),
    };
    record.play_metadata = json(&metadata);
    Scored { record, credits }
}

/// The columns that repeat what happened.
fn facts(before: &GameState, play: &Play, dice_roll: Option<&Roll>) -> PlayRecord {
    // None is an out in the table; an empty base is told by the missing runner.
    let safe = |to: Option<Reached>| to.filter(|to| *to > 0);
    let batting_lead = batting_lead(play);
    let x_check = play.resolution.x_check.as_ref().map(|check| check.position);
    PlayRecord {
        play_number: play.play_number,
        inning: play.inning,
        half: Some(play.half),
        outs_before: play.outs_before,
        batting_order: play.batting_order,
        away_score: play.away_score,
        home_score: play.home_score,
        on_base_code: play.on_base_code,
        batter_id: play.batter_id,
        pitcher_id: play.pitcher_id,
        catcher_id: play.catcher_id,
        defender_id: play.defender_id,
        runner_id: play.runner_id,
        on_base_ids: play.runners.map(|runner| runner.map(|runner| runner.lineup_id)),
        on_base_finals: play.runners_to.map(safe),
        batter_final: safe(play.batter_to),
        defensive_choices: json(&before.pending_defensive_decision.clone().unwrap_or_default()),
        offensive_choices: json(&before.pending_offensive_decision.clone().unwrap_or_default()),
        dice_roll: dice_roll.map(|roll| dice_text(&roll.dice)),
        hit_type: play.hit_type.clone(),
        result_description: play.description.clone(),
        outs_recorded: play.outs_recorded,
        runs_scored: play.runs_scored,
        check_pos: play.error.map(|error| error.position).or(x_check),
        is_tied: batting_lead == 0,
        is_go_ahead: batting_lead <= 0 && batting_lead + i32::from(play.runs_scored) > 0,
        is_new_inning: before.ledger.is_new(),
        in_pow: play.in_pow,
        complete: true,
        locked: false,
        ..PlayRecord::default()
    }
}

/// The batting team's lead as the play starts.
fn batting_lead(play: &Play) -> i32 {
    let home_lead = i32::from(play.home_score) - i32::from(play.away_score);
    if play.half.batting() == Side::Home { home_lead } else { -home_lead }
}

/// Win probability and run expectancy that the play added for the batting team (RULES 6.5).
fn value_added(before: &GameState, play: &Play, after: &GameState) -> (f64, f64) {
    let settings = &before.setup.settings;
    let start = Situation {
        inning: play.inning,
        half: play.half,
        outs: play.outs_before.min(2),
        on_base_code: play.on_base_code,
        home_lead: i32::from(play.home_score) - i32::from(play.away_score),
        scheduled_innings: settings.innings,
        extra_inning_runner: settings.extra_inning_runner,
    };
    let ends_game = after.is_over() && after.play_count == play.play_number;
    let ends_half = play.outs_before + play.outs_recorded >= 3;
    let end = start.after(play.runs_scored, play.outs_recorded, bases_after(play));
    let home_wins =
        if ends_game { f64::from(end.home_lead.signum() + 1) / 2.0 } else { home_win_expectancy(&end) };
    let runs_expected = if ends_game || ends_half { 0.0 } else { run_expectancy(end.on_base_code, end.outs) };
    let for_home = if play.half == Half::Bottom { 1.0 } else { -1.0 };
    let wpa = for_home * (home_wins - home_win_expectancy(&start));
    let re24 = runs_expected - run_expectancy(start.on_base_code, start.outs) + f64::from(play.runs_scored);
    (round(wpa, 5), round(re24, 4))
}

/// The occupied bases after a play that did not end the half inning.
fn bases_after(play: &Play) -> u8 {
    let reached = play.runners_to.iter().chain([&play.batter_to]).flatten();
    reached.filter(|to| (1..=3).contains(*to)).fold(0, |code, to| code | 1 << (to - 1))
}

/// Rounds to so many digits after the point: the tables have no more.
fn round(value: f64, digits: i32) -> f64 {
    let factor = 10_f64.powi(digits);
    (value * factor).round() / factor
}

/// The dice as people write them.
fn dice_text(dice: &RollDice) -> String {
    match *dice {
        RollDice::Ab { d6_one, d6_two_a, d6_two_b, chaos_d20, resolution_d20 } => {
            format!("{d6_one}; {d6_two_a}+{d6_two_b}; {chaos_d20}; {resolution_d20}")
        }
        RollDice::Jump { check_d20, jump_a, jump_b, resolution_d20 } => {
            format!("{check_d20}; {jump_a}+{jump_b}; {resolution_d20}")
        }
        RollDice::Fielding { position, d20, d6_a, d6_b, d6_c, d100 } => {
            format!("{position}: {d20}; {d6_a}+{d6_b}+{d6_c}; {d100}")
        }
        RollDice::D20 { d20 } => d20.to_string(),
        RollDice::Injury { d6_a, d6_b, d6_c } => format!("{d6_a}+{d6_b}+{d6_c}"),
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("our own types have string keys and finite numbers")
}
