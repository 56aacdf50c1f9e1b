//! The file of real games, as it is written: one game a line.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where another file of the same format is named.
const FILE_VARIABLE: &str = "DUGOUT_REAL_GAMES";

/// The games of the file, and whether it is the one whose exceptions are counted; none, said aloud, where
/// there is no file and none was asked for.
pub fn games() -> Option<(Vec<Game>, bool)> {
    let named = std::env::var_os(FILE_VARIABLE).map(PathBuf::from);
    let is_known = named.is_none();
    let known = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/real_games.jsonl");
    let path = named.unwrap_or(known);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if is_known => {
            println!("SKIPPED: {}: {error}; {FILE_VARIABLE} may name another file", path.display());
            return None;
        }
        Err(error) => panic!("{FILE_VARIABLE}={}: {error}", path.display()),
    };
    let games = text.lines().filter(|line| !line.trim().is_empty());
    let games = games.map(|line| serde_json::from_str(line).expect("a game of the described format"));
    let games: Vec<Game> = games.collect();
    assert!(!games.is_empty(), "{} has no game in it", path.display());
    Some((games, is_known))
}

/// One game.
#[derive(Deserialize)]
pub struct Game {
    pub game_id: String,
    pub scheduled_innings: u8,
    pub auto_runner_base: u8,
    #[serde(default)]
    pub tags: Vec<String>,
    pub result: GameResult,
    pub halves: Vec<Half>,
    pub plays: Vec<Play>,
    pub totals: Totals,
}

#[derive(Deserialize)]
pub struct GameResult {
    pub score: [u16; 2],
    pub line: [Vec<u16>; 2],
    pub hits: [u16; 2],
    pub errors: [u16; 2],
    pub lob: [u16; 2],
    pub innings: u8,
    pub last_half: u8,
    pub outs_in_last_half: u8,
    pub walk_off: bool,
    pub team_er_allowed: [u16; 2],
    pub win: Option<String>,
    pub loss: Option<String>,
    pub save: Option<String>,
}

/// A half inning.
#[derive(Deserialize)]
pub struct Half {
    pub i: u8,
    pub h: u8,
    pub r: u16,
    pub hits: u16,
    pub err: u16,
    pub unearned: u16,
    pub outs: u16,
    /// No error, passed ball, interference or automatic runner: every run must be earned.
    pub clean: bool,
}

/// A play.
#[derive(Clone, Deserialize)]
pub struct Play {
    pub i: u8,
    pub h: u8,
    pub o: u8,
    pub sc: [u16; 2],
    pub on: [Option<String>; 3],
    pub bat: String,
    pub pit: String,
    pub rbat: Option<String>,
    pub rpit: Option<String>,
    #[serde(default)]
    pub rp: [Option<String>; 3],
    pub ev: String,
    pub pa: u8,
    #[serde(default)]
    pub ab: u8,
    #[serde(default)]
    pub sh: u8,
    #[serde(default)]
    pub sf: u8,
    #[serde(default)]
    pub gidp: u8,
    #[serde(default)]
    pub wp: u8,
    #[serde(default)]
    pub pb: u8,
    #[serde(default)]
    pub sb: Vec<u8>,
    #[serde(default)]
    pub cs: Vec<u8>,
    #[serde(default)]
    pub po: Vec<u8>,
    #[serde(default)]
    pub err: Vec<(u8, String)>,
    /// Batter and runners: base reached, 4 scored, 0 out.
    pub dest: [Option<u8>; 4],
    #[serde(default)]
    pub scored: Vec<(u8, String)>,
    pub outs: u8,
    pub runs: u8,
    pub rbi: u8,
    pub re24: f64,
    pub re24_open: Option<f64>,
    pub wpa: Option<f64>,
}

#[derive(Deserialize)]
pub struct Totals {
    pub visitor: TeamTotals,
    pub home: TeamTotals,
}

impl Totals {
    pub fn sides(&self) -> [&TeamTotals; 2] {
        [&self.visitor, &self.home]
    }
}

/// Lines as they stand: an id, and numbers by name.
#[derive(Deserialize)]
pub struct TeamTotals {
    pub batting: Vec<Line>,
    pub pitching: Vec<Line>,
}

#[derive(Deserialize)]
pub struct Line {
    pub id: String,
    #[serde(flatten)]
    pub numbers: BTreeMap<String, u16>,
}
