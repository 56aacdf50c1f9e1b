//! What a client knows of one of its games, and what it does next: mostly what it owes, now and then something else that
//! makes a state worth recovering.

use super::client::Orders;
use crate::support::follow::Followed;
use crate::support::play::{bold_answer, plain_answer};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A pause after a refusal that names none: the game has moved on, and its entry is on the way.
const AFTER_REFUSAL: Duration = Duration::from_millis(50);

/// A followed game.
pub struct Table {
    followed: Followed,
    pub is_joined: bool,
    asked_to_join: bool,
    /// When the next step may be taken.
    not_before: Instant,
    has_started: bool,
    is_paused: bool,
    plays: i64,
    /// The side that proposed to go back, while that is open.
    proposal: Option<String>,
    /// The request for which a bold answer was refused.
    too_bold: i64,
    has_given_up: bool,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            followed: Followed::default(),
            is_joined: false,
            asked_to_join: false,
            not_before: Instant::now(),
            has_started: false,
            is_paused: false,
            plays: 0,
            proposal: None,
            too_bold: 0,
            has_given_up: false,
        }
    }
}

impl Table {
    /// A new connection follows nothing.
    pub fn forget_connection(&mut self) {
        (self.is_joined, self.asked_to_join) = (false, false);
        self.not_before = Instant::now();
    }

    pub fn may_join(&self) -> bool {
        !self.is_joined && !self.asked_to_join && self.not_before <= Instant::now()
    }

    /// The frame that follows the game: from the last entry on, or anew with the whole state.
    pub fn join(&mut self, game: &str, whole: bool) -> Value {
        self.asked_to_join = true;
        let mut frame = json!({"type": "join", "game": game});
        if !whole {
            frame["after"] = json!(self.followed.seq);
        }
        frame
    }

    pub fn join_refused(&mut self, retry_after: Duration) {
        self.asked_to_join = false;
        self.not_before = Instant::now() + retry_after;
    }

    pub fn joined(&mut self, frame: &Value) {
        (self.is_joined, self.asked_to_join) = (true, false);
        self.followed.joined(frame);
        let state = &frame["state"];
        if !state.is_null() {
            self.has_started = state["status"] != "pending";
            self.is_paused = state["status"] == "paused";
            self.plays = state["play_count"].as_i64().unwrap_or_default();
            self.proposal = state["pending_rollback"]["side"].as_str().map(String::from);
        }
    }

    pub fn events(&mut self, frame: &Value, pause: Duration) {
        self.followed.events(frame);
        self.followed.entries.clear(); // the record has them
        self.not_before = Instant::now() + pause;
        for event in frame["events"].as_array().into_iter().flatten() {
            match event["kind"].as_str().unwrap_or_default() {
                "game_started" => self.has_started = true,
                "paused" => self.is_paused = true,
                "resumed" => self.is_paused = false,
                "play_resolved" => {
                    self.plays = event["play_number"].as_i64().unwrap_or_default();
                    self.proposal = None;
                }
                "rolled_back" => {
                    self.plays = event["to_play"].as_i64().unwrap_or_default();
                    self.proposal = None;
                }
                "rollback_proposed" => self.proposal = event["side"].as_str().map(String::from),
                "rollback_declined" => self.proposal = None,
                _ => {}
            }
        }
    }

    pub fn committed(&mut self, seq: i64) {
        self.followed.committed = self.followed.committed.max(seq);
    }

    pub fn refused(&mut self, code: &str, retry_after: Option<Duration>) {
        self.not_before = Instant::now() + retry_after.unwrap_or(AFTER_REFUSAL);
        self.has_given_up &= retry_after.is_none();
        if code == "invalid" {
            self.too_bold = self.followed.pending.as_ref().map_or(0, |pending| pending.seq);
        }
    }

    pub const fn is_over(&self) -> bool {
        self.followed.is_over
    }

    /// When something will be due that is not yet.
    pub fn due(&self) -> Option<Instant> {
        Some(self.not_before).filter(|due| !self.is_over() && *due > Instant::now())
    }

    /// What to send now, with the request it answers.
    pub fn next_command(&mut self, orders: Orders, chance: &mut ChaCha8Rng) -> Option<(Option<i64>, Value)> {
        let has_seat = self.followed.seat == "home" || self.followed.seat == "away";
        let may_act =
            self.is_joined && has_seat && !self.is_over() && self.followed.committed <= self.followed.seq;
        if !may_act || orders.leave || self.not_before > Instant::now() {
            return None;
        }
        if !self.has_started {
            return (self.followed.seat == "home").then(|| (None, json!({"kind": "start"})));
        }
        if orders.forfeit {
            let gives_up = self.followed.seat == "home" && !self.has_given_up;
            self.has_given_up |= gives_up;
            return gives_up.then(|| (None, json!({"kind": "forfeit"})));
        }
        if self.is_paused {
            return chance
                .random_bool(0.5)
                .then(|| (None, json!({"kind": "resume"})))
                .or_else(|| self.later());
        }
        if self.proposal.as_ref().is_some_and(|side| *side != self.followed.seat) && chance.random_bool(0.3) {
            return Some((None, json!({"kind": "answer_rollback", "accept": chance.random_bool(0.5)})));
        }
        let aside = chance.random_range(0..100);
        if aside < 2 && self.plays > 3 && self.proposal.is_none() {
            let to_play = self.plays - chance.random_range(1..4);
            return Some((None, json!({"kind": "propose_rollback", "to_play": to_play})));
        }
        let pending = self.followed.owed()?;
        if aside == 3 {
            return Some((None, json!({"kind": "pause"})));
        }
        if aside == 4 {
            let wrong = pending.seq - 1;
            return Some((Some(wrong), plain_answer(&pending.phase, &pending.choices)));
        }
        let dares = self.too_bold != pending.seq && chance.random_bool(0.5);
        let command =
            if dares { bold_answer(pending) } else { plain_answer(&pending.phase, &pending.choices) };
        Some((Some(pending.seq), command))
    }

    /// Nothing now.
    fn later<T>(&mut self) -> Option<T> {
        self.not_before = Instant::now() + AFTER_REFUSAL;
        None
    }
}
