//! The roll of a plate appearance: the runners who go first, the dice, and the play they make.

use super::turn::Turn;
use super::{due, manual};
use crate::rules::card::CardBook;
use crate::rules::command::Issuer;
use crate::rules::dice::Dice;
use crate::rules::dice::roller::Roller;
use crate::rules::event::{Event, Play};
use crate::rules::outcome::PlayOutcome;
use crate::rules::pending::PendingPlay;
use crate::rules::rejection::Rejection;
use crate::rules::resolution::Resolution;
use crate::rules::resolve::{self, Jump, Resolved, Situation, Steal, Thrown};
use crate::rules::state::GameState;
use crate::rules::vocabulary::DecisionPhase;

/// The batting side rolls; in auto mode the host reads the cards and makes the play, in manual mode the roll
/// waits for its outcome.
pub(super) fn roll(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    let turn = Turn::new(state, cards);
    if manual::calls_off_steal(state, issuer)? {
        return Ok(manual::at_bat(turn, Roller::new(dice, state.next_roll_id)));
    }
    due(state, issuer, DecisionPhase::AwaitingRoll)?;
    let situation = Situation::new(state, cards)?;
    let mut roller = Roller::new(dice, state.next_roll_id);
    let Some(steal) = Steal::new(&situation.offence.steal_attempts) else {
        return at_bat(turn, roller);
    };
    if !state.setup.auto_mode {
        return Ok(jump(turn, roller, &steal, &situation));
    }
    match steal.jump(&situation, &mut roller) {
        Jump::Play(play) => Ok(resolved(turn, roller, *play)),
        Jump::Goes(resolution) => runners_go(turn, roller, &steal, (true, *resolution), false),
        Jump::Asks(pending) => Ok(wait(turn, &mut roller, *pending)),
        Jump::Off => at_bat(turn, roller),
    }
}

/// Manual mode: the jump roll, which waits for its outcome.
fn jump(mut turn: Turn, mut roller: Roller, steal: &Steal, situation: &Situation) -> Vec<Event> {
    roller.jump(steal.lead_runner(situation));
    turn.rolled(&mut roller);
    manual::wait(turn)
}

/// The at-bat roll and what it leads to.
pub(super) fn at_bat(mut turn: Turn, mut roller: Roller) -> Result<Vec<Event>, Rejection> {
    turn.rolled(&mut roller);
    if !turn.state().setup.auto_mode {
        return Ok(manual::at_bat(turn, roller));
    }
    let state = turn.state().clone();
    let situation = Situation::new(&state, turn.cards())?;
    let resolved = resolve::plate_appearance(&situation, &mut roller);
    go_on(turn, roller, &situation, resolved)
}

/// Carries out what a roll or a choice led to.
pub(super) fn go_on(
    turn: Turn,
    mut roller: Roller,
    situation: &Situation,
    outcome: Resolved,
) -> Result<Vec<Event>, Rejection> {
    match outcome {
        Resolved::Play(play) => Ok(resolved(turn, roller, *play)),
        Resolved::Waits(pending) => Ok(wait(turn, &mut roller, *pending)),
        Resolved::RunnersGo { strikeout, resolution } => {
            let steal = Steal::new(&situation.hit_and_run_targets())
                .expect("a hit and run sends the runner from first");
            runners_go(turn, roller, &steal, (false, *resolution), strikeout)
        }
    }
}

/// One play, and what comes after it.
pub(super) fn resolved(mut turn: Turn, mut roller: Roller, play: Play) -> Vec<Event> {
    turn.play(&mut roller, play);
    turn.close(|| roller.reveal())
}

/// The throw after runners who try to steal, and their plays; behind them, maybe, strike three.
pub(super) fn runners_go(
    turn: Turn,
    mut roller: Roller,
    steal: &Steal,
    (has_lead, mut resolution): (bool, Resolution),
    strikeout: bool,
) -> Result<Vec<Event>, Rejection> {
    let situation = Situation::new(turn.state(), turn.cards())?;
    let thrown = steal.throw(&situation, &mut roller, has_lead, &mut resolution);
    steal_plays(turn, roller, steal, thrown, resolution, strikeout)
}

/// The plays of a steal whose throw is decided.
pub(super) fn steal_plays(
    mut turn: Turn,
    mut roller: Roller,
    steal: &Steal,
    thrown: Thrown,
    mut resolution: Resolution,
    strikeout: bool,
) -> Result<Vec<Event>, Rejection> {
    let count = steal.plays(thrown);
    for index in 0..count {
        // How the dice led here is told once, with the last play of the attempt.
        let trail = if index + 1 == count { std::mem::take(&mut resolution) } else { Resolution::default() };
        let play = steal.play(index, &Situation::new(turn.state(), turn.cards())?, thrown, trail);
        turn.play(&mut roller, play);
        if !turn.goes_on() {
            break;
        }
    }
    if strikeout && turn.goes_on() {
        let situation = Situation::new(turn.state(), turn.cards())?;
        let play = resolve::certain(&situation, &mut roller, PlayOutcome::Strikeout, Resolution::default());
        turn.play(&mut roller, play);
    }
    Ok(turn.close(|| roller.reveal()))
}

/// Asks about a runner before the play can be made.
fn wait(mut turn: Turn, roller: &mut Roller, mut pending: PendingPlay) -> Vec<Event> {
    turn.rolled(roller);
    if pending.roll.is_none() {
        pending.roll = turn.at_bat_roll();
    }
    let question = pending.question;
    let batting = turn.state().batting_side();
    let side = if question.is_offence() { batting } else { batting.opponent() };
    turn.push(Event::PlayUnresolved(Box::new(pending)));
    turn.ask(DecisionPhase::AwaitingRunner, side, &question.choices())
}
