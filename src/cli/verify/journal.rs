//! A journal's lines, read as strictly as they are written. Pure: the same bytes, the same answer.
//!
//! A line must be, byte for byte, the canonical text of what it says. So no byte of a journal can be changed unnoticed:
//! what changes the meaning breaks the chain or disagrees with entry 1, what does not is still not the host's text.

use crate::id::{CommandId, Epoch, Seq};
use crate::rules::card::{CardBook, PlayerCard};
use crate::rules::event::Event;
use crate::rules::state::GameSetup;
use crate::store::canonical::canonical_json;
use crate::store::entry::{self, Entry, EntryHash};
use crate::store::export::{self, EntryLine, UnreadableLine};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// The longest value that a message shows, in characters.
const SHOWN_CHARS_MAX: usize = 80;

/// Where a journal does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// The journal as a whole.
    Journal,
    /// The header line.
    Header,
    /// One field of the header line.
    Field(String),
    /// An entry.
    Entry(Seq),
}

/// The first thing that does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Where it is.
    pub place: Place,
    /// What is wrong.
    pub what: String,
}

impl Fault {
    pub(super) fn of(seq: Seq, what: impl fmt::Display) -> Self {
        Self { place: Place::Entry(seq), what: what.to_string() }
    }

    fn header(what: impl fmt::Display) -> Self {
        Self { place: Place::Header, what: what.to_string() }
    }

    pub(super) fn field(name: &str, what: impl fmt::Display) -> Self {
        Self { place: Place::Field(name.to_owned()), what: what.to_string() }
    }

    /// The answer for programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (entry, field) = match &self.place {
            Place::Entry(seq) => (json!(seq), Value::Null),
            Place::Field(name) => (Value::Null, json!(name)),
            Place::Header | Place::Journal => (Value::Null, Value::Null),
        };
        let header = matches!(self.place, Place::Header | Place::Field(_));
        json!({"holds": false, "entry": entry, "header": header, "header_field": field, "what": self.what})
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Journal => write!(f, "{}", self.what),
            Place::Header => write!(f, "the header line: {}", self.what),
            Place::Field(name) => write!(f, "the header line: {name}: {}", self.what),
            Place::Entry(seq) => write!(f, "entry {seq}: {}", self.what),
        }
    }
}

/// A journal whose chain holds and whose header says what entry 1 says.
#[derive(Debug)]
pub struct Journal {
    /// The cards of both rosters; none where the host could not read them.
    pub cards: Option<CardBook>,
    /// All entries, from the first.
    pub entries: Vec<Entry>,
    /// The entry that the host could not read, with which the journal ends, and why.
    pub unreadable: Option<(Seq, String)>,
}

impl Journal {
    /// Reads the lines of a journal; `tick` is called after each.
    ///
    /// # Errors
    /// The first line that is not what the host wrote.
    pub fn read(text: &[u8], tick: &dyn Fn()) -> Result<Self, Fault> {
        let mut lines = text.split_inclusive(|byte| *byte == b'\n');
        let header_line =
            lines.next().ok_or_else(|| Fault { place: Place::Journal, what: "it is empty".to_owned() })?;
        let header_text = line(header_line).map_err(Fault::header)?;
        let header: Value = serde_json::from_str(header_text).map_err(Fault::header)?;
        if canonical_json(&header) != header_text {
            return Err(Fault::header("was changed: it is not written as the host writes it"));
        }
        let header = header.as_object().ok_or_else(|| Fault::header("is no JSON object"))?;
        let mut chain = Chain::default();
        let mut journal = Self { cards: None, entries: Vec::new(), unreadable: None };
        for bytes in lines {
            let seq = chain.next_seq();
            let text = line(bytes).map_err(|what| Fault::of(seq, what))?;
            if let Some((broken, _)) = &journal.unreadable {
                return Err(Fault::of(*broken, "the host could not read it, yet the journal goes on"));
            }
            if let Some(reason) = cannot_be_read(text, seq)? {
                journal.unreadable = Some((seq, reason));
                continue;
            }
            let entry = chain.link(text)?;
            if journal.entries.is_empty() {
                journal.cards = header_agrees(header, &entry)?;
            }
            journal.entries.push(entry);
            tick();
        }
        pinned_later(header, &journal)?;
        if journal.entries.is_empty() && journal.unreadable.is_none() {
            return Err(Fault::of(Seq(1), "is missing: the journal has no entries"));
        }
        Ok(journal)
    }
}

/// A line without its end, which every line must have.
fn line(bytes: &[u8]) -> Result<&str, &'static str> {
    let text = bytes.strip_suffix(b"\n").ok_or("its line is cut off: every line ends with a line feed")?;
    std::str::from_utf8(text).map_err(|_| "its line is not UTF-8")
}

/// Why the host could not read entry `seq`, where this line says so.
fn cannot_be_read(text: &str, seq: Seq) -> Result<Option<String>, Fault> {
    let Ok(last) = serde_json::from_str::<UnreadableLine>(text) else { return Ok(None) };
    if last.unreadable != seq || export::unreadable(seq, &last.reason) != text {
        return Err(Fault::of(seq, "is missing; a line that no host writes stands in its place"));
    }
    Ok(Some(last.reason))
}

/// The chain up to some entry.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    seq: Seq,
    previous: EntryHash,
    epoch: Epoch,
    ids: BTreeSet<CommandId>,
}

impl Default for Chain {
    fn default() -> Self {
        Self { seq: Seq(0), previous: EntryHash::GENESIS, epoch: Epoch(0), ids: BTreeSet::new() }
    }
}

impl Chain {
    pub(super) fn next_seq(&self) -> Seq {
        self.seq.next()
    }

    /// The entry of the next line, once it is known to be the next one and unchanged.
    pub(super) fn link(&mut self, text: &str) -> Result<Entry, Fault> {
        let seq = self.next_seq();
        let entry = entry(text, seq)?;
        if entry.seq != seq {
            return Err(Fault::of(seq, format!("is missing; entry {} stands in its place", entry.seq)));
        }
        if entry.epoch < self.epoch {
            return Err(Fault::of(seq, "was written by a host that no longer owned the game"));
        }
        if !self.ids.insert(entry.command_id) {
            return Err(Fault::of(seq, format!("holds command {} for the second time", entry.command_id)));
        }
        if entry.chained_to(&self.previous) != entry.hash {
            return Err(Fault::of(seq, "was changed, or is another journal's: its hash does not follow"));
        }
        if entry.line() != text {
            return Err(Fault::of(seq, "was changed: it is not written as the host writes it"));
        }
        (self.seq, self.previous, self.epoch) = (seq, entry.hash, entry.epoch);
        Ok(entry)
    }
}

fn entry(text: &str, seq: Seq) -> Result<Entry, Fault> {
    let line: EntryLine = serde_json::from_str(text).map_err(|error| Fault::of(seq, error))?;
    let issuer = entry::issuer(&line.issuer).ok_or_else(|| {
        let shown = shown(&json!(line.issuer));
        Fault::of(seq, format!("issuer: {shown} is none of away, home, operator, host"))
    })?;
    let mut hash = [0; 32];
    hex::decode_to_slice(&line.hash, &mut hash).map_err(|error| Fault::of(seq, format!("hash: {error}")))?;
    Ok(Entry {
        seq: line.seq,
        epoch: line.epoch,
        command_id: line.command_id,
        issuer,
        command_json: canonical_json(&line.command),
        events_json: canonical_json(&line.events),
        recorded_at: line.recorded_at,
        hash: EntryHash(hash),
    })
}

/// The cards of the header line, which must say what `first` says and nothing else.
fn header_agrees(header: &Map<String, Value>, first: &Entry) -> Result<Option<CardBook>, Fault> {
    let events = first.events().map_err(|error| Fault::of(first.seq, format!("events: {error}")))?;
    let cards = header.get("cards").unwrap_or(&Value::Null);
    let (Some(Value::Object(sealed)), Some(Event::GameCreated(setup))) =
        (export::header(&events, cards), events.first())
    else {
        return Err(Fault::of(first.seq, "does not create a game"));
    };
    for (name, value) in &sealed {
        match header.get(name) {
            None => return Err(Fault::field(name, "is missing")),
            Some(other) if other != value => {
                let what = format!("says {}, where entry 1 says {}", shown(other), shown(value));
                return Err(Fault::field(name, what));
            }
            Some(_) => {}
        }
    }
    if let Some(name) = header.keys().find(|name| !sealed.contains_key(*name)) {
        return Err(Fault::field(name, "is nothing that entry 1 says"));
    }
    if cards.is_null() { Ok(None) } else { sealed_cards(cards, setup).map(Some) }
}

/// The cards, once they are known to be those that entry 1 seals.
fn sealed_cards(cards: &Value, setup: &GameSetup) -> Result<CardBook, Fault> {
    let list = cards.as_array().ok_or_else(|| Fault::field("cards", "is not a list"))?;
    let rosters = || setup.teams.iter().flat_map(|(_, team)| &team.roster);
    let first = rosters().count();
    if export::digest_of(list.iter().take(first).map(export::card_hash)) != setup.cards_digest {
        return Err(Fault::field("cards", "are not the cards that entry 1 seals"));
    }
    let read = list.iter().map(|card| PlayerCard::deserialize(card).map(Arc::new));
    let cards: Vec<_> = read.collect::<Result<_, _>>().map_err(|error| Fault::field("cards", error))?;
    if !cards.iter().take(first).map(|card| card.card_id).eq(rosters().copied()) {
        return Err(Fault::field("cards", "are not those of the two rosters, in their order"));
    }
    Ok(CardBook::new(cards))
}

/// The cards that came after entry 1: each is pinned by an entry, in their order, and sealed by it.
fn pinned_later(header: &Map<String, Value>, journal: &Journal) -> Result<(), Fault> {
    let (Some(cards), Some((first, rest))) =
        (header.get("cards").and_then(Value::as_array), journal.entries.split_first())
    else {
        return Ok(());
    };
    let read =
        |entry: &Entry| entry.events().map_err(|error| Fault::of(entry.seq, format!("events: {error}")));
    let Some(Event::GameCreated(setup)) = read(first)?.into_iter().next() else { return Ok(()) };
    let mut later = cards.iter().skip(setup.teams.iter().map(|(_, team)| team.roster.len()).sum());
    let mut digest = setup.cards_digest;
    for entry in rest.iter().filter(|entry| entry.events_json.contains("\"roster_added\"")) {
        for event in read(entry)? {
            let Event::RosterAdded { card_id, cards_digest, .. } = event else { continue };
            if cards_digest == digest {
                continue; // his card is among them already
            }
            let is_his = |card: &&Value| {
                card["card_id"] == json!(card_id)
                    && export::digest_with_hash(&digest, export::card_hash(card)) == cards_digest
            };
            if later.next().filter(is_his).is_none() {
                return Err(Fault::field("cards", format!("are not those that entry {} seals", entry.seq)));
            }
            digest = cards_digest;
        }
    }
    match later.next() {
        Some(_) if journal.unreadable.is_none() => {
            Err(Fault::field("cards", "has a card that no entry pins"))
        }
        _ => Ok(()),
    }
}

/// A value as a message shows it.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
