//! The official scorer: from the facts of a play to its statistics (RULES 6, OBR 9).
//!
//! [`score`] makes the row of one play, [`Scorebook`] keeps the rows of a game, [`box_score`] adds them up.
//! The scorer judges facts ([`Facts`]), however they came about; how dice and cards led to them is not his
//! business: [`record`] adds what else the engine knows of its own plays. Fractions appear in his rows only,
//! never in the state of a game.

mod box_score;
mod clean;
mod expectancy;
mod facts;
mod ledger;
pub mod rates;
mod scorebook;
mod statistics;
#[cfg(test)]
mod tests;

pub use box_score::{BattingLine, BoxScore, FieldingLine, PitchingLine, TeamBox, Unproved, box_score};
pub use expectancy::{Situation, home_win_expectancy, run_expectancy};
pub use facts::{Facts, Pitch, PlateAppearance, Running};
pub use ledger::{HalfInningLedger, Observed, RunCredit, ScoredRun};
pub use scorebook::Scorebook;
pub use statistics::counters;

use super::dice::{Roll, RollDice};
use super::event::{Play, Reached, Sacrifice};
use super::outcome::PlayOutcome;
use super::record::PlayRecord;
use super::resolution::Resolution;
use super::state::{GameSettings, GameState};
use super::vocabulary::{Half, Position, Side};
use crate::id::LineupId;
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
    /// Who is charged with the strikeout instead of the batter (OBR 9.15(b)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged_batter_id: Option<LineupId>,
    /// Who is charged with the walk instead of the pitcher (OBR 9.16(h)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged_pitcher_id: Option<LineupId>,
    /// Who stole, in the order first, second, third.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stole: Vec<LineupId>,
    /// Who was caught stealing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caught: Vec<LineupId>,
    /// The runs, in the order in which they crossed the plate.
    #[serde(default)]
    pub runs: Vec<ScoredRun>,
    /// Runs, of this play or an earlier one, that the play made earned runs of the team: those that help of
    /// the whole half inning's errors would not have prevented (OBR 9.16(i)).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub team_earned: u8,
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

/// Scores one play of the engine. `before` is the state right before the play, its decisions made; `after` is
/// the state with the play and what followed from it (end of the half inning, of the game) applied.
/// `dice_roll` is the at-bat roll behind the play, if there was one.
#[must_use]
pub fn record(before: &GameState, play: &Play, after: &GameState, dice_roll: Option<&Roll>) -> Scored {
    let ends_game = after.is_over() && after.play_count == play.play_number;
    let (mut scored, mut metadata) =
        judge(&Facts::of(play), &before.ledger, &before.setup.settings, ends_game);
    metadata.hit_location = play.hit_location;
    metadata.resolution = play.resolution.clone();
    let x_check = play.resolution.x_check.as_ref().map(|check| check.position);
    let is = |outcome: PlayOutcome| u8::from(play.outcome == outcome);
    scored.record = PlayRecord {
        batting_order: play.batting_order,
        catcher_id: play.catcher_id,
        defender_id: play.defender_id,
        runner_id: play.runner_id,
        defensive_choices: json(&before.pending_defensive_decision.clone().unwrap_or_default()),
        offensive_choices: json(&before.pending_offensive_decision.clone().unwrap_or_default()),
        dice_roll: dice_roll.map(|roll| dice_text(&roll.dice)),
        hit_type: play.hit_type.clone(),
        result_description: play.description.clone(),
        check_pos: play.error.map(|error| error.position).or(x_check),
        bphr: is(PlayOutcome::BpHomerun),
        bp1b: is(PlayOutcome::BpSingle),
        bpfo: is(PlayOutcome::BpFlyout),
        bplo: is(PlayOutcome::BpLineout),
        in_pow: play.in_pow,
        play_metadata: json(&metadata),
        ..scored.record
    };
    scored
}

/// Scores one play by its facts. `ledger` is what the scorer remembers of the half inning so far;
/// `ends_game` says that the game is over with this play. What is nobody's statistic stays empty in the row:
/// decisions, dice, words.
#[must_use]
pub fn score(facts: &Facts, ledger: &HalfInningLedger, settings: &GameSettings, ends_game: bool) -> Scored {
    let (mut scored, metadata) = judge(facts, ledger, settings, ends_game);
    scored.record.play_metadata = json(&metadata);
    scored
}

/// The score of a play, with its metadata not yet in the row.
fn judge(
    facts: &Facts,
    ledger: &HalfInningLedger,
    settings: &GameSettings,
    ends_game: bool,
) -> (Scored, PlayMetadata) {
    let observed = ledger.clone().observe(facts);
    let (own, credits): (Vec<RunCredit>, Vec<RunCredit>) =
        observed.credits.iter().partition(|credit| credit.play_number == facts.play_number);
    let mut record = columns(facts);
    statistics::count(facts, &mut record);
    record.run = own.iter().map(|credit| credit.run).sum();
    record.e_run = own.iter().map(|credit| credit.e_run).sum();
    (record.wpa, record.re24) = value_added(facts, settings, ends_game);
    record.is_new_inning = ledger.is_new();
    let runners = || facts.running.iter().zip(&facts.runners);
    let who = |is: fn(Running) -> bool| {
        let his = runners().filter(|(running, _)| running.is_some_and(is));
        his.filter_map(|(_, runner)| Some(runner.as_ref()?.lineup_id)).collect()
    };
    let metadata = PlayMetadata {
        sac_kind: facts.sacrifice,
        interference: facts.interference(),
        charged_batter_id: facts.charged_batter_id,
        charged_pitcher_id: facts.charged_pitcher_id,
        stole: who(|running| running == Running::Stole),
        caught: who(Running::is_caught),
        runs: observed.runs,
        team_earned: observed.team_earned,
        ..PlayMetadata::default()
    };
    (Scored { record, credits }, metadata)
}

/// The columns that repeat what happened.
fn columns(facts: &Facts) -> PlayRecord {
    // None is an out in the table; an empty base is told by the missing runner.
    let safe = |to: Option<Reached>| to.filter(|to| *to > 0);
    let batting_lead = batting_lead(facts);
    PlayRecord {
        play_number: facts.play_number,
        inning: facts.inning,
        half: Some(facts.half),
        outs_before: facts.outs_before,
        away_score: facts.away_score,
        home_score: facts.home_score,
        on_base_code: facts.on_base_code(),
        batter_id: facts.batter_id,
        pitcher_id: facts.pitcher_id,
        on_base_ids: facts.runners.map(|runner| runner.map(|runner| runner.lineup_id)),
        on_base_finals: facts.runners_to.map(safe),
        batter_final: safe(facts.batter_to),
        outs_recorded: facts.outs_recorded,
        runs_scored: facts.runs_scored,
        is_tied: batting_lead == 0,
        is_go_ahead: batting_lead <= 0 && batting_lead + i32::from(facts.runs_scored) > 0,
        complete: true,
        locked: false,
        ..PlayRecord::default()
    }
}

/// The batting team's lead as the play starts.
fn batting_lead(facts: &Facts) -> i32 {
    let home_lead = i32::from(facts.home_score) - i32::from(facts.away_score);
    if facts.half.batting() == Side::Home { home_lead } else { -home_lead }
}

/// Win probability and run expectancy that the play added for the batting team (RULES 6.5).
fn value_added(facts: &Facts, settings: &GameSettings, ends_game: bool) -> (f64, f64) {
    let start = Situation {
        inning: facts.inning,
        half: facts.half,
        outs: facts.outs_before.min(2),
        on_base_code: facts.on_base_code(),
        home_lead: i32::from(facts.home_score) - i32::from(facts.away_score),
        scheduled_innings: settings.innings,
        extra_inning_runner: settings.extra_inning_runner,
    };
    let ends_half = facts.outs_before + facts.outs_recorded >= 3;
    let end = start.after(facts.runs_scored, facts.outs_recorded, bases_after(facts));
    let home_wins =
        if ends_game { f64::from(end.home_lead.signum() + 1) / 2.0 } else { home_win_expectancy(&end) };
    let runs_expected = if ends_game || ends_half { 0.0 } else { run_expectancy(end.on_base_code, end.outs) };
    let for_home = if facts.half == Half::Bottom { 1.0 } else { -1.0 };
    let wpa = for_home * (home_wins - home_win_expectancy(&start));
    let re24 = runs_expected - run_expectancy(start.on_base_code, start.outs) + f64::from(facts.runs_scored);
    (round(wpa, 5), round(re24, 4))
}

/// The occupied bases after a play that did not end the half inning. A batter who stays at bat is on none.
fn bases_after(facts: &Facts) -> u8 {
    let reached = facts.runners_to.iter().chain([&facts.batter_to]).flatten();
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it a reference")]
const fn is_zero(count: &u8) -> bool {
    *count == 0
}
