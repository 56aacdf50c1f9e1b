//! The HTTP client that carries spans to the collector: the project's own, with its TLS, on the host's runtime.

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use reqwest::redirect::Policy;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;

/// As much of the collector's answer as is read. It has nothing to tell.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// There is no TLS, or the system's certificates cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("there is no HTTP client for the collector: {0}")]
pub struct CourierError(#[from] reqwest::Error);

/// What went wrong last, in words. The exporter keeps to itself why a collector could not be reached.
pub type Trouble = Arc<Mutex<Option<String>>>;

/// The client. Whoever waits for it may do so on any thread: the work is done on the runtime.
#[derive(Debug)]
pub struct Courier {
    client: reqwest::Client,
    runtime: Handle,
    trouble: Trouble,
}

impl Courier {
    /// A client that gives up after this time.
    ///
    /// # Errors
    /// The system's certificates cannot be used.
    pub fn new(timeout: Duration, runtime: Handle) -> Result<Self, CourierError> {
        // Somebody may have installed a provider before; one is enough.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(timeout)
            .connect_timeout(timeout)
            .redirect(Policy::none()) // what authorizes the host is for the collector it was told of
            .user_agent(concat!("dugout/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, runtime, trouble: Trouble::default() })
    }

    /// Where it says what went wrong.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        Arc::clone(&self.trouble)
    }

    fn note(&self, trouble: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}

impl HttpClient for Courier {
    fn send_bytes<'life0, 'async_trait>(
        &'life0 self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move { send(&client, request).await });
        Box::pin(async move {
            let answer = match sent.await {
                Ok(answer) => answer,
                Err(error) => Err(error.into()),
            };
            self.note(match &answer {
                Ok(answer) if answer.status().is_success() => None,
                Ok(answer) => Some(format!("the collector answers {}", answer.status())),
                Err(error) => Some(words(error.as_ref())),
            });
            answer
        })
    }
}

async fn send(client: &reqwest::Client, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let mut answer = client.execute(request.try_into()?).await.map_err(reqwest::Error::without_url)?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            body.clear();
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = answer.status();
    *response.headers_mut() = std::mem::take(answer.headers_mut());
    Ok(response)
}

/// An error with its causes.
fn words(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
