//! Writes the corpus anew: `cargo run -p dugout-fuzz --bin seed`. To be done when the shape of a frame, an event or the
//! state changes. Inputs that once failed are kept; they are named `crash-…`.

use dugout_fuzz::PLAYED;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    frames(&corpus)?;
    rows(&corpus)?;
    let lines: Vec<_> = PLAYED.entries.iter().map(|entry| entry.line()).collect();
    let start = [&[PLAYED.header.clone()], &lines[..4]].concat().join("\n") + "\n";
    write(&corpus, "journal", "beginning", &start)?;
    write(&corpus, "journal", "unreadable", &format!("{{}}\n{}\n", r#"{"reason":"gone","unreadable":1}"#))?;
    for (number, state) in PLAYED.states.iter().enumerate().step_by(PLAYED.states.len() / 6) {
        write(&corpus, "snapshot", &format!("state-{number:02}"), &json!(state).to_string())?;
    }
    let defaults = include_str!("../../../config/default.toml");
    let settings = defaults.lines().filter(|line| !line.trim_start().starts_with('#'));
    write(&corpus, "settings", "defaults", &settings.collect::<Vec<_>>().join("\n"))?;
    let variables = "listen = \"0.0.0.0:1\"\n[host]\nai_pause_ms = 7\n\n---\nDATABASE_URL=postgres://u:p@h/db\n\
                     DUGOUT__LOG__FORMAT=json\nDB_POOL_SIZE=3\n";
    write(&corpus, "settings", "variables", variables)
}

/// One frame of every kind, each command at a moment when it is due.
fn frames(corpus: &Path) -> std::io::Result<()> {
    let game = PLAYED.states[0].setup.game_id;
    let id = PLAYED.entries[0].command_id;
    let others = [
        json!({"type": "hello", "token": "abc", "client": "fuzz"}),
        json!({"type": "join", "game": game, "after": 3}),
        json!({"type": "leave", "game": game}),
    ];
    for (number, frame) in others.iter().enumerate() {
        write(corpus, "frame", &format!("session-{number}"), &frame.to_string())?;
    }
    let commands = [
        json!({"kind": "start"}),
        json!({"kind": "contribute_entropy", "entropy": "00112233445566778899aabbccddeeff"}),
        json!({"kind": "defensive_decision", "infield_depth": "normal", "hold_runners": [1], "intentional_walk": true}),
        json!({"kind": "offensive_decision", "approach": "power", "steal_attempts": [2], "bunt_attempt": true}),
        json!({"kind": "roll"}),
        json!({"kind": "manual_outcome", "outcome": "single_1", "hit_location": "CF"}),
        json!({"kind": "runner_decision", "choice": "hold"}),
        json!({"kind": "substitute", "changes": [{"out": 3, "in": 12, "position": "SS"}]}),
        json!({"kind": "propose_rollback", "to_play": 1}),
        json!({"kind": "answer_rollback", "accept": true}),
        json!({"kind": "pause"}),
        json!({"kind": "resume"}),
        json!({"kind": "forfeit"}),
    ];
    for (number, command) in commands.iter().enumerate() {
        let frame =
            json!({"type": "command", "id": id, "game": game, "expect": number + 2, "command": command});
        write(corpus, "frame", &format!("command-{number:02}"), &frame.to_string())?;
    }
    Ok(())
}

/// The first row with each combination of events.
fn rows(corpus: &Path) -> std::io::Result<()> {
    let mut seen = BTreeSet::new();
    for (number, entry) in PLAYED.entries.iter().enumerate().skip(1) {
        let events: Vec<Value> = serde_json::from_str(&entry.events_json).expect("JSON");
        let kinds: Vec<_> = events.iter().map(|event| event["kind"].to_string()).collect();
        if seen.insert(kinds) {
            let row = format!("{}\n{}\n{}\n", entry.command_json, entry.events_json, number - 1);
            write(corpus, "row", &format!("entry-{number:02}"), &row)?;
        }
    }
    Ok(())
}

fn write(corpus: &Path, target: &str, name: &str, text: &str) -> std::io::Result<()> {
    let folder = corpus.join(target);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(name), text)
}
