//! What approach, alignment and outfield depth change in a card's reading (`decisions.toml`, RULES 5.2).

use super::ChartError;
use super::source::Source;
use crate::rules::outcome::PlayOutcome;
use crate::rules::vocabulary::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// A decision that nudges.
    NudgeCause {
        /// Approach `contact`.
        Contact = "approach=contact",
        /// Approach `power`.
        Power = "approach=power",
        /// Approach `patient`.
        Patient = "approach=patient",
        /// A shift toward one side of the field.
        Shift = "alignment=shift_toward_pull",
        /// The extreme shift.
        ExtremeShift = "alignment=extreme_shift",
    }
    /// Where the ball must have gone for a shift to matter.
    NudgeSide {
        /// Into the shift.
        Pull = "pull",
        /// Away from the shift.
        Opposite = "opposite",
    }
}

/// One conversion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nudge {
    /// The decision.
    pub when: NudgeCause,
    /// The outcome it may change.
    pub from: PlayOutcome,
    /// What it becomes.
    pub to: PlayOutcome,
    /// When the die is at or below this.
    pub d20_max: u8,
    /// Only for balls to that side.
    #[serde(default)]
    pub side: Option<NudgeSide>,
}

/// All conversions.
#[derive(Debug)]
pub struct NudgeTable {
    nudges: Vec<Nudge>,
    outfield_in: BTreeMap<PlayOutcome, PlayOutcome>,
}

#[derive(Deserialize)]
struct File {
    nudge: Vec<Nudge>,
    effects: Effects,
}

#[derive(Deserialize)]
struct Effects {
    outfield_depth: OutfieldEffects,
}

#[derive(Deserialize)]
struct OutfieldEffects {
    #[serde(rename = "in")]
    outfield_in: BTreeMap<String, toml::Value>,
}

/// A number among the outfield's conversions: the range penalty, which is the X-Check's.
const RANGE_PENALTY: &str = "xcheck_range_penalty";

impl NudgeTable {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("decisions.toml");
        let file: File = source.toml(text)?;
        for nudge in &file.nudge {
            source.check((1..=20).contains(&nudge.d20_max), || format!("{nudge:?}: d20_max is no face"))?;
        }
        let mut outfield_in = BTreeMap::new();
        for (from, to) in &file.effects.outfield_depth.outfield_in {
            let place = format_args!("outfield in: {from}").to_string();
            match to {
                toml::Value::Integer(1) if from == RANGE_PENALTY => {}
                toml::Value::String(to) => {
                    outfield_in.insert(source.word(&place, from)?, source.word(&place, to)?);
                }
                other => return Err(source.error(format_args!("{place}: {other:?} is not an outcome"))),
            }
        }
        Ok(Self { nudges: file.nudge, outfield_in })
    }

    /// The conversions that a decision has for an outcome.
    pub fn of(&self, cause: NudgeCause, outcome: PlayOutcome) -> impl Iterator<Item = &Nudge> {
        self.nudges.iter().filter(move |nudge| nudge.when == cause && nudge.from == outcome)
    }

    /// What an outcome becomes with the outfield in.
    #[must_use]
    pub fn outfield_in(&self, outcome: PlayOutcome) -> PlayOutcome {
        self.outfield_in.get(&outcome).copied().unwrap_or(outcome)
    }

    /// All conversions by die.
    #[must_use]
    pub fn all(&self) -> &[Nudge] {
        &self.nudges
    }
}
