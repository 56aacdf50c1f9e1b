//! Range tables: d20 and the fielder's range give the code of an X-Check (`fielding_range.toml`, RULES 2.2).

use super::ChartError;
use super::source::Source;
use crate::rules::vocabulary::{Position, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// What a range table says, `#` included.
    RangeCode {
        /// Ground ball A.
        G1 = "G1",
        /// Ground ball B.
        G2 = "G2",
        /// Ground ball B, or a single where the fielder holds a runner or plays in.
        G2Hash = "G2#",
        /// Ground ball C.
        G3 = "G3",
        /// Ground ball C, or a single where the fielder holds a runner or plays in.
        G3Hash = "G3#",
        /// Single, runners advance one base.
        Si1 = "SI1",
        /// Single, runners advance two bases.
        Si2 = "SI2",
        /// Double, runners advance two bases.
        Do2 = "DO2",
        /// Double, runners score.
        Do3 = "DO3",
        /// Triple.
        Tr3 = "TR3",
        /// Deep fly.
        F1 = "F1",
        /// Medium fly.
        F2 = "F2",
        /// Shallow fly.
        F3 = "F3",
        /// The batter's speed decides.
        Spd = "SPD",
        /// Pop out.
        Po = "PO",
        /// Foul out.
        Fo = "FO",
        /// Wild pitch. Reserved: in no range table, legal as a manager's reading for his catcher.
        Wp = "WP",
        /// Passed-ball check, else foul out. Reserved likewise.
        X = "X",
    }
}

impl RangeCode {
    /// The code without its `#`, and whether it had one.
    #[must_use]
    pub const fn without_hash(self) -> (Self, bool) {
        match self {
            Self::G2Hash => (Self::G2, true),
            Self::G3Hash => (Self::G3, true),
            code => (code, false),
        }
    }

    /// Whether the code is in no range table and can only be read off a printed one (RULES 2.4).
    #[must_use]
    pub const fn is_reserved(self) -> bool {
        matches!(self, Self::Wp | Self::X)
    }

    /// Whether the code is a hit.
    #[must_use]
    pub const fn is_hit(self) -> bool {
        matches!(self, Self::Si1 | Self::Si2 | Self::Do2 | Self::Do3 | Self::Tr3)
    }
}

/// One row: the codes for range 1 (best) to 5.
pub type RangeRow = [RangeCode; 5];

/// The four tables, by position.
#[derive(Debug)]
pub struct RangeTables {
    tables: BTreeMap<String, Vec<RangeRow>>,
    by_position: [Vec<RangeRow>; 9],
}

#[derive(Deserialize)]
struct File {
    ranges: Vec<u8>,
    positions: BTreeMap<String, String>,
    tables: BTreeMap<String, Table>,
}

#[derive(Deserialize)]
struct Table {
    codes: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl RangeTables {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("fielding_range.toml");
        let file: File = source.toml(text)?;
        source.check(file.ranges == [1, 2, 3, 4, 5], || "ranges: must be 1 to 5".to_owned())?;
        let mut tables = BTreeMap::new();
        for (name, table) in file.tables {
            tables.insert(name.clone(), rows(source, &name, table)?);
        }
        let mut by_position: [Vec<RangeRow>; 9] = Default::default();
        for &position in Position::FIELD {
            let name = file.positions.get(position.as_str());
            let name = name.ok_or_else(|| source.error(format_args!("positions: {position} is missing")))?;
            let table = tables.get(name);
            let table = table.ok_or_else(|| source.error(format_args!("positions: no table `{name}`")))?;
            by_position[position as usize].clone_from(table);
        }
        Ok(Self { tables, by_position })
    }

    /// The row for `d20` (1 to 20) at a place in the field; dice out of range read the nearest row.
    #[must_use]
    pub fn row(&self, position: Position, d20: u8) -> RangeRow {
        let rows = &self.by_position[(position as usize).min(8)];
        rows[usize::from(d20.clamp(1, 20)) - 1]
    }

    /// All tables with their names.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &[RangeRow])> {
        self.tables.iter().map(|(name, rows)| (name.as_str(), rows.as_slice()))
    }
}

fn rows(source: Source, name: &str, table: Table) -> Result<Vec<RangeRow>, ChartError> {
    source.check(table.rows.len() == 20, || format!("{name}: {} rows, must be 20", table.rows.len()))?;
    let mut rows = Vec::with_capacity(20);
    for (index, row) in table.rows.into_iter().enumerate() {
        let place = format!("{name}, d20 = {}", index + 1);
        if let Some(stranger) = row.iter().find(|code| !table.codes.contains(code)) {
            return Err(source.error(format_args!("{place}: `{stranger}` is not among the table's codes")));
        }
        let codes: Result<Vec<RangeCode>, _> = row.iter().map(|code| source.word(&place, code)).collect();
        let codes = codes?;
        source.check(!codes.iter().any(|code| code.is_reserved()), || format!("{place}: a reserved code"))?;
        rows.push(source.exactly(&place, codes)?);
    }
    Ok(rows)
}
