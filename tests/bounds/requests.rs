//! Requests over HTTP: slow, huge, endless, too many, never read.

use super::Managers;
use crate::support::http::Http;
use crate::support::raw::Raw;
use crate::support::server::{Address, Home};
use serde_json::json;
use std::time::Duration;

/// A host that is quickly out of patience.
fn impatient() -> Home {
    Home::sqlite()
        .with("DUGOUT__GATEWAY__HEAD_TIMEOUT_MS", "700")
        .with("DUGOUT__GATEWAY__BODY_TIMEOUT_MS", "700")
        .with("DUGOUT__GATEWAY__WRITE_TIMEOUT_MS", "500")
        .with("DUGOUT__GATEWAY__BYTES_BURST", "10000000")
}

fn post(path: &str, length: &str) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n")
}

#[tokio::test]
async fn slow_clients_wait_for_nobody_and_nobody_waits_for_them() {
    let home = impatient();
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let watcher = Http::stranger(&home.address);

    // Slowloris: a byte of the head now and then.
    let mut slow_head = Raw::connect(&home.address).await;
    slow_head.send(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await.expect("connected");
    let dripping = async {
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if slow_head.send(b"a").await.is_err() {
                return true;
            }
        }
        slow_head.ends_within(Duration::from_secs(1)).await
    };
    // The same with a body.
    let mut slow_body = Raw::connect(&home.address).await;
    slow_body.send(post("/api/v1/tokens", "Content-Length: 100").as_bytes()).await.expect("connected");
    slow_body.send(b"{\"n").await.expect("connected");
    let (ended, answer) = tokio::join!(dripping, slow_body.head());
    assert!(ended, "a head that does not come ends the connection");
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
    watcher.refused("head_timeout", 1.0).await;
    watcher.refused("body_timeout", 1.0).await;

    // Answers that nobody reads.
    let mut deaf = Raw::narrow(&home.address).await;
    let asked = "GET /web/main.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1_500);
    let _ = tokio::time::timeout(Duration::from_secs(5), deaf.send(asked.as_bytes())).await;
    watcher.refused("slow_reader", 1.0).await;
    managers.assert_unharmed().await;
}

#[tokio::test]
async fn huge_heads_and_bodies_are_refused_unread() {
    let home = impatient();
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let watcher = Http::stranger(&home.address);
    let line = "X-Filler: abcdefghijklmnopqrstuvwxyz\r\n";
    let huge = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Huge: {}\r\n\r\n", "a".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", line.repeat(200));
    for (name, request, status) in [
        ("a huge header", huge, "431"),
        ("many headers", many, "431"),
        ("an endless path", format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(70_000)), "4"),
        ("TLS where there is none", "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n".to_owned(), "400"),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), ""),
        ("two lengths", post("/api/v1/tokens", "Content-Length: 1\r\nContent-Length: 2"), "400"),
        ("a length that is none", post("/api/v1/tokens", "Content-Length: -1"), "400"),
    ] {
        let mut raw = Raw::connect(&home.address).await;
        let _ = raw.send(request.as_bytes()).await;
        let answer = raw.read_to_end().await;
        // Where the host hangs up while it is still being sent to, its answer may be lost on the way.
        let refused = answer.is_empty() || answer.starts_with(&format!("HTTP/1.1 {status}"));
        assert!(refused, "{name}: {answer}");
    }
    watcher.refused("head", 5.0).await;

    let too_large = json!({"name": "a".repeat(300_000)}).to_string();
    let chunked = format!("{:x}\r\n{too_large}\r\n0\r\n\r\n", too_large.len());
    for (name, length, body) in [
        ("announced", "Content-Length: 999999999999".to_owned(), String::new()),
        ("sent", format!("Content-Length: {}", too_large.len()), too_large.clone()),
        ("in chunks", "Transfer-Encoding: chunked".to_owned(), chunked),
    ] {
        let mut raw = Raw::connect(&home.address).await;
        let _ = raw.send([post("/api/v1/tokens", &length), body].concat().as_bytes()).await;
        let answer = raw.head().await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{name}: {answer}");
    }
    watcher.refused("body", 3.0).await;
    managers.assert_unharmed().await;
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_when_it_may_again() {
    let home = Home::sqlite()
        .with("DUGOUT__GATEWAY__REQUESTS_PER_SECOND", "1")
        .with("DUGOUT__GATEWAY__REQUESTS_BURST", "60");
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let watcher = Http::stranger(&home.address);

    // All at once on one connection: each is answered, in order.
    let answers = pipelined(&home.address, "/api/v1/teams", 300).await;
    assert_eq!(answers.len(), 300);
    let refused = answers.iter().filter(|status| *status == "429").count();
    let served = answers.iter().filter(|status| *status == "200").count();
    assert!(refused > 200 && served > 0 && refused + served == 300, "{served} served, {refused} refused");
    watcher.refused("request_rate", refused as f64).await;

    let answer = watcher.get("/api/v1/teams").await;
    let problem = answer.problem(429, "busy");
    assert!(problem["retry_after_ms"].as_u64().is_some_and(|wait| wait <= 1_000), "{problem}");
    assert_eq!(answer.headers.get("retry-after").and_then(|value| value.to_str().ok()), Some("1"));
    // Whoever watches the host is always answered, and managers play on.
    assert!(pipelined(&home.address, "/healthz", 300).await.iter().all(|status| status == "200"));
    managers.assert_unharmed().await;
}

/// Sends so many requests in one write; gives the statuses of the answers.
async fn pipelined(address: &Address, path: &str, times: usize) -> Vec<String> {
    let request = |last: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{last}\r\n");
    let requests = request("").repeat(times - 1) + &request("Connection: close\r\n");
    let mut raw = Raw::connect(address).await;
    raw.send(requests.as_bytes()).await.expect("the requests are sent");
    let answers = raw.read_to_end().await;
    answers.split("HTTP/1.1 ").skip(1).map(|answer| answer[..3].to_owned()).collect()
}

#[tokio::test]
async fn tokens_and_games_are_not_given_without_end() {
    let home = Home::sqlite()
        .with("DUGOUT__GATEWAY__GUEST_TOKENS_PER_MINUTE", "1")
        .with("DUGOUT__GATEWAY__GUEST_TOKENS_BURST", "5")
        .with("DUGOUT__GATEWAY__NEW_GAMES_PER_MINUTE", "1")
        .with("DUGOUT__GATEWAY__NEW_GAMES_BURST", "3");
    let _server = home.start().await;
    let mut managers = Managers::sit_down(&home.address).await;
    let watcher = Http::stranger(&home.address);

    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(watcher.post("/api/v1/tokens", &json!({"name": "Eve"})).await);
    }
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert_eq!(refused.len(), 2, "two of the five were the managers'");
    assert!(refused[0].problem(429, "busy")["retry_after_ms"].as_u64().is_some_and(|wait| wait > 1_000));
    watcher.refused("guest_tokens", 2.0).await;

    let teams = json!({"home_team_id": 1, "away_team_id": 2});
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(managers.home.http.post("/api/v1/games", &teams).await.status.as_u16());
    }
    assert_eq!(statuses, [201, 201, 429, 429], "the first of the three is being played");
    watcher.refused("new_games", 2.0).await;
    assert_eq!(managers.away.http.post("/api/v1/games", &teams).await.status, 201, "each user for himself");
    managers.assert_unharmed().await;
}
