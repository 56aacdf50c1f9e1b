//! Looking ahead one play: every reading of both cards by its chance, and what it would make of the batting
//! team's chance to win.
//!
//! Follows the road of the rules (card, park, approach, alignment, outfield, advancement) with chances in
//! place of dice. What no decision can change is left out: pitches that get away and rare plays.

use super::trial;
use crate::rules::PlaySituation;
use crate::rules::advance::Advance;
use crate::rules::card::{CardLine, PlayerCard};
use crate::rules::charts::CHARTS;
use crate::rules::charts::groundball::BallType;
use crate::rules::charts::nudges::{Nudge, NudgeCause, NudgeSide};
use crate::rules::charts::outcomes::OutcomeKind;
use crate::rules::charts::ratings::{FieldLocation, FieldResult, RatingField};
use crate::rules::charts::spray::FieldSide;
use crate::rules::decision::{Alignment, Approach, OutfieldDepth};
use crate::rules::outcome::PlayOutcome;
use crate::rules::resolution::CardRead;
use crate::rules::scoring::Situation;
use crate::rules::vocabulary::{Hand, Position};
use std::ops::Range;

/// The infielders: the first six places in scorer's order.
const INFIELD: &[Position] = Position::FIELD.split_at(6).0;
/// Faces of the die that checks are made with.
const D20: f64 = 20.0;

/// The next play under the defensive decision that `play` names.
pub(super) struct Outlook<'a> {
    pub(super) play: &'a PlaySituation<'a>,
    start: Situation,
    lines: [&'a CardLine; 2],
    /// Chance that the ball goes to left, centre and right.
    spray: [f64; 3],
    /// How the infield is aligned; `play` says the rest of the defence.
    alignment: Alignment,
    /// Worth of a ground ball, by type, then by fielder.
    fielded: [[f64; 6]; 3],
    /// Worth of a ground ball, by type, then by side of the field.
    ground: [[f64; 3]; 3],
    /// Worth of an X-Check, by position.
    checks: [f64; 9],
}

impl<'a> Outlook<'a> {
    /// None where a card has no ratings: an SBA manager reads them off paper.
    pub(super) fn new(play: &'a PlaySituation<'a>) -> Option<Self> {
        let line = |card: &PlayerCard, read, versus| {
            play.cards.lines(card.card_id, read).map(|lines| lines.versus(versus))
        };
        let batting = line(play.batter_card, CardRead::Batting, play.pitcher_card.throws)?;
        let pitching = line(play.pitcher_card, CardRead::Pitching, play.bats)?;
        let mut outlook = Self {
            play,
            start: Situation::of(play.state),
            lines: [batting, pitching],
            spray: spray(play),
            alignment: play.defence.alignment,
            fielded: [[0.0; 6]; 3],
            ground: [[0.0; 3]; 3],
            checks: [0.0; 9],
        };
        for &ball in BallType::ALL {
            for (place, position) in INFIELD.iter().enumerate() {
                outlook.fielded[ball as usize][place] = outlook.ground_ball_to(ball, *position);
            }
            for &side in FieldSide::ALL {
                outlook.ground[ball as usize][side as usize] = outlook.sprayed_ground_ball(ball, side);
            }
        }
        for &position in Position::FIELD {
            outlook.checks[position as usize] = outlook.x_check(position);
        }
        Some(outlook)
    }

    /// The same play with the infield aligned in another way.
    pub(super) const fn aligned_as(mut self, alignment: Alignment) -> Self {
        self.alignment = alignment;
        self
    }

    /// The batting team's chance to win after the play, with this approach.
    pub(super) fn worth_with(&self, approach: Approach) -> f64 {
        let [batting, pitching] = self.lines;
        let of_batter = batting.shares().map(|(field, units)| {
            f64::from(length(&units)) * self.reading(CHARTS.ratings.result(field), approach)
        });
        let of_pitcher = pitching.shares().map(|(field, units)| {
            let tired = self.tired_units(field, &units);
            let fresh =
                f64::from(length(&units) - tired) * self.reading(CHARTS.ratings.result(field), approach);
            match tired {
                0 => fresh,
                tired => {
                    fresh
                        + f64::from(tired)
                            * self.approached(PlayOutcome::Single2, FieldLocation::None, approach)
                }
            }
        });
        (of_batter.sum::<f64>() + of_pitcher.sum::<f64>()) / f64::from(2 * CHARTS.ratings.units_total)
    }

    /// Outs on a tired pitcher's card that are singles now: those with a low split (RULES 7.5).
    fn tired_units(&self, field: RatingField, units: &Range<u16>) -> u16 {
        let table = &CHARTS.fatigue;
        let faces = match field {
            _ if !self.play.pitcher.is_fatigued => return 0,
            RatingField::Strikeout => table.strikeout_d20_max,
            field if table.out_fields.contains(&field) => table.out_d20_max,
            _ => return 0,
        };
        let below = |unit: u16| unit / 20 * u16::from(faces) + (unit % 20).min(u16::from(faces));
        below(units.end) - below(units.start)
    }

    /// The approach that promises most, and what it promises. The first of equals: doing nothing special.
    pub(super) fn best_approach(&self) -> (Approach, f64) {
        let mut best = (Approach::Normal, self.worth_with(Approach::Normal));
        for &approach in &Approach::ALL[1..] {
            let worth = self.worth_with(approach);
            if worth > best.1 + f64::EPSILON {
                best = (approach, worth);
            }
        }
        best
    }

    fn reading(&self, reading: FieldResult, approach: Approach) -> f64 {
        let FieldResult { outcome, location } = reading;
        if location != FieldLocation::ParkCheck {
            return self.approached(outcome, location, approach);
        }
        let settings = &self.play.state.setup.settings;
        let (number, otherwise) = match outcome {
            PlayOutcome::BpHomerun => (settings.park_homerun_for(self.play.bats), PlayOutcome::BpFlyout),
            _ => (settings.park_single_for(self.play.bats), PlayOutcome::BpLineout),
        };
        let chance = f64::from(number) / D20;
        mix(
            chance,
            self.approached(outcome, location, approach),
            self.approached(otherwise, location, approach),
        )
    }

    fn approached(&self, outcome: PlayOutcome, location: FieldLocation, approach: Approach) -> f64 {
        let cause = match approach {
            Approach::Normal => None,
            Approach::Contact => Some(NudgeCause::Contact),
            Approach::Power => Some(NudgeCause::Power),
            Approach::Patient => Some(NudgeCause::Patient),
        };
        let nudge = cause.and_then(|cause| CHARTS.nudges.of(cause, outcome).next());
        let unchanged = self.aligned(outcome, location);
        match nudge {
            Some(nudge) => mix(chance(nudge), self.aligned(nudge.to, location), unchanged),
            None => unchanged,
        }
    }

    /// The alignment turns balls into outs and outs into hits, by the side of the field they go to.
    fn aligned(&self, outcome: PlayOutcome, location: FieldLocation) -> f64 {
        let shift = shift(self.alignment, self.play.bats);
        let nudge = shift
            .and_then(|(cause, into)| CHARTS.nudges.of(cause, outcome).next().map(|nudge| (nudge, into)));
        let Some((nudge, into)) = nudge else { return self.played(outcome, location, None) };
        let side_worth = |side: FieldSide| {
            let unchanged = self.played(outcome, location, Some(side));
            let wanted = match side {
                FieldSide::Center => None,
                side if side == into => Some(NudgeSide::Pull),
                _ => Some(NudgeSide::Opposite),
            };
            if nudge.side.is_some() && nudge.side != wanted {
                return unchanged;
            }
            mix(chance(nudge), self.played(nudge.to, location, Some(side)), unchanged)
        };
        FieldSide::ALL.iter().map(|side| self.spray[*side as usize] * side_worth(*side)).sum()
    }

    /// What an outcome is worth; `side` is where the ball goes, once that is known.
    fn played(&self, outcome: PlayOutcome, location: FieldLocation, side: Option<FieldSide>) -> f64 {
        let outcome = match self.play.defence.outfield_depth {
            OutfieldDepth::In => CHARTS.nudges.outfield_in(outcome),
            OutfieldDepth::Normal => outcome,
        };
        match (CHARTS.outcomes.facts(outcome).kind, BallType::of(outcome), location) {
            (OutcomeKind::XCheck, _, FieldLocation::At(position)) => self.checks[position as usize],
            (OutcomeKind::Groundball, Some(ball), FieldLocation::At(position)) if position.is_infield() => {
                self.ground_ball(ball, position)
            }
            (OutcomeKind::Groundball, Some(ball), _) => {
                let sides = &self.ground[ball as usize];
                side.map_or_else(
                    || sides.iter().zip(self.spray).map(|(worth, chance)| worth * chance).sum(),
                    |side| sides[side as usize],
                )
            }
            _ => self.by_table(outcome),
        }
    }

    /// An outcome that the advancement table settles; runners who may try for more do not.
    pub(super) fn by_table(&self, outcome: PlayOutcome) -> f64 {
        let row = CHARTS.advancement.outcome(outcome, self.play.bases, self.start.outs);
        self.worth(&row.map_or_else(|| Advance::hold(self.play.bases), |row| row.advance))
    }

    /// A ground ball to this infielder.
    pub(super) const fn ground_ball(&self, ball: BallType, position: Position) -> f64 {
        self.fielded[ball as usize][position as usize]
    }

    fn ground_ball_to(&self, ball: BallType, position: Position) -> f64 {
        let depth = self.play.defence.infield_depth;
        let row = CHARTS.groundball.row(ball, depth, self.play.bases, position, self.start.outs);
        self.worth(&row.advance)
    }

    fn sprayed_ground_ball(&self, ball: BallType, side: FieldSide) -> f64 {
        let faces = &CHARTS.spray.groundball[side as usize];
        faces.iter().map(|position| self.ground_ball(ball, *position)).sum::<f64>() / D20
    }

    /// The batting team's chance to win once everybody is where the play left him.
    pub(super) fn worth(&self, advance: &Advance) -> f64 {
        let reached = advance.runners.iter().chain([&advance.batter]).flatten();
        let on_base = reached.filter(|to| (1..=3).contains(*to)).fold(0, |code, to| code | 1 << (to - 1));
        let end = self.start.after(advance.count(4), advance.outs, on_base);
        trial::worth_after(&self.start, &end)
    }

    /// Outs before the play.
    pub(super) const fn outs(&self) -> u8 {
        self.start.outs
    }
}

const fn length(units: &Range<u16>) -> u16 {
    units.end - units.start
}

/// One thing with this chance, else another.
pub(super) fn mix(chance: f64, then: f64, otherwise: f64) -> f64 {
    chance.mul_add(then - otherwise, otherwise)
}

fn chance(nudge: &Nudge) -> f64 {
    f64::from(nudge.d20_max) / D20
}

/// Where this batter hits the ball: left, centre, right.
fn spray(play: &PlaySituation) -> [f64; 3] {
    let usual = (CHARTS.spray.pull, CHARTS.spray.center);
    let card = play.batter_card.batting.as_ref();
    let (pull, center) = card.map_or(usual, |card| (card.pull_rate, card.center_rate));
    let (pull, center) = (f64::from(pull) / 100.0, f64::from(center) / 100.0);
    let opposite = (1.0 - pull - center).max(0.0);
    match play.bats {
        Hand::Right => [pull, center, opposite],
        Hand::Left => [opposite, center, pull],
    }
}

/// What an alignment is called in the table, and the side of the field it moves to.
const fn shift(alignment: Alignment, bats: Hand) -> Option<(NudgeCause, FieldSide)> {
    match (alignment, bats) {
        (Alignment::Normal, _) => None,
        (Alignment::ShiftedLeft, _) => Some((NudgeCause::Shift, FieldSide::Left)),
        (Alignment::ShiftedRight, _) => Some((NudgeCause::Shift, FieldSide::Right)),
        (Alignment::ExtremeShift, Hand::Right) => Some((NudgeCause::ExtremeShift, FieldSide::Left)),
        (Alignment::ExtremeShift, Hand::Left) => Some((NudgeCause::ExtremeShift, FieldSide::Right)),
    }
}
