//! Where the leagues' teams and cards come from. Documented for operators in `config/default.toml`.

use super::SettingsError;
use super::sections::within;
use crate::rules::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// Where a league's teams and cards come from.
    CardSource {
        /// The league that is part of the program.
        Bundled = "bundled",
        /// What `dugout import-cards` put into the database.
        Imported = "imported",
        /// The league's site.
        Site = "site",
    }
}

/// Where one league's teams and cards come from.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CardSettings {
    /// Which kind of source.
    pub source: CardSource,
    /// The beginning of the site's URLs.
    pub url: String,
    /// The season that the site is asked for; 0 where it has one only.
    #[schemars(range(min = 0, max = 4_294_967_295_u32))]
    pub season: u32,
}

impl CardSettings {
    const fn bundled() -> Self {
        Self { source: CardSource::Bundled, url: String::new(), season: 0 }
    }
}

/// The leagues' sources, and how their sites are asked.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeagueSettings {
    /// For how long what a site said is used without asking again.
    #[schemars(range(min = 0, max = 31_536_000))]
    pub max_age_s: u64,
    /// How long one question may take.
    #[schemars(range(min = 50, max = 60_000))]
    pub timeout_ms: u64,
    /// How long all questions for one team may take.
    #[schemars(range(min = 50, max = 600_000))]
    pub deadline_ms: u64,
    /// How often one question is asked.
    #[schemars(range(min = 1, max = 10))]
    pub attempts_max: u32,
    /// Questions to one site at once.
    #[schemars(range(min = 1, max = 100))]
    pub requests_max: usize,
    /// The largest answer that is read.
    #[schemars(range(min = 1_024, max = 268_435_456))]
    pub answer_bytes_max: usize,
    /// For how long a site that failed is left alone.
    #[schemars(range(min = 0, max = 3_600_000))]
    pub rest_ms: u64,
    /// Paper Dynasty.
    pub pd: CardSettings,
    /// SBA.
    pub sba: CardSettings,
}

impl Default for LeagueSettings {
    fn default() -> Self {
        Self {
            max_age_s: 3_600,
            timeout_ms: 5_000,
            deadline_ms: 15_000,
            attempts_max: 3,
            requests_max: 8,
            answer_bytes_max: 8_388_608,
            rest_ms: 30_000,
            pd: CardSettings::bundled(),
            sba: CardSettings::bundled(),
        }
    }
}

impl LeagueSettings {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        within("league.max_age_s", self.max_age_s, 0, 31_536_000)?;
        within("league.timeout_ms", self.timeout_ms, 50, 60_000)?;
        within("league.deadline_ms", self.deadline_ms, 50, 600_000)?;
        within("league.attempts_max", self.attempts_max.into(), 1, 10)?;
        within("league.requests_max", self.requests_max as u64, 1, 100)?;
        within("league.answer_bytes_max", self.answer_bytes_max as u64, 1_024, 268_435_456)?;
        within("league.rest_ms", self.rest_ms, 0, 3_600_000)?;
        check_site("league.pd.url", &self.pd)?;
        check_site("league.sba.url", &self.sba)
    }
}

fn check_site(key: &'static str, settings: &CardSettings) -> Result<(), SettingsError> {
    let text = settings.url.as_str();
    let wrong = |problem: &str| {
        let problem = format!("`{text}` {problem}; as https://cards.league.example");
        Err(SettingsError::NotAllowed { key, problem })
    };
    match (settings.source, text) {
        (CardSource::Site, "") => return wrong("is needed where the source is `site`"),
        (_, "") => return Ok(()),
        _ => {}
    }
    let Ok(url) = reqwest::Url::parse(text) else { return wrong("is not a URL") };
    let is_plain = matches!(url.scheme(), "http" | "https") && url.has_host();
    if !is_plain || url.query().is_some() || url.fragment().is_some() {
        return wrong("is not the beginning of a site's URLs");
    }
    if !url.username().is_empty() || url.password().is_some() {
        let problem = "a user or a password in it would be in every log".to_owned();
        return Err(SettingsError::NotAllowed { key, problem });
    }
    Ok(())
}
