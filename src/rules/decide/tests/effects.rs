//! The numbers of the tables at work: what the data files say against what the engine makes of it, play by play.

mod cards;
mod running;
mod x_check;

use super::legality::situation;
use crate::rules::command::{Command, Issuer, RunnerDecision};
use crate::rules::decide;
use crate::rules::dice::Dice;
use crate::rules::event::{Event, Play};
use crate::rules::moment::Moment;
use crate::rules::state::{GameSettings, GameState};
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::DecisionPhase;
use std::collections::VecDeque;

/// Dice that show these faces, then tens.
struct Script(VecDeque<u8>);

impl Script {
    fn new(faces: &[u8]) -> Self {
        Self(faces.iter().copied().collect())
    }
}

impl Dice for Script {
    fn position(&self) -> u64 {
        0
    }

    fn die(&mut self, sides: u8) -> u8 {
        self.0.pop_front().unwrap_or(10).min(sides)
    }

    fn reveal(&self) -> String {
        String::new()
    }
}

/// A game, manual or not, that waits in `phase`.
fn waiting(phase: DecisionPhase, is_auto: bool) -> GameState {
    let make = if is_auto { Game::new } else { Game::manual };
    let mut game = make(1, GameSettings::default());
    game.play_until(phase, |_| true);
    game.state
}

/// Orders the command, gives the answers where a runner is asked about, and shows the play.
fn played(state: &GameState, command: &Command, answers: &[&str], faces: &[u8]) -> Play {
    let mut state = state.clone();
    let mut dice = Script::new(faces);
    let choose = |choice: &&str| Command::RunnerDecision(RunnerDecision { choice: (*choice).to_owned() });
    for command in [command.clone()].into_iter().chain(answers.iter().map(choose)) {
        let events = decide(&state, &CARDS, Issuer::Operator, &command, Moment::EPOCH, &mut dice)
            .unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        let play = events.iter().find_map(|event| match event {
            Event::PlayResolved(play) => Some(Play::clone(play)),
            _ => None,
        });
        if let Some(play) = play {
            return play;
        }
        state.apply_entry(state.seq.next(), &events);
    }
    panic!("{answers:?} did not bring {command:?} to its end: {:?}", state.pending_decision);
}

/// A number of a table.
fn number(value: &toml::Value) -> i64 {
    value.as_integer().unwrap_or_else(|| panic!("{value:?} is no number"))
}
