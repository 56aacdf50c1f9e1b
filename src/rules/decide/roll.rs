//! The roll of a plate appearance, the play it makes, and what comes after.

use super::due;
use super::turn::Turn;
use crate::rules::card::CardBook;
use crate::rules::command::Issuer;
use crate::rules::dice::Dice;
use crate::rules::dice::roller::Roller;
use crate::rules::event::{Ending, Event, Play};
use crate::rules::rejection::Rejection;
use crate::rules::resolve::{self, Situation};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Side};

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
    let play = resolve::plate_appearance(&situation, &mut roller);
    let mut turn = Turn::new(state);
    for event in roller.into_events() {
        turn.push(event);
    }
    Ok(after(turn, play, dice))
}

/// What a play leads to: the end of the half inning, of the game, or the next decision.
fn after(mut turn: Turn, play: Play, dice: &dyn Dice) -> Vec<Event> {
    turn.push(Event::PlayResolved(Box::new(play)));
    let ending = turn.state().ending();
    if ending.is_some() || turn.state().outs >= 3 {
        let state = turn.state();
        turn.push(Event::HalfInningEnded {
            inning: state.inning,
            half: state.half,
            away_score: state.score.away,
            home_score: state.score.home,
        });
    }
    if let Some(ending) = ending {
        let completed = completed(turn.state(), ending, dice);
        turn.push(completed);
        return turn.into_events();
    }
    let fielding = turn.state().fielding_side();
    turn.request(DecisionPhase::AwaitingDefensive, fielding)
}

fn completed(state: &GameState, ending: Ending, dice: &dyn Dice) -> Event {
    let score = state.score;
    let winner = match score.home.cmp(&score.away) {
        std::cmp::Ordering::Greater => Some(Side::Home),
        std::cmp::Ordering::Less => Some(Side::Away),
        std::cmp::Ordering::Equal => None,
    };
    Event::GameCompleted {
        winner_team_id: winner.map(|side| state.setup.teams[side].team_id),
        away_score: score.away,
        home_score: score.home,
        ending,
        dice_seed: dice.reveal(),
    }
}
