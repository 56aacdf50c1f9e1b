//! What a crash costs: thousands of games between AI managers, `kill -9`, how soon all of them go on, and how long people wait
//! who come to a game of their own.

use super::processes::{Server, Setting};
use dugout::client::{Api, Link};
use dugout::id::GameId;
use dugout::protocol::NewGame;
use dugout::rules::command::Command;
use dugout::rules::decision::DefensiveDecision;
use dugout::rules::vocabulary::{LeagueId, Side};
use reqwest::Client;
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

/// Games between people: so many are visited while the others come back, and as many when they are there.
const VISITED: usize = 30;
const BETWEEN_VISITS: Duration = Duration::from_millis(100);

/// Measures one crash of a host on `database`, and prints the figures.
pub async fn measure(database: &str, games: u32) {
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::host_in(directory.path(), database, None, &[ASLEEP]);
    let began = Instant::now();
    let ann = guest(&server.address).await;
    create(&ann, games).await;
    let mut waiting = begun_by_hand(&ann).await;
    println!("{games} games created in {:.1} s; {:.0} MB", began.elapsed().as_secs_f64(), server.memory_mb());
    drop(server); // kill -9

    let began = Instant::now();
    let server = Server::host_in(directory.path(), database, None, &[AWAKE]);
    println!("listening               {:>8.2} s", began.elapsed().as_secs_f64());
    let (meanwhile, later) = (waiting.split_off(VISITED), waiting);
    let visits = tokio::spawn(visit(server.address.clone(), ann.token.clone(), meanwhile));
    let metrics = Metrics::of(&server.address);
    for (what, name) in [
        ("every game in memory", "dugout_rehydrate_seconds_count"),
        ("as many moves as games", "dugout_commit_batch_changes_sum"),
    ] {
        metrics.until(name, f64::from(games)).await;
        println!("{what:<24}{:>8.2} s", began.elapsed().as_secs_f64());
    }
    println!("memory                  {:>8.0} MB", server.memory_mb());
    tell("meanwhile", &visits.await.expect("visits"));
    let before = metrics.commits().await;
    tell("then", &visit(server.address.clone(), ann.token.clone(), later).await);
    let after = metrics.commits().await;
    println!("a commit meanwhile      {:>8.1} ms", (after.0 - before.0) / (after.1 - before.1) * 1e3);
}

/// A guest of the host.
struct Guest {
    api: Api,
    token: String,
}

async fn guest(address: &str) -> Guest {
    let stranger = Api::new(client(), address, None);
    let token = stranger.guest("Ann").await.expect("the host lets guests in").token;
    Guest { api: stranger.with_token(&token), token }
}

/// Creates games, each between two AI managers, which begin by themselves.
async fn create(guest: &Guest, games: u32) {
    let teams = NewGame { home_team_is_ai: true, away_team_is_ai: true, ..teams(guest).await };
    let mut under_way = JoinSet::new();
    for number in 0..games {
        if number >= CREATED_AT_ONCE {
            under_way.join_next().await.expect("one is under way").expect("it is created");
        }
        let (api, teams) = (guest.api.clone(), teams.clone());
        under_way.spawn(async move { api.create_game(&teams).await.expect("it is created") });
    }
    under_way.join_all().await;
}

async fn teams(guest: &Guest) -> NewGame {
    let teams = guest.api.teams(LeagueId::Pd).await.expect("the host answers");
    NewGame::between(teams[0].id, teams[1].id)
}

/// Games that the guest manages against another, at their first pitch.
async fn begun_by_hand(ann: &Guest) -> Vec<GameId> {
    let bob = guest(ann.api.origin()).await;
    let teams = teams(ann).await;
    let (link, _news) = Link::start(ann.api.origin(), &ann.token, "crash");
    let mut games = Vec::new();
    for _ in 0..2 * VISITED {
        let game = ann.api.create_game(&teams).await.expect("it is created").id;
        bob.api.claim_seat(game, Side::Away).await.expect("the seat is free");
        link.command(game, None, &Command::Start {}).await.expect("it begins");
        games.push(game);
    }
    games
}

/// Comes to one game after the other with a command; how long each took to be committed.
async fn visit(address: String, token: String, games: Vec<GameId>) -> Vec<Duration> {
    let (link, _news) = Link::start(&address, &token, "crash");
    let mut waits = Vec::new();
    for game in games {
        let began = Instant::now();
        let command = Command::DefensiveDecision(DefensiveDecision::default());
        link.command(game, None, &command).await.expect("it is the defence's turn");
        waits.push(began.elapsed());
        tokio::time::sleep(BETWEEN_VISITS).await;
    }
    waits
}

/// Prints how long visitors waited. The first of them waits for the connection as well.
fn tell(when: &str, waits: &[Duration]) {
    let mut ms: Vec<f64> = waits.iter().skip(1).map(|wait| wait.as_secs_f64() * 1e3).collect();
    ms.sort_unstable_by(f64::total_cmp);
    let (median, longest) = (ms[ms.len() / 2], ms[ms.len() - 1]);
    println!("a first command, {when:<10}{median:>5.1} ms, at most {longest:.1} ms");
}

/// An HTTP client. Our build of reqwest brings no cryptography of its own; whoever comes second finds it installed.
fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
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

    /// The seconds that all commits took, and how many there were.
    async fn commits(&self) -> (f64, f64) {
        (self.count("dugout_commit_seconds_sum").await, self.count("dugout_commit_seconds_count").await)
    }

    async fn count(&self, name: &str) -> f64 {
        let answer = self.http.get(&self.url).send().await.expect("the host answers");
        let text = answer.text().await.expect("a body");
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
        value.unwrap_or_default()
    }
}
