//! Who may do what, what nobody may see, and what a page of another site cannot do.

mod database_user;
mod operators;
mod pages;
mod permissions;
mod secrets;
mod sockets;

use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::server::{Home, Server};
use crate::support::token::Secret;
use serde_json::{Value, json};

/// A host, and everybody who may come to it.
struct House {
    home: Home,
    ann: Manager,
    bob: Manager,
    guest: Manager,
    stranger: Manager,
    operator: Manager,
    nobody: Http,
    wrong: Vec<(&'static str, Http)>,
    server: Server,
}

impl House {
    async fn open(home: Home) -> Self {
        let server = home.start().await;
        let ann = Manager::connect(&home.address, "Ann").await;
        let bob = Manager::connect(&home.address, "Bob").await;
        let guest = Manager::connect(&home.address, "Guest").await;
        let token = home.token("Stranger", &[]).await;
        let stranger = Manager::sign_in(&home.address, "Stranger", &token).await;
        let token = home.token("League", &["--operator"]).await;
        let operator = Manager::sign_in(&home.address, "League", &token).await;
        let nobody = Http::stranger(&home.address);
        let wrong = Secret::of(&home).wrong_tokens();
        let wrong = wrong.into_iter().map(|(name, token)| (name, nobody.with_token(&token))).collect();
        Self { home, ann, bob, guest, stranger, operator, nobody, wrong, server }
    }

    /// Ann's game against Bob, in one of these situations: `open` (his seat is free), `live`, `finished`,
    /// `quarantined`; `private` games say so.
    async fn game(&self, kind: &str) -> String {
        let is_private = kind.starts_with("private");
        let visibility = if is_private { "private" } else { "public" };
        let created = self.ann.http.create_game(json!({ "visibility": visibility })).await;
        let game = created["id"].as_str().expect("an id").to_owned();
        let path = format!("/api/v1/games/{game}");
        let situation = kind.trim_start_matches("private ");
        if situation == "open" {
            return game;
        }
        self.bob.http.post(&format!("{path}/seats/away"), &json!({})).await.ok();
        match situation {
            "live" => {}
            "finished" => {
                self.operator.http.post(&format!("{path}/forfeit"), &json!({"side": "away"})).await.ok();
            }
            "quarantined" => {
                let reason = json!({"reason": "to be looked at"});
                self.operator.http.post(&format!("{path}/quarantine"), &reason).await.ok();
            }
            other => panic!("nobody knows a game that is {other}"),
        }
        game
    }
}

/// The lines of a table: cells between runs of two or more spaces; empty lines and headings (`#`) are passed over.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
}

/// Everything that a string in this value says.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
