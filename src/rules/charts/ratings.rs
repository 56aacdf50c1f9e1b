//! The fields of a card's line, their order, and what each becomes (`ratings.toml`, RULES 4).

use super::ChartError;
use super::source::Source;
use crate::rules::outcome::PlayOutcome;
use crate::rules::vocabulary::{Position, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// A field of a rating line.
    RatingField {
        /// Home run.
        Homerun = "homerun",
        /// Ballpark home run.
        BpHomerun = "bp_homerun",
        /// Triple.
        Triple = "triple",
        /// Double, runners advance three.
        DoubleThree = "double_three",
        /// Double, runners advance two.
        DoubleTwo = "double_two",
        /// Double to the pull side.
        DoublePull = "double_pull",
        /// Double to centre field.
        DoubleCf = "double_cf",
        /// Single, runners advance two.
        SingleTwo = "single_two",
        /// Single, runners advance one.
        SingleOne = "single_one",
        /// Single to centre field.
        SingleCenter = "single_center",
        /// Ballpark single.
        BpSingle = "bp_single",
        /// Hit by pitch.
        Hbp = "hbp",
        /// Walk.
        Walk = "walk",
        /// Strikeout.
        Strikeout = "strikeout",
        /// Line out.
        Lineout = "lineout",
        /// Pop out.
        Popout = "popout",
        /// Deep fly.
        FlyoutA = "flyout_a",
        /// Medium-shallow fly.
        FlyoutBq = "flyout_bq",
        /// Medium fly to left.
        FlyoutLfB = "flyout_lf_b",
        /// Medium fly to centre.
        FlyoutCfB = "flyout_cf_b",
        /// Medium fly to right.
        FlyoutRfB = "flyout_rf_b",
        /// Ground ball A.
        GroundoutA = "groundout_a",
        /// Ground ball B.
        GroundoutB = "groundout_b",
        /// Ground ball C.
        GroundoutC = "groundout_c",
        /// X-Check of the pitcher.
        XcheckP = "xcheck_p",
        /// X-Check of the catcher.
        XcheckC = "xcheck_c",
        /// X-Check of the first baseman.
        Xcheck1b = "xcheck_1b",
        /// X-Check of the second baseman.
        Xcheck2b = "xcheck_2b",
        /// X-Check of the third baseman.
        Xcheck3b = "xcheck_3b",
        /// X-Check of the shortstop.
        XcheckSs = "xcheck_ss",
        /// X-Check of the left fielder.
        XcheckLf = "xcheck_lf",
        /// X-Check of the centre fielder.
        XcheckCf = "xcheck_cf",
        /// X-Check of the right fielder.
        XcheckRf = "xcheck_rf",
    }
}

/// Where the ball of a field goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldLocation {
    /// Nowhere in particular.
    None,
    /// To this fielder.
    At(Position),
    /// To the outfielder on the batter's pull side.
    PullOutfielder,
    /// Sprayed over the infield.
    SprayInfield,
    /// Sprayed over the outfield.
    SprayOutfield,
    /// The ballpark decides first.
    ParkCheck,
}

/// What a field becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldResult {
    /// The outcome.
    pub outcome: PlayOutcome,
    /// Where the ball goes.
    pub location: FieldLocation,
}

/// Fields of both cards.
#[derive(Debug)]
pub struct RatingTable {
    /// The batting card's fields, in the order of their units.
    pub batting: Vec<RatingField>,
    /// The pitching card's fields, in the order of their units.
    pub pitching: Vec<RatingField>,
    /// Units of a whole line.
    pub units_total: u16,
    results: Vec<FieldResult>,
}

#[derive(Deserialize)]
struct File {
    units_total: u16,
    order: Order,
    outcome_of: BTreeMap<String, (String, String)>,
}

#[derive(Deserialize)]
struct Order {
    batting: Vec<RatingField>,
    pitching: Vec<RatingField>,
}

impl RatingTable {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("ratings.toml");
        let file: File = source.toml(text)?;
        source.check(file.units_total == 2160, || "units_total: must be 2160".to_owned())?;
        let mut results = Vec::with_capacity(RatingField::ALL.len());
        for field in RatingField::ALL {
            let entry = file.outcome_of.get(field.as_str());
            let (outcome, location) =
                entry.ok_or_else(|| source.error(format_args!("outcome_of: {field} is missing")))?;
            let outcome = source.word(field, outcome)?;
            let location = match location.as_str() {
                "" => FieldLocation::None,
                "park_check" => FieldLocation::ParkCheck,
                "pull_of" => FieldLocation::PullOutfielder,
                "spray_if" => FieldLocation::SprayInfield,
                "spray_of" => FieldLocation::SprayOutfield,
                place => FieldLocation::At(source.word(field, place)?),
            };
            results.push(FieldResult { outcome, location });
        }
        source.check(file.outcome_of.len() == results.len(), || "outcome_of: unknown fields".to_owned())?;
        for (name, fields, count) in
            [("batting", &file.order.batting, 22), ("pitching", &file.order.pitching, 27)]
        {
            let mut once = fields.clone();
            once.sort_unstable();
            once.dedup();
            source.check(fields.len() == count && once.len() == count, || {
                format!("order.{name}: {} fields, must be {count}, each once", fields.len())
            })?;
        }
        Ok(Self {
            batting: file.order.batting,
            pitching: file.order.pitching,
            units_total: file.units_total,
            results,
        })
    }

    /// What a field becomes.
    #[must_use]
    pub fn result(&self, field: RatingField) -> FieldResult {
        self.results[field as usize]
    }
}
