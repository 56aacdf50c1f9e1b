//! Bunts, squeezes, hit and run: results by grade and 2d6 total (`bunt_hit_run.toml`, RULES 5.4, 5.5).

use super::ChartError;
use super::source::Source;
use crate::rules::vocabulary::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Display;
use std::str::FromStr;

words! {
    /// A grade on the card, best first.
    Grade {
        /// Best.
        A = "A",
        /// Good.
        B = "B",
        /// Fair.
        C = "C",
        /// Poor.
        D = "D",
    }
    /// Result of a sacrifice bunt.
    BuntResult {
        /// Batter out, every runner advances one.
        Sacrifice = "SAC",
        /// Lead runner out, batter safe, others advance one.
        LeadOut = "LEAD_OUT",
        /// Single, every runner advances one.
        Hit = "HIT",
        /// Popped up, runners hold.
        Pop = "POP",
        /// Lead runner and batter out, others advance one.
        DoublePlay = "DP",
    }
    /// Result of a squeeze bunt.
    SqueezeResult {
        /// The run scores, batter out.
        Score = "SCORE",
        /// The runner is out at home, batter safe.
        RunnerOut = "R3_OUT",
        /// Missed: the runner is out, the batter stays.
        Miss = "MISS",
        /// Single, every runner advances one.
        Hit = "HIT",
        /// Popped up, the runner is doubled off.
        PopDoublePlay = "POP_DP",
    }
    /// Result of a hit and run.
    HitAndRunResult {
        /// Single, every runner advances two.
        Hit = "HIT",
        /// Batter out, every runner advances one.
        Advance = "ADVANCE",
        /// Popped up, runners hold.
        Pop = "POP",
        /// Swing and a miss: the runner is on his own.
        Miss = "MISS",
        /// Strikeout, the runner is on his own.
        Strikeout = "STRIKEOUT",
        /// Lined out, the lead runner is doubled off.
        LineDoublePlay = "LINE_DP",
    }
}

/// Results by grade, then 2d6 total from 2 to 12.
pub type GradeTable<T> = [[T; 11]; 4];

/// The three tables and the shifts of the grade.
#[derive(Debug)]
pub struct BuntTables {
    /// Sacrifice bunts.
    pub bunt: GradeTable<BuntResult>,
    /// Squeezes.
    pub squeeze: GradeTable<SqueezeResult>,
    /// Hit and run.
    pub hit_and_run: GradeTable<HitAndRunResult>,
    /// Grades a bunt gets better when the infield or the corners are in; negative is worse.
    pub bunt_in: i8,
    /// Grades a hit and run gets better when the infield or the corners are in.
    pub hit_and_run_in: i8,
    /// Grades a hit and run gets better when the runner is held.
    pub hit_and_run_held: i8,
}

#[derive(Deserialize)]
struct File {
    grade_shift: Shift,
    bunt: BTreeMap<String, toml::Value>,
    squeeze: BTreeMap<String, toml::Value>,
    hit_and_run: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct Shift {
    bunt_corners_in_or_infield_in: i8,
    hit_and_run_corners_in_or_infield_in: i8,
    hit_and_run_runner_held: i8,
}

impl BuntTables {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("bunt_hit_run.toml");
        let file: File = source.toml(text)?;
        Ok(Self {
            bunt: table(source, "bunt", &file.bunt)?,
            squeeze: table(source, "squeeze", &file.squeeze)?,
            hit_and_run: table(source, "hit_and_run", &file.hit_and_run)?,
            bunt_in: file.grade_shift.bunt_corners_in_or_infield_in,
            hit_and_run_in: file.grade_shift.hit_and_run_corners_in_or_infield_in,
            hit_and_run_held: file.grade_shift.hit_and_run_runner_held,
        })
    }
}

impl Grade {
    /// This grade made better by so many steps, never past A or D.
    #[must_use]
    pub fn better_by(self, steps: i8) -> Self {
        let at = (self as i8).saturating_sub(steps).clamp(0, 3);
        Self::ALL[usize::try_from(at).expect("clamped to 0..=3")]
    }
}

/// The result for a grade and a 2d6 total; totals off the dice read the nearest.
pub fn result<T: Copy>(table: &GradeTable<T>, grade: Grade, total: u8) -> T {
    table[grade as usize][usize::from(total.clamp(2, 12)) - 2]
}

fn table<T>(
    source: Source,
    name: &str,
    raw: &BTreeMap<String, toml::Value>,
) -> Result<GradeTable<T>, ChartError>
where
    T: FromStr + Copy,
    T::Err: Display,
{
    let mut grades = Vec::with_capacity(4);
    for grade in Grade::ALL {
        let place = format!("{name}.{grade}");
        let row = raw.get(grade.as_str()).and_then(toml::Value::as_table);
        let row = row.ok_or_else(|| source.error(format_args!("{place} is missing")))?;
        let mut totals: [Option<T>; 11] = [None; 11];
        for (word, list) in row {
            let result = source.word(&place, word)?;
            let list =
                list.as_array().ok_or_else(|| source.error(format_args!("{place}.{word}: no list")))?;
            for total in list {
                let at = total.as_integer().filter(|total| (2..=12).contains(total));
                let at =
                    at.ok_or_else(|| source.error(format_args!("{place}.{word}: {total:?} is no 2d6")))?;
                let cell = &mut totals[usize::try_from(at - 2).expect("2 to 12, checked above")];
                source.check(cell.is_none(), || format!("{place}: total {at} stands twice"))?;
                *cell = Some(result);
            }
        }
        let complete: Option<Vec<T>> = totals.into_iter().collect();
        let complete = complete.ok_or_else(|| source.error(format_args!("{place}: a total is missing")))?;
        grades.push(source.exactly(&place, complete)?);
    }
    source.exactly(name, grades)
}
