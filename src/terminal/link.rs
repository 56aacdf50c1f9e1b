//! One user's connection to the host: follows a game, gives commands, and comes back by itself.
//!
//! A command is kept until it is answered and sent again with the same id on the next connection, so that it has
//! its effect exactly once. What the host shows goes to the `Board`.

use super::board::Board;
use super::socket::{Socket, is_as_safe, open};
use super::wire::{HostFrame, Refused};
use crate::id::{CommandId, GameId, Seq};
use crate::protocol::SeatOrSpectator;
use crate::rules::command::Command;
use crate::rules::rejection::{Rejection, RejectionCode};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};
use tokio_tungstenite::tungstenite::Message;

/// Orders that may wait for the connection.
const ORDERS_MAX: usize = 64;
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MAX: Duration = Duration::from_secs(5);
/// Being sent on makes the pause no longer than this many times the first one.
const MOVES_COUNTED_MAX: u32 = 20;
/// How long the host may take to welcome us.
const WELCOME_TIMEOUT: Duration = Duration::from_secs(10);
/// The most entries that the host sends to somebody who comes back; beyond that it sends the state.
const RESUME_ENTRIES_MAX: i64 = 100;
/// How often it is asked again for them.
const RESUME_TRIES_MAX: u8 = 5;
/// After so many heartbeats without a sign of life the connection is given up.
const HEARTBEATS_MISSED_MAX: u32 = 3;
/// The close code for those who may not follow: their seat in a private game was taken away.
const NOT_ALLOWED: u16 = 4403;
/// The close code of a seat that was opened in another connection.
const OPENED_ELSEWHERE: u16 = 4409;
/// The close code of a game that lives on another host; the frame before it says where.
const GAME_ELSEWHERE: u16 = 4410;
/// Close codes after which coming back would be refused again.
const FINAL_CODES: &[u16] = &[4400, 4401, 4406, OPENED_ELSEWHERE];

/// The answer to a command.
pub type Answer = Result<Seq, Rejection>;

enum Order {
    Follow(GameId, oneshot::Sender<Result<SeatOrSpectator, Rejection>>),
    Command { id: CommandId, frame: Value, answer: oneshot::Sender<Answer> },
}

/// The door to a connection; dropped, the connection ends.
#[derive(Clone, Debug)]
pub struct Link {
    orders: mpsc::Sender<Order>,
}

impl Link {
    /// Connects as whoever `token` names. The game it follows is shown on `board`.
    pub fn start(origin: &str, token: &str, board: Board) -> Self {
        let (orders, taken) = mpsc::channel(ORDERS_MAX);
        let connection = Connection {
            home: origin.to_owned(),
            origin: origin.to_owned(),
            moved_to: None,
            moves: 0,
            token: token.to_owned(),
            board,
            orders: taken,
            game: None,
            joining: None,
            open: Vec::new(),
            lost: false,
            resuming: None,
        };
        tokio::spawn(connection.run());
        Self { orders }
    }

    /// Whether it has ended for good.
    pub fn is_ended(&self) -> bool {
        self.orders.is_closed()
    }

    /// Follows a game, and no other.
    pub async fn follow(&self, game: GameId) -> Result<SeatOrSpectator, Rejection> {
        let (answer, answered) = oneshot::channel();
        let sent = self.orders.send(Order::Follow(game, answer)).await;
        sent.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }

    /// Gives a command and waits for its answer, over as many connections as it takes.
    pub async fn command(&self, game: GameId, expect: Option<Seq>, command: &Command) -> Answer {
        let id = CommandId::generate();
        let mut frame = json!({"type": "command", "id": id, "game": game, "command": command});
        if let Some(expect) = expect {
            frame["expect"] = json!(expect);
        }
        let (answer, answered) = oneshot::channel();
        let sent = self.orders.send(Order::Command { id, frame, answer }).await;
        sent.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

fn ended() -> Rejection {
    Rejection::new(RejectionCode::Unavailable, "the connection has ended; `use_game` opens it again")
}

struct Connection {
    /// The host that was named.
    home: String,
    /// The host where the game is.
    origin: String,
    /// Where the host says that the game lives.
    moved_to: Option<String>,
    /// How often in a row a host sent us to another.
    moves: u32,
    token: String,
    board: Board,
    orders: mpsc::Receiver<Order>,
    game: Option<GameId>,
    joining: Option<oneshot::Sender<Result<SeatOrSpectator, Rejection>>>,
    /// Commands without an answer, in the order in which they were given.
    open: Vec<(CommandId, Value, oneshot::Sender<Answer>)>,
    /// People were told that the connection is lost.
    lost: bool,
    /// The last entry that was shown, while the host is asked for those after it, and how often it still may be.
    resuming: Option<(Seq, u8)>,
}

/// How a connection ended.
enum End {
    /// Nobody wants it any more.
    Dropped,
    /// Come back, after this time where the host named one.
    Lost(Option<Duration>, String),
    /// The game lives on another host.
    Moved,
    /// Coming back is of no use.
    Final(String),
    /// He may not follow the game any more.
    Barred(String),
}

impl Connection {
    async fn run(mut self) {
        let mut pause = RETRY_FIRST;
        loop {
            let end = match open(&self.origin).await {
                Ok(mut socket) => {
                    let welcomed = self.greet(&mut socket).await;
                    match welcomed {
                        Ok(heartbeat) => {
                            pause = RETRY_FIRST;
                            let end = self.serve(&mut socket, heartbeat).await;
                            let _ = socket.close(None).await;
                            end
                        }
                        Err(end) => end,
                    }
                }
                Err(why) => {
                    // That host may have ended; the one that was named knows who has the game now.
                    self.origin.clone_from(&self.home);
                    End::Lost(None, why)
                }
            };
            match end {
                End::Dropped => return,
                End::Moved => match self.go_there().await {
                    Ok(pause) if self.rest(pause).await => {}
                    Ok(_) => return,
                    Err(why) => return self.board.say(&format!("connection closed: {why}")).await,
                },
                End::Barred(why) => {
                    self.board.barred().await;
                    return self.board.say(&format!("connection closed: {why}")).await;
                }
                End::Final(why) => {
                    return self.board.say(&format!("connection closed: {why}")).await;
                }
                End::Lost(after, why) => {
                    if !std::mem::replace(&mut self.lost, true) {
                        self.board.say(&format!("connection lost ({why}); coming back …")).await;
                    }
                    if !self.rest(after.unwrap_or(pause)).await {
                        return;
                    }
                    pause = (pause * 2).min(RETRY_MAX);
                }
            }
        }
    }

    /// Turns to the host where the game lives. Returns how long to wait first: hosts may disagree for a moment.
    async fn go_there(&mut self) -> Result<Duration, String> {
        let there = self.moved_to.take().ok_or("the game lives on another host, and nobody told it where")?;
        if !is_as_safe(&self.origin, &there) {
            return Err(format!("the game lives at {there}, where others could read along"));
        }
        self.board.say(&format!("the game lives at {there}; going there …")).await;
        self.lost = true;
        self.origin = there;
        let pause = RETRY_FIRST * self.moves;
        self.moves = (self.moves + 1).min(MOVES_COUNTED_MAX);
        Ok(pause)
    }

    /// Waits before the next try; orders wait too. False when nobody wants the connection any more.
    async fn rest(&mut self, pause: Duration) -> bool {
        sleep(pause).await;
        !self.orders.is_closed()
    }

    async fn greet(&mut self, socket: &mut Socket) -> Result<Duration, End> {
        let client = concat!("dugout-play/", env!("CARGO_PKG_VERSION"));
        send(socket, &json!({"type": "hello", "token": self.token, "client": client})).await?;
        let welcome = timeout(WELCOME_TIMEOUT, next(socket)).await;
        let heartbeat = match welcome.map_err(|_| End::Lost(None, "no welcome".into()))?? {
            HostFrame::Welcome { heartbeat_ms, user } => {
                self.board.is_user(&user);
                Duration::from_millis(heartbeat_ms)
            }
            _ => return Err(End::Final("the host does not greet as dugout does".into())),
        };
        if std::mem::take(&mut self.lost) {
            self.board.say("connected again").await;
        }
        if let Some(game) = self.game {
            let after = self.board.seq_of(game);
            self.resuming = after.map(|after| (after, RESUME_TRIES_MAX));
            send(socket, &json!({"type": "join", "game": game, "after": after})).await?;
        }
        for (_, frame, _) in &self.open {
            send(socket, frame).await?;
        }
        Ok(heartbeat)
    }

    async fn serve(&mut self, socket: &mut Socket, heartbeat: Duration) -> End {
        let patience = heartbeat * HEARTBEATS_MISSED_MAX;
        loop {
            let done = tokio::select! {
                order = self.orders.recv() => match order {
                    Some(order) => self.take(socket, order).await,
                    None => return End::Dropped,
                },
                frame = timeout(patience, next(socket)) => match frame {
                    Ok(Ok(frame)) => self.learn(socket, frame).await,
                    Ok(Err(end)) => Err(end),
                    Err(_) => Err(End::Lost(None, "no sign of life".into())),
                },
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn take(&mut self, socket: &mut Socket, order: Order) -> Result<(), End> {
        match order {
            Order::Follow(game, answer) => {
                self.joining = Some(answer);
                if let Some(before) = self.game.replace(game).filter(|before| *before != game) {
                    send(socket, &json!({"type": "leave", "game": before})).await?;
                }
                send(socket, &json!({"type": "join", "game": game})).await
            }
            Order::Command { id, frame, answer } => {
                let sent = send(socket, &frame).await;
                self.open.push((id, frame, answer));
                sent
            }
        }
    }

    async fn learn(&mut self, socket: &mut Socket, frame: HostFrame) -> Result<(), End> {
        match frame {
            HostFrame::Joined { game, seat, state } if Some(game) == self.game => {
                if let (Some((after, tries)), Some(state)) = (self.resuming.take(), &state)
                    && state.seq > after
                {
                    if tries > 0 && state.seq.0 - after.0 <= RESUME_ENTRIES_MAX {
                        // An entry came while the host looked for those that we missed: asked again it has them.
                        self.resuming = Some((after, tries - 1));
                        return send(socket, &json!({"type": "join", "game": game, "after": after})).await;
                    }
                    self.board.caught_up(state).await;
                }
                self.moves = 0;
                let joining = self.joining.take();
                self.board.joined(game, seat, state, joining.is_some()).await;
                if let Some(joining) = joining {
                    let _ = joining.send(Ok(seat));
                }
            }
            HostFrame::Events { game, seq, events } if Some(game) == self.game => {
                self.board.entry(game, seq, &events).await;
            }
            HostFrame::Committed { id, seq } => self.answer(id, Ok(seq)),
            HostFrame::Rejected(refused) => match refused.id {
                Some(id) => self.answer(id, Err(refused.into())),
                None => return self.not_joined(refused).await,
            },
            HostFrame::Moved { url } => self.moved_to = url.map(|url| url.trim_end_matches('/').to_owned()),
            HostFrame::Draining { retry_after_ms } => {
                let after = Duration::from_millis(retry_after_ms);
                return Err(End::Lost(Some(after), "the host restarts".into()));
            }
            _ => {}
        }
        Ok(())
    }

    /// A `join` is refused: whoever asked for it is told; where nobody did, it is tried again or said.
    async fn not_joined(&mut self, refused: Refused) -> Result<(), End> {
        let passes = matches!(refused.code, RejectionCode::Busy | RejectionCode::Unavailable);
        match self.joining.take() {
            None if passes && refused.game == self.game => {
                let after = refused.retry_after_ms.map(Duration::from_millis);
                return Err(End::Lost(after, refused.message));
            }
            None => self.board.say(&format!("the game is not followed any more: {}", refused.message)).await,
            Some(joining) => drop(joining.send(Err(Rejection::from(refused)))),
        }
        self.game = None;
        Ok(())
    }

    fn answer(&mut self, id: CommandId, answer: Answer) {
        if let Some(at) = self.open.iter().position(|(open, ..)| *open == id) {
            let (_, _, waiting) = self.open.remove(at);
            // Whoever gave it may not wait for it any more.
            let _ = waiting.send(answer);
        }
    }
}

async fn send(socket: &mut Socket, frame: &Value) -> Result<(), End> {
    let sent = socket.send(Message::text(frame.to_string())).await;
    sent.map_err(|error| End::Lost(None, error.to_string()))
}

/// The next frame that says something.
async fn next(socket: &mut Socket) -> Result<HostFrame, End> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                return serde_json::from_str(&text)
                    .map_err(|error| End::Final(format!("a frame cannot be read: {error}")));
            }
            Some(Ok(Message::Close(frame))) => {
                let Some(frame) = frame else { return Err(End::Lost(None, "closed".into())) };
                let (code, reason) = (u16::from(frame.code), frame.reason.to_string());
                if code == GAME_ELSEWHERE {
                    return Err(End::Moved);
                }
                if code == NOT_ALLOWED {
                    return Err(End::Barred(reason));
                }
                let is_final = FINAL_CODES.contains(&code);
                return Err(if is_final { End::Final(reason) } else { End::Lost(None, reason) });
            }
            Some(Ok(Message::Ping(_))) => return Ok(HostFrame::Other),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(End::Lost(None, error.to_string())),
            None => return Err(End::Lost(None, "the stream has ended".into())),
        }
    }
}
