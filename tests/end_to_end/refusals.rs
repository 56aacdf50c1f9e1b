//! What is refused: with the right code, naming the field, and without changing anything.

use crate::support::journal::Journal;
use crate::support::manager::Manager;
use crate::support::play::{plain_answer, play_game, sit_down, start};
use crate::support::server::Home;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// One inning is enough for a test that is not about baseball.
fn short() -> Value {
    json!({"settings": {"innings": 1}})
}

#[tokio::test]
async fn refused_commands_say_why_and_change_nothing() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let mut eve = Manager::connect(&home.address, "Eve").await;
    let game = sit_down(&mut ann, &mut bob, short()).await;
    eve.join(&game).await;
    refused(&mut bob, &game, None, json!({"kind": "roll"}), "wrong_phase").await;

    let asked = start(&mut ann, &game).await.expect("connected");
    bob.wait_for("the first request", |frame| frame["type"] == "events" && frame["seq"] == asked).await;
    let before = Journal::fetch(&ann.http, &game).await.entries;
    let state = ann.http.game(&game, "/state").await;

    let defend = json!({"kind": "defensive_decision"});
    refused(&mut bob, &game, Some(asked), defend.clone(), "not_your_turn").await;
    refused(&mut eve, &game, None, defend.clone(), "not_your_seat").await;
    refused(&mut ann, &game, Some(asked - 1), defend.clone(), "stale").await;
    refused(&mut ann, &game, None, json!({"kind": "start"}), "wrong_phase").await;
    refused(&mut ann, &Uuid::new_v4().to_string(), None, defend, "not_found").await;
    for (command, field) in [
        (json!({"kind": "defensive_decision", "infield_depth": "deep"}), "infield_depth"),
        (json!({"kind": "defensive_decision", "infield_depth": 3}), "infield_depth"),
        (json!({"kind": "defensive_decision", "hold_runners": [5]}), "hold_runners[0]"),
        (json!({"kind": "defensive_decision", "shift": true}), "shift"),
        (json!({"kind": "squeeze"}), "kind"),
        (json!({}), "kind"),
    ] {
        let answer = refused(&mut ann, &game, Some(asked), command.clone(), "invalid").await;
        assert_eq!(answer["field"], field, "{command}: {answer}");
    }

    assert_eq!(Journal::fetch(&ann.http, &game).await.entries, before, "the journal has not changed");
    assert_eq!(ann.http.game(&game, "/state").await, state, "the state has not changed");
    ann.commit(&game, Some(asked), plain_answer("awaiting_defensive", &[])).await.expect("play goes on");
}

#[tokio::test]
async fn a_finished_game_takes_no_command() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, short()).await;
    play_game(&mut ann, &mut bob, &game).await;

    for kind in ["roll", "defensive_decision", "start"] {
        refused(&mut ann, &game, None, json!({ "kind": kind }), "game_over").await;
    }
}

/// Sends a command that must be refused with this code; gives the answer.
async fn refused(
    manager: &mut Manager,
    game: &str,
    expect: Option<i64>,
    command: Value,
    code: &str,
) -> Value {
    let answer = manager.command(game, expect, command.clone()).await.expect("the connection goes on");
    assert_eq!(answer["type"], "rejected", "{command}: {answer}");
    assert_eq!(answer["code"], code, "{command}: {answer}");
    assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()), "{command}: {answer}");
    answer
}

#[tokio::test]
async fn frames_that_are_not_the_protocols_form_are_answered_where_they_can_be() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let id = Uuid::new_v4();
    let game = Uuid::new_v4();
    for (frame, field) in [
        (json!({"type": "command", "id": id, "game": "1", "command": {"kind": "roll"}}), "game"),
        (
            json!({"type": "command", "id": id, "game": game, "command": {"kind": "roll"}, "extra": 1}),
            "extra",
        ),
        (
            json!({"type": "command", "id": id, "game": game, "command": {"kind": "roll"}, "expect": "1"}),
            "expect",
        ),
        (json!({"type": "command", "id": id, "game": game}), "command"),
    ] {
        ann.send(&frame).await.expect("connected");
        let answer = ann.read().await.expect("an answer");
        assert_eq!(
            (&answer["type"], &answer["code"]),
            (&json!("rejected"), &json!("malformed")),
            "{frame}: {answer}"
        );
        assert_eq!((&answer["id"], &answer["field"]), (&json!(id), &json!(field)), "{frame}: {answer}");
    }
}

#[tokio::test]
async fn http_refusals_are_problem_documents() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let ann = Manager::connect(&home.address, "Ann").await;
    let bob = Manager::connect(&home.address, "Bob").await;
    let nowhere = format!("/api/v1/games/{}", Uuid::new_v4());
    for path in [
        nowhere.clone(),
        format!("{nowhere}/state"),
        format!("{nowhere}/plays"),
        format!("{nowhere}/journal"),
    ] {
        ann.http.get(&path).await.problem(404, "not_found");
    }
    let (home_team, away_team) = ann.http.two_teams().await;
    let teams = json!({"home_team_id": home_team, "away_team_id": away_team});
    for (extra, field) in [
        (json!({"away_team_id": home_team}), "away_team_id"),
        (json!({"away_team_id": 999_999_999}), "away_team_id"),
        (json!({"league_id": "mlb"}), "league_id"),
        (json!({"ai_difficulty": "godlike"}), "ai_difficulty"),
        (json!({"dice_seed": "00"}), "dice_seed"),
        (json!({"settings": {"innings": 0}}), "settings.innings"),
    ] {
        let mut body = teams.clone();
        for (name, value) in extra.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let problem = ann.http.post("/api/v1/games", &body).await.problem(422, "invalid");
        assert_eq!(problem["field"], field, "{problem}");
    }
    let broken = ann.http.send(Method::POST, "/api/v1/games", Some("{\"home".to_owned())).await;
    broken.problem(400, "malformed");

    let game = ann.http.create_game(json!({})).await["id"].as_str().expect("an id").to_owned();
    let taken = bob.http.post(&format!("/api/v1/games/{game}/seats/home"), &json!({})).await;
    assert!(taken.status.is_client_error(), "a taken seat is not given away: {taken:?}");
    let nowhere = bob.http.post(&format!("/api/v1/games/{game}/seats/left"), &json!({})).await;
    assert!(nowhere.status.is_client_error(), "{nowhere:?}");
}
