//! Manual mode: from the outcome that a manager reads off his card to the play (RULES 8).
//!
//! What may be submitted when is not decided here; this module only knows what it comes to.

use super::{Draft, Resolved, Resolver, Situation, play};
use crate::rules::charts::CHARTS;
use crate::rules::charts::bunts::{BuntResult, HitAndRunResult, SqueezeResult};
use crate::rules::charts::error_charts::ErrorSize;
use crate::rules::dice::roller::{FieldingDice, Roller};
use crate::rules::event::{FieldingError, Play};
use crate::rules::outcome::PlayOutcome;
use crate::rules::resolution::Resolution;
use crate::rules::resolve::Steal;
use crate::rules::vocabulary::Position;
use crate::rules::x_check::{self, XCheckRoll, XCheckSubmission};

/// What a manager read off his card and the tables beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Submitted {
    /// An outcome that says everything.
    Outcome { outcome: PlayOutcome, location: Option<Position> },
    /// An error of so many bases.
    Error { position: Position, bases: u8 },
    /// A bunt, a squeeze, a hit and run.
    Table(TableResult),
}

/// What stands in the table for the batter's grade (`bunt_hit_run.toml`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TableResult {
    Bunt(BuntResult),
    Squeeze(SqueezeResult),
    HitAndRun(HitAndRunResult),
}

/// The play that a submission makes.
pub(crate) fn submitted(situation: &Situation, roller: &mut Roller, submitted: Submitted) -> Resolved {
    let mut resolver = Resolver::new(situation, roller, Resolution::default());
    let draft = match submitted {
        Submitted::Table(TableResult::Bunt(result)) => resolver.sacrifice_bunt(result),
        Submitted::Table(TableResult::Squeeze(result)) => resolver.squeeze(result),
        Submitted::Table(TableResult::HitAndRun(result)) => match resolver.swing_and_run(result) {
            Ok(draft) => draft,
            Err(strikeout) => {
                let resolution = Box::new(resolver.resolution);
                return Resolved::RunnersGo { strikeout, resolution };
            }
        },
        Submitted::Error { position, bases } => resolver.error(position, bases),
        Submitted::Outcome { outcome, location } => {
            let outcome = resolver.outfield_depth(outcome);
            let fits = CHARTS.outcomes.facts(outcome).location.fits(location);
            resolver.resolve(outcome, location.filter(|_| fits))
        }
    };
    resolver.conclude(draft)
}

/// The lead runner of the attempt is picked off.
pub(crate) fn picked_off(situation: &Situation, steal: &Steal) -> Play {
    play::finish(situation, steal.pick_off(situation), Resolution::default())
}

/// Rolls an X-Check for the manager to read; none where nobody fields that position.
pub(crate) fn roll_x_check(
    situation: &Situation,
    roller: &mut Roller,
    position: Position,
) -> Option<XCheckRoll> {
    let fielder = situation.fielder(position)?;
    let dice = roller.fielding(position, fielder.lineup_id);
    Some(XCheckRoll {
        position,
        defender_lineup_id: fielder.lineup_id,
        d20: dice.d20,
        error_total: dice.error_total,
        d100: dice.d100,
        rare_play: CHARTS.triggers.rare_play.contains(&dice.d100),
        chart_row: CHARTS.range.row(position, dice.d20).to_vec(),
        error_text: x_check::error_text(position, dice.error_total),
    })
}

/// The play that an X-Check makes with the manager's reading.
pub(crate) fn x_check_read(
    situation: &Situation,
    roller: &mut Roller,
    roll: &XCheckRoll,
    reading: XCheckSubmission,
) -> Resolved {
    let mut resolver = Resolver::new(situation, roller, Resolution::default());
    let dice = FieldingDice { d20: roll.d20, error_total: roll.error_total, d100: roll.d100 };
    let draft = match situation.fielder(roll.position) {
        Some(fielder) => {
            let size = if roll.rare_play { ErrorSize::No } else { reading.error };
            resolver.x_check_as(roll.position, fielder, dice, reading.code, size)
        }
        None => resolver.fixed(PlayOutcome::Single1, None), // nobody is there to field it
    };
    resolver.conclude(draft)
}

impl Resolver<'_, '_> {
    /// Everybody moves up as many bases as the error is worth.
    fn error(&self, position: Position, bases: u8) -> Draft {
        let situation = self.situation;
        let row = CHARTS.advancement.error(bases, situation.bases, situation.state.outs);
        let advance = row.expect("errors have a row for every situation: the table was checked").advance;
        let mut draft = Draft::plain(PlayOutcome::Error, Some(position), advance);
        draft.error = Some(FieldingError { position, bases });
        draft.defender = situation.fielder(position).map(|fielder| fielder.lineup_id);
        draft.hit_type = format!("error_{bases}");
        draft
    }
}
