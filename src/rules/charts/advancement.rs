//! Where everybody ends up on an outcome, by bases and outs (`advancement.csv`, RULES 3.2, 3.4, 3.5).

use super::ChartError;
use super::source::Source;
use crate::rules::advance::Advance;
use crate::rules::bases::Bases;
use crate::rules::decision::Base;
use crate::rules::event::Reached;
use crate::rules::outcome::PlayOutcome;
use crate::rules::pending::RunnerTry;
use serde::Deserialize;

/// A runner who may try for one more base.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// Where he stood before the play.
    pub from: Base,
    /// The base he may try for.
    pub to: Base,
}

impl From<Attempt> for RunnerTry {
    fn from(attempt: Attempt) -> Self {
        Self { from: Some(attempt.from), to: attempt.to }
    }
}

/// One row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AdvancementRow {
    /// Where everybody ends up; where a runner may try for more, if he does not.
    pub advance: Advance,
    /// The runner who may try for more.
    pub attempt: Option<Attempt>,
}

/// All rows.
#[derive(Debug)]
pub struct AdvancementTable {
    /// By outcome, then bases, then outs.
    outcomes: Vec<Option<AdvancementRow>>,
    /// Errors of one, two and three bases.
    errors: Vec<Option<AdvancementRow>>,
}

const SITUATIONS: usize = 8 * 3;

/// Outcomes that move only runners: without any there is nothing to move, and no row.
const INTERRUPTS: [PlayOutcome; 3] = [PlayOutcome::WildPitch, PlayOutcome::PassedBall, PlayOutcome::Balk];

#[derive(Deserialize)]
struct Line {
    outcome: String,
    on_base_bits: u8,
    chart_code: u8,
    outs_before: u8,
    batter: String,
    r1: String,
    r2: String,
    r3: String,
    outs_made: u8,
    runs: u8,
    note: String,
}

impl AdvancementTable {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("advancement.csv");
        let mut table = Self {
            outcomes: vec![None; PlayOutcome::ALL.len() * SITUATIONS],
            errors: vec![None; 3 * SITUATIONS],
        };
        for (number, line) in source.csv::<Line>(text)?.into_iter().enumerate() {
            let place = format!("row {} ({})", number + 2, line.outcome);
            source.check(line.outs_before < 3 && line.on_base_bits < 8, || {
                format!("{place}: no such situation")
            })?;
            let bases = Bases::from_bits(line.on_base_bits);
            source.check(bases.chart_code().number() == line.chart_code, || {
                format!("{place}: chart code {} does not belong to these bases", line.chart_code)
            })?;
            let finals = [&line.r1, &line.r2, &line.r3];
            let advance = row(source, &place, bases, &line.batter, finals, line.outs_made, line.runs)?;
            let attempt = attempt(source, &place, &line.note)?;
            let cell = match line.outcome.strip_prefix("error_") {
                Some(size) => {
                    let size: usize = source.word(&place, size)?;
                    source.check((1..=3).contains(&size), || format!("{place}: errors are 1 to 3 bases"))?;
                    &mut table.errors[cell(size - 1, bases, line.outs_before)]
                }
                None => {
                    let outcome: PlayOutcome = source.word(&place, &line.outcome)?;
                    &mut table.outcomes[cell(outcome as usize, bases, line.outs_before)]
                }
            };
            source.check(cell.is_none(), || format!("{place}: stands twice"))?;
            *cell = Some(AdvancementRow { advance, attempt });
        }
        table.check_complete(source)?;
        Ok(table)
    }

    /// The row of an outcome; none where the outcome is not one of this table (ground balls, checks, steals),
    /// or moves only runners and there are none.
    #[must_use]
    pub fn outcome(&self, outcome: PlayOutcome, bases: Bases, outs: u8) -> Option<AdvancementRow> {
        self.outcomes[cell(outcome as usize, bases, outs)]
    }

    /// The row of an error of 1, 2 or 3 bases.
    #[must_use]
    pub fn error(&self, size: u8, bases: Bases, outs: u8) -> Option<AdvancementRow> {
        self.errors[cell(usize::from(size.clamp(1, 3)) - 1, bases, outs)]
    }

    fn check_complete(&self, source: Source) -> Result<(), ChartError> {
        for &outcome in PlayOutcome::ALL {
            let rows = &self.outcomes[outcome as usize * SITUATIONS..][..SITUATIONS];
            let listed = rows.iter().flatten().count();
            let needed = if INTERRUPTS.contains(&outcome) { SITUATIONS - 3 } else { SITUATIONS };
            source.check(listed == 0 || listed == needed, || {
                format!("{outcome}: {listed} rows, must be {needed}")
            })?;
        }
        let complete = self.errors.iter().all(Option::is_some);
        source.check(complete, || "errors: rows are missing".to_owned())
    }
}

fn cell(group: usize, bases: Bases, outs: u8) -> usize {
    (group * 8 + usize::from(bases.bits())) * 3 + usize::from(outs.min(2))
}

/// One row as an [`Advance`], checked: runners where the bases say, outs and runs that add up.
pub(super) fn row(
    source: Source,
    place: &str,
    bases: Bases,
    batter: &str,
    finals: [&String; 3],
    outs: u8,
    runs: u8,
) -> Result<Advance, ChartError> {
    let mut runners = [None; 3];
    for (index, text) in finals.into_iter().enumerate() {
        runners[index] = reached(source, place, text, "-")?;
        let present = bases.bits() & 1 << index != 0;
        source.check(runners[index].is_some() == present, || format!("{place}: r{} is wrong", index + 1))?;
    }
    let advance = Advance { batter: reached(source, place, batter, "stay")?, runners, outs };
    source.check(advance.count(0) == outs, || format!("{place}: outs_made does not add up"))?;
    source.check(advance.count(4) == runs, || format!("{place}: runs does not add up"))?;
    Ok(advance)
}

fn reached(source: Source, place: &str, text: &str, none: &str) -> Result<Option<Reached>, ChartError> {
    if text == none {
        return Ok(None);
    }
    let base: Reached = source.word(place, text)?;
    source.check(base <= 4, || format!("{place}: `{text}` is no base"))?;
    Ok(Some(base))
}

/// Reads the note of a row: which runner may try for which base.
pub(super) fn attempt(source: Source, place: &str, note: &str) -> Result<Option<Attempt>, ChartError> {
    let (from, to) = match note {
        "" | "automatic part; lead none" => return Ok(None),
        "decide: R2 to third" => (Base::Second, Base::Third),
        "automatic part; lead R1 to third" => (Base::First, Base::Third),
        "automatic part; lead R1 to home" => (Base::First, Base::Home),
        "automatic part; lead R2 to home" => (Base::Second, Base::Home),
        "decide: R3" | "decide: R3 to home" => (Base::Third, Base::Home),
        other => return Err(source.error(format_args!("{place}: unknown note `{other}`"))),
    };
    Ok(Some(Attempt { from, to }))
}
