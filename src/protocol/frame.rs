//! Frames to clients, each encoded once however many read it.

use super::user::{ConnectedUser, SeatOrSpectator, User};
use super::view::GameView;
use crate::id::{CommandId, Epoch, GameId, Seq};
use crate::rules::event::Event;
use crate::rules::rejection::{Rejection, RejectionCode};
use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a client has to keep to; part of `welcome`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Limits {
    /// The largest frame the host reads.
    pub frame_bytes_max: usize,
    /// Frames a connection may send in a burst.
    pub frames_burst: u32,
    /// Frames a connection may send in the long run.
    pub frames_per_second: u32,
    /// Games a connection may follow at once.
    pub games_max: usize,
    /// Commands that may wait for their answer at once.
    pub commands_in_flight_max: usize,
}

/// What the host sends.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ServerFrame<'a> {
    /// Answers `hello`.
    Welcome {
        /// Who the client is, as its token names him.
        user: &'a User,
        /// The host's time.
        #[schemars(extend("format" = "date-time"))]
        server_time: &'a str,
        /// How often the host pings, in milliseconds.
        heartbeat_ms: u64,
        /// What the client has to keep to.
        limits: &'a Limits,
    },
    /// Answers `join`.
    Joined {
        /// The game.
        game: GameId,
        /// How the client follows it.
        seat: SeatOrSpectator,
        /// The term of ownership: another host, or the same one started anew, counts on.
        epoch: Epoch,
        /// The last entry that the state contains; without a state, the last that the client has.
        seq: Seq,
        /// The state at `seq`; null where the entries that the client lacks follow instead.
        state: Option<&'a GameView>,
    },
    /// One entry of the journal: the durable facts that one command led to. Entries are numbered 1, 2, 3 … without
    /// holes.
    #[cfg_attr(not(test), expect(dead_code, reason = "[`events`] writes it, around the journal's own text"))]
    Events {
        /// The game.
        game: GameId,
        /// The entry's number.
        seq: Seq,
        /// What happened, in order.
        events: &'a [Event],
    },
    /// A command is durable.
    Committed {
        /// The command.
        id: CommandId,
        /// The game.
        game: GameId,
        /// The entry that it led to.
        seq: Seq,
    },
    /// Something was refused, and nothing changed.
    Rejected(Rejected<'a>),
    /// Who follows a game now. Not durable, not numbered.
    Presence {
        /// The game.
        game: GameId,
        /// Who, managers first; of a crowd only the first.
        connected_users: &'a [ConnectedUser],
        /// How many.
        connected_count: usize,
    },
    /// The host is about to stop; the connection closes.
    Draining {
        /// When to come back, in milliseconds; another moment for each client.
        retry_after_ms: u64,
    },
    /// The game lives on another host; the connection closes with 4410.
    Moved {
        /// The game.
        game: GameId,
        /// The beginning of that host's URLs, where it is known.
        url: Option<&'a str>,
    },
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Rejected<'a> {
    /// The command; null where none is answered: a `join`, or a frame whose id could not be read.
    id: Option<CommandId>,
    /// The game, where it is known.
    game: Option<GameId>,
    /// Its last entry, where that is known.
    seq: Option<Seq>,
    /// The stable code.
    code: RejectionCode,
    /// What is wrong and what is allowed, for people.
    message: &'a str,
    /// The field that is wrong, dotted from the command's root.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// When to try again, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_ms: Option<u64>,
}

impl ServerFrame<'_> {
    fn encode(&self) -> Bytes {
        serde_json::to_vec(self).expect("a frame has string keys and no failing serializer").into()
    }
}

/// Answers `hello`. `server_time` is RFC 3339 in UTC.
#[must_use]
pub fn welcome(user: &User, server_time: &str, heartbeat_ms: u64, limits: &Limits) -> Bytes {
    ServerFrame::Welcome { user, server_time, heartbeat_ms, limits }.encode()
}

/// Answers `join`: the state at `seq`, or none when the entries that the client lacks follow instead. It comes unasked, and
/// without a state, to whom an operator has given another seat.
#[must_use]
pub fn joined(
    game: GameId,
    seat: SeatOrSpectator,
    epoch: Epoch,
    seq: Seq,
    state: Option<&GameView>,
) -> Bytes {
    ServerFrame::Joined { game, seat, epoch, seq, state }.encode()
}

/// One journal entry. `events_json` is the entry's list of events, as the journal holds it: it is copied, not
/// read again.
#[must_use]
pub fn events(game: GameId, seq: Seq, events_json: &str) -> Bytes {
    debug_assert!(events_json.starts_with('[') && events_json.ends_with(']'), "events are a JSON list");
    format!(r#"{{"type":"events","game":"{game}","seq":{seq},"events":{events_json}}}"#).into()
}

/// A command is durable.
#[must_use]
pub fn committed(id: CommandId, game: GameId, seq: Seq) -> Bytes {
    ServerFrame::Committed { id, game, seq }.encode()
}

/// Something was refused and nothing changed. `id` is none where no command is answered (a `join`, a frame whose
/// id could not be read); `game` and `seq` are none where they are not known.
#[must_use]
pub fn rejected(
    id: Option<CommandId>,
    game: Option<GameId>,
    seq: Option<Seq>,
    rejection: &Rejection,
) -> Bytes {
    ServerFrame::Rejected(Rejected {
        id,
        game,
        seq,
        code: rejection.code,
        message: &rejection.message,
        field: rejection.field.as_deref(),
        retry_after_ms: rejection.retry_after_ms,
    })
    .encode()
}

/// The game and the entry that a `joined` or `events` frame of this module shows its reader; none for other frames.
/// Reads only the frame's head, which [`joined`] and [`events`] write in this order.
#[must_use]
pub fn shown_seq(frame: &[u8]) -> Option<(GameId, Seq)> {
    const GAME_ID_CHARS: usize = 36;
    let heads = [r#"{"type":"events","game":""#, r#"{"type":"joined","game":""#];
    let rest = heads.iter().find_map(|head| frame.strip_prefix(head.as_bytes()))?;
    let (game, rest) = rest.split_at_checked(GAME_ID_CHARS)?;
    let key = br#""seq":"#;
    let at = rest.windows(key.len()).position(|window| window == key)?;
    let digits = &rest[at + key.len()..];
    let digits = &digits[..digits.iter().position(|byte| !byte.is_ascii_digit())?];
    Some((std::str::from_utf8(game).ok()?.parse().ok()?, std::str::from_utf8(digits).ok()?.parse().ok()?))
}

/// Who follows a game now: `connected_users` may be cut short where there are many, `connected_count` says how
/// many there are.
#[must_use]
pub fn presence(game: GameId, connected_users: &[ConnectedUser], connected_count: usize) -> Bytes {
    ServerFrame::Presence { game, connected_users, connected_count }.encode()
}

/// The game lives on another host: `url` is the beginning of that host's URLs, none where it is not known. The last
/// frame before the connection closes with 4410.
#[must_use]
pub fn moved(game: GameId, url: Option<&str>) -> Bytes {
    ServerFrame::Moved { game, url }.encode()
}

/// The host is about to stop: come back after the delay.
#[must_use]
pub fn draining(retry_after_ms: u64) -> Bytes {
    ServerFrame::Draining { retry_after_ms }.encode()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Role;
    use serde_json::{Value, json};

    fn read(frame: &Bytes) -> Value {
        serde_json::from_slice(frame).expect("a frame is JSON")
    }

    #[test]
    fn frames_have_the_fields_of_the_contract() {
        let game: GameId = "01960000-0000-7000-8000-000000000001".parse().expect("a UUID");
        let id: CommandId = "5c1f0000-0000-4000-8000-000000000002".parse().expect("a UUID");

        assert_eq!(
            read(&events(game, Seq(3), r#"[{"kind":"game_started"}]"#)),
            json!({"type": "events", "game": game, "seq": 3, "events": [{"kind": "game_started"}]})
        );
        // What the documents say of it is what is written.
        let typed = ServerFrame::Events { game, seq: Seq(3), events: &[Event::GameStarted {}] };
        assert_eq!(read(&typed.encode()), read(&events(game, Seq(3), r#"[{"kind":"game_started"}]"#)));
        assert_eq!(
            read(&committed(id, game, Seq(3))),
            json!({"type": "committed", "id": id, "game": game, "seq": 3})
        );
        let rejection = Rejection::invalid("infield_depth", "…");
        assert_eq!(
            read(&rejected(Some(id), Some(game), Some(Seq(3)), &rejection)),
            json!({"type": "rejected", "id": id, "game": game, "seq": 3, "code": "invalid",
                   "message": "…", "field": "infield_depth"})
        );
        assert_eq!(
            read(&joined(game, SeatOrSpectator::Home, Epoch(1), Seq(2), None)),
            json!({"type": "joined", "game": game, "seat": "home", "epoch": 1, "seq": 2, "state": null})
        );
        assert_eq!(
            read(&moved(game, Some("http://b.example"))),
            json!({"type": "moved", "game": game, "url": "http://b.example"})
        );
        assert_eq!(read(&draining(250)), json!({"type": "draining", "retry_after_ms": 250}));
    }

    #[test]
    fn what_a_frame_shows_is_read_off_its_head() {
        let game = GameId::generate();
        let entry = events(game, Seq(41), r#"[{"kind":"decision_requested","seq":7}]"#);
        assert_eq!(shown_seq(&entry), Some((game, Seq(41))));
        let state = joined(game, SeatOrSpectator::Away, Epoch(3), Seq(12), None);
        assert_eq!(shown_seq(&state), Some((game, Seq(12))));
        for other in [committed(CommandId::generate(), game, Seq(3)), draining(1), Bytes::new()] {
            assert_eq!(shown_seq(&other), None);
        }
    }

    #[test]
    fn welcome_names_the_user_and_the_limits() {
        let user = User { id: crate::id::UserId::generate(), name: "Ann".into(), role: Role::Manager };
        let limits = Limits {
            frame_bytes_max: 8192,
            frames_burst: 40,
            frames_per_second: 20,
            games_max: 16,
            commands_in_flight_max: 32,
        };
        let frame = read(&welcome(&user, "2026-04-01T18:00:00Z", 15_000, &limits));
        assert_eq!(frame["user"]["name"], "Ann");
        assert_eq!(frame["heartbeat_ms"], 15_000);
        assert_eq!(frame["limits"]["frame_bytes_max"], 8192);
    }
}
