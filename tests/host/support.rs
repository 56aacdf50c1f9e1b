//! A host on an SQLite database of its own, and people who sit in it.

use dugout::config::HostSettings;
use dugout::host::audience::ConnectionId;
use dugout::host::chance::Chance;
use dugout::host::clock::Clock;
use dugout::host::faults::Faults;
use dugout::host::outbox::{Outbox, OutboxReceiver, Outgoing};
use dugout::host::{Announced, Host, HostParts, NotCommitted};
use dugout::id::{CommandId, GameId, InstallationId, Seq, UserId};
use dugout::league::League;
use dugout::protocol::{NewGame, Role, User};
use dugout::rules::command::{Command, RunnerDecision};
use dugout::rules::decision::{DefensiveDecision, OffensiveDecision};
use dugout::rules::vocabulary::{DecisionPhase, Side};
use dugout::store::{Store, StoreSettings};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// A host with its data.
pub struct Hosted {
    pub host: Host,
    pub store: Store,
    _folder: TempDir,
}

/// Starts a host whose AI managers do not pause.
pub async fn start(faults: Faults) -> Hosted {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let store = open(&format!("sqlite:{}", folder.path().join("dugout.sqlite").display())).await;
    Hosted { host: start_with(&store, faults).await, store, _folder: folder }
}

/// Starts a host on this database.
pub async fn start_on(url: &str, faults: Faults) -> Host {
    start_with(&open(url).await, faults).await
}

async fn open(url: &str) -> Store {
    let url = url.parse().expect("a database URL");
    let settings = StoreSettings { pool_size: 2, ..StoreSettings::default() };
    Store::open(&url, &settings).await.expect("the database opens")
}

async fn start_with(store: &Store, faults: Faults) -> Host {
    let settings = HostSettings { ai_pause_ms: 0, ..HostSettings::default() };
    let parts = HostParts {
        store: Arc::new(store.clone()),
        announced: Announced { installation: InstallationId::generate(), public_url: None },
        league: League::bundled(),
        settings,
        clock: Clock::system(),
        chance: Chance::system(),
        faults,
    };
    Host::start(parts).await.expect("the host starts")
}

pub fn user(name: &str) -> User {
    User { id: UserId::generate(), name: name.into(), role: Role::Manager }
}

/// A game between `manager` at home and an AI.
pub async fn game_against_ai(host: &Host, manager: &User) -> GameId {
    let request = json!({"home_team_id": 1, "away_team_id": 2, "away_team_is_ai": true});
    let request = NewGame::parse(request).expect("a valid request");
    host.create_game(request, manager).await.expect("the game is created").game_id
}

/// A connection that follows one game.
pub struct Follower {
    frames: OutboxReceiver,
    pub last_seq: i64,
}

impl Follower {
    pub async fn join(host: &Host, game: GameId, user: &User) -> Self {
        let (outbox, frames) = Outbox::new(1_024);
        host.join(game, user, ConnectionId::generate(), outbox, None).await.expect("joins");
        let mut follower = Self { frames, last_seq: 0 };
        let joined = follower.next("joined").await;
        follower.last_seq = joined["seq"].as_i64().expect("joined has a seq");
        follower
    }

    /// The next frame of this type; entries passed on the way must come without holes.
    pub async fn next(&mut self, kind: &str) -> Value {
        loop {
            let waiting = tokio::time::timeout(Duration::from_secs(20), self.frames.recv());
            let outgoing = waiting.await.unwrap_or_else(|_| panic!("no {kind} within 20 s"));
            let Some(Outgoing::Frame(frame)) = outgoing else { panic!("closed while waiting for {kind}") };
            let frame: Value = serde_json::from_slice(&frame).expect("a frame is JSON");
            if frame["type"] == "events" {
                assert_eq!(frame["seq"], self.last_seq + 1, "entries come without holes");
                self.last_seq += 1;
            }
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// Waits for entry `seq`.
    pub async fn reach(&mut self, seq: Seq) {
        while self.last_seq < seq.0 {
            self.next("events").await;
        }
    }
}

/// Gives the command that `user`, at home, owes now; none when it is not his turn.
pub async fn act(host: &Host, game: GameId, user: &User) -> Option<Result<Seq, NotCommitted>> {
    let (state, _, _) = host.committed_state(game).await.expect("the state is readable");
    let command = match (state.decision_phase, state.pending_decision.as_ref().map(|pending| pending.side)) {
        (DecisionPhase::AwaitingStart, _) => Command::Start {},
        (DecisionPhase::AwaitingDefensive, Some(Side::Home)) => {
            Command::DefensiveDecision(DefensiveDecision::default())
        }
        (DecisionPhase::AwaitingOffensive, Some(Side::Home)) => {
            Command::OffensiveDecision(OffensiveDecision::default())
        }
        (DecisionPhase::AwaitingRoll, Some(Side::Home)) => Command::Roll {},
        (DecisionPhase::AwaitingRunner, Some(Side::Home)) => {
            let offered = state.pending_decision.map(|pending| pending.choices).unwrap_or_default();
            let choice = offered.into_iter().next().expect("a question about a runner has a default");
            Command::RunnerDecision(RunnerDecision { choice })
        }
        _ => return None,
    };
    Some(host.command(game, user, CommandId::generate(), None, command).await)
}

/// Plays on until the home manager has given `commands` commands, or the game is over.
pub async fn play(host: &Host, game: GameId, user: &User, commands: usize) {
    let mut given = 0;
    while given < commands {
        match act(host, game, user).await {
            Some(Ok(_)) => given += 1,
            Some(Err(refused)) => panic!("refused: {refused:?}"),
            None => {
                let (state, _, _) = host.committed_state(game).await.expect("the state is readable");
                if state.is_over() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }
}
