//! A game that keeps failing is set aside where everybody can see it: its row says so and why, a metric counts it, its
//! journal can be read. Meanwhile the others are as quick as before.

use super::support::{act, game_against_ai, play, start, user};
use super::trap::{Place, Trap};
use crate::support::PATIENCE;
use chrono::{TimeDelta, Utc};
use dugout::config::GatewaySettings;
use dugout::gateway::token::TokenKey;
use dugout::gateway::{Gateway, GatewayParts};
use dugout::host::faults::{Faults, Moment};
use dugout::host::{Host, NotCommitted};
use dugout::id::{CommandId, GameId};
use dugout::protocol::User;
use dugout::rules::command::Command;
use dugout::rules::rejection::RejectionCode;
use dugout::store::Store;
use dugout::store::read::Viewer;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// Commands that are timed.
const TIMED: usize = 25;

/// What this process counts.
fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    let install = || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).expect("no test installs another recorder");
        handle
    };
    HANDLE.get_or_init(install).clone()
}

/// A gateway in front of the host; gives its URL and a token for the user.
pub async fn open_doors(host: &Host, store: &Store, user: &User) -> (String, String) {
    let key = TokenKey::new(&[7; 32]);
    let token = key.issue(user, Utc::now(), TimeDelta::hours(1));
    let settings = GatewaySettings::default();
    let (host, store) = (host.clone(), store.clone());
    let accepts_traceparent = false;
    let parts = GatewayParts { host, store, settings, key, metrics: metrics(), accepts_traceparent };
    let gateway = Gateway::new(parts);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound socket has an address"));
    tokio::spawn(async move { gateway.serve(listener).await });
    (url, token)
}

pub async fn get(url: &str, token: &str) -> String {
    let request = crate::support::http::client().get(url).bearer_auth(token);
    let response = request.send().await.expect("the gateway answers");
    assert!(response.status().is_success(), "{url}: {}", response.status());
    response.text().await.expect("a body")
}

/// The game's row, once it says that the game is set aside.
async fn set_aside(game_url: &str, token: &str) -> Value {
    let began = Instant::now();
    loop {
        let row: Value = serde_json::from_str(&get(game_url, token).await).expect("JSON");
        if row["quarantined_at"].is_string() {
            return row;
        }
        assert!(began.elapsed() < PATIENCE, "its row does not say it: {row}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How long the manager's commands take, the median of [`TIMED`].
async fn median_of_commands(host: &Host, game: GameId, manager: &User) -> Duration {
    let mut times = Vec::new();
    let all_began = Instant::now();
    while times.len() < TIMED {
        let began = Instant::now();
        assert!(all_began.elapsed() < PATIENCE, "after {} commands it is never his turn", times.len());
        match act(host, game, manager).await {
            Some(Ok(_)) => times.push(began.elapsed()),
            Some(Err(refused)) => panic!("refused: {refused:?}"),
            None => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    }
    times.sort_unstable();
    times[TIMED / 2]
}

/// Gives a command that fails until the game is set aside.
async fn fail_until_set_aside(host: &Host, game: GameId, manager: &User) {
    let began = Instant::now();
    loop {
        let answer = host.command(game, manager, CommandId::generate(), None, Command::Start {}).await;
        let Err(NotCommitted::Refused(refused)) = answer else { panic!("answered {answer:?}") };
        match refused.rejection.code {
            RejectionCode::Quarantined => return,
            RejectionCode::Internal => {}
            _ => panic!("{refused:?}"),
        }
        assert!(began.elapsed() < PATIENCE, "it is never set aside");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_game_that_is_set_aside_is_seen_and_read_and_slows_nobody() {
    metrics();
    for place in [Place::Deciding, Place::Storing] {
        let trap = Trap::at(place);
        let hosted = start(trap.faults()).await;
        let (host, ann, bob) = (&hosted.host, user("Ann"), user("Bob"));
        let (bad, quiet) = (game_against_ai(host, &ann).await, game_against_ai(host, &bob).await);
        play(host, quiet, &bob, 3).await;
        let before = median_of_commands(host, quiet, &bob).await;

        trap.set(bad, usize::MAX);
        let failing = fail_until_set_aside(host, bad, &ann);
        let ((), during) = tokio::join!(failing, median_of_commands(host, quiet, &bob));
        let bound = before * 10 + Duration::from_millis(100);
        assert!(during < bound, "{place:?}: a command took {before:?} before, and {during:?} meanwhile");

        let (url, token) = open_doors(host, &hosted.store, &ann).await;
        let game_url = format!("{url}/api/v1/games/{bad}");
        let row = set_aside(&game_url, &token).await;
        assert!(row["quarantine_reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{row}");
        let journal = get(&format!("{game_url}/journal"), &token).await;
        assert_eq!(journal.lines().count(), 2, "{place:?}: the header and entry 1: {journal}");
        let counted = get(&format!("{url}/metrics"), &token).await;
        let line = counted.lines().find(|line| line.starts_with("dugout_games_quarantined_total"));
        assert!(line.is_some_and(|line| !line.ends_with(" 0")), "{place:?}: {counted}");
        play(host, quiet, &bob, 3).await;
        host.stop().await;
    }
}

/// The writer dies with the note in hand, twice: the row says it all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_a_game_is_set_aside_is_noted_whatever_becomes_of_the_writer() {
    let (bad, writers_left) = (Arc::new(OnceLock::new()), AtomicUsize::new(2));
    let target = Arc::clone(&bad);
    let faults = Faults::at(move |game_id, moment| {
        if target.get() != Some(&game_id) {
            return;
        }
        match moment {
            Moment::Deciding(_) => panic!("this game can decide nothing"),
            // Nothing but the note is written of it.
            Moment::Writing => {
                let less = |left: usize| left.checked_sub(1);
                let left = writers_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less);
                assert!(left.is_err(), "the writer dies");
            }
            Moment::Committed | Moment::Storing => {}
        }
    });
    let hosted = start(faults).await;
    let (host, ann) = (&hosted.host, user("Ann"));
    let game = game_against_ai(host, &ann).await;
    bad.set(game).expect("set once");
    fail_until_set_aside(host, game, &ann).await;
    let began = Instant::now();
    while hosted.store.game(game, Viewer::Operator).await.expect("a row").quarantined_at.is_none() {
        assert!(began.elapsed() < PATIENCE, "the row never says it");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    host.stop().await;
}
