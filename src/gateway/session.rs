//! One connection's task: greets the client, carries what it asks to the games and what they say back to it.
//!
//! Everything it sends goes through one outbox, so that an answer never overtakes the events it is about. It reads
//! no further while too many of its client's questions are open: the client then waits in its own buffers.

mod greeting;
mod lanes;
mod wire;

pub use wire::Wire;

use super::Gateway;
use super::limits::{ConnectionPermit, FrameRate};
use super::refused::{self, Refused};
use super::token::Verified;
use crate::host::audience::ConnectionId;
use crate::host::outbox::{Outbox, OutboxReceiver, Outgoing};
use crate::id::{CommandId, GameId, Seq};
use crate::protocol::{self, BadFrame, ClientFrame, CloseCode};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::telemetry::Parent;
use bytes::Bytes;
use chrono::Utc;
use lanes::{Answer, Ask, Asker, Lanes};
use rand::TryRng;
use std::collections::HashMap;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};
use tracing::field::{Empty, display};
use tracing::{Span, debug_span};
use wire::{Incoming, Stuck};

/// Frames that are put into one write at most.
const BATCH_FRAMES_MAX: usize = 64;
/// The longest a token's end is waited for in one piece.
const EXPIRY_WAIT_MAX: Duration = Duration::from_secs(86_400);

/// Why a connection ends.
#[derive(Debug)]
struct Goodbye {
    code: CloseCode,
    reason: Option<String>,
    /// What is sent before the close frame.
    last: Option<Bytes>,
}

impl From<CloseCode> for Goodbye {
    fn from(code: CloseCode) -> Self {
        Self { code, reason: None, last: None }
    }
}

impl From<Stuck> for Goodbye {
    fn from(stuck: Stuck) -> Self {
        match stuck {
            Stuck::TooSlow => {
                Refused::SlowReader.count();
                CloseCode::ReaderTooSlow.into()
            }
            Stuck::Gone => CloseCode::Normal.into(),
        }
    }
}

impl From<Rejection> for Goodbye {
    /// A frame that is not the protocol's form, and belongs to no command that could be answered.
    fn from(rejection: Rejection) -> Self {
        let last = Some(protocol::rejected(None, None, None, &rejection));
        Self { code: CloseCode::Malformed, reason: Some(rejection.message), last }
    }
}

/// Serves a socket until it closes. What it asks belongs to the trace of `parent`, where there is one.
pub async fn run(gateway: Gateway, mut wire: Wire, mut permit: ConnectionPermit, parent: Parent) {
    let rate = FrameRate::new(gateway.settings());
    let goodbye = match greeting::greet(&gateway, &mut wire, &mut permit, &rate).await {
        Ok(verified) => {
            metrics::gauge!("dugout_sockets").increment(1);
            let mut session = Session::new(gateway, rate, &verified, parent);
            let goodbye = session.serve(&mut wire, &verified).await;
            session.leave_all();
            metrics::gauge!("dugout_sockets").decrement(1);
            goodbye
        }
        Err(goodbye) => goodbye,
    };
    // The client is told more; what he sent is not repeated here, because it may be a token in the wrong place.
    tracing::debug!(code = goodbye.code.code(), reason = goodbye.code.reason(), "a socket closes");
    if let Some(last) = goodbye.last
        && wire.send(&mut vec![last]).await.is_err()
    {
        return;
    }
    wire.close(goodbye.code, goodbye.reason.as_deref().unwrap_or(goodbye.code.reason())).await;
}

struct Session {
    gateway: Gateway,
    connection: ConnectionId,
    parent: Parent,
    rate: FrameRate,
    outbox: Outbox,
    outgoing: OutboxReceiver,
    lanes: Lanes,
    /// The games that are followed, or about to be, with the last entry the client was sent of each.
    games: HashMap<GameId, Option<Seq>>,
    last_sign_of_life: Instant,
    /// Set once the host is about to stop: when to hang up at the latest.
    drain_until: Option<Instant>,
}

impl Session {
    fn new(gateway: Gateway, rate: FrameRate, verified: &Verified, parent: Parent) -> Self {
        let (outbox, outgoing) = Outbox::new(gateway.settings().outbox_frames_max);
        let connection = ConnectionId::generate();
        let asker = Asker {
            gateway: gateway.clone(),
            user: verified.user.clone(),
            connection,
            outbox: outbox.clone(),
        };
        Self {
            gateway,
            connection,
            parent,
            rate,
            outbox,
            outgoing,
            lanes: Lanes::new(asker),
            games: HashMap::new(),
            last_sign_of_life: Instant::now(),
            drain_until: None,
        }
    }

    /// Serves the client until something ends the connection.
    async fn serve(&mut self, wire: &mut Wire, verified: &Verified) -> Goodbye {
        match self.serve_loop(wire, verified).await {
            Ok(never) => match never {},
            Err(goodbye) => goodbye,
        }
    }

    async fn serve_loop(
        &mut self,
        wire: &mut Wire,
        verified: &Verified,
    ) -> Result<std::convert::Infallible, Goodbye> {
        let settings = self.gateway.settings().clone();
        let ping_every = Duration::from_millis(settings.ping_interval_ms);
        let mut ping = interval_at(Instant::now() + ping_every, ping_every);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let valid_for = (verified.expires_at - Utc::now()).to_std().unwrap_or_default();
        let mut expiry = pin!(sleep(valid_for.min(EXPIRY_WAIT_MAX)));
        let draining = self.gateway.draining().clone();
        loop {
            let (open, drain_until) = (self.lanes.open(), self.drain_until);
            let has_room = open < settings.commands_in_flight_max;
            if !has_room {
                self.last_sign_of_life = Instant::now(); // we do not look, so we cannot tell
            }
            tokio::select! {
                // What is rare comes first. An answer comes before the frames it follows are sent: both go in one write.
                biased;
                () = drained(drain_until, open) => return Err(self.finish_drain(wire).await),
                () = draining.cancelled(), if drain_until.is_none() => self.start_drain(),
                () = expiry.as_mut() => {
                    if verified.expires_at <= Utc::now() {
                        return Err(CloseCode::Token.into());
                    }
                    expiry.as_mut().reset(Instant::now() + EXPIRY_WAIT_MAX);
                }
                _ = ping.tick() => self.check_life(wire, settings.pong_timeout_ms).await?,
                (game, answer, span) = self.lanes.next() => span.in_scope(|| self.answer(game, answer))?,
                outgoing = self.outgoing.recv() => self.send(wire, outgoing).await?,
                incoming = wire.next(), if has_room && drain_until.is_none() => self.receive(incoming)?,
            }
        }
    }

    /// Sends what is queued, in as few writes as it takes.
    async fn send(&mut self, wire: &mut Wire, first: Option<Outgoing>) -> Result<(), Goodbye> {
        let mut frames = Vec::new();
        let mut next = first;
        while let Some(outgoing) = next {
            match outgoing {
                Outgoing::Frame(frame) => {
                    self.note(&frame);
                    frames.push(frame);
                }
                Outgoing::Close(CloseCode::ReaderTooSlow) => return Err(Stuck::TooSlow.into()),
                Outgoing::Close(code) => {
                    wire.send(&mut frames).await?;
                    return Err(code.into());
                }
            }
            next = if frames.len() < BATCH_FRAMES_MAX { self.outgoing.try_recv() } else { None };
        }
        metrics::counter!("dugout_frames_sent_total").increment(frames.len() as u64);
        metrics::histogram!("dugout_outbox_frames").record(frames.len() as f64);
        Ok(wire.send(&mut frames).await?)
    }

    /// Remembers how far the client has been shown a game.
    fn note(&mut self, frame: &Bytes) {
        if let Some((game, seq)) = protocol::shown_seq(frame)
            && let Some(shown) = self.games.get_mut(&game)
        {
            *shown = Some(seq);
        }
    }

    fn receive(&mut self, incoming: Incoming) -> Result<(), Goodbye> {
        self.last_sign_of_life = Instant::now();
        if !self.rate.allows() {
            Refused::FrameRate.count();
            return Err(CloseCode::TooFast.into());
        }
        match incoming {
            Incoming::Text(text) => {
                metrics::counter!("dugout_frames_received_total").increment(1);
                let span = self.frame_span();
                span.in_scope(|| match ClientFrame::parse(&text) {
                    Ok(frame) => self.take(frame, &span),
                    Err(bad) => self.refuse(bad),
                })
            }
            Incoming::Alive => Ok(()),
            Incoming::Gone => Err(CloseCode::Normal.into()),
            Incoming::Broken(code) => Err(code.into()),
        }
    }

    /// The span of a frame, from here to its answer.
    fn frame_span(&self) -> Span {
        let span = debug_span!(
            parent: None,
            "frame",
            otel.kind = "server",
            trace_id = Empty,
            network.protocol.name = "websocket",
            user.id = %self.lanes.user(),
            frame.type = Empty,
            game.id = Empty,
            rejection.code = Empty,
        );
        self.parent.begin(&span);
        span
    }

    fn take(&mut self, frame: ClientFrame, span: &Span) -> Result<(), Goodbye> {
        let about = |kind: &'static str, game: GameId| {
            span.record("frame.type", kind).record("game.id", display(game));
        };
        match frame {
            ClientFrame::Hello(_) => {
                Err(Rejection::new(RejectionCode::Malformed, "type: hello is said once, as the first frame")
                    .into())
            }
            ClientFrame::Join(join) => {
                about("join", join.game);
                let games_max = self.gateway.settings().games_per_connection_max;
                if self.games.len() >= games_max && !self.games.contains_key(&join.game) {
                    let message =
                        format!("a connection may follow {games_max} games at once; leave one first");
                    let rejection = Rejection::new(RejectionCode::Forbidden, message);
                    return self.reject(None, Some(join.game), None, &rejection);
                }
                self.games.entry(join.game).or_default();
                self.lanes.ask(join.game, Ask::Join(join.after), span.clone());
                Ok(())
            }
            ClientFrame::Leave(leave) => {
                about("leave", leave.game);
                self.lanes.ask(leave.game, Ask::Leave, span.clone());
                Ok(())
            }
            ClientFrame::Command(command) => {
                about("command", command.game);
                self.lanes.ask(command.game, Ask::Command(command), span.clone());
                Ok(())
            }
        }
    }

    /// Answers a frame that is not well formed, where there is a command to answer.
    fn refuse(&mut self, bad: BadFrame) -> Result<(), Goodbye> {
        let BadFrame { id, game, rejection } = bad;
        if id.is_none() {
            Refused::FrameForm.count();
            return Err(rejection.into());
        }
        let seq = game.and_then(|game| self.shown(game));
        self.reject(id, game, seq, &rejection)
    }

    fn answer(&mut self, game: GameId, answer: Answer) -> Result<(), Goodbye> {
        match answer {
            Answer::Joined => Ok(()),
            Answer::NotJoined(rejection) => {
                // A second join may fail while the first one goes on.
                if self.shown(game).is_none() {
                    self.games.remove(&game);
                }
                self.reject(None, Some(game), None, &rejection)
            }
            Answer::Left => {
                // A join may have been asked for since.
                if !self.lanes.asks(game) {
                    self.games.remove(&game);
                }
                Ok(())
            }
            Answer::Committed(id, seq) => self.say(protocol::committed(id, game, seq)),
            Answer::Refused(id, seq, rejection) => {
                let seq = seq.or_else(|| self.shown(game));
                self.reject(Some(id), Some(game), seq, &rejection)
            }
            Answer::Elsewhere(address) => {
                let last = Some(protocol::moved(game, address.public_url.as_deref()));
                Err(Goodbye { code: CloseCode::GameElsewhere, reason: None, last })
            }
            Answer::Unknown => Err(CloseCode::GoingAway.into()),
        }
    }

    /// The last entry of a game that the client was sent.
    fn shown(&self, game: GameId) -> Option<Seq> {
        self.games.get(&game).copied().flatten()
    }

    fn reject(
        &self,
        id: Option<CommandId>,
        game: Option<GameId>,
        seq: Option<Seq>,
        rejection: &Rejection,
    ) -> Result<(), Goodbye> {
        refused::count_answer("socket", rejection.code);
        Span::current().record("rejection.code", rejection.code.as_str());
        self.say(protocol::rejected(id, game, seq, rejection))
    }

    /// Puts a frame behind what the games have put into the outbox.
    fn say(&self, frame: Bytes) -> Result<(), Goodbye> {
        if self.outbox.send(frame) { Ok(()) } else { Err(Stuck::TooSlow.into()) }
    }

    async fn check_life(&mut self, wire: &mut Wire, pong_timeout_ms: u64) -> Result<(), Goodbye> {
        if self.last_sign_of_life.elapsed() >= Duration::from_millis(pong_timeout_ms) {
            Refused::PongTimeout.count();
            return Err(CloseCode::Timeout.into());
        }
        Ok(wire.ping().await?)
    }

    /// Reads no more, and hangs up when what was read is answered; at the latest in time for the host to stop.
    fn start_drain(&mut self) {
        let settings = self.gateway.settings();
        self.drain_until = Some(Instant::now() + Duration::from_millis(settings.drain_ms / 2));
    }

    /// Sends what the games have said, and when to come back: not all at the same moment.
    async fn finish_drain(&mut self, wire: &mut Wire) -> Goodbye {
        let base_ms = self.gateway.settings().drain_retry_after_ms;
        let first = self.outgoing.try_recv();
        if let Err(goodbye) = self.send(wire, first).await {
            return goodbye;
        }
        let jitter = rand::rngs::SysRng.try_next_u64().unwrap_or_default();
        let draining = protocol::draining(base_ms + jitter % (base_ms + 1));
        Goodbye { code: CloseCode::Restart, reason: None, last: Some(draining) }
    }

    /// Tells every game that the connection is gone.
    fn leave_all(&mut self) {
        for (game, _) in self.games.drain() {
            self.gateway.host().leave(game, self.connection);
        }
    }
}

/// Resolves when a connection that drains has nothing more to wait for.
async fn drained(until: Option<Instant>, open: usize) {
    match until {
        Some(_) if open == 0 => {}
        Some(until) => tokio::time::sleep_until(until).await,
        None => std::future::pending().await,
    }
}
