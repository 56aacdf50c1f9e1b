//! Manual mode: the roll that waits, and the outcome that a manager reads off his card (RULES 8).

use super::turn::Turn;
use super::{due, roll};
use crate::rules::card::CardBook;
use crate::rules::charts::CHARTS;
use crate::rules::charts::outcomes::LocationRule;
use crate::rules::command::{Issuer, ManualOutcomeSubmission};
use crate::rules::decision::Base;
use crate::rules::dice::roller::Roller;
use crate::rules::dice::{Dice, RollDice};
use crate::rules::event::Event;
use crate::rules::outcome::PlayOutcome;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::resolution::Resolution;
use crate::rules::resolve::{self, Situation, Steal, Thrown};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Side};
use crate::rules::x_check::{self, XCheckRoll, XCheckSubmission};

/// Throws the at-bat dice and waits for what the card says. Where the chaos die asks for a check it is
/// announced, and a fresh split is thrown, because the check may use up the one in the roll.
pub(super) fn at_bat(mut turn: Turn, mut roller: Roller) -> Vec<Event> {
    let state = turn.state();
    let batter = state.lineups[state.batting_side()].batter(state.batter_idx[state.batting_side()]);
    let dice = roller.at_bat(batter.map(|batter| batter.lineup_id).unwrap_or_default());
    let check = announced(state, dice.chaos_d20);
    if check.is_some() {
        roller.d20("split", None);
    }
    turn.rolled(&mut roller);
    if let Some(check) = check {
        turn.push(Event::CheckAnnounced { check });
    }
    wait(turn)
}

/// Asks for the outcome: the side at bat, or its opponent where an AI, who has no card to read, bats.
pub(super) fn wait(turn: Turn) -> Vec<Event> {
    let state = turn.state();
    let batting = state.batting_side();
    let side = if state.setup.teams[batting].is_ai { batting.opponent() } else { batting };
    turn.request(DecisionPhase::AwaitingOutcome, side)
}

/// The check that a chaos die asks for. With the bases empty it is ignored (RULES 1.1).
fn announced(state: &GameState, chaos_d20: u8) -> Option<PlayOutcome> {
    if state.bases().is_empty() {
        None
    } else if CHARTS.triggers.wild_pitch.contains(&chaos_d20) {
        Some(PlayOutcome::WildPitch)
    } else if CHARTS.triggers.passed_ball.contains(&chaos_d20) {
        Some(PlayOutcome::PassedBall)
    } else {
        None
    }
}

/// Takes the outcome for the roll that waits.
pub(super) fn submit(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    submission: &ManualOutcomeSubmission,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    due(state, issuer, DecisionPhase::AwaitingOutcome)?;
    let Some(waiting) = &state.pending_manual_roll else {
        return Err(Rejection::new(RejectionCode::WrongPhase, "no roll waits for an outcome"));
    };
    let situation = Situation::new(state, cards)?;
    let turn = Turn::new(state, cards);
    let mut roller = Roller::new(dice, state.next_roll_id);
    if let Some(x_check) = &state.pending_x_check {
        let reading = check_reading(x_check, submission)?;
        let resolved = resolve::x_check_read(&situation, &mut roller, x_check, reading);
        return roll::go_on(turn, roller, &situation, resolved);
    }
    check_fields(submission)?;
    check_outcome(&situation, submission.outcome, &waiting.dice)?;
    let outcome = submission.outcome;
    match outcome {
        PlayOutcome::StolenBase | PlayOutcome::CaughtStealing => {
            let steal = attempt(&situation)?;
            let thrown = Thrown { is_safe: outcome == PlayOutcome::StolenBase, is_error: false };
            roll::steal_plays(turn, roller, &steal, thrown, Resolution::default(), false)
        }
        PlayOutcome::PickOff => {
            let play = resolve::picked_off(&situation, &attempt(&situation)?);
            Ok(roll::resolved(turn, roller, play))
        }
        PlayOutcome::XCheck => {
            let position = submission.hit_location.ok_or_else(|| location_missing(LocationRule::Any))?;
            roll_x_check(turn, roller, &situation, position)
        }
        _ => {
            let (location, bases) = (submission.hit_location, submission.error_bases.unwrap_or(1));
            let resolved = resolve::submitted(&situation, &mut roller, outcome, location, bases);
            roll::go_on(turn, roller, &situation, resolved)
        }
    }
}

fn roll_x_check(
    mut turn: Turn,
    mut roller: Roller,
    situation: &Situation,
    position: crate::rules::vocabulary::Position,
) -> Result<Vec<Event>, Rejection> {
    let x_check = resolve::roll_x_check(situation, &mut roller, position)
        .ok_or_else(|| Rejection::invalid("hit_location", format!("nobody plays {position}")))?;
    turn.rolled(&mut roller);
    turn.push(Event::XCheckRolled(x_check));
    Ok(wait(turn))
}

/// The runners who go: by the steal signs, or by the hit and run.
pub(super) fn attempt(situation: &Situation) -> Result<Steal, Rejection> {
    let targets = if situation.offence.hit_and_run {
        situation.hit_and_run_targets()
    } else {
        situation.offence.steal_attempts.clone()
    };
    Steal::new(&targets).ok_or_else(|| Rejection::invalid("outcome", "no runner was sent on this play"))
}

/// Whether the submission has the fields that its outcome takes, and no others.
pub(super) fn check_fields(submission: &ManualOutcomeSubmission) -> Result<(), Rejection> {
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
    if submission.error_bases.is_some() && outcome != PlayOutcome::Error {
        return Err(Rejection::invalid("error_bases", "is for the outcome error only; leave it out"));
    }
    if submission.error_bases.is_some_and(|bases| !(1..=3).contains(&bases)) {
        return Err(Rejection::invalid("error_bases", "allowed is 1, 2 or 3"));
    }
    if submission.x_check.is_some() {
        return Err(Rejection::invalid("x_check", "no X-Check waits for its reading; leave it out"));
    }
    Ok(())
}

fn location_missing(rule: LocationRule) -> Rejection {
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

/// Whether the outcome can come of the roll that waits and of the signs that were given.
fn check_outcome(situation: &Situation, outcome: PlayOutcome, dice: &RollDice) -> Result<(), Rejection> {
    let offence = &situation.offence;
    let problem = match *dice {
        RollDice::Jump { check_d20, .. } => match outcome {
            PlayOutcome::StolenBase | PlayOutcome::CaughtStealing => return Ok(()),
            PlayOutcome::PickOff if CHARTS.triggers.pickoff.contains(&check_d20) => return Ok(()),
            PlayOutcome::Balk if CHARTS.triggers.balk.contains(&check_d20) => return Ok(()),
            PlayOutcome::PickOff | PlayOutcome::Balk => "the jump roll asks for no such check",
            _ => {
                "a jump roll waits; allowed is stolen_base or caught_stealing, or roll to call the steal off"
            }
        },
        RollDice::Ab { chaos_d20, .. } => {
            let bases = situation.bases;
            let low_runners = bases.has(Base::First) || bases.has(Base::Second);
            match outcome {
                PlayOutcome::WildPitch | PlayOutcome::PassedBall
                    if announced(situation.state, chaos_d20) != Some(outcome) =>
                {
                    "the chaos die asks for no such check"
                }
                PlayOutcome::StolenBase | PlayOutcome::CaughtStealing | PlayOutcome::HitAndRun
                    if !offence.hit_and_run =>
                {
                    "needs a runner who was sent: steal_attempts, or hit_and_run"
                }
                PlayOutcome::PickOff | PlayOutcome::Balk => {
                    "comes of a jump roll, which a steal attempt makes"
                }
                PlayOutcome::IntentionalWalk => "is the fielding side's: intentional_walk of its decision",
                PlayOutcome::SacBunt if !(offence.bunt_attempt && low_runners) => {
                    "needs a bunt_attempt with a runner on first or second"
                }
                PlayOutcome::Squeeze if !(offence.bunt_attempt && bases.has(Base::Third)) => {
                    "needs a bunt_attempt with a runner on third"
                }
                _ => return Ok(()),
            }
        }
        RollDice::Fielding { .. } | RollDice::D20 { .. } => "no at-bat roll waits",
    };
    Err(Rejection::invalid("outcome", format!("{outcome}: {problem}")))
}

/// The manager's reading of the X-Check that waits.
fn check_reading(
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
    let row: Vec<&str> = roll.chart_row.iter().map(|code| code.as_str()).collect();
    let Some(reading) = submission.x_check else {
        let problem =
            format!("is missing; the code is one of {}, the error `no`, `e1`, `e2` or `e3`", row.join(", "));
        return Err(Rejection::invalid("x_check", problem));
    };
    if !roll.chart_row.contains(&reading.code) {
        let problem = format!("{} is not in the row that was rolled: {}", reading.code, row.join(", "));
        return Err(Rejection::invalid("x_check.code", problem));
    }
    if !x_check::is_possible(roll.position, roll.error_total, reading.error) {
        let problem = format!("{}: no rating errs so; the chart says {}", reading.error, roll.error_text);
        return Err(Rejection::invalid("x_check.error", problem));
    }
    Ok(reading)
}

/// Whether a roll now calls off the steal whose jump waits, and goes on to the batter.
pub(super) fn calls_off_steal(state: &GameState, issuer: Issuer) -> Result<bool, Rejection> {
    let is_jump =
        state.pending_manual_roll.as_ref().is_some_and(|roll| matches!(roll.dice, RollDice::Jump { .. }));
    if state.decision_phase != DecisionPhase::AwaitingOutcome || !is_jump {
        return Ok(false);
    }
    due(state, issuer, DecisionPhase::AwaitingOutcome).map(|_: Side| true)
}
