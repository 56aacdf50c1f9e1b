//! Everything that reads, and what must hold whatever it is given.

use super::played::{PLAYED, Played, command_id};
use dugout::cli::verify::journal::Journal;
use dugout::cli::verify::replay;
use dugout::config::Settings;
use dugout::fairness::SeededDice;
use dugout::id::Epoch;
use dugout::protocol::{ClientFrame, CommandFrame, GameView};
use dugout::rules;
use dugout::rules::command::Issuer;
use dugout::rules::moment::Moment;
use dugout::rules::state::GameState;
use dugout::rules::vocabulary::Side;
use dugout::store::canonical::canonical_json;
use dugout::store::entry::{Entry, EntryHash};
use dugout::store::snapshot::Snapshot;
use serde_json::Value;
use std::path::Path;

/// What a refusal may be long, in characters: more would be an echo of the input.
const MESSAGE_CHARS_MAX: usize = 2_000;
const HASH: EntryHash = EntryHash([5; 32]);

/// A client's frame. Whatever it is, it is read or refused in bounded words; a command that is well formed is decided
/// at one moment of a game, which `expect` chooses.
pub fn frame(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match ClientFrame::parse(text) {
        Ok(ClientFrame::Command(frame)) => decide(&frame),
        Ok(_) => {}
        Err(bad) => assert!(bad.rejection.message.chars().count() <= MESSAGE_CHARS_MAX, "{bad:?}"),
    }
}

fn decide(frame: &CommandFrame) {
    let number = frame.expect.map_or(0, |seq| seq.0.unsigned_abs());
    let state = &PLAYED.states[PLAYED.moment(number) - 1];
    for issuer in [Issuer::Manager(Side::Away), Issuer::Manager(Side::Home), Issuer::Operator] {
        if rules::rollback_target(state, issuer, &frame.command).is_some() {
            continue; // decided with the journal, not here
        }
        let mut dice = SeededDice::new(Played::seed(), &state.entropy, state.dice_position);
        match rules::decide(state, &PLAYED.cards, issuer, &frame.command, Moment::EPOCH, &mut dice) {
            Ok(events) => state.clone().apply_entry(state.seq.next(), &events),
            Err(rejection) => assert!(rejection.message.chars().count() <= MESSAGE_CHARS_MAX),
        }
    }
}

/// A published journal. It is refused, or it is byte for byte what its entries say.
pub fn journal(data: &[u8]) {
    let Ok(journal) = Journal::read(data, &|| ()) else { return };
    let text = std::str::from_utf8(data).expect("what was read is UTF-8");
    let entries = text.lines().skip(1).take(journal.entries.len());
    assert!(entries.eq(journal.entries.iter().map(Entry::line)), "a line was read that no host writes");
    let _ = replay::verify(&journal, &|| ());
}

/// A row of the journal: the command on the first line of the input, its events on the second, and a number that
/// chooses the moment on the third. The row is chained to the entries before it, as a forger with the program would do
/// it: reading, folding and deciding it again may refuse, and must not fail.
pub fn row(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.lines();
    let json = |line: Option<&str>| line.and_then(|line| serde_json::from_str::<Value>(line).ok());
    let (Some(command), Some(events)) = (json(lines.next()), json(lines.next())) else { return };
    let moment = PLAYED.moment(lines.next().and_then(|line| line.parse().ok()).unwrap_or(0));
    let (before, state) = (&PLAYED.entries[..moment], &PLAYED.states[moment - 1]);
    let seq = state.seq.next();
    let mut entry = Entry {
        seq,
        epoch: Epoch(1),
        command_id: command_id(seq),
        issuer: Issuer::Manager(if moment.is_multiple_of(2) { Side::Home } else { Side::Away }),
        command_json: canonical_json(&command),
        events_json: canonical_json(&events),
        recorded_at: before[0].recorded_at,
        hash: EntryHash::GENESIS,
    };
    entry.hash = entry.chained_to(&before[moment - 1].hash);
    if let Ok(events) = entry.events() {
        let mut state = state.clone();
        state.apply_entry(seq, &events);
        let _ = GameView::new(&state, &PLAYED.cards);
    }
    let entries = before.iter().cloned().chain([entry]).collect();
    let journal = Journal { cards: Some(PLAYED.cards.clone()), entries, unreadable: None };
    let _ = replay::verify(&journal, &|| ());
}

/// A snapshot's state. Its seal is made by whoever writes it; without it nothing opens, and with it what is read is
/// what was written, and can be shown.
pub fn snapshot(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let forged = Snapshot { json: text.to_owned(), hash: HASH, seal: [0; 32] };
    forged.open().expect_err("nobody finds this seal");
    let Ok(state) = serde_json::from_str::<GameState>(text) else { return };
    let snapshot = Snapshot::of(&state, HASH);
    assert_eq!(snapshot.open().expect("sealed"), state);
    let _ = GameView::new(&state, &PLAYED.cards);
}

/// A configuration: the file, then, after a line `---`, variables of the environment, one a line. It is taken, or
/// refused in one line.
pub fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (file, environment) = text.split_once("\n---\n").unwrap_or((text, ""));
    let variables = environment.lines().filter_map(|line| line.split_once('='));
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    if let Err(error) = Settings::of(Some((Path::new("fuzz.toml"), file)), variables) {
        let message = error.to_string();
        assert!(!message.contains('\n') && !message.is_empty(), "{message:?}");
    }
}
