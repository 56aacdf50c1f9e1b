//! What the decisions make of a card's reading: approach, alignment, outfield depth (RULES 5.2).

use super::Resolver;
use crate::rules::charts::CHARTS;
use crate::rules::charts::nudges::{NudgeCause, NudgeSide};
use crate::rules::charts::spray::FieldSide;
use crate::rules::decision::{Alignment, Approach, OutfieldDepth};
use crate::rules::outcome::PlayOutcome;
use crate::rules::vocabulary::Hand;

impl Resolver<'_, '_> {
    /// Applies the approach, then the alignment, then the outfield's depth. A die is thrown only where the
    /// decision has something to say about this outcome.
    pub(super) fn nudge(&mut self, outcome: PlayOutcome) -> PlayOutcome {
        let mut outcome = outcome;
        if let Some(cause) = approach_cause(self.situation.offence.approach) {
            let purpose = format!("nudge:{}", self.situation.offence.approach);
            outcome = self.convert(outcome, cause, None, &purpose);
        }
        if let Some((cause, into)) = shift(self.situation.defence.alignment, self.situation.bats) {
            let purpose = format!("nudge:{}", self.situation.defence.alignment);
            outcome = self.convert(outcome, cause, Some(into), &purpose);
        }
        self.outfield_depth(outcome)
    }

    /// What the outfield's depth makes of an outcome; it needs no die, and holds in manual games too.
    pub(super) fn outfield_depth(&self, outcome: PlayOutcome) -> PlayOutcome {
        match self.situation.defence.outfield_depth {
            OutfieldDepth::In => CHARTS.nudges.outfield_in(outcome),
            OutfieldDepth::Normal => outcome,
        }
    }

    /// One decision's conversions. `into` is the side of the field a shift has moved to.
    fn convert(
        &mut self,
        outcome: PlayOutcome,
        cause: NudgeCause,
        into: Option<FieldSide>,
        purpose: &str,
    ) -> PlayOutcome {
        for nudge in CHARTS.nudges.of(cause, outcome) {
            if let (Some(wanted), Some(into)) = (nudge.side, into)
                && self.relative_side(into) != Some(wanted)
            {
                continue;
            }
            let chance = i8::try_from(nudge.d20_max).expect("a face of a d20");
            return if self.roll_check(purpose, None, chance) { nudge.to } else { outcome };
        }
        outcome
    }

    /// Whether the ball goes into the shift, or to the side it left; neither up the middle.
    fn relative_side(&mut self, into: FieldSide) -> Option<NudgeSide> {
        match self.field_side() {
            FieldSide::Center => None,
            side if side == into => Some(NudgeSide::Pull),
            _ => Some(NudgeSide::Opposite),
        }
    }
}

const fn approach_cause(approach: Approach) -> Option<NudgeCause> {
    match approach {
        Approach::Normal => None,
        Approach::Contact => Some(NudgeCause::Contact),
        Approach::Power => Some(NudgeCause::Power),
        Approach::Patient => Some(NudgeCause::Patient),
    }
}

/// The side a shift moves to. The extreme shift goes to the batter's pull side; the others go where they
/// say, which is away from the pull side for some batters, "and the two sides swap".
const fn shift(alignment: Alignment, bats: Hand) -> Option<(NudgeCause, FieldSide)> {
    match (alignment, bats) {
        (Alignment::Normal, _) => None,
        (Alignment::ShiftedLeft, _) => Some((NudgeCause::Shift, FieldSide::Left)),
        (Alignment::ShiftedRight, _) => Some((NudgeCause::Shift, FieldSide::Right)),
        (Alignment::ExtremeShift, Hand::Right) => Some((NudgeCause::ExtremeShift, FieldSide::Left)),
        (Alignment::ExtremeShift, Hand::Left) => Some((NudgeCause::ExtremeShift, FieldSide::Right)),
    }
}
