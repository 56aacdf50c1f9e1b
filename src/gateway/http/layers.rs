//! What every request passes through: who may ask how often, how long it may take, what the answer's headers say.

use crate::gateway::problem::Refusal;
use crate::gateway::refused::Refused;
use crate::gateway::request::{Peer, too_often};
use crate::gateway::{Gateway, origin};
use crate::rules::rejection::{Rejection, RejectionCode};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL,
    CONTENT_SECURITY_POLICY, ORIGIN, REFERRER_POLICY, UPGRADE, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::{Duration, Instant};
use tracing::field::Empty;
use tracing::{Instrument, debug_span};

/// What a browser may do with an answer: the page's own files and connections, and nothing else.
const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// What a page of another site that the settings name may send, and for how many seconds a browser need not ask again.
const MAY_BE_SENT: [(HeaderName, HeaderValue); 3] = [
    (ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, DELETE")),
    (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type, if-none-match")),
    (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600")),
];
/// The headers of an answer that it may read beside those that browsers always show.
const SHOWN: HeaderValue = HeaderValue::from_static("location, etag, retry-after");

/// Adds the security headers, where an answer does not set its own.
pub async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// Lets pages of the sites that the settings name read the answer, and answers the question that a browser asks before it
/// sends what such a page wants sent (the Fetch standard's CORS protocol). To all others a browser shows nothing.
pub async fn share(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let settings = gateway.settings();
    if settings.allowed_origins.is_empty() {
        return next.run(request).await;
    }
    let origin = request.headers().get(ORIGIN).cloned();
    let is_named = |origin: &HeaderValue| origin.to_str().is_ok_and(|text| origin::is_named(settings, text));
    let origin = origin.filter(is_named);
    let asks_first =
        *request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if asks_first => (StatusCode::NO_CONTENT, MAY_BE_SENT).into_response(),
        _ => next.run(request).await,
    };
    response.headers_mut().append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
    }
    response
}

/// Counts requests and measures them, by route: a path as somebody wrote it would be a label without bound.
pub async fn measure(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let began = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_str().to_owned();
    metrics::histogram!("dugout_http_request_seconds", "route" => route.clone())
        .record(began.elapsed().as_secs_f64());
    metrics::counter!("dugout_http_requests_total", "route" => route, "method" => method, "status" => status)
        .increment(1);
    response
}

/// Follows a request: one span, by the names of OpenTelemetry's semantic conventions for HTTP servers.
pub async fn trace(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("", MatchedPath::as_str);
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "OPTIONS" | "PATCH") => known,
        _ => "_OTHER",
    };
    let span = debug_span!(
        "http",
        otel.name = format!("{method} {route}").trim_end(),
        otel.kind = "server",
        otel.status_code = Empty,
        trace_id = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
    );
    gateway.parent(request.headers()).begin(&span);
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    response
}

/// Refuses who asks too often and pages of other sites, and gives up on what takes too long.
pub async fn bound(State(gateway): State<Gateway>, peer: Peer, request: Request, next: Next) -> Response {
    if let Err(wait) = gateway.rates().requests.check(&peer.0.ip().into()) {
        Refused::RequestRate.count();
        return too_often("too many requests from this address", wait).into_response();
    }
    let settings = gateway.settings();
    let is_socket = request.headers().contains_key(UPGRADE);
    if !origin::is_allowed(settings, request.method(), is_socket, request.headers()) {
        Refused::Origin.count();
        let message = "pages of other sites may not ask this; the operator can allow them by name";
        return Refusal::from(Rejection::new(RejectionCode::Forbidden, message)).into_response();
    }
    let patience = Duration::from_millis(settings.request_timeout_ms);
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| {
        Refused::RequestTimeout.count();
        let message = "the request took too long; it may or may not have had its effect";
        let rejection = Rejection::later(RejectionCode::Unavailable, message, 1_000);
        Refusal::with_status(StatusCode::GATEWAY_TIMEOUT, rejection).into_response()
    })
}

/// Answers a request whose handler panicked.
pub fn after_panic(panic: Box<dyn Any + Send + 'static>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    tracing::error!(panic = message, "a request handler panicked");
    Refusal::from(Rejection::new(RejectionCode::Internal, "the host failed")).into_response()
}

/// Answers a path that leads nowhere.
pub async fn no_such_path(uri: Uri) -> Refusal {
    let path: String = uri.path().chars().take(100).collect();
    Rejection::new(RejectionCode::NotFound, format!("there is nothing at {path}")).into()
}

/// Answers a method that a path does not have; axum names those it has in `Allow`.
pub async fn no_such_method() -> Refusal {
    let rejection =
        Rejection::new(RejectionCode::Malformed, "this path does not have that method; see Allow");
    Refusal::with_status(StatusCode::METHOD_NOT_ALLOWED, rejection)
}
