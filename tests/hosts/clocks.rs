//! Clocks on PostgreSQL: of a host that dies and is replaced, and of one whose database is away.

use super::support::{database, home, two_hosts};
use crate::support::clock::{missed, short};
use crate::support::manager::Manager;
use crate::support::play::{sit_down, start};
use crate::support::postgres::Cluster;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_a_game_over_gives_back_the_time_that_nobody_had_it() {
    let Some((url, _database)) = database().await else { return };
    let ((home_a, a), (home_b, _b)) = two_hosts(&url).await;
    let mut ann = Manager::connect(&home_a.address, "Ann").await;
    let mut bob = Manager::connect(&home_a.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, short()).await;
    start(&mut ann, &game).await.expect("connected");
    tokio::time::sleep(Duration::from_secs(1)).await;
    a.kill();
    let missed = missed(&ann.http.at(&home_b.address), &game).await;
    // At least as long as the dead host's lease, beside the last word that it gave.
    missed.assert_fair(Duration::from_millis(3_000));
    assert_eq!(missed.moves, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_charged_for_a_database_that_was_away() {
    let Some(cluster) = Cluster::start() else { return };
    let home = home(&cluster.database().await);
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, short()).await;
    start(&mut ann, &game).await.expect("connected");
    tokio::time::sleep(Duration::from_secs(1)).await;
    cluster.kill();
    let began = Instant::now();
    tokio::time::sleep(Duration::from_secs(7)).await;
    let away = began.elapsed();
    cluster.revive().await;
    let missed = missed(&ann.http, &game).await;
    missed.assert_fair(away);
    assert!(missed.moves >= 1);
}
