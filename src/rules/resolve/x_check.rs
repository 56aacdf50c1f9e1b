//! The X-Check: the ball goes to a fielder and his ratings decide (RULES 2).

use super::{Draft, Resolver};
use crate::rules::advance::Advance;
use crate::rules::charts::CHARTS;
use crate::rules::charts::error_charts::ErrorSize;
use crate::rules::charts::range::RangeCode;
use crate::rules::charts::xcheck::{Clean, Effect, Rare, RareWhen};
use crate::rules::decision::Base;
use crate::rules::dice::roller::FieldingDice;
use crate::rules::event::{FieldingError, Sacrifice};
use crate::rules::lineup::LineupPlayerState;
use crate::rules::outcome::PlayOutcome;
use crate::rules::resolution::XCheckAudit;
use crate::rules::vocabulary::Position;

impl Resolver<'_, '_> {
    /// Resolves an X-Check at `position`, in the order of RULES 2.1, keeping every step.
    pub(super) fn x_check(&mut self, position: Position) -> Draft {
        let Some(fielder) = self.situation.fielder(position) else {
            return self.fixed(PlayOutcome::Single1, None); // nobody is there to field it
        };
        let dice = self.roller.fielding(position, fielder.lineup_id);
        let base = CHARTS.range.row(position, dice.d20)[usize::from(self.range(position, fielder)) - 1];
        let error_rating = error_rating(fielder);
        let is_rare = CHARTS.triggers.rare_play.contains(&dice.d100);
        let size = CHARTS.errors.error(position, error_rating, dice.error_total);
        self.x_check_as(position, fielder, dice, base, if is_rare { ErrorSize::No } else { size })
    }

    /// The same, with the code and the error known.
    pub(super) fn x_check_as(
        &mut self,
        position: Position,
        fielder: &LineupPlayerState,
        dice: FieldingDice,
        base: RangeCode,
        size: ErrorSize,
    ) -> Draft {
        let (mut audit, plain) = self.read_range(position, fielder, dice, base);
        let rare = audit.rare_play;
        audit.error_result = size.as_str().to_owned();
        audit.converted_code = plain.as_str().to_owned();
        // Errors are looked up after the speed check, in the row of the code that asked for it.
        let error_code = if base == RangeCode::Spd { RangeCode::Spd } else { plain };
        let effect = CHARTS.xcheck.error(error_code, size);
        let mut draft = match effect {
            Some(effect) => self.with_error(&effect, plain, size, position),
            None if rare => self.rare_play(error_code, plain, position),
            None => self.clean_code(plain, position),
        };
        draft.defender = Some(fielder.lineup_id);
        draft.location = Some(position);
        audit.final_outcome = draft.outcome;
        audit.hit_type.clone_from(&draft.hit_type);
        self.resolution.x_check = Some(audit);
        draft
    }

    /// The range he fields with: worse when he plays in.
    fn range(&self, position: Position, fielder: &LineupPlayerState) -> u8 {
        let tables = &CHARTS.xcheck;
        let penalty = if self.situation.plays_in(position) { tables.playing_in_range_penalty } else { 0 };
        (range_rating(fielder) + penalty).clamp(1, tables.range_max)
    }

    /// The audit so far, and the code that is left after the speed check and `#`.
    fn read_range(
        &mut self,
        position: Position,
        fielder: &LineupPlayerState,
        dice: FieldingDice,
        base: RangeCode,
    ) -> (XCheckAudit, RangeCode) {
        let playing_in = self.situation.plays_in(position);
        let holding = self.situation.holds(position);
        let row = CHARTS.range.row(position, dice.d20);
        let mut audit = XCheckAudit {
            position,
            defender_lineup_id: fielder.lineup_id,
            range_rating: range_rating(fielder),
            error_rating: error_rating(fielder),
            playing_in,
            holding,
            adjusted_range: self.range(position, fielder),
            d20: dice.d20,
            error_total: dice.error_total,
            d100: dice.d100,
            base_code: base.as_str().to_owned(),
            spd_chance: None,
            spd_d20: None,
            spd_safe: None,
            converted_code: String::new(),
            error_result: String::new(),
            rare_play: CHARTS.triggers.rare_play.contains(&dice.d100),
            final_outcome: PlayOutcome::XCheck,
            hit_type: String::new(),
            chart_row: row.iter().map(|code| code.as_str().to_owned()).collect(),
        };
        let plain = match base.without_hash() {
            (RangeCode::Spd, _) => self.speed_check(&mut audit),
            (_, true) if playing_in || holding => RangeCode::Si2,
            (code, _) => code,
        };
        (audit, plain)
    }

    /// The batter against the throw: safe is a single, out a slow ground ball.
    fn speed_check(&mut self, audit: &mut XCheckAudit) -> RangeCode {
        let batter = self.situation.batter.lineup_id;
        let chance = self.situation.running(None);
        let d20 = self.roller.d20("speed", Some(batter));
        let safe = self.check("speed", Some(batter), chance, d20);
        audit.spd_chance = Some(chance);
        audit.spd_d20 = Some(d20);
        audit.spd_safe = Some(safe);
        if safe { RangeCode::Si1 } else { RangeCode::G3 }
    }

    /// The code as it stands.
    fn clean_code(&mut self, code: RangeCode, position: Position) -> Draft {
        match CHARTS.xcheck.code(code).clean {
            Clean::Outcome(outcome) if outcome_is_fly(outcome) => self.fly_ball(outcome, Some(position)),
            Clean::Outcome(outcome) => self.ground_ball(outcome, position),
            Clean::Effect(effect) => self.by_effect(&effect, name_of(code)),
            Clean::PassedBallCheck { success, otherwise } => self.foul_pop(&success, &otherwise),
            // The speed check is behind us: `read_range` has put SI1 or G3 in its place.
            Clean::SpeedCheck => self.fixed(PlayOutcome::Single1, None),
        }
    }

    /// A foul pop behind the plate: with runners on it may get past the catcher (RULES 2.4 FO).
    fn foul_pop(&mut self, success: &Effect, otherwise: &Effect) -> Draft {
        let (catcher, rating) = self.situation.passed_ball_rating();
        let runners = !self.situation.bases.is_empty();
        if runners && self.roll_check(PlayOutcome::PassedBall.as_str(), catcher, rating) {
            self.by_effect(success, PlayOutcome::PassedBall)
        } else {
            self.by_effect(otherwise, PlayOutcome::Popout)
        }
    }

    /// The code with an error on top.
    fn with_error(
        &mut self,
        effect: &Effect,
        plain: RangeCode,
        size: ErrorSize,
        position: Position,
    ) -> Draft {
        let bases = size as u8;
        let clean = name_of(plain);
        let mut draft = self.by_effect(effect, PlayOutcome::Error);
        draft.hit_type = format!("{}_plus_error_{bases}", effect.outcome_of_hit().unwrap_or(clean));
        draft.error = Some(FieldingError { position, bases });
        draft.clean = Some(self.clean_advance(clean, position));
        draft
    }

    /// What one roll in a hundred brings instead of an error.
    fn rare_play(&mut self, code: RangeCode, plain: RangeCode, position: Position) -> Draft {
        let bases = self.situation.bases;
        let effect = match CHARTS.xcheck.code(code).rare {
            Rare::SpeedCheck => return self.clean_code(plain, position),
            Rare::Effect(effect) => effect,
            Rare::ByRunners { when, then, otherwise } => {
                let applies = match when {
                    RareWhen::FirstOccupied => bases.has(Base::First),
                    RareWhen::ThirdOccupied => bases.has(Base::Third),
                    RareWhen::AnyRunner => !bases.is_empty(),
                };
                if applies { then } else { otherwise }
            }
        };
        let mut draft = self.by_effect(&effect, rare_name(code, &effect));
        draft.hit_type = format!("{code}_rare");
        draft.gidp = effect.gidp && draft.advance.outs == 2;
        let caught = matches!(code, RangeCode::F1 | RangeCode::F2 | RangeCode::F3);
        draft.sacrifice = (caught && draft.advance.count(4) > 0).then_some(Sacrifice::Fly);
        if code == RangeCode::Fo {
            // Catcher's interference: without it the plate appearance would have gone on.
            draft.interference = true;
            draft.error = Some(FieldingError { position, bases: 1 });
            draft.clean = Some(Advance::hold(bases));
        }
        draft
    }

    /// A written-out effect under its own name, or `otherwise` where it has none.
    fn by_effect(&self, effect: &Effect, otherwise: PlayOutcome) -> Draft {
        let outcome = effect.outcome.unwrap_or(otherwise);
        let advance = Advance::by_effect(effect, self.situation.bases, self.situation.state.outs);
        let is_hit = effect.hit || (effect.outcome.is_some() && outcome.hit_bases() > 0);
        Draft {
            hit_bases: if is_hit { outcome.hit_bases() } else { 0 },
            plate_appearance: effect.batter.is_some(),
            left_the_park: false, // every ball of an X-Check stays in the park
            ..Draft::plain(outcome, None, advance)
        }
    }
}

impl Effect {
    /// The hit this error happened on, if it was one.
    fn outcome_of_hit(&self) -> Option<PlayOutcome> {
        self.outcome.filter(|_| self.hit)
    }
}

fn range_rating(fielder: &LineupPlayerState) -> u8 {
    fielder.position_rating.map_or(CHARTS.xcheck.missing_range, |rating| rating.range)
}

fn error_rating(fielder: &LineupPlayerState) -> u8 {
    fielder.position_rating.map_or(CHARTS.xcheck.missing_error, |rating| rating.error)
}

const fn outcome_is_fly(outcome: PlayOutcome) -> bool {
    matches!(outcome, PlayOutcome::FlyoutA | PlayOutcome::FlyoutB | PlayOutcome::FlyoutC)
}

/// What a code is called when it is played cleanly.
const fn name_of(code: RangeCode) -> PlayOutcome {
    match code.without_hash().0 {
        RangeCode::G1 => PlayOutcome::GroundballA,
        RangeCode::G2 => PlayOutcome::GroundballB,
        RangeCode::Si1 => PlayOutcome::Single1,
        RangeCode::Si2 => PlayOutcome::Single2,
        RangeCode::Do2 => PlayOutcome::Double2,
        RangeCode::Do3 => PlayOutcome::Double3,
        RangeCode::Tr3 => PlayOutcome::Triple,
        RangeCode::F1 => PlayOutcome::FlyoutA,
        RangeCode::F2 => PlayOutcome::FlyoutB,
        RangeCode::F3 => PlayOutcome::FlyoutC,
        RangeCode::Po | RangeCode::Fo | RangeCode::X => PlayOutcome::Popout,
        RangeCode::Wp => PlayOutcome::WildPitch,
        RangeCode::G3 | RangeCode::Spd | RangeCode::G2Hash | RangeCode::G3Hash => PlayOutcome::GroundballC,
    }
}

/// What a rare play is called, where the table has no name for it: as the clean play, but a hit that was
/// undone is an out in play, and interference is an error.
const fn rare_name(code: RangeCode, effect: &Effect) -> PlayOutcome {
    match code {
        RangeCode::Fo => PlayOutcome::Error,
        RangeCode::Wp | RangeCode::X => PlayOutcome::WildPitch,
        code if code.is_hit() && !effect.hit => PlayOutcome::Lineout,
        code => name_of(code),
    }
}
