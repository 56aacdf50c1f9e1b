//! Refusals over HTTP: whatever goes wrong, the answer is a problem document with a stable code.

use super::refused;
use crate::host::Denied;
use crate::league::LeagueError;
use crate::protocol::Problem;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::store::StoreError;
use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

/// When a client may ask again while the database or a league's site is away.
const AWAY_RETRY_AFTER_MS: u64 = 1_000;

/// A request that is refused.
#[derive(Debug)]
pub struct Refusal(Box<Problem>);

impl Refusal {
    /// A refusal with a status of its own, where HTTP tells more apart than the codes do.
    pub fn with_status(status: StatusCode, rejection: Rejection) -> Self {
        Self(Box::new(Problem::with_status(rejection, status.as_u16())))
    }

    /// Somebody has to say who he is first.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::with_status(StatusCode::UNAUTHORIZED, Rejection::new(RejectionCode::Forbidden, message))
    }

    /// There is no such thing, or none that this caller may see: the two cannot be told apart.
    pub fn not_found(what: &str) -> Self {
        Rejection::new(RejectionCode::NotFound, format!("there is no such {what}")).into()
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        Self(Box::new(Problem::new(rejection)))
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Rejected(rejection) => rejection.into(),
            Denied::Elsewhere(address) => Self(Box::new(Problem::elsewhere(address.public_url))),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { what } => Self::not_found(what),
            StoreError::Unavailable(_) => {
                let message = "the database is away; nothing was changed";
                Rejection::later(RejectionCode::Unavailable, message, AWAY_RETRY_AFTER_MS).into()
            }
            error => {
                // The database's own words may hold what is nobody's business.
                tracing::error!(%error, "the store failed");
                Rejection::new(RejectionCode::Internal, "the host failed; nothing was changed").into()
            }
        }
    }
}

impl From<LeagueError> for Refusal {
    fn from(error: LeagueError) -> Self {
        let message = error.to_string();
        match error {
            LeagueError::NotFound { .. } => Rejection::new(RejectionCode::NotFound, message).into(),
            LeagueError::NotOfTeam { .. } | LeagueError::BadCard { .. } | LeagueError::TooMany { .. } => {
                Rejection::invalid("card_id", message).into()
            }
            LeagueError::Unavailable { .. } => {
                Rejection::later(RejectionCode::Unavailable, message, AWAY_RETRY_AFTER_MS).into()
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        refused::count_answer("http", problem.code);
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after_ms = problem.retry_after_ms;
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(retry_after_ms) = retry_after_ms {
            headers.insert(RETRY_AFTER, HeaderValue::from(retry_after_ms.div_ceil(1_000)));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
