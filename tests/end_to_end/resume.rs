//! Coming back: from any entry, with the same command, after a crash.

use crate::support::journal::{Journal, assert_same_state};
use crate::support::manager::Manager;
use crate::support::play::{plain_answer, play_game, sit_down, start};
use crate::support::server::Home;
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn a_client_resumes_from_any_entry() {
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({"settings": {"innings": 1}})).await;
    play_game(&mut ann, &mut bob, &game).await;
    let journal = Journal::fetch(&ann.http, &game).await;
    let last = journal.entries.len() as i64;

    // The log is in the database, not in the memory of the process that wrote it.
    server.kill();
    let _server = home.start().await;
    let mut eve = Manager::connect(&home.address, "Eve").await;
    for after in 0..=last {
        let joined = eve.join_after(&game, Some(after)).await.expect("joined");
        while eve.game(&game).seq < last {
            eve.read().await.expect("the entries follow");
        }
        if !joined["state"].is_null() {
            let seq = joined["seq"].as_i64().expect("a seq");
            assert_same_state(&joined["state"], &journal.fold(seq));
        }
        eve.send(&json!({"type": "leave", "game": game})).await.expect("connected");
        eve.games.get_mut(&game).expect("followed").seq = 0;
    }
    journal.assert_contains_what_was_shown(&eve, &game);
}

#[tokio::test]
async fn the_same_command_again_gets_the_stored_answer_and_rolls_no_die() {
    let home = Home::sqlite().brisk();
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    let asked = start(&mut ann, &game).await.expect("connected");
    let defended =
        ann.commit(&game, Some(asked), plain_answer("awaiting_defensive", &[])).await.expect("connected");
    bob.wait_for("the request", |frame| frame["type"] == "events" && frame["seq"] == defended).await;
    let approached =
        bob.commit(&game, Some(defended), plain_answer("awaiting_offensive", &[])).await.expect("connected");

    let id = Uuid::new_v4();
    let roll = json!({"kind": "roll"});
    let first = bob.command_with_id(id, &game, Some(approached), roll.clone()).await.expect("connected");
    assert_eq!(first["type"], "committed", "{first}");
    let journal = Journal::fetch(&ann.http, &game).await.entries;

    // Again on the same connection, with other content, on a new connection, and after a crash.
    let again = bob.command_with_id(id, &game, Some(approached), roll.clone()).await.expect("connected");
    assert_eq!(again, first);
    let other = bob.command_with_id(id, &game, None, json!({"kind": "start"})).await.expect("connected");
    assert_eq!(other, first);
    bob.reconnect().await.expect("reconnected");
    let again = bob.command_with_id(id, &game, Some(approached), roll.clone()).await.expect("connected");
    assert_eq!(again, first);
    server.kill();
    let _server = home.start().await;
    bob.reconnect().await.expect("reconnected");
    let again = bob.command_with_id(id, &game, Some(approached), roll).await.expect("connected");
    assert_eq!(again, first);
    assert_eq!(Journal::fetch(&ann.http, &game).await.entries, journal, "the journal has not changed");
}
