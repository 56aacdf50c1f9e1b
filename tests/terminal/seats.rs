//! Seats that are given and taken by an operator while somebody sits at his terminal.

use super::pty::Terminal;
use super::typed::game_id;
use crate::support::http::Http;
use crate::support::server::Home;
use serde_json::{Value, json};

/// An operator's way to a game.
struct Desk {
    http: Http,
    game: String,
}

impl Desk {
    async fn open(home: &Home, game: &str) -> Self {
        let token = home.token("Olga", &["--operator"]).await;
        Self { http: Http::stranger(&home.address).with_token(&token), game: game.to_owned() }
    }

    async fn act(&self, act: &str, body: Value) {
        self.http.post(&format!("/api/v1/games/{}/{act}", self.game), &body).await.ok();
    }

    /// Gives a seat to whoever holds another one now, so that his id is known.
    async fn give(&self, side: &str, holder: &Value) {
        let (user_id, user_name) = (&holder["user_id"], &holder["user_name"]);
        self.act("give_seat", json!({"side": side, "user_id": user_id, "user_name": user_name})).await;
    }

    async fn holder(&self, side: &str) -> Value {
        self.http.game(&self.game, "").await["seats"][side].clone()
    }
}

/// Ann at her terminal in a game that has begun, and an operator's way to it.
async fn play_ball(home: &Home, new_game: &str) -> (Terminal, Desk) {
    let mut ann = Terminal::remote(home, "Ann");
    ann.ready().await;
    let game = game_id(&ann.types(new_game).await);
    ann.types("start_game").await;
    let desk = Desk::open(home, &game).await;
    (ann, desk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_that_is_taken_away_is_forgotten_and_said() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let (mut ann, desk) = play_ball(&home, "new_game").await;
    let holder = desk.holder("home").await;
    ann.looks_away();
    desk.act("free_seat", json!({"side": "home"})).await;
    ann.wait_for("Washington is not yours any more").await;
    let status = ann.types("status").await;
    assert!(!status.contains("your turn"), "{status}");
    assert!(ann.types("defensive").await.contains("you watch this game"));
    assert!(!ann.types("who").await.contains("(yours)"));

    ann.looks_away();
    desk.give("home", &holder).await;
    ann.wait_for("you manage Washington now").await;
    assert!(ann.types("status").await.contains("your turn"));
    assert!(!ann.types("defensive").await.contains("you watch"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_seat_of_one_person_can_be_taken_away_too() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let (mut ann, desk) = play_ball(&home, "new_game me=both").await;
    desk.act("free_seat", json!({"side": "away"})).await;
    ann.types("defensive").await;
    let refused = ann.types("offensive").await;
    assert!(refused.contains("you hold no seat"), "{refused}");
    let status = ann.types("status").await;
    assert!(!status.contains("your turn"), "{status}");
    assert!(ann.types("who").await.contains("nobody: the seat is free"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_his_seat_in_a_private_game_is_shown_out() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let (mut ann, desk) = play_ball(&home, "new_game private").await;
    ann.looks_away();
    desk.act("free_seat", json!({"side": "home"})).await;
    ann.wait_for("Washington is not yours any more").await;
    ann.wait_for("connection closed").await;
    let refused = ann.types("defensive").await;
    assert!(refused.contains("you watch this game"), "{refused}");
}
