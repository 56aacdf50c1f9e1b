//! What the binary says to a wrong command line, configuration or database: one clear line, no panic, no success.

use crate::support::http::Http;
use crate::support::server::{Home, dugout, run};
use serde_json::json;
use std::process::Command;

/// A `serve` command on a free port with this data directory.
fn serve(home: &Home) -> Command {
    let mut command = dugout();
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(home.data_dir());
    command
}

/// Fails unless the command is refused with a message that holds all these words.
async fn assert_refused(command: &mut Command, words: &[&str]) {
    let finished = run(command).await;
    let shown =
        format!("{command:?}: {}\nstdout: {}\nstderr: {}", finished.status, finished.stdout, finished.stderr);
    assert!(finished.status.code().is_some_and(|code| code != 0), "must fail by itself: {shown}");
    assert!(finished.stdout.is_empty(), "errors belong on stderr: {shown}");
    assert!(!finished.stderr.contains("panicked") && !finished.stderr.contains("stack backtrace"), "{shown}");
    let message = finished.stderr.lines().find(|line| words.iter().all(|word| line.contains(word)));
    assert!(message.is_some(), "no line says all of {words:?}: {shown}");
}

#[tokio::test]
async fn wrong_flags_settings_and_databases_are_refused_by_name() {
    let home = Home::sqlite();
    let file = home.data_dir().join("a-file");
    std::fs::write(&file, "[host]\nspeed = 1\n").expect("written");
    let file = file.to_string_lossy().into_owned();
    let missing = home.data_dir().join("missing.toml").to_string_lossy().into_owned();

    assert_refused(dugout().args(["serve", "--listen", "here"]), &["here", "--listen"]).await;
    assert_refused(dugout().args(["serve", "--port", "80"]), &["--port"]).await;
    assert_refused(dugout().arg("sevre"), &["sevre"]).await;
    assert_refused(serve(&home).args(["--config", &missing]), &["missing.toml"]).await;
    assert_refused(serve(&home).args(["--config", &file]), &["host.speed"]).await;
    assert_refused(serve(&home).env("DUGOUT__HOTS__X", "1"), &["hots"]).await;
    assert_refused(serve(&home).env("DB_POOL_SIZE", "0"), &["database.pool_size", "0"]).await;
    assert_refused(serve(&home).args(["--database-url", "mysql://h/db"]), &["mysql", "sqlite", "postgres"])
        .await;
    assert_refused(dugout().args(["serve", "--listen", "127.0.0.1:0", "--data-dir", &file]), &["a-file"])
        .await;
}

#[tokio::test]
async fn an_unreachable_database_is_named_without_its_password() {
    let home = Home::sqlite();
    let mut command = serve(&home);
    command.args(["--database-url", "postgres://ann:hunter2@127.0.0.1:1/league"]);
    assert_refused(&mut command, &["127.0.0.1"]).await;
    let finished = run(&mut command).await;
    assert!(!finished.stderr.contains("hunter2"), "{}", finished.stderr);
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let home = Home::sqlite();
    let _server = home.start().await;
    let address = home.address.get();
    let other = Home::sqlite();
    let mut command = dugout();
    command.args(["serve", "--listen", &address, "--data-dir"]).arg(other.data_dir());
    assert_refused(&mut command, &[&address]).await;
}

#[tokio::test]
async fn help_and_version_are_there() {
    for (argument, word) in [("--help", "serve"), ("help", "serve"), ("--version", env!("CARGO_PKG_VERSION"))]
    {
        let finished = run(dugout().arg(argument)).await;
        assert!(
            finished.status.success() && finished.stdout.contains(word),
            "{argument}: {}",
            finished.stdout
        );
    }
}

/// The bearer of the token that `dugout token` prints, with the secret of this home.
async fn bearer(home: &Home, arguments: &[&str]) -> Http {
    let finished = run(dugout().arg("token").args(arguments).arg("--data-dir").arg(home.data_dir())).await;
    assert!(finished.status.success(), "{}", finished.stderr);
    Http::stranger(&home.address).with_token(finished.stdout.trim())
}

#[tokio::test]
async fn a_token_from_the_command_line_opens_the_door() {
    let home = Home::sqlite();
    let _server = home.start().await;
    let created = bearer(&home, &["Ann"]).await.create_game(json!({"visibility": "private"})).await;
    let path = format!("/api/v1/games/{}", created["id"].as_str().expect("an id"));
    bearer(&home, &["Bob"]).await.get(&path).await.problem(404, "not_found");
    let seen = bearer(&home, &["League", "--operator"]).await.get(&path).await.ok();
    assert_eq!(seen["id"], created["id"], "who runs the league sees every game");
}

#[tokio::test]
async fn a_migrated_database_is_migrated_again_without_effect() {
    let home = Home::sqlite();
    for _ in 0..2 {
        let finished = run(dugout().args(["migrate", "--data-dir"]).arg(home.data_dir())).await;
        assert!(finished.status.success(), "{}", finished.stderr);
    }
    let _server = home.start().await;
}
