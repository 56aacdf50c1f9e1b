//! The supervisor: keeps the persistence actor (permanent) and one actor per live game (transient). A
//! game that fails is rebuilt from its journal; one that fails too often is quarantined. It does no I/O,
//! so that a slow game or database never keeps it from looking after the others.

use super::game::{self, Fenced, Game, RehydrateError};
use super::game_slot::{GameSlot, Life};
use super::membership::{self, Membership};
use super::persistence::{self, PersistError, Persistence, WriterSeat};
use super::restart::RestartWindow;
use super::shared::Shared;
use crate::id::{Epoch, GameId};
use crate::store::StoreError;
use crate::store::change::{Change, Quarantine};
use ractor::{Actor, ActorCell, ActorId, ActorProcessingErr, ActorRef, RpcReplyPort, SupervisionEvent};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tracing::{Span, error, info, warn};

/// How often idle games are asked whether they may leave.
const SWEEP_INTERVAL: Duration = Duration::from_secs(5);
/// The writer and the membership may each fail this often a minute before the host gives up.
const WRITER_RESTARTS_MAX: usize = 10;
const MEMBERSHIP_RESTARTS_MAX: usize = 10;
const RESTART_WINDOW: Duration = Duration::from_secs(60);
/// How soon a note that the writer took to its grave is given to the next one.
const NOTE_RETRY: Duration = Duration::from_millis(100);

/// The live games, for whoever wants to reach one. Only the supervisor changes it.
#[derive(Clone, Debug, Default)]
pub struct Directory(Arc<RwLock<HashMap<GameId, Arc<GameSlot>>>>);

impl Directory {
    /// The game's place, if it is live.
    #[must_use]
    pub fn get(&self, game_id: GameId) -> Option<Arc<GameSlot>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&game_id).cloned()
    }

    /// How many games are live.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The live games.
    #[must_use]
    pub fn game_ids(&self) -> Vec<GameId> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    /// The places of the live games.
    #[must_use]
    pub fn slots(&self) -> Vec<Arc<GameSlot>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn insert(&self, slot: Arc<GameSlot>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(slot.game_id, slot);
    }

    fn remove(&self, game_id: GameId) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&game_id);
    }
}

/// The actor's messages.
#[derive(Debug)]
pub enum Message {
    /// Make the game live, if it is not, and say where it is; none when the host is full. The span is of what asks for it.
    Open(GameId, Span, RpcReplyPort<Option<Arc<GameSlot>>>),
    /// Set the game aside: its actor ends, and nobody reaches it. Answers with the game's term of ownership;
    /// none when it is not live.
    SetAside(GameId, RpcReplyPort<Option<Epoch>>),
    /// Let a game that was set aside be played again.
    Release(GameId, RpcReplyPort<()>),
    /// Let idle games leave.
    Sweep,
    /// Tell other hosts that this one is about to stop.
    Leave,
}

/// What the actor starts with.
#[derive(Debug)]
pub struct Arguments {
    /// What all games share.
    pub shared: Arc<Shared>,
    /// Where the writer's address is published.
    pub writer_seat: WriterSeat,
    /// Where the games' places are published.
    pub directory: Directory,
}

/// What the actor remembers.
#[derive(Debug)]
pub struct State {
    shared: Arc<Shared>,
    writer_seat: WriterSeat,
    writer: ActorRef<persistence::Message>,
    writer_restarts: RestartWindow,
    membership: ActorRef<membership::Message>,
    membership_restarts: RestartWindow,
    directory: Directory,
    /// In the order of their start.
    games: BTreeMap<ActorId, LiveActor>,
    restarts: HashMap<GameId, RestartWindow>,
}

#[derive(Debug)]
struct LiveActor {
    slot: Arc<GameSlot>,
    actor: ActorRef<game::Message>,
}

/// The actor.
#[derive(Debug)]
pub struct Supervisor;

impl Actor for Supervisor {
    type Msg = Message;
    type State = State;
    type Arguments = Arguments;

    async fn pre_start(
        &self,
        myself: ActorRef<Message>,
        arguments: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let Arguments { shared, writer_seat, directory } = arguments;
        let writer = start_writer(&myself, &shared, &writer_seat).await?;
        let membership = start_membership(&myself, &shared, &directory).await?;
        drop(myself.send_interval(SWEEP_INTERVAL, || Message::Sweep));
        Ok(State {
            shared,
            writer_seat,
            writer,
            writer_restarts: RestartWindow::new(WRITER_RESTARTS_MAX, RESTART_WINDOW),
            membership,
            membership_restarts: RestartWindow::new(MEMBERSHIP_RESTARTS_MAX, RESTART_WINDOW),
            directory,
            games: BTreeMap::new(),
            restarts: HashMap::new(),
        })
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Open(game_id, reason, reply) => {
                let slot = state.open(&myself, game_id, reason).await;
                let _ = reply.send(slot);
            }
            Message::SetAside(game_id, reply) => {
                let _ = reply.send(state.set_aside(game_id));
            }
            Message::Release(game_id, reply) => {
                state.release(&myself, game_id).await;
                let _ = reply.send(());
            }
            Message::Sweep => state.sweep(),
            Message::Leave => drop(state.membership.cast(membership::Message::Leave)),
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Message>,
        event: SupervisionEvent,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorFailed(cell, reason) => state.failed(&myself, &cell, &*reason).await?,
            SupervisionEvent::ActorTerminated(cell, _, reason) => state.ended(&cell, reason.as_deref()),
            SupervisionEvent::ActorStarted(_) | SupervisionEvent::ProcessGroupChanged(_) => {}
        }
        Ok(())
    }

    /// Nothing is taken up any more. Games first, each at the end of what it is doing; then the writer, which writes
    /// what it accepted.
    async fn post_stop(&self, _: ActorRef<Message>, state: &mut State) -> Result<(), ActorProcessingErr> {
        state.membership.stop(None); // nobody waits for its end: it may be waiting for this actor
        let games = std::mem::take(&mut state.games)
            .into_values()
            .map(|game| async move { game.actor.stop_and_wait(Some("the host stops".into()), None).await });
        futures_util::future::join_all(games).await;
        state.writer.drain_and_wait(None).await?;
        Ok(())
    }
}

impl State {
    async fn open(
        &mut self,
        myself: &ActorRef<Message>,
        game_id: GameId,
        reason: Span,
    ) -> Option<Arc<GameSlot>> {
        if let Some(slot) = self.directory.get(game_id) {
            return Some(slot);
        }
        if self.games.len() >= self.shared.settings.games_max {
            metrics::counter!("dugout_games_refused_total").increment(1);
            return None;
        }
        let slot = Arc::new(GameSlot::new(game_id, self.shared.settings.inbox_commands_max));
        self.directory.insert(Arc::clone(&slot));
        self.start_game(myself, Arc::clone(&slot), reason).await;
        Some(slot)
    }

    async fn start_game(&mut self, myself: &ActorRef<Message>, slot: Arc<GameSlot>, reason: Span) {
        let arguments = game::Arguments { shared: Arc::clone(&self.shared), slot: Arc::clone(&slot), reason };
        match Game::spawn_linked(None, Game, arguments, myself.get_cell()).await {
            Ok((actor, _)) => {
                slot.set_life(Life::Live(actor.clone()));
                self.games.insert(actor.get_id(), LiveActor { slot, actor });
                metrics::gauge!("dugout_games_live").set(self.games.len() as f64);
            }
            Err(reason) => {
                error!(game.id = %slot.game_id, %reason, "a game's actor could not be started");
                slot.set_life(Life::Retired);
                self.directory.remove(slot.game_id);
            }
        }
    }

    async fn failed(
        &mut self,
        myself: &ActorRef<Message>,
        cell: &ActorCell,
        reason: &(dyn std::error::Error + Send + Sync + 'static),
    ) -> Result<(), ActorProcessingErr> {
        if cell.get_id() == self.writer.get_id() {
            error!(%reason, "the writer failed; a new one takes over");
            if !self.writer_restarts.allow(Instant::now()) {
                return Err("the writer keeps failing".into());
            }
            self.writer = start_writer(myself, &self.shared, &self.writer_seat).await?;
            return Ok(());
        }
        if cell.get_id() == self.membership.get_id() {
            error!(%reason, "the membership failed; a new one gives word");
            if !self.membership_restarts.allow(Instant::now()) {
                return Err("the membership keeps failing".into());
            }
            self.membership = start_membership(myself, &self.shared, &self.directory).await?;
            return Ok(());
        }
        let Some(LiveActor { slot, .. }) = self.games.remove(&cell.get_id()) else { return Ok(()) };
        if !slot.is_held_by(cell.get_id()) {
            return Ok(()); // set aside while it failed
        }
        if reason.is::<Fenced>() {
            info!(game.id = %slot.game_id, "another host has taken the game over; asking who owns it now");
            metrics::counter!("dugout_games_fenced_total").increment(1);
            slot.set_life(Life::Restarting);
            self.start_game(myself, slot, Span::none()).await;
            return Ok(());
        }
        if matches!(reason.downcast_ref(), Some(RehydrateError::SetAside(_))) {
            info!(game.id = %slot.game_id, %reason, "a game is not played");
            slot.set_life(Life::Quarantined);
            return Ok(());
        }
        metrics::counter!("dugout_game_failures_total").increment(1);
        slot.pulse().failed(reason.to_string());
        if !is_own_fault(reason) {
            warn!(game.id = %slot.game_id, %reason, "a game lost touch with its journal; it is read again");
            slot.set_life(Life::Restarting);
            self.start_game(myself, slot, Span::none()).await;
            return Ok(());
        }
        let settings = &self.shared.settings;
        let window = self.restarts.entry(slot.game_id).or_insert_with(|| {
            RestartWindow::new(settings.restarts_max as usize, Duration::from_secs(settings.restart_window_s))
        });
        let lasting = reason.downcast_ref::<RehydrateError>().is_some_and(RehydrateError::is_lasting);
        if window.allow(Instant::now()) && !lasting {
            warn!(game.id = %slot.game_id, %reason, "a game failed; it is rebuilt from its journal");
            slot.set_life(Life::Restarting);
            self.start_game(myself, slot, Span::none()).await;
        } else {
            self.quarantine(slot, reason.to_string());
        }
        Ok(())
    }

    /// The note of it outlives a writer that dies with it in hand: by it operators find the game, and a host that
    /// starts anew does not try the game again.
    fn quarantine(&self, slot: Arc<GameSlot>, reason: String) {
        error!(game.id = %slot.game_id, %reason, "a game cannot go on; it is quarantined");
        metrics::counter!("dugout_games_quarantined_total").increment(1);
        slot.set_life(Life::Quarantined);
        let (game_id, epoch, at) = (slot.game_id, slot.epoch(), self.shared.clock.now());
        let note = Change::Quarantine(Quarantine { game_id, epoch, reason, at });
        let persistence = self.shared.persistence.clone();
        tokio::spawn(async move {
            for _ in 0..=WRITER_RESTARTS_MAX {
                match persistence.write(note.clone()).await {
                    Err(PersistError::Unknown) if slot.is_quarantined() => sleep(NOTE_RETRY).await,
                    // Whoever has taken the game over finds out by himself whether it can go on.
                    Ok(()) | Err(PersistError::Refused(_) | PersistError::Unknown) => return,
                    Err(error) => return error!(game.id = %game_id, %error, "a quarantine is not on record"),
                }
            }
        });
    }

    fn ended(&mut self, cell: &ActorCell, reason: Option<&str>) {
        if let Some(LiveActor { slot, .. }) = self.games.remove(&cell.get_id()) {
            info!(game.id = %slot.game_id, reason = reason.unwrap_or("none"), "game left the host");
            if !slot.is_held_by(cell.get_id()) {
                return; // set aside: its place stays, to say so
            }
            self.directory.remove(slot.game_id);
            self.restarts.remove(&slot.game_id);
            slot.end();
            metrics::gauge!("dugout_games_live").set(self.games.len() as f64);
        }
    }

    /// The actor ends at the end of what it is doing; what waits for it is refused.
    fn set_aside(&self, game_id: GameId) -> Option<Epoch> {
        let slot = self.directory.get(game_id)?;
        slot.set_life(Life::Quarantined);
        for game in self.games.values().filter(|game| game.slot.game_id == game_id) {
            game.actor.stop(Some("set aside by the operator".into()));
        }
        Some(slot.epoch())
    }

    /// Those who followed it are sent what they missed: the new actor has the old one's place.
    async fn release(&mut self, myself: &ActorRef<Message>, game_id: GameId) {
        self.restarts.remove(&game_id);
        let Some(slot) = self.directory.get(game_id) else { return };
        if slot.is_quarantined() {
            slot.set_life(Life::Restarting);
            self.start_game(myself, slot, Span::none()).await;
        }
    }

    fn sweep(&self) {
        for game in self.games.values() {
            if game.slot.audience().is_empty() {
                let _ = game.actor.cast(game::Message::RetireIfIdle);
            }
        }
    }
}

/// Whether a game's failure counts against it. That the writer died with its change in hand, or that the database
/// was away when it wanted to read, is no sign that the game is bad.
fn is_own_fault(reason: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    let is_away = |error: &StoreError| error.is_transient();
    let innocent =
        reason.downcast_ref::<PersistError>().is_some_and(|error| matches!(error, PersistError::Unknown))
            || reason.downcast_ref::<StoreError>().is_some_and(is_away)
            || reason
                .downcast_ref::<RehydrateError>()
                .is_some_and(|error| matches!(error, RehydrateError::Store(cause) if is_away(cause)));
    !innocent
}

async fn start_membership(
    myself: &ActorRef<Message>,
    shared: &Arc<Shared>,
    directory: &Directory,
) -> Result<ActorRef<membership::Message>, ActorProcessingErr> {
    let arguments = membership::Arguments {
        shared: Arc::clone(shared),
        directory: directory.clone(),
        supervisor: myself.clone(),
    };
    Ok(Membership::spawn_linked(None, Membership, arguments, myself.get_cell()).await?.0)
}

async fn start_writer(
    myself: &ActorRef<Message>,
    shared: &Shared,
    seat: &WriterSeat,
) -> Result<ActorRef<persistence::Message>, ActorProcessingErr> {
    let arguments = seat.arguments(shared);
    let (writer, _) = Persistence::spawn_linked(None, Persistence, arguments, myself.get_cell()).await?;
    seat.take(writer.clone());
    Ok(writer)
}
