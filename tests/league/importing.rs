//! `dugout import-cards`, as an operator runs it.

use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::server::{Finished, Home, dugout, run};
use serde_json::json;
use std::path::Path;

const LEAGUE: &str = include_str!("../../src/league/bundled/league.json");

async fn import(home: &Home, file: &Path, more: &[&str]) -> Finished {
    let mut command = dugout();
    command.args(["import-cards", "--league", "pd", "--data-dir"]).arg(home.data_dir()).arg(file).args(more);
    run(&mut command).await
}

#[tokio::test]
async fn a_leagues_cards_come_in_from_a_file_and_are_played_with() {
    let home = Home::sqlite().brisk().with("DUGOUT__LEAGUE__PD__SOURCE", "imported");
    let file = home.data_dir().join("league.json");
    let write = |text: &str| std::fs::write(&file, text).expect("written");

    let other = LEAGUE.replace("\"name\": \"Washington\"", "\"name\": \"Senators\"");
    let mut bad = other.replacen("\"throws\": \"R\"", "\"throws\": \"X\"", 2);
    bad = bad.replacen("\"strikeout\": 15.3", "\"strikeout\": 16.3", 1);
    write(&bad);
    let refused = import(&home, &file, &["--write"]).await;
    assert_eq!(refused.status.code(), Some(1), "{}", refused.stderr);
    let named = refused.stderr.lines().filter(|line| line.contains("league.json: line ")).count();
    assert!(named >= 2 && refused.stderr.contains("nothing was written"), "{}", refused.stderr);

    write(&other);
    let looked_over = import(&home, &file, &[]).await;
    assert!(looked_over.status.success(), "{}", looked_over.stderr);
    assert!(looked_over.stdout.contains("2 teams, 52 cards"), "{}", looked_over.stdout);
    assert!(looked_over.stdout.contains("nothing was written"), "{}", looked_over.stdout);

    let server = home.start().await;
    let http = Http::stranger(&home.address);
    assert_eq!(http.get("/api/v1/teams").await.ok()["items"], json!([]), "nothing was changed");
    // Beside a running host.
    let written = import(&home, &file, &["--write"]).await;
    assert!(written.status.success() && written.stdout.contains("\nwritten\n"), "{}", written.stderr);
    // The variable was the host's own, this command did not have it.
    assert!(written.stdout.contains("set it to `imported`"), "{}", written.stdout);
    let teams = http.get("/api/v1/teams").await.ok();
    assert_eq!(
        (&teams["items"][0]["name"], teams["items"][0]["as_of"].is_string()),
        (&json!("Senators"), true)
    );
    let players = http.get("/api/v1/teams/1/players?limit=20").await.ok();
    assert_eq!((players["items"].as_array().map(Vec::len), &players["next"]), (Some(20), &json!("120")));
    let rest = http.get("/api/v1/teams/1/players?limit=20&cursor=120").await.ok();
    assert_eq!((rest["items"].as_array().map(Vec::len), rest["next"].is_null()), (Some(6), true));
    http.get("/api/v1/teams/1/players?cursor=7").await.problem(422, "invalid");

    let ann = Manager::connect(&home.address, "Ann").await;
    let game = ann.http.create_game(json!({"away_team_is_ai": true})).await;
    assert_eq!(game["game_metadata"]["home_team_name"], "Senators");
    server.kill();
}

#[tokio::test]
async fn the_columns_of_a_csv_file_are_printed() {
    let printed = run(dugout().args(["import-cards", "--columns"])).await;
    assert!(printed.status.success());
    let header = printed.stdout.trim();
    for column in
        ["card_id", "batting.ratings.vs_L.homerun", "pitching.hold", "fielding.SS.range", "lineup.position"]
    {
        assert!(header.split(',').any(|name| name == column), "{column}: {header}");
    }
    let missing = run(dugout().args(["import-cards", "--league", "pd", "no-such-file.csv"])).await;
    assert_eq!(missing.status.code(), Some(1));
    assert!(missing.stderr.contains("no-such-file.csv"), "{}", missing.stderr);
    let other = run(dugout().args(["import-cards", "--league", "mlb", "x.csv"])).await;
    assert_eq!(other.status.code(), Some(2), "{}", other.stderr);
}
