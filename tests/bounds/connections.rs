//! Connections: of a user, of an address, in all; and everybody coming back at once.

use super::Managers;
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::raw::{Raw, TEXT, frame};
use crate::support::server::Home;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_user_has_as_many_connections_as_he_may() {
    let home = Home::sqlite().brisk().with("DUGOUT__GATEWAY__CONNECTIONS_PER_USER_MAX", "3");
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let token = managers.home.token.clone();
    let second = Raw::welcomed(&home.address, &token).await;
    let _third = Raw::welcomed(&home.address, &token).await;

    let mut fourth = Raw::connect(&home.address).await;
    fourth.ask_for_socket("").await;
    let hello = json!({"type": "hello", "token": token, "client": "raw/1"}).to_string();
    fourth.send(&frame(TEXT, hello.as_bytes())).await.expect("connected");
    assert_eq!(fourth.close_code().await, Some(4429));
    Http::stranger(&home.address).refused("user_connections", 1.0).await;

    drop(second);
    let came_back = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            let mut again = Raw::connect(&home.address).await;
            again.ask_for_socket("").await;
            again.send(&frame(TEXT, hello.as_bytes())).await.expect("connected");
            if again.next_json().await.is_ok() {
                return;
            }
        }
    });
    came_back.await.expect("a connection that ended gives its place back");
    managers.assert_unharmed().await;
}

#[tokio::test]
async fn there_are_as_many_sockets_as_there_may_be() {
    let home = Home::sqlite().brisk().with("DUGOUT__GATEWAY__CONNECTIONS_MAX", "4");
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let _others = [
        Raw::welcomed(&home.address, &managers.home.token).await,
        Raw::welcomed(&home.address, &managers.home.token).await,
    ];
    let mut fifth = Raw::connect(&home.address).await;
    let answer = fifth.ask_for_socket("").await;
    assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after"), "{answer}");
    Http::stranger(&home.address).refused("socket", 1.0).await;
    managers.assert_unharmed().await;
}

#[tokio::test]
async fn one_address_does_not_take_every_connection() {
    let home = Home::sqlite()
        .brisk()
        .with("DUGOUT__GATEWAY__CONNECTIONS_PER_ADDRESS_MAX", "20")
        .with("DUGOUT__GATEWAY__HEAD_TIMEOUT_MS", "1000");
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    // Connections that say nothing at all.
    let mut idle = Vec::new();
    for _ in 0..30 {
        idle.push(Raw::connect(&home.address).await);
    }
    managers.assert_unharmed().await;
    for mut connection in idle {
        assert!(connection.ends_within(Duration::from_secs(30)).await, "refused at once, or after a while");
    }
    // They are gone, and there is room again.
    let watcher = Http::stranger(&home.address);
    watcher.refused("address_connections", 1.0).await;
    watcher.refused("head_timeout", 1.0).await;
}

#[tokio::test]
async fn a_storm_of_reconnects_passes_the_managers_by() {
    const COMING_BACK: usize = 400;
    let home = Home::sqlite()
        .with("DUGOUT__GATEWAY__REQUESTS_PER_SECOND", "20")
        .with("DUGOUT__GATEWAY__REQUESTS_BURST", "150")
        .with("DUGOUT__GATEWAY__CONNECTIONS_PER_USER_MAX", "1000");
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let eve = Manager::connect(&home.address, "Eve").await;
    let storm: Vec<_> = (0..COMING_BACK)
        .map(|_| {
            let (address, token) = (home.address.clone(), eve.token.clone());
            tokio::spawn(async move {
                let mut raw = Raw::connect(&address).await;
                let answer = raw.ask_for_socket("").await;
                let hello = json!({"type": "hello", "token": token, "client": "storm/1"}).to_string();
                let _ = raw.send(&frame(TEXT, hello.as_bytes())).await;
                // And gone again.
                answer.get(9..12).unwrap_or_default().to_owned()
            })
        })
        .collect();
    managers.assert_unharmed().await;
    let mut statuses = Vec::new();
    for connection in storm {
        statuses.push(connection.await.expect("no connection panics"));
    }
    let let_in = statuses.iter().filter(|status| *status == "101").count();
    let told_to_wait = statuses.iter().filter(|status| *status == "429").count();
    assert!(let_in > 0 && told_to_wait > 0, "{let_in} were let in, {told_to_wait} told to wait");
    assert_eq!(let_in + told_to_wait, COMING_BACK, "{statuses:?}");
}
