//! The host over HTTP: tokens and new games.

use super::LoadArgs;
use super::host_side::Counters;
use crate::cli::http_client;
use crate::client::{Api, Done, Team};
use crate::id::{GameId, TeamId};
use crate::protocol::{NewGame, Page};
use crate::rules::state::GameSettings;
use crate::rules::vocabulary::Side;
use anyhow::{Context, Result, bail};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);
/// How often something is asked again that the host refused for the moment.
const TRIES_MAX: u32 = 20;
const RETRY_PAUSE: Duration = Duration::from_millis(250);

/// Where games and tokens come from.
#[derive(Debug)]
pub struct Lobby {
    http: reqwest::Client,
    api: Api,
    token: Option<String>,
    home: TeamId,
    away: TeamId,
    settings: GameSettings,
}

impl Lobby {
    /// Finds the host and two teams on it.
    pub async fn open(args: &LoadArgs) -> Result<Self> {
        let url = args.url.trim_end_matches('/').to_owned();
        if !url.starts_with("http://") {
            bail!("{url}: must begin with http://; put the load beside the host, not behind its TLS");
        }
        let http = http_client(TIMEOUT)?;
        let api = Api::new(http.clone(), &url, None);
        let teams = patiently(|| api.ask::<Page<Team>>("/teams")).await;
        let teams = teams.with_context(|| format!("{url} does not answer as a host does"))?.items;
        let [home, away, ..] = teams.as_slice() else { bail!("the host has fewer than two teams") };
        let settings = GameSettings { innings: args.innings, ..GameSettings::default() };
        Ok(Self { http, token: args.token.clone(), home: home.id, away: away.id, settings, api })
    }

    /// The address of the host.
    pub fn origin(&self) -> &str {
        self.api.origin()
    }

    /// What the host counts now; nothing where it does not say.
    pub async fn counters(&self) -> Counters {
        let asked = self.http.get(format!("{}/metrics", self.origin())).send().await;
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
        let granted = patiently(|| self.api.guest(name)).await;
        Ok(granted.context("a guest's token (an operator's token can be given with --token)")?.token)
    }

    /// A new game whose seats belong to these two.
    pub async fn game(&self, home: &str, away: &str) -> Result<GameId> {
        let new = NewGame { settings: self.settings.clone(), ..NewGame::between(self.away, self.home) };
        let (home, away) = (self.api.with_token(home), self.api.with_token(away));
        let game = patiently(|| home.create_game(&new)).await?.id;
        patiently(|| away.claim_seat(game, Side::Away)).await?;
        Ok(game)
    }
}

/// Asks until the host does not refuse for the moment only.
async fn patiently<T, F: Future<Output = Done<T>>>(ask: impl Fn() -> F) -> Result<T> {
    let mut tries = 0;
    loop {
        tries += 1;
        match ask().await {
            Err(refusal) if refusal.passes() && tries < TRIES_MAX => tokio::time::sleep(RETRY_PAUSE).await,
            answered => return Ok(answered?),
        }
    }
}
