//! The clock of a real host that is killed, stopped, and left alone.

use super::assert_verified;
use crate::support::clock::{SECONDS, missed, short};
use crate::support::manager::Manager;
use crate::support::play::{plain_answer, sit_down, start};
use crate::support::server::Home;
use serde_json::json;
use std::time::{Duration, Instant};

/// Longer than a clock runs.
const AWAY: Duration = Duration::from_secs(7);

#[tokio::test]
async fn nobody_is_charged_for_a_host_that_was_killed() {
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, short()).await;
    start(&mut ann, &game).await.expect("connected");
    tokio::time::sleep(Duration::from_secs(2)).await;
    server.kill();
    let began = Instant::now();
    tokio::time::sleep(AWAY).await;
    let away = began.elapsed();
    let _server = home.start().await;

    // Nobody comes back: the game is taken up for its clock alone.
    let missed = missed(&ann.http, &game).await;
    missed.assert_fair(away);
    assert_eq!(missed.moves, 1);
    assert_verified(&ann.http, &game).await;
}

#[tokio::test]
async fn nobody_is_charged_for_a_host_that_stood_still() {
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, short()).await;
    let asked = start(&mut ann, &game).await.expect("connected");
    tokio::time::sleep(Duration::from_secs(2)).await;
    server.pause();
    tokio::time::sleep(AWAY).await;
    server.go_on();

    // Ann is still in time, by the host's own word.
    let moved =
        ann.wait_for("the time given back", |frame| frame["events"][0]["kind"] == "deadline_moved").await;
    assert_eq!(moved["events"][0]["side"], "home", "{moved}");
    ann.commit(&game, Some(asked), plain_answer("awaiting_defensive", &[])).await.expect("connected");
    let missed = missed(&ann.http, &game).await;
    missed.assert_fair(Duration::ZERO);
    assert_eq!(missed.moves, 0, "Bob was asked after it");
}

#[tokio::test]
async fn a_game_that_is_left_alone_goes_on_by_the_clock() {
    let home = Home::sqlite().brisk().with("DUGOUT__HOST__GAME_IDLE_TIMEOUT_S", "1");
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let settings =
        json!({"settings": {"innings": 1, "decision_seconds": SECONDS, "missed_deadlines_max": 2}});
    let game = sit_down(&mut ann, &mut bob, settings).await;
    let asked = start(&mut ann, &game).await.expect("connected");
    let state = ann.http.get(&format!("/api/v1/games/{game}/state")).await.ok();
    assert_eq!(state["pending_decision"]["seq"], asked);
    assert!(state["pending_decision"]["deadline"].is_string(), "{state}");
    assert_eq!(state["settings"]["decision_seconds"], SECONDS);
    let http = ann.http.clone();
    drop((ann, bob));

    let missed = missed(&http, &game).await;
    missed.assert_fair(Duration::ZERO);
    let over = http.get(&format!("/api/v1/games/{game}/state")).await.ok();
    assert_eq!(over["forfeit"]["reason"], "missed 2 deadlines in a row", "{over}");
    assert!(
        server.log().contains("taking up games"),
        "the game had left the host, and came back for its clock"
    );
    assert_verified(&http, &game).await;
}

#[tokio::test]
async fn a_clock_out_of_bounds_is_refused_and_the_clock_is_not_for_managers() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    for (settings, field) in [
        (json!({"decision_seconds": 4}), "settings.decision_seconds"),
        (json!({"decision_seconds": 604_801}), "settings.decision_seconds"),
        (json!({"missed_deadlines_max": 2}), "settings.missed_deadlines_max"),
    ] {
        let body = json!({"home_team_id": 1, "away_team_id": 2, "settings": settings});
        let problem = ann.http.post("/api/v1/games", &body).await.problem(422, "invalid");
        assert_eq!(problem["field"], field, "{problem}");
    }
    let game = sit_down(&mut ann, &mut bob, short()).await;
    start(&mut ann, &game).await.expect("connected");
    for command in [json!({"kind": "take_default"}), json!({"kind": "extend_deadline", "seconds": 60})] {
        let refused = ann.command(&game, None, command).await.expect("an answer");
        assert_eq!((&refused["code"], &refused["field"]), (&json!("invalid"), &json!("kind")), "{refused}");
    }
}
