//! A journal as it is published: one line of canonical JSON for what was agreed, then one for each entry.
//!
//! Pure, as [`super::entry`] is: whoever publishes and whoever verifies call the same functions. The header says
//! nothing of its own. All of it follows from entry 1, which the chain seals: the cards by their digest.

use super::canonical::canonical_json;
use crate::id::{CommandId, Epoch, GameId, Seq, TeamId};
use crate::rules::card::PlayerCard;
use crate::rules::command::Command;
use crate::rules::event::Event;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::state::GameSetup;
use crate::rules::vocabulary::{LeagueId, Side};
use chrono::{DateTime, Utc};
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// The SHA-256 of a card's canonical JSON.
pub type CardHash = [u8; 32];

/// More links than entry 1 makes: a hundred players on each roster.
const LATER_LINKS: i32 = 1_000;

/// The address of a card: SHA-256 of its canonical JSON.
#[must_use]
pub fn card_hash(card: &Value) -> CardHash {
    Sha256::digest(canonical_json(card)).into()
}

/// What entry 1 says of the pinned cards, which come in the order of the rosters, the visitors' first.
///
/// # Panics
/// Never in practice: a card serializes without failing.
#[must_use]
pub fn cards_digest<'a>(cards: impl IntoIterator<Item = &'a PlayerCard>) -> String {
    digest_of(cards.into_iter().map(hash_of))
}

fn hash_of(card: &PlayerCard) -> CardHash {
    card_hash(&serde_json::to_value(card).expect("a card has string keys and finite numbers"))
}

/// The same from the cards' hashes: SHA-256 of one after the other, in lower-case hexadecimal.
#[must_use]
pub fn digest_of(hashes: impl IntoIterator<Item = CardHash>) -> String {
    let digest = hashes.into_iter().fold(Sha256::new(), |sha, hash| sha.chain_update(hash));
    hex::encode(digest.finalize())
}

/// The digest of cards of which `digest` is one, with another that is pinned later.
#[must_use]
pub fn digest_with(digest: &str, card: &PlayerCard) -> String {
    digest_with_hash(digest, hash_of(card))
}

/// The same from the card's hash: SHA-256 of the digest as it is written, and the hash.
#[must_use]
pub fn digest_with_hash(digest: &str, card: CardHash) -> String {
    hex::encode(Sha256::new().chain_update(digest).chain_update(card).finalize())
}

/// The link of a player whom entry `seq` adds to a roster; those of entry 1 are numbered from 1.
#[must_use]
pub fn link_of(seq: Seq) -> i32 {
    i32::try_from(seq.0).unwrap_or(i32::MAX).saturating_add(LATER_LINKS)
}

/// The digest of pinned cards in the order of their links.
#[must_use]
pub fn pinned_digest(links: impl IntoIterator<Item = (i32, CardHash)>) -> String {
    let (first, later): (Vec<_>, Vec<_>) = links.into_iter().partition(|(link, _)| *link <= LATER_LINKS);
    let digest = digest_of(first.into_iter().map(|(_, hash)| hash));
    later.into_iter().fold(digest, |digest, (_, hash)| digest_with_hash(&digest, hash))
}

/// The form of a whole journal.
pub struct JournalText;

impl JsonSchema for JournalText {
    fn schema_name() -> Cow<'static, str> {
        "Journal".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let line = generator.subschema_for::<JournalLine>();
        json_schema!({
            "description": "Lines of JSON: the header, then the entries. `contentSchema` is that of one line.",
            "type": "string",
            "contentMediaType": "application/x-ndjson",
            "contentSchema": line,
        })
    }
}

/// One line of a journal.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its form is asked for")]
enum JournalLine<'a> {
    Header(Header<'a>),
    Entry(EntryLine),
    Unreadable(UnreadableLine),
}

/// An entry's line.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "JournalEntry")]
pub struct EntryLine {
    /// Its number in the game: 1, 2, 3 … without holes.
    pub seq: Seq,
    /// The term of ownership in which it was written.
    pub epoch: Epoch,
    /// The client's id of the command.
    pub command_id: CommandId,
    /// In whose name the command was given: a side's manager, the operator, or the host.
    #[schemars(extend("enum" = ["away", "home", "operator", "host"]))]
    pub issuer: String,
    /// The command; null in entry 1.
    #[schemars(with = "Option<Command>")]
    pub command: Value,
    /// What it led to.
    #[schemars(with = "Vec<Event>")]
    pub events: Value,
    /// When the host accepted it.
    pub recorded_at: DateTime<Utc>,
    /// SHA-256 of the hash before it and of this line without `hash`, in hexadecimal.
    pub hash: String,
}

/// The last line of a journal that goes on, but cannot be read.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnreadableLine {
    /// The entry that cannot be read.
    pub unreadable: Seq,
    /// Why not.
    pub reason: String,
}

/// The header line.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JournalHeader")]
struct Header<'a> {
    /// The game.
    game: GameId,
    /// Its league.
    league_id: LeagueId,
    /// The home team.
    home_team_id: TeamId,
    /// The visitors.
    away_team_id: TeamId,
    /// The home team's name.
    home_team_name: &'a str,
    /// The visitors' name.
    away_team_name: &'a str,
    /// The home team's starters; null where they are named later.
    home_lineup: Option<&'a Vec<LineupPlayerState>>,
    /// The visitors' starters.
    away_lineup: Option<&'a Vec<LineupPlayerState>>,
    /// The host resolves rolls off the cards.
    auto_mode: bool,
    /// The version of the rules that the game is played by.
    rules_version: u16,
    /// SHA-256 of the dice seed, in hexadecimal.
    seed_commitment: &'a str,
    /// SHA-256 over the cards' hashes, in hexadecimal.
    cards_digest: &'a str,
    /// The cards of both rosters, the visitors' first; null where the host cannot read them.
    #[schemars(with = "Option<Vec<PlayerCard>>")]
    cards: &'a Value,
}

/// What the header line says: the facts of entry 1, and the cards with which the plays can be decided again
/// (`null` where the host cannot read them). None where the events create no game.
#[must_use]
pub fn header(created: &[Event], cards: &Value) -> Option<Value> {
    let setup: &GameSetup = created.iter().find_map(|event| match event {
        Event::GameCreated(setup) => Some(&**setup),
        _ => None,
    })?;
    let lineup = |wanted: Side| {
        created.iter().find_map(|event| match event {
            Event::LineupSet { side, players } if *side == wanted => Some(players),
            _ => None,
        })
    };
    let header = Header {
        game: setup.game_id,
        league_id: setup.league_id,
        home_team_id: setup.teams.home.team_id,
        away_team_id: setup.teams.away.team_id,
        home_team_name: &setup.teams.home.name,
        away_team_name: &setup.teams.away.name,
        home_lineup: lineup(Side::Home),
        away_lineup: lineup(Side::Away),
        auto_mode: setup.auto_mode,
        rules_version: setup.rules_version,
        seed_commitment: &setup.seed_commitment,
        cards_digest: &setup.cards_digest,
        cards,
    };
    Some(serde_json::to_value(header).expect("a header has string keys and finite numbers"))
}

/// The line that ends a journal whose entry `seq` the host cannot read.
#[must_use]
pub fn unreadable(seq: Seq, reason: &str) -> String {
    canonical_json(&UnreadableLine { unreadable: seq, reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_has_the_same_hash_however_it_is_written() {
        let one = serde_json::from_str(r#"{"b": 0.15000000000000002, "a": [1]}"#).expect("JSON");
        let same = serde_json::from_str(r#"{"a":[1],"b":0.15000000000000002}"#).expect("JSON");
        let other = serde_json::from_str(r#"{"a":[1],"b":0.15}"#).expect("JSON");
        assert_eq!(card_hash(&one), card_hash(&same));
        assert_ne!(card_hash(&one), card_hash(&other));
    }

    #[test]
    fn numbers_with_a_fraction_are_read_and_written_back_unchanged() {
        for text in
            ["0.15000000000000002", "1.1500000000000001", "107.94999999999999", "0.1", "5e-324", "10.0"]
        {
            let value: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(canonical_json(&value), text);
        }
    }

    #[test]
    fn the_digest_depends_on_the_order_of_the_cards() {
        assert_ne!(digest_of([[1; 32], [2; 32]]), digest_of([[2; 32], [1; 32]]));
        assert_eq!(digest_of([[0; 32]]), hex::encode(Sha256::digest([0; 32])));
    }
}
