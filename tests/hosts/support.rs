//! Two hosts, and clients who play on whichever has their game.

use crate::support::PATIENCE;
use crate::support::manager::{Closed, Manager};
use crate::support::postgres::Cluster;
use crate::support::server::{Address, Home, Server};
use std::time::{Duration, Instant};
use tokio_postgres::{Client, NoTls};

/// Between two tries to find a host that answers.
const RETRY: Duration = Duration::from_millis(50);
/// What the tests wait for when a host dies; long enough that a busy machine does not lose it by accident.
pub const LEASE_MS: &str = "4000";

/// A home on the database `url`, with a short lease.
pub fn home(url: &str) -> Home {
    Home::with_database(url)
        .brisk()
        .with("DB_POOL_SIZE", "3")
        .with("DUGOUT__HOST__HEARTBEAT_MS", "500")
        .with("DUGOUT__HOST__LEASE_MS", LEASE_MS)
        .with("DUGOUT__GATEWAY__DRAIN_RETRY_AFTER_MS", "50")
}

/// Two hosts that run on the database `url`, either of which takes the other's tokens.
pub async fn two_hosts(url: &str) -> ((Home, Server), (Home, Server)) {
    let home_a = home(url);
    let a = home_a.start().await;
    let home_b = home(url).sharing_tokens_of(&home_a);
    let b = home_b.start().await;
    ((home_a, a), (home_b, b))
}

/// The URL of a new database, and a connection past the hosts into it; none where there is no PostgreSQL.
pub async fn database() -> Option<(String, Client)> {
    let url = Cluster::shared()?.database().await;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("the server answers");
    tokio::spawn(connection);
    Some((url, client))
}

/// Fails where some entry was written in an older term of ownership than the one before it, or in one that the game
/// has not had. `games` is how many games there must be.
pub async fn assert_no_stale_entry(database: &Client, games: i64) {
    let stale = "SELECT count(*) FROM (SELECT epoch, lag(epoch) OVER (PARTITION BY game_id ORDER BY seq) AS before \
                 FROM journal) AS entries WHERE epoch < before";
    let unowned =
        "SELECT count(*) FROM journal JOIN games ON games.id = game_id WHERE journal.epoch > games.epoch";
    let counted = "SELECT count(DISTINCT game_id) FROM journal";
    for (query, expected) in [(stale, 0), (unowned, 0), (counted, games)] {
        let count: i64 = database.query_one(query, &[]).await.expect("a count").get(0);
        assert_eq!(count, expected, "{query}");
    }
}

/// The term of ownership of a game.
pub async fn epoch(database: &Client, game: &str) -> i64 {
    let query = format!("SELECT epoch FROM games WHERE id = '{game}'");
    database.query_one(&query, &[]).await.expect("the game").get(0)
}

/// Where the last frame says that the game lives.
pub fn moved_to(manager: &Manager, game: &str) -> Address {
    let last = manager.frames.last().expect("a frame");
    assert_eq!((&last["type"], &last["game"]), (&"moved".into(), &game.into()), "{}", manager.last_frames());
    Address::of_url(last["url"].as_str().expect("an address"))
}

/// Plays the game to its end on whichever of the hosts has it, following what the hosts say.
pub async fn play_wherever(manager: &mut Manager, game: &str, hosts: &[Address]) {
    let began = Instant::now();
    let mut others = hosts.iter().cycle();
    let mut end = manager.play(game).await;
    while let Err(closed) = end {
        assert!(began.elapsed() < PATIENCE * 2, "{}: {closed}\n{}", manager.name, manager.last_frames());
        go_on(manager, game, &closed, &mut others).await;
        end = match manager.reconnect().await {
            Ok(()) => manager.play(game).await,
            Err(closed) => Err(closed),
        };
    }
}

async fn go_on<'a>(
    manager: &mut Manager,
    game: &str,
    closed: &Closed,
    others: &mut impl Iterator<Item = &'a Address>,
) {
    match closed.code {
        Some(4410) => {
            let there = moved_to(manager, game);
            manager.turn_to(&there);
            return; // where it lives it is served
        }
        Some(1001 | 1012) => {
            let last = manager.frames.last().expect("a frame");
            let retry_after_ms = last["retry_after_ms"].as_u64().unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(retry_after_ms)).await;
        }
        Some(other) => panic!("{}: closed with {other}\n{}", manager.name, manager.last_frames()),
        None => tokio::time::sleep(RETRY).await, // nobody answers there
    }
    manager.turn_to(others.next().expect("hosts"));
}
