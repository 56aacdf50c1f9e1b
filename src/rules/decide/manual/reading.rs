//! The form of a submission: which fields an outcome takes, and what may stand in them (RULES 3.1, 8).

use crate::rules::charts::CHARTS;
use crate::rules::charts::bunts::{BuntResult, HitAndRunResult, SqueezeResult};
use crate::rules::charts::error_charts::ErrorSize;
use crate::rules::charts::outcomes::LocationRule;
use crate::rules::charts::range::RangeCode;
use crate::rules::command::ManualOutcomeSubmission;
use crate::rules::dice::RollDice;
use crate::rules::outcome::PlayOutcome;
use crate::rules::rejection::Rejection;
use crate::rules::resolve::{Situation, TableResult};
use crate::rules::vocabulary::Position;
use crate::rules::x_check::{self, XCheckRoll, XCheckSubmission};
use std::fmt::Display;

/// Whether the submission has the fields that its outcome takes, and no others.
pub(in crate::rules::decide) fn check_fields(submission: &ManualOutcomeSubmission) -> Result<(), Rejection> {
    let outcome = submission.outcome;
    let rule = CHARTS.outcomes.facts(outcome).location;
    match submission.hit_location {
        None if rule != LocationRule::None => return Err(location_missing(rule)),
        Some(_) if rule == LocationRule::None => {
            return Err(Rejection::invalid(
                "hit_location",
                format!("{outcome} takes no location; leave it out"),
            ));
        }
        Some(location) if !rule.fits(Some(location)) => {
            let problem = format!("{location}; {outcome} needs {}", places(rule));
            return Err(Rejection::invalid("hit_location", problem));
        }
        _ => {}
    }
    let problem = match (outcome, submission.error_bases) {
        (_, None) | (PlayOutcome::Error, Some(1..=3)) | (PlayOutcome::StolenBase, Some(1)) => None,
        (PlayOutcome::Error, Some(_)) => Some("allowed is 1, 2 or 3"),
        (PlayOutcome::StolenBase, Some(_)) => Some("allowed is 1, where the catcher throws the ball away"),
        (_, Some(_)) => Some("is for the outcomes error and stolen_base; leave it out"),
    };
    if let Some(problem) = problem {
        return Err(Rejection::invalid("error_bases", problem));
    }
    if submission.x_check.is_some() {
        return Err(Rejection::invalid("x_check", "no X-Check waits for its reading; leave it out"));
    }
    Ok(())
}

pub(in crate::rules::decide) fn location_missing(rule: LocationRule) -> Rejection {
    Rejection::invalid("hit_location", format!("is missing; allowed is {}", places(rule)))
}

const fn places(rule: LocationRule) -> &'static str {
    match rule {
        LocationRule::None => "none",
        LocationRule::Infield => "an infield position: P, C, 1B, 2B, 3B or SS",
        LocationRule::Outfield => "an outfield position: LF, CF or RF",
        LocationRule::Any => "any of the nine positions in the field",
    }
}

/// What stands in the table for the batter's grade, where the outcome is read off one.
pub(super) fn table_result(
    submission: &ManualOutcomeSubmission,
    dice: &RollDice,
) -> Result<Option<TableResult>, Rejection> {
    let given = submission.result.as_deref();
    let is_at_bat = matches!(dice, RollDice::Ab { .. });
    let runners_go = [HitAndRunResult::Miss, HitAndRunResult::Strikeout];
    let result = match submission.outcome {
        PlayOutcome::SacBunt => TableResult::Bunt(word(given, BuntResult::ALL)?),
        PlayOutcome::Squeeze => TableResult::Squeeze(word(given, SqueezeResult::ALL)?),
        PlayOutcome::HitAndRun => {
            // The usual result comes first; for a miss the runners' fate is what is submitted.
            let allowed = [
                HitAndRunResult::Advance,
                HitAndRunResult::Hit,
                HitAndRunResult::Pop,
                HitAndRunResult::LineDoublePlay,
            ];
            TableResult::HitAndRun(word(given, &allowed)?)
        }
        PlayOutcome::StolenBase | PlayOutcome::CaughtStealing if is_at_bat => {
            TableResult::HitAndRun(word(given, &runners_go)?)
        }
        outcome if given.is_some() => {
            let problem = format!("{outcome} is read off no table here; leave it out");
            return Err(Rejection::invalid("result", problem));
        }
        _ => return Ok(None),
    };
    Ok(Some(result))
}

/// The word among those allowed; the first where none is given.
fn word<T: Copy + Display>(given: Option<&str>, allowed: &[T]) -> Result<T, Rejection> {
    let Some(given) = given else { return Ok(allowed[0]) };
    allowed.iter().copied().find(|result| result.to_string() == given).ok_or_else(|| {
        let shown: String = given.chars().take(40).collect();
        let words: Vec<String> = allowed.iter().map(ToString::to_string).collect();
        Rejection::invalid("result", format!("`{shown}`; allowed is {}", words.join(", ")))
    })
}

/// The manager's reading of the X-Check that waits.
pub(super) fn check_x_check(
    situation: &Situation,
    roll: &XCheckRoll,
    submission: &ManualOutcomeSubmission,
) -> Result<XCheckSubmission, Rejection> {
    if submission.outcome != PlayOutcome::XCheck {
        let problem = format!("{}: an X-Check waits for its reading; allowed is x_check", submission.outcome);
        return Err(Rejection::invalid("outcome", problem));
    }
    if submission.hit_location.is_some_and(|location| location != roll.position) {
        let problem = format!("the X-Check is of {}; leave it out", roll.position);
        return Err(Rejection::invalid("hit_location", problem));
    }
    if submission.error_bases.is_some() {
        return Err(Rejection::invalid("error_bases", "is for the outcome error only; leave it out"));
    }
    if submission.injury {
        return Err(Rejection::invalid("injury", "belongs to the reading before; leave it out"));
    }
    if submission.result.is_some() {
        return Err(Rejection::invalid("result", "an X-Check takes none; leave it out"));
    }
    let row: Vec<&str> = roll.chart_row.iter().map(|code| code.as_str()).collect();
    let Some(reading) = submission.x_check else {
        let problem =
            format!("is missing; the code is one of {}, the error `no`, `e1`, `e2` or `e3`", row.join(", "));
        return Err(Rejection::invalid("x_check", problem));
    };
    check_code(situation, roll, reading.code)?;
    let erring = CHARTS.xcheck.code(reading.code).errors.iter().flatten().count() > 0;
    let is_possible = erring || reading.error == ErrorSize::No;
    if !is_possible || !x_check::is_possible(roll.position, roll.error_total, reading.error) {
        let problem = format!("{}: no rating errs so; the chart says {}", reading.error, roll.error_text);
        return Err(Rejection::invalid("x_check.error", problem));
    }
    Ok(reading)
}

/// One of the five columns; for the catcher also the reserved codes of the printed chart, which need somebody
/// on base (RULES 2.4).
fn check_code(situation: &Situation, roll: &XCheckRoll, code: RangeCode) -> Result<(), Rejection> {
    let is_printed = code.is_reserved() && roll.position == Position::Catcher;
    let problem = if is_printed && situation.bases.is_empty() {
        "nobody is on base to advance".to_owned()
    } else if is_printed || roll.chart_row.contains(&code) {
        return Ok(());
    } else {
        let row: Vec<&str> = roll.chart_row.iter().map(|code| code.as_str()).collect();
        format!("is not in the row that was rolled: {}", row.join(", "))
    };
    Err(Rejection::invalid("x_check.code", format!("{code}: {problem}")))
}
