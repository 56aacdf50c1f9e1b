//! A database of an earlier version opens, and its games go on: the dumps in this folder were made by that version
//! (`README.md` there says how), with games in every situation.

use crate::end_to_end::{finished_game, wait_until_over};
use crate::support::http::Http;
use crate::support::journal::Journal;
use crate::support::manager::Manager;
use crate::support::play::start;
use crate::support::postgres::Cluster;
use crate::support::server::{Home, dugout, run};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use dugout::rules::charts::RULES_VERSION;
use serde_json::{Value, json};
use tokio_postgres::NoTls;

const SQLITE: &str = include_str!("upgrade/sqlite.sql");
const POSTGRES: &str = include_str!("upgrade/postgres.sql");
/// The rules that the dumps' games began under.
const EARLIER: u16 = 2;

/// The games of a dump, by their situation.
struct Games {
    ann: String,
    live: String,
    paused: String,
    pending: String,
    unattended: String,
    finished: String,
}

impl Games {
    async fn find(operator: &Http) -> Self {
        let page = operator.get("/api/v1/operator/games?status=all").await.ok();
        let games = page["items"].as_array().expect("a list").clone();
        assert_eq!(games.len(), 5, "every game is there");
        let one = |what: &str, is_it: &dyn Fn(&Value) -> bool| {
            let game = games.iter().find(|game| is_it(game));
            game.unwrap_or_else(|| panic!("no {what} game"))["id"].as_str().expect("an id").to_owned()
        };
        let is = |game: &Value, status: &str| game["status"] == status;
        let unattended = |game: &Value| game["home_team_is_ai"] == true && game["away_team_is_ai"] == true;
        let live = one("live", &|game| is(game, "active") && !unattended(game));
        let seat = operator.game(&live, "").await["seats"]["home"]["user_id"].clone();
        Self {
            ann: seat.as_str().expect("Ann has the seat").to_owned(),
            live,
            paused: one("paused", &|game| is(game, "paused")),
            pending: one("pending", &|game| is(game, "pending")),
            unattended: one("unattended", &|game| is(game, "active") && unattended(game)),
            finished: one("finished", &|game| is(game, "completed")),
        }
    }
}

/// What `dugout verify` says of a game's journal: its exit code, and its answer.
async fn verified(http: &Http, game: &str) -> (Option<i32>, Value, String) {
    let text = http.get(&format!("/api/v1/games/{game}/journal")).await.text;
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::io::Write::write_all(&mut file, text.as_bytes()).expect("written");
    let told = run(dugout().arg("verify").arg(file.path())).await;
    let finished = run(dugout().args(["verify", "--json"]).arg(file.path())).await;
    let answer = serde_json::from_str(&finished.stdout).unwrap_or_else(|_| panic!("{}", finished.stderr));
    (finished.status.code(), answer, told.stdout)
}

/// A journal that began under earlier rules holds in all that can be checked, and is never called changed.
async fn assert_holds_as_an_earlier_game(http: &Http, game: &str) {
    let (code, answer, told) = verified(http, game).await;
    assert_eq!((&answer["holds"], &answer["finished"]), (&json!(true), &json!(true)), "{answer}");
    assert_eq!(answer["rules_version"], EARLIER);
    let is_decided_the_same = answer["decided_otherwise"].is_null();
    assert_eq!(code, Some(if is_decided_the_same { 0 } else { 3 }), "{answer}");
    assert!(told.contains(&format!("rules version {EARLIER}")), "{told}");
}

async fn goes_on(home: Home) {
    assert_ne!(EARLIER, RULES_VERSION, "the dumps are of an earlier version");
    let checked = run(dugout()
        .args(["doctor", "--json", "--data-dir"])
        .arg(home.data_dir())
        .args(home.database_url().map(|url| format!("--database-url={url}"))))
    .await;
    assert!(checked.stdout.contains("tables"), "{}{}", checked.stdout, checked.stderr);
    // The host brings the tables up to date by itself.
    let mut server = home.start().await;
    let token = home.token("League", &["--operator"]).await;
    let operator = Http::stranger(&home.address).with_token(&token);
    let games = Games::find(&operator).await;

    // What is over stays as it was.
    let over = finished_game(&operator, &games.finished).await;
    assert!(over.entries.len() > 10);
    let box_score = operator.get(&format!("/api/v1/games/{}/box_score?format=text", games.finished)).await;
    assert!(box_score.status.is_success() && box_score.text.contains("Houston"), "{}", box_score.text);
    assert_holds_as_an_earlier_game(&operator, &games.finished).await;

    // What was under way goes on from where it was, with the entries that were there.
    let token = home.token("Ann", &["--user", &games.ann]).await;
    let mut ann = Manager::sign_in(&home.address, "Ann", &token).await;
    let before = Journal::fetch(&operator, &games.live).await.entries;
    assert!(before.len() > 10, "it was in the middle");
    assert_eq!(ann.join(&games.live).await["seat"], "home");
    ann.play(&games.live).await.expect("connected");
    let after = finished_game(&operator, &games.live).await.entries;
    assert_eq!(after[..before.len()], before[..], "nothing of what was shown is gone");

    assert_eq!(operator.game(&games.paused, "").await["status"], "paused");
    ann.join(&games.paused).await;
    ann.commit(&games.paused, None, json!({"kind": "resume"})).await.expect("connected");
    ann.play(&games.paused).await.expect("connected");

    // A crash in between is nothing new.
    server.kill();
    server = home.start().await;
    ann.reconnect_without_games().await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    bob.http.post(&format!("/api/v1/games/{}/seats/away", games.pending), &json!({})).await.ok();
    ann.join(&games.pending).await;
    bob.join(&games.pending).await;
    start(&mut ann, &games.pending).await.expect("connected");
    let (home_end, away_end) = tokio::join!(ann.play(&games.pending), bob.play(&games.pending));
    home_end.and(away_end).expect("connected");
    wait_until_over(&operator, &games.unattended).await;
    for game in [&games.live, &games.paused, &games.pending, &games.unattended] {
        finished_game(&operator, game).await;
        assert_holds_as_an_earlier_game(&operator, game).await;
    }
    // And new games are this version's.
    let created = ann.http.create_game(json!({"settings": {"innings": 1}, "away_team_is_ai": true})).await;
    let new = created["id"].as_str().expect("an id").to_owned();
    ann.join(&new).await;
    start(&mut ann, &new).await.expect("connected");
    ann.play(&new).await.expect("connected");
    let (code, answer, _) = verified(&operator, &new).await;
    assert_eq!((code, &answer["rules_version"]), (Some(0), &json!(RULES_VERSION)));
    drop(server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sqlite_database_of_an_earlier_version_opens_and_its_games_go_on() {
    let home = Home::sqlite().brisk();
    let file = home.data_dir().join("dugout.sqlite");
    let mut connection = SqliteConnection::establish(file.to_str().expect("UTF-8")).expect("a new file");
    connection.batch_execute(SQLITE).expect("the dump can be loaded");
    drop(connection);
    goes_on(home).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_database_of_an_earlier_version_opens_and_its_games_go_on() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database().await;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.expect("the server answers");
    tokio::spawn(connection);
    client.batch_execute(POSTGRES).await.expect("the dump can be loaded");
    goes_on(Home::with_database(&url).brisk()).await;
}
