//! Plays games: answers what the host asks for, until it is over.

use super::follow::Pending;
use super::manager::{Closed, Manager};
use serde_json::{Value, json};
use std::time::Duration;

/// Creates a game with `extra` fields, seats both managers and has them follow it; gives its id.
pub async fn sit_down(home: &mut Manager, away: &mut Manager, extra: Value) -> String {
    let created = home.http.create_game(extra).await;
    let game = created["id"].as_str().expect("a game has an id").to_owned();
    let claim = away.http.post(&format!("/api/v1/games/{game}/seats/away"), &json!({})).await;
    claim.ok();
    assert_eq!(home.join(&game).await["seat"], "home");
    assert_eq!(away.join(&game).await["seat"], "away");
    game
}

/// Plays the game to its end.
pub async fn play_game(home: &mut Manager, away: &mut Manager, game: &str) {
    start(home, game).await.unwrap_or_else(|closed| panic!("start: {closed}"));
    let (home_end, away_end) = tokio::join!(home.play(game), away.play(game));
    home_end.unwrap_or_else(|closed| panic!("home: {closed}"));
    away_end.unwrap_or_else(|closed| panic!("away: {closed}"));
}

/// Starts the game from this seat.
pub async fn start(manager: &mut Manager, game: &str) -> Result<i64, Closed> {
    manager.commit(game, None, json!({"kind": "start"})).await
}

/// The plain answer to each phase; where something may be chosen, the default.
pub fn plain_answer(phase: &str, choices: &[String]) -> Value {
    match phase {
        "awaiting_defensive" => json!({"kind": "defensive_decision"}),
        "awaiting_offensive" => json!({"kind": "offensive_decision"}),
        "awaiting_roll" => json!({"kind": "roll"}),
        "awaiting_runner" => {
            json!({"kind": "runner_decision", "choice": choices.first().expect("a default")})
        }
        "awaiting_outcome" => json!({"kind": "manual_outcome", "outcome": "strikeout"}),
        other => panic!("nobody taught this manager what to do in {other}"),
    }
}

/// Something other than the plain answer, a different one for each request; it need not be allowed.
pub fn bold_answer(pending: &Pending) -> Value {
    match (pending.phase.as_str(), pending.seq % 5) {
        ("awaiting_defensive", 0) => json!({"kind": "defensive_decision", "infield_depth": "infield_in"}),
        ("awaiting_defensive", 1) => json!({"kind": "defensive_decision", "infield_depth": "corners_in"}),
        ("awaiting_defensive", 2) => json!({"kind": "defensive_decision", "hold_runners": [1]}),
        ("awaiting_defensive", 3) => json!({"kind": "defensive_decision", "alignment": "shifted_left"}),
        ("awaiting_offensive", 0) => json!({"kind": "offensive_decision", "steal_attempts": [2]}),
        ("awaiting_offensive", 1) => json!({"kind": "offensive_decision", "bunt_attempt": true}),
        ("awaiting_offensive", 2) => json!({"kind": "offensive_decision", "hit_and_run": true}),
        ("awaiting_offensive", 3) => json!({"kind": "offensive_decision", "steal_attempts": [3]}),
        ("awaiting_runner", _) => {
            json!({"kind": "runner_decision", "choice": pending.choices.last().expect("a choice")})
        }
        ("awaiting_outcome", 0) => json!({"kind": "manual_outcome", "outcome": "homerun"}),
        ("awaiting_outcome", 1) => json!({"kind": "manual_outcome", "outcome": "single_1"}),
        ("awaiting_outcome", 2) => {
            json!({"kind": "manual_outcome", "outcome": "groundball_b", "hit_location": "SS"})
        }
        (phase, _) => plain_answer(phase, &pending.choices),
    }
}

impl Manager {
    fn answer_to(&self, pending: &Pending) -> Value {
        if self.is_bold && self.bold_refused != pending.seq {
            bold_answer(pending)
        } else {
            plain_answer(&pending.phase, &pending.choices)
        }
    }

    /// Waits as long as a refusal says; a refusal of anything but a bold try fails the test. The next try is a new command: this one
    /// has had its answer.
    async fn come_back_later(&mut self, asked: i64, answer: &Value) {
        let too_bold = self.is_bold && self.bold_refused != asked && answer["code"] == "invalid";
        if too_bold {
            self.bold_refused = asked;
        } else if answer["type"] == "rejected" {
            let Some(retry_after_ms) = answer["retry_after_ms"].as_u64() else {
                panic!("{}: {answer}\n{}", self.name, self.last_frames());
            };
            tokio::time::sleep(Duration::from_millis(retry_after_ms)).await;
        }
    }

    /// Answers what this seat owes until the game is over. May be dropped at any await: what was sent and not
    /// answered is remembered.
    pub async fn play(&mut self, game: &str) -> Result<(), Closed> {
        while !self.game(game).is_over {
            let owed = self.game(game).owed().cloned();
            match owed {
                Some(pending) if self.unanswered.is_empty() => {
                    tokio::time::sleep(self.thinks_for).await;
                    let command = self.answer_to(&pending);
                    let answer = self.command(game, Some(pending.seq), command).await?;
                    self.come_back_later(pending.seq, &answer).await;
                }
                _ => drop(self.read().await?),
            }
        }
        Ok(())
    }
}
