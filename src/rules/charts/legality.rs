//! What makes a decision legal, in the words of the rule set (`decisions.toml [legality]`): refusals quote it.

use super::ChartError;
use super::source::Source;
use crate::rules::vocabulary::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// A rule about a decision.
    LegalityRule {
        /// When the whole infield may come in.
        InfieldIn = "infield_in",
        /// When the corners may come in.
        CornersIn = "corners_in",
        /// When the outfield may come in.
        OutfieldIn = "outfield_in",
        /// Which runners may be held.
        HoldRunner = "hold_runner",
        /// Which bases may be stolen.
        StealTarget = "steal_target",
        /// Said to be left out of the rules.
        StealOfHomeWithTwoStrikes = "steal_of_home_with_two_strikes",
        /// When the batter may bunt.
        BuntAttempt = "bunt_attempt",
        /// When a hit and run may be tried.
        HitAndRun = "hit_and_run",
        /// When the batter may be walked in the manager's signs.
        IntentionalWalk = "intentional_walk",
    }
}

/// The rules, each with its sentence.
#[derive(Debug)]
pub struct LegalityTable(BTreeMap<LegalityRule, String>);

#[derive(Deserialize)]
struct File {
    legality: BTreeMap<LegalityRule, String>,
}

impl LegalityTable {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("decisions.toml");
        let rules = source.toml::<File>(text)?.legality;
        let missing = LegalityRule::ALL.iter().find(|rule| !rules.contains_key(rule));
        match missing {
            Some(rule) => Err(source.error(format_args!("legality: {rule} is missing"))),
            None => Ok(Self(rules)),
        }
    }

    /// The rule's sentence.
    #[must_use]
    pub fn sentence(&self, rule: LegalityRule) -> &str {
        self.0.get(&rule).map_or("", String::as_str)
    }
}
