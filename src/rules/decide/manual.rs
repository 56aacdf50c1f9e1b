//! Manual mode: the roll that waits, and the outcome that a manager reads off his card (RULES 8).

mod injury;
mod reading;

pub(super) use reading::{check_fields, location_missing};

use super::turn::Turn;
use super::{due, roll};
use crate::rules::card::CardBook;
use crate::rules::charts::CHARTS;
use crate::rules::charts::bunts::HitAndRunResult;
use crate::rules::charts::outcomes::LocationRule;
use crate::rules::command::{Issuer, ManualOutcomeSubmission};
use crate::rules::decision::Base;
use crate::rules::dice::roller::Roller;
use crate::rules::dice::{Dice, RollDice};
use crate::rules::event::Event;
use crate::rules::outcome::PlayOutcome;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::resolution::Resolution;
use crate::rules::resolve::{self, Situation, Steal, Submitted, TableResult, Thrown};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Position, Side};

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
    let injury_number = CHARTS.triggers.injury_number(dice.d6_one, dice.d6_two_a + dice.d6_two_b);
    let pitcher = state.lineups[state.fielding_side()].at(Position::Pitcher);
    let pitcher = pitcher.filter(|_| state.setup.settings.injuries).map(|pitcher| pitcher.lineup_id);
    turn.rolled(&mut roller);
    if let Some(check) = check {
        turn.push(Event::CheckAnnounced { check });
    }
    if let (Some(lineup_id), Some(number)) = (pitcher, injury_number) {
        turn.push(Event::InjuryCheckAnnounced { lineup_id, number });
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
    let mut turn = Turn::new(state, cards);
    let mut roller = Roller::new(dice, state.next_roll_id);
    if let Some(x_check) = &state.pending_x_check {
        let reading = reading::check_x_check(&situation, x_check, submission)?;
        let resolved = resolve::x_check_read(&situation, &mut roller, x_check, reading);
        return roll::go_on(turn, roller, &situation, resolved);
    }
    reading::check_fields(submission)?;
    check_outcome(&situation, submission.outcome, &waiting.dice)?;
    let result = reading::table_result(submission, &waiting.dice)?;
    injury::suffer(&mut turn, &mut roller, &situation, &waiting.dice, submission)?;
    let outcome = submission.outcome;
    let submitted = match (outcome, result) {
        (PlayOutcome::StolenBase | PlayOutcome::CaughtStealing, result) => {
            let steal = attempt(&situation)?;
            let is_error = submission.error_bases.is_some();
            let thrown = Thrown { is_safe: outcome == PlayOutcome::StolenBase, is_error };
            let strikeout = result == Some(TableResult::HitAndRun(HitAndRunResult::Strikeout));
            return roll::steal_plays(turn, roller, &steal, thrown, Resolution::default(), strikeout);
        }
        (PlayOutcome::PickOff, _) => {
            let play = resolve::picked_off(&situation, &attempt(&situation)?);
            return Ok(roll::resolved(turn, roller, play));
        }
        (PlayOutcome::XCheck, _) => {
            let position =
                submission.hit_location.ok_or_else(|| reading::location_missing(LocationRule::Any))?;
            return roll_x_check(turn, roller, &situation, position);
        }
        (_, Some(result)) => Submitted::Table(result),
        (PlayOutcome::Error, None) => {
            let position =
                submission.hit_location.ok_or_else(|| reading::location_missing(LocationRule::Any))?;
            Submitted::Error { position, bases: submission.error_bases.unwrap_or(1) }
        }
        (outcome, None) => Submitted::Outcome { outcome, location: submission.hit_location },
    };
    let resolved = resolve::submitted(&situation, &mut roller, submitted);
    roll::go_on(turn, roller, &situation, resolved)
}

fn roll_x_check(
    mut turn: Turn,
    mut roller: Roller,
    situation: &Situation,
    position: Position,
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
        RollDice::Fielding { .. } | RollDice::D20 { .. } | RollDice::Injury { .. } => "no at-bat roll waits",
    };
    Err(Rejection::invalid("outcome", format!("{outcome}: {problem}")))
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
