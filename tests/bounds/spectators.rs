//! Very many spectators on one game: everyone is shown every entry, and the managers play as if they were alone.

use crate::support::http::Http;
use crate::support::manager::{Manager, next_frame, open};
use crate::support::play::{plain_answer, sit_down, start};
use crate::support::raw::{Raw, TEXT, frame};
use crate::support::server::{Address, Home};
use futures_util::{SinkExt, StreamExt, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;

/// How many, where `DUGOUT_TEST_SPECTATORS` says nothing else. Ten thousand need 10 100 open files here and there.
const SPECTATORS: usize = 500;
/// So many come at a time.
const COMING_MAX: usize = 64;

/// One of them: every entry in order, from the state he was shown to `last`.
async fn watch(address: Address, token: String, game: String) -> impl Future<Output = Result<i64, String>> {
    let mut socket = open(&address, Some("dugout.v1")).await.expect("the socket opens");
    let hello = json!({"type": "hello", "token": token, "client": "crowd/1"});
    for frame in [hello, json!({"type": "join", "game": game})] {
        socket.send(Message::text(frame.to_string())).await.expect("connected");
    }
    let mut seq = loop {
        let frame = next_frame(&mut socket).await.expect("connected");
        assert_ne!(frame["type"], "rejected", "{frame}");
        if frame["type"] == "joined" {
            break frame["seq"].as_i64().expect("a seq");
        }
    };
    async move {
        loop {
            let frame = next_frame(&mut socket).await.map_err(|closed| closed.to_string())?;
            if frame["type"] != "events" {
                continue;
            }
            if frame["seq"] != seq + 1 {
                return Err(format!("after entry {seq} came {}", frame["seq"]));
            }
            seq += 1;
            let over = frame["events"].as_array().into_iter().flatten();
            if over.into_iter().any(|event| event["kind"] == "game_completed") {
                return Ok(seq);
            }
        }
    }
}

fn spectators() -> usize {
    let wanted = std::env::var("DUGOUT_TEST_SPECTATORS").ok().and_then(|text| text.parse().ok());
    wanted.unwrap_or(SPECTATORS)
}

/// Half a dozen decisions; gives how long each took to be committed.
async fn decide(ann: &mut Manager, bob: &mut Manager, game: &str, asked: &mut i64) -> Vec<Duration> {
    let mut took = Vec::new();
    for kind in ["pause", "resume", "pause", "resume", "pause", "resume"] {
        for manager in [&mut *ann, &mut *bob] {
            if (kind == "pause") == (manager.name == "Ann") {
                let began = Instant::now();
                *asked = manager.commit(game, None, json!({ "kind": kind })).await.expect("connected");
                took.push(began.elapsed());
            }
        }
    }
    took.sort_unstable();
    took
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_shown_everything_and_the_managers_play_on() {
    let count = spectators();
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).expect("the soft limit may be raised");
    assert!(maximum.is_none_or(|max| max > count as u64 + 200), "{maximum:?} open files are too few here");
    let many = (count + 100).to_string();
    let home = Home::sqlite()
        .brisk()
        .with("DUGOUT__GATEWAY__CONNECTIONS_MAX", &many)
        .with("DUGOUT__GATEWAY__CONNECTIONS_PER_USER_MAX", &many)
        .with("DUGOUT__GATEWAY__CONNECTIONS_PER_ADDRESS_MAX", "1000000")
        .with("DUGOUT__GATEWAY__PONG_TIMEOUT_MS", "600000");
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let eve = Manager::connect(&home.address, "Eve").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    let mut asked = start(&mut ann, &game).await.expect("connected");
    let alone = decide(&mut ann, &mut bob, &game, &mut asked).await;

    let began = Instant::now();
    let coming = stream::iter(0..count)
        .map(|_| watch(home.address.clone(), eve.token.clone(), game.clone()))
        .buffer_unordered(COMING_MAX)
        .map(tokio::spawn)
        .collect::<Vec<_>>();
    // While they come, and when they are there.
    let (watching, during) = tokio::join!(coming, decide(&mut ann, &mut bob, &game, &mut asked));
    let came_in = began.elapsed();
    let mut deaf = Raw::narrow(&home.address).await;
    deaf.greet(&eve.token).await;
    let join = json!({"type": "join", "game": game}).to_string();
    deaf.send(&frame(TEXT, join.as_bytes())).await.expect("connected");
    let before = decide(&mut ann, &mut bob, &game, &mut asked).await;

    let defence = json!(plain_answer("awaiting_defensive", &[]));
    ann.commit(&game, None, defence).await.expect("connected");
    let last = ann.commit(&game, None, json!({"kind": "forfeit"})).await.expect("connected");
    for spectator in watching {
        assert_eq!(spectator.await.expect("no spectator panics"), Ok(last));
    }
    let median = |took: &[Duration]| took[took.len() / 2];
    println!(
        "{count} spectators came in {came_in:?}; a command took {:?} before, {:?} while they came, {:?} before them \
         (median); {} MiB resident",
        median(&alone),
        median(&during),
        median(&before),
        server.resident_bytes() >> 20
    );
    let detail: Value = Http::stranger(&home.address).game(&game, "").await;
    assert_eq!(detail["status"], "completed");
    const MEMORY_BYTES_PER_SPECTATOR_MAX: u64 = 100_000;
    assert!(server.resident_bytes() < (256 << 20) + count as u64 * MEMORY_BYTES_PER_SPECTATOR_MAX);
}
