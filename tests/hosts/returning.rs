//! A host that dies and starts again on its data directory has its games at once: its lease protects it from others,
//! not from itself.

use crate::end_to_end::wait_until_over;
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::play::{sit_down, start};
use crate::support::postgres::Cluster;
use crate::support::server::Home;
use serde_json::json;

/// Longer than any test waits: whoever waits for it to end has failed.
const LEASE_MS: &str = "600000";

#[tokio::test]
async fn on_sqlite_a_killed_host_has_its_games_again_at_once() {
    assert_returns(Home::sqlite()).await;
}

#[tokio::test]
async fn on_postgres_a_killed_host_has_its_games_again_at_once() {
    let Some(cluster) = Cluster::shared() else { return };
    assert_returns(Home::with_database(cluster.database().await)).await;
}

async fn assert_returns(home: Home) {
    let home = home.brisk().with("DUGOUT__HOST__LEASE_MS", LEASE_MS).with("DUGOUT__HOST__AI_PAUSE_MS", "20");
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({"settings": {"innings": 1}})).await;
    start(&mut ann, &game).await.expect("connected");
    let both = json!({"home_team_is_ai": true, "away_team_is_ai": true, "settings": {"innings": 1}});
    let ai_game = ann.http.create_game(both).await["id"].as_str().expect("an id").to_owned();
    server.kill();

    let _server = home.start().await;
    for manager in [&mut ann, &mut bob] {
        manager.reconnect().await.expect("the game is here again");
    }
    let (ann_end, bob_end) = tokio::join!(ann.play(&game), bob.play(&game));
    ann_end.expect("played to its end");
    bob_end.expect("played to its end");
    wait_until_over(&Http::stranger(&home.address), &ai_game).await;
}
