//! A manager or spectator on a WebSocket, written against the protocol alone.
//!
//! Keeps every frame it ever got. A command is remembered until it is answered, and sent again with the same id
//! after a reconnect.

use super::PATIENCE;
use super::follow::Followed;
use super::http::Http;
use super::server::Address;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

/// Frames shown when a test gives up.
const FRAMES_SHOWN: usize = 12;

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How a connection ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closed {
    /// The close code; none where the connection broke.
    pub code: Option<u16>,
    pub reason: String,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "closed with {:?} ({})", self.code, self.reason)
    }
}

/// A user with one connection.
pub struct Manager {
    pub name: String,
    pub http: Http,
    pub token: String,
    pub user_id: String,
    address: Address,
    socket: Socket,
    pace: Pace,
    /// How long this manager waits before each command of [`Manager::play`].
    pub thinks_for: Duration,
    /// Tries more than the plain decisions in [`Manager::play`]; what is not allowed then is decided plainly.
    pub is_bold: bool,
    /// The last request for which a bold decision was refused.
    pub bold_refused: i64,
    /// Every frame, in the order it came, over all connections.
    pub frames: Vec<Value>,
    /// Every frame that it sent.
    pub sent: Vec<Value>,
    /// Games by id.
    pub games: BTreeMap<String, Followed>,
    /// Commands without an answer, in the order they were sent.
    pub unanswered: Vec<(Uuid, Value)>,
    /// The last answer to each command: `committed` or `rejected`.
    pub answers: BTreeMap<Uuid, Value>,
}

/// How fast this client may send: so many frames at once, so many a second in the long run.
#[derive(Default)]
struct Pace {
    burst: f64,
    per_second: f64,
    /// Frames that may be sent now, as of `counted`.
    left: f64,
    counted: Option<Instant>,
}

impl Pace {
    /// From the `limits` of `welcome`; a frame less than allowed, because the `hello` counts too.
    fn of(limits: &Value) -> Self {
        let number = |name: &str| limits[name].as_f64().unwrap_or_default();
        let burst = (number("frames_burst") - 1.0).max(1.0);
        Self { burst, per_second: number("frames_per_second"), left: burst, counted: Some(Instant::now()) }
    }

    async fn wait(&mut self) {
        let Some(counted) = self.counted.replace(Instant::now()) else { return };
        if self.per_second <= 0.0 {
            return;
        }
        self.left = (self.left + counted.elapsed().as_secs_f64() * self.per_second).min(self.burst);
        if self.left < 1.0 {
            tokio::time::sleep(Duration::from_secs_f64((1.0 - self.left) / self.per_second)).await;
        }
        self.left -= 1.0;
    }
}

/// Opens a socket and does nothing more. `protocol` is the subprotocol to ask for.
pub async fn open(address: &Address, protocol: Option<&str>) -> Result<Socket, Error> {
    let mut request = format!("ws://{}/ws", address.get()).into_client_request().expect("a legal request");
    if let Some(protocol) = protocol {
        let value = protocol.parse().expect("a legal header");
        request.headers_mut().insert("sec-websocket-protocol", value);
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

/// The next text frame as JSON, pings and pongs passed over; gives up after [`PATIENCE`].
pub async fn next_frame(socket: &mut Socket) -> Result<Value, Closed> {
    let broken = |reason: String| Closed { code: None, reason };
    loop {
        let message = tokio::time::timeout(PATIENCE, socket.next()).await;
        match message.map_err(|_| broken(format!("nothing came for {PATIENCE:?}")))? {
            Some(Ok(Message::Text(text))) => {
                return Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")));
            }
            Some(Ok(Message::Close(frame))) => {
                let code = frame.as_ref().map(|frame| u16::from(frame.code));
                let reason = frame.map(|frame| frame.reason.to_string()).unwrap_or_default();
                return Err(Closed { code, reason });
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(broken(error.to_string())),
            None => return Err(broken("the stream has ended".to_owned())),
        }
    }
}

impl Manager {
    /// A new guest, connected and welcomed.
    pub async fn connect(address: &Address, name: &str) -> Self {
        let stranger = Http::stranger(address);
        let answer = stranger.post("/api/v1/tokens", &json!({ "name": name })).await.ok();
        let token = answer["token"].as_str().expect("a token").to_owned();
        Self::sign_in(address, name, &token).await
    }

    /// Somebody who has a token, connected and welcomed.
    pub async fn sign_in(address: &Address, name: &str, token: &str) -> Self {
        let token = token.to_owned();
        let socket = open(address, Some("dugout.v1")).await.expect("the socket opens");
        let mut manager = Self {
            name: name.to_owned(),
            http: Http::stranger(address).with_token(&token),
            token,
            user_id: String::new(),
            address: address.clone(),
            socket,
            pace: Pace::default(),
            thinks_for: Duration::ZERO,
            is_bold: false,
            bold_refused: 0,
            frames: Vec::new(),
            sent: Vec::new(),
            games: BTreeMap::new(),
            unanswered: Vec::new(),
            answers: BTreeMap::new(),
        };
        manager.hello().await.expect("the host welcomes a valid token");
        manager
    }

    /// Opens a new connection, follows the same games from where they were left, and sends again what was not
    /// answered.
    pub async fn reconnect(&mut self) -> Result<(), Closed> {
        let opened = open(&self.address, Some("dugout.v1")).await;
        self.socket = opened.map_err(|error| Closed { code: None, reason: error.to_string() })?;
        self.hello().await?;
        let followed: Vec<_> =
            self.games.iter().map(|(game, followed)| (game.clone(), followed.seq)).collect();
        for (game, seq) in followed {
            self.join_after(&game, Some(seq)).await?;
        }
        for (_, frame) in self.unanswered.clone() {
            self.send(&frame).await?;
        }
        Ok(())
    }

    /// Turns to another host, from the next connection on.
    pub fn turn_to(&mut self, address: &Address) {
        self.address = address.clone();
        self.http = self.http.at(address);
    }

    /// Opens a new connection that follows nothing.
    pub async fn reconnect_without_games(&mut self) {
        self.games.clear();
        self.unanswered.clear();
        self.reconnect().await.expect("reconnected");
    }

    async fn hello(&mut self) -> Result<Value, Closed> {
        let hello = json!({"type": "hello", "token": self.token, "client": "dugout-tests/1"});
        self.send(&hello).await?;
        let welcome = self.read().await?;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        let user_id = welcome["user"]["id"].as_str().expect("a user id").to_owned();
        assert!(self.user_id.is_empty() || self.user_id == user_id, "{welcome}");
        self.user_id = user_id;
        self.pace = Pace::of(&welcome["limits"]);
        Ok(welcome)
    }

    /// Sends one frame, no faster than the host said it may.
    pub async fn send(&mut self, frame: &Value) -> Result<(), Closed> {
        self.pace.wait().await;
        self.sent.push(frame.clone());
        let sent = self.socket.send(Message::text(frame.to_string())).await;
        sent.map_err(|error| Closed { code: None, reason: error.to_string() })
    }

    /// Takes the next frame and learns from it.
    pub async fn read(&mut self) -> Result<Value, Closed> {
        let frame = next_frame(&mut self.socket).await?;
        self.frames.push(frame.clone());
        self.learn(&frame);
        Ok(frame)
    }

    fn learn(&mut self, frame: &Value) {
        let game = frame["game"].as_str().unwrap_or_default().to_owned();
        match frame["type"].as_str().expect("a frame has a type") {
            "joined" => self.games.entry(game).or_default().joined(frame),
            "events" => self.games.entry(game).or_default().events(frame),
            "committed" | "rejected" => self.answered(frame),
            _ => {}
        }
    }

    fn answered(&mut self, frame: &Value) {
        let Some(id) = frame["id"].as_str().and_then(|id| id.parse::<Uuid>().ok()) else { return };
        self.unanswered.retain(|(unanswered, _)| *unanswered != id);
        if let (Some(game), Some(seq)) = (frame["game"].as_str(), frame["seq"].as_i64())
            && let Some(followed) = self.games.get_mut(game)
            && frame["type"] == "committed"
        {
            followed.committed = followed.committed.max(seq);
        }
        if let Some(before) = self.answers.insert(id, frame.clone()) {
            assert_eq!(
                before["type"], frame["type"],
                "a command was answered in two ways: {before} and {frame}"
            );
        }
    }

    /// Reads until a frame fits; fails the test with the last frames when the connection ends before.
    pub async fn wait_for(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            match self.read().await {
                Ok(frame) if fits(&frame) => return frame,
                Ok(_) => {}
                Err(closed) => panic!("{} waited for {what}: {closed}\n{}", self.name, self.last_frames()),
            }
        }
    }

    /// The last frames, one a line.
    pub fn last_frames(&self) -> String {
        let skipped = self.frames.len().saturating_sub(FRAMES_SHOWN);
        self.frames[skipped..].iter().map(|frame| format!("  {frame}\n")).collect()
    }

    /// Follows a game from its present state; gives the `joined` frame.
    pub async fn join(&mut self, game: &str) -> Value {
        self.join_after(game, None).await.unwrap_or_else(|closed| panic!("join {game}: {closed}"))
    }

    /// Follows a game from entry `after` on; gives the `joined` frame.
    pub async fn join_after(&mut self, game: &str, after: Option<i64>) -> Result<Value, Closed> {
        let mut frame = json!({"type": "join", "game": game});
        if let Some(after) = after {
            frame["after"] = json!(after);
            self.games.entry(game.to_owned()).or_default().seq = after;
        }
        self.send(&frame).await?;
        loop {
            let frame = self.read().await?;
            assert_ne!(frame["type"], "rejected", "join {game}: {frame}");
            if frame["type"] == "joined" && frame["game"] == game {
                return Ok(frame);
            }
        }
    }

    /// Sends a command with a fresh id and waits for its answer, which may be a refusal.
    pub async fn command(
        &mut self,
        game: &str,
        expect: Option<i64>,
        command: Value,
    ) -> Result<Value, Closed> {
        let id = Uuid::new_v4();
        self.command_with_id(id, game, expect, command).await
    }

    /// Sends a command with this id and waits for its answer.
    pub async fn command_with_id(
        &mut self,
        id: Uuid,
        game: &str,
        expect: Option<i64>,
        command: Value,
    ) -> Result<Value, Closed> {
        let mut frame = json!({"type": "command", "id": id, "game": game, "command": command});
        if let Some(expect) = expect {
            frame["expect"] = json!(expect);
        }
        self.unanswered.push((id, frame.clone()));
        self.send(&frame).await?;
        loop {
            let answer = self.read().await?;
            if answer["id"] == id.to_string()
                && ["committed", "rejected"].iter().any(|kind| answer["type"] == *kind)
            {
                return Ok(answer);
            }
        }
    }

    /// Gives a command that the host must accept; gives the entry's number.
    pub async fn commit(&mut self, game: &str, expect: Option<i64>, command: Value) -> Result<i64, Closed> {
        let answer = self.command(game, expect, command.clone()).await?;
        assert_eq!(
            answer["type"],
            "committed",
            "{} sent {command}: {answer}\n{}",
            self.name,
            self.last_frames()
        );
        Ok(answer["seq"].as_i64().expect("committed has a seq"))
    }

    /// Reads until every command that was sent has its answer.
    pub async fn hear_answers(&mut self) -> Result<(), Closed> {
        while !self.unanswered.is_empty() {
            self.read().await?;
        }
        Ok(())
    }

    /// Reads whatever is still on its way on a connection that is about to end, or has ended.
    pub async fn read_to_the_end(&mut self) -> Closed {
        loop {
            if let Err(closed) = self.read().await {
                return closed;
            }
        }
    }

    /// The followed game.
    #[track_caller]
    pub fn game(&self, game: &str) -> &Followed {
        self.games.get(game).unwrap_or_else(|| panic!("{} does not follow {game}", self.name))
    }
}
