//! A host with people and games of every kind in it, and every operation asked in ways that it answers.

use super::document::OpenApi;
use crate::support::http::{Answer, Http};
use crate::support::manager::Manager;
use crate::support::play::{play_game, sit_down, start};
use crate::support::server::{Home, Server};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// A host, its people, its games.
pub struct House {
    pub home: Home,
    pub server: Server,
    pub ann: Manager,
    pub bob: Manager,
    pub operator: Http,
    pub operator_token: String,
    /// Played to its end.
    pub finished: String,
    /// The same with cards on the table.
    pub finished_sba: String,
    /// Begun.
    pub live: String,
}

/// One request, with the operation that it asks.
pub struct Asked {
    pub id: &'static str,
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
}

impl House {
    pub async fn open() -> Self {
        let home = Home::sqlite().brisk();
        let server = home.start().await;
        let mut ann = Manager::connect(&home.address, "Ann").await;
        let mut bob = Manager::connect(&home.address, "Bob").await;
        (ann.is_bold, bob.is_bold) = (true, true);
        let finished = sit_down(&mut ann, &mut bob, json!({"settings": {"innings": 3}})).await;
        play_game(&mut ann, &mut bob, &finished).await;
        let manual = json!({"league_id": "sba", "settings": {"innings": 2, "decision_seconds": 3_600}});
        let finished_sba = sit_down(&mut ann, &mut bob, manual).await;
        play_game(&mut ann, &mut bob, &finished_sba).await;
        let live = sit_down(&mut ann, &mut bob, json!({})).await;
        start(&mut ann, &live).await.expect("connected");
        let token = home.token("League", &["--operator"]).await;
        let operator = Http::stranger(&home.address).with_token(&token);
        Self { home, server, ann, bob, operator, operator_token: token, finished, finished_sba, live }
    }

    /// A new game of Ann's, not begun.
    pub async fn new_game(&self) -> String {
        let created = self.ann.http.create_game(json!({})).await;
        created["id"].as_str().expect("an id").to_owned()
    }

    /// A game between AI managers with a play or more.
    async fn under_way(&self) -> String {
        let managed = json!({"home_team_is_ai": true, "away_team_is_ai": true});
        let created = self.ann.http.create_game(managed).await;
        let game = created["id"].as_str().expect("an id").to_owned();
        while self.ann.http.game(&game, "/state").await["play_count"] == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        game
    }

    /// What is about no game, or about all.
    fn general(&self) -> Vec<Asked> {
        vec![
            get("listGames", "/api/v1/games?limit=3"),
            get("listTeams", "/api/v1/teams"),
            get("listTeams", "/api/v1/teams?league_id=sba"),
            get("listPlayers", "/api/v1/teams/1/players?limit=2"),
            get("listPlayers", "/api/v1/teams/1/players?league_id=sba"),
            post(
                "createGame",
                "/api/v1/games",
                json!({"home_team_id": 1, "away_team_id": 2, "away_team_is_ai": true}),
            ),
            post("createToken", "/api/v1/tokens", json!({"name": "Cy"})),
            get("getPage", "/"),
            get("getPageFile", "/web/main.js"),
            get("getPageFile", "/web/page.css"),
            get("getOpenapi", "/openapi.json"),
            get("getAsyncapi", "/asyncapi.json"),
            get("openSocket", "/ws"),
            get("getHealth", "/healthz"),
            get("getReadiness", "/readyz"),
            get("getMetrics", "/metrics"),
            get("listStandings", "/api/v1/season/standings?game_mode=exhibition"),
            get("listBatting", "/api/v1/season/batting?game_mode=exhibition&sort=hr&limit=3"),
            get("listPitching", "/api/v1/season/pitching?game_mode=exhibition&limit=3"),
            get("listFielding", "/api/v1/season/fielding?game_mode=exhibition&position=SS"),
            get("watchGames", "/api/v1/operator/games?status=all&limit=5"),
            get("watchGame", &format!("/api/v1/operator/games/{}", self.live)),
            get("listHosts", "/api/v1/operator/hosts"),
        ]
    }

    /// Requests that are answered with a success, each form of each answer at least once.
    pub async fn requests(&self) -> Vec<Asked> {
        let mut asked = self.general();
        for game in [&self.finished, &self.finished_sba, &self.live] {
            let of = |rest: &str| format!("/api/v1/games/{game}{rest}");
            asked.extend([
                get("getGame", &of("")),
                get("getState", &of("/state")),
                get("listPlays", &of("/plays")),
                get("listPlays", &of("/plays?format=csv")),
                get("getBoxScore", &of("/box_score")),
                get("getBoxScore", &of("/box_score?format=text")),
                get("listRolls", &of("/rolls")),
                get("listLineups", &of("/lineups")),
                get("listRosters", &of("/rosters")),
                get("getJournal", &of("/journal")),
                post("tryOut", &of("/trials"), json!({"kind": "fielding", "position": "SS"})),
                post(
                    "tryOut",
                    &of("/trials"),
                    json!({"kind": "location", "outcome": "groundball_a", "throws": 50}),
                ),
            ]);
        }
        let game = self.new_game().await;
        let of = |rest: &str| format!("/api/v1/games/{game}{rest}");
        let open = self.new_game().await;
        asked.push(post("claimSeat", &format!("/api/v1/games/{open}/seats/away"), json!({})));
        let dee = json!({"side": "away", "user_id": uuid::Uuid::new_v4(), "user_name": "Dee"});
        asked.extend([
            post("giveSeat", &of("/give_seat"), dee),
            post("freeSeat", &of("/free_seat"), json!({"side": "away"})),
        ]);
        asked.extend(self.roster_changes(&game).await);
        asked.extend([
            post("quarantineGame", &of("/quarantine"), json!({"reason": "looked strange"})),
            get("getGame", &of("")),
            post("resumeGame", &of("/resume"), json!({})),
            post("forfeitGame", &of("/forfeit"), json!({"side": "home", "reason": "nobody came"})),
        ]);
        let of = |game: &str, act: &str| format!("/api/v1/games/{game}/{act}");
        asked.push(post("pauseGame", &of(&self.live, "pause"), json!({})));
        asked.push(post("resumeGame", &of(&self.live, "resume"), json!({})));
        asked.push(get("listActs", "/api/v1/operator/acts?limit=20"));
        // First of all, before the AI managers have come to the end.
        let under_way = self.under_way().await;
        let first = [
            post("rollBackGame", &of(&under_way, "rollback"), json!({"to_play": 0})),
            post("forfeitGame", &of(&under_way, "forfeit"), json!({"side": "away"})),
        ];
        first.into_iter().chain(asked).collect()
    }

    /// The last of a roster goes and comes back.
    async fn roster_changes(&self, game: &str) -> [Asked; 2] {
        let path = format!("/api/v1/games/{game}/rosters");
        let links = self.ann.http.get(&path).await.ok();
        let last = links["items"].as_array().and_then(|links| links.last()).expect("a roster").clone();
        let back = json!({"team_id": last["team_id"], "card_id": last["card_id"]});
        let leaves = format!("{path}/{}", last["id"]);
        let leaves = Asked { id: "removeFromRoster", method: Method::DELETE, path: leaves, body: None };
        [leaves, post("addToRoster", &path, back)]
    }

    /// Asks as the operator, checks the answer, and keeps the first of each kind.
    pub async fn ask(&self, api: &mut OpenApi, asked: &Asked, kept: &mut BTreeMap<(String, String), Value>) {
        let body = asked.body.as_ref().map(ToString::to_string);
        let answer = self.operator.send(asked.method.clone(), &asked.path, body).await;
        api.check(asked.id, &answer).unwrap_or_else(|what| panic!("{} {}: {what}", asked.method, asked.path));
        let status = answer.status.as_u16();
        assert!(
            status < 300 || status == 426 || status == 409,
            "{} {}: {answer:?}",
            asked.method,
            asked.path
        );
        if asked.id == "getJournal" {
            api.check_journal(&answer.text).unwrap_or_else(|what| panic!("{}: {what}", asked.path));
        }
        if status < 300 {
            keep(asked, &answer, kept);
        }
    }
}

fn keep(asked: &Asked, answer: &Answer, kept: &mut BTreeMap<(String, String), Value>) {
    if answer.text.is_empty() {
        return;
    }
    let media_type = answer.content_type.replace("; ", ";");
    let media_type = if media_type.starts_with("text/") {
        media_type.split(';').next().unwrap_or_default().to_owned()
    } else {
        media_type
    };
    let body = serde_json::from_str(&answer.text).unwrap_or_else(|_| json!(answer.text));
    let key = format!("{} {media_type}", answer.status.as_u16());
    kept.entry((asked.id.to_owned(), key)).or_insert(body);
    if let Some(body) = &asked.body {
        kept.entry((asked.id.to_owned(), "request".to_owned())).or_insert(body.clone());
    }
}

fn get(id: &'static str, path: &str) -> Asked {
    Asked { id, method: Method::GET, path: path.to_owned(), body: None }
}

fn post(id: &'static str, path: &str, body: Value) -> Asked {
    Asked { id, method: Method::POST, path: path.to_owned(), body: Some(body) }
}
