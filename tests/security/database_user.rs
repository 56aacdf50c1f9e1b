//! The host plays with a database user that may do no more than `config/postgres_grants.sql` says.

use crate::support::http::Http;
use crate::support::journal::Journal;
use crate::support::manager::Manager;
use crate::support::play::{plain_answer, play_game, sit_down, start};
use crate::support::postgres::Cluster;
use crate::support::server::{Home, dugout, run};
use serde_json::json;
use tokio_postgres::NoTls;

const GRANTS: &str = include_str!("../../config/postgres_grants.sql");
/// What nobody may find in a log; the server's own `trust` does not look at it.
const PASSWORD: &str = "hunter2-hunter2";

/// Runs statements one after the other; the error of the first that fails.
async fn sql(url: &str, statements: &str) -> Result<(), String> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the server answers");
    let connection = tokio::spawn(connection);
    let result = client.batch_execute(statements).await;
    drop(client);
    connection.await.expect("the connection ends").expect("the connection ends well");
    result.map_err(|error| {
        error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
    })
}

/// The same database for another user.
fn as_user(url: &str, user: &str) -> String {
    url.replace("postgres://postgres@", &format!("postgres://{user}:{PASSWORD}@"))
}

/// A whole game, and everything that a rollback, a substitute, an operator or a restart makes the host write.
async fn play_everything(home: &Home) {
    let server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let token = home.token("League", &["--operator"]).await;
    let operator = Http::stranger(&home.address).with_token(&token);
    let game = sit_down(&mut ann, &mut bob, json!({"settings": {"innings": 1}})).await;
    let path = format!("/api/v1/games/{game}");
    operator.post(&format!("{path}/quarantine"), &json!({"reason": "to be looked at"})).await.ok();
    operator.post(&format!("{path}/resume"), &json!({})).await.ok();
    play_game(&mut ann, &mut bob, &game).await;

    let other = sit_down(&mut ann, &mut bob, json!({})).await;
    start(&mut ann, &other).await.expect("connected");
    server.kill();
    let server = home.start().await;
    ann.reconnect_without_games().await;
    bob.reconnect_without_games().await;
    while operator.game(&other, "/state").await["play_count"] == 0 {
        let state = operator.game(&other, "/state").await;
        let pending = &state["pending_decision"];
        let manager = if pending["side"] == "home" { &mut ann } else { &mut bob };
        let choice = pending["choices"][0].as_str().unwrap_or_default().to_owned();
        let phase = pending["phase"].as_str().expect("somebody owes a decision");
        manager.commit(&other, None, plain_answer(phase, &[choice])).await.expect("connected");
    }
    operator.post(&format!("/api/v1/games/{other}/rollback"), &json!({"to_play": 0})).await.ok();
    assert!(operator.game(&other, "/plays").await["items"].as_array().is_some_and(Vec::is_empty));
    Journal::fetch(&operator, &other).await;
    operator.post(&format!("/api/v1/games/{other}/free_seat"), &json!({"side": "home"})).await.ok();
    let acts = operator.get("/api/v1/operator/acts").await.ok();
    assert!(
        acts["items"].as_array().is_some_and(|acts| acts.iter().all(|act| act["answer"]["code"] == "done"))
    );
    assert!(!server.log().contains(PASSWORD), "a password is in the log");
}

#[tokio::test]
async fn games_are_played_with_a_user_that_may_do_no_more_than_that() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database().await;
    // The roles belong to the whole server; an earlier run of this test cannot have left them: it is a new one.
    let roles = format!("CREATE ROLE dugout_owner LOGIN PASSWORD '{PASSWORD}'; CREATE ROLE dugout LOGIN");
    sql(&url, &roles).await.expect("roles can be made");
    let database = url.rsplit_once('/').expect("a database").1.to_owned();
    let given =
        format!("ALTER DATABASE {database} OWNER TO dugout_owner; ALTER SCHEMA public OWNER TO dugout_owner");
    sql(&url, &given).await.expect("the database can be given away");
    let (owner, player) = (as_user(&url, "dugout_owner"), as_user(&url, "dugout"));

    let home = Home::with_database(&player).brisk().with_whole_log();
    let mut too_early = home.launch();
    assert!(!too_early.ended().await.success(), "the player cannot make tables");
    let log = too_early.log();
    assert!(log.contains("dugout migrate") && !log.contains(PASSWORD), "{log}");

    let migrated = run(dugout().args(["migrate", "--database-url", &owner])).await;
    assert!(migrated.status.success(), "{}", migrated.stderr);
    sql(&owner, GRANTS).await.expect("the grants are given");
    sql(&owner, GRANTS).await.expect("and may be given again");
    play_everything(&home).await;

    for forbidden in [
        "UPDATE journal SET events = '[]'",
        "DELETE FROM journal",
        "TRUNCATE journal",
        "UPDATE game_secrets SET dice_seed = dice_seed",
        "DELETE FROM game_secrets",
        "DELETE FROM games",
        "UPDATE operator_acts SET user_name = 'nobody'",
        "DELETE FROM operator_acts",
        "UPDATE cards SET card = card",
        "UPDATE roster_links SET card_hash = card_hash",
        "UPDATE seats SET user_name = 'thief'",
        "UPDATE rolls SET roll_data = '{}'",
        "CREATE TABLE mine (id integer)",
        "DROP TABLE plays",
        "ALTER TABLE games ADD COLUMN mine integer",
        "UPDATE __diesel_schema_migrations SET version = '1'",
        "CREATE ROLE another",
    ] {
        let refused = sql(&player, forbidden).await.expect_err(forbidden);
        let says = ["permission denied", "must be owner"].iter().any(|says| refused.contains(says));
        assert!(says, "{forbidden}: {refused}");
    }
}

#[test]
fn every_table_has_its_grants() {
    let migrations = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    for migration in std::fs::read_dir(migrations).expect("the migrations") {
        let up = migration.expect("readable").path().join("up.sql");
        let text = std::fs::read_to_string(up).expect("a migration");
        for table in text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")) {
            let name = table.trim_end_matches(['(', ' ']);
            let granted = GRANTS.lines().filter(|line| line.starts_with("GRANT"));
            let words = granted.flat_map(|line| line.split([' ', ',', ';']));
            assert!(words.into_iter().any(|word| word == name), "{name} is granted to nobody");
        }
    }
}
