//! A league's site on the loopback address, which misbehaves as it is told. It serves the bundled teams in the shape of
//! the leagues' own sites.

use dugout::id::TeamId;
use dugout::league::{League, Team};
use dugout::rules::card::{ByHand, PlayerCard, RatingLine};
use dugout::rules::vocabulary::LeagueId;
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How the site behaves.
#[derive(Clone, PartialEq, Debug)]
pub enum Manner {
    /// As it should.
    Well,
    /// It answers after so long.
    Slow(Duration),
    /// It closes the connection in the middle of the body.
    Cut,
    /// It announces more than anybody reads, and sends it.
    Giant,
    /// It sends without end, and says nothing of how much.
    Endless,
    /// It refuses the first so many requests with this status and `Retry-After`.
    Refusing { status: u16, retry_after: Option<u64>, times: usize },
    /// It sends this text instead of JSON.
    Saying(&'static str),
    /// It sends everybody elsewhere.
    Redirecting(String),
}

#[derive(Debug)]
struct State {
    manner: Manner,
    /// Requests by path.
    asked: BTreeMap<String, usize>,
    /// Answers at once: the most there were, and those there are.
    at_once: (usize, usize),
    /// Documents that are not what the bundled league says.
    changed: BTreeMap<String, Option<Value>>,
}

/// A running site. Dropped, it closes.
pub struct Site {
    pub url: String,
    state: Arc<Mutex<State>>,
    listening: JoinHandle<()>,
}

impl Site {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state =
            State { manner: Manner::Well, asked: BTreeMap::new(), at_once: (0, 0), changed: BTreeMap::new() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&shared)));
            }
        });
        Self { url, state, listening }
    }

    pub fn behave(&self, manner: Manner) {
        self.state.lock().expect("no panic").manner = manner;
    }

    /// From now on this document says something else, or is not there.
    pub fn change(&self, path: &str, document: Option<Value>) {
        self.state.lock().expect("no panic").changed.insert(path.to_owned(), document);
    }

    /// How often it was asked, in all.
    pub fn asked(&self) -> usize {
        self.state.lock().expect("no panic").asked.values().sum()
    }

    /// How often it was asked for this path, with its query.
    pub fn asked_for(&self, path: &str) -> usize {
        self.state.lock().expect("no panic").asked.get(path).copied().unwrap_or_default()
    }

    /// The most answers that were under way at once.
    pub fn most_at_once(&self) -> usize {
        self.state.lock().expect("no panic").at_once.0
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn answer(mut stream: TcpStream, state: Arc<Mutex<State>>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < 8_192 {
        head.push(stream.read_u8().await.ok()?);
    }
    let path = String::from_utf8_lossy(&head).split(' ').nth(1)?.to_owned();
    let (manner, document) = {
        let mut state = state.lock().expect("no panic");
        *state.asked.entry(path.clone()).or_default() += 1;
        state.at_once.1 += 1;
        state.at_once.0 = state.at_once.0.max(state.at_once.1);
        let manner = state.manner.clone();
        if let Manner::Refusing { times, .. } = &mut state.manner {
            *times = times.saturating_sub(1);
        }
        let changed = state.changed.get(&path).cloned();
        (manner, changed.unwrap_or_else(|| document(&path)))
    };
    let sent = send(&mut stream, &manner, document, &path).await;
    state.lock().expect("no panic").at_once.1 -= 1;
    sent
}

async fn send(stream: &mut TcpStream, manner: &Manner, document: Option<Value>, path: &str) -> Option<()> {
    let plain = |status: &str, more: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n{more}content-length: {length}\r\n\r\n{body}"
        )
    };
    let well = match &document {
        Some(document) => plain("200 OK", "", &document.to_string()),
        None => plain("404 Not Found", "", "{\"detail\": \"none\"}"),
    };
    let text = match manner {
        Manner::Well | Manner::Refusing { times: 0, .. } => well,
        Manner::Slow(pause) => {
            tokio::time::sleep(*pause).await;
            well
        }
        Manner::Cut => well[..well.len() - 10].to_owned(),
        Manner::Giant => plain("200 OK", "", &" ".repeat(2_000_000)),
        Manner::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await.ok()?;
            loop {
                stream.write_all(&[b' '; 65_536]).await.ok()?;
            }
        }
        Manner::Refusing { status, retry_after, .. } => {
            let after = retry_after.map(|seconds| format!("retry-after: {seconds}\r\n")).unwrap_or_default();
            plain(&format!("{status} No"), &after, "{}")
        }
        Manner::Saying(text) => plain("200 OK", "", text),
        Manner::Redirecting(to) => plain("302 Found", &format!("location: {to}{path}\r\n"), ""),
    };
    stream.write_all(text.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

pub fn bundled(league_id: LeagueId, team: i32) -> Team {
    let team = League::bundled().team(league_id, TeamId(team)).now_or_never();
    team.expect("the bundled league does not wait").expect("a bundled team")
}

fn find(id: i32) -> Option<Arc<PlayerCard>> {
    [1, 2].iter().flat_map(|team| bundled(LeagueId::Pd, *team).players).find(|card| card.card_id.0 == id)
}

/// What stands at a path.
pub fn document(path: &str) -> Option<Value> {
    let teams = || {
        let team = |id: i32| {
            let team = bundled(LeagueId::Pd, id);
            json!({"id": id, "abbrev": team.abbreviation, "lname": team.name, "sname": "x", "season": 12})
        };
        Some(json!({"count": 2, "teams": [team(1), team(2)]}))
    };
    let id = |prefix: &str| path.strip_prefix(prefix).and_then(|id| id.parse().ok());
    if path.starts_with("/api/v2/teams") || path == "/teams?season=12" {
        return teams();
    }
    if let Some(id) = id("/api/v2/players/") {
        return Some(person(&*find(id)?, true));
    }
    if let Some(id) = id("/api/v2/battingcardratings/player/") {
        return batting(&*find(id)?);
    }
    if let Some(id) = id("/api/v2/pitchingcardratings/player/") {
        return pitching(&*find(id)?);
    }
    if let Some(id) = id("/api/v2/cardpositions?player_id=") {
        return Some(fielding(&*find(id)?));
    }
    if let Some(id) = id("/api/v2/cards?team_id=") {
        let cards = bundled(LeagueId::Pd, id).players;
        let cards: Vec<_> = cards.iter().map(|card| json!({"id": 1, "player": person(card, true)})).collect();
        return Some(json!({"count": cards.len(), "cards": cards}));
    }
    let team = path.strip_prefix("/players?team_id=")?.strip_suffix("&season=12")?.parse().ok()?;
    let players: Vec<_> =
        bundled(LeagueId::Sba, team).players.iter().map(|card| person(card, false)).collect();
    Some(json!({"count": players.len(), "players": players}))
}

fn person(card: &PlayerCard, is_pd: bool) -> Value {
    let (id, name) = if is_pd { ("player_id", "p_name") } else { ("id", "name") };
    let mut person = json!({id: card.card_id, name: card.name, "cost": 10, "image": null, "wara": 1.5});
    if is_pd {
        person["cardset"] = json!({"id": card.cardset_id, "name": "2019"});
    }
    for (position, number) in card.positions.iter().zip(1..) {
        let word = if position.as_str() == "P" { "SP" } else { position.as_str() };
        person[format!("pos_{number}")] = json!(word);
    }
    person
}

fn rows(lines: &ByHand<RatingLine>, kind: &str, card: &Value, more: &Value) -> Value {
    let row = |hand: &str, line: &RatingLine| {
        let mut row = json!(line);
        for (name, value) in more.as_object().into_iter().flatten() {
            row[name] = value.clone();
        }
        row["vs_hand"] = json!(hand);
        row[kind] = card.clone();
        row
    };
    json!({"count": 2, "ratings": [row("L", &lines.left), row("R", &lines.right)]})
}

fn batting(card: &PlayerCard) -> Option<Value> {
    let batting = card.batting.as_ref()?;
    let mut own = json!(batting);
    own["hand"] = json!(card.bats);
    own["steal_jump"] = json!(f64::from(batting.steal_jump_36ths) / 36.0);
    let share = |rate: u8| f64::from(rate) / 100.0;
    let more = json!({"pull_rate": share(batting.pull_rate), "center_rate": share(batting.center_rate)});
    Some(rows(&batting.ratings, "battingcard", &own, &more))
}

fn pitching(card: &PlayerCard) -> Option<Value> {
    let pitching = card.pitching.as_ref()?;
    let mut own = json!(pitching);
    own["hand"] = json!(card.throws);
    Some(rows(&pitching.ratings, "pitchingcard", &own, &json!({"avg": 0.25})))
}

fn fielding(card: &PlayerCard) -> Value {
    let rated = card.fielding.iter().map(|at| {
        let rating = at.rating;
        json!({"position": at.position, "range": rating.range, "error": rating.error, "arm": rating.arm,
               "pb": rating.passed_ball, "overthrow": rating.t_rating})
    });
    json!({"count": card.fielding.len(), "positions": rated.collect::<Vec<_>>()})
}
