//! Whole games, from the first pitch to the last out.

use super::verify::assert_verified;
use crate::support::http::Http;
use crate::support::journal::{Journal, assert_same_state};
use crate::support::manager::Manager;
use crate::support::play::{play_game, sit_down, start};
use crate::support::server::Home;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

#[tokio::test]
async fn two_managers_play_a_whole_game_and_a_spectator_follows_it() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let mut eve = Manager::connect(&home.address, "Eve").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    assert_eq!(eve.join(&game).await["seat"], "spectator");
    let from = eve.game(&game).seq;

    let (watched, ()) = tokio::join!(eve.play(&game), play_game(&mut ann, &mut bob, &game));
    watched.expect("the spectator is not cut off");

    let journal = finished_game(&ann.http, &game).await;
    for client in [&ann, &bob, &eve] {
        journal.assert_contains_what_was_shown(client, &game);
    }
    let shown: Vec<_> = eve.game(&game).entries.keys().copied().collect();
    let all: Vec<_> = (from + 1..=journal.entries.len() as i64).collect();
    assert_eq!(shown, all, "the spectator saw every entry since he came");
}

#[tokio::test]
async fn managers_who_dare_play_a_whole_game() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    (ann.is_bold, bob.is_bold) = (true, true);
    play_game(&mut ann, &mut bob, &game).await;
    let journal = finished_game(&ann.http, &game).await;
    for client in [&ann, &bob] {
        journal.assert_contains_what_was_shown(client, &game);
    }
    assert_verified(&ann.http, &game).await;
    let dared = journal.of_kind("offensive_decision_made").any(|made| {
        let decision = &made["decision"];
        decision["bunt_attempt"] == true
            || decision["hit_and_run"] == true
            || decision["steal_attempts"].as_array().is_some_and(|bases| !bases.is_empty())
    });
    assert!(dared, "not one bold decision was taken");
}

#[tokio::test]
async fn managers_with_cards_on_the_table_play_a_whole_game() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({"league_id": "sba", "settings": {"innings": 4}})).await;
    (ann.is_bold, bob.is_bold) = (true, true);
    play_game(&mut ann, &mut bob, &game).await;
    let journal = finished_game(&ann.http, &game).await;
    for client in [&ann, &bob] {
        journal.assert_contains_what_was_shown(client, &game);
    }
    let submitted =
        journal.entries.iter().filter(|entry| entry["command"]["kind"] == "manual_outcome").count();
    assert_eq!(submitted, journal.of_kind("play_resolved").count(), "each play is one that was submitted");
    assert_verified(&ann.http, &game).await;
}

#[tokio::test]
async fn one_manager_plays_a_whole_game_against_the_host() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let created = ann.http.create_game(json!({"home_team_is_ai": true, "ai_difficulty": "hard"})).await;
    let game = created["id"].as_str().expect("a game has an id").to_owned();
    assert_eq!(ann.join(&game).await["seat"], "away", "the creator gets the first seat that is not AI");

    start(&mut ann, &game).await.expect("connected");
    ann.play(&game).await.expect("connected");

    finished_game(&ann.http, &game).await.assert_contains_what_was_shown(&ann, &game);
}

#[tokio::test]
async fn a_game_that_is_paused_while_the_host_owes_a_decision_waits_and_goes_on() {
    let home = Home::sqlite()
        .brisk()
        .with("DUGOUT__HOST__AI_PAUSE_MS", "50")
        .with("DUGOUT__HOST__RESTARTS_MAX", "0"); // the first failure would set the game aside
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let extra = json!({"home_team_is_ai": true, "settings": {"innings": 1}});
    let game = ann.http.create_game(extra).await["id"].as_str().expect("a game has an id").to_owned();
    ann.join(&game).await;
    start(&mut ann, &game).await.expect("connected");
    assert_eq!(ann.game(&game).pending.as_ref().expect("a request").side, "home", "the AI owes a decision");

    let paused = ann.commit(&game, None, json!({"kind": "pause"})).await.expect("connected");
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(ann.http.game(&game, "/state").await["seq"], paused, "nobody acts in a paused game");
    ann.commit(&game, None, json!({"kind": "resume"})).await.expect("connected");
    ann.play(&game).await.expect("connected");
    finished_game(&ann.http, &game).await;
}

#[tokio::test]
async fn extra_innings_are_played_until_somebody_wins() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let eve = Manager::connect(&home.address, "Eve").await;
    // One scheduled inning: a tie after it is common, so extra innings come up within a few games.
    for attempt in 1..=60 {
        let game = watch_ai_game(&eve.http, json!({"settings": {"innings": 1}})).await;
        let journal = finished_game(&eve.http, &game).await;
        let state = eve.http.game(&game, "/state").await;
        if state["inning"].as_i64() > Some(1) {
            let ending = journal.of_kind("game_completed").next().expect("it is over")["ending"].clone();
            assert!(ending == "walk_off" || ending == "extra_innings", "{ending} in attempt {attempt}");
            return;
        }
    }
    panic!("no game of 60 went into extra innings");
}

/// Creates a game between two AI managers and waits for its end.
pub async fn watch_ai_game(http: &Http, extra: Value) -> String {
    let mut fields = json!({"home_team_is_ai": true, "away_team_is_ai": true});
    for (name, value) in extra.as_object().into_iter().flatten() {
        fields[name] = value.clone();
    }
    let created = http.create_game(fields).await;
    let game = created["id"].as_str().expect("a game has an id").to_owned();
    super::crowd::wait_until_over(http, &game).await;
    game
}

/// What must hold of every finished game; gives its journal.
pub async fn finished_game(http: &Http, game: &str) -> Journal {
    let journal = Journal::fetch(http, game).await;
    let state = http.game(game, "/state").await;
    let last = journal.entries.len() as i64;
    assert_eq!(state["seq"], last, "the state is that of the last entry");
    assert_same_state(&state, &journal.fold(last));
    assert_eq!(state["status"], "completed");
    assert_ne!(state["home_score"], state["away_score"], "a game does not end in a tie");
    let winner = if state["home_score"].as_i64() > state["away_score"].as_i64() { "home" } else { "away" };
    assert_eq!(state["winner_team_id"], state[format!("{winner}_team_id")]);

    assert_eq!(journal.header["seed_commitment"], state["seed_commitment"]);
    let completed: Vec<_> = journal.of_kind("game_completed").collect();
    assert_eq!(completed.len(), 1);
    let seed = hex::decode(completed[0]["dice_seed"].as_str().expect("the seed")).expect("hexadecimal");
    assert_eq!(
        hex::encode(Sha256::digest(seed)),
        state["seed_commitment"],
        "the seed is the one committed to"
    );

    line_score_adds_up(http, game, &state).await;
    exports_agree(http, game).await;
    journal
}

/// Plays as CSV and the box score as text are the plays and the box score.
async fn exports_agree(http: &Http, game: &str) {
    let csv = http.get_patiently(&format!("/api/v1/games/{game}/plays?format=csv")).await;
    assert!(csv.content_type.starts_with("text/csv"), "{csv:?}");
    let mut reader = csv::Reader::from_reader(csv.text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let at = header.iter().position(|column| column == "result_description").expect("a column");
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    let plays = http.game(game, "/plays").await;
    let plays = plays["items"].as_array().expect("a list");
    assert_eq!(rows.len(), plays.len());
    for (row, play) in rows.iter().zip(plays) {
        let number = play["play_number"].to_string();
        assert_eq!((&row[0], Some(&row[at])), (number.as_str(), play["result_description"].as_str()));
    }
    let text = http.get_patiently(&format!("/api/v1/games/{game}/box_score?format=text")).await;
    assert!(text.content_type.starts_with("text/plain"), "{text:?}");
    let view = http.game(game, "/box_score").await;
    for side in ["away", "home"] {
        let line = &view["line_score"][side];
        let name = line["team_name"].as_str().expect("a name");
        let printed = text.text.lines().find(|row| row.starts_with(name)).expect("a line of the team");
        let totals: Vec<_> = printed.split_whitespace().rev().take(3).collect();
        let expected = ["errors", "hits", "runs"].map(|total| line[total].to_string());
        assert_eq!(totals, expected, "{}", text.text);
    }
    http.get(&format!("/api/v1/games/{game}/plays?format=xml")).await.problem(422, "invalid");
}

/// Runs by inning, by play, by player and in total are the same runs.
async fn line_score_adds_up(http: &Http, game: &str, state: &Value) {
    let box_score = http.game(game, "/box_score").await;
    let plays = http.game(game, "/plays").await;
    for (side, half) in [("away", "top"), ("home", "bottom")] {
        let total = &state[format!("{side}_score")];
        let by_inning: i64 = numbers(&state[format!("{side}_line_score")]).sum();
        assert_eq!(by_inning, *total, "{side}: runs by inning");
        let in_half = plays["items"].as_array().into_iter().flatten().filter(|play| play["half"] == half);
        let by_play: i64 = in_half.filter_map(|play| play["runs_scored"].as_i64()).sum();
        assert_eq!(by_play, *total, "{side}: runs by play");
        let line = &box_score["line_score"][side];
        assert_eq!(line["runs"], *total, "{side}: the box score's line score: {box_score}");
        let batters = box_score["batting"][side].as_array().into_iter().flatten();
        let by_batter: i64 = batters.filter_map(|batter| batter["r"].as_i64()).sum();
        assert_eq!(by_batter, *total, "{side}: runs of the batters: {box_score}");
    }
}

fn numbers(list: &Value) -> impl Iterator<Item = i64> + '_ {
    list.as_array().into_iter().flatten().filter_map(Value::as_i64)
}
