//! What operators do beside the host: look a deployment over, copy its database, and bring a copy back.

use super::crowd::wait_until_over;
use super::whole_game::finished_game;
use crate::support::http::Http;
use crate::support::journal::Journal;
use crate::support::manager::Manager;
use crate::support::postgres::Cluster;
use crate::support::server::{Home, dugout, run};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

/// What `dugout doctor` finds, and whether a host could run.
async fn doctor(arguments: &mut Command) -> (bool, Vec<Value>) {
    let finished = run(arguments.arg("--json")).await;
    let found = serde_json::from_str(&finished.stdout).unwrap_or_else(|_| panic!("{}", finished.stderr));
    (finished.status.success(), found)
}

fn level<'a>(checks: &'a [Value], what: &str) -> &'a str {
    let check = checks.iter().find(|check| check["what"] == what);
    check.unwrap_or_else(|| panic!("{what} in {checks:?}"))["level"].as_str().expect("a level")
}

#[tokio::test]
async fn the_doctor_looks_over_a_deployment_and_changes_nothing() {
    let home = Home::sqlite();
    let directory = home.data_dir();
    let look = || {
        let mut command = dugout();
        command.args(["doctor", "--data-dir"]).arg(&directory);
        command
    };
    let (can_run, checks) = doctor(&mut look()).await;
    assert!(can_run, "{checks:?}");
    assert_eq!(level(&checks, "tables"), "ok");
    assert_eq!(std::fs::read_dir(&directory).expect("a directory").count(), 0, "nothing was made");

    let _server = home.start().await;
    let (can_run, checks) = doctor(look().env("DUGOUT__LISTEN", home.address.get())).await;
    assert!(can_run, "{checks:?}");
    assert_eq!(level(&checks, "address"), "warning", "the host is there: {checks:?}");

    let (can_run, checks) = doctor(look().env("DB_POOL_SIZE", "0")).await;
    assert!(!can_run && level(&checks, "settings") == "failure", "{checks:?}");
    let away = "postgres://dugout:hunter2@127.0.0.1:9/dugout";
    let (can_run, checks) = doctor(look().env("DATABASE_URL", away)).await;
    assert!(!can_run && level(&checks, "database") == "failure", "{checks:?}");
    assert!(!format!("{checks:?}").contains("hunter2"), "{checks:?}");

    let people = run(&mut look()).await;
    assert!(
        people.stdout.lines().any(|line| line.starts_with("ok") && line.contains("SQLite")),
        "{}",
        people.stdout
    );
}

#[tokio::test]
async fn the_doctor_knows_postgres() {
    let Some(cluster) = Cluster::shared() else { return };
    let home = Home::with_database(cluster.database().await);
    let (can_run, checks) = doctor(
        dugout()
            .args(["doctor", "--data-dir"])
            .arg(home.data_dir())
            .env("DATABASE_URL", home.database_url().expect("it has one")),
    )
    .await;
    assert!(can_run, "{checks:?}");
    for what in ["database", "tables", "durability", "clocks"] {
        assert_eq!(level(&checks, what), "ok", "{checks:?}");
    }
    assert_eq!(level(&checks, "database user"), "warning", "tests are the server's superuser");
    assert!(checks.iter().any(|check| check["what"] == "commits"), "{checks:?}");
}

/// Starts a game between AI managers and waits until it is well under way.
async fn game_under_way(http: &Http) -> String {
    let created = http.create_game(json!({"home_team_is_ai": true, "away_team_is_ai": true})).await;
    let game = created["id"].as_str().expect("an id").to_owned();
    while http.game(&game, "/state").await["play_count"].as_i64() < Some(10) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    game
}

/// A host that starts on a copy plays the game to its end, from where the copy was made.
async fn assert_goes_on(copy: &Home, original: &Http, game: &str) {
    let _server = copy.start().await;
    let http = Http::stranger(&copy.address);
    wait_until_over(&http, game).await;
    let restored = finished_game(&http, game).await;
    wait_until_over(original, game).await;
    let played_on = Journal::fetch(original, game).await;
    let common =
        restored.entries.iter().zip(&played_on.entries).take_while(|(one, other)| one == other).count();
    assert!(common >= 10, "the plays before the copy are in both: {common}");
}

#[tokio::test]
async fn a_copy_that_is_made_while_games_go_on_can_be_played_on() {
    let home = Home::sqlite().brisk().with("DUGOUT__HOST__AI_PAUSE_MS", "5");
    let _server = home.start().await;
    let eve = Manager::connect(&home.address, "Eve").await;
    let game = game_under_way(&eve.http).await;

    let copy = Home::sqlite().brisk();
    let file = copy.data_dir().join("dugout.sqlite");
    let backup = |to: &std::path::Path| {
        let mut command = dugout();
        command.args(["backup", "--data-dir"]).arg(home.data_dir()).arg(to);
        command
    };
    let made = run(&mut backup(&file)).await;
    assert!(made.status.success(), "{}", made.stderr);
    let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o077, 0, "the seeds in it are nobody else's business");
    let again = run(&mut backup(&file)).await;
    assert!(!again.status.success() && again.stderr.contains("exists"), "{}", again.stderr);

    assert_goes_on(&copy, &eve.http, &game).await;
}

#[tokio::test]
async fn a_dump_of_postgres_can_be_played_on() {
    let Some(cluster) = Cluster::shared() else { return };
    let (from, to) = (cluster.database().await, cluster.database().await);
    let home = Home::with_database(&from).brisk().with("DUGOUT__HOST__AI_PAUSE_MS", "5");
    let _server = home.start().await;
    let eve = Manager::connect(&home.address, "Eve").await;
    let game = game_under_way(&eve.http).await;

    let refused = run(dugout().args(["backup", "x", "--database-url", &from])).await;
    assert!(!refused.status.success() && refused.stderr.contains("pg_dump"), "{}", refused.stderr);
    // As docs/OPERATING.md says.
    let file = home.data_dir().join("dugout.dump").to_string_lossy().into_owned();
    let dumped = run(Cluster::tool("pg_dump").args(["--format=custom", "--file", &file, &from])).await;
    assert!(dumped.status.success(), "{}", dumped.stderr);
    let restored =
        run(Cluster::tool("pg_restore").args(["--no-owner", "--exit-on-error", "--dbname", &to, &file]))
            .await;
    assert!(restored.status.success(), "{}", restored.stderr);

    assert_goes_on(&Home::with_database(&to).brisk(), &eve.http, &game).await;
}

/// Settings that a file of the deployment names: `NAME=VALUE` behind one of these words.
fn named_in<'a>(text: &'a str, word: &str) -> Vec<(&'a str, &'a str)> {
    let lines = text.lines().filter_map(|line| line.strip_prefix(word));
    lines.flat_map(str::split_whitespace).filter_map(|pair| pair.split_once('=')).collect()
}

#[tokio::test]
async fn the_container_and_the_service_start_the_program_as_it_is() {
    let container = include_str!("../../config/container/Containerfile");
    let service = include_str!("../../config/systemd/dugout.service");
    let home = Home::sqlite();
    for named in [named_in(container, "ENV "), named_in(service, "Environment=")] {
        assert!(named.iter().any(|(name, _)| *name == "DUGOUT__DATA_DIR"), "{named:?}");
        // Where it keeps its data is another directory here.
        let (_, checks) =
            doctor(dugout().arg("doctor").args(["--data-dir"]).arg(home.data_dir()).envs(named)).await;
        assert_eq!(level(&checks, "settings"), "ok", "{checks:?}");
    }
    let begins = container.lines().find_map(|line| line.strip_prefix("CMD ")).expect("a command");
    let begins: Vec<String> = serde_json::from_str(begins).expect("a list");
    let starts = service.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("a command");
    let started: Vec<_> = starts.split_whitespace().skip(1).map(str::to_owned).collect();
    for mut arguments in [begins, started] {
        arguments.push("--help".to_owned());
        let finished = run(dugout().args(&arguments)).await;
        assert!(finished.status.success(), "{arguments:?}: {}", finished.stderr);
    }
}
