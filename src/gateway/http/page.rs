//! `GET /`: the page. Its files are part of the program; they ask nothing of any other host.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;

const HTML: &str = include_str!("../../web/index.html");
const CSS: &str = include_str!("../../web/page.css");
const SCRIPT: &str = include_str!("../../web/page.js");

/// A browser asks again each time: the files change with the program, and are small.
const REVALIDATE: &str = "no-cache";

/// The page.
pub async fn html() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, REVALIDATE)], HTML)
}

/// How it looks.
pub async fn css() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, REVALIDATE)], CSS)
}

/// What it does.
pub async fn script() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8"), (CACHE_CONTROL, REVALIDATE)], SCRIPT)
}
