//! Rosters change before the first pitch: whoever comes later can start, is there after a crash, and is part of what
//! is verified.

use super::verify::{assert_verified, verify};
use crate::support::http::{Answer, Http};
use crate::support::journal::Journal;
use crate::support::manager::Manager;
use crate::support::play::{play_game, sit_down};
use crate::support::server::Home;
use reqwest::Method;
use serde_json::{Value, json};

/// The home team's players and the line-up that it proposes.
async fn home_team(http: &Http, game: &str) -> (Vec<i64>, Vec<Value>) {
    let (home, _) = http.two_teams().await;
    let players = http.get(&format!("/api/v1/teams/{home}/players?limit=100")).await.ok();
    let ids = players["items"].as_array().into_iter().flatten().filter_map(|player| player["id"].as_i64());
    let lineups = http.get(&format!("/api/v1/games/{game}/lineups")).await.ok();
    let ours = lineups["items"].as_array().into_iter().flatten().filter(|slot| slot["team_id"] == home);
    let slot = |row: &Value| {
        let mut slot = json!({"card_id": row["card_id"], "position": row["position"]});
        if !row["batting_order"].is_null() {
            slot["batting_order"] = row["batting_order"].clone();
        }
        slot
    };
    (ids.collect(), ours.map(slot).collect())
}

async fn roster(http: &Http, game: &str) -> Vec<Value> {
    let rosters = http.get(&format!("/api/v1/games/{game}/rosters")).await.ok();
    rosters["items"].as_array().expect("a list").clone()
}

async fn link_of(http: &Http, game: &str, card: i64) -> Option<i64> {
    roster(http, game).await.iter().find(|link| link["card_id"] == card).and_then(|link| link["id"].as_i64())
}

async fn remove(http: &Http, game: &str, link: i64) -> Answer {
    http.send(Method::DELETE, &format!("/api/v1/games/{game}/rosters/{link}"), None).await
}

#[tokio::test]
async fn a_player_comes_to_a_roster_and_plays() {
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    let (mut ann, mut bob) =
        (Manager::connect(&home.address, "Ann").await, Manager::connect(&home.address, "Bob").await);
    let (team, _) = ann.http.two_teams().await;

    // The last two of the team stay at home at first.
    let scratch = ann.http.create_game(json!({})).await;
    let (players, lineup) = home_team(&ann.http, scratch["id"].as_str().expect("an id")).await;
    let starts = |id: &i64| lineup.iter().any(|slot| slot["card_id"] == *id);
    let bench: Vec<i64> = players.iter().copied().filter(|id| !starts(id)).collect();
    let [absent, other_absent] = bench[bench.len() - 2..] else { panic!("a bench of two: {bench:?}") };
    let chosen: Vec<i64> =
        players.iter().copied().filter(|id| ![absent, other_absent].contains(id)).collect();
    let asked = json!({"home_roster": chosen, "home_lineup": lineup, "settings": {"innings": 1}});
    let game = sit_down(&mut ann, &mut bob, asked).await;
    assert_eq!(link_of(&ann.http, &game, absent).await, None);

    let path = format!("/api/v1/games/{game}/rosters");
    let id = uuid::Uuid::new_v4();
    let addition = json!({"id": id, "team_id": team, "card_id": absent});
    let added = ann.http.post(&path, &addition).await;
    assert_eq!(added.status, 201, "{added:?}");
    let again = ann.http.post(&path, &addition).await;
    assert_eq!(
        (again.status.as_u16(), again.json()),
        (201, added.json()),
        "the same request has the same answer"
    );

    refusals(&ann, &bob, &path, (team, absent, other_absent)).await;

    // Somebody else goes, comes back with the card that was pinned, and a crash changes nothing.
    let link = link_of(&ann.http, &game, bench[0]).await.expect("he is on the roster");
    assert_eq!(remove(&ann.http, &game, link).await.status, 204);
    remove(&ann.http, &game, link).await.problem(404, "not_found");
    ann.http.post(&path, &json!({"team_id": team, "card_id": bench[0]})).await.ok();
    let starter = link_of(&ann.http, &game, lineup[0]["card_id"].as_i64().expect("a card")).await;
    remove(&ann.http, &game, starter.expect("on the roster")).await.problem(422, "invalid");
    let before = roster(&ann.http, &game).await;
    server.kill();
    let _server = home.start_at_last().await;
    assert_eq!(roster(&ann.http, &game).await, before, "a crash changes no roster");

    // He bats first and plays to the end.
    ann.reconnect().await.expect("the host is back");
    bob.reconnect().await.expect("the host is back");
    let mut starters = lineup.clone();
    let his = starters.iter().position(|slot| slot["batting_order"] == 1).expect("a lead-off man");
    starters[his]["card_id"] = json!(absent);
    ann.commit(&game, None, json!({"kind": "set_lineup", "players": starters}))
        .await
        .expect("he is eligible");
    play_game(&mut ann, &mut bob, &game).await;
    ann.http.post(&path, &json!({"team_id": team, "card_id": other_absent})).await.problem(409, "game_over");
    let box_score = ann.http.game(&game, "/box_score").await.to_string();
    assert!(box_score.contains(&format!("\"card_id\":{absent}")), "{box_score}");
    assert_verified(&ann.http, &game).await;
    assert_cards_are_sealed(&Journal::fetch(&ann.http, &game).await).await;
}

/// Whoever is there, whom the team does not have, whom another manager wants, a player in a PD game.
async fn refusals(ann: &Manager, bob: &Manager, path: &str, (team, present, absent): (i64, i64, i64)) {
    for (who, body, status, code) in [
        (ann, json!({"team_id": team, "card_id": present}), 422, "invalid"),
        (ann, json!({"team_id": team, "card_id": 999_999}), 422, "invalid"),
        (ann, json!({"team_id": 77, "card_id": present}), 422, "invalid"),
        (ann, json!({"team_id": team, "player_id": absent}), 422, "invalid"),
        (ann, json!({"team_id": team, "player_id": absent, "card_id": absent}), 422, "invalid"),
        (bob, json!({"team_id": team, "card_id": absent}), 403, "forbidden"),
    ] {
        who.http.post(path, &body).await.problem(status, code);
    }
}

/// The journal holds with his card, and not with another's, nor without it.
async fn assert_cards_are_sealed(journal: &Journal) {
    for change in [
        |cards: &mut Vec<Value>| drop(cards.pop()),
        |cards: &mut Vec<Value>| cards.last_mut().expect("cards")["name"] = json!("Somebody Else"),
        |cards: &mut Vec<Value>| cards.push(cards[0].clone()),
    ] {
        let mut forged = Journal { header: journal.header.clone(), entries: journal.entries.clone() };
        change(forged.header["cards"].as_array_mut().expect("a list"));
        let finished = verify(&forged).await;
        assert_eq!(finished.status.code(), Some(1), "{}{}", finished.stdout, finished.stderr);
        assert!(finished.stderr.contains("cards"), "{}", finished.stderr);
    }
}
