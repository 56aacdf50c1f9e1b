//! What the host sends, read no further than the load needs: most of a frame is skipped.

use crate::id::{CommandId, GameId, Seq};
use crate::rules::rejection::RejectionCode;
use crate::rules::vocabulary::{DecisionPhase, Side};
use serde::Deserialize;

/// Any frame of the host.
#[derive(Deserialize, Debug)]
pub struct Frame<'a> {
    #[serde(rename = "type")]
    pub kind: &'a str,
    pub game: Option<GameId>,
    pub seq: Option<Seq>,
    pub id: Option<CommandId>,
    pub code: Option<RejectionCode>,
    pub message: Option<String>,
    pub retry_after_ms: Option<u64>,
    pub state: Option<State>,
    #[serde(borrow, default)]
    pub events: Vec<Event<'a>>,
}

/// Of a game's state only what is asked.
#[derive(Deserialize, Debug)]
pub struct State {
    pub pending_decision: Option<Request>,
}

/// What the host asks of a side.
#[derive(Clone, Deserialize, Debug)]
pub struct Request {
    pub phase: DecisionPhase,
    pub side: Side,
    pub seq: Seq,
    #[serde(default)]
    pub choices: Vec<String>,
}

/// One event; of a request its fields.
#[derive(Deserialize, Debug)]
pub struct Event<'a> {
    pub kind: &'a str,
    pub phase: Option<DecisionPhase>,
    pub side: Option<Side>,
    pub seq: Option<Seq>,
    #[serde(default)]
    pub choices: Vec<String>,
}

/// What an entry means for who plays.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    pub seq: Seq,
    /// The newest request in it.
    pub request: Option<Request>,
    /// A play was resolved.
    pub is_play: bool,
    /// The game is over.
    pub is_end: bool,
}

impl Frame<'_> {
    /// The frame as an entry, if it is one.
    pub fn entry(self) -> Option<Entry> {
        let mut entry = Entry { seq: self.seq?, ..Entry::default() };
        for event in self.events {
            match event.kind {
                "decision_requested" => entry.request = event.request(),
                "play_resolved" => entry.is_play = true,
                "game_completed" => entry.is_end = true,
                _ => {}
            }
        }
        Some(entry)
    }
}

impl Event<'_> {
    fn request(self) -> Option<Request> {
        Some(Request { phase: self.phase?, side: self.side?, seq: self.seq?, choices: self.choices })
    }
}
