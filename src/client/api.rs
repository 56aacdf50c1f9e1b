//! The HTTP API of a host.

use super::answers::{GameSummary, Player, Problem, Team};
use super::refusal::{Done, Refusal};
use super::socket::is_as_safe;
use crate::id::{GameId, TeamId};
use crate::protocol::{BoxScoreView, GameView, Granted, NewGame, Page};
use crate::rules::vocabulary::{LeagueId, Side};
use reqwest::{Client, Method, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::fmt;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a question that changes nothing is asked again while the host is away.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(200);
/// How often a change is sent on to the host where its game lives.
const MOVES_MAX: u32 = 3;

/// A caller of one host, with a token or without. Clones share their connections.
#[derive(Clone)]
pub struct Api {
    client: Client,
    origin: String,
    token: Option<String>,
}

impl fmt::Debug for Api {
    /// Without the token, which must not reach a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Any question: what the host's `openapi.json` lists, by its path below `/api/v1`.
impl Api {
    /// A caller of the host at `origin`, as in `https://play.example`.
    #[must_use]
    pub fn new(client: Client, origin: &str, token: Option<&str>) -> Self {
        let origin = origin.trim_end_matches('/').to_owned();
        Self { client, origin, token: token.map(str::to_owned) }
    }

    /// The same caller with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The host's address.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The same caller of another host, where that is as safe a place for a token.
    #[must_use]
    pub fn at(&self, url: &str) -> Option<Self> {
        let origin = url.trim_end_matches('/').to_owned();
        is_as_safe(&self.origin, url).then(|| Self { origin, ..self.clone() })
    }

    /// Reads something, again and again while the host is away or has too much to do, for up to 15 s.
    ///
    /// # Errors
    /// The host's refusal, or that no host answers, or that its answer is no `T`.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Done<T> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.get_once(path).await {
                Err(Trouble::Away(_)) if Instant::now() < until => sleep(PAUSE).await,
                Err(trouble) => return Err(trouble.into()),
                Ok(text) => return read(&text),
            }
        }
    }

    /// Reads something, once.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub async fn ask<T: DeserializeOwned>(&self, path: &str) -> Done<T> {
        read(&self.get_once(path).await?)
    }

    /// Reads a text as it is, once.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub async fn text(&self, path: &str) -> Done<String> {
        Ok(self.get_once(path).await?)
    }

    /// Changes something, once, on the host where the game lives: who asks decides whether to ask again.
    ///
    /// # Errors
    /// As [`Api::get`]. Where no host answered, the change may have been made.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Done<T> {
        let body = serde_json::to_string(body).map_err(|error| Refusal::new(format!("the body: {error}")))?;
        let mut there = self.clone();
        for _ in 0..MOVES_MAX {
            match there.post_once(path, body.clone()).await {
                Err(Trouble::Elsewhere(refusal, url)) => there = there.at(&url).ok_or(refusal)?,
                answered => return read(&answered?),
            }
        }
        read(&there.post_once(path, body).await?)
    }

    async fn post_once(&self, path: &str, body: String) -> Result<String, Trouble> {
        let request = self.request(Method::POST, path);
        success(request.header("content-type", "application/json").body(body).send().await).await
    }

    async fn get_once(&self, path: &str) -> Result<String, Trouble> {
        success(self.request(Method::GET, path).send().await).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}/api/v1{path}", self.origin));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

/// The questions that most clients ask. All fail as [`Api::get`] and [`Api::post`] do.
impl Api {
    /// A token for a guest of this name, where the host takes guests.
    ///
    /// # Errors
    /// `forbidden` where it does not, `invalid` where it does not take the name, `busy`.
    pub async fn guest(&self, name: &str) -> Done<Granted> {
        self.post("/tokens", &json!({ "name": name })).await
    }

    /// Creates a game; the caller gets the first seat that is not the host's.
    ///
    /// # Errors
    /// `invalid` with the field, `not_found` for a team that the league does not have, `busy`.
    pub async fn create_game(&self, game: &NewGame) -> Done<GameSummary> {
        self.post("/games", game).await
    }

    /// Takes a free seat.
    ///
    /// # Errors
    /// `forbidden` where somebody else or the host has it, `not_found`, `game_over`.
    pub async fn claim_seat(&self, game: GameId, side: Side) -> Done<GameSummary> {
        self.post(&format!("/games/{game}/seats/{side}"), &json!({})).await
    }

    /// One game.
    ///
    /// # Errors
    /// `not_found`, also where the caller may not see it.
    pub async fn game(&self, game: GameId) -> Done<GameSummary> {
        self.get(&format!("/games/{game}")).await
    }

    /// The state of a game after its last entry.
    ///
    /// # Errors
    /// `not_found`, also where the caller may not see it.
    pub async fn state(&self, game: GameId) -> Done<GameView> {
        self.get(&format!("/games/{game}/state")).await
    }

    /// The box score of a game.
    ///
    /// # Errors
    /// `not_found`, also where the caller may not see it.
    pub async fn box_score(&self, game: GameId) -> Done<BoxScoreView> {
        self.get(&format!("/games/{game}/box_score")).await
    }

    /// The teams of a league.
    ///
    /// # Errors
    /// `unavailable` where the league's source is away and nothing of it is kept.
    pub async fn teams(&self, league: LeagueId) -> Done<Vec<Team>> {
        let page: Page<Team> = self.get(&format!("/teams?league_id={league}")).await?;
        Ok(page.items)
    }

    /// The players of a team.
    ///
    /// # Errors
    /// `not_found`; `unavailable` where the league's source is away and nothing of it is kept.
    pub async fn players(&self, league: LeagueId, team: TeamId) -> Done<Vec<Player>> {
        let page: Page<Player> = self.get(&format!("/teams/{team}/players?league_id={league}")).await?;
        Ok(page.items)
    }
}

/// Why there is no answer.
enum Trouble {
    /// Nobody is there, or he is busy: worth asking again.
    Away(Refusal),
    /// Another host has to be asked: at this address.
    Elsewhere(Refusal, String),
    /// He said no.
    Refused(Refusal),
}

impl From<Trouble> for Refusal {
    fn from(trouble: Trouble) -> Self {
        let (Trouble::Away(refusal) | Trouble::Elsewhere(refusal, _) | Trouble::Refused(refusal)) = trouble;
        refusal
    }
}

async fn success(sent: reqwest::Result<Response>) -> Result<String, Trouble> {
    let away = |error: reqwest::Error| {
        let url = error.url().map(|url| format!(" at {}", url.origin().ascii_serialization()));
        let text = format!("no host answers{}", url.unwrap_or_default());
        Trouble::Away(Refusal::new(text))
    };
    let response = sent.map_err(away)?;
    let status = response.status();
    let text = response.text().await.map_err(away)?;
    if status.is_success() {
        return Ok(text);
    }
    let (refusal, elsewhere) = match serde_json::from_str::<Problem>(&text) {
        Ok(mut problem) => {
            let elsewhere = problem.url.take();
            (problem.into(), elsewhere)
        }
        Err(_) => (Refusal::new(format!("the host answers {status}; is this a dugout host?")), None),
    };
    if let Some(url) = elsewhere {
        return Err(Trouble::Elsewhere(refusal, url));
    }
    Err(match status {
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Trouble::Away(refusal),
        _ => Trouble::Refused(refusal),
    })
}

fn read<T: DeserializeOwned>(text: &str) -> Done<T> {
    serde_json::from_str(text)
        .map_err(|error| Refusal::new(format!("the host's answer cannot be read ({error}); is it newer?")))
}
