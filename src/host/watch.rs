//! What an operator sees of games and hosts: whose a game is, how it does, and what is wrong with it.
//!
//! Of games that other hosts own only the tables are known here; how late they answer, their own host knows.

use super::Host;
use super::game_slot::{GameSlot, Life};
use crate::id::{GameId, HostId};
use crate::protocol::ConnectedUser;
use crate::rules::vocabulary::Status;
use crate::store::operated::{ListedHost, OperatedGame, TroubleFilter};
use chrono::{DateTime, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use std::time::Duration;

/// A deadline is acted upon this late at most, while hosts are there.
const OVERDUE_AFTER: TimeDelta = TimeDelta::seconds(15);
/// A game between two AI managers that has been quiet for so long has stopped. A manager's pause before a decision is at
/// most a minute, as the settings bound it.
const STALLED_AFTER: TimeDelta = TimeDelta::seconds(120);
/// The most games whose trouble only this host knows that one look-up asks about.
const TROUBLED_MAX: usize = 1_000;

/// What is wrong with a game.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// It is set aside, and waits for the operator.
    Quarantined,
    /// It failed in the last minutes, and was rebuilt from its journal.
    Failing,
    /// It answered slowly in the last minutes, or much waits for it now.
    Slow,
    /// It should go on by itself, and the host that owns it is gone.
    Deserted,
    /// Its deadline has passed, and nobody has decided.
    Overdue,
    /// Nothing happens, though both of its managers are the program's.
    Stalled,
}

/// How a host stands to the database, seen from here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// This host.
    Here,
    /// It lives.
    Living,
    /// It is about to stop.
    Draining,
    /// Nothing was heard of it for longer than its lease.
    Silent,
    /// It has ended, or was silent for so long that it is forgotten.
    Gone,
}

/// How a game does on this host.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct Here {
    /// `live`, `restarting`, `quarantined`, `leaving`, or `elsewhere`.
    life: &'static str,
    /// Commands and questions that wait for it.
    waiting: usize,
    /// How long the last command waited for its answer; none where there was none on this host.
    last_answer_ms: Option<f64>,
    /// The longest of the last 16 commands.
    slowest_answer_ms: Option<f64>,
    /// How long the last commit took.
    last_commit_ms: Option<f64>,
    /// How often it failed since it came to this host.
    failures: u32,
    /// Why the last time.
    last_failure: Option<String>,
    /// Who follows it, managers first; of a crowd only the first.
    connected_users: Vec<ConnectedUser>,
    /// How many follow it.
    connected_count: usize,
}

impl Here {
    fn of(slot: &GameSlot) -> Self {
        let (connected_users, connected_count) = slot.audience().shown_users();
        let pulse = slot.pulse();
        let (failures, last_failure) = pulse.failures();
        Self {
            life: match slot.life() {
                Life::Live(_) => "live",
                Life::Restarting => "restarting",
                Life::Quarantined => "quarantined",
                Life::Retired => "leaving",
                Life::Elsewhere(_) => "elsewhere",
            },
            waiting: slot.waiting(),
            last_answer_ms: pulse.last_answer().map(millis),
            slowest_answer_ms: pulse.slowest_answer().map(millis),
            last_commit_ms: pulse.last_commit().map(millis),
            failures,
            last_failure: last_failure.map(str::to_owned),
            connected_users,
            connected_count,
        }
    }
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

impl Host {
    /// This run of the host.
    #[must_use]
    pub fn id(&self) -> HostId {
        self.0.shared.host_id
    }

    /// The time, as the host has it.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.0.shared.clock.now()
    }

    /// How a game does on this host; none where it is not in its memory.
    #[must_use]
    pub fn here(&self, game_id: GameId) -> Option<Here> {
        self.0.directory.get(game_id).map(|slot| Here::of(&slot))
    }

    /// How the host that owns a game stands to the database.
    #[must_use]
    pub fn presence(&self, host_id: HostId, hosts: &[ListedHost]) -> Presence {
        if host_id == self.id() {
            return Presence::Here;
        }
        let host = hosts.iter().find(|host| host.seen.address.host_id == host_id);
        let Some(host) = host else { return Presence::Gone };
        match host.seen.vacancy() {
            None => Presence::Living,
            Some(_) if host.seen.draining => Presence::Draining,
            Some(_) => Presence::Silent,
        }
    }

    /// The filter that lets games pass with which something is wrong, as [`Host::trouble`] says.
    #[must_use]
    pub fn trouble_filter(&self, hosts: &[ListedHost]) -> TroubleFilter {
        let now = self.now();
        let own = std::iter::once(self.id());
        let others = hosts.iter().filter(|host| host.seen.vacancy().is_none());
        let troubled = self.0.directory.slots().into_iter().filter(|slot| !troubles_here(slot).is_empty());
        TroubleFilter {
            overdue_before: now - OVERDUE_AFTER,
            stalled_before: now - STALLED_AFTER,
            living: own.chain(others.map(|host| host.seen.address.host_id)).collect(),
            besides: troubled.map(|slot| slot.game_id).take(TROUBLED_MAX).collect(),
        }
    }

    /// What is wrong with a game; nothing, mostly.
    #[must_use]
    pub fn trouble(&self, game: &OperatedGame, filter: &TroubleFilter) -> Vec<Trouble> {
        let row = &game.row;
        let mut found = Vec::new();
        if row.quarantined_at.is_some() {
            found.push(Trouble::Quarantined);
            return found; // nobody expects anything of it
        }
        if let Some(slot) = self.0.directory.get(row.id) {
            found.extend(troubles_here(&slot));
        }
        let is_active = row.status == Status::Active;
        let goes_on = row.home_team_is_ai || row.away_team_is_ai || game.due_at.is_some();
        if is_active && goes_on && game.owner.is_some_and(|owner| !filter.living.contains(&owner)) {
            found.push(Trouble::Deserted);
        }
        if game.due_at.is_some_and(|due| due < filter.overdue_before) {
            found.push(Trouble::Overdue);
        }
        let both_ai = row.home_team_is_ai && row.away_team_is_ai;
        if is_active && both_ai && game.last_action_at < filter.stalled_before {
            found.push(Trouble::Stalled);
        }
        found
    }
}

/// What only the host knows that has the game in its memory.
fn troubles_here(slot: &GameSlot) -> Vec<Trouble> {
    let pulse = slot.pulse();
    let mut found = Vec::new();
    if pulse.is_failing() {
        found.push(Trouble::Failing);
    }
    if pulse.is_slow() || slot.is_crowded() {
        found.push(Trouble::Slow);
    }
    found
}
