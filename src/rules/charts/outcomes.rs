//! The vocabulary of outcomes: group, resolving rule, hit location (`outcomes.toml`, RULES 3.1).

use super::ChartError;
use super::source::Source;
use crate::rules::outcome::PlayOutcome;
use crate::rules::vocabulary::{Position, words};
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// What sort of thing an outcome is.
    OutcomeGroup {
        /// The batter is out.
        Out = "out",
        /// A hit.
        Hit = "hit",
        /// A base without a hit.
        Walk = "walk",
        /// The plate appearance goes on.
        Interrupt = "interrupt",
        /// Decided by something else.
        Special = "special",
    }
    /// Which rule resolves an outcome.
    OutcomeKind {
        /// The advancement table alone.
        Fixed = "fixed",
        /// The ground-ball chart.
        Groundball = "groundball",
        /// A fly ball: runners may tag up.
        Flyball = "flyball",
        /// As many runners as possible are doubled off.
        LineoutMax = "lineout_max",
        /// A hit on which a runner may try for more.
        Uncapped = "uncapped",
        /// An error.
        Error = "error",
        /// An X-Check.
        XCheck = "x_check",
        /// A bunt.
        Bunt = "bunt",
        /// Hit and run.
        HitAndRun = "hit_and_run",
        /// A runner is out.
        RunnerOut = "runner_out",
        /// A steal.
        Steal = "steal",
    }
    /// Which hit locations an outcome takes.
    LocationRule {
        /// None: a location is refused.
        None = "",
        /// An infield position.
        Infield = "if",
        /// An outfield position.
        Outfield = "of",
        /// Any of the nine.
        Any = "any",
    }
}

impl LocationRule {
    /// Whether this is a fitting location, or a fitting absence of one.
    #[must_use]
    pub fn fits(self, location: Option<Position>) -> bool {
        match (self, location) {
            (Self::None, None) => true,
            (Self::Infield, Some(place)) => place.is_infield(),
            (Self::Outfield, Some(place)) => place.is_outfield(),
            (Self::Any, Some(place)) => place != Position::DesignatedHitter,
            _ => false,
        }
    }
}

/// What is known of an outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutcomeFacts {
    /// What sort of thing it is.
    pub group: OutcomeGroup,
    /// Which rule resolves it.
    pub kind: OutcomeKind,
    /// Which hit locations it takes.
    pub location: LocationRule,
}

/// Facts by outcome.
#[derive(Debug)]
pub struct OutcomeTable {
    facts: Vec<OutcomeFacts>,
}

#[derive(Deserialize)]
struct File {
    outcome: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: PlayOutcome,
    group: OutcomeGroup,
    kind: OutcomeKind,
    loc: LocationRule,
}

impl OutcomeTable {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("outcomes.toml");
        let mut rows = source.toml::<File>(text)?.outcome;
        rows.sort_by_key(|row| row.name);
        let names: Vec<PlayOutcome> = rows.iter().map(|row| row.name).collect();
        source.check(names == PlayOutcome::ALL, || {
            format!("{} outcomes, must be each of the {} once", names.len(), PlayOutcome::ALL.len())
        })?;
        let facts =
            rows.into_iter().map(|row| OutcomeFacts { group: row.group, kind: row.kind, location: row.loc });
        Ok(Self { facts: facts.collect() })
    }

    /// What is known of an outcome.
    #[must_use]
    pub fn facts(&self, outcome: PlayOutcome) -> OutcomeFacts {
        self.facts[outcome as usize]
    }
}
