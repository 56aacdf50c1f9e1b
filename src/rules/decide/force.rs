//! Practice games: a play that is asked for instead of rolled, to try the rules by hand (SYSTEM 5).
//!
//! It takes the place of the batting side's roll and is an entry like any other: scored, shown, recomputed.

use super::manual::{attempt, check_fields, location_missing};
use super::turn::Turn;
use super::{due, roll};
use crate::rules::card::CardBook;
use crate::rules::charts::outcomes::LocationRule;
use crate::rules::command::{ForceOutcome, Issuer, ManualOutcomeSubmission};
use crate::rules::decision::Base;
use crate::rules::dice::Dice;
use crate::rules::dice::roller::Roller;
use crate::rules::event::Event;
use crate::rules::outcome::PlayOutcome;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::resolution::Resolution;
use crate::rules::resolve::{self, Situation, Submitted, Thrown};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, GameMode};

/// Makes the play that was asked for.
pub(super) fn force(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    forced: &ForceOutcome,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    if state.setup.game_mode != GameMode::Practice {
        let mode = state.setup.game_mode;
        let text = format!("outcomes are forced in practice games only; this is a game of mode {mode}");
        return Err(Rejection::new(RejectionCode::Forbidden, text));
    }
    let side = due(state, issuer, DecisionPhase::AwaitingRoll)?;
    let ForceOutcome { outcome, hit_location, error_bases } = *forced;
    check_fields(&ManualOutcomeSubmission {
        error_bases,
        ..ManualOutcomeSubmission::of(outcome, hit_location)
    })?;
    let situation = Situation::new(state, cards)?;
    check_runners(&situation, outcome)?;
    let mut turn = Turn::new(state, cards);
    let mut roller = Roller::new(dice, state.next_roll_id);
    turn.push(Event::OutcomeForced { side, outcome });
    match outcome {
        PlayOutcome::StolenBase | PlayOutcome::CaughtStealing => {
            let thrown = Thrown { is_safe: outcome == PlayOutcome::StolenBase, is_error: false };
            roll::steal_plays(turn, roller, &attempt(&situation)?, thrown, Resolution::default(), false)
        }
        PlayOutcome::PickOff => {
            let play = resolve::picked_off(&situation, &attempt(&situation)?);
            Ok(roll::resolved(turn, roller, play))
        }
        _ => {
            let submitted = match outcome {
                PlayOutcome::Error => Submitted::Error {
                    position: hit_location.ok_or_else(|| location_missing(LocationRule::Any))?,
                    bases: error_bases.unwrap_or(1),
                },
                _ => Submitted::Outcome { outcome, location: hit_location },
            };
            let resolved = resolve::submitted(&situation, &mut roller, submitted);
            roll::go_on(turn, roller, &situation, resolved)
        }
    }
}

/// Whether the bases and the signs allow the outcome.
fn check_runners(situation: &Situation, outcome: PlayOutcome) -> Result<(), Rejection> {
    let bases = situation.bases;
    let two_out = situation.state.outs == 2;
    let sent = !situation.offence.steal_attempts.is_empty() || situation.offence.hit_and_run;
    let problem = match outcome {
        PlayOutcome::WildPitch | PlayOutcome::PassedBall | PlayOutcome::Balk if bases.is_empty() => {
            "needs a runner on base"
        }
        PlayOutcome::StolenBase | PlayOutcome::CaughtStealing | PlayOutcome::PickOff if !sent => {
            "needs a runner who was sent: steal_attempts, or hit_and_run"
        }
        PlayOutcome::HitAndRun if !bases.has(Base::First) => "needs a runner on first",
        PlayOutcome::SacBunt | PlayOutcome::Squeeze if two_out => "needs fewer than two outs",
        PlayOutcome::SacBunt if !bases.has(Base::First) && !bases.has(Base::Second) => {
            "needs a runner on first or second"
        }
        PlayOutcome::Squeeze if !bases.has(Base::Third) => "needs a runner on third",
        _ => return Ok(()),
    };
    Err(Rejection::invalid("outcome", format!("{outcome}: {problem}")))
}
