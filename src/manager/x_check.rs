//! Looking ahead into an X-Check: what a ball to this fielder is worth, all dice taken together (RULES 2).

use super::outlook::{Outlook, mix};
use crate::rules::advance::Advance;
use crate::rules::charts::CHARTS;
use crate::rules::charts::error_charts::ErrorSize;
use crate::rules::charts::groundball::BallType;
use crate::rules::charts::range::RangeCode;
use crate::rules::charts::xcheck::{Clean, Effect};
use crate::rules::vocabulary::Position;

/// Ways to throw a total of 3 to 18 with three dice, of 216.
const WAYS: [u16; 16] = [1, 3, 6, 10, 15, 21, 25, 27, 27, 25, 21, 15, 10, 6, 3, 1];

impl Outlook<'_> {
    /// What an X-Check at `position` is worth to the batting team.
    pub(super) fn x_check(&self, position: Position) -> f64 {
        let tables = &CHARTS.xcheck;
        let rating = self.play.fielder(position).and_then(|fielder| fielder.position_rating);
        let range = rating.map_or(tables.missing_range, |rating| rating.range);
        let error = rating.map_or(tables.missing_error, |rating| rating.error);
        let is_in = self.play.plays_in(position);
        let penalty = if is_in { tables.playing_in_range_penalty } else { 0 };
        let column = usize::from((range + penalty).clamp(1, tables.range_max)) - 1;
        let gives_way = is_in || self.play.holds(position);
        let mut faces = [0_u8; RangeCode::ALL.len()];
        for d20 in 1..=20 {
            let code = match CHARTS.range.row(position, d20)[column].without_hash() {
                (_, true) if gives_way => RangeCode::Si2,
                (code, _) => code,
            };
            faces[code as usize] += 1;
        }
        let sizes = error_chances(position, error);
        let codes = RangeCode::ALL.iter().zip(faces).filter(|(_, faces)| *faces > 0);
        codes.map(|(code, faces)| f64::from(faces) / 20.0 * self.code(*code, position, &sizes)).sum()
    }

    /// One code of the range table, errors included.
    fn code(&self, code: RangeCode, position: Position, sizes: &[f64; 4]) -> f64 {
        let with = |size: ErrorSize| match CHARTS.xcheck.error(code, size) {
            Some(effect) => self.by_effect(&effect),
            None => self.clean_code(code, position),
        };
        ErrorSize::ALL
            .iter()
            .zip(sizes)
            .filter(|(_, chance)| **chance > 0.0)
            .map(|(size, chance)| chance * with(*size))
            .sum()
    }

    fn clean_code(&self, code: RangeCode, position: Position) -> f64 {
        match CHARTS.xcheck.code(code).clean {
            Clean::Effect(effect) => self.by_effect(&effect),
            Clean::Outcome(outcome) => BallType::of(outcome)
                .map_or_else(|| self.by_table(outcome), |ball| self.ground_ball(ball, position)),
            Clean::SpeedCheck => {
                let running = self.play.running(None);
                let safe = f64::from(running.clamp(0, 20)) / 20.0;
                mix(safe, self.clean_code(RangeCode::Si1, position), self.clean_code(RangeCode::G3, position))
            }
            Clean::PassedBallCheck { otherwise, .. } => self.by_effect(&otherwise),
        }
    }

    fn by_effect(&self, effect: &Effect) -> f64 {
        self.worth(&Advance::by_effect(effect, self.play.bases, self.outs()))
    }
}

/// The chance of clean play and of each size of error.
pub(super) fn error_chances(position: Position, rating: u8) -> [f64; 4] {
    let mut ways = [0_u16; 4];
    for (total, count) in (3..).zip(WAYS) {
        ways[CHARTS.errors.error(position, rating, total) as usize] += count;
    }
    ways.map(|ways| f64::from(ways) / 216.0)
}
