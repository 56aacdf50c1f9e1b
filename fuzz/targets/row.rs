//! A row of the journal: the command on the first line of the input, its events on the second, and a number that
//! chooses the moment on the third. The row is chained to the entries before it, as a forger with the program would do
//! it: reading, folding and deciding it again may refuse, and must not fail.
#![no_main]

use dugout::cli::verify::journal::Journal;
use dugout::cli::verify::replay;
use dugout::id::Epoch;
use dugout::protocol::GameView;
use dugout::rules::command::Issuer;
use dugout::rules::vocabulary::Side;
use dugout::store::entry::{Entry, EntryHash, canonical_json};
use dugout_fuzz::{PLAYED, command_id};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
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
        issuer: Issuer::Manager(if moment % 2 == 0 { Side::Home } else { Side::Away }),
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
});
