//! The database goes away and comes back: nothing is acknowledged meanwhile, and nothing is done twice.

use super::fixture::*;
use crate::support::postgres::Cluster;
use dugout::rules::vocabulary::LeagueId;
use dugout::store::change::{Change, Rows};
use dugout::store::{DatabaseUrl, Store, StoreError, StoreSettings};
use std::sync::Arc;

fn impatient() -> StoreSettings {
    StoreSettings { acquire_timeout_ms: 1_000, statement_timeout_ms: 300, ..settings() }
}

async fn assert_unavailable(store: &Store, change: &Change) {
    match store.commit([change.clone()].into()).await {
        Err(error @ StoreError::Unavailable(_)) => assert!(error.is_transient()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_is_waited_for() {
    let Some(cluster) = Cluster::start() else { return };
    let url: DatabaseUrl = cluster.database().await.parse().unwrap();
    let store = Store::open(&url, &impatient()).await.unwrap();
    let new = new_game(LeagueId::Pd);
    let mut pen = Pen::behind(&new);
    assert_eq!(store.commit([Change::CreateGame(Box::new(new))].into()).await.unwrap(), [Ok(())]);
    let change = pen.change(Rows { plays: vec![play(1)], ..Rows::default() });

    cluster.kill();
    assert_unavailable(&store, &change).await;
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    cluster.start_again();
    assert_eq!(repeated(&store, &change).await, [Ok(())]);
    assert_eq!(store.load_game_state(pen.game_id).await.unwrap().head, pen.seq);
    assert_eq!(store.plays(pen.game_id).await.unwrap().len(), 1);
}

/// Repeats a commit as the host does, a few times.
async fn repeated(store: &Store, change: &Change) -> Vec<Result<(), dugout::store::ChangeError>> {
    for _ in 0..20 {
        match store.commit([change.clone()].into()).await {
            Ok(outcomes) => return outcomes,
            Err(StoreError::Unavailable(_)) => {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await
            }
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the database did not come back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_file_is_waited_for() {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    let fixture = Fixture::sqlite().await;
    let mut pen = fixture.create().await;
    let url: DatabaseUrl = fixture.url.parse().unwrap();
    let store = Store::open(&url, &impatient()).await.unwrap();
    let change = pen.change(Rows::default());

    let path = fixture.url.strip_prefix("sqlite:").unwrap();
    let mut other = diesel::SqliteConnection::establish(path).unwrap();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    assert_unavailable(&store, &change).await;
    // Readers are not disturbed.
    assert_eq!(store.load_game_state(pen.game_id).await.unwrap().head.0, 1);
    other.batch_execute("ROLLBACK").unwrap();
    assert_eq!(store.commit([change].into()).await.unwrap(), [Ok(())]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_gives_up_leaves_no_half_commit() {
    let fixture = Fixture::sqlite().await;
    let mut pen = fixture.create().await;
    for _ in 0..20 {
        let append = pen.append(Rows { ..Rows::default() });
        let commit = fixture.store.commit([Change::Append(Arc::new(append))].into());
        // Polled once and dropped.
        let _ = tokio::time::timeout(std::time::Duration::ZERO, commit).await;
    }
    // Whatever landed is a beginning of the journal without holes, and the connections are sound.
    let mut last = 0;
    for _ in 0..100 {
        let head = fixture.store.load_game_state(pen.game_id).await.unwrap().head.0;
        assert!(head >= last, "committed entries stay");
        last = head;
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(fixture.store.ping().await.is_ok());
    assert_eq!(fixture.count("journal").await, last);
}
