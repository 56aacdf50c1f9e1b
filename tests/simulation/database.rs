//! The simulated database: the journal and what else the host reads, in memory, under the verdicts of the
//! real store. Whatever is appended is checked here, whoever let it pass.

use super::absences::Absences;
use super::checks;
use super::owners::{HostTable, Leases};
use super::trace::Trace;
use chrono::{DateTime, Utc};
use dugout::id::{CommandId, Epoch, GameId, HostId, Seq};
use dugout::rules::card::CardBook;
use dugout::rules::event::Event;
use dugout::rules::moment::Moment;
use dugout::rules::state::GameState;
use dugout::rules::vocabulary::Status;
use dugout::store::change::{Append, Change, NewGame};
use dugout::store::entry::{self, Entry, EntryHash};
use dugout::store::export;
use dugout::store::hosts::Standing;
use dugout::store::read::GameRow;
use dugout::store::snapshot::Snapshot;
use dugout::store::stored::{Claim, PinnedCards, Seats, StoredGame};
use dugout::store::verdict::{Found, Verdict};
use dugout::store::{ChangeError, StoreError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::time::Instant;

/// One game as the database has it.
pub struct Game {
    /// What the trace calls it.
    pub name: String,
    created: NewGame,
    pub cards: CardBook,
    pinned: PinnedCards,
    pub epoch: Epoch,
    owner: Option<HostId>,
    pub seats: Seats,
    pub journal: Vec<Written>,
    snapshot: Option<Snapshot>,
    commands: BTreeMap<CommandId, Seq>,
    pub quarantined: Option<String>,
    /// The clock that runs.
    clock: Option<Clock>,
}

/// As the real store keeps it.
#[derive(Clone, Copy)]
struct Clock {
    measured_at: DateTime<Utc>,
    unserved: Duration,
}

/// An entry with what came with it.
pub struct Written {
    pub entry: Entry,
    pub events: Vec<Event>,
    /// The state that the entries up to this one fold to.
    pub state: GameState,
    pub at: Instant,
}

impl Game {
    /// The last entry's number.
    pub fn head(&self) -> Seq {
        Seq(self.journal.len() as i64)
    }

    pub fn written(&self, seq: Seq) -> Option<&Written> {
        self.journal.get(usize::try_from(seq.0 - 1).ok()?)
    }

    /// The state that the whole journal folds to.
    pub fn state(&self) -> &GameState {
        &self.journal.last().expect("a game begins with an entry").state
    }

    /// By when somebody owes a decision.
    pub fn deadline(&self) -> Option<Moment> {
        self.state().pending_decision.as_ref()?.deadline
    }

    pub fn seq_of(&self, command_id: CommandId) -> Option<Seq> {
        self.commands.get(&command_id).copied()
    }

    /// What a host reads that takes the game.
    pub fn stored(&self) -> StoredGame {
        let opened = |kept: &Snapshot| Box::new(kept.open().expect("nobody changes a snapshot here"));
        let previous = self.snapshot.as_ref().map_or(EntryHash::GENESIS, |kept| kept.hash);
        let snapshot = self.snapshot.as_ref().map(opened);
        let after = snapshot.as_ref().map_or(Seq(0), |state| state.seq);
        let entries = self.journal.iter().map(|written| &written.entry).filter(|entry| entry.seq > after);
        let last = &self.journal.last().expect("a game begins with an entry").entry;
        StoredGame {
            game_id: self.created.setup.game_id,
            epoch: self.epoch,
            created_at: self.created.entry.recorded_at,
            seed: self.created.seed.clone(),
            seats: self.seats.clone(),
            cards: self.pinned.clone(),
            entries: entries.cloned().collect(),
            snapshot,
            snapshot_rejected: None,
            previous,
            head: last.seq,
            head_hash: last.hash,
            quarantined: self.quarantined.clone(),
        }
    }

    fn row(&self) -> GameRow {
        let (state, setup) = (self.state(), &self.created.setup);
        let created_at = self.created.entry.recorded_at;
        GameRow {
            id: setup.game_id,
            league_id: setup.league_id,
            home_team_id: setup.teams.home.team_id,
            away_team_id: setup.teams.away.team_id,
            status: state.status,
            game_mode: setup.game_mode,
            visibility: setup.visibility,
            current_inning: state.inning.into(),
            current_half: state.half,
            home_score: state.score.home.into(),
            away_score: state.score.away.into(),
            home_team_is_ai: setup.teams.home.is_ai,
            away_team_is_ai: setup.teams.away.is_ai,
            ai_difficulty: setup.ai_difficulty,
            created_at,
            started_at: None,
            completed_at: None,
            winner_team_id: None,
            game_metadata: serde_json::Value::Null,
            epoch: self.epoch,
            quarantined_at: self.quarantined.as_ref().map(|_| created_at),
            quarantine_reason: self.quarantined.clone(),
            seats: self.seats.clone(),
        }
    }

    fn is_the_hosts_to_play(&self) -> bool {
        let ai = |side| self.created.setup.teams[side].is_ai;
        let sides = dugout::rules::vocabulary::Side::ALL;
        match self.state().status {
            Status::Active => sides.iter().any(|side| ai(*side)) || self.clock.is_some(),
            Status::Pending => sides.iter().all(|side| ai(*side)),
            Status::Paused | Status::Completed => false,
        }
    }
}

/// Whether the database keeps what it says it has written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Honesty {
    Honest,
    /// It says so of every entry, and keeps none after this one.
    Forgetful {
        after: Seq,
    },
    /// It says that hosts were there all the time.
    Timeless,
}

/// All games. Clones share them; they outlive every host.
#[derive(Clone)]
pub struct Database {
    games: Arc<Mutex<BTreeMap<GameId, Game>>>,
    pub hosts: HostTable,
    pub absences: Absences,
    honesty: Honesty,
    trace: Trace,
}

impl Database {
    pub fn new(honesty: Honesty, leases: Leases, trace: Trace) -> Self {
        let absences = Absences::new();
        Self {
            games: Arc::default(),
            hosts: HostTable::new(leases, absences.clone()),
            absences,
            honesty,
            trace,
        }
    }

    fn games(&self) -> MutexGuard<'_, BTreeMap<GameId, Game>> {
        self.games.lock().expect("nobody panics inside the database")
    }

    pub fn game_ids(&self) -> Vec<GameId> {
        self.games().keys().copied().collect()
    }

    /// Looks at a game that is known to exist.
    pub fn look<T>(&self, game_id: GameId, look: impl FnOnce(&Game) -> T) -> T {
        look(self.games().get(&game_id).expect("the game exists"))
    }

    pub fn read<T>(&self, game_id: GameId, read: impl FnOnce(&Game) -> T) -> Result<T, StoreError> {
        self.games().get(&game_id).map(read).ok_or(StoreError::NotFound { what: "game" })
    }

    pub fn row(&self, game_id: GameId) -> Result<GameRow, StoreError> {
        self.read(game_id, Game::row)
    }

    pub fn orphans(&self, living: &[HostId], limit: u16) -> Vec<GameId> {
        let games = self.games();
        let orphans = games.iter().filter(|(_, game)| {
            let is_orphan = game.owner.is_some_and(|owner| !living.contains(&owner));
            is_orphan && game.quarantined.is_none() && game.is_the_hosts_to_play()
        });
        orphans.map(|(id, _)| *id).take(limit.into()).collect()
    }

    pub fn strays(&self, host_id: HostId, of: &[GameId]) -> Vec<GameId> {
        let games = self.games();
        let strays = games.iter().filter(|(id, game)| of.contains(id) && game.owner != Some(host_id));
        strays.map(|(id, _)| *id).collect()
    }

    pub fn claim(&self, game_id: GameId, asks: HostId) -> Result<Claim, StoreError> {
        let mut games = self.games();
        let game = games.get_mut(&game_id).ok_or(StoreError::NotFound { what: "game" })?;
        let taken_from = match self.hosts.standing(asks, game.owner) {
            Standing::Own => None,
            Standing::Free(vacancy) => Some(vacancy),
            Standing::Elsewhere(address) => return Err(StoreError::LivesElsewhere(address)),
        };
        let unserved = self.measure(game, game.owner, asks);
        if let Some(clock) = &mut game.clock {
            *clock = Clock { measured_at: self.absences.now(), unserved };
        }
        game.epoch = game.epoch.next();
        game.owner = Some(asks);
        Ok(Claim { epoch: game.epoch, taken_from, unserved, game: Ok(game.stored()) })
    }

    fn measure(&self, game: &Game, owner: Option<HostId>, asks: HostId) -> Duration {
        let Some(Clock { measured_at, unserved }) = game.clock.filter(|_| self.honesty != Honesty::Timeless)
        else {
            return Duration::ZERO;
        };
        unserved + self.hosts.unserved(owner, asks, measured_at)
    }

    pub fn unserved(&self, game_id: GameId, asks: HostId) -> Result<Duration, StoreError> {
        self.read(game_id, |game| self.measure(game, Some(asks), asks))
    }

    pub fn due(&self, asks: HostId, at: DateTime<Utc>, living: &[HostId], limit: u16) -> Vec<GameId> {
        let games = self.games();
        let due = games.iter().filter(|(_, game)| {
            let elsewhere = game.owner.is_some_and(|owner| owner != asks && living.contains(&owner));
            let overdue = game.deadline().is_some_and(|deadline| entry::time(deadline) <= at);
            overdue && !elsewhere && game.quarantined.is_none()
        });
        due.map(|(id, _)| *id).take(limit.into()).collect()
    }

    /// One transaction. The results are those of the changes, in order.
    pub fn commit(&self, changes: &[Change], author: &str) -> Vec<Result<(), ChangeError>> {
        let mut games = self.games();
        changes.iter().map(|change| self.change(&mut games, change, author)).collect()
    }

    fn change(
        &self,
        games: &mut BTreeMap<GameId, Game>,
        change: &Change,
        author: &str,
    ) -> Result<(), ChangeError> {
        match found(games, change).judge(change) {
            Verdict::Write(_) => {}
            Verdict::Settled => {
                self.trace.count("settled", format_args!("{author} repeats a commit that had landed"));
                return Ok(());
            }
            Verdict::Refuse(error) => {
                self.trace.count("refused changes", format_args!("{author} is refused: {error}"));
                return Err(error);
            }
        }
        if let Change::CreateGame(new) = change {
            let name = format!("game {}", games.len() + 1);
            self.trace.note(format_args!("{author} creates {name}"));
            games.insert(new.setup.game_id, begin(name, new, &self.trace));
            return Ok(());
        }
        let game = games.get_mut(&change.game_id()).ok_or(ChangeError::NoSuchGame)?;
        match change {
            Change::Append(append) => return self.append(game, append, author),
            Change::ClaimSeat(claim) => {
                self.trace.note(format_args!("{} of {} is taken", claim.side, game.name));
                game.seats[claim.side] = Some(claim.holder.clone());
            }
            Change::SetSeat(set) => {
                self.trace.note(format_args!("{} of {} is another's", set.side, game.name));
                game.seats[set.side] = set.holder.clone();
            }
            Change::Quarantine(quarantine) => {
                self.trace.count("quarantines", format_args!("{} is quarantined", game.name));
                game.quarantined = Some(quarantine.reason.clone());
            }
            Change::Release(_) => game.quarantined = None,
            Change::GiveUp(_) => game.owner = None,
            Change::CreateGame(_) | Change::Presence(_) => {}
        }
        Ok(())
    }

    fn append(&self, game: &mut Game, append: &Append, author: &str) -> Result<(), ChangeError> {
        let entry = &append.entry;
        // What the database's own constraint says, whatever the verdict was.
        if let Some(seq) = game.seq_of(entry.command_id) {
            self.trace
                .count("command id taken", format_args!("{author}: the command is entry {seq} already"));
            return Err(ChangeError::CommandIdTaken { seq });
        }
        self.trace.count(
            "entries",
            format_args!(
                "{author} writes entry {} of {} (epoch {}, {})",
                entry.seq, game.name, entry.epoch, entry.issuer
            ),
        );
        for event in entry.events().unwrap_or_default() {
            match event {
                Event::DeadlineMissed { side, .. } => {
                    self.trace.count("deadlines missed", format_args!("{side} misses one"))
                }
                Event::DeadlineMoved { side, .. } => {
                    self.trace.count("deadlines moved", format_args!("{side} gets time back"))
                }
                _ => {}
            }
        }
        let checked = checks::append(game, append).and_then(|written| {
            checks::clock(game, &written, &self.absences)?;
            Ok(written)
        });
        let written = match checked {
            Ok(written) => written,
            Err(problem) => {
                self.trace.broken(format_args!("entry {} of {}: {problem}", entry.seq, game.name));
                return Err(ChangeError::Refused(problem));
            }
        };
        if matches!(self.honesty, Honesty::Forgetful { after } if entry.seq > after) {
            return Ok(());
        }
        game.commands.insert(entry.command_id, entry.seq);
        let before = game.deadline();
        game.journal.push(written);
        if game.deadline() != before {
            let running =
                game.deadline().map(|_| Clock { measured_at: entry.recorded_at, unserved: Duration::ZERO });
            game.clock = running;
        }
        if let Some(snapshot) = &append.snapshot {
            game.snapshot = Some(snapshot.clone());
        }
        Ok(())
    }
}

/// What a transaction finds of one change's game.
fn found(games: &BTreeMap<GameId, Game>, change: &Change) -> Found {
    let mut found = Found::default();
    let game_id = change.game_id();
    let Some(game) = games.get(&game_id) else { return found };
    found.games.insert(game_id, (game.epoch, game.created.setup.league_id));
    let seq = match change {
        Change::Append(append) => append.entry.seq,
        _ => Seq(1),
    };
    for seq in [Seq(seq.0 - 1), seq] {
        if let Some(written) = game.written(seq) {
            found.entries.insert((game_id, seq), written.entry.hash);
        }
    }
    for (side, holder) in game.seats.iter() {
        if let Some(holder) = holder {
            found.seats.insert((game_id, side), holder.user_id);
        }
    }
    found
}

fn begin(name: String, new: &NewGame, trace: &Trace) -> Game {
    let mut seats = Seats::default();
    for (side, holder) in &new.seats {
        seats[*side] = Some(holder.clone());
    }
    let first = checks::first(new).unwrap_or_else(|problem| {
        trace.broken(format_args!("entry 1 of {name}: {problem}"));
        panic!("a game that does not begin: {problem}")
    });
    let cards = CardBook::new(new.cards.iter().cloned());
    Game {
        name,
        pinned: pinned(new, &cards),
        cards,
        epoch: new.entry.epoch,
        owner: new.owner,
        seats,
        journal: vec![first],
        snapshot: new.snapshot.clone(),
        commands: BTreeMap::from([(new.entry.command_id, Seq(1))]),
        quarantined: None,
        clock: None,
        created: new.clone(),
    }
}

/// The cards in the order of the rosters, with the digest that entry 1 seals.
fn pinned(new: &NewGame, cards: &CardBook) -> PinnedCards {
    let teams = &new.setup.teams;
    let ids = teams.away.roster.iter().chain(&teams.home.roster);
    let cards: Vec<_> = ids.map(|id| Arc::clone(cards.get(*id).expect("the card is pinned"))).collect();
    PinnedCards { digest: export::cards_digest(cards.iter().map(Arc::as_ref)), cards }
}
