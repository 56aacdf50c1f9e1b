//! Anybody can recompute a finished game, and a journal that was changed does not pass.

use super::whole_game::watch_ai_game;
use crate::support::http::Http;
use crate::support::journal::Journal;
use crate::support::manager::Manager;
use crate::support::server::{Finished, Home, dugout, run};
use serde_json::{Value, json};
use std::io::Write;

/// What `dugout verify` says of this journal.
pub async fn verify(journal: &Journal) -> Finished {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(journal.to_text().as_bytes()).expect("written");
    run(dugout().arg("verify").arg(file.path())).await
}

/// Fails unless the game's journal holds.
pub async fn assert_verified(http: &Http, game: &str) {
    let finished = verify(&Journal::fetch(http, game).await).await;
    assert!(finished.status.success(), "{}{}", finished.stdout, finished.stderr);
}

#[tokio::test]
async fn a_finished_game_is_recomputed_and_a_changed_one_is_refused() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let eve = Manager::connect(&home.address, "Eve").await;
    let game = watch_ai_game(&eve.http, json!({"settings": {"innings": 2}})).await;
    let url = format!("http://{}/api/v1/games/{game}/journal", home.address.get());
    let finished = run(dugout().args(["verify", &url])).await;
    assert!(finished.status.success(), "{}", finished.stderr);
    assert!(finished.stdout.contains(&game), "{}", finished.stdout);

    // A folder is read file by file; a journal without its end is told from a whole one by the exit code.
    let folder = tempfile::tempdir().expect("a folder");
    let whole = eve.http.get(&format!("/api/v1/games/{game}/journal")).await.text;
    let (half, _) = whole.split_at(whole.match_indices('\n').nth(20).expect("20 entries").0 + 1);
    for (name, text) in [("a.ndjson", whole.as_str()), ("b.ndjson", half), ("c.txt", "no journal")] {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let finished = run(dugout().args(["verify", "--json"]).arg(folder.path())).await;
    assert_eq!(finished.status.code(), Some(3), "{}{}", finished.stdout, finished.stderr);
    let answers: Vec<Value> =
        finished.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let seen: Vec<_> = answers.iter().map(|answer| (&answer["holds"], &answer["finished"])).collect();
    assert_eq!(seen, [(&json!(true), &json!(true)), (&json!(true), &json!(false))]);

    // A die that was changed breaks the chain, and where the chain was made anew, the seed says otherwise.
    let mut forged = Journal::fetch(&eve.http, &game).await;
    let seq = turn_a_die(&mut forged.entries);
    assert_refused(&forged, seq).await;
    forged.chain_anew();
    assert_refused(&forged, seq).await;
    // So does a play that the dice and the cards do not make.
    let mut forged = Journal::fetch(&eve.http, &game).await;
    let seq = add_a_run(&mut forged.entries);
    forged.chain_anew();
    assert_refused(&forged, seq).await;
}

async fn assert_refused(journal: &Journal, seq: i64) {
    let finished = verify(journal).await;
    assert_eq!(finished.status.code(), Some(1), "{}{}", finished.stdout, finished.stderr);
    assert!(
        finished.stderr.contains(&format!("entry {seq}:")),
        "entry {seq} was changed: {}",
        finished.stderr
    );
}

/// Changes the first at-bat roll of the journal; gives the entry's number.
fn turn_a_die(entries: &mut [Value]) -> i64 {
    let (seq, roll) =
        first_event(entries, |event| event["kind"] == "dice_rolled" && event["roll"]["roll_type"] == "ab");
    let face = roll["roll"]["d6_one"].as_i64().expect("a die of the at-bat roll");
    roll["roll"]["d6_one"] = json!(face % 6 + 1);
    seq
}

/// Lets the first play score one run more; gives the entry's number.
pub fn add_a_run(entries: &mut [Value]) -> i64 {
    let (seq, play) = first_event(entries, |event| event["kind"] == "play_resolved");
    let runs = play["runs_scored"].as_i64().expect("runs");
    play["runs_scored"] = json!(runs + 1);
    seq
}

fn first_event(entries: &mut [Value], is_it: impl Fn(&Value) -> bool) -> (i64, &mut Value) {
    for entry in entries {
        let seq = entry["seq"].as_i64().expect("an entry has a seq");
        let mut events = entry["events"].as_array_mut().expect("events is a list").iter_mut();
        if let Some(event) = events.find(|event| is_it(event)) {
            return (seq, event);
        }
    }
    panic!("no such event in the journal")
}
