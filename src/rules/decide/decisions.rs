//! The two strategic decisions and what makes them legal (`decisions.toml [legality]`, RULES 5).

use super::turn::{Turn, request};
use super::{due, roll};
use crate::rules::card::CardBook;
use crate::rules::charts::CHARTS;
use crate::rules::charts::legality::LegalityRule;
use crate::rules::command::Issuer;
use crate::rules::decision::{Base, DefensiveDecision, InfieldDepth, OffensiveDecision, OutfieldDepth};
use crate::rules::dice::Dice;
use crate::rules::dice::roller::Roller;
use crate::rules::event::Event;
use crate::rules::lineup::ready;
use crate::rules::outcome::PlayOutcome;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::resolution::Resolution;
use crate::rules::resolve::{self, Situation};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Half, Side, Status};
use std::fmt::Display;

/// The fielding side decides; the batting side is next, unless the batter is walked in the manager's signs.
pub(super) fn defensive(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    decision: &DefensiveDecision,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    let is_set =
        matches!(state.decision_phase, DecisionPhase::AwaitingOffensive | DecisionPhase::AwaitingRoll);
    if decision.intentional_walk && is_set && state.status == Status::Active {
        return walk_before_the_roll(state, cards, issuer, decision, dice);
    }
    let side = due(state, issuer, DecisionPhase::AwaitingDefensive)?;
    check_depths(state, decision)?;
    check_holds(state, &decision.hold_runners)?;
    check_fit(state, cards, side)?;
    let mut turn = Turn::new(state, cards);
    turn.push(Event::DefensiveDecisionMade { side, decision: decision.clone() });
    if decision.intentional_walk {
        return walk(turn, state, dice);
    }
    Ok(turn.request(DecisionPhase::AwaitingOffensive, side.opponent()))
}

/// The defence is set already, and the batter is walked after all: any time before the roll.
fn walk_before_the_roll(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    decision: &DefensiveDecision,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    let side = state.fielding_side();
    if issuer == Issuer::Manager(side.opponent()) {
        let text = format!("an intentional walk is the {side} manager's, who is in the field");
        return Err(Rejection::new(RejectionCode::NotYourTurn, text));
    }
    let made = state.pending_defensive_decision.clone().unwrap_or_default();
    let alone = DefensiveDecision { intentional_walk: true, ..DefensiveDecision::default() };
    let walked = DefensiveDecision { intentional_walk: true, ..made };
    if *decision != alone && *decision != walked {
        let problem = "the defence is set; leave its other fields out";
        return Err(breaks(LegalityRule::IntentionalWalk, "intentional_walk", problem));
    }
    let mut turn = Turn::new(state, cards);
    turn.push(Event::DefensiveDecisionMade { side, decision: walked });
    walk(turn, state, dice)
}

/// First base without a roll.
fn walk(turn: Turn, state: &GameState, dice: &mut dyn Dice) -> Result<Vec<Event>, Rejection> {
    let situation = Situation::new(state, turn.cards())?;
    let mut roller = Roller::new(dice, state.next_roll_id);
    let outcome = PlayOutcome::IntentionalWalk;
    let play = resolve::certain(&situation, &mut roller, outcome, Resolution::default());
    Ok(roll::resolved(turn, roller, play))
}

/// The batting side decides, and rolls next.
pub(super) fn offensive(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    decision: &OffensiveDecision,
) -> Result<Vec<Event>, Rejection> {
    let side = due(state, issuer, DecisionPhase::AwaitingOffensive)?;
    check_steals(state, &decision.steal_attempts)?;
    check_signs(state, decision)?;
    check_fit(state, cards, side)?;
    Ok(vec![
        Event::OffensiveDecisionMade { side, decision: decision.clone() },
        request(state.seq, DecisionPhase::AwaitingRoll, side),
    ])
}

/// The injured are replaced, and after a pinch hitter for the pitcher somebody has to pitch (RULES 7.4).
fn check_fit(state: &GameState, cards: &CardBook, side: Side) -> Result<(), Rejection> {
    match ready::unfit(state, cards, side) {
        None => Ok(()),
        Some(unfit) => {
            let text = format!("{}; bring in somebody with `substitute` first", unfit.problem);
            Err(Rejection::new(RejectionCode::IllegalSubstitution, text))
        }
    }
}

/// A refusal that names the rule and quotes it.
fn breaks(rule: LegalityRule, field: impl Into<String>, problem: impl Display) -> Rejection {
    let sentence = CHARTS.legality.sentence(rule);
    Rejection::invalid(field, format!("{problem} (rule {rule}: {sentence})"))
}

fn check_steals(state: &GameState, targets: &[Base]) -> Result<(), Rejection> {
    let bases = state.bases();
    for (index, &target) in targets.iter().enumerate() {
        let (from, next) = match target {
            Base::First => (None, None),
            Base::Second => (Some(Base::First), Some(Base::Third)),
            Base::Third => (Some(Base::Second), Some(Base::Home)),
            Base::Home => (Some(Base::Third), None),
        };
        let is_blocked = bases.has(target) && next.is_none_or(|next| !targets.contains(&next));
        let problem = match from {
            _ if targets[..index].contains(&target) => "stands twice; each base once",
            None => "allowed are 2, 3 and 4",
            Some(from) if !bases.has(from) => {
                "nobody is on the base before it; allowed is a base a runner can reach"
            }
            Some(_) if is_blocked => {
                "is occupied by a runner who does not go; only empty bases, or both runners"
            }
            Some(_) => continue,
        };
        let field = format!("steal_attempts.{index}");
        return Err(breaks(LegalityRule::StealTarget, field, format!("{target}: {problem}")));
    }
    Ok(())
}

/// Bunts and hit and run: what they need and what they exclude.
fn check_signs(state: &GameState, decision: &OffensiveDecision) -> Result<(), Rejection> {
    let bases = state.bases();
    let steals = !decision.steal_attempts.is_empty();
    if decision.bunt_attempt {
        let problem = match () {
            () if bases.is_empty() => "a bunt needs a runner on base",
            () if state.outs == 2 => "a bunt needs fewer than two outs",
            () if decision.hit_and_run || steals => "a bunt excludes hit_and_run and steal_attempts",
            () => return Ok(()),
        };
        let problem = format!("{problem}; allowed is false");
        return Err(breaks(LegalityRule::BuntAttempt, "bunt_attempt", problem));
    }
    if decision.hit_and_run {
        let problem = match () {
            () if !bases.has(Base::First) => "hit and run needs a runner on first",
            () if bases.has(Base::Second) && bases.has(Base::Third) => {
                "second base is blocked: its runner can't run while third is occupied"
            }
            () if steals => "hit and run excludes steal_attempts",
            () => return Ok(()),
        };
        let problem = format!("{problem}; allowed is false");
        return Err(breaks(LegalityRule::HitAndRun, "hit_and_run", problem));
    }
    Ok(())
}

fn check_depths(state: &GameState, decision: &DefensiveDecision) -> Result<(), Rejection> {
    let bases = state.bases();
    match decision.infield_depth {
        InfieldDepth::InfieldIn if !bases.has(Base::Third) => {
            let problem =
                "infield_in: nobody is on third; allowed is normal, or corners_in with a runner on first";
            return Err(breaks(LegalityRule::InfieldIn, "infield_depth", problem));
        }
        InfieldDepth::CornersIn if !bases.has(Base::First) && !bases.has(Base::Third) => {
            let problem = "corners_in: nobody is on first or third; allowed is normal";
            return Err(breaks(LegalityRule::CornersIn, "infield_depth", problem));
        }
        _ => {}
    }
    // The winning run is the one on third only in a tied game: behind by one it would be the tying run.
    let is_last = state.half == Half::Bottom && state.inning >= state.setup.settings.innings;
    let wins = is_last && state.score.home == state.score.away && bases.has(Base::Third) && state.outs < 2;
    if decision.outfield_depth == OutfieldDepth::In && !wins {
        let problem = "in: no winning run stands on third with fewer than two outs; allowed is normal";
        return Err(breaks(LegalityRule::OutfieldIn, "outfield_depth", problem));
    }
    Ok(())
}

fn check_holds(state: &GameState, holds: &[Base]) -> Result<(), Rejection> {
    let bases = state.bases();
    for (index, &base) in holds.iter().enumerate() {
        let problem = match base {
            _ if holds[..index].contains(&base) => "stands twice; each base once",
            Base::Home => "allowed are 1, 2 and 3",
            base if !bases.has(base) => "nobody is on that base; only runners can be held",
            Base::First if bases.has(Base::Second) => "first can be held only while second is empty",
            Base::Second if bases.has(Base::Third) => "second can't be held while third is occupied",
            _ => continue,
        };
        let field = format!("hold_runners.{index}");
        return Err(breaks(LegalityRule::HoldRunner, field, format!("{base}: {problem}")));
    }
    Ok(())
}
