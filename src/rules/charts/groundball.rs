//! Ground balls: the chart that picks a result kind, and where it puts everybody
//! (`groundball.toml`, `groundball_advancement.csv`, RULES 3.3).

use super::ChartError;
use super::advancement::{self, Attempt};
use super::source::Source;
use crate::rules::advance::Advance;
use crate::rules::bases::Bases;
use crate::rules::decision::InfieldDepth;
use crate::rules::outcome::PlayOutcome;
use crate::rules::vocabulary::{Position, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// The three kinds of ground ball.
    BallType {
        /// The double-play ball.
        A = "A",
        /// The force ball.
        B = "B",
        /// The slow one: runners move up.
        C = "C",
    }
}

impl BallType {
    /// The kind of ground ball an outcome is.
    #[must_use]
    pub const fn of(outcome: PlayOutcome) -> Option<Self> {
        match outcome {
            PlayOutcome::GroundballA => Some(Self::A),
            PlayOutcome::GroundballB => Some(Self::B),
            PlayOutcome::GroundballC => Some(Self::C),
            _ => None,
        }
    }
}

/// What a ground ball comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GroundballRow {
    /// Result kind, 1 to 13.
    pub result: u8,
    /// Where everybody ends up; for DECIDE, if the runner holds.
    pub advance: Advance,
    /// DECIDE: the runner who may be sent.
    pub attempt: Option<Attempt>,
}

impl GroundballRow {
    /// A double play by force (RULES 6.1 `gidp`).
    #[must_use]
    pub const fn is_gidp(&self) -> bool {
        matches!(self.result, 2 | 10 | 13) && self.advance.outs == 2
    }
}

/// The charts, cell by cell.
#[derive(Debug)]
pub struct GroundballCharts {
    /// Result kinds with the infield back: A, B, C by chart code.
    pub normal: [[u8; 8]; 3],
    /// Result kinds with the infield in.
    pub infield_in: [[u8; 8]; 3],
    rows: Vec<GroundballRow>,
}

const LOCATIONS: [Position; 6] = [
    Position::Pitcher,
    Position::Catcher,
    Position::FirstBase,
    Position::SecondBase,
    Position::ThirdBase,
    Position::Shortstop,
];
const DEPTHS: [InfieldDepth; 3] = [InfieldDepth::InfieldIn, InfieldDepth::Normal, InfieldDepth::CornersIn];
const ROWS: usize = 3 * 3 * 8 * 6 * 3;

#[derive(Deserialize)]
struct File {
    code_map: CodeMap,
    chart: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    corners_in: CornersIn,
}

#[derive(Deserialize)]
struct CodeMap {
    bitmask_to_chart: Vec<u8>,
}

#[derive(Deserialize)]
struct CornersIn {
    in_column_locations: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    ball_type: String,
    depth: String,
    on_base_bits: u8,
    chart_code: u8,
    location: String,
    outs_before: u8,
    result: u8,
    batter: String,
    r1: String,
    r2: String,
    r3: String,
    outs_made: u8,
    runs: u8,
    note: String,
}

impl GroundballCharts {
    pub(super) fn parse(toml: &str, csv: &str) -> Result<Self, ChartError> {
        let source = Source::new("groundball.toml");
        let file: File = source.toml(toml)?;
        let ours: Vec<u8> = Bases::ALL.iter().map(|bases| bases.chart_code().number()).collect();
        source.check(file.code_map.bitmask_to_chart == ours, || {
            format!("code_map: {:?}, the engine's is {ours:?}", file.code_map.bitmask_to_chart)
        })?;
        source.check(file.corners_in.in_column_locations == ["P", "C", "1B", "3B"], || {
            "corners_in: the in column is read at P, C, 1B and 3B".to_owned()
        })?;
        let normal = chart(source, &file, "normal")?;
        let infield_in = chart(source, &file, "infield_in")?;
        let rows = parse_rows(csv)?;
        let charts = Self { normal, infield_in, rows };
        charts.check_results(Source::new("groundball_advancement.csv"))?;
        Ok(charts)
    }

    /// What a ground ball of this kind comes to. A place that no ground ball reaches reads the shortstop's.
    #[must_use]
    pub fn row(
        &self,
        ball: BallType,
        depth: InfieldDepth,
        bases: Bases,
        location: Position,
        outs: u8,
    ) -> GroundballRow {
        self.rows[index(ball, depth, bases, location, outs)]
    }

    /// Whether the ball is read off the infield-in chart (RULES 3.3 "corners in").
    #[must_use]
    pub const fn reads_in_column(depth: InfieldDepth, location: Position) -> bool {
        match depth {
            InfieldDepth::Normal => false,
            InfieldDepth::InfieldIn => true,
            InfieldDepth::CornersIn => !matches!(location, Position::SecondBase | Position::Shortstop),
        }
    }

    /// Every row must show the result kind that the chart gives for it.
    fn check_results(&self, source: Source) -> Result<(), ChartError> {
        for &ball in BallType::ALL {
            for depth in DEPTHS {
                for bases in Bases::ALL {
                    for location in LOCATIONS {
                        let is_in = Self::reads_in_column(depth, location);
                        let chart = if is_in { &self.infield_in } else { &self.normal };
                        let kind = chart[ball as usize][usize::from(bases.chart_code().number())];
                        let agrees =
                            (0..3).all(|outs| self.row(ball, depth, bases, location, outs).result == kind);
                        source.check(agrees, || {
                            format!("{ball} {depth} {bases:?} {location}: the chart says result {kind}")
                        })?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn index(ball: BallType, depth: InfieldDepth, bases: Bases, location: Position, outs: u8) -> usize {
    let location = if location.is_infield() { location } else { Position::Shortstop };
    let mut index = ball as usize * 3 + depth as usize;
    index = index * 8 + usize::from(bases.bits());
    index = index * 6 + location as usize;
    index * 3 + usize::from(outs.min(2))
}

fn chart(source: Source, file: &File, name: &str) -> Result<[[u8; 8]; 3], ChartError> {
    let mut columns = [[0; 8]; 3];
    for &ball in BallType::ALL {
        let cells = file.chart.get(name).and_then(|chart| chart.get(ball.as_str()));
        let cells = cells.ok_or_else(|| source.error(format_args!("chart.{name}.{ball} is missing")))?;
        let place = format!("chart.{name}.{ball}");
        source.check(cells.iter().all(|kind| (1..=13).contains(kind)), || {
            format!("{place}: result kinds are 1 to 13")
        })?;
        columns[ball as usize] = source.exactly(&place, cells.clone())?;
    }
    Ok(columns)
}

fn parse_rows(csv: &str) -> Result<Vec<GroundballRow>, ChartError> {
    let source = Source::new("groundball_advancement.csv");
    let mut rows: Vec<Option<GroundballRow>> = vec![None; ROWS];
    for (number, line) in source.csv::<Line>(csv)?.into_iter().enumerate() {
        let place = format!("row {}", number + 2);
        let ball: BallType = source.word(&place, &line.ball_type)?;
        let depth: InfieldDepth = source.word(&place, &line.depth)?;
        let location: Position = source.word(&place, &line.location)?;
        let bases = Bases::from_bits(line.on_base_bits);
        source.check(location.is_infield() && line.outs_before < 3 && line.on_base_bits < 8, || {
            format!("{place}: no such situation")
        })?;
        source.check(bases.chart_code().number() == line.chart_code, || {
            format!("{place}: chart code {} does not belong to bases {}", line.chart_code, line.on_base_bits)
        })?;
        let finals = [&line.r1, &line.r2, &line.r3];
        let advance =
            advancement::row(source, &place, bases, &line.batter, finals, line.outs_made, line.runs)?;
        let attempt = advancement::attempt(source, &place, &line.note)?;
        let cell = &mut rows[index(ball, depth, bases, location, line.outs_before)];
        source.check(cell.is_none(), || format!("{place}: stands twice"))?;
        *cell = Some(GroundballRow { result: line.result, advance, attempt });
    }
    let complete: Option<Vec<_>> = rows.into_iter().collect();
    complete.ok_or_else(|| source.error(format_args!("incomplete: {ROWS} rows are needed")))
}
