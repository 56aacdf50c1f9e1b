//! Bunts, squeezes, hit and run: the batter's grade and the row of the at-bat roll (RULES 5.4, 5.5).

use super::{Draft, Resolver};
use crate::rules::advance::Advance;
use crate::rules::charts::CHARTS;
use crate::rules::charts::bunts::{self, BuntResult, Grade, HitAndRunResult, SqueezeResult};
use crate::rules::decision::{Base, InfieldDepth};
use crate::rules::dice::roller::AtBatDice;
use crate::rules::event::Sacrifice;
use crate::rules::outcome::PlayOutcome;
use crate::rules::resolution::GradeReading;

impl Resolver<'_, '_> {
    /// A bunt; with nobody but R3 on base, a squeeze.
    pub(super) fn bunt(&mut self, dice: AtBatDice) -> Draft {
        let tables = &CHARTS.bunts;
        let written = self.situation.batter_card.batting.as_ref().map(|card| card.bunting.as_str());
        let is_in = self.situation.defence.infield_depth != InfieldDepth::Normal;
        let grade = grade(written).better_by(if is_in { tables.bunt_in } else { 0 });
        let total = dice.d6_two_a + dice.d6_two_b;
        if self.situation.bases.bits() == 0b100 {
            let result = bunts::result(&tables.squeeze, grade, total);
            self.keep_grade(PlayOutcome::Squeeze, grade, total, result.as_str());
            self.squeeze(result)
        } else {
            let result = bunts::result(&tables.bunt, grade, total);
            self.keep_grade(PlayOutcome::SacBunt, grade, total, result.as_str());
            self.sacrifice_bunt(result)
        }
    }

    /// What a bunt comes to.
    pub(super) fn sacrifice_bunt(&self, result: BuntResult) -> Draft {
        let bases = self.situation.bases;
        let outcome = PlayOutcome::SacBunt;
        match result {
            BuntResult::Sacrifice => self.sacrifice(outcome),
            BuntResult::LeadOut => {
                let mut draft = named(outcome, "lead_out", Advance::all_move(Some(1), bases, 1));
                draft.put(self.situation.lead(), 0);
                draft
            }
            BuntResult::Hit => self.bunt_hit(outcome),
            BuntResult::Pop => named(outcome, "pop", Advance::batter_out(bases)),
            BuntResult::DoublePlay => {
                let mut draft = if self.situation.state.outs == 0 {
                    named(outcome, "double_play", Advance::all_move(Some(0), bases, 1))
                } else {
                    named(outcome, "double_play", Advance::batter_out(bases)) // the third out: nobody moves
                };
                draft.put(self.situation.lead(), 0);
                draft.gidp = true;
                draft
            }
        }
    }

    /// What a squeeze comes to.
    pub(super) fn squeeze(&self, result: SqueezeResult) -> Draft {
        let bases = self.situation.bases;
        let outcome = PlayOutcome::Squeeze;
        let third = Some(Base::Third);
        match result {
            SqueezeResult::Score => self.sacrifice(outcome),
            SqueezeResult::RunnerOut => {
                let mut draft = named(outcome, "r3_out", Advance::all_move(Some(1), bases, 1));
                draft.put(third, 0);
                draft
            }
            SqueezeResult::Miss => {
                let mut draft = named(PlayOutcome::CaughtStealing, "squeeze_miss", Advance::hold(bases));
                draft.put(third, 0);
                draft.runner = self.situation.runner(Base::Third).map(|runner| runner.lineup_id);
                draft
            }
            SqueezeResult::Hit => self.bunt_hit(outcome),
            SqueezeResult::PopDoublePlay => {
                let mut draft = named(outcome, "pop_double_play", Advance::batter_out(bases));
                draft.put(third, 0);
                draft
            }
        }
    }

    /// Batter out, every runner one base: a sacrifice.
    fn sacrifice(&self, outcome: PlayOutcome) -> Draft {
        let advance = Advance::all_move(Some(0), self.situation.bases, 1);
        Draft { sacrifice: Some(Sacrifice::Bunt), ..named(outcome, "sacrifice", advance) }
    }

    fn bunt_hit(&self, outcome: PlayOutcome) -> Draft {
        let advance = Advance::all_move(Some(1), self.situation.bases, 1);
        Draft { hit_bases: 1, ..named(outcome, "hit", advance) }
    }

    /// Hit and run. An error means that the batter missed and the runners are on their own; it says whether
    /// that was strike three. With two outs strike three ends the half inning and nobody is thrown at.
    pub(super) fn hit_and_run(&mut self, dice: AtBatDice) -> Result<Draft, bool> {
        let tables = &CHARTS.bunts;
        let situation = self.situation;
        let written = situation.batter_card.batting.as_ref().map(|card| card.hit_and_run.as_str());
        let is_in = situation.defence.infield_depth != InfieldDepth::Normal;
        // The shifts do not add up beyond one grade (RULES 5.5).
        let by_depth = if is_in { tables.hit_and_run_in } else { 0 };
        let by_hold = if situation.is_held(Base::First) { tables.hit_and_run_held } else { 0 };
        let grade = grade(written).better_by(by_depth.max(by_hold));
        let total = dice.d6_two_a + dice.d6_two_b;
        let result = bunts::result(&tables.hit_and_run, grade, total);
        self.keep_grade(PlayOutcome::HitAndRun, grade, total, result.as_str());
        self.swing_and_run(result)
    }

    /// What a hit and run comes to; an error as of [`Resolver::hit_and_run`].
    pub(super) fn swing_and_run(&self, result: HitAndRunResult) -> Result<Draft, bool> {
        let situation = self.situation;
        let bases = situation.bases;
        let outcome = PlayOutcome::HitAndRun;
        Ok(match result {
            HitAndRunResult::Hit => {
                Draft { hit_bases: 1, ..named(outcome, "hit", Advance::all_move(Some(1), bases, 2)) }
            }
            HitAndRunResult::Advance => self.ground_out(outcome),
            HitAndRunResult::Pop => named(outcome, "pop", Advance::batter_out(bases)),
            HitAndRunResult::LineDoublePlay => {
                let mut draft = named(outcome, "line_double_play", Advance::batter_out(bases));
                if situation.state.outs < 2 {
                    let running = situation.hit_and_run_targets();
                    draft.put(running.first().and_then(|target| before(*target)), 0);
                }
                draft
            }
            HitAndRunResult::Miss => return Err(false),
            HitAndRunResult::Strikeout if situation.state.outs < 2 => return Err(true),
            HitAndRunResult::Strikeout => self.fixed(PlayOutcome::Strikeout, None),
        })
    }

    /// Batter out at first, every runner one base; with two outs before, that is the third.
    fn ground_out(&self, outcome: PlayOutcome) -> Draft {
        let bases = self.situation.bases;
        let advance = if self.situation.state.outs == 2 {
            Advance::batter_out(bases)
        } else {
            Advance::all_move(Some(0), bases, 1)
        };
        named(outcome, "advance", advance)
    }

    fn keep_grade(&mut self, table: PlayOutcome, grade: Grade, total: u8, result: &str) {
        let grade = grade.as_str().to_owned();
        self.resolution.grade = Some(GradeReading { table, grade, total, result: result.to_owned() });
    }
}

fn named(outcome: PlayOutcome, result: &str, advance: Advance) -> Draft {
    Draft { hit_type: format!("{outcome}_{result}"), ..Draft::plain(outcome, None, advance) }
}

/// A grade as it stands on the card; without one the poorest.
fn grade(written: Option<&str>) -> Grade {
    written.and_then(|written| written.parse().ok()).unwrap_or(Grade::D)
}

/// The base before a target.
pub(crate) const fn before(target: Base) -> Option<Base> {
    match target {
        Base::First => None,
        Base::Second => Some(Base::First),
        Base::Third => Some(Base::Second),
        Base::Home => Some(Base::Third),
    }
}
