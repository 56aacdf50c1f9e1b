//! Clocks, as the journal tells of them.

use super::PATIENCE;
use super::http::Http;
use super::journal::Journal;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What a game of these tests agrees on: a short clock, and whoever misses one deadline forfeits.
pub fn short() -> Value {
    json!({"settings": {"innings": 1, "decision_seconds": SECONDS, "missed_deadlines_max": 1}})
}

/// The shortest clock there is.
pub const SECONDS: i64 = 5;

/// The first deadline that was missed.
pub struct Missed {
    pub asked_at: DateTime<Utc>,
    pub taken_at: DateTime<Utc>,
    /// How often it had been moved.
    pub moves: usize,
}

/// Waits, connected to nothing, until the clock has ended the game.
pub async fn missed(http: &Http, game: &str) -> Missed {
    let began = Instant::now();
    loop {
        let answer = http.get(&format!("/api/v1/games/{game}")).await;
        if answer.status.is_success() && answer.json()["status"] == "completed" {
            return Missed::of(&Journal::fetch(http, game).await);
        }
        assert!(began.elapsed() < PATIENCE, "the clock stands still: {}", answer.text);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

impl Missed {
    fn of(journal: &Journal) -> Self {
        let time = |text: &Value| -> DateTime<Utc> {
            text.as_str().and_then(|text| text.parse().ok()).expect("a time")
        };
        let has = |entry: &Value, kind: &str| {
            entry["events"].as_array().expect("events").iter().any(|event| event["kind"] == kind)
        };
        let missed =
            journal.entries.iter().position(|entry| has(entry, "deadline_missed")).expect("it was missed");
        let before = &journal.entries[..missed];
        let asked =
            before.iter().rposition(|entry| has(entry, "decision_requested")).expect("somebody was asked");
        let (taken, asked_entry) = (&journal.entries[missed], &before[asked]);
        assert_eq!(taken["issuer"], "host", "{taken}");
        let this = Self {
            asked_at: time(&asked_entry["recorded_at"]),
            taken_at: time(&taken["recorded_at"]),
            moves: before[asked..].iter().filter(|entry| has(entry, "deadline_moved")).count(),
        };
        let deadline = before.iter().rev().find_map(|entry| {
            entry["events"].as_array()?.iter().rev().find_map(|event| event.get("deadline").map(&time))
        });
        assert!(deadline.is_some_and(|deadline| this.taken_at >= deadline), "taken before its time: {taken}");
        this
    }

    /// Whoever owed the decision had his whole time beside that in which nobody could play, in the journal's own words.
    pub fn assert_fair(&self, nobody_could_play: Duration) {
        let lasted = self.taken_at - self.asked_at;
        let away = TimeDelta::from_std(nobody_could_play).expect("no outage of ages");
        assert!(lasted >= TimeDelta::seconds(SECONDS) + away, "after {lasted} with {away} of them away");
        println!("asked, away for {away}, decided for after {lasted}, {} moves", self.moves);
    }
}
