//! When a pitcher tires, and what that does (`fatigue.toml`, RULES 7.5).

use super::ChartError;
use super::ratings::RatingField;
use super::source::Source;
use serde::Deserialize;

/// What a rule counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum FatigueCount {
    /// Hits and walks.
    #[serde(rename = "hits + walks")]
    HitsAndWalks,
    /// Runs.
    #[serde(rename = "runs")]
    Runs,
}

/// When a rule applies.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FatigueScope {
    /// At or past the point of weakness.
    InPow,
    /// At any time.
    Always,
}

/// So many of something within so many innings tire a pitcher.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct FatigueRule {
    /// When it applies.
    pub scope: FatigueScope,
    /// What it counts.
    pub counts: FatigueCount,
    /// Over how many innings, the current one included.
    pub within_innings: u8,
    /// How many tire him.
    pub at_least: u8,
}

/// The whole table.
#[derive(Debug)]
pub struct FatigueTable {
    /// The rules, any of which tires a pitcher.
    pub rules: Vec<FatigueRule>,
    /// Innings after which a starter is tired whatever happens.
    pub starter_innings: u8,
    /// Innings beyond his rating after which a reliever is.
    pub reliever_innings_over: u8,
    /// Outs on his card that may become singles.
    pub out_fields: Vec<RatingField>,
    /// They do when the split die is at or below this.
    pub out_d20_max: u8,
    /// Strikeouts do when it is at or below this.
    pub strikeout_d20_max: u8,
}

#[derive(Deserialize)]
struct File {
    fatigue_rule: Vec<FatigueRule>,
    limits: Limits,
    effect: Effect,
}

#[derive(Deserialize)]
struct Limits {
    starter_innings: u8,
    reliever_innings: String,
}

#[derive(Deserialize)]
struct Effect {
    auto_out_fields: Vec<RatingField>,
    auto_d20_max: u8,
    auto_strikeout_d20_max: u8,
}

impl FatigueTable {
    pub(super) fn parse(text: &str) -> Result<Self, ChartError> {
        let source = Source::new("fatigue.toml");
        let file: File = source.toml(text)?;
        let over = file.limits.reliever_innings.strip_prefix("relief_rating + ");
        let over =
            over.ok_or_else(|| source.error("limits.reliever_innings: must be `relief_rating + n`"))?;
        Ok(Self {
            rules: file.fatigue_rule,
            starter_innings: file.limits.starter_innings,
            reliever_innings_over: source.word("limits.reliever_innings", over)?,
            out_fields: file.effect.auto_out_fields,
            out_d20_max: file.effect.auto_d20_max,
            strikeout_d20_max: file.effect.auto_strikeout_d20_max,
        })
    }
}
