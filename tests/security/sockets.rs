//! Who may do what on the socket: every frame and every command, every caller, every situation of a game.
//!
//! A cell is the type of the answer, or the code of the refusal.

use super::{House, rows};
use crate::support::manager::{Manager, next_frame, open};
use crate::support::play::start;
use crate::support::server::Home;
use crate::support::token::Secret;
use futures_util::SinkExt;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tokio_tungstenite::tungstenite::Message;

/// In `live` the home manager owes the first decision of the game.
const COMMANDS: &str = "
# command             game                 guest          stranger       away           home           operator
set_lineup            live                 not_your_seat  not_your_seat  wrong_phase    wrong_phase    wrong_phase
start                 live                 not_your_seat  not_your_seat  wrong_phase    wrong_phase    wrong_phase
defensive_decision    live                 not_your_seat  not_your_seat  not_your_turn  committed      committed
offensive_decision    live                 not_your_seat  not_your_seat  wrong_phase    wrong_phase    wrong_phase
roll                  live                 not_your_seat  not_your_seat  wrong_phase    wrong_phase    wrong_phase
manual_outcome        live                 not_your_seat  not_your_seat  wrong_phase    wrong_phase    wrong_phase
runner_decision       live                 not_your_seat  not_your_seat  wrong_phase    wrong_phase    wrong_phase
substitute            live                 not_your_seat  not_your_seat  invalid        invalid        invalid
propose_rollback      live                 not_your_seat  not_your_seat  invalid        invalid        invalid
answer_rollback       live                 not_your_seat  not_your_seat  wrong_phase    wrong_phase    wrong_phase
pause                 live                 not_your_seat  not_your_seat  committed      committed      committed
resume                live                 not_your_seat  not_your_seat  wrong_phase    wrong_phase    wrong_phase
forfeit               live                 not_your_seat  not_your_seat  committed      committed      committed
contribute_entropy    live                 not_your_seat  not_your_seat  wrong_phase    wrong_phase    wrong_phase
force_outcome         live                 not_your_seat  not_your_seat  forbidden      forbidden      forbidden
# Every other situation is the same for all commands.
*                     private live         not_found      not_found      -              -              -
*                     finished             not_your_seat  not_your_seat  game_over      game_over      game_over
*                     private finished     not_found      not_found      game_over      game_over      game_over
*                     quarantined          quarantined    quarantined    quarantined    quarantined    quarantined
*                     private quarantined  not_found      not_found      quarantined    quarantined    quarantined
*                     none                 not_found      not_found      not_found      not_found      not_found
# Who wants to follow it: as whom.
join                  live                 spectator      spectator      away           home           spectator
join                  finished             spectator      spectator      away           home           spectator
join                  quarantined          quarantined    quarantined    quarantined    quarantined    quarantined
join                  private live         not_found      not_found      away           home           spectator
join                  private finished     not_found      not_found      away           home           spectator
join                  private quarantined  not_found      not_found      quarantined    quarantined    quarantined
join                  none                 not_found      not_found      not_found      not_found      not_found
";

/// A command of this kind, well formed.
fn command(kind: &str) -> Value {
    match kind {
        "set_lineup" => json!({"kind": kind, "players": []}),
        "manual_outcome" => json!({"kind": kind, "outcome": "strikeout"}),
        "force_outcome" => json!({"kind": kind, "outcome": "strikeout"}),
        "runner_decision" => json!({"kind": kind, "choice": "hold"}),
        "substitute" => json!({"kind": kind, "replacing": 9_999, "card_id": 9_999}),
        "propose_rollback" => json!({"kind": kind, "to_play": 0}),
        "answer_rollback" => json!({"kind": kind, "accept": true}),
        "contribute_entropy" => json!({"kind": kind, "entropy": "00112233445566778899aabbccddeeff"}),
        _ => json!({ "kind": kind }),
    }
}

struct Table {
    house: House,
    games: BTreeMap<String, String>,
    wrong_cells: Vec<String>,
}

impl Table {
    async fn new_game(&mut self, situation: &str) -> String {
        if situation == "none" {
            return uuid::Uuid::new_v4().to_string();
        }
        let game = self.house.game(situation).await;
        if situation.ends_with("live") {
            start(&mut self.house.ann, &game).await.expect("connected");
        }
        game
    }

    async fn shared_game(&mut self, situation: &str) -> String {
        if !self.games.contains_key(situation) {
            let game = self.new_game(situation).await;
            self.games.insert(situation.to_owned(), game);
        }
        self.games[situation].clone()
    }

    async fn cell(&mut self, what: &str, situation: &str, caller: &str, expected: &str) {
        let game = match expected {
            "committed" => self.new_game(situation).await,
            _ => self.shared_game(situation).await,
        };
        let house = &mut self.house;
        let manager = match caller {
            "guest" => &mut house.guest,
            "stranger" => &mut house.stranger,
            "away" => &mut house.bob,
            "home" => &mut house.ann,
            _ => &mut house.operator,
        };
        let answer = match what {
            "join" => follow(manager, &game).await,
            kind => manager.command(&game, None, command(kind)).await.expect("the connection goes on"),
        };
        let word = match answer["type"].as_str() {
            Some("rejected") => &answer["code"],
            Some("joined") => &answer["seat"],
            _ => &answer["type"],
        };
        if word != expected {
            self.wrong_cells.push(format!("{what}, {situation}, {caller}: {expected} expected: {answer}"));
        }
    }
}

/// Asks to follow a game; gives the answer, and follows it no longer.
async fn follow(manager: &mut Manager, game: &str) -> Value {
    manager.send(&json!({"type": "join", "game": game})).await.expect("connected");
    let answer = manager
        .wait_for("an answer", |frame| {
            let answers = frame["type"] == "joined" || frame["type"] == "rejected" && frame["id"].is_null();
            answers && frame["game"] == game
        })
        .await;
    manager.send(&json!({"type": "leave", "game": game})).await.expect("connected");
    answer
}

#[tokio::test]
async fn every_command_answers_every_caller_as_the_table_says() {
    let house = House::open(Home::sqlite().brisk()).await;
    let mut table = Table { house, games: BTreeMap::new(), wrong_cells: Vec::new() };
    for row in rows(COMMANDS) {
        assert_eq!(row.len(), 7, "{row:?}");
        let kinds = if row[0] == "*" { dugout::protocol::COMMAND_KINDS.to_vec() } else { vec![row[0]] };
        for kind in kinds {
            for (caller, expected) in ["guest", "stranger", "away", "home", "operator"].iter().zip(&row[2..])
            {
                if *expected != "-" {
                    table.cell(kind, row[1], caller, expected).await;
                }
            }
        }
    }
    assert!(table.wrong_cells.is_empty(), "{}", table.wrong_cells.join("\n"));
}

#[test]
fn every_kind_of_command_and_frame_has_its_row() {
    let mut named: BTreeSet<_> =
        rows(COMMANDS).filter(|row| row[1] == "live").map(|row| row[0].to_owned()).collect();
    // `hello` and `leave` are about nobody's game: the tests below.
    named.extend(["hello".to_owned(), "leave".to_owned(), "command".to_owned()]);
    let frames = dugout::protocol::FRAME_TYPES.iter();
    let known = frames.chain(dugout::protocol::COMMAND_KINDS).map(|word| (*word).to_owned()).collect();
    assert_eq!(named, known, "the table on the left, the protocol on the right");
}

/// Sends these frames on a new socket; gives the close code.
async fn shown_out(home: &Home, frames: &[Value]) -> Option<u16> {
    let mut socket = open(&home.address, Some("dugout.v1")).await.expect("the socket opens");
    for frame in frames {
        let _ = socket.send(Message::text(frame.to_string())).await;
    }
    loop {
        match next_frame(&mut socket).await {
            Ok(frame) => assert_ne!(frame["type"], "welcome", "{frames:?}"),
            Err(closed) => return closed.code,
        }
    }
}

#[tokio::test]
async fn nobody_gets_past_hello_without_a_token() {
    let house = House::open(Home::sqlite().brisk()).await;
    let game = house.game("live").await;
    let home = &house.home;
    for (name, token) in Secret::of(home).wrong_tokens() {
        let hello = json!({"type": "hello", "token": token, "client": "thief/1"});
        assert_eq!(shown_out(home, &[hello]).await, Some(4401), "{name}");
    }
    let id = uuid::Uuid::new_v4();
    for frame in [
        json!({"type": "hello", "client": "nobody/1"}),
        json!({"type": "join", "game": game}),
        json!({"type": "leave", "game": game}),
        json!({"type": "command", "id": id, "game": game, "command": {"kind": "start"}}),
    ] {
        assert_eq!(shown_out(home, std::slice::from_ref(&frame)).await, Some(4400), "{frame}");
    }
    house.nobody.refused("token", 8.0).await;
    drop(house.server);
}

#[tokio::test]
async fn leaving_a_game_that_one_does_not_follow_changes_nothing() {
    let mut house = House::open(Home::sqlite().brisk()).await;
    let game = house.game("private live").await;
    house.ann.join(&game).await;
    for other in [&mut house.stranger, &mut house.operator] {
        other.send(&json!({"type": "leave", "game": game})).await.expect("connected");
        // The answer to a question asked later comes later.
        other.command(&game, None, json!({"kind": "resume"})).await.expect("connected");
    }
    let asked = start(&mut house.ann, &game).await.expect("connected");
    while house.ann.game(&game).seq < asked {
        house.ann.read().await.expect("who follows the game is still shown it");
    }
}
