//! Injuries: how long a player is out, by games class, rating and 3d6 (`injuries.toml`; optional, SBA only).

use super::ChartError;
use super::source::Source;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long an injured player is out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Injury {
    /// Not hurt.
    None,
    /// Out for the rest of this game; a pitcher tires instead.
    RestOfGame,
    /// Out for so many games.
    Games(u8),
}

/// Durations by games class (1 to 6), rating and 3d6 total.
#[derive(Debug)]
pub struct InjuryTable {
    classes: Vec<BTreeMap<String, Vec<Injury>>>,
}

#[derive(Deserialize)]
struct File {
    #[serde(flatten)]
    sections: BTreeMap<String, toml::Value>,
}

impl InjuryTable {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("injuries.toml");
        let file: File = source.toml(text)?;
        let mut classes = Vec::with_capacity(6);
        for class in 1..=6 {
            let name = format!("class_{class}");
            let section = file.sections.get(&name).and_then(toml::Value::as_table);
            let section = section.ok_or_else(|| source.error(format_args!("{name} is missing")))?;
            let mut ratings = BTreeMap::new();
            for (rating, list) in section {
                let durations: Vec<String> = list
                    .clone()
                    .try_into()
                    .map_err(|error| source.error(format_args!("{name}.{rating}: {error}")))?;
                source.check(matches!(durations.len(), 0 | 16), || {
                    format!("{name}.{rating}: {} entries, must be 16 or none", durations.len())
                })?;
                let parsed: Result<Vec<Injury>, ChartError> = durations
                    .iter()
                    .map(|text| match text.as_str() {
                        "OK" => Ok(Injury::None),
                        "REM" => Ok(Injury::RestOfGame),
                        games => source.word(format_args!("{name}.{rating}"), games).map(Injury::Games),
                    })
                    .collect();
                ratings.insert(rating.clone(), parsed?);
            }
            classes.push(ratings);
        }
        Ok(Self { classes })
    }

    /// How long a player of this games class (1 to 6) and rating (`p70` …) is out for a 3d6 total.
    /// None where the chart has no such class, rating or total, or the rating cannot be hurt.
    #[must_use]
    pub fn duration(&self, class: u8, rating: &str, total: u8) -> Option<Injury> {
        let durations = self.classes.get(usize::from(class).checked_sub(1)?)?.get(rating)?;
        durations.get(usize::from(total).checked_sub(3)?).copied()
    }
}
