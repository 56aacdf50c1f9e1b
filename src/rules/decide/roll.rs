//! The roll of a plate appearance: the runners who go first, the dice, and the play they make.

use super::due;
use super::turn::Turn;
use crate::rules::card::CardBook;
use crate::rules::command::Issuer;
use crate::rules::dice::Dice;
use crate::rules::dice::roller::Roller;
use crate::rules::event::{Event, Play};
use crate::rules::outcome::PlayOutcome;
use crate::rules::pending::PendingPlay;
use crate::rules::rejection::Rejection;
use crate::rules::resolution::Resolution;
use crate::rules::resolve::{self, Jump, Resolved, Situation, Steal};
use crate::rules::state::GameState;
use crate::rules::vocabulary::DecisionPhase;

/// The batting side rolls; in auto mode the host reads the cards and makes the play.
pub(super) fn roll(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    due(state, issuer, DecisionPhase::AwaitingRoll)?;
    let situation = Situation::new(state, cards)?;
    let mut roller = Roller::new(dice, state.next_roll_id);
    let turn = Turn::new(state);
    let Some(steal) = Steal::new(&situation.offence.steal_attempts) else {
        return at_bat(turn, cards, roller);
    };
    match steal.jump(&situation, &mut roller) {
        Jump::Play(play) => Ok(resolved(turn, roller, *play)),
        Jump::Goes { has_lead, resolution } => {
            runners_go(turn, cards, roller, &steal, (has_lead, resolution), false)
        }
        Jump::Asks(pending) => Ok(wait(turn, &mut roller, *pending)),
        Jump::Off => at_bat(turn, cards, roller),
    }
}

/// The at-bat roll and what it leads to.
pub(super) fn at_bat(mut turn: Turn, cards: &CardBook, mut roller: Roller) -> Result<Vec<Event>, Rejection> {
    turn.rolled(&mut roller);
    let state = turn.state().clone();
    let situation = Situation::new(&state, cards)?;
    let resolved = resolve::plate_appearance(&situation, &mut roller);
    go_on(turn, cards, roller, &situation, resolved)
}

/// Carries out what a roll or a choice led to.
pub(super) fn go_on(
    turn: Turn,
    cards: &CardBook,
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
            runners_go(turn, cards, roller, &steal, (false, resolution), strikeout)
        }
    }
}

/// One play, and what comes after it.
pub(super) fn resolved(mut turn: Turn, mut roller: Roller, play: Play) -> Vec<Event> {
    turn.play(&mut roller, play);
    turn.close(|| roller.reveal())
}

/// The plays of runners who try to steal; behind them, maybe, strike three.
pub(super) fn runners_go(
    mut turn: Turn,
    cards: &CardBook,
    mut roller: Roller,
    steal: &Steal,
    (has_lead, mut resolution): (bool, Resolution),
    strikeout: bool,
) -> Result<Vec<Event>, Rejection> {
    let thrown = {
        let situation = Situation::new(turn.state(), cards)?;
        steal.throw(&situation, &mut roller, has_lead, &mut resolution)
    };
    let count = steal.plays(thrown);
    for index in 0..count {
        // The dice belong to the play on which the throw was made.
        let trail = if index + 1 == count { std::mem::take(&mut resolution) } else { Resolution::default() };
        let play = steal.play(index, &Situation::new(turn.state(), cards)?, thrown, trail);
        turn.play(&mut roller, play);
        if !turn.goes_on() {
            break;
        }
    }
    if strikeout && turn.goes_on() {
        let situation = Situation::new(turn.state(), cards)?;
        let play = resolve::certain(&situation, &mut roller, PlayOutcome::Strikeout, Resolution::default());
        turn.play(&mut roller, play);
    }
    Ok(turn.close(|| roller.reveal()))
}

/// Asks about a runner before the play can be made.
pub(super) fn wait(mut turn: Turn, roller: &mut Roller, mut pending: PendingPlay) -> Vec<Event> {
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
