//! Error charts: error rating and 3d6 give the size of an error (`fielding_errors.toml`, RULES 2.3).

use super::ChartError;
use super::source::Source;
use crate::rules::vocabulary::{Position, words};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

words! {
    /// The size of an error.
    ErrorSize {
        /// Clean play.
        No = "no",
        /// One base.
        E1 = "e1",
        /// Two bases.
        E2 = "e2",
        /// Three bases; outfielders only.
        E3 = "e3",
    }
}

/// One chart: ratings, ascending, and for each the size by 3d6 total 3 to 18.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ErrorChart {
    /// The ratings on the chart.
    pub ratings: Vec<u8>,
    /// Sizes for totals 3 to 18, one row a rating.
    pub rows: Vec<[ErrorSize; 16]>,
}

/// The eight charts, by position.
#[derive(Debug)]
pub struct ErrorCharts {
    charts: BTreeMap<String, ErrorChart>,
    by_position: [ErrorChart; 9],
}

#[derive(Deserialize)]
struct File {
    unlisted_rating: String,
    positions: BTreeMap<String, String>,
    charts: BTreeMap<String, Chart>,
}

#[derive(Deserialize)]
struct Chart {
    ratings: Vec<u8>,
    #[serde(flatten)]
    rows: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
}

impl ErrorCharts {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("fielding_errors.toml");
        let file: File = source.toml(text)?;
        source.check(file.unlisted_rating == "nearest_lower", || {
            format!("unlisted_rating: `{}`, must be nearest_lower", file.unlisted_rating)
        })?;
        let mut charts = BTreeMap::new();
        for (name, raw) in file.charts {
            charts.insert(name.clone(), chart(source, &name, &raw)?);
        }
        let mut by_position = Vec::with_capacity(9);
        for position in Position::FIELD {
            let chart = file.positions.get(position.as_str()).and_then(|name| charts.get(name));
            let chart =
                chart.ok_or_else(|| source.error(format_args!("positions: {position} has no chart")))?;
            by_position.push(chart.clone());
        }
        Ok(Self { charts, by_position: source.exactly("positions", by_position)? })
    }

    /// The size of the error at a place in the field for this rating and 3d6 total. A rating that is not on
    /// the chart reads the nearest lower one (RULES 2.3).
    #[must_use]
    pub fn error(&self, position: Position, rating: u8, total: u8) -> ErrorSize {
        let chart = &self.by_position[(position as usize).min(8)];
        let row = chart.ratings.partition_point(|&listed| listed <= rating).saturating_sub(1);
        chart.rows[row][usize::from(total.clamp(3, 18)) - 3]
    }

    /// All charts with their names.
    pub fn charts(&self) -> impl Iterator<Item = (&str, &ErrorChart)> {
        self.charts.iter().map(|(name, chart)| (name.as_str(), chart))
    }
}

fn chart(source: Source, name: &str, raw: &Chart) -> Result<ErrorChart, ChartError> {
    let ascending = raw.ratings.is_sorted_by(|a, b| a < b) && raw.ratings.first() == Some(&0);
    source.check(ascending, || format!("{name}: ratings must ascend from 0"))?;
    source.check(raw.rows.len() == raw.ratings.len(), || format!("{name}: one row a rating"))?;
    let mut rows = Vec::with_capacity(raw.ratings.len());
    for rating in &raw.ratings {
        let place = format!("{name}, rating {rating}");
        let row = raw.rows.get(&format!("r{rating}"));
        let row = row.ok_or_else(|| source.error(format_args!("{place}: no row")))?;
        let mut sizes = [ErrorSize::No; 16];
        for (size, totals) in row {
            let size: ErrorSize = source.word(&place, size)?;
            for &total in totals {
                let on_dice = (3..=18).contains(&total);
                source.check(on_dice, || format!("{place}: {total} is not a total of 3d6"))?;
                let cell = &mut sizes[usize::from(total) - 3];
                source.check(*cell == ErrorSize::No, || format!("{place}: total {total} stands twice"))?;
                *cell = size;
            }
        }
        rows.push(sizes);
    }
    Ok(ErrorChart { ratings: raw.ratings.clone(), rows })
}
