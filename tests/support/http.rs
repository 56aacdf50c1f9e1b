//! The HTTP API as an outside program calls it.

use super::PATIENCE;
use super::server::Address;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A caller with a token, or without.
#[derive(Clone)]
pub struct Http {
    client: Client,
    address: Address,
    token: Option<String>,
}

/// A plain client, that waits as long as a test does.
pub fn client() -> Client {
    // Our build of reqwest brings no cryptography of its own; whoever comes second finds it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().timeout(PATIENCE).build().expect("a plain HTTP client")
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub content_type: String,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("not JSON ({error}): {self:?}"))
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.json()
    }

    /// Fails unless this is a problem document with this status and code; gives the document.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        assert!(self.content_type.starts_with("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["code"], code, "{self:?}");
        assert_eq!(problem["status"], status, "{self:?}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{self:?}");
        problem
    }
}

impl Http {
    /// Somebody without a token.
    pub fn stranger(address: &Address) -> Self {
        Self { client: client(), address: address.clone(), token: None }
    }

    /// The same caller at another host.
    pub fn at(&self, address: &Address) -> Self {
        Self { address: address.clone(), ..self.clone() }
    }

    /// The same caller with this token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address.get()));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap_or_else(|error| panic!("{path}: {error:?}"));
        Answer { status, content_type, headers, text }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// The same, again and again while the host says that its database is away.
    pub async fn get_patiently(&self, path: &str) -> Answer {
        let began = Instant::now();
        loop {
            let answer = self.get(path).await;
            if answer.status != StatusCode::SERVICE_UNAVAILABLE || began.elapsed() > PATIENCE {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    /// The ids of the first two teams of the card source: (home, away).
    pub async fn two_teams(&self) -> (i64, i64) {
        let teams = self.get("/api/v1/teams").await.ok();
        let ids: Vec<_> =
            teams["items"].as_array().into_iter().flatten().filter_map(|team| team["id"].as_i64()).collect();
        assert!(ids.len() >= 2, "two teams are needed: {teams}");
        (ids[0], ids[1])
    }

    /// Creates a PD game between the first two teams, with `extra` fields on top; gives the answer's body.
    pub async fn create_game(&self, extra: Value) -> Value {
        let (home, away) = self.two_teams().await;
        let mut body = json!({"league_id": "pd", "home_team_id": home, "away_team_id": away});
        for (name, value) in extra.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let answer = self.post("/api/v1/games", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.json()
    }

    /// What the host has counted under this name and label, as in `dugout_refused_total{what="origin"}`.
    pub async fn counted(&self, series: &str) -> f64 {
        let metrics = self.get("/metrics").await;
        let line = metrics.text.lines().find_map(|line| line.strip_prefix(series));
        line.map_or(0.0, |value| value.trim().parse().expect("a number"))
    }

    /// Waits until the host has refused something of this kind at least `times` times.
    pub async fn refused(&self, what: &str, times: f64) {
        let began = Instant::now();
        let series = format!("dugout_refused_total{{what=\"{what}\"}}");
        while self.counted(&series).await < times {
            assert!(began.elapsed() < PATIENCE, "{series} does not reach {times}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A read model of a game.
    pub async fn game(&self, game: &str, what: &str) -> Value {
        self.get_patiently(&format!("/api/v1/games/{game}{what}")).await.ok()
    }
}
