//! A league's site: asked when what is kept has become old, and left alone when it does not answer. Play goes on with
//! what is kept.

mod fetch;
mod pd;
mod sba;
mod shape;
#[cfg(test)]
mod tests;

use super::shelf::{KeptTeam, Said, Shelf};
use super::{BadCard, Cards, LeagueError, PLAYERS_MAX, TeamInfo};
use crate::id::{CardId, TeamId};
use crate::rules::card::PlayerCard;
use crate::rules::vocabulary::LeagueId;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use fetch::{FetchError, Fetcher};
use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;
use shape::{Shape, list};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The most teams, and the most cards of one team, that a site may name.
const LIST_MAX: usize = 20_000;

/// Where a league's site is and how it is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteSettings {
    /// The beginning of its URLs.
    pub url: String,
    /// The season that is asked for, where the site keeps several.
    pub season: Option<u32>,
    /// For how long what it said is used without asking again.
    pub max_age_s: u64,
    /// How long one question may take.
    pub timeout_ms: u64,
    /// How long all questions for one team may take.
    pub deadline_ms: u64,
    /// How often one question is asked.
    pub attempts_max: u32,
    /// Questions at once.
    pub requests_max: usize,
    /// The largest answer that is read.
    pub answer_bytes_max: usize,
    /// For how long a site that failed is left alone.
    pub rest_ms: u64,
}

/// One league's site.
#[derive(Debug)]
pub struct Site {
    league_id: LeagueId,
    settings: SiteSettings,
    fetcher: Fetcher,
    shelf: Arc<dyn Shelf>,
    /// Until when it is left alone, and why.
    resting: Mutex<Option<(Instant, String)>>,
    /// Whoever comes while it is asked waits, and finds what it said.
    asking: tokio::sync::Mutex<()>,
}

/// What came of asking for one card.
type Asked = (CardId, Result<PlayerCard, Trouble>);

/// Why there is no card.
enum Trouble {
    /// The site answered, and it is no card.
    Bad(String),
    /// The site did not answer.
    Away(FetchError),
}

impl Site {
    /// The site that the settings name.
    ///
    /// # Errors
    /// The URL is none, or there is no TLS.
    pub fn new(league_id: LeagueId, settings: SiteSettings, shelf: Arc<dyn Shelf>) -> Result<Self, String> {
        let fetcher = Fetcher::new(settings.clone())?;
        let (resting, asking) = (Mutex::default(), tokio::sync::Mutex::default());
        Ok(Self { league_id, settings, fetcher, shelf, resting, asking })
    }

    /// All teams, by id.
    pub async fn teams(&self, by: Instant) -> Result<Vec<Said<TeamInfo>>, LeagueError> {
        let is_fresh =
            |teams: &[KeptTeam]| !teams.is_empty() && teams.iter().all(|team| self.is_fresh(team.info.at));
        let infos = |teams: Vec<KeptTeam>| teams.into_iter().map(|team| team.info).collect();
        let kept = self.shelf.teams(self.league_id).await?;
        if is_fresh(&kept) {
            return Ok(infos(kept));
        }
        let asked = self.in_turn(by, async {
            let kept = self.shelf.teams(self.league_id).await.unwrap_or_default();
            if is_fresh(&kept) { Ok(kept) } else { self.read_list().await }
        });
        match asked.await {
            Ok(teams) => Ok(infos(teams)),
            Err(_) if !kept.is_empty() => Ok(infos(kept)),
            Err(reason) => Err(self.unavailable(reason)),
        }
    }

    async fn read_list(&self) -> Result<Vec<KeptTeam>, FetchError> {
        let path = match self.league_id {
            LeagueId::Pd => pd::TEAMS,
            LeagueId::Sba => sba::TEAMS,
        };
        let answer = self.fetcher.json(path, &self.of_season(Vec::new())).await?;
        let teams = team_list(&answer, now()).map_err(FetchError::Failed)?;
        if let Err(error) = self.shelf.keep_list(self.league_id, teams.clone()).await {
            tracing::warn!(%error, "a league's teams are not kept");
        }
        Ok(teams)
    }

    /// A team and the ids of its players.
    pub async fn team(&self, team_id: TeamId, by: Instant) -> Result<Option<KeptTeam>, LeagueError> {
        // What is no team of the league is not asked for.
        let teams = self.teams(by).await?;
        let Some(info) = teams.into_iter().find(|team| team.what.team_id == team_id) else { return Ok(None) };
        let is_fresh = |team: &KeptTeam| team.roster.as_ref().is_some_and(|roster| self.is_fresh(roster.at));
        let known = self.shelf.team(self.league_id, team_id).await?;
        if known.as_ref().is_some_and(is_fresh) {
            return Ok(known);
        }
        let asked = self.in_turn(by, async {
            let kept = self.shelf.team(self.league_id, team_id).await.ok().flatten();
            match kept.filter(is_fresh) {
                Some(team) => Ok(team),
                None => self.read_roster(info).await,
            }
        });
        match (asked.await, known.filter(|team| team.roster.is_some())) {
            (Ok(team), _) | (Err(_), Some(team)) => Ok(Some(team)),
            (Err(reason), None) => Err(self.unavailable(reason)),
        }
    }

    async fn read_roster(&self, info: Said<TeamInfo>) -> Result<KeptTeam, FetchError> {
        let (now, team_id) = (now(), info.what.team_id);
        let of_team = vec![("team_id", team_id.to_string())];
        let (ids, players) = match self.league_id {
            LeagueId::Pd => {
                let answer = self.fetcher.json(pd::ROSTER, &of_team).await?;
                (pd::roster(&answer).map_err(FetchError::Failed)?, Vec::new())
            }
            LeagueId::Sba => {
                let answer = self.fetcher.json(sba::ROSTER, &self.of_season(of_team)).await?;
                sba::roster(&answer).map_err(FetchError::Failed)?
            }
        };
        if ids.len() > LIST_MAX {
            return Err(FetchError::Failed(format!("the team has {} cards; at most {LIST_MAX}", ids.len())));
        }
        // Those that cannot be read are asked for one by one, and named then.
        let cards = players.iter().filter_map(|document| sba::player(document, team_id).ok());
        let cards =
            cards.filter(|card| card.check().is_ok()).map(|card| Said { what: Arc::new(card), at: now });
        let team = KeptTeam { info, lineup: None, roster: Some(Said { what: ids, at: now }) };
        if let Err(error) = self.shelf.keep(self.league_id, vec![team.clone()], cards.collect()).await {
            tracing::warn!(%error, team.id = %team_id, "a team's roster is not kept");
        }
        Ok(team)
    }

    /// The cards with these ids, at most [`PLAYERS_MAX`] of them.
    pub async fn cards(&self, team_id: TeamId, ids: &[CardId], by: Instant) -> Result<Cards, LeagueError> {
        debug_assert!(ids.len() <= PLAYERS_MAX, "bounded by the caller");
        let kept = self.shelf.cards(self.league_id, ids.to_vec()).await?;
        let mut cards: BTreeMap<CardId, Said<Arc<PlayerCard>>> =
            kept.into_iter().map(|card| (card.what.card_id, card)).collect();
        let is_fresh = |id: &&CardId| cards.get(id).is_some_and(|card| self.is_fresh(card.at));
        let old: Vec<CardId> = ids.iter().filter(|id| !is_fresh(id)).copied().collect();
        let mut refused = Vec::new();
        let mut away = None;
        if !old.is_empty() {
            let (asked, trouble) = self.ask_for(team_id, &old, by).await;
            away = trouble;
            let now = now();
            let mut fresh = Vec::new();
            for (id, card) in asked {
                match card {
                    Ok(card) => fresh.push(Said { what: Arc::new(card), at: now }),
                    // A card that was sound once stays; its age tells.
                    Err(reason) if cards.contains_key(&id) => {
                        tracing::warn!(card.id = %id, reason, "the site's card is bad; the one that is kept stays");
                    }
                    Err(reason) => refused.push(BadCard { card_id: id, reason }),
                }
            }
            cards.extend(fresh.iter().map(|card| (card.what.card_id, card.clone())));
            if let Err(error) = self.shelf.keep(self.league_id, Vec::new(), fresh).await {
                tracing::warn!(%error, "a league's cards are not kept");
            }
        }
        let is_known =
            |id: &CardId| cards.contains_key(id) || refused.iter().any(|bad: &BadCard| bad.card_id == *id);
        match away.filter(|_| !ids.iter().all(is_known)) {
            Some(reason) => Err(self.unavailable(reason)),
            None => Ok(Cards { cards: cards.into_values().collect(), refused }),
        }
    }

    /// Asks for these cards, until the site fails or the time is over.
    async fn ask_for(
        &self,
        team_id: TeamId,
        ids: &[CardId],
        by: Instant,
    ) -> (Vec<(CardId, Result<PlayerCard, String>)>, Option<String>) {
        let mut answers = Vec::new();
        if let Some(reason) = self.rests() {
            return (answers, Some(reason));
        }
        let asked: Vec<_> = ids.iter().map(|id| self.ask_for_one(team_id, *id)).collect();
        let mut asked = stream::iter(asked).buffer_unordered(self.settings.requests_max);
        loop {
            let (id, card) = match timeout_at(by, asked.next()).await {
                Ok(Some(answer)) => answer,
                Ok(None) => return (answers, None),
                Err(_) => return (answers, Some(self.rest(&self.late()))),
            };
            match card {
                Ok(card) => answers.push((id, Ok(card))),
                Err(Trouble::Bad(reason)) => answers.push((id, Err(reason))),
                Err(Trouble::Away(error)) => return (answers, Some(self.rest(&error))),
            }
        }
    }

    async fn ask_for_one(&self, team_id: TeamId, id: CardId) -> Asked {
        let sound = |card: PlayerCard| match card.check() {
            Ok(()) if card.card_id == id => Ok(card),
            Ok(()) => Err(Trouble::Bad(format!("the site answers with card {}", card.card_id))),
            Err(error) => Err(Trouble::Bad(error.problem)),
        };
        let card = match self.read_card(team_id, id).await {
            Ok(card) => card.map_err(Trouble::Bad).and_then(sound),
            Err(FetchError::NotFound) => Err(Trouble::Bad("the site has no such card".to_owned())),
            Err(error) => Err(Trouble::Away(error)),
        };
        (id, card)
    }

    async fn read_card(&self, team_id: TeamId, id: CardId) -> Result<Result<PlayerCard, String>, FetchError> {
        Ok(match self.league_id {
            LeagueId::Pd => pd::Documents::read(&self.fetcher, id).await?.card(team_id),
            LeagueId::Sba => sba::player(&self.fetcher.json(&sba::player_path(id), &[]).await?, team_id),
        })
    }

    /// Asks the site when it is our turn and it is not to be left alone; the error says why there is no answer.
    async fn in_turn<T>(
        &self,
        by: Instant,
        ask: impl Future<Output = Result<T, FetchError>>,
    ) -> Result<T, String> {
        let asked = timeout_at(by, async {
            let _turn = self.asking.lock().await;
            match self.rests() {
                Some(reason) => Err(reason),
                None => ask.await.map_err(|error| self.rest(&error)),
            }
        });
        asked.await.unwrap_or_else(|_| Err(self.rest(&self.late())))
    }

    fn rests(&self) -> Option<String> {
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        resting.as_ref().filter(|(until, _)| Instant::now() < *until).map(|(_, why)| why.clone())
    }

    /// Leaves the site alone for a while; the reason, for whoever asked.
    fn rest(&self, error: &FetchError) -> String {
        let pause = match error {
            FetchError::LeaveAlone(wanted) => *wanted,
            _ => Duration::ZERO,
        };
        const REST_MAX: Duration = Duration::from_secs(3_600);
        let pause = pause.max(Duration::from_millis(self.settings.rest_ms)).min(REST_MAX);
        metrics::counter!("dugout_league_failures_total", "league" => self.league_id.as_str()).increment(1);
        let reason = error.to_string();
        tracing::warn!(league = %self.league_id, reason, rest_s = pause.as_secs(), "a league's site failed; cards that are kept are used");
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        *resting = Some((Instant::now() + pause, reason.clone()));
        reason
    }

    fn late(&self) -> FetchError {
        FetchError::Failed(format!("it took longer than {} ms", self.settings.deadline_ms))
    }

    /// Until when a question that is asked now may take.
    pub fn deadline(&self) -> Instant {
        Instant::now() + Duration::from_millis(self.settings.deadline_ms)
    }

    fn is_fresh(&self, at: DateTime<Utc>) -> bool {
        let max = TimeDelta::seconds(i64::try_from(self.settings.max_age_s).unwrap_or(i64::MAX / 1_000));
        Utc::now().signed_duration_since(at) < max
    }

    fn of_season(&self, mut query: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
        query.extend(self.settings.season.map(|season| ("season", season.to_string())));
        query
    }

    fn unavailable(&self, reason: String) -> LeagueError {
        LeagueError::Unavailable { league_id: self.league_id, reason }
    }
}

/// The time as it is kept, in microseconds: what was just said and what is kept of it are the same.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// The teams of a list, by id.
fn team_list(answer: &Value, at: DateTime<Utc>) -> Result<Vec<KeptTeam>, String> {
    let items = list(answer, &["teams", "items"])?;
    if items.len() > LIST_MAX {
        return Err(format!("the list has {} teams; at most {LIST_MAX}", items.len()));
    }
    let mut teams = BTreeMap::new();
    for item in items {
        let team = Shape::of(item, "team")?;
        let team_id = TeamId(team.required_integer(&["id", "team_id"])?);
        let name = team.required_text(&["lname", "name", "sname", "team_name"])?;
        let abbreviation = team.text(&["abbrev", "abbreviation"])?;
        let abbreviation =
            abbreviation.unwrap_or_else(|| name.chars().take(3).flat_map(char::to_uppercase).collect());
        let what = TeamInfo { team_id, name, abbreviation };
        teams.insert(team_id, KeptTeam { info: Said { what, at }, lineup: None, roster: None });
    }
    Ok(teams.into_values().collect())
}
