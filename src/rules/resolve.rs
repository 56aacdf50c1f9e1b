//! What happened: from the situation and the dice to the facts of one play (RULES 2 to 4).
//!
//! Knows baseball and the tables; does not know commands, phases or who may do what.

mod attempt;
mod batted;
mod bunt;
mod draft;
mod fatigue;
mod nudge;
mod play;
mod reading;
mod situation;
mod spray;
mod steal;
mod submitted;
mod trial;
mod x_check;

pub(crate) use attempt::answer;
pub(crate) use bunt::before;
pub use draft::Draft;
pub(crate) use situation::Situation;
pub(crate) use steal::{Jump, Steal, Thrown, pick_off_chance, steal_chance};
pub(crate) use submitted::{Submitted, TableResult, picked_off, roll_x_check, submitted, x_check_read};
pub(crate) use trial::{sprayed_alone, x_check_alone};

use super::charts::CHARTS;
use super::charts::outcomes::OutcomeKind;
use super::charts::ratings::FieldLocation;
use super::charts::spray::FieldSide;
use super::dice::roller::{AtBatDice, Roller};
use super::event::Play;
use super::outcome::PlayOutcome;
use super::pending::{PendingPlay, RunnerQuestion};
use super::resolution::{Check, Resolution};
use super::vocabulary::Position;
use crate::id::LineupId;

/// What a roll, or a choice about a runner, led to.
pub(crate) enum Resolved {
    /// The play is made.
    Play(Box<Play>),
    /// It waits for a choice about a runner.
    Waits(Box<PendingPlay>),
    /// Hit and run, and the batter missed: the runners are on their own.
    RunnersGo {
        /// It was strike three; that play comes after the runners'.
        strikeout: bool,
        /// The trail so far.
        resolution: Box<Resolution>,
    },
}

/// Resolves the roll of a plate appearance off the two cards.
pub(crate) fn plate_appearance(situation: &Situation, roller: &mut Roller) -> Resolved {
    let mut resolver = Resolver::new(situation, roller, Resolution::default());
    let dice = resolver.roller.at_bat(situation.batter.lineup_id);
    let draft = match resolver.chaos(dice) {
        Chaos::Interrupt(outcome) => resolver.fixed(outcome, None),
        Chaos::Split(_) if situation.offence.bunt_attempt => resolver.bunt(dice),
        Chaos::Split(_) if situation.offence.hit_and_run => match resolver.hit_and_run(dice) {
            Ok(draft) => draft,
            Err(strikeout) => {
                return Resolved::RunnersGo { strikeout, resolution: Box::new(resolver.resolution) };
            }
        },
        Chaos::Split(split) => {
            let reading = resolver.read_card(dice, split);
            let outcome = resolver.park_check(reading.outcome, reading.location);
            let outcome = resolver.tire(outcome, reading, split);
            let outcome = resolver.nudge(outcome);
            let location = resolver.location(outcome, reading);
            resolver.resolve(outcome, location)
        }
    };
    resolver.conclude(draft)
}

/// A play that leaves nothing to dice: a walk in the manager's signs, strike three behind running runners.
pub(crate) fn certain(
    situation: &Situation,
    roller: &mut Roller,
    outcome: PlayOutcome,
    resolution: Resolution,
) -> Play {
    let resolver = Resolver::new(situation, roller, resolution);
    let draft = resolver.fixed(outcome, None);
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

impl<'a, 'd> Resolver<'a, 'd> {
    fn new(situation: &'a Situation<'a>, roller: &'a mut Roller<'d>, resolution: Resolution) -> Self {
        Self { situation, roller, resolution, side: None }
    }

    /// Writes the play down, unless a runner may try for more and the game is not won without him.
    fn conclude(self, draft: Draft) -> Resolved {
        let wins = self.situation.state.runs_to_walk_off();
        let is_won = wins.is_some_and(|needed| draft.advance.walk_off(needed, draft.hit_bases > 0).is_some());
        let (Some(lead), false) = (draft.attempt, is_won) else {
            return Resolved::Play(Box::new(play::finish(self.situation, draft, self.resolution)));
        };
        let question = match CHARTS.outcomes.facts(draft.outcome).kind {
            OutcomeKind::Groundball => RunnerQuestion::SendRunner,
            OutcomeKind::Flyball => RunnerQuestion::TagUp,
            _ => RunnerQuestion::LeadRunner,
        };
        let trail = attempt::trail(&draft, lead);
        let resolution = self.resolution;
        Resolved::Waits(Box::new(PendingPlay { question, lead, trail, draft, resolution, roll: None }))
    }

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
            PlayOutcome::BpHomerun => {
                ("park_homerun", settings.park_homerun_for(self.situation.bats), PlayOutcome::BpFlyout)
            }
            _ => ("park_single", settings.park_single_for(self.situation.bats), PlayOutcome::BpLineout),
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
