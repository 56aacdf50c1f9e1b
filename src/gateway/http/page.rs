//! `GET /` and `GET /web/{file}`: the page. Its files are part of the program; they ask nothing of any other host.

use crate::gateway::problem::Refusal;
use crate::rules::rejection::{Rejection, RejectionCode};
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A browser asks each time whether a file has changed: the files change with the program only.
const REVALIDATE: &str = "no-cache";

/// The files of the page, by name.
static FILES: LazyLock<BTreeMap<&'static str, File>> = LazyLock::new(|| {
    macro_rules! files {
        ($($name:literal,)*) => { [$(($name, include_bytes!(concat!("../../web/", $name)) as &[u8]),)*] };
    }
    let files = files![
        "api.js",
        "bench.js",
        "box_score.js",
        "changes.js",
        "claim.js",
        "clock.js",
        "connection.js",
        "controls.js",
        "decisions.js",
        "dialog.js",
        "dice.js",
        "dom.js",
        "elsewhere.js",
        "fairness.js",
        "field.js",
        "game.css",
        "game.js",
        "identity.js",
        "index.html",
        "legality.js",
        "lineup.js",
        "lobby.js",
        "main.js",
        "manual.js",
        "matchup.js",
        "moment.js",
        "new_game.js",
        "operator.css",
        "operator.js",
        "operator_game.js",
        "operator_words.js",
        "outbox.js",
        "outcomes.js",
        "page.css",
        "plays.js",
        "record.js",
        "resolution.js",
        "scoreboard.js",
        "season.js",
        "share.js",
        "sign_in.js",
        "substitution.js",
        "tabs.js",
        "trust.js",
        "win_chart.js",
        "words.js",
    ];
    files.into_iter().map(|(name, body)| (name, File::new(name, body))).collect()
});

struct File {
    body: &'static [u8],
    content_type: &'static str,
    /// Names the content, so that a browser that has it is told so.
    etag: String,
}

impl File {
    fn new(name: &str, body: &'static [u8]) -> Self {
        let content_type = match name.rsplit_once('.') {
            Some((_, "html")) => "text/html; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            _ => "text/javascript; charset=utf-8",
        };
        Self { body, content_type, etag: format!("\"{}\"", hex::encode(&Sha256::digest(body)[..12])) }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let kept = [(CACHE_CONTROL, REVALIDATE), (ETAG, self.etag.as_str())];
        let known = headers.get(IF_NONE_MATCH).and_then(|etag| etag.to_str().ok());
        if known.is_some_and(|known| known.split(',').any(|etag| etag.trim() == self.etag)) {
            return (StatusCode::NOT_MODIFIED, kept).into_response();
        }
        (kept, [(CONTENT_TYPE, self.content_type)], self.body).into_response()
    }
}

/// The page itself.
pub async fn html(headers: HeaderMap) -> Result<Response, Refusal> {
    file(Path("index.html".to_owned()), headers).await
}

/// One of its files.
pub async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Refusal> {
    match FILES.get(name.as_str()) {
        Some(file) => Ok(file.answer(&headers)),
        None => Err(Rejection::new(RejectionCode::NotFound, "the page has no such file").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::charts::CHARTS;
    use crate::rules::outcome::PlayOutcome;
    use std::fs;

    /// The most that the first view may weigh, in bytes.
    const FIRST_VIEW_BYTES_MAX: usize = 100_000;

    #[test]
    fn every_file_of_the_page_is_served_and_is_text() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web");
        for entry in fs::read_dir(directory).expect("the page's directory") {
            let name = entry.expect("an entry").file_name().into_string().expect("a plain name");
            // Types are for the reader and the checker; no browser asks for them.
            assert!(FILES.contains_key(name.as_str()) || name == "types.js", "{name} is not served");
        }
        assert!(FILES.values().all(|file| std::str::from_utf8(file.body).is_ok()));
    }

    #[test]
    fn modules_import_only_files_that_are_served() {
        for (name, file) in FILES.iter().filter(|(name, _)| name.ends_with(".js")) {
            let text = std::str::from_utf8(file.body).expect("text");
            let code =
                text.lines().filter(|line| line.starts_with("import ") || line.contains("await import("));
            for line in code {
                let imported = line.split("\"./").nth(1).and_then(|rest| rest.split('"').next());
                let imported = imported.unwrap_or_else(|| panic!("{name}: {line}"));
                assert!(FILES.contains_key(imported), "{name} imports {imported}");
            }
        }
    }

    #[test]
    fn the_outcomes_that_the_page_offers_are_those_of_the_rules() {
        let text = std::str::from_utf8(FILES["outcomes.js"].body).expect("text");
        let offered: Vec<&str> =
            text.lines().filter_map(|line| line.trim().strip_prefix("outcome(\"")).collect();
        assert_eq!(offered.len(), PlayOutcome::ALL.len());
        for outcome in PlayOutcome::ALL {
            let line = offered.iter().find(|line| line.split('"').next() == Some(outcome.as_str()));
            let line = line.unwrap_or_else(|| panic!("the page does not offer {outcome}"));
            // The word, the label, and the rule of places where there is one.
            let places = line.split('"').nth(4).unwrap_or_default();
            assert_eq!(places, CHARTS.outcomes.facts(*outcome).location.as_str(), "{outcome}");
        }
    }

    #[test]
    fn the_whole_page_weighs_little() {
        let lobby = [
            "index.html",
            "page.css",
            "game.css",
            "main.js",
            "dom.js",
            "sign_in.js",
            "api.js",
            "identity.js",
        ];
        let lobby = lobby.iter().chain(&["lobby.js", "new_game.js", "controls.js", "words.js"]);
        let bytes: usize = lobby.map(|name| FILES[name].body.len()).sum();
        assert!(bytes <= FIRST_VIEW_BYTES_MAX, "the first view weighs {bytes} bytes");
    }

    #[test]
    fn a_browser_that_has_a_file_is_told_so() {
        let file = &FILES["main.js"];
        let mut headers = HeaderMap::new();
        assert_eq!(file.answer(&headers).status(), StatusCode::OK);
        headers.insert(IF_NONE_MATCH, file.etag.parse().expect("a header"));
        assert_eq!(file.answer(&headers).status(), StatusCode::NOT_MODIFIED);
        headers.insert(IF_NONE_MATCH, "\"other\"".parse().expect("a header"));
        assert_eq!(file.answer(&headers).status(), StatusCode::OK);
    }
}
