//! The host over HTTP: tokens and new games.

use super::LoadArgs;
use super::host_side::Counters;
use crate::cli::http_client;
use crate::id::GameId;
use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);
/// How often something is asked again that the host refused for the moment.
const TRIES_MAX: u32 = 20;
const RETRY_PAUSE: Duration = Duration::from_millis(250);

/// Where games and tokens come from.
#[derive(Debug)]
pub struct Lobby {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    teams: (i64, i64),
    innings: u8,
}

impl Lobby {
    /// Finds the host and two teams on it.
    pub async fn open(args: &LoadArgs) -> Result<Self> {
        let url = args.url.trim_end_matches('/').to_owned();
        if !url.starts_with("http://") {
            bail!("{url}: must begin with http://; put the load beside the host, not behind its TLS");
        }
        let http = http_client(TIMEOUT)?;
        let mut lobby = Self { http, url, token: args.token.clone(), teams: (0, 0), innings: args.innings };
        let teams = lobby.ask(lobby.http.get(lobby.api("teams"))).await?;
        let ids: Vec<i64> =
            teams["items"].as_array().into_iter().flatten().filter_map(|team| team["id"].as_i64()).collect();
        let [home, away, ..] = ids[..] else { bail!("the host has fewer than two teams") };
        lobby.teams = (home, away);
        Ok(lobby)
    }

    /// The address of the host's socket.
    pub fn socket_url(&self) -> String {
        format!("{}/ws", self.url.replacen("http", "ws", 1))
    }

    fn api(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.url)
    }

    /// What the host counts now; nothing where it does not say.
    pub async fn counters(&self) -> Counters {
        let asked = self.http.get(format!("{}/metrics", self.url)).send().await;
        let text = match asked.and_then(reqwest::Response::error_for_status) {
            Ok(answer) => answer.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        };
        Counters::read(&text)
    }

    /// A token for somebody of this name.
    pub async fn token(&self, name: &str) -> Result<String> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        let answer = self.ask(self.http.post(self.api("tokens")).json(&json!({ "name": name }))).await;
        let answer = answer.context("a guest's token (an operator's token can be given with --token)")?;
        answer["token"].as_str().map(str::to_owned).ok_or_else(|| anyhow!("the host gave no token: {answer}"))
    }

    /// A new game whose seats belong to these two.
    pub async fn game(&self, home: &str, away: &str) -> Result<GameId> {
        let body = json!({
            "home_team_id": self.teams.0, "away_team_id": self.teams.1, "settings": { "innings": self.innings },
        });
        let made = self.ask(self.http.post(self.api("games")).bearer_auth(home).json(&body)).await?;
        let id = made["id"].as_str().and_then(|id| id.parse::<GameId>().ok());
        let id = id.ok_or_else(|| anyhow!("the host made no game: {made}"))?;
        let seat = self.api(&format!("games/{id}/seats/away"));
        self.ask(self.http.post(seat).bearer_auth(away).json(&json!({}))).await?;
        Ok(id)
    }

    /// Asks until the host does not refuse for the moment only.
    async fn ask(&self, request: reqwest::RequestBuilder) -> Result<Value> {
        let mut tries = 0;
        loop {
            let again = request.try_clone().context("a request that can be repeated")?;
            let answer = again.send().await.with_context(|| format!("{} does not answer", self.url))?;
            let status = answer.status();
            let body: Value = answer.json().await.with_context(|| format!("{} answers no JSON", self.url))?;
            if status.is_success() {
                return Ok(body);
            }
            tries += 1;
            if !matches!(status.as_u16(), 429 | 503) || tries == TRIES_MAX {
                bail!("the host answers {status}: {}", body["detail"].as_str().unwrap_or("no reason given"));
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }
}
