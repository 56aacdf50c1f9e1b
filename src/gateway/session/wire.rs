//! One socket: frames in, frames out, and an orderly end. Knows nothing of games.

use crate::config::GatewaySettings;
use crate::gateway::refused::Refused;
use crate::gateway::stream::is_too_fast;
use crate::protocol::CloseCode;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

/// How long the last words may take, and how long we then listen for the client to hang up.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// The longest reason of a close frame, in bytes (RFC 6455, 5.5).
const REASON_BYTES_MAX: usize = 123;

/// A connected socket.
pub struct Wire {
    socket: WebSocketStream<TokioIo<Upgraded>>,
    write_timeout: Duration,
}

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    /// A text frame.
    Text(Utf8Bytes),
    /// A sign of life and nothing more.
    Alive,
    /// The client has closed, or is gone.
    Gone,
    /// Something that ends the connection.
    Broken(CloseCode),
}

/// The client does not take what is sent to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stuck {
    /// It reads too slowly.
    TooSlow,
    /// It is gone.
    Gone,
}

impl Wire {
    /// A wire over a socket whose handshake is done.
    pub fn new(socket: WebSocketStream<TokioIo<Upgraded>>, settings: &GatewaySettings) -> Self {
        Self { socket, write_timeout: Duration::from_millis(settings.write_timeout_ms) }
    }

    /// The next thing that comes in. May be dropped at any time without losing a frame.
    pub async fn next(&mut self) -> Incoming {
        match self.socket.next().await {
            Some(Ok(Message::Text(text))) => Incoming::Text(text),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Incoming::Alive,
            // Cut in mid-air, as connections end whose client is switched off.
            Some(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => Incoming::Gone,
            Some(Ok(Message::Binary(_)) | Err(Error::Utf8(_) | Error::Protocol(_))) => {
                Refused::FrameForm.count();
                Incoming::Broken(CloseCode::Malformed)
            }
            Some(Err(Error::Capacity(_))) => {
                Refused::FrameBytes.count();
                Incoming::Broken(CloseCode::TooLarge)
            }
            Some(Err(Error::Io(error))) if is_too_fast(&error) => Incoming::Broken(CloseCode::TooFast),
            Some(Ok(Message::Close(_)) | Err(_)) | None => Incoming::Gone,
        }
    }

    /// Sends these text frames in one go.
    pub async fn send(&mut self, frames: &mut Vec<Bytes>) -> Result<(), Stuck> {
        let socket = &mut self.socket;
        let sent = tokio::time::timeout(self.write_timeout, async {
            for frame in frames.drain(..) {
                let text = Utf8Bytes::try_from(frame).map_err(|error| Error::Utf8(error.to_string()))?;
                socket.feed(Message::Text(text)).await?;
            }
            socket.flush().await
        });
        settled(sent.await)
    }

    /// Asks for a sign of life.
    pub async fn ping(&mut self) -> Result<(), Stuck> {
        settled(tokio::time::timeout(self.write_timeout, self.socket.send(Message::Ping(Bytes::new()))).await)
    }

    /// Says why and hangs up.
    ///
    /// What the client has sent in the meantime is read and thrown away: closing on unread data would make the
    /// system throw away our last words instead.
    pub async fn close(mut self, code: CloseCode, reason: &str) {
        metrics::counter!("dugout_sockets_closed_total", "code" => code.code().to_string()).increment(1);
        let frame = CloseFrame { code: code.code().into(), reason: Utf8Bytes::from(short(reason)) };
        let said = tokio::time::timeout(CLOSE_TIMEOUT, self.socket.close(Some(frame))).await;
        if settled(said).is_err() {
            return;
        }
        let mut io = self.socket.into_inner();
        let hung_up = async {
            io.shutdown().await?;
            tokio::io::copy(&mut io, &mut tokio::io::sink()).await
        };
        // Whether and how the client hangs up makes no difference any more.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, hung_up).await;
    }
}

fn settled(written: Result<Result<(), Error>, tokio::time::error::Elapsed>) -> Result<(), Stuck> {
    match written {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Stuck::Gone),
        Err(_) => Err(Stuck::TooSlow),
    }
}

/// As much of a reason as fits into a close frame.
fn short(reason: &str) -> &str {
    let mut end = reason.len().min(REASON_BYTES_MAX);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    &reason[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_fits_and_stays_text() {
        assert_eq!(short("why"), "why");
        assert_eq!(short(&"a".repeat(200)).len(), REASON_BYTES_MAX);
        let umlauts = "ü".repeat(100);
        assert_eq!(short(&umlauts).len(), REASON_BYTES_MAX - 1);
    }
}
