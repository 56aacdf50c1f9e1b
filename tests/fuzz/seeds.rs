//! The corpus that mutation starts from: one input of every kind that hosts and clients write, made anew from a
//! played game so that it always has today's shape, and the inputs kept in `tests/fuzz/corpus`.

use super::played::PLAYED;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// The inputs kept for a target: those that once failed, and those that only people think of.
pub fn kept(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = files.map(|file| file.expect("a readable folder").path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a readable file")).collect()
}

/// One frame of every kind, each command at some moment of the game.
pub fn frames() -> Vec<String> {
    let game = PLAYED.states[0].setup.game_id;
    let id = PLAYED.entries[0].command_id;
    let commands = [
        json!({"kind": "start"}),
        json!({"kind": "contribute_entropy", "entropy": "00112233445566778899aabbccddeeff"}),
        json!({"kind": "defensive_decision", "infield_depth": "normal", "hold_runners": [1], "intentional_walk": true}),
        json!({"kind": "offensive_decision", "approach": "power", "steal_attempts": [2], "bunt_attempt": true}),
        json!({"kind": "roll"}),
        json!({"kind": "manual_outcome", "outcome": "single_1", "hit_location": "CF"}),
        json!({"kind": "manual_outcome", "outcome": "x_check", "x_check": {"code": "G2", "error": "no"}}),
        json!({"kind": "runner_decision", "choice": "hold"}),
        json!({"kind": "substitute", "changes": [{"out": 3, "in": 12, "position": "SS"}]}),
        json!({"kind": "propose_rollback", "to_play": 1}),
        json!({"kind": "answer_rollback", "accept": true}),
        json!({"kind": "pause"}),
        json!({"kind": "resume"}),
        json!({"kind": "force_outcome", "outcome": "error", "hit_location": "SS", "error_bases": 2}),
        json!({"kind": "forfeit", "reason": "rain"}),
    ];
    let framed = commands.iter().enumerate().map(|(number, command)| {
        json!({"type": "command", "id": id, "game": game, "expect": number + 2, "command": command})
    });
    let played = PLAYED.entries.iter().filter_map(|entry| {
        let command: Value = serde_json::from_str(&entry.command_json).ok()?;
        let expect = entry.seq.0 - 1;
        Some(json!({"type": "command", "id": id, "game": game, "expect": expect, "command": command}))
    });
    let others = [
        json!({"type": "hello", "token": "abc", "client": "fuzz"}),
        json!({"type": "join", "game": game, "after": 3}),
        json!({"type": "leave", "game": game}),
    ];
    others.into_iter().chain(framed).chain(played).map(|frame| frame.to_string()).collect()
}

/// The first row with each combination of events.
pub fn rows() -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for (number, entry) in PLAYED.entries.iter().enumerate().skip(1) {
        let events: Vec<Value> = serde_json::from_str(&entry.events_json).expect("JSON");
        let kinds: Vec<_> = events.iter().map(|event| event["kind"].to_string()).collect();
        if seen.insert(kinds) {
            rows.push(format!("{}\n{}\n{}\n", entry.command_json, entry.events_json, number - 1));
        }
    }
    rows
}

/// The beginning of the game's journal, and one that ends at a row the host could not read.
pub fn journals() -> Vec<String> {
    let lines: Vec<_> = PLAYED.entries.iter().map(|entry| entry.line()).collect();
    let beginning = [std::slice::from_ref(&PLAYED.header), &lines[..4]].concat().join("\n") + "\n";
    vec![beginning, "{}\n{\"reason\":\"gone\",\"unreadable\":1}\n".to_owned()]
}

/// States of the game, from its creation to its end.
pub fn snapshots() -> Vec<String> {
    let every = (PLAYED.states.len() / 8).max(1);
    PLAYED.states.iter().step_by(every).map(|state| json!(state).to_string()).collect()
}

/// The settings as documented, and a file with variables.
pub fn settings() -> Vec<String> {
    let defaults = include_str!("../../config/default.toml");
    let lines = defaults.lines().filter(|line| !line.trim_start().starts_with('#'));
    let variables = "listen = \"0.0.0.0:1\"\n[host]\nai_pause_ms = 7\n\n---\nDATABASE_URL=postgres://u:p@h/db\n\
                     DUGOUT__LOG__FORMAT=json\nDB_POOL_SIZE=3\n";
    vec![lines.collect::<Vec<_>>().join("\n"), variables.to_owned()]
}
