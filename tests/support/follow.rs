//! What a client knows of a game from the frames it got, and the checks that every client makes on them.

use serde_json::Value;
use std::collections::BTreeMap;

/// A game that is followed.
#[derive(Clone, Debug, Default)]
pub struct Followed {
    pub seat: String,
    pub epoch: i64,
    /// The last entry that is known.
    pub seq: i64,
    /// The last entry that this client's own commands were answered with; may run ahead of `seq`.
    pub committed: i64,
    /// Every entry that was ever received, by number: its list of events.
    pub entries: BTreeMap<i64, Value>,
    /// Who owes what now.
    pub pending: Option<Pending>,
    pub is_over: bool,
}

/// A decision that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    pub phase: String,
    pub side: String,
    pub seq: i64,
    pub choices: Vec<String>,
}

impl Pending {
    /// From `pending_decision` of a state or from a `decision_requested` event; they have the same fields.
    fn read(value: &Value) -> Option<Self> {
        let word = |name: &str| value[name].as_str().map(String::from);
        let choices = value["choices"].as_array().into_iter().flatten();
        Some(Self {
            phase: word("phase")?,
            side: word("side")?,
            seq: value["seq"].as_i64()?,
            choices: choices.filter_map(|choice| choice.as_str().map(String::from)).collect(),
        })
    }
}

impl Followed {
    /// Takes a `joined` frame: the state it brings, or the promise that entries follow what is known.
    pub fn joined(&mut self, frame: &Value) {
        frame["seat"].as_str().unwrap_or_default().clone_into(&mut self.seat);
        let epoch = frame["epoch"].as_i64().unwrap_or_default();
        assert!(epoch >= self.epoch, "an older term of ownership answers: {frame}");
        self.epoch = epoch;
        let state = &frame["state"];
        if state.is_null() {
            return; // the entries after `self.seq` follow
        }
        let seq = frame["seq"].as_i64().expect("joined has a seq");
        assert!(seq >= self.seq, "the game has lost entry {} that was shown: {frame}", self.seq);
        self.seq = seq;
        self.pending = Pending::read(&state["pending_decision"]);
        self.is_over = state["status"] == "completed";
    }

    /// Takes an `events` frame: the entry that comes next, with no hole and none twice.
    pub fn events(&mut self, frame: &Value) {
        let seq = frame["seq"].as_i64().expect("events has a seq");
        assert_eq!(seq, self.seq + 1, "the entry after {} must be next: {frame}", self.seq);
        let events = &frame["events"];
        if let Some(before) = self.entries.insert(seq, events.clone()) {
            assert_eq!(&before, events, "entry {seq} has changed since it was shown");
        }
        self.seq = seq;
        for event in events.as_array().expect("events is a list") {
            match event["kind"].as_str().expect("an event has a kind") {
                "decision_requested" => {
                    self.pending = Pending::read(event);
                    assert_eq!(event["seq"], seq, "a request names the entry it is in: {frame}");
                }
                "defensive_decision_made" | "offensive_decision_made" | "dice_rolled" => self.pending = None,
                "game_completed" => {
                    self.pending = None;
                    self.is_over = true;
                }
                _ => {}
            }
        }
    }

    /// The decision that this seat owes; none while an own entry is still to be seen.
    pub fn owed(&self) -> Option<&Pending> {
        self.pending.as_ref().filter(|pending| pending.side == self.seat && self.committed <= self.seq)
    }
}
