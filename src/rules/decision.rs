//! The two strategic decisions of a play (SYSTEM 1, RULES 5, `decisions.toml`).

use super::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// Where the infield stands against the batter's spray.
    Alignment {
        /// Straight up.
        Normal = "normal",
        /// Shifted toward left field.
        ShiftedLeft = "shifted_left",
        /// Shifted toward right field.
        ShiftedRight = "shifted_right",
        /// Three infielders on the batter's pull side.
        ExtremeShift = "extreme_shift",
    }
    /// How deep the infield plays.
    InfieldDepth {
        /// Everyone in, to cut off the run.
        InfieldIn = "infield_in",
        /// Back.
        Normal = "normal",
        /// First and third baseman in.
        CornersIn = "corners_in",
    }
    /// How deep the outfield plays.
    OutfieldDepth {
        /// In, to throw out the winning run.
        In = "in",
        /// Back.
        Normal = "normal",
    }
    /// What the batter tries for.
    Approach {
        /// Nothing special.
        Normal = "normal",
        /// Fewer strikeouts, less power.
        Contact = "contact",
        /// More power, more strikeouts.
        Power = "power",
        /// More walks, fewer singles.
        Patient = "patient",
    }
}

/// A base; on the wire its number, home being 4.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u8", into = "u8")]
#[schemars(extend("minimum" = 1, "maximum" = 4))]
pub enum Base {
    /// First base.
    First = 1,
    /// Second base.
    Second = 2,
    /// Third base.
    Third = 3,
    /// Home: a runner who gets here has scored.
    Home = 4,
}

impl From<Base> for u8 {
    fn from(base: Base) -> Self {
        base as Self
    }
}

impl TryFrom<u8> for Base {
    type Error = String;
    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            1 => Ok(Self::First),
            2 => Ok(Self::Second),
            3 => Ok(Self::Third),
            4 => Ok(Self::Home),
            _ => Err(format!("{number} is not a base; bases are 1, 2, 3 and 4 (home)")),
        }
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", u8::from(*self))
    }
}

/// What the fielding side decides before the roll.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DefensiveDecision {
    /// Infield alignment.
    pub alignment: Alignment,
    /// Infield depth.
    pub infield_depth: InfieldDepth,
    /// Outfield depth.
    pub outfield_depth: OutfieldDepth,
    /// Bases whose runners are held, each once.
    pub hold_runners: Vec<Base>,
    /// The batter is walked in the manager's signs: first base without a roll.
    pub intentional_walk: bool,
}

impl Default for DefensiveDecision {
    fn default() -> Self {
        Self {
            alignment: Alignment::Normal,
            infield_depth: InfieldDepth::Normal,
            outfield_depth: OutfieldDepth::Normal,
            hold_runners: Vec::new(),
            intentional_walk: false,
        }
    }
}

/// What the batting side decides before the roll.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OffensiveDecision {
    /// What the batter tries for.
    pub approach: Approach,
    /// Bases that runners try to steal, each once: 2, 3 or 4.
    pub steal_attempts: Vec<Base>,
    /// The runner goes with the pitch and the batter swings.
    pub hit_and_run: bool,
    /// The batter bunts.
    pub bunt_attempt: bool,
}

impl Default for OffensiveDecision {
    fn default() -> Self {
        Self {
            approach: Approach::Normal,
            steal_attempts: Vec::new(),
            hit_and_run: false,
            bunt_attempt: false,
        }
    }
}
