//! The check itself, on the lines of a journal. Pure: the same lines, the same answer.

use crate::fairness::{Seed, SeededDice};
use crate::id::{CommandId, Epoch, GameId, Seq};
use crate::rules;
use crate::rules::card::{CardBook, PlayerCard};
use crate::rules::command::{Command, SetLineup};
use crate::rules::dice::{Dice, RecordedDice};
use crate::rules::event::Event;
use crate::rules::lineup::LineupSlot;
use crate::rules::state::{GameSetup, GameState};
use crate::rules::vocabulary::{BySide, Side};
use crate::store::entry::{self, Entry, EntryHash, canonical_json};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;

/// A journal that holds, in figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    pub game_id: GameId,
    pub entries: usize,
    pub dice: u64,
    pub plays: i32,
    pub seed_revealed: bool,
    pub away_team: String,
    pub home_team: String,
    pub away_score: u16,
    pub home_score: u16,
}

impl Verdict {
    pub fn to_json(&self) -> Value {
        json!({
            "holds": true, "game": self.game_id, "entries": self.entries, "dice": self.dice,
            "plays": self.plays, "seed_revealed": self.seed_revealed,
            "away_score": self.away_score, "home_score": self.home_score,
        })
    }
}

/// The first thing that does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The entry; none when it is the journal as a whole.
    pub seq: Option<Seq>,
    pub what: String,
}

impl Fault {
    fn of(seq: Seq, what: impl Display) -> Self {
        Self { seq: Some(seq), what: what.to_string() }
    }

    fn whole(what: impl Display) -> Self {
        Self { seq: None, what: what.to_string() }
    }

    pub fn to_json(&self) -> Value {
        json!({"holds": false, "entry": self.seq, "what": self.what})
    }
}

/// The header line, as far as it is needed.
#[derive(Deserialize)]
struct Header {
    game: GameId,
    seed_commitment: String,
    cards: Vec<PlayerCard>,
}

/// An entry's line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: Seq,
    epoch: Epoch,
    command_id: CommandId,
    issuer: String,
    command: Value,
    events: Value,
    recorded_at: DateTime<Utc>,
    hash: String,
}

/// Recomputes a game from its journal's lines.
pub fn verify<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Verdict, Fault> {
    let mut lines = lines.into_iter().filter(|line| !line.trim().is_empty());
    let header = lines.next().ok_or_else(|| Fault::whole("it is empty"))?;
    let header: Header =
        serde_json::from_str(header).map_err(|error| Fault::whole(format!("the header line: {error}")))?;
    let entries = chain(lines)?;
    let seed = seed(&header, &entries)?;
    let cards = CardBook::new(header.cards.into_iter().map(Arc::new));
    let (first, rest) = entries.split_first().ok_or_else(|| Fault::whole("it has no entries"))?;
    let mut state = begin(first, &cards, header.game, &header.seed_commitment)?;
    let mut history = vec![(first.seq, events(first)?)];
    for entry in rest {
        let recorded = replay(&mut state, &cards, entry, seed.as_ref(), &history)?;
        history.push((entry.seq, recorded));
    }
    Ok(Verdict {
        game_id: header.game,
        entries: entries.len(),
        dice: state.dice_position,
        plays: state.play_count.0,
        seed_revealed: seed.is_some(),
        away_team: state.setup.teams.away.name.clone(),
        home_team: state.setup.teams.home.name.clone(),
        away_score: state.score.away,
        home_score: state.score.home,
    })
}

/// The entries, once they are known to be complete, in order and unchanged.
fn chain<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Vec<Entry>, Fault> {
    let (mut previous, mut epoch, mut ids) = (EntryHash::GENESIS, Epoch(0), BTreeSet::new());
    let mut entries: Vec<Entry> = Vec::new();
    for (line, seq) in lines.zip((1..).map(Seq)) {
        let entry = entry(line, seq)?;
        if entry.seq != seq {
            return Err(Fault::of(seq, format!("is missing; entry {} stands in its place", entry.seq)));
        }
        if entry.epoch < epoch {
            return Err(Fault::of(seq, "was written by a host that no longer owned the game"));
        }
        if !ids.insert(entry.command_id) {
            return Err(Fault::of(seq, format!("holds command {} for the second time", entry.command_id)));
        }
        if entry.chained_to(&previous) != entry.hash {
            return Err(Fault::of(seq, "or the hash before it was changed: its hash does not follow"));
        }
        (previous, epoch) = (entry.hash, entry.epoch);
        entries.push(entry);
    }
    Ok(entries)
}

fn entry(text: &str, seq: Seq) -> Result<Entry, Fault> {
    let line: Line = serde_json::from_str(text).map_err(|error| Fault::of(seq, error))?;
    let issuer = entry::issuer(&line.issuer).ok_or_else(|| {
        Fault::of(seq, format!("issuer: `{}` is none of away, home, operator, host", line.issuer))
    })?;
    let mut hash = [0; 32];
    hex::decode_to_slice(&line.hash, &mut hash)
        .map_err(|error| Fault::of(line.seq, format!("hash: {error}")))?;
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

/// The seed revealed by the last entry, if the game is over: it must be the one committed to.
fn seed(header: &Header, entries: &[Entry]) -> Result<Option<Seed>, Fault> {
    let Some(last) = entries.last() else { return Ok(None) };
    let revealed = events(last)?.into_iter().find_map(|event| match event {
        Event::GameCompleted { dice_seed, .. } => Some(dice_seed),
        _ => None,
    });
    let Some(revealed) = revealed else { return Ok(None) };
    let seed: Seed = revealed.parse().map_err(|error: String| Fault::of(last.seq, error))?;
    if seed.commitment() != header.seed_commitment {
        return Err(Fault::of(last.seq, "reveals a seed that is not the one committed to before the game"));
    }
    Ok(Some(seed))
}

/// The game as entry 1 creates it.
fn begin(first: &Entry, cards: &CardBook, game: GameId, commitment: &str) -> Result<GameState, Fault> {
    let recorded = events(first)?;
    let Some(Event::GameCreated(setup)) = recorded.first() else {
        return Err(Fault::of(first.seq, "does not create a game"));
    };
    if setup.game_id != game || setup.seed_commitment != commitment {
        return Err(Fault::of(first.seq, "creates another game than the header line says"));
    }
    let lineups = BySide::from_fn(|side| starters(&recorded, side));
    let again = rules::create(GameSetup::clone(setup), lineups, cards)
        .map_err(|rejection| Fault::of(first.seq, format!("the rules refuse it: {rejection}")))?;
    compare(first, &again)?;
    GameState::begin(&recorded).ok_or_else(|| Fault::of(first.seq, "does not create a game"))
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

/// Decides the entry's command again, and applies it when the same events come out.
fn replay(
    state: &mut GameState,
    cards: &CardBook,
    entry: &Entry,
    seed: Option<&Seed>,
    history: &[(Seq, Vec<Event>)],
) -> Result<Vec<Event>, Fault> {
    let recorded = events(entry)?;
    let command: Command = entry
        .command()
        .map_err(|error| Fault::of(entry.seq, format!("command: {error}")))?
        .ok_or_else(|| Fault::of(entry.seq, "holds no command"))?;
    let again = match rules::rollback_target(state, entry.issuer, &command) {
        Some(to_play) => {
            let journal = history.iter().map(|(seq, events)| (*seq, events.as_slice()));
            let past = rules::state_after_play(journal, to_play).ok_or_else(|| {
                Fault::of(entry.seq, format!("goes back to play {to_play}, which is not there"))
            })?;
            rules::decide_rollback(state, &past, entry.issuer, &command)
        }
        None => {
            let mut dice: Box<dyn Dice> = match seed {
                Some(seed) => Box::new(SeededDice::new(seed.clone(), &state.entropy, state.dice_position)),
                None => Box::new(RecordedDice::new(&recorded, "")),
            };
            rules::decide(state, cards, entry.issuer, &command, &mut *dice)
        }
    };
    let again = again
        .map_err(|rejection| Fault::of(entry.seq, format!("the rules refuse its command: {rejection}")))?;
    compare(entry, &again)?;
    state.apply_entry(entry.seq, &recorded);
    Ok(recorded)
}

/// Whether deciding again led to what is on record.
fn compare(entry: &Entry, again: &[Event]) -> Result<(), Fault> {
    let again = serde_json::to_value(again).map_err(|error| Fault::of(entry.seq, error))?;
    if canonical_json(&again) == entry.events_json {
        return Ok(());
    }
    let recorded: Vec<Value> = serde_json::from_str(&entry.events_json).unwrap_or_default();
    let decided = again.as_array().map(Vec::as_slice).unwrap_or_default();
    let differs = recorded.iter().zip(decided).find(|(old, new)| old != new);
    let kind = differs.map_or("the number of events", |(old, _)| old["kind"].as_str().unwrap_or("an event"));
    Err(Fault::of(
        entry.seq,
        format!("its command leads to other events than those on record ({kind} differs)"),
    ))
}

fn events(entry: &Entry) -> Result<Vec<Event>, Fault> {
    entry.events().map_err(|error| Fault::of(entry.seq, format!("events: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::league::League;
    use crate::manager;
    use crate::rules::charts::RULES_VERSION;
    use crate::rules::command::Issuer;
    use crate::rules::state::{GameSettings, TeamSetup};
    use crate::rules::vocabulary::{AiDifficulty, GameMode, LeagueId, Visibility};
    use crate::store::entry::EntryParts;

    /// A one-inning game between two AI managers, as its journal is published.
    async fn journal() -> Vec<String> {
        let seed = Seed::new([9; 32]);
        let league = League::bundled();
        let teams = BySide {
            away: league.team(LeagueId::Pd, crate::id::TeamId(2)).await.expect("Houston"),
            home: league.team(LeagueId::Pd, crate::id::TeamId(1)).await.expect("Washington"),
        };
        let cards: Vec<_> = teams.iter().flat_map(|(_, team)| team.players.clone()).collect();
        let setup = GameSetup {
            game_id: GameId::generate(),
            league_id: LeagueId::Pd,
            teams: BySide::from_fn(|side| TeamSetup {
                team_id: teams[side].team_id,
                name: teams[side].name.clone(),
                is_ai: true,
                roster: teams[side].players.iter().map(|card| card.card_id).collect(),
            }),
            ai_difficulty: AiDifficulty::Medium,
            auto_mode: true,
            game_mode: GameMode::Exhibition,
            visibility: Visibility::Public,
            settings: GameSettings { innings: 1, ..GameSettings::default() },
            seed_commitment: seed.commitment(),
            rules_version: RULES_VERSION,
        };
        let header = json!({"game": setup.game_id, "seed_commitment": setup.seed_commitment, "cards": cards});
        let lineups = BySide::from_fn(|side| Some(teams[side].lineup.clone()));
        play(setup, lineups, &CardBook::new(cards), &seed, header.to_string())
    }

    fn play(
        setup: GameSetup,
        lineups: BySide<Option<SetLineup>>,
        cards: &CardBook,
        seed: &Seed,
        header: String,
    ) -> Vec<String> {
        let created = rules::create(setup, lineups, cards).expect("a legal game");
        let mut state = GameState::begin(&created).expect("a game");
        let mut lines = vec![header];
        let mut previous = EntryHash::GENESIS;
        let mut write = |seq, issuer, command: Option<&Command>, events: &[Event]| {
            let command_id = CommandId::generate();
            let recorded_at = Utc::now();
            let parts = EntryParts { seq, epoch: Epoch(1), command_id, issuer, command, events, recorded_at };
            let entry = Entry::seal(&previous, &parts);
            previous = entry.hash;
            lines.push(entry.line());
        };
        write(Seq(1), Issuer::Host, None, &created);
        while !state.is_over() {
            let side = state.pending_decision.as_ref().map_or(Side::Home, |pending| pending.side);
            let command = manager::choose(&state, cards, side).unwrap_or(Command::Start {});
            let mut dice = SeededDice::new(seed.clone(), &state.entropy, state.dice_position);
            let issuer = Issuer::Manager(side);
            let events = rules::decide(&state, cards, issuer, &command, &mut dice).expect("a legal command");
            let seq = state.seq.next();
            write(seq, issuer, Some(&command), &events);
            state.apply_entry(seq, &events);
        }
        lines
    }

    fn verify_lines(lines: &[String]) -> Result<Verdict, Fault> {
        verify(lines.iter().map(String::as_str))
    }

    /// Seals a journal anew after it was changed, as a forger with the program would.
    fn seal_again(lines: &mut [String]) {
        let mut previous = EntryHash::GENESIS;
        for (text, seq) in lines.iter_mut().skip(1).zip((1..).map(Seq)) {
            let mut forged = entry(text, seq).expect("still an entry");
            forged.hash = forged.chained_to(&previous);
            previous = forged.hash;
            *text = forged.line();
        }
    }

    #[tokio::test]
    async fn a_played_game_holds() {
        let lines = journal().await;
        let verdict = verify_lines(&lines).expect("the journal holds");
        assert_eq!(verdict.entries, lines.len() - 1);
        assert!(verdict.seed_revealed && verdict.plays >= 6, "{verdict:?}");
    }

    #[tokio::test]
    async fn a_game_under_way_holds_without_its_seed() {
        let lines = journal().await;
        let verdict = verify_lines(&lines[..lines.len() - 1]).expect("the journal holds");
        assert!(!verdict.seed_revealed);
    }

    #[tokio::test]
    async fn a_flipped_byte_is_caught_in_the_entry_where_it_is() {
        let lines = journal().await;
        for number in 1..lines.len() {
            let position = (number * 7919) % lines[number].len();
            let mut bytes = lines[number].clone().into_bytes();
            bytes[position] ^= 1;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            let mut changed = lines.clone();
            changed[number] = text;
            let fault = verify_lines(&changed).expect_err("must be caught");
            let seq = i64::try_from(number).expect("a journal is short");
            assert_eq!(fault.seq, Some(Seq(seq)), "byte {position}: {}", fault.what);
        }
    }

    #[tokio::test]
    async fn a_missing_entry_is_named() {
        let mut lines = journal().await;
        lines.remove(5);
        assert_eq!(verify_lines(&lines).expect_err("must be caught").seq, Some(Seq(5)));
    }

    #[tokio::test]
    async fn a_forged_die_is_caught_although_the_chain_was_sealed_again() {
        let mut lines = journal().await;
        let number = lines.iter().position(|line| line.contains("d6_one")).expect("somebody rolled");
        let at = lines[number].find("\"d6_one\":").expect("found above") + "\"d6_one\":".len();
        let face = if &lines[number][at..=at] == "6" { "5" } else { "6" };
        lines[number].replace_range(at..=at, face);
        seal_again(&mut lines);
        let fault = verify_lines(&lines).expect_err("must be caught");
        let seq = i64::try_from(number).expect("a journal is short");
        assert_eq!(fault.seq, Some(Seq(seq)), "{}", fault.what);
    }

    #[tokio::test]
    async fn another_seed_than_the_one_committed_to_is_caught() {
        let mut lines = journal().await;
        let (old, new) = (Seed::new([9; 32]).reveal(), Seed::new([8; 32]).reveal());
        let last = lines.len() - 1;
        lines[last] = lines[last].replace(&old, &new);
        seal_again(&mut lines);
        let fault = verify_lines(&lines).expect_err("must be caught");
        assert!(fault.what.contains("committed to"), "{}", fault.what);
    }
}
