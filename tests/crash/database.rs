//! The database killed under a running host, again and again: games hold, nothing is acknowledged that is not stored,
//! and play goes on without anyone's doing.

use crate::support::PATIENCE;
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::play::{sit_down, start};
use crate::support::postgres::Cluster;
use crate::support::server::Home;
use serde_json::json;
use std::time::{Duration, Instant};

const KILLS: usize = 5;
/// How long the game is played before each kill.
const PLAYED: Duration = Duration::from_millis(150);

#[tokio::test]
async fn play_goes_on_when_the_database_is_back() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database().await;
    let home = Home::with_database(url).brisk().with("DUGOUT__DATABASE__ACQUIRE_TIMEOUT_MS", "500");
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    start(&mut ann, &game).await.expect("connected");

    let http = ann.http.clone();
    let misfortunes = async {
        for kill in 1..=KILLS {
            tokio::time::sleep(PLAYED).await;
            let row = http.game(&game, "").await;
            assert_eq!(row["status"], "active", "the game must not end before kill {kill}");
            cluster.kill();
            until_readyz_says(&http, 503).await;
            cluster.start_again();
            until_readyz_says(&http, 200).await;
        }
    };
    // On one connection each, from the first pitch to the last out.
    let (ann_end, bob_end, ()) = tokio::join!(ann.play(&game), bob.play(&game), misfortunes);
    ann_end.expect("the connection is not cut");
    bob_end.expect("the connection is not cut");

    let journal = crate::end_to_end::finished_game(&http, &game).await;
    for manager in [&ann, &bob] {
        journal.assert_contains_what_was_shown(manager, &game);
    }
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

/// Waits until the host says with this status whether it takes commands.
async fn until_readyz_says(http: &Http, status: u16) {
    let began = Instant::now();
    while http.get("/readyz").await.status.as_u16() != status {
        assert!(began.elapsed() < PATIENCE, "/readyz does not say {status}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
