//! Where the ball goes, when the card does not say (RULES 4.3).

use super::Resolver;
use super::reading::Reading;
use crate::rules::charts::CHARTS;
use crate::rules::charts::outcomes::LocationRule;
use crate::rules::charts::ratings::FieldLocation;
use crate::rules::charts::spray::FieldSide;
use crate::rules::outcome::PlayOutcome;
use crate::rules::vocabulary::{Hand, Position};

/// Two d20 count to 400: four to a per cent.
const COUNT_PER_CENT: u16 = 4;

impl Resolver<'_, '_> {
    /// The fielder the ball goes to: as the card says, or sprayed, where the outcome takes a location.
    pub(super) fn location(&mut self, outcome: PlayOutcome, reading: Reading) -> Option<Position> {
        let rule = CHARTS.outcomes.facts(outcome).location;
        let on_card = match reading.location {
            FieldLocation::At(position) => Some(position),
            FieldLocation::PullOutfielder => Some(pull_outfielder(self.situation.bats)),
            _ => None,
        };
        match rule {
            _ if outcome == PlayOutcome::BpFlyout => Some(self.sprayed(false)),
            LocationRule::None => None,
            // A nudge may have made something else of the reading: then its place no longer fits.
            _ if on_card.is_some() && rule.fits(on_card) => on_card,
            LocationRule::Infield => Some(self.sprayed(true)),
            LocationRule::Outfield | LocationRule::Any => Some(self.sprayed(false)),
        }
    }

    /// The side of the field, rolled for once. Two d20 read together count in quarters of a per cent; the
    /// second is thrown only where the first leaves the side open.
    pub(super) fn field_side(&mut self) -> FieldSide {
        if let Some(side) = self.side {
            return side;
        }
        let batter = self.situation.batter.lineup_id;
        let (pull, center) = self.spray_rates();
        let first = (u16::from(self.roller.d20("spray_side", Some(batter))) - 1) * 20;
        let third = |count: u16| match count {
            count if count < pull => 0,
            count if count < center => 1,
            _ => 2,
        };
        let count = if third(first) == third(first + 19) {
            first
        } else {
            first + u16::from(self.roller.d20("spray_side_split", Some(batter))) - 1
        };
        let side = match (third(count), self.situation.bats) {
            (0, Hand::Right) | (2, Hand::Left) => FieldSide::Left,
            (1, _) => FieldSide::Center,
            _ => FieldSide::Right,
        };
        self.side = Some(side);
        side
    }

    /// Where pulled balls end and balls up the middle end, counting to 400.
    fn spray_rates(&self) -> (u16, u16) {
        let usual = (CHARTS.spray.pull, CHARTS.spray.center);
        let (pull, center) = self
            .situation
            .batter_card
            .batting
            .as_ref()
            .map_or(usual, |card| (card.pull_rate, card.center_rate));
        let pull = u16::from(pull) * COUNT_PER_CENT;
        (pull, pull + u16::from(center) * COUNT_PER_CENT)
    }

    pub(super) fn sprayed(&mut self, on_the_ground: bool) -> Position {
        let side = self.field_side();
        let table = if on_the_ground { &CHARTS.spray.groundball } else { &CHARTS.spray.flyball };
        let row = table[side as usize];
        if row.iter().all(|place| *place == row[0]) {
            return row[0]; // one fielder has all twenty faces
        }
        let d20 = self.roller.d20("spray_fielder", Some(self.situation.batter.lineup_id));
        row[usize::from(d20) - 1]
    }
}

/// The outfielder on the batter's pull side.
const fn pull_outfielder(bats: Hand) -> Position {
    match bats {
        Hand::Right => Position::LeftField,
        Hand::Left => Position::RightField,
    }
}
