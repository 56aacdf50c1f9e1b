//! Outcomes that the advancement tables settle: fixed ones, ground balls, fly balls (RULES 3.2 to 3.5).

use super::{Draft, Resolver};
use crate::rules::advance::Advance;
use crate::rules::charts::CHARTS;
use crate::rules::charts::advancement::AdvancementRow;
use crate::rules::charts::groundball::{BallType, GroundballCharts, GroundballRow};
use crate::rules::event::Sacrifice;
use crate::rules::outcome::PlayOutcome;
use crate::rules::resolution::GroundballReading;
use crate::rules::vocabulary::Position;

impl Resolver<'_, '_> {
    /// An outcome with a row of its own in the advancement table.
    pub(super) fn fixed(&self, outcome: PlayOutcome, location: Option<Position>) -> Draft {
        let attempt = self.table_row(outcome).and_then(|row| row.attempt).map(Into::into);
        Draft { attempt, ..Draft::plain(outcome, location, self.table_advance(outcome)) }
    }

    /// A ball caught in the outfield. A run that scores on it makes it a sacrifice fly (OBR 9.08(d)).
    pub(super) fn fly_ball(&self, outcome: PlayOutcome, location: Option<Position>) -> Draft {
        let mut draft = self.fixed(outcome, location);
        draft.sacrifice = (draft.advance.count(4) > 0).then_some(Sacrifice::Fly);
        draft
    }

    /// A ball on the ground to an infielder.
    pub(super) fn ground_ball(&mut self, outcome: PlayOutcome, location: Position) -> Draft {
        let Some(ball) = BallType::of(outcome) else { return self.fixed(outcome, Some(location)) };
        let row = self.ground_row(ball, location);
        let depth = self.situation.defence.infield_depth;
        self.resolution.groundball = Some(GroundballReading {
            chart_code: self.situation.bases.chart_code().number(),
            ball_type: ball.as_str().to_owned(),
            infield_in: GroundballCharts::reads_in_column(depth, location),
            result: row.result,
        });
        let attempt = row.attempt.map(Into::into);
        Draft { gidp: row.is_gidp(), attempt, ..Draft::plain(outcome, Some(location), row.advance) }
    }

    /// Where everybody ends up on an outcome that is played cleanly at `location`.
    pub(super) fn clean_advance(&self, outcome: PlayOutcome, location: Position) -> Advance {
        match BallType::of(outcome) {
            Some(ball) => self.ground_row(ball, location).advance,
            None => self.table_advance(outcome),
        }
    }

    fn ground_row(&self, ball: BallType, location: Position) -> GroundballRow {
        let situation = self.situation;
        let depth = situation.defence.infield_depth;
        CHARTS.groundball.row(ball, depth, situation.bases, location, situation.state.outs)
    }

    /// Wild pitch, passed ball and balk have no row with the bases empty: nobody is there to move.
    fn table_row(&self, outcome: PlayOutcome) -> Option<AdvancementRow> {
        CHARTS.advancement.outcome(outcome, self.situation.bases, self.situation.state.outs)
    }

    fn table_advance(&self, outcome: PlayOutcome) -> Advance {
        let row = self.table_row(outcome);
        row.map_or_else(|| Advance::hold(self.situation.bases), |row| row.advance)
    }
}
