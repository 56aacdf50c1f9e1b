//! What a request says, read and checked: who calls, from where, with which parameters and body.

use super::Gateway;
use super::problem::Refusal;
use super::refused::Refused;
use crate::protocol::{User, parse_json};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::store::PAGE_MAX;
use axum::body::{Bytes, HttpBody};
use axum::extract::{self, FromRequest, FromRequestParts, Query, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use chrono::Utc;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

/// The other end of the connection. A proxy's word about whom it speaks for is not taken.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let peer = parts.extensions.get::<Self>().copied();
        peer.ok_or_else(|| Rejection::new(RejectionCode::Internal, "the connection has no address").into())
    }
}

/// Who calls: a user with a token, or anybody. A token that is not valid is refused, never passed over.
#[derive(Clone, Debug)]
pub struct Caller(pub Option<User>);

impl FromRequestParts<Gateway> for Caller {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Refusal> {
        let Some(header) = parts.headers.get(AUTHORIZATION) else { return Ok(Self(None)) };
        let token = header.to_str().ok().and_then(bearer);
        let token =
            token.ok_or_else(|| Refusal::unauthorized("the Authorization header must be: Bearer TOKEN"))?;
        let verified = gateway.key().verify(token, Utc::now());
        verified.map(|verified| Self(Some(verified.user))).map_err(|error| {
            Refused::Token.count();
            Refusal::unauthorized(error.to_string())
        })
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A caller who has said who he is.
#[derive(Clone, Debug)]
pub struct SignedIn(pub User);

impl FromRequestParts<Gateway> for SignedIn {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Refusal> {
        let Caller(user) = Caller::from_request_parts(parts, gateway).await?;
        user.map(Self).ok_or_else(|| Refusal::unauthorized("a token is needed: Authorization: Bearer TOKEN"))
    }
}

/// A caller who runs the league.
#[derive(Clone, Debug)]
pub struct Operator(pub User);

impl FromRequestParts<Gateway> for Operator {
    type Rejection = Refusal;
    /// Before anything is looked up: a refusal says nothing about the game.
    async fn from_request_parts(parts: &mut Parts, gateway: &Gateway) -> Result<Self, Refusal> {
        let SignedIn(user) = SignedIn::from_request_parts(parts, gateway).await?;
        if user.is_operator() {
            return Ok(Self(user));
        }
        Err(Rejection::new(RejectionCode::Forbidden, "this is for the league's operator").into())
    }
}

/// What stands in the path, as text. Bytes that are no text are refused as everything is, with a problem.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let read = extract::Path::<T>::from_request_parts(parts, state).await;
        let read = read.map_err(|error| Rejection::new(RejectionCode::Malformed, error.body_text()))?;
        Ok(Self(read.0))
    }
}

/// Somebody does something too often: when he may again.
pub fn too_often(message: &str, wait: Duration) -> Refusal {
    let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
    Rejection::later(RejectionCode::Busy, message, wait_ms).into()
}

/// A JSON body. No body is an empty object.
pub struct JsonBody(pub Value);

impl FromRequest<Gateway> for JsonBody {
    type Rejection = Refusal;
    async fn from_request(request: Request, gateway: &Gateway) -> Result<Self, Refusal> {
        if !is_json(request.headers()) {
            let rejection = Rejection::new(RejectionCode::Malformed, "the body must be application/json");
            return Err(Refusal::with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE, rejection));
        }
        let bytes_max = gateway.settings().body_bytes_max;
        if request.body().size_hint().lower() > bytes_max as u64 {
            // Announced already: nobody waits for it.
            Refused::Body.count();
            let rejection =
                Rejection::new(RejectionCode::Malformed, format!("at most {bytes_max} bytes are read"));
            return Err(Refusal::with_status(StatusCode::PAYLOAD_TOO_LARGE, rejection));
        }
        let patience = Duration::from_millis(gateway.settings().body_timeout_ms);
        let body = tokio::time::timeout(patience, Bytes::from_request(request, gateway)).await;
        let body = body.map_err(|_| {
            Refused::BodyTimeout.count();
            let rejection = Rejection::new(RejectionCode::Malformed, "the body did not come in time");
            Refusal::with_status(StatusCode::REQUEST_TIMEOUT, rejection)
        })?;
        let body = body.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Refused::Body.count();
            }
            let rejection = Rejection::new(RejectionCode::Malformed, error.body_text());
            Refusal::with_status(error.status(), rejection)
        })?;
        if body.is_empty() {
            return Ok(Self(Value::Object(Map::new())));
        }
        let text = std::str::from_utf8(&body)
            .map_err(|_| Rejection::new(RejectionCode::Malformed, "the body is not UTF-8"))?;
        Ok(Self(parse_json(text)?))
    }
}

/// Any other type is refused, so that no form of another site can post here without asking first.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE) else { return true };
    let content_type = content_type.to_str().unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}

/// The parameters of a query, each known and given once.
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads the query of `uri`, which may have the parameters `allowed`.
    ///
    /// # Errors
    /// The query cannot be read, or has a parameter that is unknown or given twice.
    pub fn read(uri: &Uri, allowed: &[&str]) -> Result<Self, Rejection> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|error| Rejection::new(RejectionCode::Malformed, error.body_text()))?;
        let mut params = BTreeMap::new();
        for (name, value) in pairs {
            if !allowed.contains(&name.as_str()) {
                let allowed = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
                let message = format!("{name}: is no parameter here; allowed: {allowed}");
                return Err(Rejection::invalid(name, message));
            }
            if params.insert(name.clone(), value).is_some() {
                let message = format!("{name}: is given twice");
                return Err(Rejection::invalid(name, message));
            }
        }
        Ok(Self(params))
    }

    /// One parameter, if it is given.
    ///
    /// # Errors
    /// Its value is not a `T`.
    pub fn get<T: FromStr<Err: fmt::Display>>(&self, name: &str) -> Result<Option<T>, Rejection> {
        self.0.get(name).map(|text| parse(name, text)).transpose()
    }
}

/// The items of a page where nothing else is asked.
pub const PAGE_DEFAULT: u16 = 50;

/// How many items the page shall have: the parameter `limit`.
///
/// # Errors
/// It is not in 1 to [`PAGE_MAX`].
pub fn page_limit(params: &Params) -> Result<u16, Rejection> {
    page_limit_or(params, PAGE_DEFAULT)
}

/// The same with a number of its own where nothing else is asked.
///
/// # Errors
/// As [`page_limit`].
pub fn page_limit_or(params: &Params, default: u16) -> Result<u16, Rejection> {
    let limit = params.get("limit")?.unwrap_or(default);
    if (1..=PAGE_MAX).contains(&limit) {
        return Ok(limit);
    }
    Err(Rejection::invalid("limit", format!("limit: {limit} is not in 1 to {PAGE_MAX}")))
}

/// Reads one value out of a path or query.
///
/// # Errors
/// `invalid`: it is not a `T`.
pub fn parse<T: FromStr<Err: fmt::Display>>(name: &str, text: &str) -> Result<T, Rejection> {
    text.parse().map_err(|error| Rejection::invalid(name, format!("{name}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TeamId;
    use crate::rules::vocabulary::Status;

    fn read(query: &str) -> Result<Params, Rejection> {
        let uri = format!("/api/v1/games?{query}").parse().expect("a URI");
        Params::read(&uri, &["status", "team"])
    }

    #[test]
    fn parameters_are_known_given_once_and_typed() {
        let params = read("status=active&team=2").expect("legal");
        assert_eq!(params.get("status"), Ok(Some(Status::Active)));
        assert_eq!(params.get("team"), Ok(Some(TeamId(2))));
        assert_eq!(read("team=1").expect("legal").get::<Status>("status"), Ok(None));
        assert_eq!(read("").expect("legal").get::<TeamId>("team"), Ok(None));

        for (query, field) in [("stats=active", "stats"), ("team=1&team=1", "team")] {
            assert_eq!(read(query).err().and_then(|rejection| rejection.field).as_deref(), Some(field));
        }
        let wrong = read("status=live").expect("legal").get::<Status>("status").expect_err("no status");
        assert!(wrong.message.contains("live") && wrong.message.contains("active"), "{}", wrong.message);
        let wrong = read("team=one").expect("legal").get::<TeamId>("team").expect_err("no number");
        assert_eq!(wrong.field.as_deref(), Some("team"));
    }

    #[test]
    fn a_bearer_token_is_found() {
        assert_eq!(bearer("Bearer a.b.c"), Some("a.b.c"));
        assert_eq!(bearer("bearer  a.b.c "), Some("a.b.c"));
        assert_eq!(bearer("Basic a.b.c"), None);
        assert_eq!(bearer("a.b.c"), None);
    }

    #[test]
    fn only_json_is_json() {
        let headers = |content_type: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, content_type.parse().expect("a header"));
            headers
        };
        assert!(is_json(&HeaderMap::new()));
        assert!(
            is_json(&headers("application/json")) && is_json(&headers("Application/JSON; charset=utf-8"))
        );
        assert!(!is_json(&headers("text/plain")) && !is_json(&headers("application/x-www-form-urlencoded")));
    }
}
