//! Somebody at a terminal: a whole game, completion, Ctrl-C and Ctrl-D, news while he types, a host that dies.

use super::pty::Terminal;
use crate::end_to_end::{assert_verified, finished_game};
use crate::support::http::Http;
use crate::support::server::Home;
use serde_json::Value;

/// The id that is shown after `game `.
pub fn game_id(answer: &str) -> String {
    let id = answer.lines().find_map(|line| line.trim().strip_prefix("game ")).expect("the id is shown");
    id.trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_game_against_the_host_is_typed() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Terminal::remote(&home, "Ann");
    ann.ready().await;
    let game = game_id(&ann.types("new_game innings=1").await);
    ann.types("start_game").await;
    for _ in 0..400 {
        let status = ann.types("status").await;
        if status.contains("The game is over") {
            break;
        }
        let asked = status.rfind("(`").map(|at| status[at + 2..].to_owned()).unwrap_or_default();
        let command = match asked.split(['`', '|']).next().unwrap_or_default() {
            known @ ("defensive" | "offensive" | "roll") => known.to_owned(),
            choice if choice.starts_with("runner ") => choice.to_owned(),
            _ => "wait turn 10".to_owned(),
        };
        ann.types(&command).await;
    }
    let box_score = ann.types("box_score").await;
    assert!(box_score.contains("(W)") && box_score.contains("(L)"), "{box_score}");
    assert!(ann.types("journal").await.contains("dugout verify"));
    let stranger = Http::stranger(&home.address);
    finished_game(&stranger, &game).await;
    assert_verified(&stranger, &game).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_completes_what_is_legal_and_control_keys_do_what_they_should() {
    let home = Home::sqlite();
    let mut terminal = Terminal::local(&home, &["--name", "Ann"]);
    terminal.ready().await;
    terminal.types("new_game mode=practice me=both").await;
    terminal.types("start_game").await;
    terminal.looks_away();
    terminal.press("defensive in\t\t").await;
    terminal.press("\u{3}").await; // with nobody on third nothing begins with `in`
    let answer = terminal.wait_for("Ctrl-D or `quit` leaves").await;
    assert!(!answer.contains("infield_in"), "not legal now:\n{answer}");
    terminal.types("resolve_with triple").await;
    terminal.looks_away();
    terminal.press("def\tinf\t").await;
    terminal.wait_for("defensive infield_in").await;
    terminal.press("\r").await;
    terminal.wait_for("infield in.").await;
    terminal.ready().await;
    terminal.looks_away();
    terminal.press("resolve_with groundball_a \t\t").await;
    let places = terminal.wait_for("SS").await;
    assert!(places.contains("2B") && !places.contains("LF"), "{places}");
    terminal.press("\u{3}").await;
    terminal.wait_for("leaves").await;
    // The last line that was typed comes back.
    terminal.looks_away();
    terminal.press("\u{1b}[A").await;
    terminal.wait_for("defensive infield_in").await;
    terminal.press("\u{15}\u{4}").await;
    assert_eq!(terminal.ended().await, Some(0));

    // The same guest finds his game again, on a new host with the same data.
    let mut again = Terminal::local(&home, &["--name", "Ann"]);
    again.ready().await;
    assert!(again.types("use_game").await.contains("you manage both"));
    again.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn news_comes_above_the_line_that_is_being_typed() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Terminal::remote(&home, "Ann");
    let mut bob = Terminal::remote(&home, "Bob");
    ann.ready().await;
    bob.ready().await;
    let game = game_id(&ann.types("new_game vs=open").await);
    assert!(bob.types(&format!("use_game {game}")).await.contains("you watch"));
    assert!(bob.types("claim away").await.contains("you manage Houston"));
    bob.looks_away();
    bob.press("offensive po").await;
    ann.types("start_game").await;
    ann.types("defensive").await;
    let news = bob.wait_for("your turn: set the offense").await;
    assert!(news.contains("Play ball"), "{news}");
    bob.press("wer\r").await;
    bob.wait_for("power approach").await;
    bob.ready().await;
    bob.types("resolve").await;
    // One proposes to go back, the other answers.
    ann.wait_for("#1 ").await;
    ann.types("rollback 0").await;
    bob.wait_for("proposes to go back").await;
    assert!(bob.types("decline").await.contains("declines"));
    ann.types("rollback 0").await;
    assert!(bob.types("accept").await.contains("The game is back"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_opens_a_private_game() {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Terminal::remote(&home, "Ann");
    let mut bob = Terminal::remote(&home, "Bob");
    ann.ready().await;
    bob.ready().await;
    let made = ann.types("new_game me=away vs=open private").await;
    assert!(made.contains("you manage Houston"), "{made}");
    let game = game_id(&made);
    assert!(made.contains(&format!("claim home {game}")), "{made}");
    assert!(!bob.types(&format!("use_game {game}")).await.contains("you watch"));
    assert!(bob.types(&format!("claim home {game}")).await.contains("you manage Washington"));
    bob.types("start_game").await;
    ann.wait_for("Play ball").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_killed_in_mid_decision_is_waited_for() {
    let home = Home::sqlite().brisk().keeps_address();
    let server = home.start().await;
    let mut ann = Terminal::remote(&home, "Ann");
    ann.ready().await;
    let game = game_id(&ann.types("new_game mode=practice me=both").await);
    ann.types("start_game").await;
    ann.types("defensive").await;
    server.kill();
    ann.wait_for("connection lost").await;
    ann.looks_away();
    ann.press("offensive contact\r").await; // given while nobody is there
    let server = home.start().await;
    ann.wait_for("contact approach").await;
    ann.ready().await;
    ann.types("roll").await;
    let state: Value = Http::stranger(&home.address).game(&game, "/state").await;
    assert_eq!(state["play_count"], 1, "the command had its effect once: {state}");
    // An orderly stop is no different.
    server.terminate();
    ann.wait_for("connection lost").await;
    ann.looks_away();
    let mut server = server;
    server.ended().await;
    let _server = home.start().await;
    ann.wait_for("connected again").await;
    assert!(ann.types("status").await.contains("to win"));
}
