//! A journal is played, and then everything is done to it that somebody might do.

use super::journal::{Chain, Fault, Journal, Place};
use super::replay::{self, Verdict};
use crate::fairness::{Seed, SeededDice};
use crate::id::{CardId, CommandId, Epoch, GameId, Seq, TeamId};
use crate::league::{League, Team};
use crate::manager;
use crate::rules;
use crate::rules::card::{CardBook, PlayerCard};
use crate::rules::command::{Command, ContributeEntropy, Issuer};
use crate::rules::event::Event;
use crate::rules::moment::Moment;
use crate::rules::state::{GameSettings, GameSetup, GameState};
use crate::rules::vocabulary::{BySide, LeagueId, Side};
use crate::store::canonical::canonical_json;
use crate::store::entry::{Entry, EntryHash, EntryParts};
use crate::store::export;
use chrono::Utc;
use futures_util::FutureExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

mod earlier;

/// One inning between two AI managers, both of whom contributed entropy, as its journal is published.
static PLAYED: LazyLock<String> = LazyLock::new(|| play(9));
static OTHER: LazyLock<String> = LazyLock::new(|| play(10));

fn team(id: i32) -> Team {
    let team = League::bundled().team(LeagueId::Pd, TeamId(id)).now_or_never();
    team.expect("the bundled league answers at once").expect("a bundled team")
}

/// The starters and two more: a short roster makes a short header.
fn roster(team: &Team) -> Vec<Arc<PlayerCard>> {
    let starts = |id: CardId| team.lineup.players.iter().any(|slot| slot.card_id == id);
    let (starters, bench): (Vec<_>, Vec<_>) =
        team.players.iter().cloned().partition(|card| starts(card.card_id));
    starters.into_iter().chain(bench.into_iter().take(2)).collect()
}

fn setup(teams: &BySide<Team>, rosters: &BySide<Vec<Arc<PlayerCard>>>, seed: &Seed) -> GameSetup {
    let digest = export::cards_digest(rosters.iter().flat_map(|(_, roster)| roster).map(Arc::as_ref));
    let teams = BySide::from_fn(|side| teams[side].setup(&rosters[side], true));
    GameSetup {
        settings: GameSettings { innings: 1, ..GameSettings::default() },
        ..GameSetup::plain(GameId::generate(), teams, seed.commitment(), digest)
    }
}

fn play(seed: u8) -> String {
    let seed = Seed::new([seed; 32]);
    let teams = BySide { away: team(2), home: team(1) };
    let rosters = BySide::from_fn(|side| roster(&teams[side]));
    let cards: Vec<_> = rosters.iter().flat_map(|(_, roster)| roster.clone()).collect();
    let setup = setup(&teams, &rosters, &seed);
    let lineups = BySide::from_fn(|side| Some(teams[side].lineup.clone()));
    let book = CardBook::new(cards.iter().cloned());
    let created = rules::create(setup, lineups, &book).expect("a legal game");
    let header = export::header(&created, &json!(cards)).expect("a game");
    let mut lines = vec![canonical_json(&header)];
    let mut previous = EntryHash::GENESIS;
    let mut write = |seq, issuer, command: Option<&Command>, events: &[Event]| {
        let (command_id, recorded_at) = (CommandId::generate(), Utc::now());
        let parts = EntryParts { seq, epoch: Epoch(1), command_id, issuer, command, events, recorded_at };
        let entry = Entry::seal(&previous, &parts);
        previous = entry.hash;
        lines.push(entry.line());
    };
    write(Seq(1), Issuer::Host, None, &created);
    let mut state = GameState::begin(&created).expect("a game");
    let mut shares = Side::ALL.iter();
    while !state.is_over() {
        let (side, command) = match (shares.next(), &state.pending_decision) {
            (Some(side), _) => {
                let entropy = if *side == Side::Away { "ab".repeat(16) } else { "cd".repeat(64) };
                (*side, Command::ContributeEntropy(ContributeEntropy { entropy }))
            }
            (None, None) => (Side::Home, Command::Start {}),
            (None, Some(pending)) => {
                let side = pending.side;
                (side, manager::choose(&state, &book, side).expect("an answer"))
            }
        };
        let mut dice = SeededDice::new(seed.clone(), &state.entropy, state.dice_position);
        let issuer = Issuer::Manager(side);
        let events = rules::decide(&state, &book, issuer, &command, Moment::EPOCH, &mut dice)
            .expect("a legal command");
        let seq = state.seq.next();
        write(seq, issuer, Some(&command), &events);
        state.apply_entry(seq, &events);
    }
    joined(&lines)
}

fn joined(lines: &[impl AsRef<str>]) -> String {
    lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect()
}

fn lines(journal: &str) -> Vec<String> {
    journal.lines().map(str::to_owned).collect()
}

fn check(text: impl AsRef<[u8]>) -> Result<Verdict, Fault> {
    Journal::read(text.as_ref(), &|| ()).and_then(|journal| replay::verify(&journal, &|| ()))
}

/// Fails unless the journal is refused at this place.
#[track_caller]
fn assert_refused(text: impl AsRef<[u8]>, place: &Place) -> Fault {
    let fault = check(text).expect_err("must be refused");
    assert_eq!(fault.place, *place, "{fault}");
    fault
}

fn seq(number: usize) -> Seq {
    Seq(i64::try_from(number).expect("a journal is short"))
}

/// Seals entries anew after they were changed, as a forger with the program would.
fn seal_again(lines: &mut [String]) {
    let mut previous = EntryHash::GENESIS;
    for text in lines.iter_mut().skip(1) {
        let mut value: Value = serde_json::from_str(text).expect("JSON");
        value.as_object_mut().and_then(|fields| fields.remove("hash"));
        let sealed = canonical_json(&value);
        let digest = Sha256::new().chain_update(previous.0).chain_update(&sealed);
        previous = EntryHash(digest.finalize().into());
        value["hash"] = json!(previous.to_string());
        *text = canonical_json(&value);
    }
}

#[test]
fn a_played_game_holds() {
    let verdict = check(&*PLAYED).expect("the journal holds");
    assert_eq!(verdict.entries, PLAYED.lines().count() - 1);
    assert!(verdict.is_finished() && verdict.plays >= 6, "{verdict:?}");
    let last: Value = serde_json::from_str(PLAYED.lines().last().expect("lines")).expect("JSON");
    assert_eq!(last["hash"], verdict.last_hash.to_string());
}

#[test]
fn a_journal_without_its_end_holds_as_far_as_it_goes_and_says_so() {
    let lines = lines(&PLAYED);
    for kept in [2, 3, 5, lines.len() - 1] {
        let verdict = check(joined(&lines[..kept])).expect("holds");
        assert!(!verdict.is_finished(), "{kept} lines");
        assert_eq!(verdict.to_json()["finished"], false);
    }
    assert_refused(joined(&lines[..1]), &Place::Entry(Seq(1)));
    assert_refused("", &Place::Journal);
}

#[test]
fn every_byte_of_every_entry_is_sealed() {
    let lines = lines(&PLAYED);
    let mut chain = Chain::default();
    for (number, text) in lines.iter().enumerate().skip(1) {
        for position in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[position] ^= 1 << (position % 8);
            let Ok(flipped) = String::from_utf8(bytes) else { continue };
            let fault = chain.clone().link(&flipped).expect_err("must be caught");
            assert_eq!(fault.place, Place::Entry(seq(number)), "byte {position}: {fault}");
        }
        chain.link(text).expect("as it was");
    }
}

#[test]
fn every_byte_of_the_header_is_sealed() {
    // A game that nobody could play, with one card a side: its header is short.
    let teams = BySide { away: team(2), home: team(1) };
    let rosters = BySide::from_fn(|side| teams[side].players[..1].to_vec());
    let cards: Vec<_> = rosters.iter().flat_map(|(_, roster)| roster.clone()).collect();
    let created = [Event::GameCreated(Box::new(setup(&teams, &rosters, &Seed::new([9; 32]))))];
    let parts = EntryParts {
        seq: Seq(1),
        epoch: Epoch(1),
        command_id: CommandId::generate(),
        issuer: Issuer::Host,
        command: None,
        events: &created,
        recorded_at: Utc::now(),
    };
    let header = canonical_json(&export::header(&created, &json!(cards)).expect("a game"));
    let journal = joined(&[header.clone(), Entry::seal(&EntryHash::GENESIS, &parts).line()]);
    Journal::read(journal.as_bytes(), &|| ()).expect("as it was");
    for position in 0..header.len() {
        let mut bytes = journal.clone().into_bytes();
        bytes[position] ^= 1 << (position % 8);
        let fault = check(bytes).expect_err("must be caught");
        assert!(matches!(fault.place, Place::Header | Place::Field(_)), "byte {position}: {fault}");
    }
}

#[test]
fn a_byte_flipped_anywhere_in_the_file_is_caught_where_it_is() {
    let whole = PLAYED.as_bytes();
    for index in 0..400 {
        let position = index * 104_729 % whole.len();
        let line = whole[..position].iter().filter(|byte| **byte == b'\n').count();
        let mut bytes = whole.to_vec();
        bytes[position] ^= 1 << (index % 8);
        let fault = check(bytes).expect_err("must be caught");
        match fault.place {
            Place::Header | Place::Field(_) => assert_eq!(line, 0, "byte {position}: {fault}"),
            Place::Entry(named) => {
                // A line whose end is gone swallows the next one; the header's end belongs to both.
                let ends = whole[position] == b'\n';
                assert!(named == seq(line) || (ends && line == 0), "byte {position} of line {line}: {fault}");
            }
            Place::Journal => panic!("byte {position}: {fault}"),
        }
    }
}

#[test]
fn lines_that_are_dropped_doubled_reordered_or_swapped_are_named() {
    let (played, other) = (lines(&PLAYED), lines(&OTHER));
    for number in 1..played.len() - 1 {
        let mut dropped = played.clone();
        dropped.remove(number);
        assert_refused(joined(&dropped), &Place::Entry(seq(number)));
        let mut doubled = played.clone();
        doubled.insert(number, played[number].clone());
        assert_refused(joined(&doubled), &Place::Entry(seq(number + 1)));
        let mut reordered = played.clone();
        reordered.swap(number, number + 1);
        assert_refused(joined(&reordered), &Place::Entry(seq(number)));
        let Some(others) = other.get(number) else { continue }; // the other game is shorter
        let mut swapped = played.clone();
        swapped[number].clone_from(others);
        // Entry 1 opens any chain: another game's is caught by the header, or by what follows.
        let place = if number == 1 { Place::Field("game".to_owned()) } else { Place::Entry(seq(number)) };
        let fault = check(joined(&swapped)).expect_err("another journal's entry");
        assert!(fault.place == place || (number == 1 && fault.place != Place::Journal), "{fault}");
    }
    let mut swapped = played.clone();
    swapped[0].clone_from(&other[0]);
    let fault = check(joined(&swapped)).expect_err("another journal's header");
    assert!(matches!(fault.place, Place::Field(_)), "{fault}");
}

#[test]
fn a_file_that_is_cut_or_goes_on_is_named() {
    let last = seq(PLAYED.lines().count() - 1);
    let whole = PLAYED.as_bytes();
    for cut in [1, 2, 100] {
        assert_refused(&whole[..whole.len() - cut], &Place::Entry(last));
    }
    for more in ["\n", " \n", "{}\n", "null\n", "x"] {
        assert_refused(format!("{}{more}", *PLAYED), &Place::Entry(last.next()));
    }
    assert_refused(PLAYED.replace('\n', "\r\n"), &Place::Header);
    assert_refused(format!("\u{feff}{}", *PLAYED), &Place::Header);
}

#[test]
fn the_same_meaning_in_other_words_is_not_the_host_s_line() {
    let lines = lines(&PLAYED);
    let hash = |text: &str| text.find("\"hash\":\"").expect("a hash") + "\"hash\":\"".len();
    let number = (1..lines.len())
        .find(|number| {
            let at = hash(&lines[*number]);
            lines[*number][at..at + 64].contains(|digit: char| digit.is_ascii_lowercase())
        })
        .expect("a hash with a letter");
    let text = &lines[number];
    let at = hash(text);
    let upper = format!("{}{}{}", &text[..at], text[at..at + 64].to_uppercase(), &text[at + 64..]);
    let others = [
        text.replacen(':', ": ", 1),
        text.replacen("{\"command\":", "{\"seq\":0,\"command\":", 1),
        text.replacen("\"epoch\":1", "\"epoch\":1.0", 1),
        text.replacen("Z\",\"seq\"", "+00:00\",\"seq\"", 1),
        format!(" {text}"),
        upper,
    ];
    for changed in others {
        assert_ne!(changed, *text);
        let mut forged = lines.clone();
        forged[number] = changed;
        assert_refused(joined(&forged), &Place::Entry(seq(number)));
    }
    let mut spaced = lines.clone();
    spaced[0] = lines[0].replacen(',', ", ", 1);
    assert_refused(joined(&spaced), &Place::Header);
}

#[test]
fn every_field_of_the_header_is_held_against_entry_1() {
    let lines = lines(&PLAYED);
    let header: Value = serde_json::from_str(&lines[0]).expect("JSON");
    let names: Vec<String> = header.as_object().expect("an object").keys().cloned().collect();
    assert_eq!(names.len(), 13);
    for name in names {
        let mut forged = header.clone();
        forged[&name] = json!("something else");
        assert_refused(joined(&with_header(&lines, &forged)), &Place::Field(name.clone()));
        let mut without = header.clone();
        without.as_object_mut().and_then(|fields| fields.remove(&name));
        assert_refused(joined(&with_header(&lines, &without)), &Place::Field(name));
    }
    let mut more = header.clone();
    more["winner"] = json!("away");
    assert_refused(joined(&with_header(&lines, &more)), &Place::Field("winner".to_owned()));
    let mut traded = header;
    traded["cards"].as_array_mut().expect("cards").swap(0, 1);
    let fault = assert_refused(joined(&with_header(&lines, &traded)), &Place::Field("cards".to_owned()));
    assert!(fault.to_string().contains("entry 1 seals"), "{fault}");
}

fn with_header(lines: &[String], header: &Value) -> Vec<String> {
    std::iter::once(canonical_json(header)).chain(lines[1..].iter().cloned()).collect()
}

#[test]
fn what_the_host_could_not_read_is_named_after_what_it_could() {
    let played = lines(&PLAYED);
    let mut broken = played[..9].to_vec();
    broken.push(export::unreadable(Seq(9), "the stored entry 9 cannot be read"));
    let fault = assert_refused(joined(&broken), &Place::Entry(Seq(9)));
    assert!(fault.what.contains("could not read it"), "{fault}");
    broken.push(played[10].clone());
    assert_refused(joined(&broken), &Place::Entry(Seq(9)));

    let mut header: Value = serde_json::from_str(&played[0]).expect("JSON");
    header["cards"] = Value::Null;
    let fault = assert_refused(joined(&with_header(&played, &header)), &Place::Field("cards".to_owned()));
    assert!(fault.what.contains("the chain of"), "{fault}");
}

/// Changes one event of the kind everywhere it is, seals the journal anew, and gives the first entry with it.
fn forge(kind: &str, change: impl Fn(&mut Value)) -> (Vec<String>, Seq) {
    let mut lines = lines(&PLAYED);
    let mut first = None;
    for (number, text) in lines.iter_mut().enumerate().skip(1) {
        let mut entry: Value = serde_json::from_str(text).expect("JSON");
        let events = entry["events"].as_array_mut().expect("events");
        if let Some(event) = events.iter_mut().find(|event| event["kind"] == kind).filter(|_| first.is_none())
        {
            change(event);
            first = Some(seq(number));
            *text = canonical_json(&entry);
        }
    }
    seal_again(&mut lines);
    (lines, first.expect("an event of the kind"))
}

#[test]
fn a_forged_die_is_caught_although_the_chain_was_sealed_again() {
    let (forged, at) = forge("dice_rolled", |event| {
        // The first roll of a game is the weather's.
        let face = event["roll"]["d20"].as_i64().expect("a die");
        event["roll"]["d20"] = json!(face % 20 + 1);
    });
    let fault = assert_refused(joined(&forged), &Place::Entry(at));
    assert!(fault.what.contains("(dice_rolled).roll.d20 is"), "{fault}");
}

#[test]
fn another_seed_than_the_one_committed_to_is_caught() {
    let (forged, at) = forge("game_completed", |event| event["dice_seed"] = json!("08".repeat(32)));
    let fault = assert_refused(joined(&forged), &Place::Entry(at));
    assert!(fault.what.contains("committed to"), "{fault}");
}

#[test]
fn dice_depend_on_what_both_managers_contributed() {
    for side in Side::ALL {
        let mut forged = lines(&PLAYED);
        let (old, new) = match side {
            Side::Away => ("ab".repeat(16), "ac".repeat(16)),
            Side::Home => ("cd".repeat(64), "ce".repeat(64)),
        };
        for text in forged.iter_mut().skip(1) {
            *text = text.replace(&old, &new);
        }
        seal_again(&mut forged);
        let fault = check(joined(&forged)).expect_err("the dice are others");
        assert!(fault.what.contains("dice_rolled"), "{fault}");
    }
}

#[test]
fn a_share_that_comes_after_the_first_pitch_is_refused() {
    let played = lines(&PLAYED);
    let started = played.iter().position(|text| text.contains("game_started")).expect("it began");
    let share = (2..started).find(|number| played[*number].contains("\"home\"")).expect("the home share");
    let mut forged = played.clone();
    let moved = forged.remove(share);
    forged.insert(started, moved);
    for (number, text) in forged.iter_mut().enumerate().skip(1) {
        let mut entry: Value = serde_json::from_str(text).expect("JSON");
        entry["seq"] = json!(number);
        *text = canonical_json(&entry);
    }
    seal_again(&mut forged);
    let fault = check(joined(&forged)).expect_err("too late");
    assert!(matches!(fault.place, Place::Entry(at) if at.0 <= seq(started).0), "{fault}");
}

#[test]
fn a_command_that_has_its_effect_twice_is_caught() {
    let mut forged = lines(&PLAYED);
    let id = |text: &str| serde_json::from_str::<Value>(text).expect("JSON")["command_id"].clone();
    let (first, mut entry) = (id(&forged[2]), serde_json::from_str::<Value>(&forged[3]).expect("JSON"));
    entry["command_id"] = first;
    forged[3] = canonical_json(&entry);
    seal_again(&mut forged);
    assert_refused(joined(&forged), &Place::Entry(Seq(3)));
    let ids: BTreeSet<String> = PLAYED.lines().skip(1).map(|text| id(text).to_string()).collect();
    assert_eq!(ids.len(), PLAYED.lines().count() - 1);
}
