//! A client that nothing puts off: it follows its games, plays its seats, comes back after every cut and sends again
//! what was not answered.
//!
//! Written against the wire alone. Whatever it is shown goes to the [`Record`].

use super::moves::Table;
use super::record::Record;
use crate::support::http::Http;
use crate::support::manager::{Closed, Socket, next_frame, open};
use crate::support::server::Address;
use futures_util::SinkExt;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

/// Committed commands that are kept to be sent once more.
const ANSWERED_MAX: usize = 8;
/// How long an attempt to connect may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// How often a client looks around when nothing happens.
const IDLE: Duration = Duration::from_millis(200);

/// What all clients are told.
#[derive(Clone, Copy, Debug)]
pub struct Orders {
    /// How long a manager thinks about a decision, on average.
    pub thinks_for: Duration,
    /// Give up the games that are not over.
    pub forfeit: bool,
    /// Hang up and end.
    pub leave: bool,
    /// Raised to have every second client drop its connection.
    pub cuts: u64,
}

/// How a client does, for whoever waits for it.
#[derive(Clone, Default)]
pub struct Standing(Arc<Mutex<Stand>>);

#[derive(Clone, Default)]
struct Stand {
    /// Since when it is connected and follows all its games.
    settled: Option<Instant>,
    /// When the oldest unanswered command was sent on this connection.
    waits_since: Option<Instant>,
    games_open: usize,
    what: String,
}

impl Standing {
    /// Whether it is connected, follows all its games, and waits for nothing that it sent before `moment`.
    pub fn has_settled_since(&self, moment: Instant) -> bool {
        let stand = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stand.settled.is_some() && stand.waits_since.is_none_or(|sent| sent > moment)
    }

    /// Games that are not over.
    pub fn games_open(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).games_open
    }

    /// What it does, for the message of a failure.
    pub fn describe(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).what.clone()
    }
}

struct Sent {
    game: String,
    frame: Value,
    at: Instant,
}

/// A user with at most one connection at a time.
pub struct Client {
    pub name: String,
    pub http: Http,
    token: String,
    address: Address,
    pub tables: BTreeMap<String, Table>,
    unanswered: BTreeMap<Uuid, Sent>,
    answered: VecDeque<(Uuid, Value)>,
    record: Arc<Record>,
    pub standing: Standing,
    orders: watch::Receiver<Orders>,
    cuts: u64,
    chance: ChaCha8Rng,
}

impl Client {
    /// A new guest, not yet connected.
    pub async fn new(
        address: &Address,
        name: &str,
        record: &Arc<Record>,
        orders: watch::Receiver<Orders>,
        seed: u64,
    ) -> Self {
        let stranger = Http::stranger(address);
        let answer = stranger.post("/api/v1/tokens", &json!({ "name": name })).await.ok();
        let token = answer["token"].as_str().expect("a token").to_owned();
        Self {
            name: name.to_owned(),
            http: stranger.with_token(&token),
            token,
            address: address.clone(),
            tables: BTreeMap::new(),
            unanswered: BTreeMap::new(),
            answered: VecDeque::new(),
            record: Arc::clone(record),
            standing: Standing::default(),
            orders,
            cuts: 0,
            chance: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// Plays until it is told to leave.
    pub async fn run(mut self) -> Self {
        loop {
            let ended = self.connection().await;
            self.standing.0.lock().unwrap_or_else(PoisonError::into_inner).settled = None;
            match ended {
                Ok(()) => return self,
                Err(closed) => {
                    self.report(&closed.to_string());
                    self.record.count("connections that ended");
                    let pause = self.chance.random_range(5..60);
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
            }
            if self.orders.borrow().leave {
                return self;
            }
        }
    }

    /// One connection, from hello to its end. Ok when told to leave.
    async fn connection(&mut self) -> Result<(), Closed> {
        let broken = |reason: String| Closed { code: None, reason };
        let opened = tokio::time::timeout(CONNECT_PATIENCE, open(&self.address, Some("dugout.v1"))).await;
        let mut socket =
            opened.map_err(|_| broken("no handshake".into()))?.map_err(|error| broken(error.to_string()))?;
        send(&mut socket, &json!({"type": "hello", "token": self.token, "client": "torture/1"})).await?;
        let welcome = next_frame(&mut socket).await?;
        assert_eq!(welcome["type"], "welcome", "{}: {welcome}", self.name);
        self.tables.values_mut().for_each(Table::forget_connection);
        self.join_all(&mut socket).await?;
        for sent in self.unanswered.values_mut() {
            sent.at = Instant::now();
            send(&mut socket, &sent.frame).await?;
            self.record.count("commands sent again");
        }
        loop {
            let orders = *self.orders.borrow_and_update();
            if orders.leave && self.unanswered.is_empty() {
                return Ok(());
            }
            if orders.cuts != self.cuts {
                self.cuts = orders.cuts;
                if self.chance.random_bool(0.5) {
                    return Err(broken("dropped by the client".into()));
                }
            }
            self.act(&mut socket, orders).await?;
            self.report("plays");
            let next_look = self.next_look();
            tokio::select! {
                frame = next_frame(&mut socket) => self.learn(&frame?),
                changed = self.orders.changed() => changed.map_err(|_| broken("nobody orders".into()))?,
                () = tokio::time::sleep(next_look) => {}
            }
        }
    }

    async fn join_all(&mut self, socket: &mut Socket) -> Result<(), Closed> {
        for (game, table) in &mut self.tables {
            if table.may_join() {
                // Now and then the whole state instead of what was missed.
                let whole = self.chance.random_bool(0.1);
                send(socket, &table.join(game, whole)).await?;
            }
        }
        Ok(())
    }

    /// Sends what is owed.
    async fn act(&mut self, socket: &mut Socket, orders: Orders) -> Result<(), Closed> {
        self.join_all(socket).await?;
        let waiting: Vec<String> = self.unanswered.values().map(|sent| sent.game.clone()).collect();
        let mut commands = Vec::new();
        for (game, table) in &mut self.tables {
            if waiting.contains(game) {
                continue;
            }
            if let Some((expect, command)) = table.next_command(orders, &mut self.chance) {
                let id = Uuid::new_v4();
                let mut frame = json!({"type": "command", "id": id, "game": game, "command": command});
                if let Some(expect) = expect {
                    frame["expect"] = json!(expect);
                }
                commands.push((id, game.clone(), frame));
            }
        }
        for (id, game, frame) in commands {
            // Before it is sent: the connection may break on the way.
            self.unanswered.insert(id, Sent { game, frame: frame.clone(), at: Instant::now() });
            send(socket, &frame).await?;
            if self.chance.random_bool(0.05) {
                self.repeat(socket).await?;
            }
        }
        Ok(())
    }

    /// Sends a command once more that was committed long ago: it must get the same answer.
    async fn repeat(&mut self, socket: &mut Socket) -> Result<(), Closed> {
        let Some((id, frame)) = self.answered.pop_front() else { return Ok(()) };
        let game = frame["game"].as_str().unwrap_or_default().to_owned();
        self.unanswered.insert(id, Sent { game, frame: frame.clone(), at: Instant::now() });
        self.record.count("answered commands sent again");
        send(socket, &frame).await
    }

    fn learn(&mut self, frame: &Value) {
        let game = frame["game"].as_str().unwrap_or_default();
        match frame["type"].as_str().expect("a frame has a type") {
            "joined" => {
                if !frame["state"].is_null() {
                    self.record.state(game, frame["seq"].as_i64().expect("a seq"), &frame["state"]);
                }
                self.table(game).joined(frame);
            }
            "events" => {
                self.record.entry(game, frame["seq"].as_i64().expect("a seq"), &frame["events"]);
                let thinks_for = self.orders.borrow().thinks_for;
                let pause = thinks_for.mul_f64(self.chance.random_range(0.5..1.5));
                self.table(game).events(frame, pause);
            }
            "committed" | "rejected" => self.answer(game, frame),
            _ => {}
        }
    }

    fn answer(&mut self, game: &str, frame: &Value) {
        let retry_after = frame["retry_after_ms"].as_u64().map(Duration::from_millis);
        let Some(id) = frame["id"].as_str().and_then(|id| id.parse::<Uuid>().ok()) else {
            assert!(retry_after.is_some(), "{}: a join was refused: {frame}", self.name);
            self.record.count("joins refused for the moment");
            self.table(game).join_refused(retry_after.unwrap_or_default());
            return;
        };
        self.record.answer(game, id, frame);
        let sent = self.unanswered.remove(&id);
        if frame["type"] == "committed" {
            let seq = frame["seq"].as_i64().expect("committed has a seq");
            self.table(game).committed(seq);
            self.answered.extend(sent.map(|sent| (id, sent.frame)));
            if self.answered.len() > ANSWERED_MAX {
                self.answered.pop_front();
            }
        } else {
            const MAY_BE: [&str; 7] =
                ["unavailable", "busy", "stale", "wrong_phase", "not_your_turn", "invalid", "game_over"];
            let code = frame["code"].as_str().unwrap_or_default();
            assert!(
                MAY_BE.contains(&code),
                "{} was refused: {frame}\n{:?}",
                self.name,
                sent.map(|s| s.frame)
            );
            self.table(game).refused(code, retry_after);
        }
    }

    fn table(&mut self, game: &str) -> &mut Table {
        self.tables.get_mut(game).unwrap_or_else(|| panic!("a frame about a game nobody asked for: {game}"))
    }

    /// How long until something may be due.
    fn next_look(&self) -> Duration {
        let due = self.tables.values().filter_map(Table::due).min();
        due.map_or(IDLE, |due| due.saturating_duration_since(Instant::now()).min(IDLE))
            .max(Duration::from_millis(2))
    }

    fn report(&self, what: &str) {
        let mut stand = self.standing.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all_joined = self.tables.values().all(|table| table.is_joined);
        stand.settled = if all_joined { stand.settled.or_else(|| Some(Instant::now())) } else { None };
        stand.waits_since = self.unanswered.values().map(|sent| sent.at).min();
        stand.games_open = self.tables.values().filter(|table| !table.is_over()).count();
        let oldest = self.unanswered.values().min_by_key(|sent| sent.at);
        let oldest =
            oldest.map(|sent| format!("{:?} without an answer to {}", sent.at.elapsed(), sent.frame));
        let apart: Vec<_> =
            self.tables.iter().filter(|(_, table)| !table.is_joined).map(|(game, _)| game.as_str()).collect();
        stand.what = format!("{}: {what}; not joined: {apart:?}; {}", self.name, oldest.unwrap_or_default());
    }
}

async fn send(socket: &mut Socket, frame: &Value) -> Result<(), Closed> {
    let sent = tokio::time::timeout(CONNECT_PATIENCE, socket.send(Message::text(frame.to_string()))).await;
    match sent {
        Ok(sent) => sent.map_err(|error| Closed { code: None, reason: error.to_string() }),
        Err(_) => Err(Closed { code: None, reason: "nothing can be written".to_owned() }),
    }
}
