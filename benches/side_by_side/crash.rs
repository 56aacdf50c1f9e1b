//! What a crash costs: thousands of games between AI managers, `kill -9`, and how soon all of them go on.

use super::processes::{Server, Setting};
use reqwest::Client;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Games that are being created at a time.
const CREATED_AT_ONCE: u32 = 16;
const POLL: Duration = Duration::from_millis(10);
/// Nothing takes so long.
const PATIENCE: Duration = Duration::from_secs(600);

/// Hardly anybody moves while the games are being created.
const ASLEEP: Setting = ("DUGOUT__HOST__AI_PAUSE_MS", "60000");
/// Every manager moves once in two seconds.
const AWAKE: Setting = ("DUGOUT__HOST__AI_PAUSE_MS", "2000");

/// Measures one crash of a host on `database`, and prints the figures.
pub async fn measure(database: &str, games: u32) {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::host_in(directory.path(), database, None, &[ASLEEP]);
    let began = Instant::now();
    create(&server.address, games).await;
    let created = began.elapsed();
    println!("{games} games created in {:.1} s; {:.0} MB", created.as_secs_f64(), server.memory_mb());
    drop(server); // kill -9

    let began = Instant::now();
    let server = Server::host_in(directory.path(), database, None, &[AWAKE]);
    println!("listening               {:>8.2} s", began.elapsed().as_secs_f64());
    let metrics = Metrics::of(&server.address);
    for (what, name) in [
        ("every game in memory", "dugout_rehydrate_seconds_count"),
        ("as many moves as games", "dugout_commit_batch_changes_sum"),
    ] {
        metrics.until(name, f64::from(games)).await;
        println!("{what:<24}{:>8.2} s", began.elapsed().as_secs_f64());
    }
    println!("memory                  {:>8.0} MB", server.memory_mb());
}

/// An HTTP client. Our build of reqwest brings no cryptography of its own; whoever comes second finds it installed.
fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}

/// Creates games, each between two AI managers, which begin by themselves.
async fn create(address: &str, games: u32) {
    let http = client();
    let api = format!("{address}/api/v1");
    let token = ask(http.post(format!("{api}/tokens")).json(&json!({"name": "Crash"}))).await;
    let token = token["token"].as_str().expect("a token").to_owned();
    let teams = ask(http.get(format!("{api}/teams"))).await;
    let team = |at: usize| teams["items"][at]["id"].clone();
    let game = json!({
        "home_team_id": team(0), "away_team_id": team(1), "home_team_is_ai": true, "away_team_is_ai": true,
    });
    let mut under_way = JoinSet::new();
    for number in 0..games {
        if number >= CREATED_AT_ONCE {
            under_way.join_next().await.expect("one is under way").expect("it is created");
        }
        let request = http.post(format!("{api}/games")).bearer_auth(&token).json(&game);
        under_way.spawn(async move { ask(request).await });
    }
    under_way.join_all().await;
}

async fn ask(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.expect("the host answers");
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).expect("JSON")
}

/// What the host counts.
struct Metrics {
    http: Client,
    url: String,
}

impl Metrics {
    fn of(address: &str) -> Self {
        Self { http: client(), url: format!("{address}/metrics") }
    }

    /// Waits until the host has counted so many.
    async fn until(&self, name: &str, wanted: f64) {
        let began = Instant::now();
        while self.count(name).await < wanted {
            assert!(began.elapsed() < PATIENCE, "{name} is {} of {wanted}", self.count(name).await);
            tokio::time::sleep(POLL).await;
        }
    }

    async fn count(&self, name: &str) -> f64 {
        let answer = self.http.get(&self.url).send().await.expect("the host answers");
        let text = answer.text().await.expect("a body");
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        value.unwrap_or_default()
    }
}
