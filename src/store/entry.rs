//! The journal's entries and the chain of hashes that binds them.
//!
//! Pure: `verify` recomputes with these functions what the host recorded. They know nothing of databases.

use super::canonical::canonical_json;
use crate::id::{CommandId, Epoch, Seq};
use crate::rules::command::{Command, Issuer};
use crate::rules::event::Event;
use crate::rules::moment::Moment;
use crate::rules::vocabulary::Side;
use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use sha2::{Digest, Sha256};
use std::fmt;

/// The SHA-256 that seals an entry and all before it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EntryHash(pub [u8; 32]);

impl EntryHash {
    /// What entry 1 is chained to.
    pub const GENESIS: Self = Self([0; 32]);
}

impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryHash({self})")
    }
}

/// One accepted command with the events it led to: the unit of the journal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its number in the game: 1, 2, 3 … without holes.
    pub seq: Seq,
    /// The term of ownership in which it was written; the database refuses any but the current one.
    pub epoch: Epoch,
    /// The client's id of the command: its effect is stored once.
    pub command_id: CommandId,
    /// In whose name.
    pub issuer: Issuer,
    /// The command as canonical JSON; `null` for entry 1, the creation.
    pub command_json: String,
    /// The events as canonical JSON.
    pub events_json: String,
    /// When the host accepted it, in microseconds.
    pub recorded_at: DateTime<Utc>,
    /// Seals this entry and, through the one before it, all earlier ones.
    pub hash: EntryHash,
}

/// What an entry is made of, before it is sealed.
#[derive(Clone, Copy, Debug)]
pub struct EntryParts<'a> {
    /// Its number in the game.
    pub seq: Seq,
    /// The term of ownership.
    pub epoch: Epoch,
    /// The client's id of the command.
    pub command_id: CommandId,
    /// In whose name.
    pub issuer: Issuer,
    /// The command; none for entry 1, the creation.
    pub command: Option<&'a Command>,
    /// What it led to.
    pub events: &'a [Event],
    /// When it was accepted; cut to microseconds, which is what both databases keep.
    pub recorded_at: DateTime<Utc>,
}

/// The moment of an entry, as the rules take it.
#[must_use]
pub const fn moment(recorded_at: DateTime<Utc>) -> Moment {
    Moment::from_micros(recorded_at.timestamp_micros())
}

/// The same the other way round.
#[must_use]
pub fn time(moment: Moment) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(moment.as_micros()).unwrap_or_default()
}

impl Entry {
    /// Chains a new entry to the one before it.
    #[must_use]
    pub fn seal(previous: &EntryHash, parts: &EntryParts<'_>) -> Self {
        let mut entry = Self {
            seq: parts.seq,
            epoch: parts.epoch,
            command_id: parts.command_id,
            issuer: parts.issuer,
            command_json: canonical_json(&parts.command),
            events_json: canonical_json(parts.events),
            recorded_at: parts.recorded_at.trunc_subsecs(6),
            hash: EntryHash::GENESIS,
        };
        entry.hash = entry.chained_to(previous);
        entry
    }

    /// The hash this entry must have when it follows `previous`:
    /// `SHA-256(previous || canonical JSON of the entry without its hash)`.
    #[must_use]
    pub fn chained_to(&self, previous: &EntryHash) -> EntryHash {
        let mut sha = Sha256::new();
        sha.update(previous.0);
        // The keys in canonical (alphabetical) order; the ids, the issuer and the time need no escaping.
        sha.update(format!(
            r#"{{"command":{},"command_id":"{}","epoch":{},"events":{},"issuer":"{}","recorded_at":"{}","seq":{}}}"#,
            self.command_json,
            self.command_id,
            self.epoch,
            self.events_json,
            self.issuer,
            timestamp(self.recorded_at),
            self.seq,
        ));
        EntryHash(sha.finalize().into())
    }

    /// The entry as a published journal has it, its keys in canonical order: without `hash` it is the text
    /// that the hash seals.
    #[must_use]
    pub fn line(&self) -> String {
        format!(
            r#"{{"command":{},"command_id":"{}","epoch":{},"events":{},"hash":"{}","issuer":"{}","recorded_at":"{}","seq":{}}}"#,
            self.command_json,
            self.command_id,
            self.epoch,
            self.events_json,
            self.hash,
            self.issuer,
            timestamp(self.recorded_at),
            self.seq,
        )
    }

    /// The command; none for entry 1.
    ///
    /// # Errors
    /// When the stored text is not a command of this version.
    pub fn command(&self) -> Result<Option<Command>, serde_json::Error> {
        serde_json::from_str(&self.command_json)
    }

    /// The events, in order.
    ///
    /// # Errors
    /// When the stored text is not events of this version.
    pub fn events(&self) -> Result<Vec<Event>, serde_json::Error> {
        serde_json::from_str(&self.events_json)
    }
}

/// What is wrong with the first of `entries` that does not follow the one before it, of which the number and the
/// hash are given.
#[must_use]
pub fn first_break(before: Seq, previous: EntryHash, entries: &[Entry]) -> Option<(Seq, String)> {
    let (mut before, mut previous) = (before, previous);
    for entry in entries {
        let expected = before.next();
        if entry.seq != expected {
            return Some((expected, format!("it is missing; entry {} stands in its place", entry.seq)));
        }
        if entry.chained_to(&previous) != entry.hash {
            return Some((entry.seq, "its hash does not follow from the entry before it".to_owned()));
        }
        (before, previous) = (entry.seq, entry.hash);
    }
    None
}

/// A time as the journal writes it: RFC 3339 in UTC with six decimals.
#[must_use]
pub fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The issuer that a journal names with `word`.
#[must_use]
pub fn issuer(word: &str) -> Option<Issuer> {
    [Issuer::Manager(Side::Away), Issuer::Manager(Side::Home), Issuer::Operator, Issuer::Host]
        .into_iter()
        .find(|issuer| issuer.to_string() == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parts<'a>(command: &'a Command, events: &'a [Event]) -> EntryParts<'a> {
        EntryParts {
            seq: Seq(3),
            epoch: Epoch(1),
            command_id: "5c1f0000-0000-4000-8000-000000000001".parse().unwrap(),
            issuer: Issuer::Manager(Side::Home),
            command: Some(command),
            events,
            recorded_at: "2026-04-01T18:00:00.123456789Z".parse().unwrap(),
        }
    }

    #[test]
    fn the_hash_is_of_the_canonical_json_behind_the_previous_hash() {
        let entry = Entry::seal(&EntryHash::GENESIS, &parts(&Command::Start {}, &[Event::GameStarted {}]));
        let whole = canonical_json(&json!({
            "seq": 3, "epoch": 1, "command_id": "5c1f0000-0000-4000-8000-000000000001", "issuer": "home",
            "command": {"kind": "start"}, "events": [{"kind": "game_started"}],
            "recorded_at": "2026-04-01T18:00:00.123456Z",
        }));
        let expected = Sha256::new().chain_update([0; 32]).chain_update(whole).finalize();
        assert_eq!(entry.hash, EntryHash(expected.into()));
    }

    #[test]
    fn a_changed_fact_or_predecessor_breaks_the_chain() {
        let entry = Entry::seal(&EntryHash::GENESIS, &parts(&Command::Start {}, &[Event::GameStarted {}]));
        assert_eq!(entry.chained_to(&EntryHash::GENESIS), entry.hash);
        assert_ne!(entry.chained_to(&EntryHash([1; 32])), entry.hash);
        let forged = Entry { events_json: "[]".into(), ..entry.clone() };
        assert_ne!(forged.chained_to(&EntryHash::GENESIS), entry.hash);
    }

    #[test]
    fn every_issuer_is_found_by_its_word() {
        for side in Side::ALL {
            assert_eq!(issuer(side.as_str()), Some(Issuer::Manager(*side)));
        }
        assert_eq!(issuer("operator"), Some(Issuer::Operator));
        assert_eq!(issuer("host"), Some(Issuer::Host));
        assert_eq!(issuer("umpire"), None);
    }
}
