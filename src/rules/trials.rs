//! Parts of the engine tried out by hand: a jump, a fielding roll, where a ball goes. Once, with every step, or
//! many times, counted beside what the tables and the cards say should come up.
//!
//! A trial is a function of a game's state, its cards and dice that are not the game's. It changes nothing.

mod fielding;
mod jump;
mod location;

pub use fielding::FieldingTrial;
pub use jump::JumpTrial;
pub use location::LocationTrial;

use super::card::CardBook;
use super::dice::roller::Roller;
use super::dice::{Dice, Roll};
use super::event::Event;
use super::rejection::{Rejection, RejectionCode};
use super::resolution::Resolution;
use super::state::GameState;
use super::vocabulary::Position;
use crate::id::RollNumber;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most throws of one trial.
pub const THROWS_MAX: u32 = 10_000;

/// What is tried.
#[derive(Clone, PartialEq, Eq, Debug, JsonSchema)]
#[schemars(tag = "kind", rename_all = "snake_case")]
pub enum Trial {
    /// A runner's jump and the throw after him (RULES 1.2, 5.3).
    Jump(JumpTrial),
    /// A fielding roll (RULES 1.3, 2).
    Fielding(FieldingTrial),
    /// Where a batted ball goes (RULES 4.3).
    Location(LocationTrial),
}

/// What came of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TrialReport {
    /// What was tried, in words.
    pub about: String,
    /// How many times.
    pub throws: u32,
    /// The dice, where there was one throw.
    pub rolls: Vec<Roll>,
    /// The steps from the dice to the result, where there was one throw.
    pub resolution: Option<Resolution>,
    /// What came up, beside what should.
    pub groups: Vec<TrialGroup>,
}

/// Results of which one comes up with each throw.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TrialGroup {
    /// What they are results of.
    pub name: String,
    /// The results, in an order that people expect.
    pub counts: Vec<TrialCount>,
}

/// How often a result came up.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TrialCount {
    /// The result.
    pub what: String,
    /// How often.
    pub count: u32,
    /// Its share by the tables and cards, 0 to 1.
    pub expected: f64,
}

impl TrialGroup {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), counts: Vec::new() }
    }

    /// A result that can come up; the shares of the same result add up.
    fn expect(&mut self, what: &str, share: f64) {
        match self.counts.iter_mut().find(|count| count.what == what) {
            Some(count) => count.expected += share,
            None => self.counts.push(TrialCount { what: what.to_owned(), count: 0, expected: share }),
        }
    }

    fn count(&mut self, what: &str) {
        self.expect(what, 0.0);
        let found = self.counts.iter_mut().find(|count| count.what == what);
        found.expect("it is there since the line before").count += 1;
    }

    /// Without what can't come up and did not.
    fn done(mut self) -> Self {
        self.counts.retain(|count| count.count > 0 || count.expected > 0.0);
        self
    }
}

/// Tries something in the situation of a game.
///
/// # Errors
/// `wrong_phase` while the game has no line-ups; `invalid`, naming the field, for what cannot be tried.
pub fn run(
    state: &GameState,
    cards: &CardBook,
    trial: &Trial,
    dice: &mut dyn Dice,
) -> Result<TrialReport, Rejection> {
    if state.lineups.iter().any(|(_, lineup)| lineup.at(Position::Pitcher).is_none()) {
        let text = "the game has no line-ups yet; a trial needs a batter, a pitcher and fielders";
        return Err(Rejection::new(RejectionCode::WrongPhase, text));
    }
    match trial {
        Trial::Jump(jump) => jump.run(state, cards, dice),
        Trial::Fielding(fielding) => fielding.run(state, cards, dice),
        Trial::Location(location) => location.run(state, cards, dice),
    }
}

const fn once() -> u32 {
    1
}

fn check_throws(throws: u32) -> Result<(), Rejection> {
    if (1..=THROWS_MAX).contains(&throws) {
        return Ok(());
    }
    Err(Rejection::invalid("throws", format!("throws: {throws} is not in 1 to {THROWS_MAX}")))
}

/// Throws so often, each time with rolls numbered from 1; gives the rolls and steps of a single throw.
fn throw(
    throws: u32,
    dice: &mut dyn Dice,
    mut one: impl FnMut(&mut Roller) -> Resolution,
) -> (Vec<Roll>, Option<Resolution>) {
    let mut last = (Vec::new(), None);
    for _ in 0..throws {
        let mut roller = Roller::new(dice, RollNumber(1));
        let resolution = one(&mut roller);
        if throws == 1 {
            let rolls = roller.take_events().into_iter().filter_map(|event| match event {
                Event::DiceRolled { roll } => Some(roll),
                _ => None,
            });
            last = (rolls.collect(), Some(resolution));
        }
    }
    last
}

/// The share of a d20 that is at or below a number.
fn d20_share(chance: i8) -> f64 {
    f64::from(chance.clamp(0, 20)) / 20.0
}

#[cfg(test)]
mod tests;
