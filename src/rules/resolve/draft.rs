//! What the rules say about a play before it is written down: who ends up where, and why.
//!
//! A draft can still change: by a runner who tries for more, and by the end of the game. It is part of the
//! journal where a play waits for a choice.

use crate::id::LineupId;
use crate::rules::advance::Advance;
use crate::rules::charts::CHARTS;
use crate::rules::charts::outcomes::OutcomeGroup;
use crate::rules::decision::Base;
use crate::rules::event::{FieldingError, Sacrifice};
use crate::rules::outcome::PlayOutcome;
use crate::rules::pending::RunnerTry;
use crate::rules::vocabulary::Position;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A play before it is cut to the end of the game and written down.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Draft {
    /// What the dice said.
    pub outcome: PlayOutcome,
    /// Where the ball went.
    pub location: Option<Position>,
    /// Where everybody ends up if nobody tries for more.
    pub advance: Advance,
    /// Where everybody would be without the error.
    pub clean: Option<Advance>,
    /// The bases the hit is worth, 0 for no hit.
    pub hit_bases: u8,
    /// The plate appearance ends with this play.
    pub plate_appearance: bool,
    /// A ground ball double play by force.
    pub gidp: bool,
    /// A sacrifice.
    pub sacrifice: Option<Sacrifice>,
    /// The fielder who was checked or erred.
    pub defender: Option<LineupId>,
    /// The runner the play is about.
    pub runner: Option<LineupId>,
    /// The fielder's error.
    pub error: Option<FieldingError>,
    /// The catcher interfered: the batter is given first base.
    pub interference: bool,
    /// The compound name of what happened.
    pub hit_type: String,
    /// The ball left the park: a walk-off counts in full.
    pub left_the_park: bool,
    /// The runner who may try for more.
    pub attempt: Option<RunnerTry>,
}

impl Draft {
    /// An ordinary play: the outcome is what it is called, and everything else follows from it.
    pub(super) fn plain(outcome: PlayOutcome, location: Option<Position>, advance: Advance) -> Self {
        Self {
            outcome,
            location,
            advance,
            clean: None,
            hit_bases: outcome.hit_bases(),
            plate_appearance: CHARTS.outcomes.facts(outcome).group != OutcomeGroup::Interrupt,
            gidp: false,
            sacrifice: None,
            defender: None,
            runner: None,
            error: None,
            interference: false,
            hit_type: outcome.as_str().to_owned(),
            left_the_park: matches!(outcome, PlayOutcome::Homerun | PlayOutcome::BpHomerun),
            attempt: None,
        }
    }

    /// Puts a runner, or the batter, where he ended up. An out is counted.
    pub(super) fn put(&mut self, from: Option<Base>, reached: u8) {
        let place = match from {
            None => &mut self.advance.batter,
            Some(base) => &mut self.advance.runners[usize::from(u8::from(base)) - 1],
        };
        *place = Some(reached);
        self.advance.outs = self.advance.count(0);
    }
}
