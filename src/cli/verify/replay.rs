//! The game decided again from what its journal says. Pure: the same journal, the same answer.
//!
//! A game that began under rules of another version may have been decided otherwise, and is not changed for that: of it
//! the seed and every die are held against each other, and its commands are decided again up to the first that these rules
//! decide otherwise. What follows stands on a state that these rules do not know, and is not for them to judge.

use super::journal::{Fault, Journal, shown};
use crate::fairness::{Seed, SeededDice};
use crate::id::{GameId, Seq};
use crate::rules;
use crate::rules::card::CardBook;
use crate::rules::charts::RULES_VERSION;
use crate::rules::command::{Command, SetLineup};
use crate::rules::dice::{Dice, RecordedDice};
use crate::rules::event::Event;
use crate::rules::lineup::LineupSlot;
use crate::rules::state::{GameSetup, GameState};
use crate::rules::vocabulary::{BySide, Side};
use crate::store::canonical::canonical_json;
use crate::store::entry::{self, Entry, EntryHash};
use serde_json::{Value, json};

/// A journal that holds, in figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// The game.
    pub game_id: GameId,
    /// Entries, all of them chained.
    pub entries: usize,
    /// Dice that were thrown.
    pub dice: u64,
    /// Plays that were decided again.
    pub plays: i32,
    /// The game is over and its seed revealed: every die follows from it.
    pub seed_revealed: bool,
    /// The visitors.
    pub away_team: String,
    /// The home team.
    pub home_team: String,
    /// Runs of the visitors.
    pub away_score: u16,
    /// Runs of the home team.
    pub home_score: u16,
    /// The rules under which it began.
    pub rules_version: u16,
    /// The first entry that these rules decide otherwise; none in a game that began under them.
    pub decided_otherwise: Option<Seq>,
    /// What seals the whole journal.
    pub last_hash: EntryHash,
}

impl Verdict {
    /// Whether the game is over. Without its end nobody can tell a game under way from a journal that was cut at the end
    /// of a line.
    #[must_use]
    pub const fn is_finished(&self) -> bool {
        self.seed_revealed
    }

    /// Whether everything could be checked.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.is_finished() && self.decided_otherwise.is_none()
    }

    /// The answer for programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "holds": true, "finished": self.is_finished(), "game": self.game_id, "entries": self.entries,
            "dice": self.dice, "plays": self.plays, "seed_revealed": self.seed_revealed,
            "rules_version": self.rules_version, "decided_otherwise": self.decided_otherwise,
            "away_score": self.away_score, "home_score": self.home_score,
            "last_hash": self.last_hash.to_string(),
        })
    }
}

/// Decides a game again, whose journal was read; `tick` is called after each entry.
///
/// # Errors
/// The first entry that the rules, the dice or the revealed seed do not make as it is on record; and where the host
/// could not read a part of what it stored, that part.
pub fn verify(journal: &Journal, tick: &dyn Fn()) -> Result<Verdict, Fault> {
    let chained = journal.entries.len();
    let unreadable = journal.unreadable.as_ref().map(|(seq, reason)| {
        Fault::of(*seq, format!("its host could not read it ({reason}); the chain holds up to there"))
    });
    let Some((first, rest)) = journal.entries.split_first() else {
        return Err(unreadable.unwrap_or_else(|| Fault::of(Seq(1), "is missing")));
    };
    let Some(cards) = &journal.cards else {
        let what = format!(
            "the host could not read them: the chain of {chained} entries holds, the plays cannot be decided again"
        );
        return Err(unreadable.unwrap_or_else(|| Fault::field("cards", what)));
    };
    let (mut state, created, doubt) = begin(first, cards)?;
    let last = rest.last().unwrap_or(first);
    let seed = seed(&state.setup.seed_commitment, last)?;
    let is_finished = seed.is_some();
    let mut dice = seed.map(|seed| SeededDice::new(seed, &state.entropy, state.dice_position));
    let rules_version = state.setup.rules_version;
    let is_own = rules_version == RULES_VERSION;
    let allowed = |doubt: Option<Fault>, seq| match doubt {
        Some(fault) if is_own => Err(fault),
        doubt => Ok(doubt.map(|_| seq)),
    };
    let mut decided_otherwise = allowed(doubt, first.seq)?;
    let mut history = vec![(first.seq, created)];
    for entry in rest {
        let recorded = events(entry)?;
        if decided_otherwise.is_none() {
            let doubt = replay(&state, cards, entry, &recorded, dice.as_mut(), &history)?;
            decided_otherwise = allowed(doubt, entry.seq)?;
        }
        if let Some(dice) = dice.as_mut().filter(|_| !is_own) {
            dice_follow(&state, entry.seq, &recorded, dice)?;
        }
        state.apply_entry(entry.seq, &recorded);
        history.push((entry.seq, recorded));
        tick();
    }
    if let Some(fault) = unreadable {
        return Err(fault);
    }
    Ok(Verdict {
        game_id: state.setup.game_id,
        entries: chained,
        dice: state.dice_position,
        plays: state.play_count.0,
        seed_revealed: is_finished,
        away_team: state.setup.teams.away.name.clone(),
        home_team: state.setup.teams.home.name.clone(),
        away_score: state.score.away,
        home_score: state.score.home,
        rules_version,
        decided_otherwise,
        last_hash: last.hash,
    })
}

/// The seed that the last entry reveals; none where the game is not over.
///
/// # Errors
/// An entry that cannot be read, or a seed that is none.
pub fn revealed(last: &Entry) -> Result<Option<Seed>, Fault> {
    let revealed = events(last)?.into_iter().find_map(|event| match event {
        Event::GameCompleted { dice_seed, .. } => Some(dice_seed),
        _ => None,
    });
    let parsed = revealed.map(|seed| seed.parse());
    parsed.transpose().map_err(|error: String| Fault::of(last.seq, error))
}

/// The same, which must be the one committed to.
fn seed(commitment: &str, last: &Entry) -> Result<Option<Seed>, Fault> {
    let seed = revealed(last)?;
    if seed.as_ref().is_some_and(|seed| seed.commitment() != commitment) {
        return Err(Fault::of(last.seq, "reveals a seed that is not the one committed to before the game"));
    }
    Ok(seed)
}

/// The game as entry 1 creates it, and what speaks against that.
fn begin(first: &Entry, cards: &CardBook) -> Result<(GameState, Vec<Event>, Option<Fault>), Fault> {
    let recorded = events(first)?;
    let Some(Event::GameCreated(setup)) = recorded.first() else {
        return Err(Fault::of(first.seq, "does not create a game"));
    };
    let lineups = BySide::from_fn(|side| starters(&recorded, side));
    let today = GameSetup { rules_version: RULES_VERSION, ..GameSetup::clone(setup) };
    let again = rules::create(today, lineups, cards)
        .map_err(|rejection| Fault::of(first.seq, format!("the rules refuse it: {rejection}")))
        .map(|mut again| {
            if let Some(Event::GameCreated(created)) = again.first_mut() {
                created.rules_version = setup.rules_version;
            }
            again
        });
    let doubt = again.and_then(|again| compare(first, setup.rules_version, &recorded, &again)).err();
    let state = GameState::begin(&recorded).ok_or_else(|| Fault::of(first.seq, "does not create a game"))?;
    Ok((state, recorded, doubt))
}

fn starters(events: &[Event], wanted: Side) -> Option<SetLineup> {
    events.iter().find_map(|event| match event {
        Event::LineupSet { side, players } if *side == wanted => {
            let slots = players.iter().map(|player| LineupSlot {
                card_id: player.card_id,
                position: player.position,
                batting_order: player.batting_order,
            });
            Some(SetLineup { players: slots.collect() })
        }
        _ => None,
    })
}

/// Decides the entry's command again; what speaks against what is on record, where other events come out.
fn replay(
    state: &GameState,
    cards: &CardBook,
    entry: &Entry,
    recorded: &[Event],
    seeded: Option<&mut SeededDice>,
    history: &[(Seq, Vec<Event>)],
) -> Result<Option<Fault>, Fault> {
    let command: Command = entry
        .command()
        .map_err(|error| Fault::of(entry.seq, format!("command: {error}")))?
        .ok_or_else(|| Fault::of(entry.seq, "holds no command"))?;
    let at = entry::moment(entry.recorded_at);
    let again = match rules::rollback_target(state, entry.issuer, &command) {
        Some(to_play) => {
            let journal = history.iter().map(|(seq, events)| (*seq, events.as_slice()));
            let past = rules::state_after_play(journal, to_play).ok_or_else(|| {
                Fault::of(entry.seq, format!("goes back to play {to_play}, which is not there"))
            })?;
            rules::decide_rollback(state, &past, entry.issuer, &command, at)
        }
        None => {
            let mut on_record;
            let dice: &mut dyn Dice = match seeded {
                Some(seeded) => {
                    seeded.take_up(&state.entropy, state.dice_position);
                    seeded
                }
                None => {
                    on_record = RecordedDice::new(recorded, "");
                    &mut on_record
                }
            };
            rules::decide(state, cards, entry.issuer, &command, at, dice)
        }
    };
    let again =
        again.map_err(|rejection| Fault::of(entry.seq, format!("the rules refuse its command: {rejection}")));
    Ok(again.and_then(|again| compare(entry, state.setup.rules_version, recorded, &again)).err())
}

/// Whether the dice on record are those that the seed gives, each in its place, whatever they led to.
fn dice_follow(state: &GameState, seq: Seq, recorded: &[Event], dice: &mut SeededDice) -> Result<(), Fault> {
    dice.take_up(&state.entropy, state.dice_position);
    for event in recorded {
        let Event::DiceRolled { roll } = event else { continue };
        if roll.first_die != dice.position() {
            let what = format!("die {} comes where die {} is due", roll.first_die, dice.position());
            return Err(Fault::of(seq, what));
        }
        for (sides, face) in roll.dice.faces() {
            let (number, due) = (dice.position(), dice.die(sides));
            if due != face {
                let what = format!("die {number}, a d{sides}, is {face} on record, and {due} by the seed");
                return Err(Fault::of(seq, what));
            }
        }
    }
    Ok(())
}

/// Whether deciding again led to what is on record: to the byte, and where earlier rules wrote it, in what it says (events
/// have gained fields since, which are read as what they were before).
fn compare(entry: &Entry, rules_version: u16, recorded: &[Event], again: &[Event]) -> Result<(), Fault> {
    let value = |events| serde_json::to_value(events).map_err(|error| Fault::of(entry.seq, error));
    let again_value = value(again)?;
    let is_own = rules_version == RULES_VERSION;
    if canonical_json(&again_value) == entry.events_json || (!is_own && recorded == again) {
        return Ok(());
    }
    let recorded =
        if is_own { serde_json::from_str(&entry.events_json).unwrap_or_default() } else { value(recorded)? };
    let what =
        difference("events", &recorded, &again_value).unwrap_or_else(|| "something differs".to_owned());
    Err(Fault::of(entry.seq, format!("its command leads to other events than those on record: {what}")))
}

/// The first place in which two values differ.
fn difference(path: &str, recorded: &Value, again: &Value) -> Option<String> {
    match (recorded, again) {
        (Value::Object(old), Value::Object(new)) => {
            let kind = old.get("kind").and_then(Value::as_str);
            let path = kind.map_or_else(|| path.to_owned(), |kind| format!("{path} ({kind})"));
            let names: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
            names.into_iter().find_map(|name| {
                let (old, new) = (old.get(name), new.get(name));
                difference(
                    &format!("{path}.{name}"),
                    old.unwrap_or(&Value::Null),
                    new.unwrap_or(&Value::Null),
                )
            })
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            let mut pairs = old.iter().zip(new).enumerate();
            pairs.find_map(|(index, (old, new))| difference(&format!("{path}.{index}"), old, new))
        }
        (Value::Array(old), Value::Array(new)) => {
            Some(format!("{path} has {} items on record, {} when decided again", old.len(), new.len()))
        }
        (old, new) if old == new => None,
        (old, new) => Some(format!("{path} is {} on record, {} when decided again", shown(old), shown(new))),
    }
}

fn events(entry: &Entry) -> Result<Vec<Event>, Fault> {
    entry.events().map_err(|error| Fault::of(entry.seq, format!("events: {error}")))
}
