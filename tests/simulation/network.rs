//! A connection between a client and a host. What travels on it keeps its order; it may be slow, be read
//! slowly, or be cut with everything that is under way.

use super::checks::{self, Shown};
use super::hosts::{Running, World};
use super::ledger::{Copy, Ledger};
use bytes::Bytes;
use dugout::host::audience::ConnectionId;
use dugout::host::outbox::{Outbox, OutboxReceiver, Outgoing};
use dugout::host::{Denied, NotCommitted};
use dugout::id::{CommandId, GameId, Seq};
use dugout::protocol::User;
use dugout::rules::command::Command;
use dugout::rules::rejection::Rejection;
use dugout::rules::vocabulary::Side;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};

/// What a client asks.
#[derive(Clone, Debug)]
pub enum Ask {
    Join { after: Option<Seq> },
    Claim(Side),
    Command { id: CommandId, expect: Option<Seq>, command: Command },
}

/// What reaches a client.
#[derive(Debug)]
pub enum Delivery {
    Frame(Bytes),
    Claimed,
    Committed(CommandId),
    Refused(CommandId, Rejection),
    /// The host refuses the connection's join or claim.
    Unwelcome(Rejection),
    Closed,
}

/// Messages under way on one wire, in one direction.
const WIRE_MESSAGES_MAX: usize = 1_024;

type Sent<T> = (Instant, T);

/// Who is connected to what.
#[derive(Clone)]
pub struct Line {
    pub world: World,
    pub ledger: Ledger,
    pub running: Running,
    pub user: User,
    pub game_id: GameId,
}

pub struct Connection {
    line: Line,
    id: ConnectionId,
    asks: mpsc::Sender<Sent<Ask>>,
    deliveries: mpsc::Receiver<Sent<Delivery>>,
    /// What is about to arrive.
    arriving: Option<Sent<Delivery>>,
    tasks: [JoinHandle<()>; 2],
    last_sent: Instant,
}

impl Connection {
    pub fn open(line: Line, outbox_frames_max: usize, reads_slowly: bool) -> Self {
        let id = ConnectionId::generate();
        let (asks, asked) = mpsc::channel(WIRE_MESSAGES_MAX);
        let (deliver, deliveries) = mpsc::channel(WIRE_MESSAGES_MAX);
        let (outbox, frames) = Outbox::new(outbox_frames_max);
        let answers = Lane { line: line.clone(), id, outbox, deliver: deliver.clone() };
        let shows = Pump { line: line.clone(), deliver, reads_slowly, last: None, after: None };
        let tasks = [tokio::spawn(answers.run(asked)), tokio::spawn(shows.run(frames))];
        for task in &tasks {
            line.running.process.serve(task.abort_handle());
        }
        Self { line, id, asks, deliveries, arriving: None, tasks, last_sent: Instant::now() }
    }

    pub fn send(&mut self, ask: Ask) {
        self.last_sent = self.last_sent.max(Instant::now() + self.line.world.weather.network_delay());
        // What a full wire drops is asked again, as after a cut.
        let _ = self.asks.try_send((self.last_sent, ask));
    }

    /// What arrives next; none when the host is gone. Nothing is lost when the caller stops waiting.
    pub async fn next(&mut self) -> Option<Delivery> {
        if self.arriving.is_none() {
            self.arriving = Some(self.deliveries.recv().await?);
        }
        let (at, _) = self.arriving.as_ref()?;
        sleep_until(*at).await;
        self.arriving.take().map(|(_, delivery)| delivery)
    }
}

impl Drop for Connection {
    /// The client is gone at once; the host notices later.
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        let (line, id) = (self.line.clone(), self.id);
        let later = line.world.random.millis(0, 3_000);
        tokio::spawn(async move {
            sleep(later).await;
            if line.running.process.is_alive() {
                line.running.host.leave(line.game_id, id);
            }
        });
    }
}

/// The host's end for questions: one after the other, as they came.
struct Lane {
    line: Line,
    id: ConnectionId,
    outbox: Outbox,
    deliver: mpsc::Sender<Sent<Delivery>>,
}

impl Lane {
    async fn run(self, mut asked: mpsc::Receiver<Sent<Ask>>) {
        let mut last = Instant::now();
        while let Some((at, ask)) = asked.recv().await {
            sleep_until(at).await;
            self.line.running.process.breathe().await;
            let Some(delivery) = self.put(ask).await else { continue };
            self.line.running.process.breathe().await;
            last = last.max(Instant::now() + self.line.world.weather.network_delay());
            let _ = self.deliver.send((last, delivery)).await;
        }
    }

    async fn put(&self, ask: Ask) -> Option<Delivery> {
        let Line { running, user, game_id, .. } = &self.line;
        let (host, game_id) = (&running.host, *game_id);
        match ask {
            Ask::Join { after } => {
                let joined = host.join(game_id, user, self.id, self.outbox.clone(), after).await;
                joined.err().map(|denied| self.denied(denied))
            }
            Ask::Claim(side) => Some(match host.claim_seat(game_id, side, user).await {
                Ok(()) => Delivery::Claimed,
                Err(denied) => self.denied(denied),
            }),
            Ask::Command { id, expect, command } => {
                let copy = self.line.ledger.begin(id);
                let answer = host.command(game_id, user, id, expect, command).await;
                Some(self.answered(id, copy, answer))
            }
        }
    }

    fn denied(&self, denied: Denied) -> Delivery {
        match denied {
            Denied::Rejected(rejection) => Delivery::Unwelcome(rejection),
            Denied::Elsewhere(_) => self.elsewhere(),
        }
    }

    /// The client hangs up and looks for the other host.
    fn elsewhere(&self) -> Delivery {
        let Line { world, user, running, .. } = &self.line;
        let (process, name) = (&running.process.name, &user.name);
        world.trace.count("elsewhere", format_args!("{process} tells {name}: the game lives elsewhere"));
        Delivery::Closed
    }

    fn answered(&self, id: CommandId, copy: Copy, answer: Result<Seq, NotCommitted>) -> Delivery {
        let Line { world, ledger, user, game_id, .. } = &self.line;
        let process = &self.line.running.process.name;
        let name = &user.name;
        match answer {
            Ok(seq) => {
                world.trace.count("committed", format_args!("{process} tells {name}: committed, {seq}"));
                ledger.committed(world, *game_id, id, copy, seq);
                Delivery::Committed(id)
            }
            Err(NotCommitted::Refused(refused)) => {
                let rejection = refused.rejection;
                world.trace.count("rejected", format_args!("{process} tells {name}: {rejection}"));
                ledger.refused(world, *game_id, id, copy, &rejection);
                Delivery::Refused(id, rejection)
            }
            Err(NotCommitted::Elsewhere(_)) => self.elsewhere(),
            Err(NotCommitted::Unknown) => {
                world.trace.count("unknown", format_args!("{process} tells {name}: resume"));
                Delivery::Closed
            }
        }
    }
}

/// The host's end for frames.
struct Pump {
    line: Line,
    deliver: mpsc::Sender<Sent<Delivery>>,
    reads_slowly: bool,
    /// The last entry that was sent.
    last: Option<Seq>,
    after: Option<Seq>,
}

impl Pump {
    async fn run(mut self, mut frames: OutboxReceiver) {
        let mut last = Instant::now();
        while let Some(outgoing) = frames.recv().await {
            self.line.running.process.breathe().await;
            let delivery = match outgoing {
                Outgoing::Frame(frame) => {
                    self.check(&frame);
                    Delivery::Frame(frame)
                }
                Outgoing::Close(code) => {
                    let name = &self.line.user.name;
                    self.line.world.trace.count("closed", format_args!("{name} is told {code:?}"));
                    Delivery::Closed
                }
            };
            last = last.max(Instant::now() + self.line.world.weather.network_delay());
            let is_last = matches!(delivery, Delivery::Closed);
            let _ = self.deliver.send((last, delivery)).await;
            if is_last {
                return;
            }
            if self.reads_slowly {
                sleep(self.line.world.random.millis(0, 2_000)).await;
            }
        }
    }

    /// A frame leaves the host: from here on somebody may have seen it.
    fn check(&mut self, frame: &[u8]) {
        let Line { world, user, game_id, .. } = &self.line;
        match checks::frame(&world.database, *game_id, frame) {
            Ok(Shown::Nothing) => {}
            Ok(Shown::Joined { seq, whole }) => {
                world.trace.count("joined", format_args!("{} joins at entry {seq}", user.name));
                (self.last, self.after) = if whole { (Some(seq), None) } else { (None, Some(seq)) };
            }
            Ok(Shown::Entry(seq)) => {
                world.trace.count("shown", format_args!("{} is shown entry {seq}", user.name));
                // What a returning client lacks begins anywhere up to the entry that `joined` named.
                let follows = match (self.last, self.after) {
                    (Some(last), _) => seq == last.next(),
                    (None, Some(head)) => seq <= head.next(),
                    (None, None) => false,
                };
                if !follows {
                    let last = self.last;
                    world.trace.broken(format_args!("{} is shown {seq} after {last:?}", user.name));
                }
                self.last = Some(seq);
            }
            Err(problem) => world.trace.broken(format_args!("{} is shown: {problem}", user.name)),
        }
    }
}
