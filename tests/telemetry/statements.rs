//! Who asks for them finds the statements to the database in the log, and none of their values.

use crate::support::manager::Manager;
use crate::support::play::{sit_down, start};
use crate::support::postgres::Cluster;
use crate::support::server::Home;
use serde_json::json;

/// What a host with this filter logs while a game begins.
async fn log_of(home: Home, filter: &str) -> String {
    let home = home.brisk().with("DUGOUT__LOG__FILTER", filter);
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    start(&mut ann, &game).await.expect("connected");
    server.log()
}

async fn statements_without_values(home: Home) {
    let log = log_of(home, "info,dugout::sql=debug").await;
    for sql in ["INSERT INTO", "game_secrets", "SELECT game_id, seq, hash FROM journal"] {
        assert!(log.contains(sql), "no {sql} in\n{log}");
    }
    assert!(!log.contains("-- binds"), "values in\n{log}");
}

#[tokio::test]
async fn statements_to_sqlite_are_logged_without_values() {
    statements_without_values(Home::sqlite()).await;
}

#[tokio::test]
async fn statements_to_postgres_are_logged_without_values() {
    let Some(cluster) = Cluster::shared() else { return };
    statements_without_values(Home::with_database(cluster.database().await)).await;
}

#[tokio::test]
async fn nobody_who_does_not_ask_sees_statements() {
    let log = log_of(Home::sqlite(), "debug,dugout::sql=info").await;
    assert!(!log.contains("INSERT INTO") && !log.contains("SELECT "), "statements in\n{log}");
}
