//! What happened: from the situation and the dice to the facts of one play (RULES 2 to 4).
//!
//! Knows baseball and the tables; does not know commands, phases or who may do what.

mod batted;
mod nudge;
mod play;
mod reading;
mod situation;
mod spray;
mod x_check;

pub(crate) use situation::Situation;

use super::advance::Advance;
use super::charts::CHARTS;
use super::charts::outcomes::{OutcomeGroup, OutcomeKind};
use super::charts::ratings::FieldLocation;
use super::charts::spray::FieldSide;
use super::dice::roller::{AtBatDice, Roller};
use super::event::{FieldingError, Play, Sacrifice};
use super::outcome::PlayOutcome;
use super::resolution::{Check, Resolution};
use super::vocabulary::Position;
use crate::id::LineupId;

/// What the rules say about a play, before it is cut to the end of the game and written down as a [`Play`].
struct Draft {
    outcome: PlayOutcome,
    location: Option<Position>,
    advance: Advance,
    /// Where everybody would be without the error.
    clean: Option<Advance>,
    hit_bases: u8,
    plate_appearance: bool,
    gidp: bool,
    sacrifice: Option<Sacrifice>,
    defender: Option<LineupId>,
    error: Option<FieldingError>,
    /// The catcher interfered: the batter is given first base.
    interference: bool,
    hit_type: String,
    /// The ball left the park: a walk-off counts in full.
    left_the_park: bool,
}

impl Draft {
    /// An ordinary play: the outcome is what it is called, and everything else follows from it.
    fn plain(outcome: PlayOutcome, location: Option<Position>, advance: Advance) -> Self {
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
            error: None,
            interference: false,
            hit_type: outcome.as_str().to_owned(),
            left_the_park: matches!(outcome, PlayOutcome::Homerun | PlayOutcome::BpHomerun),
        }
    }
}

/// Resolves the roll of a plate appearance off the two cards.
pub(crate) fn plate_appearance(situation: &Situation, roller: &mut Roller) -> Play {
    let mut resolver = Resolver { situation, roller, resolution: Resolution::default(), side: None };
    let dice = resolver.roller.at_bat(situation.batter.lineup_id);
    let draft = match resolver.chaos(dice) {
        Chaos::Interrupt(outcome) => resolver.fixed(outcome, None),
        Chaos::Split(split) => {
            let reading = resolver.read_card(dice, split);
            let outcome = resolver.park_check(reading.outcome, reading.location);
            let outcome = resolver.nudge(outcome);
            let location = resolver.location(outcome, reading);
            resolver.resolve(outcome, location)
        }
    };
    play::finish(situation, draft, resolver.resolution)
}

/// What the chaos die led to.
enum Chaos {
    /// The ball got away: the plate appearance is interrupted.
    Interrupt(PlayOutcome),
    /// Nothing; the card is read with this split.
    Split(u8),
}

/// One play on its way from dice to facts: what is known so far, and the trail of how it became known.
struct Resolver<'a, 'd> {
    situation: &'a Situation<'a>,
    roller: &'a mut Roller<'d>,
    resolution: Resolution,
    /// The side of the field the ball goes to, once that has been rolled for.
    side: Option<FieldSide>,
}

impl Resolver<'_, '_> {
    /// Wild-pitch and passed-ball checks (RULES 1.1). With the bases empty the chaos die is ignored; after a
    /// check that failed the split die is spent, and another is thrown.
    fn chaos(&mut self, dice: AtBatDice) -> Chaos {
        if self.situation.bases.is_empty() {
            return Chaos::Split(dice.resolution_d20);
        }
        let pitcher = self.situation.pitcher.lineup_id;
        let (outcome, rating, player) = if CHARTS.triggers.wild_pitch.contains(&dice.chaos_d20) {
            (PlayOutcome::WildPitch, self.situation.wild_pitch_rating(), Some(pitcher))
        } else if CHARTS.triggers.passed_ball.contains(&dice.chaos_d20) {
            let (catcher, rating) = self.situation.passed_ball_rating();
            (PlayOutcome::PassedBall, rating, catcher)
        } else {
            return Chaos::Split(dice.resolution_d20);
        };
        if self.check(outcome.as_str(), player, rating, dice.resolution_d20) {
            Chaos::Interrupt(outcome)
        } else {
            Chaos::Split(self.roller.d20("split", None))
        }
    }

    /// A ballpark reading is one only if a d20 is at or below the park's number (RULES 3.6).
    fn park_check(&mut self, outcome: PlayOutcome, location: FieldLocation) -> PlayOutcome {
        if location != FieldLocation::ParkCheck {
            return outcome;
        }
        let settings = &self.situation.state.setup.settings;
        let (purpose, number, otherwise) = match outcome {
            PlayOutcome::BpHomerun => ("park_homerun", settings.park_homerun, PlayOutcome::BpFlyout),
            _ => ("park_single", settings.park_single, PlayOutcome::BpLineout),
        };
        if self.roll_check(purpose, None, i8::try_from(number).unwrap_or(i8::MAX)) {
            outcome
        } else {
            otherwise
        }
    }

    /// Resolves an outcome whose location is known.
    fn resolve(&mut self, outcome: PlayOutcome, location: Option<Position>) -> Draft {
        match CHARTS.outcomes.facts(outcome).kind {
            OutcomeKind::Groundball => self.ground_ball(outcome, location.unwrap_or(Position::Shortstop)),
            OutcomeKind::Flyball => self.fly_ball(outcome, location),
            OutcomeKind::XCheck => self.x_check(location.unwrap_or(Position::Pitcher)),
            _ => self.fixed(outcome, location),
        }
    }

    /// Throws a d20 against a number and keeps the check.
    fn roll_check(&mut self, purpose: &str, player: Option<LineupId>, chance: i8) -> bool {
        let d20 = self.roller.d20(purpose, player);
        self.check(purpose, player, chance, d20)
    }

    /// Keeps a check of a die that has been thrown.
    fn check(&mut self, purpose: &str, player_id: Option<LineupId>, chance: i8, d20: u8) -> bool {
        let success = i16::from(d20) <= i16::from(chance);
        let purpose = purpose.to_owned();
        self.resolution.checks.push(Check { purpose, player_id, chance, d20, success });
        success
    }
}
