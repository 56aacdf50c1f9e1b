//! Who may do what over HTTP: every path, every caller, every situation of a game.
//!
//! A cell is the status that the caller gets. The paths are those of the router: one without a row fails the test.

use super::{House, rows};
use crate::support::http::{Answer, Http};
use crate::support::server::Home;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Who is on the home roster of every game here.
const STARTER_OF_TEAM_1: i64 = 101;

/// `wrong` is every token that is none: expired, forged, of another algorithm, of none. A star stands for every
/// situation that has no row of its own. Answers that give something away are the same for a private game as for
/// one that does not exist (404).
const TABLE: &str = "
# path                                   game                 nobody  guest  stranger  away  home  operator  wrong
GET /api/v1/games                        -                    200     200    200       200   200   200       401
POST /api/v1/games                       -                    401     201    201       201   201   201       401

GET /api/v1/games/{id}                   open                 200     200    200       200   200   200       401
GET /api/v1/games/{id}                   live                 200     200    200       200   200   200       401
GET /api/v1/games/{id}                   finished             200     200    200       200   200   200       401
GET /api/v1/games/{id}                   quarantined          200     200    200       200   200   200       401
GET /api/v1/games/{id}                   private live         404     404    404       200   200   200       401
GET /api/v1/games/{id}                   private finished     404     404    404       200   200   200       401
GET /api/v1/games/{id}                   private quarantined  404     404    404       200   200   200       401
GET /api/v1/games/{id}                   none                 404     404    404       404   404   404       401

GET /api/v1/games/{id}/state             live                 200     200    200       200   200   200       401
GET /api/v1/games/{id}/state             quarantined          200     200    200       200   200   200       401
GET /api/v1/games/{id}/state             private live         404     404    404       200   200   200       401
GET /api/v1/games/{id}/plays             live                 200     200    200       200   200   200       401
GET /api/v1/games/{id}/plays             private live         404     404    404       200   200   200       401
GET /api/v1/games/{id}/box_score         live                 200     200    200       200   200   200       401
GET /api/v1/games/{id}/box_score         finished             200     200    200       200   200   200       401
GET /api/v1/games/{id}/box_score         private live         404     404    404       200   200   200       401
GET /api/v1/games/{id}/rolls             live                 200     200    200       200   200   200       401
GET /api/v1/games/{id}/rolls             private live         404     404    404       200   200   200       401
GET /api/v1/games/{id}/lineups           live                 200     200    200       200   200   200       401
GET /api/v1/games/{id}/lineups           private live         404     404    404       200   200   200       401
GET /api/v1/games/{id}/rosters           live                 200     200    200       200   200   200       401
GET /api/v1/games/{id}/rosters           private live         404     404    404       200   200   200       401
# A manager's own roster, before the game; the player asked for is on it already: 422.
POST /api/v1/games/{id}/rosters          live                 401     403    403       403   422   422       401
POST /api/v1/games/{id}/rosters          private live         401     404    404       403   422   422       401
POST /api/v1/games/{id}/rosters          finished             401     403    403       409   409   409       401
POST /api/v1/games/{id}/rosters          quarantined          401     403    403       503   503   503       401
POST /api/v1/games/{id}/rosters          none                 401     404    404       404   404   404       401
DELETE /api/v1/games/{id}/rosters/{link}  live                 401     403    403       422   403   422       401
DELETE /api/v1/games/{id}/rosters/{link}  private live         401     404    404       422   403   422       401
DELETE /api/v1/games/{id}/rosters/{link}  finished             401     403    403       409   409   409       401
DELETE /api/v1/games/{id}/rosters/{link}  quarantined          401     403    403       503   503   503       401
DELETE /api/v1/games/{id}/rosters/{link}  none                 401     404    404       404   404   404       401
# A trial throws dice of its own and changes nothing.
POST /api/v1/games/{id}/trials           live                 200     200    200       200   200   200       401
POST /api/v1/games/{id}/trials           quarantined          200     200    200       200   200   200       401
POST /api/v1/games/{id}/trials           private live         404     404    404       200   200   200       401
POST /api/v1/games/{id}/trials           none                 404     404    404       404   404   404       401
# The journal of a game under way is for its managers.
GET /api/v1/games/{id}/journal           live                 403     403    403       200   200   200       401
GET /api/v1/games/{id}/journal           finished             200     200    200       200   200   200       401
GET /api/v1/games/{id}/journal           quarantined          403     403    403       200   200   200       401
GET /api/v1/games/{id}/journal           private live         404     404    404       200   200   200       401
GET /api/v1/games/{id}/journal           private finished     404     404    404       200   200   200       401
GET /api/v1/games/{id}/journal           none                 404     404    404       404   404   404       401

# The home seat is Ann's, the away seat is asked for. Who knows a private game's id was invited to its free seat.
POST /api/v1/games/{id}/seats/{side}     open                 401     200    200       200   403   200       401
POST /api/v1/games/{id}/seats/{side}     private open         401     200    200       200   403   200       401
POST /api/v1/games/{id}/seats/{side}     live                 401     403    403       200   403   403       401
POST /api/v1/games/{id}/seats/{side}     private live         401     404    404       200   403   403       401
POST /api/v1/games/{id}/seats/{side}     finished             401     409    409       200   409   409       401
POST /api/v1/games/{id}/seats/{side}     private finished     401     404    404       200   409   409       401
POST /api/v1/games/{id}/seats/{side}     quarantined          401     503    503       503   503   503       401
POST /api/v1/games/{id}/seats/{side}     private quarantined  401     404    404       503   503   503       401
POST /api/v1/games/{id}/seats/{side}     none                 401     404    404       404   404   404       401

# The operator's paths say the same of every game to everybody else. This game has not begun: 409, 422.
POST /api/v1/games/{id}/pause            live                 401     403    403       403   403   409       401
POST /api/v1/games/{id}/pause            private live         401     403    403       403   403   409       401
POST /api/v1/games/{id}/pause            finished             401     403    403       403   403   409       401
POST /api/v1/games/{id}/pause            quarantined          401     403    403       403   403   503       401
POST /api/v1/games/{id}/pause            none                 401     403    403       403   403   404       401
POST /api/v1/games/{id}/resume           live                 401     403    403       403   403   409       401
POST /api/v1/games/{id}/resume           quarantined          401     403    403       403   403   200       401
POST /api/v1/games/{id}/resume           private quarantined  401     403    403       403   403   200       401
POST /api/v1/games/{id}/resume           none                 401     403    403       403   403   404       401
POST /api/v1/games/{id}/forfeit          live                 401     403    403       403   403   200       401
POST /api/v1/games/{id}/forfeit          private live         401     403    403       403   403   200       401
POST /api/v1/games/{id}/forfeit          finished             401     403    403       403   403   409       401
POST /api/v1/games/{id}/forfeit          quarantined          401     403    403       403   403   503       401
POST /api/v1/games/{id}/forfeit          none                 401     403    403       403   403   404       401
POST /api/v1/games/{id}/rollback         live                 401     403    403       403   403   409       401
POST /api/v1/games/{id}/rollback         finished             401     403    403       403   403   409       401
POST /api/v1/games/{id}/rollback         quarantined          401     403    403       403   403   503       401
POST /api/v1/games/{id}/rollback         none                 401     403    403       403   403   404       401
POST /api/v1/games/{id}/quarantine       live                 401     403    403       403   403   200       401
POST /api/v1/games/{id}/quarantine       private live         401     403    403       403   403   200       401
POST /api/v1/games/{id}/quarantine       finished             401     403    403       403   403   200       401
POST /api/v1/games/{id}/quarantine       quarantined          401     403    403       403   403   409       401
POST /api/v1/games/{id}/quarantine       none                 401     403    403       403   403   404       401
POST /api/v1/games/{id}/give_seat        open                 401     403    403       403   403   200       401
POST /api/v1/games/{id}/give_seat        private live         401     403    403       403   403   200       401
POST /api/v1/games/{id}/give_seat        finished             401     403    403       403   403   409       401
POST /api/v1/games/{id}/give_seat        quarantined          401     403    403       403   403   503       401
POST /api/v1/games/{id}/give_seat        none                 401     403    403       403   403   404       401
POST /api/v1/games/{id}/free_seat        open                 401     403    403       403   403   200       401
POST /api/v1/games/{id}/free_seat        live                 401     403    403       403   403   200       401
POST /api/v1/games/{id}/free_seat        private live         401     403    403       403   403   200       401
POST /api/v1/games/{id}/free_seat        finished             401     403    403       403   403   409       401
POST /api/v1/games/{id}/free_seat        quarantined          401     403    403       403   403   503       401
POST /api/v1/games/{id}/free_seat        none                 401     403    403       403   403   404       401
GET /api/v1/operator/acts                -                    401     403    403       403   403   200       401
GET /api/v1/operator/games               -                    401     403    403       403   403   200       401
GET /api/v1/operator/games/{id}          live                 401     403    403       403   403   200       401
GET /api/v1/operator/games/{id}          private live         401     403    403       403   403   200       401
GET /api/v1/operator/games/{id}          finished             401     403    403       403   403   200       401
GET /api/v1/operator/games/{id}          quarantined          401     403    403       403   403   200       401
GET /api/v1/operator/games/{id}          none                 401     403    403       403   403   404       401
GET /api/v1/operator/hosts               -                    401     403    403       403   403   200       401

# Whoever asks gets the sums of the games that he may look up.
GET /api/v1/season/standings             -                    200     200    200       200   200   200       401
GET /api/v1/season/batting               -                    200     200    200       200   200   200       401
GET /api/v1/season/pitching              -                    200     200    200       200   200   200       401
GET /api/v1/season/fielding              -                    200     200    200       200   200   200       401

# What is not about anybody does not look at tokens.
GET /api/v1/teams                        -                    200     200    200       200   200   200       200
GET /api/v1/teams/{id}/players           -                    200     200    200       200   200   200       200
POST /api/v1/tokens                      -                    200     200    200       200   200   200       200
GET /                                    -                    200     200    200       200   200   200       200
GET /web/{file}                          -                    200     200    200       200   200   200       200
GET /openapi.json                        -                    200     200    200       200   200   200       200
GET /asyncapi.json                       -                    200     200    200       200   200   200       200
# No handshake; sockets say who they are in their first frame (`sockets.rs`).
GET /ws                                  -                    426     426    426       426   426   426       426
GET /healthz                             -                    200     200    200       200   200   200       200
GET /readyz                              -                    200     200    200       200   200   200       200
GET /metrics                             -                    200     200    200       200   200   200       200
";

/// What each path is asked with.
fn body(path: &str) -> Value {
    match path.rsplit('/').next() {
        Some("games") => json!({"home_team_id": 1, "away_team_id": 2}),
        Some("tokens") => json!({"name": "Guest"}),
        Some("forfeit") => json!({"side": "home"}),
        Some("give_seat") => {
            json!({"side": "away", "user_id": "019ab0c8-0000-7000-8000-000000000001", "user_name": "Zoe"})
        }
        Some("free_seat") => json!({"side": "away"}),
        Some("trials") => json!({"kind": "fielding", "position": "SS", "range": 2, "error": 8, "throws": 10}),
        Some("rosters") => json!({"team_id": 1, "card_id": STARTER_OF_TEAM_1}),
        Some("rollback") => json!({"to_play": 0}),
        Some("quarantine") => json!({"reason": "looked strange"}),
        _ => json!({}),
    }
}

/// What a refusal of this status is called; a status without a name here is no refusal.
fn codes(status: u16) -> &'static [&'static str] {
    match status {
        401 => &["forbidden"],
        403 => &["forbidden", "not_your_seat"],
        404 => &["not_found"],
        409 => &["game_over", "wrong_phase"],
        422 => &["invalid"],
        426 => &["malformed"],
        503 => &["quarantined"],
        _ => &[],
    }
}

struct Table {
    house: House,
    /// Games that nobody in the table changes, by situation.
    games: BTreeMap<String, String>,
    wrong_cells: Vec<String>,
}

impl Table {
    /// The game a cell is about. What changes a game gets one of its own.
    async fn game(&mut self, situation: &str, changes: bool) -> String {
        if situation == "-" || situation == "none" {
            return uuid::Uuid::new_v4().to_string();
        }
        if changes {
            return self.house.game(situation).await;
        }
        if !self.games.contains_key(situation) {
            let game = self.house.game(situation).await;
            self.games.insert(situation.to_owned(), game);
        }
        self.games[situation].clone()
    }

    async fn cell(&mut self, row: &[&str], caller: (&str, &Http), expected: &str) {
        let (route, situation) = (row[0], row[1]);
        let (method, path) = route.split_once(' ').expect("a method and a path");
        let changes = method == "POST" && expected.starts_with('2');
        let game = self.game(situation, changes).await;
        let id = if path.contains("/teams/") { "1" } else { &game };
        let path = path.replace("{id}", id).replace("{side}", "away").replace("{file}", "main.js");
        // The first of the visitors, who starts.
        let path = path.replace("{link}", "1");
        let answer = match method {
            "GET" => caller.1.get(&path).await,
            "POST" => caller.1.post(&path, &body(&path)).await,
            "DELETE" => caller.1.send(Method::DELETE, &path, None).await,
            other => panic!("nobody asks with {other}"),
        };
        if let Err(what) = check(&answer, expected) {
            self.wrong_cells.push(format!("{route}, {situation}, {}: {what}", caller.0));
        }
    }

    async fn row(&mut self, row: &[&str]) {
        assert_eq!(row.len(), 9, "{row:?}");
        let House { ann, bob, guest, stranger, operator, nobody, wrong, .. } = &self.house;
        let mut callers = vec![
            ("nobody".to_owned(), nobody.clone(), row[2]),
            ("guest".to_owned(), guest.http.clone(), row[3]),
            ("stranger".to_owned(), stranger.http.clone(), row[4]),
            ("away".to_owned(), bob.http.clone(), row[5]),
            ("home".to_owned(), ann.http.clone(), row[6]),
            ("operator".to_owned(), operator.http.clone(), row[7]),
        ];
        callers.extend(wrong.iter().map(|(name, http)| (format!("token: {name}"), http.clone(), row[8])));
        for (name, http, expected) in callers {
            self.cell(row, (&name, &http), expected).await;
        }
    }
}

fn check(answer: &Answer, expected: &str) -> Result<(), String> {
    let status = answer.status.as_u16();
    if status.to_string() != expected {
        return Err(format!("{status} instead of {expected}: {}", answer.text));
    }
    let names = codes(status);
    if names.is_empty() {
        return if status < 400 { Ok(()) } else { Err(format!("{status} has no name here")) };
    }
    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
    if names.contains(&code.as_str()) { Ok(()) } else { Err(format!("{status} is called {code}")) }
}

#[tokio::test]
async fn every_path_answers_every_caller_as_the_table_says() {
    let house = House::open(Home::sqlite().brisk()).await;
    let mut table = Table { house, games: BTreeMap::new(), wrong_cells: Vec::new() };
    for row in rows(TABLE) {
        table.row(&row).await;
    }
    assert!(table.wrong_cells.is_empty(), "{}", table.wrong_cells.join("\n"));
    // Whoever was refused has changed nothing.
    for (situation, game) in &table.games {
        let http = &table.house.operator.http;
        let row = http.game(game, "").await;
        let is_quarantined = situation.ends_with("quarantined");
        assert_eq!(!row["quarantined_at"].is_null(), is_quarantined, "{situation}: {row}");
        let status = if situation.ends_with("finished") { "completed" } else { "pending" };
        assert_eq!(row["status"], status, "{situation}: {row}");
        let away_seat_is_free = situation.ends_with("open");
        assert_eq!(row["seats"]["away"].is_null(), away_seat_is_free, "{situation}: {row}");
    }
}

#[test]
fn every_path_of_the_router_has_its_row() {
    let named: BTreeSet<_> = rows(TABLE).map(|row| row[0].to_owned()).collect();
    let routed: BTreeSet<_> =
        dugout::gateway::routes().into_iter().map(|(method, path)| format!("{method} {path}")).collect();
    assert_eq!(named, routed, "the table on the left, the router on the right");
}

#[tokio::test]
async fn a_path_has_the_methods_it_has_and_no_other() {
    let house = House::open(Home::sqlite()).await;
    let paths: BTreeSet<_> = dugout::gateway::routes().into_iter().map(|(_, path)| path).collect();
    for path in paths {
        let known = |method: &str| dugout::gateway::routes().contains(&(method, path));
        let path = path.replace("{id}", &uuid::Uuid::new_v4().to_string());
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::POST, Method::GET]
        {
            if !known(method.as_str()) {
                let answer = house.operator.http.send(method.clone(), &path, None).await;
                assert_eq!(answer.status.as_u16(), 405, "{method} {path}: {answer:?}");
            }
        }
    }
}
