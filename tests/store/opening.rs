//! Opening a database: what cannot work says why.

use super::contract;
use super::fixture::*;
use crate::support::postgres::Cluster;
use dugout::store::{DatabaseUrl, Store};

contract! {
    opening_again_finds_the_tables_as_they_are,
    tables_of_another_version_are_refused,
    the_pool_answers_and_counts,
}

async fn opening_again_finds_the_tables_as_they_are(fixture: Fixture) {
    let game_id = fixture.create().await.game_id;
    let (one, other) = tokio::join!(fixture.reopened(), fixture.reopened());
    one.load_game_state(game_id).await.unwrap();
    other.load_game_state(game_id).await.unwrap();
}

async fn tables_of_another_version_are_refused(fixture: Fixture) {
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')";
    fixture.execute(newer).await.unwrap();
    let refusal = refusal(&fixture.url).await;
    assert!(refusal.contains("another version") && refusal.contains("29990101000000"), "{refusal}");
}

async fn the_pool_answers_and_counts(fixture: Fixture) {
    fixture.store.ping().await.unwrap();
    let state = fixture.store.pool_state();
    assert!(state.connections >= 1 && state.connections <= state.limit, "{state:?}");
    assert_eq!(state.limit, settings().pool_size + settings().pool_max_overflow);
}

async fn refusal(url: &str) -> String {
    let url: DatabaseUrl = url.parse().unwrap();
    match Store::open(&url, &settings()).await {
        Ok(_) => panic!("{url} opens"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_that_is_missing_is_named() {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("missing").join("dugout.db");
    let refusal = refusal(&format!("sqlite:{}", path.display())).await;
    assert!(refusal.contains("missing/dugout.db") && refusal.contains("No such file"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_database_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "a score card, not a database: three strikes and you are out".repeat(20))
        .unwrap();
    let refusal = refusal(&format!("sqlite:{}", file.path().display())).await;
    assert!(refusal.contains("not a database"), "{refusal}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_with_the_seeds_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::sqlite().await;
    let path = fixture.url.strip_prefix("sqlite:").unwrap();
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_refused_at_once_and_without_the_password() {
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let began = std::time::Instant::now();
    let refusal = refusal(&format!("postgres://ann:h0medrun@127.0.0.1:{port}/league")).await;
    assert!(refusal.contains("Connection refused") && refusal.contains(&port.to_string()), "{refusal}");
    assert!(!refusal.contains("h0medrun"), "{refusal}");
    assert!(began.elapsed().as_secs() < 5, "the real error, not the pool's time-out");
}

/// Hosts that start at the same moment on a new database.
async fn open_at_once(url: &str) {
    let url: DatabaseUrl = url.parse().unwrap();
    let hosts: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Store::open(&url, &settings()).await.map(drop) })
        })
        .collect();
    for host in hosts {
        host.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_hosts_make_the_tables_of_a_new_file_once() {
    let directory = tempfile::TempDir::new().unwrap();
    open_at_once(&format!("sqlite:{}", directory.path().join("dugout.db").display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_hosts_make_the_tables_of_a_new_server_database_once() {
    let Some(cluster) = Cluster::shared() else { return };
    open_at_once(&cluster.database().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_is_refused_where_tls_is_required() {
    let Some(cluster) = Cluster::shared() else { return };
    for mode in ["require", "verify-full"] {
        let refusal = refusal(&format!("{}?sslmode={mode}", cluster.database().await)).await;
        assert!(refusal.contains("TLS"), "{refusal}");
    }
}
