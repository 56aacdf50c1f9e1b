//! The load generator against a real host: what it counts is in the journal, and what is wrong it finds.

use crate::support::http::Http;
use crate::support::server::{Home, dugout, run};
use serde_json::Value;

/// The result of `dugout load` against the host at this address.
async fn load(address: &str, arguments: &[&str]) -> Value {
    let url = format!("http://{address}");
    let finished = run(dugout().args(["load", &url, "--json", "--ramp-s", "0"]).args(arguments)).await;
    assert!(finished.status.success(), "{}{}", finished.stdout, finished.stderr);
    serde_json::from_str(&finished.stdout).expect("JSON")
}

#[tokio::test]
async fn what_the_load_counts_is_in_the_journals() {
    let home = Home::sqlite();
    let _server = home.start().await;
    let address = home.address.get();
    // Several games on a connection, spectators, and sockets that are cut in mid-play.
    let busy = ["--games", "4", "--games-per-connection", "2", "--spectators", "1", "--seconds", "4"];
    let result = load(&address, &[&busy[..], &["--reconnect-every-s", "1", "--innings", "1"]].concat()).await;
    assert_eq!(result["violations_total"], 0, "{result}");
    assert!(result["sockets_lost"].as_u64() > Some(0), "{result}");
    let plays = result["plays"].as_u64().expect("a number");
    assert!(plays > 0, "{result}");
    assert_eq!(result["latency_ms"]["play, seen by both"]["count"].as_u64(), Some(plays), "{result}");

    let http = Http::stranger(&home.address);
    let mut stored = 0;
    for game in http.get("/api/v1/games?limit=100").await.ok()["items"].as_array().expect("games") {
        let state =
            http.get(&format!("/api/v1/games/{}/state", game["id"].as_str().expect("an id"))).await.ok();
        stored += state["play_count"].as_u64().expect("a number");
    }
    assert!(stored >= plays, "{plays} plays were counted, {stored} are stored");
}

#[tokio::test]
async fn plays_come_on_their_schedule_in_the_open_loop() {
    let home = Home::sqlite();
    let _server = home.start().await;
    let result =
        load(&home.address.get(), &["--games", "6", "--plays-per-second", "4", "--seconds", "5"]).await;
    assert_eq!(result["loop_kind"], "open");
    let plays = result["plays"].as_u64().expect("a number");
    assert!((1..=26).contains(&plays), "20 were due: {result}"); // a machine that is busy makes fewer
}

#[tokio::test]
async fn a_host_that_is_not_there_is_said_in_words() {
    let finished = run(dugout().args(["load", "http://127.0.0.1:9", "--seconds", "1"])).await;
    assert_eq!(finished.status.code(), Some(1));
    assert!(finished.stderr.contains("http://127.0.0.1:9 does not answer"), "{}", finished.stderr);
}
