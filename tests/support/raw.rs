//! A connection without a client: bytes as they go over the line, for what no well-behaved client sends.

use super::PATIENCE;
use super::server::Address;
use serde_json::{Value, json};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// First bytes of frames: the last fragment of a message, or its only one.
pub const TEXT: u8 = 0x81;
pub const BINARY: u8 = 0x82;
pub const PING: u8 = 0x89;
/// First bytes of fragments: the first, one in the middle, the last.
pub const TEXT_BEGINS: u8 = 0x01;
pub const GOES_ON: u8 = 0x00;
pub const ENDS: u8 = 0x80;

const CLOSE: u8 = 0x88;

/// A TCP connection to the host.
pub struct Raw {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// A frame as a client sends it, masked with zeros.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        short @ 0..=125 => bytes.push(0x80 | short as u8),
        medium @ 126..=65_535 => {
            bytes.push(0x80 | 126);
            bytes.extend((medium as u16).to_be_bytes());
        }
        long => {
            bytes.push(0x80 | 127);
            bytes.extend((long as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

impl Raw {
    pub async fn connect(address: &Address) -> Self {
        Self { stream: TcpStream::connect(address.get()).await.expect("connected"), unread: Vec::new() }
    }

    /// A connection that the system buffers little for.
    pub async fn narrow(address: &Address) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small receive buffer");
        let address = address.get().parse().expect("an address");
        Self { stream: socket.connect(address).await.expect("connected"), unread: Vec::new() }
    }

    /// Sends bytes; the host may have hung up, which is often what is looked for.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// Asks for a socket with these headers beside the necessary ones; gives the head of the answer.
    pub async fn ask_for_socket(&mut self, headers: &str) -> String {
        self.ask_for_socket_at("localhost", headers).await
    }

    /// The same, of the host under this name.
    pub async fn ask_for_socket_at(&mut self, host: &str, headers: &str) -> String {
        let head = format!(
            "GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: dugout.v1\r\n{headers}\r\n"
        );
        self.send(head.as_bytes()).await.expect("the request is sent");
        self.head().await
    }

    /// A socket that has said hello and was welcomed.
    pub async fn welcomed(address: &Address, token: &str) -> Self {
        let mut raw = Self::connect(address).await;
        raw.greet(token).await;
        raw
    }

    /// Opens a socket on this connection and says hello.
    pub async fn greet(&mut self, token: &str) {
        let answer = self.ask_for_socket("").await;
        assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
        let hello = json!({"type": "hello", "token": token, "client": "raw/1"});
        self.send(&frame(TEXT, hello.to_string().as_bytes())).await.expect("hello is sent");
        let welcome = self.next_json().await.expect("an answer");
        assert_eq!(welcome["type"], "welcome", "{welcome}");
    }

    /// The head of an answer, up to and with its empty line; what came of it where the connection ends before.
    pub async fn head(&mut self) -> String {
        loop {
            if let Some(end) = self.unread.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let rest = self.unread.split_off(end + 4);
                return String::from_utf8_lossy(&std::mem::replace(&mut self.unread, rest)).into_owned();
            }
            if !self.more().await {
                return String::from_utf8_lossy(&self.unread).into_owned();
            }
        }
    }

    /// Everything until the host hangs up.
    pub async fn read_to_end(&mut self) -> String {
        while self.more().await {}
        String::from_utf8_lossy(&self.unread).into_owned()
    }

    /// The next text frame; the close code where the connection ends, none where it breaks.
    pub async fn next_json(&mut self) -> Result<Value, Option<u16>> {
        loop {
            let (first, payload) = self.next_frame().await.ok_or(None)?;
            match first {
                TEXT => return Ok(serde_json::from_slice(&payload).expect("a text frame is JSON")),
                CLOSE => return Err(payload.get(..2).map(|code| u16::from_be_bytes([code[0], code[1]]))),
                _ => {}
            }
        }
    }

    /// How the host ends the connection, whatever it says before.
    pub async fn close_code(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.next_json().await {
                return code;
            }
        }
    }

    async fn next_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((frame, length)) = parse(&self.unread) {
                self.unread.drain(..length);
                return Some(frame);
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// Reads on; false at the end of the stream.
    async fn more(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut bytes)).await;
        let read = read.expect("the host says something or hangs up in time").unwrap_or(0);
        self.unread.extend(&bytes[..read]);
        read > 0
    }

    /// Whether the host hangs up within this time.
    pub async fn ends_within(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.read_to_end()).await.is_ok()
    }
}

/// The first frame of `bytes` and how long it is, once it is complete.
fn parse(bytes: &[u8]) -> Option<((u8, Vec<u8>), usize)> {
    let (head, length) = match bytes.get(1)? {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(*short)),
    };
    let payload = bytes.get(head..head + length)?.to_vec();
    Some(((bytes[0], payload), head + length))
}
