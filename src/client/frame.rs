//! Frames from the host, as a client reads them. What it does not know it passes over.

use super::refusal::Refusal;
use crate::id::{CommandId, GameId, Seq};
use crate::protocol::{ConnectedUser, GameView, Limits, SeatOrSpectator, User};
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
        /// How often the host pings, in milliseconds.
        heartbeat_ms: u64,
        /// What we have to keep to.
        limits: Limits,
    },
    /// Answers `join`; without a state the entries since then follow.
    Joined {
        /// The game.
        game: GameId,
        /// Where we sit.
        seat: SeatOrSpectator,
        /// The last entry of the state; without one, the last that we have.
        seq: Seq,
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
    /// Who follows a game now.
    Presence {
        /// The game.
        game: GameId,
        /// Who; of a crowd only the first.
        connected_users: Vec<ConnectedUser>,
        /// How many.
        connected_count: usize,
    },
    /// The game lives on another host; the connection is about to close.
    Moved {
        /// The game.
        game: GameId,
        /// Where, if that is known.
        url: Option<String>,
    },
    /// The host is about to stop.
    Draining {
        /// When to come back, in milliseconds.
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
    code: String,
    message: String,
    field: Option<String>,
    retry_after_ms: Option<u64>,
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let Refused { code, message, field, retry_after_ms, .. } = refused;
        Self { code: code.parse().ok(), field, message, retry_after_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{committed, draining, events, moved, presence, rejected};
    use crate::rules::rejection::{Rejection, RejectionCode};

    fn read(frame: &[u8]) -> HostFrame {
        serde_json::from_slice(frame).expect("a frame")
    }

    #[test]
    fn what_hosts_send_is_read() {
        let (game, id) = (GameId::generate(), CommandId::generate());
        assert!(matches!(read(&committed(id, game, Seq(3))), HostFrame::Committed { seq: Seq(3), .. }));
        let entry = read(&events(game, Seq(4), r#"[{"kind":"game_started"}]"#));
        assert!(matches!(entry, HostFrame::Events { seq: Seq(4), events, .. } if events.len() == 1));
        assert!(matches!(read(&draining(7)), HostFrame::Draining { retry_after_ms: 7 }));
        assert!(matches!(read(&moved(game, None)), HostFrame::Moved { url: None, .. }));
        assert!(matches!(read(&presence(game, &[], 9)), HostFrame::Presence { connected_count: 9, .. }));
        let rejection = Rejection::later(RejectionCode::Busy, "later", 50);
        let HostFrame::Rejected(refused) = read(&rejected(Some(id), Some(game), None, &rejection)) else {
            panic!("a refusal");
        };
        assert_eq!((refused.id, refused.game), (Some(id), Some(game)));
        let refusal = Refusal::from(refused);
        assert!(refusal.passes() && refusal.retry_after_ms == Some(50));
    }

    #[test]
    fn what_a_newer_host_says_is_passed_over() {
        assert!(matches!(read(br#"{"type":"applause","loud":true}"#), HostFrame::Other));
        let text =
            br#"{"type":"rejected","id":null,"game":null,"seq":null,"code":"rained_out","message":"Rain."}"#;
        let HostFrame::Rejected(refused) = read(text) else { panic!("a refusal") };
        let refusal = Refusal::from(refused);
        assert_eq!((refusal.code, refusal.message.as_str()), (None, "Rain."));
    }
}
