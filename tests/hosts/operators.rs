//! Operators and strangers who come to a host that does not have the game.

use super::support::*;
use crate::support::PATIENCE;
use crate::support::manager::Manager;
use crate::support::server::{dugout, run};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How the operator's newest act about a game was answered, and which it was.
async fn newest_act(operator: &Manager, game: &str) -> (Value, Value) {
    let acts = operator.http.get(&format!("/api/v1/operator/acts?game_id={game}&limit=1")).await.ok();
    (acts["items"][0]["act"].clone(), acts["items"][0]["answer"]["code"].clone())
}

#[tokio::test]
async fn an_operator_on_the_wrong_host_is_sent_to_the_right_one() {
    let Some((url, database)) = database().await else { return };
    let ((home_a, a), (home_b, _b)) = two_hosts(&url).await;
    let mut ann = Manager::connect(&home_a.address, "Ann").await;
    let game = ann.http.create_game(json!({})).await["id"].as_str().expect("an id").to_owned();
    ann.join(&game).await;
    let token = home_a.token("League", &["--operator"]).await;
    let here = Manager::sign_in(&home_a.address, "League", &token).await;
    let mut there = Manager::sign_in(&home_b.address, "League", &token).await;
    let path = |what: &str| format!("/api/v1/games/{game}/{what}");
    let right = format!("http://{}", home_a.address.get());

    // An act, over HTTP and over the socket; each is on record with what came of it.
    let refused = there.http.post(&path("forfeit"), &json!({"side": "home"})).await.problem(421, "elsewhere");
    assert_eq!(refused["url"], right);
    assert_eq!(newest_act(&there, &game).await, (json!("forfeit"), json!("elsewhere")));
    let frame = json!({"type": "command", "id": Uuid::new_v4(), "game": game, "command": {"kind": "forfeit", "side": "home"}});
    there.send(&frame).await.expect("connected");
    assert_eq!(there.read_to_the_end().await.code, Some(4410));
    assert_eq!(moved_to(&there, &game).get(), home_a.address.get());
    assert_eq!(newest_act(&here, &game).await, (json!("forfeit"), json!("elsewhere")));

    // A game that is set aside is released by the host that did it.
    here.http.post(&path("quarantine"), &json!({"reason": "looked at"})).await.ok();
    let term = epoch(&database, &game).await;
    let refused = there.http.post(&path("resume"), &json!({})).await.problem(421, "elsewhere");
    assert_eq!(refused["url"], right);
    assert_eq!(newest_act(&there, &game).await, (json!("resume"), json!("elsewhere")));
    assert_eq!(epoch(&database, &game).await, term, "whoever may not release it does not take it either");
    assert!(!there.http.game(&game, "").await["quarantined_at"].is_null(), "it is still set aside");

    // When that host is gone, the other one may.
    a.kill();
    let began = Instant::now();
    loop {
        let answer = there.http.post(&path("resume"), &json!({})).await;
        if answer.status.is_success() {
            break;
        }
        answer.problem(421, "elsewhere");
        assert!(began.elapsed() < PATIENCE, "the lease never ends");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(there.http.game(&game, "").await["quarantined_at"].is_null());
    ann.turn_to(&home_b.address);
    ann.reconnect().await.expect("it is played on the other host");
}

#[tokio::test]
async fn an_operator_sees_the_games_of_all_hosts_from_any_of_them() {
    let Some((url, _database)) = database().await else { return };
    let ((home_a, a), (home_b, _b)) = two_hosts(&url).await;
    let mut ann = Manager::connect(&home_a.address, "Ann").await;
    let game = ann.http.create_game(json!({"away_team_is_ai": true})).await["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    ann.join(&game).await;
    let started = json!({"kind": "start"});
    ann.commit(&game, None, started).await.expect("connected");
    let token = home_a.token("League", &["--operator"]).await;
    let there = Manager::sign_in(&home_b.address, "League", &token).await;
    let seen = async || there.http.get(&format!("/api/v1/operator/games/{game}")).await.ok();
    let shown = seen().await;
    let right = format!("http://{}", home_a.address.get());
    assert_eq!((&shown["host"]["presence"], &shown["host"]["url"]), (&json!("living"), &json!(right)));
    assert_eq!((&shown["here"], &shown["trouble"]), (&Value::Null, &json!([])));

    // From a terminal, at the wrong host: it asks the right one, and acts there.
    let other = format!("http://{}", home_b.address.get());
    let at_b = |arguments: &[&str]| {
        let mut command = dugout();
        command.args(["games", "--json", "--url", &other]).args(arguments).env("DUGOUT_TOKEN", &token);
        command
    };
    let finished = run(&mut at_b(&["show", &game])).await;
    let shown: Value =
        serde_json::from_str(&finished.stdout).unwrap_or_else(|_| panic!("{}", finished.stderr));
    assert_eq!(shown["here"]["connected_users"][0]["name"], "Ann");
    let finished = run(&mut at_b(&["quarantine", &game, "--reason", "looked at"])).await;
    assert!(finished.status.success(), "{}", finished.stderr);
    assert_eq!(seen().await["trouble"], json!(["quarantined"]));
    let finished = run(&mut at_b(&["release", &game])).await;
    assert!(finished.status.success(), "{}", finished.stderr);
    let finished = run(&mut at_b(&["hosts"])).await;
    let hosts: Value =
        serde_json::from_str(&finished.stdout).unwrap_or_else(|_| panic!("{}", finished.stderr));
    let games: i64 =
        hosts["items"].as_array().expect("hosts").iter().filter_map(|host| host["games"].as_i64()).sum();
    assert_eq!((hosts["items"].as_array().map(Vec::len), games), (Some(2), 1));
    drop(a);
}

#[tokio::test]
async fn a_private_game_that_lives_elsewhere_does_not_exist_for_strangers() {
    let Some((url, _database)) = database().await else { return };
    let ((home_a, _a), (home_b, _b)) = two_hosts(&url).await;
    let mut ann = Manager::connect(&home_a.address, "Ann").await;
    let mut eve = Manager::connect(&home_b.address, "Eve").await;
    let private = json!({"visibility": "private", "away_team_is_ai": true});
    let game = ann.http.create_game(private).await["id"].as_str().expect("an id").to_owned();
    ann.join(&game).await;
    let nowhere = Uuid::new_v4().to_string();

    // On the wrong host a stranger hears of it exactly what he hears of a game that was never made.
    let mut heard = Vec::new();
    for game in [&game, &nowhere] {
        let mut answers = Vec::new();
        for what in ["", "/state", "/plays", "/journal"] {
            let answer = eve.http.get(&format!("/api/v1/games/{game}{what}")).await;
            answers.push((answer.status.as_u16(), answer.text.replace(game.as_str(), "GAME")));
        }
        eve.send(&json!({"type": "join", "game": game})).await.expect("connected");
        let refused =
            eve.wait_for("the refusal", |frame| frame["type"] == "rejected" && frame["game"] == **game).await;
        answers.push((0, format!("{} {}", refused["code"], refused["message"])));
        let refused = eve.command(game, None, json!({"kind": "pause"})).await.expect("an answer");
        answers.push((0, format!("{} {}", refused["code"], refused["message"])));
        heard.push(answers);
    }
    assert_eq!(heard[0], heard[1]);
    assert!(heard[0].iter().all(|(_, text)| text.contains("not_found")), "{heard:?}");

    // Who manages it is told where it is.
    ann.turn_to(&home_b.address);
    let closed = ann.reconnect().await.expect_err("it lives on the other host");
    assert_eq!(closed.code, Some(4410), "{closed}");
}
