//! Where a batted ball goes: the batter's third of the field, then the fielder.

use super::{TrialGroup, TrialReport, check_throws, once, throw};
use crate::id::CardId;
use crate::rules::card::CardBook;
use crate::rules::charts::CHARTS;
use crate::rules::charts::outcomes::LocationRule;
use crate::rules::charts::spray::FieldSide;
use crate::rules::dice::Dice;
use crate::rules::outcome::PlayOutcome;
use crate::rules::rejection::Rejection;
use crate::rules::resolution::Resolution;
use crate::rules::resolve::{self, Situation};
use crate::rules::state::GameState;
use crate::rules::vocabulary::Hand;
use schemars::JsonSchema;
use serde::Deserialize;

/// A ball whose place the card does not say.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationTrial {
    /// What the ball is.
    pub outcome: PlayOutcome,
    /// The batter: somebody of the line-up at bat; where left out, who bats.
    #[serde(default)]
    pub batter: Option<CardId>,
    /// How many times.
    #[serde(default = "once")]
    #[schemars(range(min = 1, max = super::THROWS_MAX))]
    pub throws: u32,
}

impl LocationTrial {
    pub(super) fn run(
        &self,
        state: &GameState,
        cards: &CardBook,
        dice: &mut dyn Dice,
    ) -> Result<TrialReport, Rejection> {
        check_throws(self.throws)?;
        let on_the_ground = match CHARTS.outcomes.facts(self.outcome).location {
            LocationRule::Infield => true,
            LocationRule::Outfield => false,
            LocationRule::None | LocationRule::Any => return Err(self.not_sprayed()),
        };
        let state = self.stage(state)?;
        let situation = Situation::new(&state, cards)?;
        let mut places = expected(&situation, on_the_ground);
        let (rolls, resolution) = throw(self.throws, dice, |roller| {
            let place = resolve::sprayed_alone(&situation, roller, on_the_ground);
            places.count(place.as_str());
            Resolution::default()
        });
        let about =
            format!("{} of {}, who bats {}", self.outcome, situation.batter_card.name, situation.bats);
        Ok(TrialReport { about, throws: self.throws, rolls, resolution, groups: vec![places.done()] })
    }

    fn not_sprayed(&self) -> Rejection {
        let sprayed = |outcome: &&PlayOutcome| {
            matches!(
                CHARTS.outcomes.facts(**outcome).location,
                LocationRule::Infield | LocationRule::Outfield
            )
        };
        let allowed: Vec<_> =
            PlayOutcome::ALL.iter().filter(sprayed).map(|outcome| outcome.as_str()).collect();
        let problem = format!("outcome: {} is not sprayed; allowed: {}", self.outcome, allowed.join(", "));
        Rejection::invalid("outcome", problem)
    }

    /// The state with this batter at bat.
    fn stage(&self, state: &GameState) -> Result<GameState, Rejection> {
        let mut state = state.clone();
        let Some(card_id) = self.batter else { return Ok(state) };
        let side = state.batting_side();
        let order = state.lineups[side].batting_order();
        let Some(place) = order.iter().position(|player| player.card_id == card_id) else {
            let ids: Vec<_> = order.iter().map(|player| player.card_id.to_string()).collect();
            let problem = format!("batter: {card_id} does not bat; allowed: {}", ids.join(", "));
            return Err(Rejection::invalid("batter", problem));
        };
        state.batter_idx[side] = u8::try_from(place).expect("nine bat");
        Ok(state)
    }
}

/// What should come up: the batter's rates by the third of the field, twenty faces to its fielders.
fn expected(situation: &Situation, on_the_ground: bool) -> TrialGroup {
    let card = situation.batter_card.batting.as_ref();
    let (pull, center) =
        card.map_or((CHARTS.spray.pull, CHARTS.spray.center), |card| (card.pull_rate, card.center_rate));
    let (pull, center) = (f64::from(pull) / 100.0, f64::from(center) / 100.0);
    let opposite = 1.0 - pull - center;
    let (left, right) = match situation.bats {
        Hand::Right => (pull, opposite),
        Hand::Left => (opposite, pull),
    };
    let table = if on_the_ground { &CHARTS.spray.groundball } else { &CHARTS.spray.flyball };
    let mut places = TrialGroup::new("location");
    for (side, share) in [(FieldSide::Left, left), (FieldSide::Center, center), (FieldSide::Right, right)] {
        for place in &table[side as usize] {
            places.expect(place.as_str(), share / 20.0);
        }
    }
    places
}
