//! Games that were played on one host are taken in by another: whole, the same to the byte, or not at all.

use super::verify::{add_a_run, assert_verified};
use super::whole_game::watch_ai_game;
use crate::support::http::Http;
use crate::support::journal::Journal;
use crate::support::manager::Manager;
use crate::support::play::{sit_down, start};
use crate::support::postgres::Cluster;
use crate::support::server::{Finished, Home, dugout, run};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A season on a host: journals by game, and what the host says of each.
struct Played {
    folder: TempDir,
    games: Vec<(String, String)>,
    /// Of each game: plays, box score, rolls, line-ups, rosters.
    told: Vec<Vec<Value>>,
    season: Vec<Value>,
    live: PathBuf,
}

const TOLD: [&str; 5] = ["/plays", "/box_score", "/rolls", "/lineups", "/rosters"];

async fn told(http: &Http, game: &str) -> Vec<Value> {
    let mut told = Vec::new();
    for what in TOLD {
        let mut answer = http.game(game, what).await;
        // When the row was written is each database's own affair.
        for roll in answer["items"].as_array_mut().into_iter().flatten().filter(|_| what == "/rolls") {
            roll.as_object_mut().expect("a roll").remove("created_at");
        }
        told.push(answer);
    }
    let mut row = http.game(game, "").await;
    for own in ["seats", "connected_users", "connected_count"] {
        row.as_object_mut().expect("a game").remove(own);
    }
    told.push(row);
    told
}

async fn season(http: &Http) -> Vec<Value> {
    let mut season = Vec::new();
    for list in ["standings", "batting", "pitching", "fielding"] {
        season.push(http.get(&format!("/api/v1/season/{list}?limit=200")).await.ok());
    }
    season
}

/// The players of the home team.
async fn team(http: &Http) -> Vec<i64> {
    let (home, _) = http.two_teams().await;
    let players = http.get(&format!("/api/v1/teams/{home}/players?limit=100")).await.ok();
    players["items"].as_array().into_iter().flatten().filter_map(|player| player["id"].as_i64()).collect()
}

/// The player who is last on the home roster goes, and another comes.
async fn change_roster(http: &Http, game: &str, comes: i64) {
    let (home, _) = http.two_teams().await;
    let path = format!("/api/v1/games/{game}/rosters");
    let links = http.get(&path).await.ok();
    let last = links["items"].as_array().and_then(|links| links.last()).expect("a roster")["id"].clone();
    let gone = http.send(reqwest::Method::DELETE, &format!("{path}/{last}"), None).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    http.post(&path, &json!({"team_id": home, "card_id": comes})).await.ok();
}

/// One game of AI managers, one between people that goes back twice, one that is forfeited, one that is still played.
async fn play_a_season() -> Played {
    let home = Home::sqlite().brisk();
    let _server = home.start().await;
    let mut ann = Manager::connect(&home.address, "Ann").await;
    let mut bob = Manager::connect(&home.address, "Bob").await;
    let token = home.token("League", &["--operator"]).await;
    let operator = Http::stranger(&home.address).with_token(&token);
    let league = |innings: u8| json!({"game_mode": "league", "settings": {"innings": innings}});
    let mut names = vec![watch_ai_game(&ann.http, league(2)).await];

    let game = sit_down(&mut ann, &mut bob, league(1)).await;
    start(&mut ann, &game).await.expect("connected");
    for (plays, to_play) in [(4, 2), (5, 0)] {
        while operator.game(&game, "/state").await["play_count"].as_i64() < Some(plays) {
            answer_one(&mut ann, &mut bob, &operator, &game).await;
        }
        let path = format!("/api/v1/games/{game}/rollback");
        operator.post(&path, &json!({ "to_play": to_play })).await.ok();
    }
    while operator.game(&game, "/state").await["status"] != "completed" {
        answer_one(&mut ann, &mut bob, &operator, &game).await;
    }
    names.push(game);

    let players = team(&ann.http).await;
    let (late, others) = players.split_last().expect("a team has players");
    let mut agreed = league(9);
    agreed["home_roster"] = json!(others);
    let game = sit_down(&mut ann, &mut bob, agreed).await;
    change_roster(&ann.http, &game, *late).await;
    start(&mut ann, &game).await.expect("connected");
    answer_one(&mut ann, &mut bob, &operator, &game).await;
    operator.post(&format!("/api/v1/games/{game}/forfeit"), &json!({"side": "home"})).await.ok();
    names.push(game);

    let live = sit_down(&mut ann, &mut bob, json!({})).await;
    start(&mut ann, &live).await.expect("connected");
    let folder = tempfile::tempdir().expect("a folder");
    let (mut games, mut said) = (Vec::new(), Vec::new());
    for (at, game) in names.into_iter().enumerate() {
        let journal = operator.get(&format!("/api/v1/games/{game}/journal")).await.text;
        std::fs::write(folder.path().join(format!("{at}.ndjson")), &journal).expect("written");
        said.push(told(&operator, &game).await);
        games.push((game, journal));
    }
    let journal = operator.get(&format!("/api/v1/games/{live}/journal")).await.text;
    let live = folder.path().join("live.txt");
    std::fs::write(&live, journal).expect("written");
    Played { season: season(&operator).await, folder, games, told: said, live }
}

/// Whoever owes a decision makes it.
async fn answer_one(ann: &mut Manager, bob: &mut Manager, operator: &Http, game: &str) {
    let state = operator.game(game, "/state").await;
    let pending = &state["pending_decision"];
    let manager = if pending["side"] == "home" { ann } else { bob };
    let choice = pending["choices"][0].as_str().unwrap_or_default().to_owned();
    let answer = crate::support::play::plain_answer(pending["phase"].as_str().expect("a phase"), &[choice]);
    manager.commit(game, None, answer).await.expect("connected");
}

async fn import(home: &Home, journal: &Path) -> Finished {
    let mut command = dugout();
    command.arg("import-journal").arg(journal).arg("--data-dir").arg(home.data_dir());
    if let Some(url) = home.database_url() {
        command.args(["--database-url", url]);
    }
    run(&mut command).await
}

async fn assert_refused(home: &Home, journal: &Path, says: &str) {
    let finished = import(home, journal).await;
    assert_eq!(finished.status.code(), Some(1), "{}{}", finished.stdout, finished.stderr);
    assert!(finished.stderr.contains(says), "`{says}` is not in: {}", finished.stderr);
}

/// The journal with a run that was not scored, of a game that says it began under earlier rules.
fn forged_under_earlier_rules(journal: &str) -> String {
    let mut forged = Journal::parse(journal);
    let earlier = forged.header["rules_version"].as_u64().expect("a version") - 1;
    forged.header["rules_version"] = json!(earlier);
    forged.entries[0]["events"][0]["rules_version"] = json!(earlier);
    add_a_run(&mut forged.entries);
    forged.chain_anew();
    forged.to_text()
}

async fn take_in(played: &Played, home: &Home) {
    // Nothing of a journal with one other byte, of one that is cut, or of one that goes on is stored.
    let (_, journal) = &played.games[0];
    let bad = played.folder.path().join("bad.txt");
    for at in [journal.len() / 3, journal.len() / 2, journal.len() - 40] {
        let mut bytes = journal.clone().into_bytes();
        bytes[at] ^= 1;
        let seq = bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        std::fs::write(&bad, bytes).expect("written");
        let place = if seq == 0 { "the header line".to_owned() } else { format!("entry {seq}:") };
        assert_refused(home, &bad, &place).await;
    }
    let cut = journal.match_indices('\n').nth(20).expect("20 entries").0 + 1;
    std::fs::write(&bad, &journal[..cut]).expect("written");
    assert_refused(home, &bad, "only finished games").await;
    assert_refused(home, &played.live, "only finished games").await;
    std::fs::write(&bad, forged_under_earlier_rules(journal)).expect("written");
    assert_refused(home, &bad, "only a game that can be decided again").await;

    let server = home.start().await;
    let http = Http::stranger(&home.address);
    assert_eq!(http.get("/api/v1/games").await.ok()["items"], json!([]), "nothing was stored");
    // While the host runs, the whole folder at once; a second time, none of it.
    let finished = import(home, played.folder.path()).await;
    assert!(finished.status.success(), "{}{}", finished.stdout, finished.stderr);
    assert!(finished.stdout.contains("3 of 3 games were imported"), "{}", finished.stdout);
    assert_refused(home, played.folder.path(), "is in the database already").await;
    assert_same(played, &http).await;
    // Nor is there anything that a start would have to mend.
    drop(server);
    let _server = home.start().await;
    assert_same(played, &http.at(&home.address)).await;
}

async fn assert_same(played: &Played, http: &Http) {
    for ((game, journal), said) in played.games.iter().zip(&played.told) {
        let path = format!("/api/v1/games/{game}");
        let again = http.get(&format!("{path}/journal")).await.text;
        assert!(again == *journal, "the journal of {game} has other bytes");
        assert_verified(http, game).await;
        for ((now, then), what) in told(http, game).await.iter().zip(said).zip(TOLD.iter().chain([&"row"])) {
            assert_eq!(now, then, "{what} of {game}");
        }
        assert_eq!(http.game(game, "").await["seats"], json!({"away": null, "home": null}));
        assert_eq!(http.game(game, "/state").await["status"], "completed");
    }
    for (now, then) in season(http).await.iter().zip(&played.season) {
        assert_eq!(now, then);
    }
}

#[tokio::test]
async fn a_season_of_another_host_is_taken_in_on_both_databases() {
    let played = play_a_season().await;
    take_in(&played, &Home::sqlite()).await;
    if let Some(cluster) = Cluster::shared() {
        take_in(&played, &Home::with_database(cluster.database().await)).await;
    }
}
