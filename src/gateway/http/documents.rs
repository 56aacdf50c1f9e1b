//! `GET /openapi.json`, `GET /asyncapi.json`: what programs are written against.

use super::kept::Kept;
use super::openapi::openapi as openapi_document;
use crate::protocol::asyncapi::asyncapi as asyncapi_document;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;
use std::sync::LazyLock;

/// The type of an OpenAPI document.
pub const OPENAPI_TYPE: &str = "application/vnd.oai.openapi+json;version=3.1";
/// The type of an AsyncAPI document.
pub const ASYNCAPI_TYPE: &str = "application/vnd.aai.asyncapi+json;version=3.0.0";

static OPENAPI: LazyLock<Kept> = LazyLock::new(|| kept(&openapi_document(), OPENAPI_TYPE));
static ASYNCAPI: LazyLock<Kept> = LazyLock::new(|| kept(&asyncapi_document(), ASYNCAPI_TYPE));

fn kept(document: &Value, content_type: &'static str) -> Kept {
    Kept::new(document.to_string().into(), content_type)
}

/// The document of the HTTP API.
pub async fn openapi(headers: HeaderMap) -> Response {
    OPENAPI.answer(&headers)
}

/// The document of the socket.
pub async fn asyncapi(headers: HeaderMap) -> Response {
    ASYNCAPI.answer(&headers)
}
