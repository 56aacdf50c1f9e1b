//! What nobody may see: tokens, secrets and passwords in a log, the seed of the dice before the end.

use super::{House, texts};
use crate::support::http::Http;
use crate::support::manager::{Manager, next_frame, open};
use crate::support::play::play_game;
use crate::support::raw::{Raw, TEXT, frame};
use crate::support::server::Home;
use crate::support::token::Secret;
use futures_util::SinkExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::os::unix::fs::PermissionsExt;
use tokio_tungstenite::tungstenite::Message;

/// The paths that show a game.
const SHOWN: [&str; 8] = ["", "/state", "/plays", "/box_score", "/rolls", "/lineups", "/rosters", "/journal"];

/// Everything that a host says about a game that is not over, to whoever may see most of it.
async fn said_before_the_end(house: &mut House, game: &str) -> Vec<Value> {
    let mut said = Vec::new();
    for http in [&house.nobody, &house.guest.http, &house.ann.http, &house.bob.http, &house.operator.http] {
        for path in SHOWN {
            let answer = http.get(&format!("/api/v1/games/{game}{path}")).await;
            let lines = answer.text.lines().filter_map(|line| serde_json::from_str(line).ok());
            said.extend(lines);
        }
        said.push(http.get("/api/v1/games").await.ok());
    }
    said.push(house.operator.http.get("/api/v1/operator/acts").await.ok());
    let acts = json!({"command": {"kind": "roll"}});
    assert!(house.operator.command(game, None, acts["command"].clone()).await.is_ok());
    for manager in [&house.ann, &house.bob, &house.guest, &house.operator] {
        said.extend(manager.frames.iter().cloned());
    }
    said
}

#[tokio::test]
async fn the_seed_is_in_nothing_that_is_said_before_the_end() {
    let mut house = House::open(Home::sqlite().brisk()).await;
    let game = house.game("live").await;
    for manager in [&mut house.ann, &mut house.bob, &mut house.guest, &mut house.operator] {
        manager.join(&game).await;
    }
    let commitment =
        house.nobody.game(&game, "").await["seed_commitment"].as_str().expect("there").to_owned();
    house.ann.commit(&game, None, json!({"kind": "start"})).await.expect("connected");
    house.ann.commit(&game, None, json!({"kind": "defensive_decision"})).await.expect("connected");
    house.bob.commit(&game, None, json!({"kind": "offensive_decision"})).await.expect("connected");
    house.bob.commit(&game, None, json!({"kind": "roll"})).await.expect("connected");
    house.ann.commit(&game, None, json!({"kind": "pause"})).await.expect("connected");
    let before = said_before_the_end(&mut house, &game).await;
    assert!(before.len() > 50, "much was said: {}", before.len());

    // Whatever hexadecimal was said: it is not what the commitment commits to.
    let mut strings = Vec::new();
    before.iter().for_each(|value| texts(value, &mut strings));
    let mut candidates = 0;
    for bytes in strings.iter().filter_map(|text| hex::decode(text).ok()).filter(|bytes| bytes.len() == 32) {
        candidates += 1;
        assert_ne!(hex::encode(Sha256::digest(bytes)), commitment, "the seed was shown");
    }
    assert!(candidates > 3, "the commitment and the hashes of the journal at least: {candidates}");

    let end = house.ann.commit(&game, None, json!({"kind": "forfeit"})).await.expect("connected");
    let shown = house.bob.wait_for("the end", |frame| frame["type"] == "events" && frame["seq"] == end).await;
    let seed = shown["events"][0]["dice_seed"].as_str().expect("revealed").to_owned();
    assert_eq!(hex::encode(Sha256::digest(hex::decode(&seed).expect("hexadecimal"))), commitment);
    assert!(before.iter().all(|value| !value.to_string().contains(&seed)), "the seed was shown");
}

/// A session with every kind of mistake in it.
async fn go_wrong(house: &mut House) {
    let address = house.home.address.clone();
    for (_, http) in &house.wrong {
        http.get("/api/v1/games").await.problem(401, "forbidden");
    }
    let token = house.ann.token.clone();
    // A token where it does not belong: in a URL, in a body, in a name, in the wrong header, in a broken frame.
    house.nobody.get(&format!("/api/v1/games?token={token}")).await.problem(422, "invalid");
    house.nobody.get(&format!("/{token}")).await.problem(404, "not_found");
    house
        .nobody
        .post("/api/v1/tokens", &json!({"name": "Eve", "token": token}))
        .await
        .problem(422, "invalid");
    house.nobody.post("/api/v1/tokens", &json!({ "name": token })).await.problem(422, "invalid");
    let with_url =
        format!("GET /ws?token={token} HTTP/1.1\r\nHost: h\r\nAuthorization: Basic {token}\r\n\r\n");
    let mut raw = Raw::connect(&address).await;
    raw.send(with_url.as_bytes()).await.expect("sent");
    raw.head().await;
    for text in [
        json!({"type": "hello", "token": token, "client": "c", "extra": token}).to_string(),
        json!({"type": "hello", "token": [token], "client": "c"}).to_string(),
        json!({"type": token}).to_string(),
        format!("{{\"type\":\"hello\",\"token\":\"{token}"),
    ] {
        let mut raw = Raw::connect(&address).await;
        raw.ask_for_socket("").await;
        raw.send(&frame(TEXT, text.as_bytes())).await.expect("sent");
        raw.close_code().await;
    }
    let mut socket = open(&address, Some("dugout.v1")).await.expect("opens");
    for (_, token) in Secret::of(&house.home).wrong_tokens() {
        let hello = json!({"type": "hello", "token": token, "client": "thief/1"}).to_string();
        let _ = socket.send(Message::text(hello)).await;
        while next_frame(&mut socket).await.is_ok() {}
        socket = open(&address, Some("dugout.v1")).await.expect("opens");
    }
}

#[tokio::test]
async fn no_secret_is_in_the_log_of_a_whole_session_at_its_loudest() {
    let mut house = House::open(Home::sqlite().brisk().with_whole_log()).await;
    let game = {
        let created = house.ann.http.create_game(json!({"settings": {"innings": 1}})).await;
        created["id"].as_str().expect("an id").to_owned()
    };
    house.bob.http.post(&format!("/api/v1/games/{game}/seats/away"), &json!({})).await.ok();
    house.ann.join(&game).await;
    house.bob.join(&game).await;
    let entropy = "5eed".repeat(16);
    let share = json!({"kind": "contribute_entropy", "entropy": entropy});
    house.ann.commit(&game, None, share).await.expect("connected");
    // A game of which only the host knows the seed.
    let open_game = house.game("live").await;
    let mut managers = (house.ann, house.bob);
    play_game(&mut managers.0, &mut managers.1, &game).await;
    (house.ann, house.bob) = managers;
    go_wrong(&mut house).await;
    let reason = json!({"reason": "to be looked at"});
    house.operator.http.post(&format!("/api/v1/games/{open_game}/quarantine"), &reason).await.ok();
    let secret = Secret::of(&house.home).text();
    let tokens =
        [&house.ann, &house.bob, &house.guest, &house.stranger, &house.operator].map(|m| m.token.clone());
    let wrong = Secret::of(&house.home).wrong_tokens().into_iter().map(|(_, token)| token);
    let seed = seed_of(&house.operator.http, &game).await;

    house.server.terminate();
    house.server.ended().await;
    let log = house.server.log();
    assert!(log.lines().count() > 20 && log.contains("TRACE"), "the log is as loud as it can be:\n{log}");
    let parts = tokens.into_iter().chain(wrong).flat_map(|token| {
        let parts = token.split('.').map(str::to_owned).collect::<Vec<_>>();
        // The first part of a token is the same for all and says nothing.
        parts.into_iter().skip(1).filter(|part| part.len() > 10).collect::<Vec<_>>()
    });
    for part in parts.chain([secret, seed]) {
        let line = log.lines().find(|line| line.contains(&part));
        assert!(line.is_none(), "a secret is in the log: {line:?}");
    }
    // Statements name the column of the seeds; their values are not logged.
    let (statements, others): (Vec<_>, Vec<_>) =
        log.lines().partition(|line| line.contains("DEBUG dugout::sql: "));
    assert!(statements.iter().any(|line| line.contains("`dice_seed`")), "statements are logged");
    assert!(!statements.iter().any(|line| line.contains("-- binds")), "statements are logged without values");
    for word in ["Bearer ", "authorization:", "password=", "dice_seed"] {
        let line = others.iter().find(|line| line.to_lowercase().contains(&word.to_lowercase()));
        assert!(line.is_none(), "{word} is in the log: {line:?}");
    }
}

/// The seed of a game that is over.
async fn seed_of(http: &Http, game: &str) -> String {
    let journal = http.get(&format!("/api/v1/games/{game}/journal")).await.text;
    let last: Value = serde_json::from_str(journal.lines().last().expect("an entry")).expect("JSON");
    let events = last["events"].as_array().expect("events").clone();
    let end = events.iter().find(|event| event["kind"] == "game_completed").expect("the end");
    end["dice_seed"].as_str().expect("revealed").to_owned()
}

#[tokio::test]
async fn files_with_secrets_are_their_owners_alone() {
    let home = Home::sqlite();
    let server = home.start().await;
    let _ann = Manager::connect(&home.address, "Ann").await;
    let files = std::fs::read_dir(home.data_dir()).expect("the data directory");
    let modes: Vec<_> = files
        .map(|file| file.expect("readable"))
        .map(|file| (file.file_name(), file.metadata().expect("readable").permissions().mode() & 0o777))
        .collect();
    assert!(modes.len() >= 2, "the secret and the database: {modes:?}");
    assert!(modes.iter().all(|(_, mode)| *mode == 0o600), "{modes:?}");

    // A secret that others could have read is not used.
    server.kill();
    let secret = home.data_dir().join("token.secret");
    std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o640)).expect("changed");
    let mut refused = home.launch();
    assert!(!refused.ended().await.success());
    assert!(refused.log().contains("chmod 600"), "{}", refused.log());
}
