//! What happened in a game: read models and the journal.

use super::games::{of_a_game, of_a_live_game};
use super::operation::{Operation, Who, in_query};
use crate::gateway::http::records::PlayRow;
use crate::protocol::{BoxScoreView, Page};
use crate::rules::rejection::RejectionCode as Code;
use crate::store::export::JournalText;
use crate::store::read::{LineupRow, RollRecord};
use schemars::JsonSchema;
use serde_json::json;

pub fn operations() -> Vec<Operation> {
    let all = [
        plays(),
        box_score(),
        list::<RollRecord>("/api/v1/games/{id}/rolls", "listRolls", "The rolls, in order"),
        list::<LineupRow>(
            "/api/v1/games/{id}/lineups",
            "listLineups",
            "The line-up entries of both teams, those who left included",
        ),
        journal(),
    ];
    all.into_iter().map(|operation| operation.tag("records").who(Who::Token)).collect()
}

/// A list of a game that comes in one page.
fn list<T: JsonSchema>(path: &'static str, id: &'static str, summary: &'static str) -> Operation {
    of_a_game(Operation::get(path, id, summary)).answers::<Page<T>>(200, "All of them; `next` is null.")
}

fn plays() -> Operation {
    let format = in_query::<String>("format", "In which form.")
        .with(json!({"enum": ["json", "csv"], "default": "json"}));
    of_a_game(Operation::get("/api/v1/games/{id}/plays", "listPlays", "The plays, in order"))
        .takes(format)
        .answers::<Page<PlayRow>>(200, "All of them; `next` is null.")
        .answers_as::<String>(200, "text/csv", "All of them.")
}

fn box_score() -> Operation {
    let format = in_query::<String>("format", "In which form.")
        .with(json!({"enum": ["json", "text"], "default": "json"}));
    let summary = "The box score of the plays so far";
    of_a_live_game(Operation::get("/api/v1/games/{id}/box_score", "getBoxScore", summary))
        .takes(format)
        .answers::<BoxScoreView>(200, "The box score.")
        .answers_as::<String>(200, "text/plain", "The box score, as newspapers print it.")
}

fn journal() -> Operation {
    let summary = "Everything that happened, as lines of JSON: what `dugout verify` reads";
    of_a_game(Operation::get("/api/v1/games/{id}/journal", "getJournal", summary))
        .about(
            "A header line, then one line an entry, each sealed with the hash of all before it. While the game is under \
             way it is for its managers and the operator; it is public when the game is over.",
        )
        .refuses(&[Code::Forbidden, Code::Quarantined])
        .answers_as::<JournalText>(200, "application/x-ndjson", "The journal.")
}
