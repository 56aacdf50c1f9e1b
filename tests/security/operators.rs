//! What operators do has its effect, once, and is on record: who, when, what, and how it was answered.

use super::House;
use crate::support::http::Http;
use crate::support::journal::Journal;
use crate::support::play::{plain_answer, start};
use crate::support::server::Home;
use serde_json::{Value, json};
use uuid::Uuid;

async fn act(operator: &Http, game: &str, what: &str, body: Value) -> Value {
    let answer = operator.post(&format!("/api/v1/games/{game}/{what}"), &body).await;
    assert!(answer.status.is_success(), "{what}: {answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_game_is_paused_resumed_taken_back_and_forfeited_by_the_operator() {
    let mut house = House::open(Home::sqlite().brisk()).await;
    let game = house.game("live").await;
    let operator = house.operator.http.clone();
    house.ann.join(&game).await;
    house.bob.join(&game).await;
    start(&mut house.ann, &game).await.expect("connected");

    let id = Uuid::new_v4();
    let paused = act(&operator, &game, "pause", json!({ "id": id })).await;
    assert_eq!(act(&operator, &game, "pause", json!({ "id": id })).await, paused, "the same act once");
    let seq = paused["seq"].as_i64().expect("an entry");
    let shown =
        house.ann.wait_for("the pause", |frame| frame["seq"] == seq && frame["type"] == "events").await;
    assert_eq!(shown["events"][0]["kind"], "paused");
    let refused = house.ann.command(&game, None, plain_answer("awaiting_defensive", &[])).await;
    assert_eq!(refused.expect("connected")["code"], "wrong_phase");
    act(&operator, &game, "resume", json!({})).await;

    // One play, and back to the start of the game without anybody's consent.
    for (who, phase) in
        [("home", "awaiting_defensive"), ("away", "awaiting_offensive"), ("away", "awaiting_roll")]
    {
        let manager = if who == "home" { &mut house.ann } else { &mut house.bob };
        manager.commit(&game, None, plain_answer(phase, &[])).await.expect("connected");
    }
    while operator.game(&game, "/plays").await["items"].as_array().is_none_or(Vec::is_empty) {
        let state = operator.game(&game, "/state").await;
        let pending = &state["pending_decision"];
        let manager = if pending["side"] == "home" { &mut house.ann } else { &mut house.bob };
        let choice = pending["choices"][0].as_str().unwrap_or_default().to_owned();
        let phase = pending["phase"].as_str().expect("somebody owes a decision");
        manager.commit(&game, None, plain_answer(phase, &[choice])).await.expect("connected");
    }
    let back = act(&operator, &game, "rollback", json!({"to_play": 0})).await;
    assert!(operator.game(&game, "/plays").await["items"].as_array().is_some_and(Vec::is_empty));
    let wrong = operator.post(&format!("/api/v1/games/{game}/rollback"), &json!({"to_play": 7})).await;
    assert_eq!(wrong.problem(422, "invalid")["field"], "to_play");

    act(&operator, &game, "forfeit", json!({"side": "away"})).await;
    let row = operator.game(&game, "").await;
    assert_eq!((&row["status"], &row["winner_team_id"]), (&json!("completed"), &row["home_team_id"]));
    let entries = Journal::fetch(&operator, &game).await.entries;
    let entry = &entries[back["seq"].as_i64().expect("an entry") as usize - 1];
    assert_eq!((&entry["issuer"], &entry["events"][0]["kind"]), (&json!("operator"), &json!("rolled_back")));
}

#[tokio::test]
async fn a_game_that_is_set_aside_is_readable_and_goes_on_when_it_is_released() {
    let home = Home::sqlite().brisk();
    let mut house = House::open(home).await;
    let game = house.game("live").await;
    let operator = house.operator.http.clone();
    house.ann.join(&game).await;
    let asked = start(&mut house.ann, &game).await.expect("connected");
    act(&operator, &game, "quarantine", json!({"reason": "a die looks wrong"})).await;

    let row = house.nobody.game(&game, "").await;
    assert_eq!(row["quarantine_reason"], "a die looks wrong");
    assert_eq!(house.nobody.game(&game, "/state").await["seq"], asked, "it is readable");
    assert_eq!(Journal::fetch(&operator, &game).await.entries.len() as i64, asked, "and exportable");
    let decision = plain_answer("awaiting_defensive", &[]);
    let refused = house.ann.command(&game, Some(asked), decision.clone()).await.expect("connected");
    assert_eq!(refused["code"], "quarantined", "{refused}");

    // Set aside it stays, also for the next process.
    house.server.kill();
    house.server = house.home.start().await;
    house.ann.reconnect_without_games().await;
    house.bob.reconnect_without_games().await;
    let refused = house.ann.command(&game, Some(asked), decision.clone()).await.expect("connected");
    assert_eq!(refused["code"], "quarantined", "{refused}");

    act(&operator, &game, "resume", json!({})).await;
    assert!(house.nobody.game(&game, "").await["quarantined_at"].is_null());
    house.ann.join(&game).await;
    house.ann.commit(&game, Some(asked), decision).await.expect("the game goes on where it was");

    // Set aside and released within one process: who follows it is not cut off.
    act(&operator, &game, "quarantine", json!({"reason": "once more"})).await;
    act(&operator, &game, "resume", json!({})).await;
    let seq =
        house.bob.commit(&game, None, plain_answer("awaiting_offensive", &[])).await.expect("connected");
    house.ann.wait_for("the next entry", |frame| frame["type"] == "events" && frame["seq"] == seq).await;
}

#[tokio::test]
async fn every_act_is_on_record() {
    let mut house = House::open(Home::sqlite().brisk()).await;
    let operator = house.operator.http.clone();
    let game = house.game("live").await;
    let nowhere = Uuid::new_v4().to_string();
    let first = Uuid::new_v4();
    act(&operator, &game, "quarantine", json!({"id": first, "reason": "looked strange"})).await;
    act(&operator, &game, "resume", json!({})).await;
    operator.post(&format!("/api/v1/games/{nowhere}/pause"), &json!({})).await.problem(404, "not_found");
    // What he does on the socket too.
    let answer = house.operator.command(&game, None, json!({"kind": "roll"})).await.expect("connected");
    assert_eq!(answer["code"], "wrong_phase");
    let forfeit = json!({"kind": "forfeit", "side": "home"});
    let seq = house.operator.commit(&game, None, forfeit).await.expect("connected");

    let acts = operator.get("/api/v1/operator/acts").await.ok();
    let acts = acts["items"].as_array().expect("a list").clone();
    let of_game = |act: &&Value| act["game_id"] == game.as_str() || act["game_id"] == nowhere.as_str();
    let recorded: Vec<_> = acts
        .iter()
        .filter(of_game)
        .map(|act| (act["act"].clone(), act["answer"]["code"].clone(), act["answer"]["seq"].clone()))
        .collect();
    let expected = [
        (json!("forfeit"), json!("done"), json!(seq)),
        (json!("roll"), json!("wrong_phase"), json!(null)),
        (json!("pause"), json!("not_found"), json!(null)),
        (json!("resume"), json!("done"), json!(null)),
        (json!("quarantine"), json!("done"), json!(null)),
    ];
    assert_eq!(recorded, expected, "newest first");
    for act in acts.iter().filter(of_game) {
        assert_eq!(act["user_id"], house.operator.user_id.as_str());
        assert_eq!(act["user_name"], "League");
        assert!(act["asked_at"].as_str() <= act["answer"]["answered_at"].as_str(), "{act}");
    }
    assert_eq!(
        acts.iter().find(|act| act["act"] == "forfeit").expect("there")["detail"],
        json!({"side": "home"})
    );

    // Page by page, of one game.
    let mut path = format!("/api/v1/operator/acts?game_id={game}&limit=3");
    let mut listed = Vec::new();
    loop {
        let page = operator.get(&path).await.ok();
        listed.extend(page["items"].as_array().expect("a list").iter().map(|act| act["act"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/operator/acts?game_id={game}&limit=3&cursor={next}");
    }
    assert_eq!(listed, ["forfeit", "roll", "resume", "quarantine"]);
    // And still there after a crash.
    house.server.kill();
    let _server = house.home.start().await;
    assert_eq!(operator.get("/api/v1/operator/acts").await.ok()["items"].as_array(), Some(&acts));
}
