//! Games of a league with a site, while the site comes and goes.

use super::site::{Manner, Site};
use crate::end_to_end::{assert_verified, wait_until_over};
use crate::support::http::Http;
use crate::support::manager::Manager;
use crate::support::server::Home;
use serde_json::json;

#[tokio::test]
async fn play_goes_on_when_the_site_is_down() {
    let site = Site::start().await;
    let home = Home::sqlite()
        .brisk()
        .with("DUGOUT__LEAGUE__PD__SOURCE", "site")
        .with("DUGOUT__LEAGUE__PD__URL", &site.url)
        .with("DUGOUT__LEAGUE__MAX_AGE_S", "0")
        .with("DUGOUT__LEAGUE__REST_MS", "0")
        .with("DUGOUT__LEAGUE__ATTEMPTS_MAX", "1");
    let server = home.start().await;
    let ann = Manager::connect(&home.address, "Ann").await;
    let ai = || json!({"home_team_is_ai": true, "away_team_is_ai": true, "settings": {"innings": 2}});

    site.behave(Manner::Refusing { status: 500, retry_after: None, times: usize::MAX });
    let body = json!({"home_team_id": 1, "away_team_id": 2});
    let answer = ann.http.post("/api/v1/games", &body).await.problem(503, "unavailable");
    assert!(answer["detail"].as_str().is_some_and(|detail| detail.contains("500")), "{answer}");

    site.behave(Manner::Well);
    let game = ann.http.create_game(ai()).await["id"].as_str().expect("an id").to_owned();
    drop(site);
    wait_until_over(&ann.http, &game).await;
    assert_verified(&ann.http, &game).await;

    // Another one with what is kept, and its age is shown; also after a restart.
    let other = ann.http.create_game(ai()).await["id"].as_str().expect("an id").to_owned();
    server.kill();
    let _server = home.start().await;
    let http = Http::stranger(&home.address);
    let teams = http.get("/api/v1/teams").await.ok();
    assert!(teams["items"][0]["as_of"].is_string(), "{teams}");
    let players = http.get("/api/v1/teams/2/players").await.ok();
    assert_eq!(players["items"].as_array().map(Vec::len), Some(26));
    assert!(players["items"][0]["as_of"].is_string(), "{players}");
    wait_until_over(&http, &other).await;
    assert!(http.counted("dugout_league_failures_total{league=\"pd\"}").await >= 1.0);
}
