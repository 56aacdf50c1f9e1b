//! Answers that change with the program only: whoever has one is told that it is still the same.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};

/// A browser keeps it, and asks each time whether it has changed.
const REVALIDATE: &str = "no-cache";

/// A body that stays the same as long as the process lives.
pub struct Kept {
    pub(super) body: Bytes,
    content_type: &'static str,
    /// Names the content.
    etag: String,
}

impl Kept {
    /// A body of this type.
    pub fn new(body: Bytes, content_type: &'static str) -> Self {
        let etag = format!("\"{}\"", hex::encode(&Sha256::digest(&body)[..12]));
        Self { body, content_type, etag }
    }

    /// The body, or that the asker has it.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        let kept = [(CACHE_CONTROL, REVALIDATE), (ETAG, self.etag.as_str())];
        let known = headers.get(IF_NONE_MATCH).and_then(|etag| etag.to_str().ok());
        if known.is_some_and(|known| known.split(',').any(|etag| etag.trim() == self.etag)) {
            return (StatusCode::NOT_MODIFIED, kept).into_response();
        }
        (kept, [(CONTENT_TYPE, self.content_type)], self.body.clone()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_has_it_is_told_so() {
        let kept = Kept::new(Bytes::from_static(b"let x;"), "text/javascript");
        let mut headers = HeaderMap::new();
        assert_eq!(kept.answer(&headers).status(), StatusCode::OK);
        headers.insert(IF_NONE_MATCH, kept.etag.parse().expect("a header"));
        assert_eq!(kept.answer(&headers).status(), StatusCode::NOT_MODIFIED);
        headers.insert(IF_NONE_MATCH, "\"other\"".parse().expect("a header"));
        assert_eq!(kept.answer(&headers).status(), StatusCode::OK);
    }
}
