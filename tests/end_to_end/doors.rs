//! Who comes in, and who is shown out: tokens, first frames, limits, seats, private games.

use crate::support::http::Http;
use crate::support::manager::{Closed, Manager, Socket, next_frame, open};
use crate::support::play::sit_down;
use crate::support::server::{Address, Home};
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use tokio_tungstenite::tungstenite::Message;

/// Opens a socket, sends these texts, and gives how the host ends the connection.
async fn shown_out(address: &Address, texts: &[String]) -> Closed {
    let mut socket = open(address, Some("dugout.v1")).await.expect("the socket opens");
    for text in texts {
        // The host may have hung up already, which is what is looked for.
        let _ = socket.send(Message::text(text.clone())).await;
    }
    last_word(&mut socket).await
}

async fn last_word(socket: &mut Socket) -> Closed {
    loop {
        if let Err(closed) = next_frame(socket).await {
            return closed;
        }
    }
}

fn hello(token: &str) -> String {
    json!({"type": "hello", "token": token, "client": "doors/1"}).to_string()
}

#[tokio::test]
async fn a_connection_that_breaks_the_protocol_is_closed_with_the_code_that_says_why() {
    let home = Home::sqlite().with("DUGOUT__GATEWAY__HELLO_TIMEOUT_MS", "300");
    let server = home.start().await;
    let ann = Manager::connect(&home.address, "Ann").await;
    let token = ann.token.as_str();
    let tampered = format!("{}{}", &token[..token.len() - 2], if token.ends_with('A') { "BB" } else { "AA" });
    let join = json!({"type": "join", "game": uuid::Uuid::new_v4()}).to_string();
    let too_large = json!({"type": "hello", "token": "x".repeat(9000), "client": ""}).to_string();
    for (texts, code) in [
        (vec![], 4408),
        (vec!["not JSON".to_owned()], 4400),
        (vec![json!({"type": "dance"}).to_string()], 4400),
        (vec![hello(token), "[]".to_owned()], 4400),
        (vec![hello(token), hello(token)], 4400),
        (vec![hello("no.such.token")], 4401),
        (vec![hello(&tampered)], 4401),
        (vec![too_large.clone()], 1009),
        (vec![hello(token), too_large], 1009),
    ] {
        let closed = shown_out(&home.address, &texts).await;
        assert_eq!(closed.code, Some(code), "{texts:?}: {closed}");
    }
    let closed = shown_out(&home.address, &[join]).await;
    assert!(matches!(closed.code, Some(4400 | 4401)), "the first frame must be hello: {closed}");
    assert!(!server.log().contains(token), "tokens stay out of the log");
}

#[tokio::test]
async fn the_subprotocol_must_be_ours() {
    let home = Home::sqlite();
    let _server = home.start().await;
    let mut socket = open(&home.address, None).await.expect("the socket opens");
    assert_eq!(last_word(&mut socket).await.code, Some(4406));
}

#[tokio::test]
async fn who_sends_too_fast_is_told_to_come_back_later() {
    let home = Home::sqlite()
        .with("DUGOUT__GATEWAY__FRAMES_PER_SECOND", "1")
        .with("DUGOUT__GATEWAY__FRAMES_BURST", "5");
    let _server = home.start().await;
    let ann = Manager::connect(&home.address, "Ann").await;
    let join = json!({"type": "join", "game": uuid::Uuid::new_v4()}).to_string();
    let mut texts = vec![hello(&ann.token)];
    texts.extend(std::iter::repeat_n(join, 20));
    assert_eq!(shown_out(&home.address, &texts).await.code, Some(4429));
}

#[tokio::test]
async fn the_newer_connection_of_a_seat_is_the_one_that_counts() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    let mut older = open(&home.address, Some("dugout.v1")).await.expect("the socket opens");
    for frame in [hello(&ann.token), json!({"type": "join", "game": game}).to_string()] {
        older.send(Message::text(frame)).await.expect("connected");
    }
    assert_eq!(ann.read_to_the_end().await.code, Some(4409), "the older connection learns why");

    ann.reconnect().await.expect("and may take the seat back");
    assert_eq!(last_word(&mut older).await.code, Some(4409));
    crate::support::play::start(&mut ann, &game).await.expect("the seat works");
}

#[tokio::test]
async fn a_private_game_does_not_exist_for_others() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut eve = Manager::connect(&home.address, "Eve").await;
    let created = ann.http.create_game(json!({"visibility": "private", "away_team_is_ai": true})).await;
    let game = created["id"].as_str().expect("an id").to_owned();
    ann.join(&game).await;

    for what in ["", "/state", "/plays", "/box_score", "/rolls", "/lineups", "/rosters", "/journal"] {
        eve.http.get(&format!("/api/v1/games/{game}{what}")).await.problem(404, "not_found");
    }
    let listed = eve.http.get("/api/v1/games").await.ok();
    assert!(!listed.to_string().contains(&game), "{listed}");
    eve.send(&json!({"type": "join", "game": game})).await.expect("connected");
    let answer = eve.read().await.expect("an answer");
    assert_eq!((&answer["type"], &answer["code"]), (&json!("rejected"), &json!("not_found")), "{answer}");
    let answer = eve.command(&game, None, json!({"kind": "start"})).await.expect("connected");
    assert_eq!(answer["code"], "not_found", "{answer}");
}

#[tokio::test]
async fn a_game_under_way_shows_its_journal_to_its_managers_only() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let eve = Manager::connect(&home.address, "Eve").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    let path = format!("/api/v1/games/{game}/journal");
    assert!(ann.http.get(&path).await.status.is_success());
    assert!(bob.http.get(&path).await.status.is_success());
    assert!(eve.http.get(&path).await.status.is_client_error());
}

#[tokio::test]
async fn tokens_are_asked_for_checked_and_may_be_switched_off() {
    let home = Home::sqlite();
    let server = home.start().await;
    let stranger = Http::stranger(&home.address);
    for (name, http) in
        [("no token", stranger.clone()), ("a wrong one", stranger.with_token("no.such.token"))]
    {
        let answer = http.post("/api/v1/games", &json!({})).await;
        assert_eq!(answer.status.as_u16(), 401, "{name}: {answer:?}");
        assert!(answer.content_type.starts_with("application/problem+json"), "{name}: {answer:?}");
    }
    let unnamed = stranger.post("/api/v1/tokens", &json!({"name": " "})).await.problem(422, "invalid");
    assert_eq!(unnamed["field"], "name");
    assert_eq!(secrets_modes(&home), [0o600], "the secret is its owner's alone");

    let first: Value = stranger.post("/api/v1/tokens", &json!({"name": "Ann"})).await.ok();
    server.kill();
    let closed_to_guests = home.with("DUGOUT__GATEWAY__ALLOW_GUESTS", "never");
    let _server = closed_to_guests.start().await;
    let stranger = Http::stranger(&closed_to_guests.address);
    stranger.post("/api/v1/tokens", &json!({"name": "Bob"})).await.problem(403, "forbidden");
    let ann = stranger.with_token(first["token"].as_str().expect("a token"));
    assert!(ann.get("/api/v1/games").await.status.is_success(), "a token outlives the process that gave it");
}

/// The permissions of the files that hold a secret.
fn secrets_modes(home: &Home) -> Vec<u32> {
    let entries = std::fs::read_dir(home.data_dir()).expect("the data directory exists");
    let entries = entries.map(|entry| entry.expect("readable"));
    let secrets = entries.filter(|entry| entry.file_name().to_string_lossy().contains("secret"));
    secrets.map(|entry| entry.metadata().expect("readable").permissions().mode() & 0o777).collect()
}

#[tokio::test]
async fn the_host_says_how_it_is() {
    let home = Home::sqlite();
    let _server = home.start().await;
    let anyone = Http::stranger(&home.address);
    for path in ["/healthz", "/readyz"] {
        let answer = anyone.get(path).await;
        assert!(answer.status.is_success(), "{path}: {answer:?}");
    }
    anyone.get("/api/v1/no-such-thing").await.problem(404, "not_found");
}
