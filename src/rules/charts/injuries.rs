//! Injuries: how long a player is out, by games class, rating and 3d6 (`injuries.toml`; optional, SBA only).

use super::ChartError;
use super::source::Source;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How long an injured player is out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Injury {
    /// Not hurt.
    None,
    /// Out for the rest of this game; a pitcher tires instead.
    RestOfGame,
    /// Out for so many games, the rest of this one first.
    Games(u8),
}

impl fmt::Display for Injury {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("not hurt"),
            Self::RestOfGame => f.write_str("out for the rest of the game"),
            Self::Games(1) => f.write_str("out for 1 game"),
            Self::Games(games) => write!(f, "out for {games} games"),
        }
    }
}

/// Durations for the 3d6 totals 3 to 18; none for a rating that cannot be hurt.
type Durations = Option<[Injury; 16]>;

/// Durations by a player's injury rating: games class (1 to 6) and rating, as `1p70`.
#[derive(Debug)]
pub struct InjuryTable {
    ratings: BTreeMap<String, Durations>,
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
        let mut ratings = BTreeMap::new();
        for class in 1..=6 {
            let name = format!("class_{class}");
            let section = file.sections.get(&name).and_then(toml::Value::as_table);
            let section = section.ok_or_else(|| source.error(format_args!("{name} is missing")))?;
            for (rating, list) in section {
                let place = format!("{name}.{rating}");
                let list: Vec<String> = list
                    .clone()
                    .try_into()
                    .map_err(|error| source.error(format_args!("{place}: {error}")))?;
                ratings.insert(format!("{class}{rating}"), durations(source, &place, &list)?);
            }
        }
        Ok(Self { ratings })
    }

    /// Whether there is such an injury rating (`1p70`).
    #[must_use]
    pub fn has(&self, rating: &str) -> bool {
        self.ratings.contains_key(rating)
    }

    /// How long a player of this injury rating is out for a 3d6 total (3 to 18; others read the nearest). A
    /// rating that is not in the table, or cannot be hurt, is never hurt.
    #[must_use]
    pub fn duration(&self, rating: &str, total: u8) -> Injury {
        let durations = self.ratings.get(rating).copied().flatten();
        durations.map_or(Injury::None, |durations| durations[usize::from(total.clamp(3, 18)) - 3])
    }
}

fn durations(source: Source, place: &str, list: &[String]) -> Result<Durations, ChartError> {
    if list.is_empty() {
        return Ok(None);
    }
    let parsed: Result<Vec<Injury>, ChartError> = list
        .iter()
        .map(|text| match text.as_str() {
            "OK" => Ok(Injury::None),
            "REM" => Ok(Injury::RestOfGame),
            games => source.word(place, games).map(Injury::Games),
        })
        .collect();
    source.exactly(place, parsed?).map(Some)
}
