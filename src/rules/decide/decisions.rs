//! The two strategic decisions and what makes them legal (`decisions.toml [legality]`, RULES 5).

use super::due;
use super::turn::request;
use crate::rules::command::Issuer;
use crate::rules::decision::{Base, DefensiveDecision, InfieldDepth, OffensiveDecision, OutfieldDepth};
use crate::rules::event::Event;
use crate::rules::rejection::Rejection;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Half};

/// The fielding side decides; the batting side is next.
pub(super) fn defensive(
    state: &GameState,
    issuer: Issuer,
    decision: &DefensiveDecision,
) -> Result<Vec<Event>, Rejection> {
    let side = due(state, issuer, DecisionPhase::AwaitingDefensive)?;
    check_depths(state, decision)?;
    check_holds(state, &decision.hold_runners)?;
    Ok(vec![
        Event::DefensiveDecisionMade { side, decision: decision.clone() },
        request(state.seq, DecisionPhase::AwaitingOffensive, side.opponent()),
    ])
}

/// The batting side decides, and rolls next.
pub(super) fn offensive(
    state: &GameState,
    issuer: Issuer,
    decision: &OffensiveDecision,
) -> Result<Vec<Event>, Rejection> {
    let side = due(state, issuer, DecisionPhase::AwaitingOffensive)?;
    let unsupported = |field: &str, allowed: &str| {
        Err(Rejection::invalid(field, format!("is not supported yet; allowed is {allowed}")))
    };
    if !decision.steal_attempts.is_empty() {
        return unsupported("steal_attempts", "an empty list");
    }
    if decision.hit_and_run {
        return unsupported("hit_and_run", "false");
    }
    if decision.bunt_attempt {
        return unsupported("bunt_attempt", "false");
    }
    Ok(vec![
        Event::OffensiveDecisionMade { side, decision: decision.clone() },
        request(state.seq, DecisionPhase::AwaitingRoll, side),
    ])
}

fn check_depths(state: &GameState, decision: &DefensiveDecision) -> Result<(), Rejection> {
    let bases = state.bases();
    match decision.infield_depth {
        InfieldDepth::InfieldIn if !bases.has(Base::Third) => {
            let problem = "infield_in needs a runner on third; allowed is normal";
            return Err(Rejection::invalid("infield_depth", problem));
        }
        InfieldDepth::CornersIn if !bases.has(Base::First) && !bases.has(Base::Third) => {
            let problem = "corners_in needs a runner on first or third; allowed is normal";
            return Err(Rejection::invalid("infield_depth", problem));
        }
        _ => {}
    }
    // The winning run is the one on third only in a tied game: behind by one it would be the tying run.
    let is_last = state.half == Half::Bottom && state.inning >= state.setup.settings.innings;
    let wins = is_last && state.score.home == state.score.away && bases.has(Base::Third) && state.outs < 2;
    if decision.outfield_depth == OutfieldDepth::In && !wins {
        let problem = "in needs the winning run on third with fewer than two outs in the bottom of the last \
                       or an extra inning; allowed is normal";
        return Err(Rejection::invalid("outfield_depth", problem));
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
        return Err(Rejection::invalid(format!("hold_runners.{index}"), format!("{base}: {problem}")));
    }
    Ok(())
}
