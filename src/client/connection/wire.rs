//! Frames through a socket, and the ways in which a connection ends.

use crate::client::frame::HostFrame;
use crate::client::refusal::Refusal;
use crate::client::socket::Socket;
use crate::id::{GameId, Seq};
use crate::protocol::{ClientFrame, CloseCode, Join};
use crate::rules::rejection::{Rejection, RejectionCode};
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Close codes after which coming back would be refused again.
const FINAL: &[CloseCode] = &[
    CloseCode::Malformed,
    CloseCode::Token,
    CloseCode::NotAllowed,
    CloseCode::Subprotocol,
    CloseCode::OpenedElsewhere,
];
/// How long the host may take for the close frame to leave.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(1);

/// How a connection ended.
#[derive(Debug)]
pub enum End {
    /// Nobody wants it any more.
    Dropped,
    /// Come back, after this time where the host named one.
    Lost(Option<Duration>, String),
    /// A game lives on another host.
    Moved,
    /// Coming back is of no use: what the host said, and its close code where there was one.
    Final(Option<CloseCode>, String),
}

impl End {
    /// The host is about to stop.
    pub fn draining(retry_after_ms: u64) -> Self {
        Self::Lost(Some(Duration::from_millis(retry_after_ms)), "the host restarts".into())
    }
}

/// Sends a frame.
pub async fn send(socket: &mut Socket, text: String) -> Result<(), End> {
    let sent = socket.send(Message::text(text)).await;
    sent.map_err(|error| End::Lost(None, error.to_string()))
}

/// Asks to follow a game, with what comes after this entry.
pub async fn join(socket: &mut Socket, game: GameId, after: Option<Seq>) -> Result<(), End> {
    send(socket, ClientFrame::Join(Join { game, after }).text()).await
}

/// The next frame; a ping is one that says nothing.
pub async fn next(socket: &mut Socket) -> Result<HostFrame, End> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str(&text)
                    .map_err(|error| End::Final(None, format!("a frame cannot be read: {error}")));
            }
            Some(Ok(Message::Close(frame))) => {
                let Some(frame) = frame else { return Err(End::Lost(None, "closed".into())) };
                let code = CloseCode::ALL.iter().find(|code| code.code() == u16::from(frame.code));
                let reason = frame.reason.to_string();
                return Err(match code {
                    Some(CloseCode::GameElsewhere) => End::Moved,
                    Some(code) if FINAL.contains(code) => End::Final(Some(*code), reason),
                    _ => End::Lost(None, reason),
                });
            }
            Some(Ok(Message::Ping(_))) => return Ok(HostFrame::Other),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(End::Lost(None, error.to_string())),
            None => return Err(End::Lost(None, "the stream has ended".into())),
        }
    }
}

/// Says goodbye, where somebody still listens.
pub async fn hang_up(socket: &mut Socket) {
    let _ = timeout(GOODBYE_TIMEOUT, socket.close(None)).await;
}

/// Why a command is not sent that the host would not read.
pub fn oversized(bytes_max: usize) -> Refusal {
    let message = format!("the command is too large; the host reads at most {bytes_max} bytes");
    Rejection::new(RejectionCode::Malformed, message).into()
}
