//! A fielding roll: the range table and the error chart with a fielder's ratings.

use super::{TrialGroup, TrialReport, check_throws, once, throw};
use crate::rules::card::{CardBook, FieldingRating};
use crate::rules::charts::CHARTS;
use crate::rules::decision::{DefensiveDecision, InfieldDepth, OutfieldDepth};
use crate::rules::dice::Dice;
use crate::rules::rejection::Rejection;
use crate::rules::resolve::{self, Situation};
use crate::rules::state::GameState;
use crate::rules::vocabulary::Position;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// No error chart has a higher rating.
const ERROR_MAX: u8 = 88;

/// A ball at a fielder.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldingTrial {
    /// Where.
    pub position: Position,
    /// With this range, 1 to 5; where left out, his own.
    #[serde(default)]
    #[schemars(range(min = 1, max = 5))]
    pub range: Option<u8>,
    /// With this error rating, 0 to 88; where left out, his own.
    #[serde(default)]
    #[schemars(range(max = 88))]
    pub error: Option<u8>,
    /// Whether he plays in.
    #[serde(default)]
    pub playing_in: bool,
    /// How many times.
    #[serde(default = "once")]
    #[schemars(range(min = 1, max = super::THROWS_MAX))]
    pub throws: u32,
}

impl FieldingTrial {
    pub(super) fn run(
        &self,
        state: &GameState,
        cards: &CardBook,
        dice: &mut dyn Dice,
    ) -> Result<TrialReport, Rejection> {
        self.check()?;
        let mut state = state.clone();
        let rating = self.stage(&mut state)?;
        let situation = Situation::new(&state, cards)?;
        if self.playing_in && !situation.plays_in(self.position) {
            let problem = format!("playing_in: {} never plays in; allowed is false", self.position);
            return Err(Rejection::invalid("playing_in", problem));
        }
        let fielder = situation.fielder(self.position).and_then(|fielder| cards.get(fielder.card_id));
        let name = fielder.map_or("nobody", |card| card.name.as_str());
        let penalty = if self.playing_in { CHARTS.xcheck.playing_in_range_penalty } else { 0 };
        let column = (rating.range + penalty).clamp(1, CHARTS.xcheck.range_max);
        let (mut codes, mut errors) = expected(self.position, column, rating.error);
        let (rolls, resolution) = throw(self.throws, dice, |roller| {
            let resolution = resolve::x_check_alone(&situation, roller, self.position);
            if let Some(audit) = &resolution.x_check {
                codes.count(&audit.base_code);
                errors.count(if audit.rare_play { "rare_play" } else { &audit.error_result });
            }
            resolution
        });
        let about = format!(
            "{} {name}, range {}, error {}{}",
            self.position,
            rating.range,
            rating.error,
            if self.playing_in { ", playing in" } else { "" }
        );
        let groups = vec![codes.done(), errors.done()];
        Ok(TrialReport { about, throws: self.throws, rolls, resolution, groups })
    }

    fn check(&self) -> Result<(), Rejection> {
        check_throws(self.throws)?;
        if !Position::FIELD.contains(&self.position) {
            let problem =
                format!("position: {} does not field; allowed are the nine in the field", self.position);
            return Err(Rejection::invalid("position", problem));
        }
        if let Some(range) = self.range.filter(|range| !(1..=CHARTS.xcheck.range_max).contains(range)) {
            let problem = format!("range: {range} is not in 1 to {}", CHARTS.xcheck.range_max);
            return Err(Rejection::invalid("range", problem));
        }
        if let Some(error) = self.error.filter(|error| *error > ERROR_MAX) {
            return Err(Rejection::invalid("error", format!("error: {error} is not in 0 to {ERROR_MAX}")));
        }
        Ok(())
    }

    /// Gives the fielder his ratings and his depth.
    fn stage(&self, state: &mut GameState) -> Result<FieldingRating, Rejection> {
        let side = state.fielding_side();
        let players = Arc::make_mut(&mut state.lineups[side].players);
        let fielder = players.iter_mut().find(|player| player.is_active && player.position == self.position);
        let fielder = fielder.ok_or_else(|| {
            Rejection::invalid("position", format!("position: nobody plays {}", self.position))
        })?;
        let usual = FieldingRating {
            range: CHARTS.xcheck.missing_range,
            error: CHARTS.xcheck.missing_error,
            arm: 0,
            passed_ball: 0,
            t_rating: 0,
        };
        let mut rating = fielder.position_rating.unwrap_or(usual);
        rating.range = self.range.unwrap_or(rating.range);
        rating.error = self.error.unwrap_or(rating.error);
        fielder.position_rating = Some(rating);
        let mut defence = DefensiveDecision::default();
        if self.playing_in {
            defence.infield_depth = InfieldDepth::InfieldIn;
            defence.outfield_depth = OutfieldDepth::In;
        }
        state.pending_defensive_decision = Some(defence);
        Ok(rating)
    }
}

/// What should come up: each row of the range table is one face of a d20, each total one way three dice fall,
/// and a rare play takes the place of an error.
fn expected(position: Position, column: u8, error_rating: u8) -> (TrialGroup, TrialGroup) {
    let mut codes = TrialGroup::new("range table");
    for d20 in 1..=20 {
        codes.expect(CHARTS.range.row(position, d20)[usize::from(column) - 1].as_str(), 1.0 / 20.0);
    }
    let rare = CHARTS.triggers.rare_play.len() as f64 / 100.0;
    let mut errors = TrialGroup::new("error chart");
    for dice in 0..216_u16 {
        let total = 3 + dice % 6 + dice / 6 % 6 + dice / 36;
        let total = u8::try_from(total).expect("three dice show 18 at most");
        let size = CHARTS.errors.error(position, error_rating, total);
        errors.expect(size.as_str(), (1.0 - rare) / 216.0);
    }
    errors.expect("rare_play", rare);
    (codes, errors)
}
