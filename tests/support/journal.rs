//! The journal as it is published, and what must hold of it: no holes, each command once, an unbroken chain of
//! hashes, and that folding it gives the game. Folding uses the crate's rules, which is the point: replay is proof.

use super::http::Http;
use super::manager::Manager;
use dugout::id::Seq;
use dugout::rules::event::Event;
use dugout::rules::state::GameState;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A game's journal: the header line, and the entries in order.
pub struct Journal {
    pub header: Value,
    pub entries: Vec<Value>,
}

impl Journal {
    /// Fetches it, and checks what must hold of every journal.
    pub async fn fetch(http: &Http, game: &str) -> Self {
        let answer = http.get_patiently(&format!("/api/v1/games/{game}/journal")).await;
        assert!(answer.status.is_success(), "{answer:?}");
        let journal = Self::parse(&answer.text);
        journal.check(game);
        journal
    }

    /// Reads it from its lines.
    pub fn parse(text: &str) -> Self {
        let mut lines = text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON"));
        let header: Value = lines.next().expect("a header line");
        Self { header, entries: lines.collect() }
    }

    /// Its lines, as they are published.
    pub fn to_text(&self) -> String {
        std::iter::once(&self.header).chain(&self.entries).map(|line| format!("{line}\n")).collect()
    }

    fn check(&self, game: &str) {
        self.check_chain(game);
        let mut commands: BTreeMap<&str, i64> = BTreeMap::new();
        let mut epoch = 0;
        for (index, entry) in self.entries.iter().enumerate() {
            let seq = entry["seq"].as_i64().expect("an entry has a seq");
            assert_eq!(seq, index as i64 + 1, "a hole in the journal of {game}");
            let entry_epoch = entry["epoch"].as_i64().expect("an entry has an epoch");
            assert!(
                entry_epoch >= epoch,
                "entry {seq} of {game} belongs to an older term than the one before"
            );
            epoch = entry_epoch;
            if let Some(id) = entry["command_id"].as_str() {
                let twice = commands.insert(id, seq);
                assert_eq!(twice, None, "command {id} is in {game} twice, again as entry {seq}");
            }
        }
    }

    /// Each entry's hash is SHA-256 of the hash before it and the entry's canonical JSON without its own.
    fn check_chain(&self, game: &str) {
        let mut previous = vec![0; 32];
        for entry in &self.entries {
            let digest = sealed(&previous, entry);
            assert_eq!(entry["hash"], hex::encode(&digest), "the chain of {game} breaks at {entry}");
            previous = digest;
        }
    }

    /// Gives every entry the hash that its content asks for, as somebody would who has changed one.
    pub fn chain_anew(&mut self) {
        let mut previous = vec![0; 32];
        for entry in &mut self.entries {
            previous = sealed(&previous, entry);
            entry["hash"] = Value::from(hex::encode(&previous));
        }
    }

    /// The events of entry `seq`.
    pub fn events(&self, seq: i64) -> &Value {
        &self.entries[usize::try_from(seq - 1).expect("seqs start at 1")]["events"]
    }

    /// The entry with this command.
    pub fn seq_of(&self, command_id: &str) -> Option<i64> {
        let entry = self.entries.iter().find(|entry| entry["command_id"] == command_id);
        entry.and_then(|entry| entry["seq"].as_i64())
    }

    /// The state after entry `seq`, folded from the first entry on.
    pub fn fold(&self, seq: i64) -> GameState {
        let read = |entry: &Value| -> Vec<Event> {
            serde_json::from_value(entry["events"].clone()).unwrap_or_else(|error| panic!("{error}: {entry}"))
        };
        let mut entries = self.entries.iter().take(usize::try_from(seq).expect("seqs are positive"));
        let first = read(entries.next().expect("a game has a first entry"));
        let mut state = GameState::begin(&first).expect("the first entry creates the game");
        for entry in entries {
            state.apply_entry(Seq(entry["seq"].as_i64().expect("an entry has a seq")), &read(entry));
        }
        state
    }

    /// Every event of one kind, in order.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        let events = self.entries.iter().flat_map(|entry| entry["events"].as_array().into_iter().flatten());
        events.filter(move |event| event["kind"] == kind)
    }

    /// Fails unless everything this client was ever shown of the game is in the journal as it was shown.
    pub fn assert_contains_what_was_shown(&self, manager: &Manager, game: &str) {
        for (seq, events) in &manager.game(game).entries {
            assert!(
                *seq <= self.entries.len() as i64,
                "{} was shown entry {seq}, which is lost",
                manager.name
            );
            assert_eq!(self.events(*seq), events, "entry {seq} is not what {} was shown", manager.name);
        }
        for (id, answer) in manager.answers.iter().filter(|(_, answer)| answer["game"] == game) {
            let stored = self.seq_of(&id.to_string());
            let expected = (answer["type"] == "committed").then(|| answer["seq"].as_i64()).flatten();
            assert_eq!(stored, expected, "{} was answered {answer}", manager.name);
        }
    }
}

/// The hash of an entry that follows the one with hash `previous`.
fn sealed(previous: &[u8], entry: &Value) -> Vec<u8> {
    let mut content = entry.clone();
    content.as_object_mut().and_then(|fields| fields.remove("hash"));
    // serde_json keeps keys in alphabetical order and writes no spaces: that is the canonical form.
    Sha256::new().chain_update(previous).chain_update(content.to_string()).finalize().to_vec()
}

/// Fails unless the served `state` is the folded one, field by field as far as both name it.
#[track_caller]
pub fn assert_same_state(served: &Value, folded: &GameState) {
    let folded = wire_form(folded);
    for (field, value) in folded.as_object().expect("a state is an object") {
        assert_eq!(
            &without_names(&served[field]),
            value,
            "`{field}` of the served state differs from the folded one"
        );
    }
}

/// The folded state in the words of the wire, without the players' names, which are not in the journal.
fn wire_form(state: &GameState) -> Value {
    let view = dugout::protocol::GameView::new(state, &dugout::rules::card::CardBook::default());
    without_names(&serde_json::to_value(view).expect("a view is JSON"))
}

fn without_names(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| *name != "name");
            kept.map(|(name, value)| (name.clone(), without_names(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_names).collect(),
        other => other.clone(),
    }
}
