//! Stopping is clean: what is accepted is committed, clients are told, and the next start goes on from there.

use crate::support::journal::{Journal, assert_same_state};
use crate::support::manager::Manager;
use crate::support::play::{sit_down, start};
use crate::support::server::Home;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn sigterm_drains_and_the_game_goes_on_after_the_next_start() {
    let home = Home::sqlite().brisk();
    let mut server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let game = sit_down(&mut ann, &mut bob, json!({})).await;
    start(&mut ann, &game).await.expect("connected");

    let stop = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.terminate();
    };
    let (ann_end, bob_end, ()) = tokio::join!(ann.play(&game), bob.play(&game), stop);
    for (manager, end) in [(&ann, ann_end), (&bob, bob_end)] {
        let closed = end.expect_err("the host has stopped");
        assert!(matches!(closed.code, Some(1001 | 1012)), "{}: {closed}", manager.name);
        let draining = manager.frames.iter().find(|frame| frame["type"] == "draining");
        assert!(draining.is_some_and(|frame| frame["retry_after_ms"].is_u64()), "{}", manager.last_frames());
    }
    let status = server.ended().await;
    assert!(status.success(), "{status}\n{}", server.log());

    let _server = home.start().await;
    for manager in [&mut ann, &mut bob] {
        // What the host did not read any more is sent again here.
        manager.reconnect().await.expect("welcome back");
        manager.hear_answers().await.expect("answers");
    }
    let journal = Journal::fetch(&ann.http, &game).await;
    for manager in [&ann, &bob] {
        journal.assert_contains_what_was_shown(manager, &game);
    }
    assert_same_state(&ann.http.game(&game, "/state").await, &journal.fold(journal.entries.len() as i64));
    let (ann_end, bob_end) = tokio::join!(ann.play(&game), bob.play(&game));
    ann_end.expect("the game is played to its end");
    bob_end.expect("the game is played to its end");
}
