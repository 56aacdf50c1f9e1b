//! The durable record as one simulated process reaches it: late, in vain, or without learning what it did.

use super::database::Database;
use super::process::Process;
use super::trace::Trace;
use super::weather::{Fate, Weather};
use chrono::{DateTime, Utc};
use dugout::host::record::{Committed, Reading, Record};
use dugout::id::{CommandId, GameId, HostId, Seq};
use dugout::store::acts::OperatorAct;
use dugout::store::change::Change;
use dugout::store::entry::Entry;
use dugout::store::hosts::{Beat, HostCard, Vacancy};
use dugout::store::read::{GameRow, Viewer};
use dugout::store::stored::{Claim, StoredGame};
use dugout::store::{PAGE_MAX, StoreError};
use futures_util::future::{BoxFuture, FutureExt};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// How many questions a host may have under way at once, by its own account.
const CONNECTIONS_MAX: usize = 8;

#[derive(Clone)]
pub struct SimulatedRecord {
    pub process: Arc<Process>,
    pub database: Database,
    pub weather: Weather,
    pub trace: Trace,
    pub batch_entries_max: usize,
}

impl fmt::Debug for SimulatedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SimulatedRecord({})", self.process.name)
    }
}

impl SimulatedRecord {
    /// The way to the database. A process that dies meanwhile may or may not have got its question out.
    async fn there(&self, what: &str) -> Result<(), StoreError> {
        self.process.breathe().await;
        sleep(self.weather.database_delay()).await;
        if !self.process.is_alive() && self.weather.fate() != Fate::LostAfter {
            self.process.breathe().await;
        }
        if self.weather.database_fails() {
            self.trace.note(format_args!("{}: {what} fails", self.process.name));
            return Err(StoreError::Unavailable("simulated".into()));
        }
        Ok(())
    }

    /// The way back.
    async fn back(&self) {
        sleep(self.weather.database_delay()).await;
        self.process.breathe().await;
    }

    /// A question that changes something, whose effect may be lost, or the news of it.
    async fn change<T>(
        &self,
        what: &str,
        effect: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.there(what).await?;
        let fate = self.weather.fate();
        let result = if fate == Fate::LostBefore { None } else { Some(effect()) };
        self.back().await;
        match (fate, result) {
            (Fate::Lands, Some(result)) => result,
            _ => {
                self.trace.count("lost results", format_args!("{}: {what}: {fate:?}", self.process.name));
                Err(StoreError::Unavailable("simulated: the connection was lost".into()))
            }
        }
    }

    fn read<T: Send + 'static>(
        &self,
        what: &'static str,
        read: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Reading<'_, T> {
        async move {
            self.there(what).await?;
            let result = read(&self.database);
            self.back().await;
            result
        }
        .boxed()
    }

    /// What the writer collects is bounded: a batch by its setting, a game's share by what can be under way.
    fn check_bounds(&self, changes: &[Change]) {
        let mut shares: BTreeMap<GameId, (usize, usize)> = BTreeMap::new();
        for change in changes {
            let (awaited, presences) = shares.entry(change.game_id()).or_default();
            match change {
                Change::Presence(_) => *presences += 1,
                _ => *awaited += 1,
            }
        }
        // A game has one change under way; its predecessor, that died waiting, may have left another, the
        // supervisor a quarantine, and the one that was idle its leave.
        let too_many = shares.values().any(|(awaited, presences)| *awaited > 4 || *presences > 1);
        if too_many || changes.len() > self.batch_entries_max {
            self.trace.broken(format_args!(
                "{} commits {} changes at once, of single games (awaited, presence notes) {:?}",
                self.process.name,
                changes.len(),
                shares.values().collect::<Vec<_>>()
            ));
        }
    }
}

impl SimulatedRecord {
    fn claim(&self, game_id: GameId, owner: HostId) -> Result<Claim, StoreError> {
        let claim = self.database.claim(game_id, owner)?;
        let (name, head) = self.database.look(game_id, |game| (game.name.clone(), game.head()));
        let (process, epoch, from) = (&self.process.name, claim.epoch, claim.taken_from);
        let kind = match from {
            None | Some(Vacancy::GivenUp) => "claims",
            Some(_) => "takeovers",
        };
        let taken = format_args!("{process} takes {name} at entry {head}: epoch {epoch}, {from:?}");
        self.trace.count(kind, taken);
        Ok(claim)
    }
}

impl Record for SimulatedRecord {
    fn commit(&self, changes: Arc<[Change]>) -> BoxFuture<'_, Committed> {
        async move {
            self.check_bounds(&changes);
            let effect = || Ok(self.database.commit(&changes, &self.process.name));
            self.change("a commit", effect).await
        }
        .boxed()
    }

    fn claim_all(&self, games: Vec<GameId>, owner: HostId) -> Reading<'_, Vec<Result<Claim, StoreError>>> {
        let claims = async move {
            let effect = || Ok(games.iter().map(|game_id| self.claim(*game_id, owner)).collect());
            self.change("claims", effect).await
        };
        claims.boxed()
    }

    fn load_game_state(&self, game_id: GameId) -> Reading<'_, StoredGame> {
        self.read("a game's state", move |database| database.read(game_id, |game| game.stored()))
    }

    fn game(&self, game_id: GameId, _: Viewer) -> Reading<'_, GameRow> {
        self.read("a game's row", move |database| database.row(game_id))
    }

    fn enter(&self, card: HostCard) -> Reading<'_, ()> {
        let enter = move || {
            self.database.hosts.enter(card);
            Ok(())
        };
        async move { self.change("an entrance", enter).await }.boxed()
    }

    fn beat(&self, card: HostCard, _: Duration) -> Reading<'_, Beat> {
        async move { self.change("a word", || Ok(self.database.hosts.beat(card))).await }.boxed()
    }

    fn leave(&self, host_id: HostId) -> Reading<'_, ()> {
        let leave = move || {
            self.database.hosts.leave(host_id);
            Ok(())
        };
        async move { self.change("a leave", leave).await }.boxed()
    }

    fn orphans(&self, living: Vec<HostId>, limit: u16) -> Reading<'_, Vec<GameId>> {
        self.read("the games to take up", move |database| Ok(database.orphans(&living, limit)))
    }

    fn unserved(&self, game_id: GameId, asks: HostId) -> Reading<'_, Duration> {
        self.read("the time that is to be given back", move |database| database.unserved(game_id, asks))
    }

    fn due(
        &self,
        asks: HostId,
        at: DateTime<Utc>,
        living: Vec<HostId>,
        limit: u16,
    ) -> Reading<'_, Vec<GameId>> {
        self.read("the games whose time has come", move |database| Ok(database.due(asks, at, &living, limit)))
    }

    fn strays(&self, host_id: HostId, of: Vec<GameId>) -> Reading<'_, Vec<GameId>> {
        self.read("the games to let go", move |database| Ok(database.strays(host_id, &of)))
    }

    fn journal(&self, game_id: GameId, after: Seq, limit: u16) -> Reading<'_, Vec<Entry>> {
        let limit = usize::from(limit.clamp(1, PAGE_MAX));
        self.read("a journal", move |database| {
            database.read(game_id, |game| {
                let entries = game.journal.iter().map(|written| &written.entry);
                entries.filter(|entry| entry.seq > after).take(limit).cloned().collect()
            })
        })
    }

    fn seq_of_command(&self, game_id: GameId, command_id: CommandId) -> Reading<'_, Option<Seq>> {
        self.read("a command's entry", move |database| database.read(game_id, |game| game.seq_of(command_id)))
    }

    fn record_act(&self, _: OperatorAct) -> Reading<'_, ()> {
        self.read("an act", |_| Ok(()))
    }

    fn answer_act(&self, _: OperatorAct) -> Reading<'_, ()> {
        self.read("an act's answer", |_| Ok(()))
    }

    fn ping(&self) -> Reading<'_, ()> {
        self.read("a ping", |_| Ok(()))
    }

    fn connections_max(&self) -> usize {
        CONNECTIONS_MAX
    }
}
