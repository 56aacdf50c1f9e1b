//! A host dies, or stalls and wakes up: another one has its games, and nobody fights over them.

use super::support::*;
use crate::end_to_end::{assert_verified, finished_game};
use crate::support::PATIENCE;
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::play::{sit_down, start};
use serde_json::json;
use std::time::{Duration, Instant};

const AI_GAMES: usize = 8;

#[tokio::test]
async fn a_game_lives_on_one_host_and_the_others_say_where() {
    let Some((url, database)) = database().await else { return };
    let ((home_a, _a), (home_b, _b)) = two_hosts(&url).await;
    let mut ann = Manager::connect(&home_a.address, "Ann").await;
    let mut bob = Manager::connect(&home_b.address, "Bob").await;
    let created = ann.http.create_game(json!({"settings": {"innings": 1}})).await;
    let game = created["id"].as_str().expect("an id").to_owned();
    ann.join(&game).await;
    let term = epoch(&database, &game).await;

    // Writing there answers with the address, reading works everywhere, and neither takes the game away.
    let seat = format!("/api/v1/games/{game}/seats/away");
    let refused = bob.http.post(&seat, &json!({})).await.problem(421, "elsewhere");
    assert_eq!(refused["url"], format!("http://{}", home_a.address.get()));
    assert_eq!(bob.http.game(&game, "/state").await, ann.http.game(&game, "/state").await);
    let closed = bob.join_after(&game, None).await.expect_err("it lives on the other host");
    assert_eq!(closed.code, Some(4410), "{closed}");
    let there = moved_to(&bob, &game);
    assert_eq!(there.get(), home_a.address.get());
    assert_eq!(epoch(&database, &game).await, term, "asking changes nothing");

    bob.turn_to(&there);
    bob.http.post(&seat, &json!({})).await.ok();
    bob.games.clear();
    bob.reconnect().await.expect("welcome");
    bob.join(&game).await;
    start(&mut ann, &game).await.expect("connected");
    let (ann_end, bob_end) = tokio::join!(ann.play(&game), bob.play(&game));
    ann_end.expect("played to its end");
    bob_end.expect("played to its end");
    assert_no_stale_entry(&database, 1).await;
}

#[tokio::test]
async fn survivors_take_a_dead_hosts_games_by_themselves() {
    let Some((url, database)) = database().await else { return };
    let home_a = home(&url).with("DUGOUT__HOST__AI_PAUSE_MS", "50");
    let a = home_a.start().await;
    let [home_b, home_c] = [1, 2].map(|_| home(&url).sharing_tokens_of(&home_a));
    let (_b, _c) = (home_b.start().await, home_c.start().await);
    let mut ann = Manager::connect(&home_a.address, "Ann").await;
    let mut bob = Manager::connect(&home_a.address, "Bob").await;
    let played = sit_down(&mut ann, &mut bob, json!({"settings": {"innings": 3}})).await;
    start(&mut ann, &played).await.expect("connected");
    let mut ai_games = Vec::new();
    for _ in 0..AI_GAMES {
        let both = json!({"home_team_is_ai": true, "away_team_is_ai": true, "settings": {"innings": 1}});
        ai_games.push(ann.http.create_game(both).await["id"].as_str().expect("an id").to_owned());
    }

    let hosts = [home_b.address.clone(), home_c.address.clone()];
    let killed = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        a.kill();
    };
    tokio::join!(play_wherever(&mut ann, &played, &hosts), play_wherever(&mut bob, &played, &hosts), killed);
    let http = Http::stranger(&home_b.address).with_token(&ann.token);
    for game in &ai_games {
        crate::end_to_end::wait_until_over(&http, game).await;
    }
    let journal = finished_game(&http, &played).await;
    for manager in [&ann, &bob] {
        journal.assert_contains_what_was_shown(manager, &played);
    }
    assert_verified(&http, &played).await;
    let survivors = [taken_over(&home_b.address).await, taken_over(&home_c.address).await];
    let taken: u64 = survivors.iter().sum();
    assert!(taken > 0 && taken <= AI_GAMES as u64 + 1, "each game once: {survivors:?}");
    assert_no_stale_entry(&database, AI_GAMES as i64 + 1).await;
}

/// How many games this host has taken from one that was silent.
async fn taken_over(address: &crate::support::server::Address) -> u64 {
    let metrics = Http::stranger(address).get("/metrics").await.text;
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix(r#"dugout_takeovers_total{owner="silent"} "#).map(str::to_owned));
    line.map_or(0, |count| count.parse().expect("a count"))
}

#[tokio::test]
async fn a_host_that_wakes_up_gives_way_and_says_where() {
    let Some((url, database)) = database().await else { return };
    let ((home_a, a), (home_b, _b)) = two_hosts(&url).await;
    let mut ann = Manager::connect(&home_a.address, "Ann").await;
    let mut bob = Manager::connect(&home_a.address, "Bob").await;
    let mut eve = Manager::connect(&home_a.address, "Eve").await;
    let game = sit_down(&mut ann, &mut bob, json!({"settings": {"innings": 2}})).await;
    eve.join(&game).await;
    start(&mut ann, &game).await.expect("connected");
    let both = async { tokio::join!(ann.play(&game), bob.play(&game)) };
    let over = tokio::time::timeout(Duration::from_millis(150), both).await.is_ok();
    assert!(!over, "the game must not end before the host stalls");

    a.pause();
    let term = epoch(&database, &game).await;
    // Ann does not wait for the host that says nothing; Bob sends a command into the silence.
    ann.turn_to(&home_b.address);
    let began = Instant::now();
    while let Err(closed) = ann.reconnect().await {
        assert_eq!(closed.code, Some(4410), "as long as the lease lasts: {closed}");
        assert!(began.elapsed() < PATIENCE, "the lease never ends");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(epoch(&database, &game).await > term);
    let lost = json!({"kind": "pause"});
    let id = uuid::Uuid::new_v4();
    let frame = json!({"type": "command", "id": id, "game": game, "command": lost});
    bob.unanswered.push((id, frame.clone()));
    bob.send(&frame).await.expect("the connection is open");
    a.go_on();

    for follower in [&mut bob, &mut eve] {
        let closed = follower.read_to_the_end().await;
        assert_eq!(closed.code, Some(4410), "{}: {closed}\n{}", follower.name, follower.last_frames());
        assert_eq!(moved_to(follower, &game).get(), home_b.address.get());
        follower.turn_to(&home_b.address);
        follower.reconnect().await.expect("welcome on the host where the game lives");
    }
    bob.hear_answers().await.expect("an answer on the other host");
    // A host that has just woken up may not trust its database yet. It says so then, and nothing was changed.
    let refusal = bob.frames.iter().find(|frame| frame["type"] == "rejected" && frame["id"] == json!(id));
    if let Some(refusal) = refusal {
        assert_eq!(refusal["code"], "unavailable", "{refusal}");
        bob.commit(&game, None, lost).await.expect("connected");
    }
    bob.commit(&game, None, json!({"kind": "resume"})).await.expect("connected");
    let (ann_end, bob_end) = tokio::join!(ann.play(&game), bob.play(&game));
    ann_end.expect("played to its end");
    bob_end.expect("played to its end");

    let journal = finished_game(&ann.http, &game).await;
    for manager in [&ann, &bob, &eve] {
        journal.assert_contains_what_was_shown(manager, &game);
    }
    assert_no_stale_entry(&database, 1).await;
}
