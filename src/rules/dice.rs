//! Rolls as values (RULES 1, `dice.toml`). The only source of chance is the [`Dice`] handed in.

mod data;
mod recorded;
pub(super) mod roller;

pub use recorded::RecordedDice;

use super::vocabulary::{Position, words};
use crate::id::{LineupId, RollNumber};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A source of dice. Die n is the same whoever asks for it and whenever; it is used for one question only.
pub trait Dice {
    /// The number of the die that [`Dice::die`] throws next, from 0.
    fn position(&self) -> u64;

    /// Throws one die: 1 to `sides`.
    fn die(&mut self, sides: u8) -> u8;

    /// The secret behind the dice, in hexadecimal, which is published when the game is over.
    fn reveal(&self) -> String;
}

words! {
    /// The kinds of roll.
    RollType {
        /// At-bat roll.
        Ab = "ab",
        /// Jump roll before a steal.
        Jump = "jump",
        /// Fielding roll of an X-Check.
        Fielding = "fielding",
        /// A single d20: speed check, park check, throw, spray, nudge, weather.
        D20 = "d20",
        /// How badly a player is hurt.
        Injury = "injury",
    }
}

/// The dice of one roll, each on its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "roll_type", rename_all = "snake_case")]
pub enum RollDice {
    /// At-bat roll (RULES 1.1).
    Ab {
        /// Column: 1-3 the batter's card, 4-6 the pitcher's.
        d6_one: u8,
        /// First die of the row.
        d6_two_a: u8,
        /// Second die of the row.
        d6_two_b: u8,
        /// 1 checks for a wild pitch, 2 for a passed ball.
        chaos_d20: u8,
        /// Decides a check, else the split on the card.
        resolution_d20: u8,
    },
    /// Jump roll (RULES 1.2).
    Jump {
        /// 1 checks for a pick-off, 2 for a balk.
        check_d20: u8,
        /// First die of the jump.
        jump_a: u8,
        /// Second die of the jump.
        jump_b: u8,
        /// Decides a check.
        resolution_d20: u8,
    },
    /// Fielding roll (RULES 1.3).
    Fielding {
        /// The fielder checked.
        position: Position,
        /// Row of the range table.
        d20: u8,
        /// First die of the error total.
        d6_a: u8,
        /// Second die of the error total.
        d6_b: u8,
        /// Third die of the error total.
        d6_c: u8,
        /// 1 is a rare play.
        d100: u8,
    },
    /// A single d20 (RULES 1.4).
    D20 {
        /// The die.
        d20: u8,
    },
    /// An injury: three dice (RULES 1.1).
    Injury {
        /// First die of the total.
        d6_a: u8,
        /// Second die of the total.
        d6_b: u8,
        /// Third die of the total.
        d6_c: u8,
    },
}

/// What the weather die of a game is thrown for.
pub const WEATHER: &str = "weather";

/// One roll: every die on record before it is used, and what it was thrown for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Roll {
    /// The roll's number in the game.
    pub roll_id: RollNumber,
    /// The number of its first die; the others follow without gaps, in the order of the fields.
    pub first_die: u64,
    /// What it was thrown for: `at_bat`, `fielding`, `speed`, `park`, `spray`, `nudge` …
    pub purpose: String,
    /// The player it was about.
    pub player_id: Option<LineupId>,
    /// The dice.
    #[serde(flatten)]
    pub dice: RollDice,
}

impl RollDice {
    /// Which kind of roll this is.
    #[must_use]
    pub const fn roll_type(&self) -> RollType {
        match self {
            Self::Ab { .. } => RollType::Ab,
            Self::Jump { .. } => RollType::Jump,
            Self::Fielding { .. } => RollType::Fielding,
            Self::D20 { .. } => RollType::D20,
            Self::Injury { .. } => RollType::Injury,
        }
    }

    /// How many dice were thrown.
    #[must_use]
    pub const fn dice_count(&self) -> u64 {
        match self {
            Self::Ab { .. } => 5,
            Self::Jump { .. } => 4,
            Self::Fielding { .. } => 5, // d20, three d6, d100
            Self::D20 { .. } => 1,
            Self::Injury { .. } => 3,
        }
    }
}
