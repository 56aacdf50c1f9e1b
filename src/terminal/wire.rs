//! Frames from the host, as a client reads them. What it does not know it passes over.

use crate::id::{CommandId, GameId, Seq};
use crate::protocol::{GameView, SeatOrSpectator, User};
use crate::rules::event::Event;
use crate::rules::rejection::{Rejection, RejectionCode};
use serde::Deserialize;
use serde_json::Value;

/// One frame from the host.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HostFrame {
    /// Answers `hello`.
    Welcome {
        /// Who we are to the host.
        user: User,
        /// How often the host pings.
        heartbeat_ms: u64,
    },
    /// Answers `join`; without a state the entries since then follow.
    Joined {
        /// The game.
        game: GameId,
        /// Where we sit.
        seat: SeatOrSpectator,
        /// The game as it stands.
        state: Option<Box<GameView>>,
    },
    /// One journal entry.
    Events {
        /// The game.
        game: GameId,
        /// Its number.
        seq: Seq,
        /// What happened, as it was sent.
        events: Vec<Value>,
    },
    /// A command is durable.
    Committed {
        /// Which.
        id: CommandId,
        /// In which entry.
        seq: Seq,
    },
    /// A command, or a `join`, is refused.
    Rejected(Refused),
    /// The host is about to stop.
    Draining {
        /// When to come back.
        retry_after_ms: u64,
    },
    /// Anything else.
    #[serde(other)]
    Other,
}

/// A refusal with what it is about.
#[derive(Debug, Deserialize)]
pub struct Refused {
    /// The command; none for a `join`.
    pub id: Option<CommandId>,
    /// The game.
    pub game: Option<GameId>,
    /// Stable code.
    pub code: RejectionCode,
    /// What is wrong and what is allowed.
    pub message: String,
    /// The field that is wrong.
    pub field: Option<String>,
    /// When to try again.
    pub retry_after_ms: Option<u64>,
}

impl From<Refused> for Rejection {
    fn from(refused: Refused) -> Self {
        let Refused { code, message, field, retry_after_ms, .. } = refused;
        Self { code, message, field, retry_after_ms }
    }
}

/// The events of an entry that this program knows; a newer host may tell of others.
pub fn known(events: &[Value]) -> Vec<Event> {
    events.iter().filter_map(|event| serde_json::from_value(event.clone()).ok()).collect()
}
