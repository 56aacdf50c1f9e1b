//! `GET /` and `GET /web/{file}`: the page. Its files are part of the program; they ask nothing of any other host.

use super::kept::Kept;
use crate::gateway::problem::Refusal;
use crate::gateway::request::Path;
use crate::rules::rejection::{Rejection, RejectionCode};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The files of the page, by name.
static FILES: LazyLock<BTreeMap<&'static str, Kept>> = LazyLock::new(|| {
    macro_rules! files {
        ($($name:literal,)*) => { [$(($name, include_bytes!(concat!("../../web/", $name)) as &[u8]),)*] };
    }
    let files = files![
        "api.js",
        "bench.js",
        "box_score.js",
        "changes.js",
        "claim.js",
        "client.js",
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
    files.into_iter().map(|(name, body)| (name, kept(name, body))).collect()
});

/// The file of the page with this name and this body.
fn kept(name: &str, body: &'static [u8]) -> Kept {
    let content_type = match name.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    };
    Kept::new(Bytes::from_static(body), content_type)
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
        assert!(FILES.values().all(|file| std::str::from_utf8(&file.body).is_ok()));
    }

    #[test]
    fn modules_import_only_files_that_are_served() {
        for (name, file) in FILES.iter().filter(|(name, _)| name.ends_with(".js")) {
            let text = std::str::from_utf8(&file.body).expect("text");
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
        let text = std::str::from_utf8(&FILES["outcomes.js"].body).expect("text");
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
            "client.js",
            "connection.js",
            "outbox.js",
        ];
        let lobby = lobby.iter().chain(&["lobby.js", "new_game.js", "controls.js", "words.js"]);
        let bytes: usize = lobby.map(|name| FILES[name].body.len()).sum();
        assert!(bytes <= FIRST_VIEW_BYTES_MAX, "the first view weighs {bytes} bytes");
    }
}
