//! Many games at once in one host, and a reader who does not read.

use super::whole_game::finished_game;
use crate::support::PATIENCE;
use crate::support::http::Http;
use crate::support::manager::{Manager, next_frame};
use crate::support::server::Home;
use futures_util::SinkExt;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::net::TcpSocket;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const GAMES: usize = 100;
/// How long a whole crowd may take in an unoptimised build on a busy machine.
const CROWD_PATIENCE: Duration = Duration::from_secs(240);

/// Waits until a game is over.
pub async fn wait_until_over(http: &Http, game: &str) {
    let began = Instant::now();
    loop {
        let row = http.game(game, "").await;
        if row["status"] == "completed" {
            return;
        }
        assert!(began.elapsed() < CROWD_PATIENCE, "still not over: {row}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_hundred_games_end_while_one_reader_does_not_read() {
    let home = Home::sqlite()
        .brisk()
        .with("DUGOUT__GATEWAY__OUTBOX_FRAMES_MAX", "8")
        .with("DUGOUT__GATEWAY__GAMES_PER_CONNECTION_MAX", "100")
        .with("DUGOUT__GATEWAY__WRITE_TIMEOUT_MS", "60000");
    let server = home.start().await;
    let eve = Manager::connect(&home.address, "Eve").await;
    let mut games = Vec::new();
    for _ in 0..GAMES {
        let created = eve.http.create_game(json!({"home_team_is_ai": true, "away_team_is_ai": true})).await;
        games.push(created["id"].as_str().expect("a game has an id").to_owned());
    }
    let slow = tokio::spawn(reads_nothing(home.address.get(), eve.token.clone(), games.clone()));

    for game in &games {
        wait_until_over(&eve.http, game).await;
    }
    let mut socket = slow.await.expect("the slow reader joins");
    for game in &games {
        finished_game(&eve.http, game).await;
    }
    // Only now does he read: what still fitted into the buffers, then why he was cut off.
    let closed = loop {
        if let Err(closed) = next_frame(&mut socket).await {
            break closed;
        }
    };
    assert!(closed.code.is_none_or(|code| code == 4508), "{closed}");
    const MEMORY_BYTES_MAX: u64 = 1 << 30;
    assert!(server.resident_bytes() < MEMORY_BYTES_MAX, "{} bytes resident", server.resident_bytes());
}

/// Joins every game through a socket with the smallest buffers and never reads from it.
async fn reads_nothing(
    address: String,
    token: String,
    games: Vec<String>,
) -> crate::support::manager::Socket {
    let tcp = TcpSocket::new_v4().expect("a socket");
    tcp.set_recv_buffer_size(4096).expect("a small receive buffer");
    let stream = tcp.connect(address.parse().expect("an address")).await.expect("connected");
    let mut request = format!("ws://{address}/ws").into_client_request().expect("a legal request");
    request.headers_mut().insert("sec-websocket-protocol", "dugout.v1".parse().expect("a legal header"));
    let upgraded = tokio_tungstenite::client_async(request, MaybeTlsStream::Plain(stream));
    let (mut socket, _) = tokio::time::timeout(PATIENCE, upgraded).await.expect("in time").expect("upgraded");
    let hello = json!({"type": "hello", "token": token, "client": "sleepy/1"});
    let joins = games.iter().map(|game| json!({"type": "join", "game": game}));
    for frame in std::iter::once(hello).chain(joins) {
        if socket.send(Message::text(frame.to_string())).await.is_err() {
            break; // cut off already
        }
    }
    socket
}
