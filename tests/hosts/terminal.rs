//! The terminal client finds a game that lives on another host than the one it was told of.

use super::support::*;
use crate::support::manager::Manager;
use crate::support::server::{dugout, run};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_goes_where_the_game_lives() {
    let Some((url, _database)) = database().await else { return };
    let ((home_a, _a), (home_b, _b)) = two_hosts(&url).await;
    let mut ann = Manager::connect(&home_b.address, "Ann").await;
    let created = ann.http.create_game(json!({"settings": {"innings": 1}})).await;
    let game = created["id"].as_str().expect("an id").to_owned();
    ann.join(&game).await;

    let keyring = tempfile::tempdir().expect("a directory");
    let follow = format!("use_game {game}");
    let mut command = dugout();
    command.args(["play", "--name", "Bob", "--url", &format!("http://{}", home_a.address.get())]);
    command.arg("--data-dir").arg(keyring.path());
    for typed in [follow.as_str(), "claim away", "start_game", "status"] {
        command.args(["-c", typed]);
    }
    let finished = run(&mut command).await;
    let said = format!("{}\n{}", finished.stdout, finished.stderr);
    assert!(said.contains(&format!("the game lives at http://{}", home_b.address.get())), "{said}");

    assert!(finished.status.success(), "{said}");
    let state = ann.http.game(&game, "/state").await;
    assert_eq!(state["status"], "active", "{said}");
    let row = ann.http.game(&game, "").await;
    assert_eq!(row["seats"]["away"]["user_name"], "Bob", "{row}");
}
