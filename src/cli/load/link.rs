//! One connection: follows games, sends commands, checks what comes, and opens itself anew when it is lost.
//!
//! Not the library's [`crate::client::Link`], which asks again for what is missing and so hides what is looked for here:
//! this one counts it, notes the moment at which a frame came, and reads no more of it than that takes.

use super::LoadArgs;
use super::check::Following;
use super::frame::{Entry, Frame, Request};
use super::lobby::Lobby;
use super::stats::Stats;
use crate::client::{Socket, open};
use crate::id::{CommandId, GameId, Seq};
use crate::protocol::{ClientFrame, Hello, Join, Leave};
use crate::rules::rejection::RejectionCode;
use crate::rules::vocabulary::Side;
use anyhow::{Context, Result, anyhow, bail};
use futures_util::{SinkExt, StreamExt};
use rand::TryRng;
use rand::rngs::SysRng;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

/// Orders that may wait for a connection, and news that may wait for a driver: more than all its games have at once.
pub const QUEUE_MAX: usize = 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait before a lost connection is opened anew: the first time, and at most.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(3));

/// What a connection is told to do.
#[derive(Debug)]
pub enum Order {
    /// Follow a game; news go to the driver, where a manager sits here.
    Follow { game: GameId, to: Option<(Side, mpsc::Sender<Heard>)> },
    /// Follow it no longer.
    Leave { game: GameId },
    /// Give a command; it is sent again on a new socket until it is answered.
    Command { id: CommandId, text: String },
}

/// What a driver hears from one of his two connections.
#[derive(Debug)]
pub struct Heard {
    pub side: Side,
    pub at: Instant,
    pub what: News,
}

#[derive(Debug)]
pub enum News {
    Joined { seq: Seq, request: Option<Request> },
    Entry(Entry),
    Committed { id: CommandId, seq: Seq },
    Rejected { id: CommandId, code: RejectionCode, message: String, retry_after: Duration },
}

struct Watch {
    following: Following,
    to: Option<(Side, mpsc::Sender<Heard>)>,
}

/// A connection's life.
pub struct Link {
    origin: String,
    hello: Hello,
    orders: mpsc::Receiver<Order>,
    games: HashMap<GameId, Watch>,
    unanswered: BTreeMap<CommandId, String>,
    stats: Arc<Stats>,
    /// How long it lives on average; none is as long as the host lets it.
    life: Option<Duration>,
    /// What the host asked for before it closed.
    retry_after: Option<Duration>,
}

impl Link {
    /// Opens a connection of its own for a user, and gives what it is told with.
    pub async fn open(
        args: &LoadArgs,
        lobby: &Lobby,
        stats: &Arc<Stats>,
        token: String,
        stop: &CancellationToken,
    ) -> Result<mpsc::Sender<Order>> {
        let (sender, orders) = mpsc::channel(QUEUE_MAX);
        let life = Some(Duration::from_secs(args.reconnect_every_s)).filter(|life| !life.is_zero());
        let mut link = Self {
            origin: lobby.origin().to_owned(),
            hello: Hello { token, client: "dugout-load/1".to_owned() },
            orders,
            games: HashMap::new(),
            unanswered: BTreeMap::new(),
            stats: Arc::clone(stats),
            life,
            retry_after: None,
        };
        let socket = link.connect().await.context("a connection")?;
        let stop = stop.clone();
        tokio::spawn(async move { stop.run_until_cancelled(link.live(socket)).await });
        Ok(sender)
    }

    async fn live(&mut self, mut socket: Socket) {
        loop {
            // What ends a socket does not matter: a new one takes its place.
            if self.serve(&mut socket).await.is_ok() {
                return;
            }
            drop(socket);
            self.stats.count(&self.stats.sockets_lost);
            socket = self.reconnect().await;
        }
    }

    async fn reconnect(&mut self) -> Socket {
        let mut pause = self.retry_after.take().unwrap_or(RETRY.0);
        loop {
            sleep(about(pause)).await;
            if let Ok(socket) = self.connect().await {
                return socket;
            }
            pause = (pause * 2).min(RETRY.1);
        }
    }

    /// Greets, follows what was followed from where it was left, sends again what was not answered.
    async fn connect(&mut self) -> Result<Socket> {
        let opened = timeout(CONNECT_TIMEOUT, open(&self.origin)).await.context("no answer in time")?;
        let mut socket = opened.map_err(|why| anyhow!(why))?;
        socket.send(Message::text(ClientFrame::Hello(self.hello.clone()).text())).await?;
        let welcome = timeout(CONNECT_TIMEOUT, socket.next()).await.context("no welcome in time")?;
        match welcome.context("closed before the welcome")?? {
            Message::Text(text) if text.contains(r#""welcome""#) => {}
            other => bail!("the host answers hello with {other}"),
        }
        for (game, watch) in &self.games {
            socket.feed(Message::text(join(*game, watch.following.last()))).await?;
        }
        for text in self.unanswered.values() {
            socket.feed(Message::text(text.clone())).await?;
        }
        socket.flush().await?;
        Ok(socket)
    }

    /// Works until the socket is lost (an error), or nobody orders anything any more.
    async fn serve(&mut self, socket: &mut Socket) -> Result<()> {
        let ends = self.life.map(|life| Instant::now() + about(life));
        loop {
            tokio::select! {
                order = self.orders.recv() => match order {
                    Some(order) => self.carry_out(socket, order).await?,
                    None => return Ok(()),
                },
                message = socket.next() => match message.context("the socket has ended")?? {
                    Message::Text(text) => self.take(&text).await?,
                    Message::Close(frame) => bail!("closed: {frame:?}"),
                    _ => {}
                },
                () = sleep_until(ends.unwrap_or_else(Instant::now)), if ends.is_some() => bail!("cut on purpose"),
            }
        }
    }

    async fn carry_out(&mut self, socket: &mut Socket, order: Order) -> Result<()> {
        let text = match order {
            Order::Follow { game, to } => {
                self.games.insert(game, Watch { following: Following::default(), to });
                join(game, None)
            }
            Order::Leave { game } => {
                self.games.remove(&game);
                ClientFrame::Leave(Leave { game }).text()
            }
            Order::Command { id, text } => {
                self.unanswered.insert(id, text.clone());
                text
            }
        };
        Ok(socket.send(Message::text(text)).await?)
    }

    async fn take(&mut self, text: &str) -> Result<()> {
        let at = Instant::now();
        let frame: Frame = serde_json::from_str(text).with_context(|| format!("not a frame: {text}"))?;
        let game = frame.game;
        let news = match frame.kind {
            "events" => self.entry(frame),
            "joined" => self.joined(frame),
            "committed" => frame.id.zip(frame.seq).map(|(id, seq)| {
                self.unanswered.remove(&id);
                News::Committed { id, seq }
            }),
            "rejected" => self.rejected(frame)?,
            "draining" => {
                self.retry_after = frame.retry_after_ms.map(Duration::from_millis);
                None
            }
            _ => None,
        };
        let to = game.and_then(|game| self.games.get(&game)).and_then(|watch| watch.to.as_ref());
        if let (Some(what), Some((side, driver))) = (news, to) {
            // A driver who has gone on to another game hears nothing of this one.
            let _ = driver.send(Heard { side: *side, at, what }).await;
        }
        Ok(())
    }

    fn entry(&mut self, frame: Frame<'_>) -> Option<News> {
        let game = frame.game?;
        let entry = frame.entry()?;
        // After `leave` a few may still be on their way.
        let following = &mut self.games.get_mut(&game)?.following;
        match following.entry(entry.seq) {
            Ok(()) => {
                self.stats.entries_checked.fetch_add(1, Ordering::Relaxed);
            }
            Err(problem) => self.stats.violation(format!("game {game}: {problem}")),
        }
        Some(News::Entry(entry))
    }

    fn joined(&mut self, frame: Frame<'_>) -> Option<News> {
        let (game, seq) = (frame.game?, frame.seq?);
        let following = &mut self.games.get_mut(&game)?.following;
        if let Err(problem) = following.joined(seq, frame.state.is_some()) {
            self.stats.violation(format!("game {game}: {problem}"));
        }
        let request = frame.state?.pending_decision;
        Some(News::Joined { seq, request })
    }

    fn rejected(&mut self, frame: Frame<'_>) -> Result<Option<News>> {
        let message = frame.message.unwrap_or_default();
        let Some((id, code)) = frame.id.zip(frame.code) else {
            // A `join` that was refused is tried again on a new socket.
            bail!("refused: {message}");
        };
        self.unanswered.remove(&id);
        let retry_after = Duration::from_millis(frame.retry_after_ms.unwrap_or_default());
        Ok(Some(News::Rejected { id, code, message, retry_after }))
    }
}

/// A duration around this one, so that those who were cut off together do not come back together.
fn about(mean: Duration) -> Duration {
    let share = SysRng.try_next_u32().unwrap_or(u32::MAX / 2);
    mean.mul_f64(0.5 + f64::from(share) / f64::from(u32::MAX))
}

fn join(game: GameId, after: Option<Seq>) -> String {
    ClientFrame::Join(Join { game, after }).text()
}
