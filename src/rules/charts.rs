//! The tables of the rules as data: loaded once, checked cell by cell, then read as small arrays.
//!
//! `data/` holds the tables as files of the rule set, unchanged. Each module here knows the shape of one file
//! and refuses whatever does not fit it; nothing here knows what a game is.

pub mod advancement;
pub mod bunts;
mod data;
pub mod error_charts;
pub mod fatigue;
pub mod groundball;
pub mod injuries;
pub mod legality;
mod listing;
pub mod nudges;
pub mod outcomes;
pub mod range;
pub mod ratings;
pub mod running;
mod source;
pub mod spray;
pub mod triggers;
pub mod xcheck;

pub use listing::to_json;

use std::sync::LazyLock;
use thiserror::Error;

/// The version of the rules that these tables and this engine are. A game keeps the version it began with.
pub const RULES_VERSION: u16 = 4;

/// The tables in use.
pub static CHARTS: LazyLock<Charts> =
    LazyLock::new(|| Charts::load().expect("the bundled tables are sound: a test loads them"));

/// Every table of the rules, checked.
#[derive(Debug)]
pub struct Charts {
    /// What the dice trigger.
    pub triggers: triggers::Triggers,
    /// Range tables of the X-Check.
    pub range: range::RangeTables,
    /// Error charts of the X-Check.
    pub errors: error_charts::ErrorCharts,
    /// What the codes of the X-Check mean.
    pub xcheck: xcheck::XCheckResults,
    /// Ground balls.
    pub groundball: groundball::GroundballCharts,
    /// Advancement on everything else.
    pub advancement: advancement::AdvancementTable,
    /// Where a ball goes.
    pub spray: spray::SprayTable,
    /// Speed checks and steals.
    pub running: running::Running,
    /// The vocabulary of outcomes.
    pub outcomes: outcomes::OutcomeTable,
    /// The fields of a card.
    pub ratings: ratings::RatingTable,
    /// What decisions change.
    pub nudges: nudges::NudgeTable,
    /// What makes a decision legal.
    pub legality: legality::LegalityTable,
    /// When a pitcher tires.
    pub fatigue: fatigue::FatigueTable,
    /// Bunts, squeezes, hit and run.
    pub bunts: bunts::BuntTables,
    /// Injuries.
    pub injuries: injuries::InjuryTable,
}

/// A table that is not what it must be.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("{file}: {problem}")]
pub struct ChartError {
    /// The file.
    pub file: &'static str,
    /// Where, and what is wrong there.
    pub problem: String,
}

impl Charts {
    /// Parses and checks the bundled tables.
    ///
    /// # Errors
    /// Names the file, the place and what is wrong there.
    pub fn load() -> Result<Self, ChartError> {
        Ok(Self {
            triggers: triggers::Triggers::parse(data::DICE)?,
            range: range::RangeTables::parse(data::FIELDING_RANGE)?,
            errors: error_charts::ErrorCharts::parse(data::FIELDING_ERRORS)?,
            xcheck: xcheck::XCheckResults::parse(data::XCHECK_RESULTS)?,
            groundball: groundball::GroundballCharts::parse(data::GROUNDBALL, data::GROUNDBALL_ADVANCEMENT)?,
            advancement: advancement::AdvancementTable::parse(data::ADVANCEMENT)?,
            spray: spray::SprayTable::parse(data::GROUNDBALL)?,
            running: running::Running::parse(data::RUNNING)?,
            outcomes: outcomes::OutcomeTable::parse(data::OUTCOMES)?,
            ratings: ratings::RatingTable::parse(data::RATINGS)?,
            nudges: nudges::NudgeTable::parse(data::DECISIONS)?,
            legality: legality::LegalityTable::parse(data::DECISIONS)?,
            fatigue: fatigue::FatigueTable::parse(data::FATIGUE)?,
            bunts: bunts::BuntTables::parse(data::BUNT_HIT_RUN)?,
            injuries: injuries::InjuryTable::parse(data::INJURIES)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_tables_are_sound() {
        Charts::load().expect("every table loads");
    }
}
