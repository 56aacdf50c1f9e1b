//! One user's connection: follows games, gives commands, and comes back by itself.
//!
//! A command is kept until it is answered and sent again with the same id on the next connection, so that it has its
//! effect exactly once. Of each game it is known how far it was told, and what comes after is asked for.

mod followed;
mod wire;

use super::frame::{HostFrame, Refused};
use super::link::Following;
use super::news::{Entry, News};
use super::refusal::{Done, Refusal};
use super::socket::{Socket, is_as_safe, open};
use crate::id::{CommandId, GameId, Seq};
use crate::protocol::{ClientFrame, CloseCode, CommandFrame, GameView, Hello, Join, Leave};
use crate::rules::rejection::{Rejection, RejectionCode};
use followed::{Followed, Step};
use rand::TryRng;
use rand::rngs::SysRng;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use wire::{End, hang_up, join, next, oversized, send};

/// Commands without an answer, and games, that a connection keeps at most.
const KEPT_MAX: usize = 1024;
/// Hosts that a connection remembers.
const HOSTS_MAX: usize = 16;
const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MAX: Duration = Duration::from_secs(5);
/// Being sent on makes the pause no longer than this many times the first one.
const MOVES_COUNTED_MAX: u32 = 20;
/// How long a host may take to open the socket, and to welcome us.
const GREETING_TIMEOUT: Duration = Duration::from_secs(10);
/// After so many heartbeats without a sign of life the connection is given up.
const HEARTBEATS_MISSED_MAX: u32 = 3;

/// What the connection is asked to do.
pub enum Order {
    Follow(GameId, oneshot::Sender<Done<Following>>),
    Leave(GameId),
    Command(Box<CommandFrame>, oneshot::Sender<Done<Seq>>),
}

impl Order {
    fn game(&self) -> GameId {
        match self {
            Self::Follow(game, _) | Self::Leave(game) => *game,
            Self::Command(frame, _) => frame.game,
        }
    }

    /// Who gave it may not wait for it any more.
    fn refuse(self, refusal: Refusal) {
        match self {
            Self::Follow(_, answer) => drop(answer.send(Err(refusal))),
            Self::Command(_, answer) => drop(answer.send(Err(refusal))),
            Self::Leave(_) => {}
        }
    }
}

/// A command without an answer.
struct Open {
    id: CommandId,
    game: GameId,
    text: String,
    answer: oneshot::Sender<Done<Seq>>,
}

/// The task behind a [`super::Link`].
pub struct Connection {
    /// The host that is talked to.
    origin: String,
    /// The hosts that are known: the one that was named, and those to which it led.
    hosts: Vec<String>,
    /// Which game the host says lives elsewhere, and where.
    moved: Option<(GameId, Option<String>)>,
    /// How often in a row a host sent us to another.
    moves: u32,
    hello: Hello,
    news: mpsc::Sender<News>,
    orders: mpsc::Receiver<Order>,
    games: HashMap<GameId, Followed>,
    /// In the order in which they were given.
    open: Vec<Open>,
    /// The largest frame that the host reads; any, until it has said so.
    frame_bytes_max: usize,
    /// It was told that the connection is lost.
    is_lost: bool,
    /// The connections of games that live on other hosts than the rest.
    parts: HashMap<GameId, mpsc::Sender<Order>>,
    /// Whether it is such a part.
    is_part: bool,
}

impl Connection {
    pub fn new(
        origin: &str,
        token: &str,
        client: &str,
        orders: mpsc::Receiver<Order>,
        news: mpsc::Sender<News>,
    ) -> Self {
        Self {
            origin: origin.to_owned(),
            hosts: vec![origin.to_owned()],
            moved: None,
            moves: 0,
            hello: Hello { token: token.to_owned(), client: client.to_owned() },
            news,
            orders,
            games: HashMap::new(),
            open: Vec::new(),
            frame_bytes_max: usize::MAX,
            is_lost: false,
            parts: HashMap::new(),
            is_part: false,
        }
    }

    /// Lives until nobody wants it any more, or coming back is of no use.
    pub async fn run(mut self) {
        let mut pause = RETRY_FIRST;
        loop {
            let began = Instant::now();
            let end = self.visit().await;
            if began.elapsed() > RETRY_MAX {
                pause = RETRY_FIRST;
            }
            let wait = match end {
                End::Dropped => return,
                End::Final(code, why) => return self.end(code, why),
                End::Moved => match self.go_on_elsewhere() {
                    Ok(wait) => wait,
                    Err(why) => return self.end(Some(CloseCode::GameElsewhere), why),
                },
                End::Lost(after, why) => {
                    if !std::mem::replace(&mut self.is_lost, true) {
                        self.tell(News::Lost { why });
                    }
                    let wait = after.unwrap_or(pause);
                    pause = (pause * 2).min(RETRY_MAX);
                    around(wait)
                }
            };
            if !self.rest(wait).await {
                return;
            }
        }
    }

    /// One connection, from its opening to its end.
    async fn visit(&mut self) -> End {
        let opened = timeout(GREETING_TIMEOUT, open(&self.origin)).await;
        let mut socket = match opened.unwrap_or_else(|_| Err("no answer".into())) {
            Ok(socket) => socket,
            Err(why) => {
                // That host may have ended; the others know who has the game now.
                self.turn_to_the_next();
                return End::Lost(None, why);
            }
        };
        let end = match self.greet(&mut socket).await {
            Ok(heartbeat) => self.serve(&mut socket, heartbeat).await,
            Err(end) => end,
        };
        hang_up(&mut socket).await;
        end
    }

    /// Turns to the next of the hosts that are known.
    fn turn_to_the_next(&mut self) {
        let at = self.hosts.iter().position(|host| *host == self.origin).map_or(0, |at| at + 1);
        self.origin.clone_from(&self.hosts[at % self.hosts.len()]);
    }

    /// Remembers a host.
    fn know(&mut self, url: &str) {
        if self.hosts.len() < HOSTS_MAX && self.hosts.iter().all(|host| host != url) {
            self.hosts.push(url.to_owned());
        }
    }

    /// Says what ended it, and ends.
    fn end(&mut self, code: Option<CloseCode>, why: String) {
        if !self.is_part {
            self.tell(News::Ended { code, why });
            return;
        }
        let games: Vec<_> = self.games.keys().copied().collect();
        for game in games {
            self.give_up(game, &Refusal::new(why.as_str()));
        }
    }

    /// Turns to the host where a game lives: all of it where that is the only game, else a part of its own. Returns how long
    /// to wait first: hosts may disagree for a moment.
    fn go_on_elsewhere(&mut self) -> Result<Duration, String> {
        let (game, url) = self.moved.take().ok_or("a game lives on another host, and nobody told which")?;
        let is_only =
            self.games.keys().all(|other| *other == game) && self.open.iter().all(|open| open.game == game);
        let pause = RETRY_FIRST * self.moves;
        self.moves = (self.moves + 1).min(MOVES_COUNTED_MAX);
        self.is_lost = true;
        let why = match url {
            Some(url) if is_as_safe(&self.origin, &url) => {
                self.know(&url);
                self.tell(News::Moved { game, url: url.clone() });
                if is_only {
                    self.origin = url
                } else {
                    self.part(game, url)
                }
                return Ok(pause);
            }
            Some(url) => format!("the game lives at {url}, where others could read along"),
            None => "the game lives on another host, and nobody told it where".to_owned(),
        };
        if is_only {
            return Err(why);
        }
        let refusal = Refusal { code: Some(RejectionCode::Elsewhere), ..Refusal::new(why) };
        self.give_up(game, &refusal);
        Ok(pause)
    }

    /// Hands a game over to a connection of its own, to the host at `url`.
    fn part(&mut self, game: GameId, url: String) {
        let (orders, taken) = mpsc::channel(super::link::ORDERS_MAX);
        let mut part = Self::new(&url, &self.hello.token, &self.hello.client, taken, self.news.clone());
        part.hosts.clone_from(&self.hosts);
        part.moves = self.moves;
        part.is_part = true;
        part.games.extend(self.games.remove_entry(&game));
        part.open = self.open.extract_if(.., |open| open.game == game).collect();
        tokio::spawn(part.run());
        self.parts.insert(game, orders);
    }

    /// Waits before the next try. False when nobody wants the connection any more.
    async fn rest(&mut self, pause: Duration) -> bool {
        let until = Instant::now() + pause;
        loop {
            tokio::select! {
                () = sleep_until(until) => return true,
                order = self.orders.recv() => match order {
                    // What is to be sent is sent with the greeting.
                    Some(order) => drop(self.note(order)),
                    None => return false,
                },
            }
        }
    }

    /// Greets, follows what is followed from where it was left, sends what is not answered. Returns how often the host gives
    /// a sign of life.
    async fn greet(&mut self, socket: &mut Socket) -> Result<Duration, End> {
        send(socket, ClientFrame::Hello(self.hello.clone()).text()).await?;
        let welcome = timeout(GREETING_TIMEOUT, next(socket)).await;
        let heartbeat = match welcome.map_err(|_| End::Lost(None, "no welcome".into()))?? {
            HostFrame::Welcome { heartbeat_ms, user, limits } => {
                self.frame_bytes_max = limits.frame_bytes_max;
                self.tell(News::Welcome(user));
                Duration::from_millis(heartbeat_ms)
            }
            HostFrame::Draining { retry_after_ms } => return Err(End::draining(retry_after_ms)),
            _ => return Err(End::Final(None, "the host does not greet as dugout does".into())),
        };
        if std::mem::take(&mut self.is_lost) {
            self.tell(News::Back);
        }
        for (game, followed) in &mut self.games {
            let after = followed.ask_anew();
            join(socket, *game, after).await?;
        }
        let bytes_max = self.frame_bytes_max;
        for open in self.open.extract_if(.., |open| open.text.len() > bytes_max) {
            let _ = open.answer.send(Err(oversized(bytes_max)));
        }
        for open in &self.open {
            send(socket, open.text.clone()).await?;
        }
        Ok(heartbeat)
    }

    async fn serve(&mut self, socket: &mut Socket, heartbeat: Duration) -> End {
        let patience = heartbeat * HEARTBEATS_MISSED_MAX;
        loop {
            let is_behind = self.games.values().any(|followed| followed.is_behind);
            let done = tokio::select! {
                order = self.orders.recv() => match order {
                    Some(order) => self.obey(socket, order).await,
                    None => return End::Dropped,
                },
                frame = timeout(patience, next(socket)) => match frame {
                    Ok(Ok(frame)) => self.learn(socket, frame).await,
                    Ok(Err(end)) => Err(end),
                    Err(_) => Err(End::Lost(None, "no sign of life".into())),
                },
                () = room(&self.news), if is_behind => self.catch_up(socket).await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn obey(&mut self, socket: &mut Socket, order: Order) -> Result<(), End> {
        match self.note(order) {
            Some(text) => send(socket, text).await,
            None => Ok(()),
        }
    }

    /// Keeps what is ordered, and returns what a host that listens is to be told.
    fn note(&mut self, order: Order) -> Option<String> {
        let order = self.forward(order)?;
        let is_full = self.open.len() >= KEPT_MAX || self.games.len() >= KEPT_MAX;
        if is_full && !matches!(order, Order::Leave(_)) {
            order.refuse(Rejection::new(RejectionCode::Busy, "too much waits for the host").into());
            return None;
        }
        match order {
            Order::Follow(game, answer) => {
                self.games.entry(game).or_default().begin(answer);
                Some(ClientFrame::Join(Join { game, after: None }).text())
            }
            Order::Leave(game) => {
                self.games.remove(&game)?;
                Some(ClientFrame::Leave(Leave { game }).text())
            }
            Order::Command(frame, answer) => {
                let (id, game) = (frame.id, frame.game);
                let text = ClientFrame::Command(*frame).text();
                if text.len() > self.frame_bytes_max {
                    let _ = answer.send(Err(oversized(self.frame_bytes_max)));
                    return None;
                }
                self.open.push(Open { id, game, text: text.clone(), answer });
                Some(text)
            }
        }
    }

    /// Passes an order on to the part that has its game; gives it back where none has.
    fn forward(&mut self, order: Order) -> Option<Order> {
        let game = order.game();
        let Some(part) = self.parts.get(&game) else { return Some(order) };
        if matches!(order, Order::Leave(_)) {
            self.parts.remove(&game);
            return None;
        }
        match part.try_send(order) {
            Ok(()) => None,
            Err(TrySendError::Full(order)) => {
                order.refuse(Rejection::new(RejectionCode::Busy, "too much waits for the host").into());
                None
            }
            Err(TrySendError::Closed(order)) => {
                self.parts.remove(&game);
                Some(order)
            }
        }
    }

    async fn learn(&mut self, socket: &mut Socket, frame: HostFrame) -> Result<(), End> {
        match frame {
            HostFrame::Joined { game, seat, seq, state } => {
                return self.joined(socket, game, Following { seat, seq }, state).await;
            }
            HostFrame::Events { game, seq, events } => {
                return self.entry(socket, Entry { game, seq, events }).await;
            }
            HostFrame::Committed { id, seq } => self.answer(id, Ok(seq)),
            HostFrame::Rejected(refused) => match refused.id {
                Some(id) => self.answer(id, Err(refused.into())),
                None => return self.not_joined(refused),
            },
            HostFrame::Presence { game, connected_users, connected_count }
                if self.games.contains_key(&game) =>
            {
                self.tell(News::Presence { game, users: connected_users, count: connected_count });
            }
            HostFrame::Moved { game, url } => {
                self.moved = Some((game, url.map(|url| url.trim_end_matches('/').to_owned())));
            }
            HostFrame::Draining { retry_after_ms } => return Err(End::draining(retry_after_ms)),
            HostFrame::Presence { .. } | HostFrame::Welcome { .. } | HostFrame::Other => {}
        }
        Ok(())
    }

    async fn joined(
        &mut self,
        socket: &mut Socket,
        game: GameId,
        following: Following,
        state: Option<Box<GameView>>,
    ) -> Result<(), End> {
        let Some(followed) = self.games.get_mut(&game) else { return Ok(()) }; // left since
        let state_seq = state.as_ref().map(|state| state.seq);
        let missed = match followed.joined(state_seq) {
            Step::Ask(after) => return join(socket, game, after).await,
            Step::Tell { missed } => missed,
            Step::Drop => return Ok(()),
        };
        self.moves = 0;
        let asked = followed.is_awaited();
        let is_told = tell(&self.news, News::Joined { game, seat: following.seat, state, missed, asked });
        followed.told(is_told, state_seq);
        followed.answer(&Ok(following));
        Ok(())
    }

    async fn entry(&mut self, socket: &mut Socket, entry: Entry) -> Result<(), End> {
        let (game, seq) = (entry.game, entry.seq);
        let Some(followed) = self.games.get_mut(&game) else { return Ok(()) };
        match followed.entry(seq) {
            Step::Ask(after) => join(socket, game, after).await,
            Step::Tell { .. } => {
                let is_told = tell(&self.news, News::Entry(entry));
                followed.told(is_told, Some(seq));
                Ok(())
            }
            Step::Drop => Ok(()),
        }
    }

    /// There is room for news again: what found none is asked for.
    async fn catch_up(&mut self, socket: &mut Socket) -> Result<(), End> {
        for (game, followed) in self.games.iter_mut().filter(|(_, followed)| followed.is_behind) {
            let after = followed.ask_anew();
            join(socket, *game, after).await?;
        }
        Ok(())
    }

    /// A `join` is refused: whoever asked for it is told; where nobody did, it is tried again or said.
    fn not_joined(&mut self, refused: Refused) -> Result<(), End> {
        let Some(game) = refused.game else { return Ok(()) };
        let refusal = Refusal::from(refused);
        let Some(followed) = self.games.get(&game) else { return Ok(()) };
        if refusal.passes() && !followed.is_awaited() {
            let after = refusal.retry_after_ms.map(Duration::from_millis);
            return Err(End::Lost(after, refusal.message));
        }
        self.give_up(game, &refusal);
        Ok(())
    }

    /// Follows a game no longer, though somebody would like to.
    fn give_up(&mut self, game: GameId, refusal: &Refusal) {
        let is_awaited = self.games.remove(&game).is_some_and(|mut game| game.answer(&Err(refusal.clone())));
        if !is_awaited {
            self.tell(News::Unfollowed { game, refusal: refusal.clone() });
        }
    }

    fn answer(&mut self, id: CommandId, answer: Done<Seq>) {
        if let Some(at) = self.open.iter().position(|open| open.id == id) {
            // Whoever gave it may not wait for it any more.
            let _ = self.open.remove(at).answer.send(answer);
        }
    }

    fn tell(&self, news: News) {
        tell(&self.news, news);
    }
}

/// Tells; false where there is no room. Who wants no news has been told.
fn tell(teller: &mpsc::Sender<News>, news: News) -> bool {
    !matches!(teller.try_send(news), Err(TrySendError::Full(_)))
}

/// Waits until most of the news are taken, or nobody wants them.
async fn room(news: &mpsc::Sender<News>) {
    let _ = news.reserve_many(news.max_capacity().div_ceil(2)).await;
}

/// A duration up to half as long again, so that those who were cut off together do not come back together.
fn around(wait: Duration) -> Duration {
    let share = SysRng.try_next_u32().unwrap_or_default();
    wait.mul_f64(1.0 + 0.5 * f64::from(share) / f64::from(u32::MAX))
}
