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
async fn an_operator_sees_what_is_wrong_with_a_game_and_who_is_there() {
    let mut house = House::open(Home::sqlite().brisk()).await;
    let (fine, stuck) = (house.game("live").await, house.game("private live").await);
    let operator = house.operator.http.clone();
    for game in [&fine, &stuck] {
        house.ann.join(game).await;
        start(&mut house.ann, game).await.expect("connected");
    }
    act(&operator, &stuck, "quarantine", json!({"reason": "a die looks wrong"})).await;
    let list = async |query: &str| {
        let page = operator.get(&format!("/api/v1/operator/games?{query}")).await.ok();
        page["items"].as_array().expect("a list").clone()
    };
    let ids = |items: &[Value]| items.iter().map(|game| game["id"].clone()).collect::<Vec<_>>();
    let all = list("").await;
    assert_eq!(ids(&all), [json!(stuck), json!(fine)], "newest first, private ones too");
    assert_eq!(all[1]["trouble"], json!([]));
    assert_eq!((&all[1]["last_seq"], &all[1]["host"]["presence"]), (&json!(2), &json!("here")));
    let here = &all[1]["here"];
    assert_eq!((&here["life"], &here["waiting"], &here["failures"]), (&json!("live"), &json!(0), &json!(0)));
    assert_eq!(here["connected_users"][0]["name"], "Ann");
    assert!(
        here["last_answer_ms"].as_f64() > Some(0.0) && here["last_commit_ms"].as_f64() > Some(0.0),
        "{here}"
    );

    let troubled = list("trouble=true").await;
    assert_eq!(ids(&troubled), [json!(stuck)]);
    assert_eq!(
        (&troubled[0]["trouble"], &troubled[0]["quarantine_reason"]),
        (&json!(["quarantined"]), &json!("a die looks wrong"))
    );
    assert_eq!(ids(&list("trouble=true&status=completed").await), [] as [Value; 0]);
    assert_eq!(ids(&list(&format!("user_id={}", house.bob.user_id)).await).len(), 2);
    assert_eq!(ids(&list("quiet_s=3600").await), [] as [Value; 0]);
    let one = list("limit=1").await;
    assert_eq!(ids(&one), [json!(stuck)]);
    for (query, field) in
        [("status=lively", "status"), ("trouble=maybe", "trouble"), ("quiet_s=-1", "quiet_s")]
    {
        let refused = operator.get(&format!("/api/v1/operator/games?{query}")).await;
        assert_eq!(refused.problem(422, "invalid")["field"], field);
    }

    let shown = operator.get(&format!("/api/v1/operator/games/{fine}")).await.ok();
    assert_eq!((&shown["waits_for"]["side"], &shown["waits_for"]["seq"]), (&json!("home"), &json!(2)));
    let tail: Vec<_> =
        shown["tail"].as_array().expect("entries").iter().map(|entry| entry["issuer"].clone()).collect();
    assert_eq!(tail, ["host", "home"]);
    let hosts = operator.get("/api/v1/operator/hosts").await.ok();
    assert_eq!((&hosts["items"][0]["presence"], &hosts["here"]["database"]), (&json!("here"), &json!(true)));
    assert_eq!(hosts["items"][0]["id"], all[1]["host"]["id"]);
}

#[tokio::test]
async fn a_seat_is_given_and_freed_and_its_holders_hear_of_it() {
    let mut house = House::open(Home::sqlite().brisk()).await;
    let operator = house.operator.http.clone();
    let game = house.game("live").await;
    for manager in [&mut house.ann, &mut house.bob, &mut house.guest] {
        manager.join(&game).await;
    }
    start(&mut house.ann, &game).await.expect("connected");

    // Bob has lost his seat to the guest; each is told his place.
    let guest = json!({"side": "home", "user_id": house.guest.user_id, "user_name": "Guest"});
    act(&operator, &game, "give_seat", guest).await;
    let told = |seat: &'static str| move |frame: &Value| frame["type"] == "joined" && frame["seat"] == seat;
    house.guest.wait_for("his seat", told("home")).await;
    house.ann.wait_for("her place", told("spectator")).await;
    let decision = plain_answer("awaiting_defensive", &[]);
    let refused = house.ann.command(&game, None, decision.clone()).await.expect("connected");
    assert_eq!(refused["code"], "not_your_seat");
    house.guest.commit(&game, None, decision).await.expect("it is his turn now");

    // Nobody sits on both benches; nor where the AI does, nor when the game is over.
    let both = json!({"side": "away", "user_id": house.guest.user_id, "user_name": "Guest"});
    let refused = operator.post(&format!("/api/v1/games/{game}/give_seat"), &both).await;
    assert_eq!(refused.problem(422, "invalid")["field"], "user_id");
    let nameless = json!({"side": "away", "user_id": house.ann.user_id, "user_name": " "});
    let refused = operator.post(&format!("/api/v1/games/{game}/give_seat"), &nameless).await;
    assert_eq!(refused.problem(422, "invalid")["field"], "user_name");

    // A seat that is freed may be claimed, also after a crash.
    act(&operator, &game, "free_seat", json!({"side": "away"})).await;
    house.bob.wait_for("his place", told("spectator")).await;
    house.server.kill();
    house.server = house.home.start().await;
    assert!(operator.game(&game, "").await["seats"]["away"].is_null());
    let claimed =
        house.stranger.http.post(&format!("/api/v1/games/{game}/seats/away"), &json!({})).await.ok();
    assert_eq!(claimed["seats"]["away"]["user_name"], "Stranger");

    // Who manages a private game no more does not see it any more.
    let private = house.game("private live").await;
    house.bob.reconnect_without_games().await;
    house.bob.join(&private).await;
    act(&operator, &private, "free_seat", json!({"side": "away"})).await;
    assert_eq!(house.bob.read_to_the_end().await.code, Some(4403));
    house.bob.http.get(&format!("/api/v1/games/{private}")).await.problem(404, "not_found");
    let acts = operator.get(&format!("/api/v1/operator/acts?game_id={game}")).await.ok();
    let done: Vec<_> =
        acts["items"].as_array().expect("a list").iter().map(|act| act["act"].clone()).collect();
    assert_eq!(done, ["free_seat", "give_seat", "give_seat"]);
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
