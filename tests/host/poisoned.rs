//! Rows that were changed behind the host's back: the game is set aside with a reason that names the row, its journal can
//! be read as far as it goes, and the others play on. What can be computed again is.

use super::quarantine::{get, open_doors};
use super::support::{game_against_ai, play, start_on, user};
use crate::store::fixture::Fixture;
use crate::support::PATIENCE;
use dugout::cli::verify::journal::{Journal, Place};
use dugout::cli::verify::replay;
use dugout::host::faults::Faults;
use dugout::host::{Host, NotCommitted};
use dugout::id::{CommandId, GameId, Seq};
use dugout::protocol::User;
use dugout::rules::command::Command;
use dugout::rules::rejection::RejectionCode;
use dugout::store::change::Change;
use dugout::store::read::Viewer;
use std::time::{Duration, Instant};

/// One way to spoil a game: SQL in which `GAME` stands for its id, and the word by which the reason names the row.
struct Poison {
    sql: &'static str,
    named: &'static str,
}

const NO_SNAPSHOT: &str =
    "UPDATE game_sessions SET state_snapshot = NULL, snapshot_seq = NULL WHERE game_id = GAME;";

fn poisons(is_sqlite: bool) -> Vec<Poison> {
    let of = |sqlite, postgres, named| Poison { sql: if is_sqlite { sqlite } else { postgres }, named };
    vec![
        of(
            "UPDATE journal SET events = replace(events, '\"side\":', '\"sides\":') WHERE game_id = GAME AND seq = 4",
            "UPDATE journal SET events = replace(events::text, '\"side\":', '\"sides\":')::jsonb
                WHERE game_id = GAME AND seq = 4",
            "entry 4",
        ),
        of(
            "UPDATE journal SET hash = zeroblob(32) WHERE game_id = GAME AND seq = 3",
            "UPDATE journal SET hash = decode(repeat('00', 32), 'hex') WHERE game_id = GAME AND seq = 3",
            "entry 3",
        ),
        of(
            "DELETE FROM journal WHERE game_id = GAME AND seq = 5",
            "DELETE FROM journal WHERE game_id = GAME AND seq = 5",
            "entry 5",
        ),
        of(
            "UPDATE journal SET events = 'no list' WHERE game_id = GAME AND seq = 4",
            "UPDATE journal SET events = '7' WHERE game_id = GAME AND seq = 4",
            "entry 4",
        ),
        of(
            "UPDATE game_secrets SET dice_seed = zeroblob(32) WHERE game_id = GAME",
            "UPDATE game_secrets SET dice_seed = decode(repeat('00', 32), 'hex') WHERE game_id = GAME",
            "dice seed",
        ),
        of(
            "UPDATE roster_links SET card_hash = (SELECT card_hash FROM roster_links WHERE game_id = GAME AND id = 2)
                WHERE game_id = GAME AND id = 1",
            "UPDATE roster_links SET card_hash = (SELECT card_hash FROM roster_links WHERE game_id = GAME AND id = 2)
                WHERE game_id = GAME AND id = 1",
            "roster",
        ),
    ]
}

/// The reason for which the game is set aside, once its row has it.
async fn reason(fixture: &Fixture, game: GameId) -> String {
    let began = Instant::now();
    loop {
        let row = fixture.store.game(game, Viewer::Operator).await.expect("readable");
        if let Some(reason) = row.quarantine_reason {
            return reason;
        }
        assert!(began.elapsed() < PATIENCE, "{game} is not set aside");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn assert_set_aside(host: &Host, game: GameId, manager: &User) {
    let answer = host.command(game, manager, CommandId::generate(), None, Command::Pause {}).await;
    let Err(NotCommitted::Refused(refused)) = answer else { panic!("answered {answer:?}") };
    assert_eq!(refused.rejection.code, RejectionCode::Quarantined, "{refused:?}");
}

async fn poisoned_rows_are_named_and_the_others_play_on(fixture: Fixture) {
    let host = start_on(&fixture.url, Faults::default()).await;
    let ann = user("Ann");
    let quiet = game_against_ai(&host, &ann).await;
    let mut bad = Vec::new();
    for poison in poisons(fixture.is_sqlite()) {
        let game = game_against_ai(&host, &ann).await;
        play(&host, game, &ann, 4).await;
        bad.push((game, poison));
    }
    host.stop().await;
    for (game, poison) in &bad {
        let sql = format!("{NO_SNAPSHOT}{}", poison.sql).replace("GAME", &fixture.literal(*game));
        fixture.execute(&sql).await.expect("the poison is legal SQL");
    }

    let host = start_on(&fixture.url, Faults::default()).await;
    for (game, poison) in &bad {
        assert_set_aside(&host, *game, &ann).await;
        let reason = reason(&fixture, *game).await;
        assert!(reason.contains(poison.named), "{}: {reason}", poison.sql);
        play(&host, quiet, &ann, 1).await;
    }
    let (url, token) = open_doors(&host, &fixture.store, &ann).await;
    for (game, poison) in &bad {
        let journal = get(&format!("{url}/api/v1/games/{game}/journal"), &token).await;
        let verdict =
            Journal::read(journal.as_bytes(), &|| ()).and_then(|journal| replay::verify(&journal, &|| ()));
        match poison.named.strip_prefix("entry ") {
            Some(seq) => {
                let fault = verdict.expect_err("verify notices it as well");
                assert_eq!(fault.place, Place::Entry(Seq(seq.parse().expect("a number"))), "{fault}");
            }
            None if poison.named == "roster" => {
                let fault = verdict.expect_err("verify notices it as well");
                assert_eq!(fault.place, Place::Field("cards".to_owned()), "{fault}");
            }
            None => assert!(!verdict.expect("what was shown is intact").is_finished()),
        }
    }
    host.stop().await;
}

async fn a_game_is_played_on_once_its_rows_are_mended_and_it_is_released(fixture: Fixture) {
    let host = start_on(&fixture.url, Faults::default()).await;
    let ann = user("Ann");
    let game = game_against_ai(&host, &ann).await;
    play(&host, game, &ann, 3).await;
    host.command(game, &ann, CommandId::generate(), None, Command::Pause {}).await.expect("nobody plays on");
    // Under the running host: the next entry finds another one before it than the game remembers.
    let rename = |from: &str, to: &str| {
        let sql = "UPDATE journal SET hash = TO \
                   WHERE game_id = GAME AND hash = FROM";
        let blob = |hex: &str| {
            if fixture.is_sqlite() { format!("x'{hex}'") } else { format!("decode('{hex}', 'hex')") }
        };
        sql.replace("GAME", &fixture.literal(game)).replace("TO", &blob(to)).replace("FROM", &blob(from))
    };
    let (state, _, _) = host.committed_state(game).await.expect("readable");
    let head = fixture.store.journal(game, Seq(state.seq.0 - 1), 1).await.expect("readable").remove(0);
    let (good, wrong) = (head.hash.to_string(), "11".repeat(32));
    fixture.execute(&rename(&good, &wrong)).await.expect("changed");
    let answer = host.command(game, &ann, CommandId::generate(), None, Command::Resume {}).await;
    assert!(matches!(&answer, Err(NotCommitted::Refused(_))), "{answer:?}");
    assert_set_aside(&host, game, &ann).await;
    let why = reason(&fixture, game).await;
    assert!(why.contains(&format!("entry {}", head.seq)), "{why}");
    host.stop().await;

    fixture.execute(&rename(&wrong, &good)).await.expect("mended");
    fixture.commit_one(Change::Release(game)).await.expect("released");
    let host = start_on(&fixture.url, Faults::default()).await;
    host.command(game, &ann, CommandId::generate(), None, Command::Resume {}).await.expect("goes on");
    play(&host, game, &ann, 3).await;
    host.stop().await;
}

async fn a_spoilt_snapshot_costs_a_replay_and_nothing_else(fixture: Fixture) {
    let host = start_on(&fixture.url, Faults::default()).await;
    let ann = user("Ann");
    let game = game_against_ai(&host, &ann).await;
    play(&host, game, &ann, 4).await;
    host.command(game, &ann, CommandId::generate(), None, Command::Pause {}).await.expect("paused");
    let (before, _, _) = host.committed_state(game).await.expect("readable");
    host.stop().await;
    let outs = if fixture.is_sqlite() {
        "json_set(state_snapshot, '$.outs', 2, '$.inning', 9)"
    } else {
        "jsonb_set(jsonb_set(state_snapshot, '{outs}', '2'), '{inning}', '9')"
    };
    fixture.execute(&format!("UPDATE game_sessions SET state_snapshot = {outs}")).await.expect("changed");
    assert!(fixture.store.load_game_state(game).await.expect("readable").snapshot_rejected.is_some());

    let host = start_on(&fixture.url, Faults::default()).await;
    assert_eq!(host.committed_state(game).await.expect("readable").0, before);
    host.command(game, &ann, CommandId::generate(), None, Command::Resume {}).await.expect("goes on");
    let stored = fixture.store.load_game_state(game).await.expect("readable");
    assert!(stored.snapshot.is_some() && stored.snapshot_rejected.is_none(), "a new one took its place");
    host.stop().await;
}

/// Each of these on both databases.
macro_rules! on_both {
    ($($test:ident,)*) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(super::Fixture::sqlite().await).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                if let Some(fixture) = super::Fixture::postgres().await {
                    super::$test(fixture).await;
                }
            })*
        }
    };
}

on_both! {
    poisoned_rows_are_named_and_the_others_play_on,
    a_game_is_played_on_once_its_rows_are_mended_and_it_is_released,
    a_spoilt_snapshot_costs_a_replay_and_nothing_else,
}
