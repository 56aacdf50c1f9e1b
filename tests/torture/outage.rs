//! The database is away for long, while clients do not stop asking: everybody is told so and when to come back, memory
//! stays bounded, and when it is back play goes on without anyone's doing.
//!
//! Once it is killed, and once nothing gets through to it and nobody is told. `DUGOUT_TORTURE_OUTAGE_SECONDS` makes each of the
//! two longer.

use super::checker::check_final;
use super::client::{Client, Orders};
use super::moves::Table;
use super::record::Record;
use super::scene::Scene;
use crate::support::PATIENCE;
use crate::support::http::Http;
use crate::support::manager::{Closed, next_frame, open};
use crate::support::server::Address;
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

/// How long the database is away, each time.
const AWAY: Duration = Duration::from_secs(4);
/// Clients that hammer, and the commands that each has open.
const HAMMERS: usize = 4;
const OPEN_MAX: usize = 16;
/// What the host may grow by. A queue without a bound would take more within a minute.
const GROWTH_BYTES_MAX: u64 = 96 << 20;
const CALM: Orders = Orders { thinks_for: Duration::from_millis(150), forfeit: false, leave: false, cuts: 0 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_told_bounded_and_over_by_itself() {
    let Some(scene) = Scene::postgres(CALM).await else { return };
    let seconds = std::env::var("DUGOUT_TORTURE_OUTAGE_SECONDS").ok().and_then(|text| text.parse().ok());
    let away = seconds.map_or(AWAY, Duration::from_secs);
    let record = Arc::new(Record::default());
    let mut ann = client(&scene, "Ann", &record).await;
    let mut bob = client(&scene, "Bob", &record).await;
    let game = sit_down(&mut ann, &mut bob).await;
    let (http, token) = (ann.http.clone(), ann.token().to_owned());
    let players =
        [(ann.standing.clone(), tokio::spawn(ann.run())), (bob.standing.clone(), tokio::spawn(bob.run()))];
    let over = Arc::new(AtomicBool::new(false));
    let hammers: Vec<_> = (0..HAMMERS)
        .map(|_| {
            let (address, token, game) = (scene.home.address.clone(), token.clone(), game.clone());
            tokio::spawn(hammer(address, token, game, Arc::clone(&over)))
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;

    let before = scene.host().resident_bytes();
    scene.cluster().kill();
    let by_kill = wait_out(&scene, &http, away, before).await;
    scene.cluster().revive().await;
    until_ready(&http, 200).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    scene.wire().silence(true);
    let by_silence = wait_out(&scene, &http, away, before).await;
    scene.wire().silence(false);
    let back = Instant::now();
    until_ready(&http, 200).await;
    println!("noticed after {by_kill:?} and {by_silence:?}; ready again after {:?}", back.elapsed());

    over.store(true, Ordering::Release);
    let mut codes: BTreeMap<String, u64> = BTreeMap::new();
    for hammer in hammers {
        for (code, count) in hammer.await.expect("a hammer's checks hold") {
            *codes.entry(code).or_default() += count;
        }
    }
    println!("the hammers were answered: {codes:?}");
    assert!(codes.get("unavailable").is_some_and(|count| *count > 0), "{codes:?}");
    let settled = Instant::now();
    for (standing, _) in &players {
        while !standing.has_settled_since(settled) {
            assert!(settled.elapsed() < PATIENCE, "{}", standing.describe());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    scene.orders.send_modify(|orders| orders.leave = true);
    for (_, player) in players {
        player.await.expect("a client's checks hold");
    }
    let store = scene.open_store().await;
    check_final(&http, &record, &store, &game).await;
    assert!(!scene.host().log().contains("panicked"), "{}", scene.host().log());
}

async fn client(scene: &Scene, name: &str, record: &Arc<Record>) -> Client {
    Client::new(&scene.home.address, name, record, scene.orders.subscribe(), 1).await
}

async fn sit_down(ann: &mut Client, bob: &mut Client) -> String {
    let created = ann.http.create_game(json!({})).await;
    let game = created["id"].as_str().expect("a game has an id").to_owned();
    bob.http.post(&format!("/api/v1/games/{game}/seats/away"), &json!({})).await.ok();
    for client in [ann, bob] {
        client.tables.insert(game.clone(), Table::default());
    }
    game
}

/// Waits for as long as the database is away, and looks at the host meanwhile; gives how long it took to notice.
async fn wait_out(scene: &Scene, http: &Http, away: Duration, before: u64) -> Duration {
    let began = Instant::now();
    until_ready(http, 503).await;
    let noticed = began.elapsed();
    let mut grown = 0;
    while began.elapsed() < away.max(noticed + Duration::from_secs(1)) {
        let now = scene.host().resident_bytes();
        grown = now.saturating_sub(before).max(grown);
        assert!(
            grown < GROWTH_BYTES_MAX,
            "{now} bytes resident after {:?}, {before} before",
            began.elapsed()
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!("away for {:?}: grown by {} KiB over {} KiB", began.elapsed(), grown >> 10, before >> 10);
    noticed
}

async fn until_ready(http: &Http, status: u16) {
    let began = Instant::now();
    while http.get("/readyz").await.status.as_u16() != status {
        assert!(began.elapsed() < PATIENCE, "/readyz does not say {status}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Sends commands without a pause, as many at once as it may, and comes back when it is cut off. Gives the answers, by
/// code.
async fn hammer(
    address: Address,
    token: String,
    game: String,
    over: Arc<AtomicBool>,
) -> BTreeMap<String, u64> {
    let mut codes = BTreeMap::new();
    while !over.load(Ordering::Acquire) {
        if hammer_once(&address, &token, &game, &over, &mut codes).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    codes
}

async fn hammer_once(
    address: &Address,
    token: &str,
    game: &str,
    over: &AtomicBool,
    codes: &mut BTreeMap<String, u64>,
) -> Result<(), Closed> {
    let broken = |error: String| Closed { code: None, reason: error };
    let mut socket = open(address, Some("dugout.v1")).await.map_err(|error| broken(error.to_string()))?;
    let hello = json!({"type": "hello", "token": token, "client": "hammer/1"});
    socket.send(Message::text(hello.to_string())).await.map_err(|error| broken(error.to_string()))?;
    assert_eq!(next_frame(&mut socket).await?["type"], "welcome");
    let mut in_flight = 0;
    while !over.load(Ordering::Acquire) {
        while in_flight < OPEN_MAX {
            // Never allowed: it answers a request that never was. What matters is that it is answered.
            let command = json!({"kind": "defensive_decision"});
            let frame = json!({"type": "command", "id": Uuid::new_v4(), "game": game, "expect": 1, "command": command});
            socket.send(Message::text(frame.to_string())).await.map_err(|error| broken(error.to_string()))?;
            in_flight += 1;
        }
        let Ok(frame) = tokio::time::timeout(Duration::from_millis(100), next_frame(&mut socket)).await
        else {
            continue;
        };
        let frame = frame?;
        if frame["type"] == "rejected" {
            in_flight -= 1;
            count(&frame, codes);
        }
    }
    Ok(())
}

fn count(frame: &Value, codes: &mut BTreeMap<String, u64>) {
    let code = frame["code"].as_str().unwrap_or_default();
    if code == "unavailable" || code == "busy" {
        assert!(frame["retry_after_ms"].as_u64().is_some(), "when to come back is said: {frame}");
    }
    *codes.entry(code.to_owned()).or_default() += 1;
}
