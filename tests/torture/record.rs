//! What anybody was ever shown of a game, by whatever connection: the one side of the comparison with the journal.
//!
//! All clients write into the same record. An entry that two of them see differently fails the test at once.

use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The last answer to a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// It is durable, as this entry.
    Committed(i64),
    /// It changed nothing; the code says why.
    Rejected(String),
}

/// What was shown of one game.
#[derive(Default)]
pub struct Shown {
    /// Every entry that anybody received: its events as JSON text, keys in order.
    pub entries: BTreeMap<i64, String>,
    /// States that were received and not yet compared with the journal, with their entry.
    pub states: Vec<(i64, Value)>,
    /// Every command that was answered.
    pub answers: BTreeMap<Uuid, Answer>,
}

/// What was shown of all games.
#[derive(Default)]
pub struct Record {
    games: Mutex<BTreeMap<String, Shown>>,
    counts: Mutex<BTreeMap<String, u64>>,
}

impl Record {
    /// An entry was received.
    pub fn entry(&self, game: &str, seq: i64, events: &Value) {
        let text = events.to_string();
        let mut games = self.games();
        let entries = &mut games.entry(game.to_owned()).or_default().entries;
        match entries.get(&seq) {
            Some(before) => assert_eq!(*before, text, "entry {seq} of {game} was shown in two ways"),
            None => drop(entries.insert(seq, text)),
        }
        drop(games);
        self.count("frames with entries");
    }

    /// A state was received.
    pub fn state(&self, game: &str, seq: i64, state: &Value) {
        self.games().entry(game.to_owned()).or_default().states.push((seq, state.clone()));
        self.count("frames with states");
    }

    /// A command was answered.
    pub fn answer(&self, game: &str, id: Uuid, frame: &Value) {
        let answer = match frame["seq"].as_i64() {
            Some(seq) if frame["type"] == "committed" => Answer::Committed(seq),
            _ => Answer::Rejected(frame["code"].as_str().unwrap_or_default().to_owned()),
        };
        match &answer {
            Answer::Committed(_) => self.count("answers: committed"),
            Answer::Rejected(code) => self.count(&format!("answers: rejected, {code}")),
        }
        let mut games = self.games();
        let answers = &mut games.entry(game.to_owned()).or_default().answers;
        match (answers.get(&id), &answer) {
            // The host could not look it up: the database was away. What it said before stands.
            (Some(Answer::Committed(_)), Answer::Rejected(_)) if frame["retry_after_ms"].is_u64() => {}
            (Some(before), _) => {
                assert_eq!(*before, answer, "command {id} of {game} was answered in two ways");
            }
            (None, _) => drop(answers.insert(id, answer)),
        }
    }

    /// Something happened that is worth a number at the end.
    pub fn count(&self, what: &str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(what.to_owned()).or_default() += 1;
    }

    /// How often it happened.
    pub fn counted(&self, what: &str) -> u64 {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(what).copied().unwrap_or_default()
    }

    /// Everything that was counted, as lines.
    pub fn counts(&self) -> String {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(what, count)| format!("  {count:>9}  {what}\n")).collect()
    }

    /// What was shown of a game so far. The states are given once: whoever takes them compares them.
    pub fn take(&self, game: &str) -> Shown {
        let mut games = self.games();
        let shown = games.entry(game.to_owned()).or_default();
        Shown {
            entries: shown.entries.clone(),
            states: std::mem::take(&mut shown.states),
            answers: shown.answers.clone(),
        }
    }

    /// The games of which there are so many states waiting that they should be compared now.
    pub fn with_many_states(&self, states_min: usize) -> Vec<String> {
        let games = self.games();
        let many = games.iter().filter(|(_, shown)| shown.states.len() >= states_min);
        many.map(|(game, _)| game.clone()).collect()
    }

    fn games(&self) -> MutexGuard<'_, BTreeMap<String, Shown>> {
        self.games.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
