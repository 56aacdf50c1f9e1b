//! One question to a site: bounded in time, size and number, repeated with pauses where that may help. What a site
//! sends is hostile until it is parsed.

use super::SiteSettings;
use crate::telemetry;
use rand::TryRng;
use rand::rngs::SysRng;
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response, StatusCode, Url};
use serde_json::Value;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Semaphore;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug_span};

/// The first pause before a question is repeated; each next one is twice as long.
const PAUSE: Duration = Duration::from_millis(200);
/// Redirects that are followed.
const REDIRECTS_MAX: usize = 3;

/// Why a site gave no usable answer.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum FetchError {
    /// The site has no such thing.
    #[error("the site answers that there is none (404)")]
    NotFound,
    /// It did not answer, or not with what was asked for.
    #[error("{0}")]
    Failed(String),
    /// It wants to be left alone for so long.
    #[error("the site asks to be left alone for {} s", .0.as_secs())]
    LeaveAlone(Duration),
}

/// A client for one site.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    base: Url,
    settings: SiteSettings,
    /// Questions under way.
    places: Semaphore,
}

/// What to do after a failure.
enum Next {
    Again(FetchError, Option<Duration>),
    GiveUp(FetchError),
}

impl Fetcher {
    /// A client for the site that the settings name.
    pub fn new(settings: SiteSettings) -> Result<Self, String> {
        let base = settings.url.trim_end_matches('/');
        let base = Url::parse(&format!("{base}/")).map_err(|error| format!("{}: {error}", settings.url))?;
        // Somebody may have installed a provider before; one is enough.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let timeout = Duration::from_millis(settings.timeout_ms);
        let client = Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout)
            .redirect(Policy::custom(follow))
            .user_agent(concat!("dugout/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| error.to_string())?;
        let places = Semaphore::new(settings.requests_max);
        Ok(Self { client, base, settings, places })
    }

    /// The JSON at a path below the site's URL.
    pub async fn json(&self, path: &str, query: &[(&str, String)]) -> Result<Value, FetchError> {
        let mut url = self.base.join(path).map_err(|error| FetchError::Failed(error.to_string()))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut pause = PAUSE;
        let mut attempt = 1;
        loop {
            let span = debug_span!(
                "league.request",
                otel.name = "GET",
                otel.kind = "client",
                http.request.method = "GET",
                http.request.resend_count = attempt - 1,
                http.response.status_code = Empty,
                server.address = url.host_str(),
                url.path = url.path(),
            );
            let (error, wanted) = match self.once(&url).instrument(span).await {
                Ok(value) => return Ok(value),
                Err(Next::GiveUp(error)) => return Err(error),
                Err(Next::Again(error, wanted)) => (error, wanted),
            };
            if attempt == self.settings.attempts_max {
                return Err(wanted.map_or(error, FetchError::LeaveAlone));
            }
            // A site that asks for more patience than one question has is left alone by all.
            if let Some(wanted) = wanted.filter(|wanted| wanted.as_millis() > self.settings.timeout_ms.into())
            {
                return Err(FetchError::LeaveAlone(wanted));
            }
            tokio::time::sleep(wanted.unwrap_or_else(|| jittered(pause))).await;
            pause *= 2;
            attempt += 1;
        }
    }

    async fn once(&self, url: &Url) -> Result<Value, Next> {
        let _place = self.places.acquire().await.map_err(|_| Next::GiveUp(failed("the host stops")))?;
        let again = |error: &reqwest::Error| Next::Again(failed(&words(error)), None);
        let mut question = self.client.get(url.clone());
        if let Some(parent) = telemetry::traceparent(&Span::current()) {
            question = question.header(telemetry::TRACEPARENT, parent);
        }
        let mut answer = match question.send().await {
            Err(error) if error.is_redirect() => return Err(Next::GiveUp(failed(&words(&error)))),
            Err(error) => return Err(again(&error)),
            Ok(answer) => answer,
        };
        Span::current().record("http.response.status_code", answer.status().as_u16());
        judge(&answer)?;
        let bytes_max = self.settings.answer_bytes_max;
        let too_large = || Next::GiveUp(failed(&format!("the answer has more than {bytes_max} bytes")));
        if answer.content_length().is_some_and(|length| length > bytes_max as u64) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| again(&error))? {
            if bytes.len() + chunk.len() > bytes_max {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&bytes)
            .map_err(|error| Next::GiveUp(failed(&format!("the answer is not JSON: {error}"))))
    }
}

/// Whether an answer's status is that of an answer.
fn judge(answer: &Response) -> Result<(), Next> {
    let status = answer.status();
    let error = || failed(&format!("the site answers {status}"));
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(Next::GiveUp(FetchError::NotFound)),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let header = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            // A date is taken for no word: the pause of our own is as good.
            let wanted = header.and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
            Err(Next::Again(error(), wanted))
        }
        StatusCode::REQUEST_TIMEOUT => Err(Next::Again(error(), None)),
        status if status.is_server_error() => Err(Next::Again(error(), None)),
        status if status.is_success() => Ok(()),
        _ => Err(Next::GiveUp(error())),
    }
}

/// A site may send us elsewhere on itself, never to another one: the host's network is not the site's.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let Some(first) = attempt.previous().first() else { return attempt.stop() };
    let to = attempt.url();
    let is_upgrade = first.scheme() == "http" && to.scheme() == "https" && to.port().is_none();
    let is_same = first.host() == to.host() && (first.origin() == to.origin() || is_upgrade);
    if !is_same {
        let message = format!("the site sends us to another one, {}", to.host_str().unwrap_or_default());
        return attempt.error(message);
    }
    if attempt.previous().len() > REDIRECTS_MAX {
        return attempt.error("the site sends us in circles");
    }
    attempt.follow()
}

fn failed(what: &str) -> FetchError {
    FetchError::Failed(what.to_owned())
}

/// The client's words with their causes, which it keeps to itself, without the URL.
fn words(error: &reqwest::Error) -> String {
    let mut words = if error.is_timeout() { "it did not answer in time".to_owned() } else { String::new() };
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        if !words.is_empty() {
            words.push_str(": ");
        }
        words.push_str(&next.to_string());
        cause = next.source();
    }
    if words.is_empty() { "it cannot be reached".to_owned() } else { words }
}

/// Between half of it and all of it, so that many hosts do not come back at once.
fn jittered(pause: Duration) -> Duration {
    let chance = SysRng.try_next_u64().unwrap_or_default() % 512;
    pause / 2 + pause / 2 * u32::try_from(chance).unwrap_or(0) / 512
}
