//! The host under plays that are due on a schedule: how long managers wait beside a commit, what a play costs with more games, and
//! what a crowd does to the managers of its game.

use super::metronome::Metronome;
use super::processes::{Server, dugout};
use serde_json::Value;

/// One run of the load.
#[derive(Clone, Copy)]
pub struct Pace {
    pub games: u32,
    pub games_per_connection: u32,
    pub spectators: u32,
    /// Over all games.
    pub plays_per_second: u32,
    /// Until all games are there; not measured.
    pub ramp_s: u32,
    pub seconds: u32,
}

impl Pace {
    /// Managers with a connection for each of their games, and nobody who looks on.
    pub const fn of(games: u32, plays_per_second: u32, seconds: u32) -> Self {
        // About thirty games a second can be created beside each other without a wait.
        let ramp_s = 2 + games / 30;
        Self { games, games_per_connection: 1, spectators: 0, plays_per_second, ramp_s, seconds }
    }
}

/// Prints what the columns of [`measure`] are.
pub fn head() {
    println!(
        "{:>7}{:>11}{:>9}{:>19}{:>22}{:>12}{:>10}{:>9}{:>7}",
        "games",
        "spectators",
        "plays/s",
        "a commit p50, p99",
        "roll to result p50/99",
        "CPU s/1000",
        "changes",
        "busy",
        "MB"
    );
}

/// Measures a host on `database` under this load, and prints a line.
pub fn measure(database: &str, pace: Pace) {
    let server = Server::host(database);
    let metronome = Metronome::start(database);
    let output = dugout(1)
        .args(["load", &server.address, "--json"])
        .args(["--games", &pace.games.to_string(), "--spectators", &pace.spectators.to_string()])
        .args(["--games-per-connection", &pace.games_per_connection.to_string()])
        .args(["--plays-per-second", &pace.plays_per_second.to_string()])
        .args(["--ramp-s", &pace.ramp_s.to_string(), "--seconds", &pace.seconds.to_string()])
        .output()
        .expect("the load runs");
    let (median, slow) = metronome.stop();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let figure = |pointer: &str| report.pointer(pointer).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let latency = |quantile: &str| figure(&format!("/latency_ms/roll to result/{quantile}"));
    println!(
        "{:>7}{:>11}{:>9.1}{:>11.1}, {:>6.1}{:>9.1} {:>6.1} {:>5.1}x{:>11.2}{:>10.1}{:>8.1}%{:>7.0}",
        pace.games,
        pace.spectators,
        figure("/plays_per_second"),
        median,
        slow,
        latency("p50"),
        latency("p99"),
        latency("p99") / slow,
        figure("/host/cpu_seconds_per_1000_plays"),
        figure("/host/changes_per_commit"),
        figure("/host/cores_busy") * 100.0,
        figure("/host/memory_mb"),
    );
}
