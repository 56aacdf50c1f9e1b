//! The HTTP API of a host.

use super::refusal::{Done, Refusal};
use super::socket::is_as_safe;
use crate::protocol::Problem;
use reqwest::{Client, Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a question that changes nothing is asked again while the host is away.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(200);
/// How often a change is sent on to the host where its game lives.
const MOVES_MAX: u32 = 3;

/// A caller with a token, or without.
#[derive(Clone, Debug)]
pub struct Api {
    client: Client,
    origin: String,
    token: Option<String>,
}

impl Api {
    /// A caller of the host at `origin`, which has no slash at its end.
    pub fn new(client: Client, origin: &str, token: Option<&str>) -> Self {
        let origin = origin.trim_end_matches('/').to_owned();
        Self { client, origin, token: token.map(str::to_owned) }
    }

    /// The same caller with a token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The host's address.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The same caller of another host, where that is as safe a place for a token.
    pub fn at(&self, url: &str) -> Option<Self> {
        let origin = url.trim_end_matches('/').to_owned();
        is_as_safe(&self.origin, url).then(|| Self { origin, ..self.clone() })
    }

    /// Reads something, again and again while the host is away.
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
    pub async fn ask(&self, path: &str) -> Done<Value> {
        read(&self.get_once(path).await?)
    }

    /// Reads a text as it is.
    pub async fn text(&self, path: &str) -> Done<String> {
        Ok(self.get_once(path).await?)
    }

    /// Changes something, once, on the host where the game lives: who asks decides whether to ask again.
    pub async fn post(&self, path: &str, body: &Value) -> Done<Value> {
        let mut there = self.clone();
        for _ in 0..MOVES_MAX {
            match there.post_once(path, body).await {
                Err(Trouble::Elsewhere(refusal, url)) => there = there.at(&url).ok_or(refusal)?,
                answered => return read(&answered?),
            }
        }
        read(&there.post_once(path, body).await?)
    }

    async fn post_once(&self, path: &str, body: &Value) -> Result<String, Trouble> {
        let request = self.request(Method::POST, path);
        success(request.header("content-type", "application/json").body(body.to_string()).send().await).await
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
    let mut elsewhere = None;
    let refusal = match serde_json::from_str::<Problem>(&text) {
        Ok(problem) => {
            elsewhere = problem.url;
            Refusal {
                code: Some(problem.code),
                field: problem.field,
                message: problem.detail,
                retry_after_ms: problem.retry_after_ms,
            }
        }
        Err(_) => Refusal::new(format!("the host answers {status}; is this a dugout host?")),
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
