//! What a tired pitcher's card gives away in auto mode (`fatigue.toml [effect]`, RULES 7.5).

use super::Resolver;
use super::reading::Reading;
use crate::rules::charts::CHARTS;
use crate::rules::charts::ratings::RatingField;
use crate::rules::outcome::PlayOutcome;
use crate::rules::resolution::CardRead;

impl Resolver<'_, '_> {
    /// Outs read off a tired pitcher's card become singles when the split die is low. X-Checks are not
    /// touched.
    pub(super) fn tire(&mut self, outcome: PlayOutcome, reading: Reading, split: u8) -> PlayOutcome {
        if !self.situation.pitcher.is_fatigued || reading.card != CardRead::Pitching {
            return outcome;
        }
        let table = &CHARTS.fatigue;
        let at_or_below = match reading.field {
            RatingField::Strikeout => table.strikeout_d20_max,
            field if table.out_fields.contains(&field) => table.out_d20_max,
            _ => return outcome,
        };
        let pitcher = Some(self.situation.pitcher.lineup_id);
        let chance = i8::try_from(at_or_below).unwrap_or(i8::MAX);
        if self.check("fatigue", pitcher, chance, split) { PlayOutcome::Single2 } else { outcome }
    }
}
