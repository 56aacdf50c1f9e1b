//! A collector that hangs or is not there: games go on, the host says so and stops in time.

use super::collector::Collector;
use super::exporting;
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::play::{play_game, sit_down};
use crate::support::server::{Home, Server, dugout, run};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// What a whole game may take where every export takes much longer than a play.
const GAME_MAX: Duration = Duration::from_secs(45);
/// What the stop may take: the time for the last spans and some more, far less than all exports would.
const STOP_MAX: Duration = Duration::from_secs(12);

/// Plays a game on a host whose collector is no help; gives what it counted.
async fn plays_on(home: &Home) -> (Server, Http) {
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({"settings": {"innings": 1}})).await;
    let began = Instant::now();
    play_game(&mut ann, &mut bob, &game).await;
    assert!(began.elapsed() < GAME_MAX, "the game took {:?}\n{}", began.elapsed(), server.log());
    (server, ann.http)
}

async fn stops(mut server: Server) -> String {
    let began = Instant::now();
    server.terminate();
    let status = server.ended().await;
    assert!(status.success(), "{status}\n{}", server.log());
    assert!(began.elapsed() < STOP_MAX, "the stop took {:?}\n{}", began.elapsed(), server.log());
    server.log()
}

#[tokio::test]
async fn a_collector_that_hangs_costs_spans_and_nothing_else() {
    let collector = Collector::that_hangs().await;
    let home = exporting(&collector.endpoint)
        .with("DUGOUT__TELEMETRY__TIMEOUT_MS", "60000")
        .with("DUGOUT__TELEMETRY__QUEUE_SPANS_MAX", "16")
        .with("DUGOUT__TELEMETRY__BATCH_SPANS_MAX", "8");
    let (server, http) = plays_on(&home).await;
    let dropped = http.counted("dugout_spans_dropped_total{reason=\"queue_full\"}").await;
    assert!(dropped > 10.0, "{dropped}");
    let log = stops(server).await;
    assert!(log.contains("the last spans were not exported"), "{log}");
}

#[tokio::test]
async fn a_collector_that_is_away_is_said_once_and_missed_by_nobody() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let home = exporting(&endpoint);
    let (server, http) = plays_on(&home).await;
    let began = Instant::now();
    while http.counted("dugout_spans_dropped_total{reason=\"export\"}").await < 50.0 {
        assert!(began.elapsed() < GAME_MAX, "{}", server.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(http.counted("dugout_spans_exported_total").await, 0.0);
    let log = stops(server).await;
    let said: Vec<_> = log.lines().filter(|line| line.contains("the collector takes no spans")).collect();
    assert!((1..=2).contains(&said.len()), "at once and then once a minute: {said:?}");
    assert!(said[0].contains("refused"), "{said:?}");
}

#[tokio::test]
async fn the_doctor_asks_the_collector_and_a_bad_endpoint_stops_the_start() {
    let collector = Collector::open().await;
    let home = Home::sqlite();
    let look = async |endpoint: &str| -> Value {
        let mut command = dugout();
        command.args(["doctor", "--json", "--data-dir"]).arg(home.data_dir());
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).env("DUGOUT__TELEMETRY__TIMEOUT_MS", "500");
        let checks: Value = serde_json::from_str(&run(&mut command).await.stdout).expect("JSON");
        let checks = checks.as_array().expect("a list").clone();
        checks.into_iter().find(|check| check["what"] == "collector").unwrap_or_default()
    };
    assert_eq!(look(&collector.endpoint).await["level"], "ok");
    assert_eq!(look(&format!("{}/elsewhere", collector.endpoint)).await["level"], "warning");
    assert_eq!(look(&Collector::that_hangs().await.endpoint).await["level"], "warning");
    assert_eq!(look("").await, Value::Null, "there is none to ask");
    assert_eq!(collector.spans().len(), 0, "nothing was left there");

    let mut command = dugout();
    command.args(["serve", "--data-dir"]).arg(home.data_dir());
    let refused = run(command.env("OTEL_EXPORTER_OTLP_ENDPOINT", "127.0.0.1:4318")).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(refused.stderr.contains("telemetry.otlp_endpoint"), "{}", refused.stderr);
    assert!(refused.stderr.contains("http://127.0.0.1:4318"), "{}", refused.stderr);
}
