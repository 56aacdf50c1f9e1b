//! The persistence actor: the only writer. It collects what many games have ready and commits it in one
//! transaction; a batch closes when the previous commit ends or a limit is reached, never by a timer, so
//! an idle host commits at once and a busy one makes bigger batches.
//!
//! It calls the store and nobody else. While the database is away it keeps trying the batch in hand
//! (repeating is safe: an entry that is already there with the same hash counts as written), and the host
//! refuses new commands, so what waits here is bounded by one change a game.

use super::faults::{Faults, Moment};
use super::record::Record;
use super::shared::Shared;
use crate::id::GameId;
use crate::store::change::Change;
use crate::store::{ChangeError, StoreError};
use futures_util::FutureExt;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::{BTreeMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::{error, info, warn};

const RETRY_DELAY_MS_MIN: u64 = 50;
const RETRY_DELAY_MS_MAX: u64 = 2_000;

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum PersistError {
    /// The database says no.
    #[error(transparent)]
    Refused(#[from] ChangeError),
    /// Nobody knows whether it was made: the writer died. The journal says.
    #[error("the writer stopped before it answered; the journal says whether the change was made")]
    Unknown,
}

/// The only door to the writer. It survives restarts of the actor behind it.
#[derive(Clone, Debug)]
pub struct PersistenceHandle {
    writer: watch::Receiver<Option<ActorRef<Message>>>,
    database_away: Arc<AtomicBool>,
}

impl PersistenceHandle {
    /// Writes a change; returns when it is committed and synced, or refused.
    ///
    /// # Errors
    /// [`PersistError`]; on `Unknown` the caller must read the journal before it goes on.
    pub async fn write(&self, change: Change) -> Result<(), PersistError> {
        let (done, committed) = oneshot::channel();
        self.send(Waiting { change, done: Some(done), since: Instant::now() })?;
        committed.await.map_err(|_| PersistError::Unknown)?.map_err(PersistError::Refused)
    }

    /// Writes a change that nobody waits for and that may be lost with the host.
    pub fn write_eventually(&self, change: Change) {
        let _ = self.send(Waiting { change, done: None, since: Instant::now() });
    }

    /// Whether the last attempt to commit found no database.
    #[must_use]
    pub fn database_away(&self) -> bool {
        self.database_away.load(Ordering::Acquire)
    }

    fn send(&self, waiting: Waiting) -> Result<(), PersistError> {
        let writer = self.writer.borrow().clone().ok_or(PersistError::Unknown)?;
        writer.cast(Message::Write(Box::new(waiting))).map_err(|_| PersistError::Unknown)
    }
}

/// Tells every handle which actor is the writer now.
#[derive(Debug)]
pub struct WriterSeat {
    writer: watch::Sender<Option<ActorRef<Message>>>,
    database_away: Arc<AtomicBool>,
}

impl WriterSeat {
    /// An empty seat.
    #[must_use]
    pub fn new() -> Self {
        Self { writer: watch::Sender::new(None), database_away: Arc::new(AtomicBool::new(false)) }
    }

    /// A handle that always reaches the writer in the seat.
    #[must_use]
    pub fn handle(&self) -> PersistenceHandle {
        PersistenceHandle { writer: self.writer.subscribe(), database_away: Arc::clone(&self.database_away) }
    }

    /// Seats a new writer.
    pub fn take(&self, writer: ActorRef<Message>) {
        self.writer.send_replace(Some(writer));
    }

    /// What a new writer starts with.
    #[must_use]
    pub fn arguments(&self, shared: &Shared) -> Arguments {
        Arguments {
            store: Arc::clone(&shared.store),
            batch_entries_max: shared.settings.batch_entries_max,
            database_away: Arc::clone(&self.database_away),
            faults: shared.faults.clone(),
        }
    }
}

impl Default for WriterSeat {
    fn default() -> Self {
        Self::new()
    }
}

/// A change in the queue, with whoever waits for it.
#[derive(Debug)]
pub struct Waiting {
    change: Change,
    done: Option<oneshot::Sender<Result<(), ChangeError>>>,
    since: Instant,
}

/// The actor's messages.
#[derive(Debug)]
pub enum Message {
    /// Put this change into the next batch.
    Write(Box<Waiting>),
    /// The batch in flight is settled.
    BatchSettled,
}

/// What the actor starts with.
#[derive(Debug)]
pub struct Arguments {
    store: Arc<dyn Record>,
    batch_entries_max: usize,
    database_away: Arc<AtomicBool>,
    faults: Faults,
}

/// What the actor remembers.
#[derive(Debug)]
pub struct State {
    arguments: Arguments,
    queue: VecDeque<Waiting>,
    /// Who is connected to which game, as last noted. Only the newest note of a game is kept, so that people
    /// who come and go while the database is away fill no memory.
    presences: BTreeMap<GameId, Waiting>,
    in_flight: Option<JoinHandle<()>>,
}

/// The actor.
#[derive(Debug)]
pub struct Persistence;

impl Actor for Persistence {
    type Msg = Message;
    type State = State;
    type Arguments = Arguments;

    async fn pre_start(
        &self,
        _: ActorRef<Message>,
        arguments: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        Ok(State { arguments, queue: VecDeque::new(), presences: BTreeMap::new(), in_flight: None })
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Write(waiting) => {
                state.arguments.faults.strike(waiting.change.game_id(), Moment::Writing);
                state.push(*waiting);
            }
            Message::BatchSettled => state.in_flight = None,
        }
        state.commit_next(&myself);
        Ok(())
    }

    /// Nothing accepted is lost: the batch in flight ends, then the rest of the queue is written.
    async fn post_stop(&self, _: ActorRef<Message>, state: &mut State) -> Result<(), ActorProcessingErr> {
        if let Some(in_flight) = state.in_flight.take() {
            in_flight.await?;
        }
        while let Some(batch) = state.next_batch() {
            state.settling(batch).await;
        }
        Ok(())
    }
}

impl State {
    fn commit_next(&mut self, myself: &ActorRef<Message>) {
        if self.in_flight.is_some() {
            return;
        }
        let Some(batch) = self.next_batch() else { return };
        let (settling, myself) = (self.settling(batch), myself.clone());
        self.in_flight = Some(tokio::spawn(async move {
            settling.await;
            let _ = myself.cast(Message::BatchSettled);
        }));
    }

    fn push(&mut self, waiting: Waiting) {
        match waiting.change {
            Change::Presence(_) => drop(self.presences.insert(waiting.change.game_id(), waiting)),
            _ => self.queue.push_back(waiting),
        }
    }

    /// What somebody waits for comes first.
    fn next_batch(&mut self) -> Option<Vec<Waiting>> {
        let entries_max = self.arguments.batch_entries_max;
        let mut batch: Vec<_> = self.queue.drain(..self.queue.len().min(entries_max)).collect();
        while batch.len() < entries_max
            && let Some((_, note)) = self.presences.pop_first()
        {
            batch.push(note);
        }
        (!batch.is_empty()).then_some(batch)
    }

    /// Writes a batch. After a panic its senders hear nothing, and ask the journal; the writer goes on.
    fn settling(&self, batch: Vec<Waiting>) -> impl Future<Output = ()> + Send + use<> {
        let store = Arc::clone(&self.arguments.store);
        let database_away = Arc::clone(&self.arguments.database_away);
        async move {
            let settling = AssertUnwindSafe(settle(store, batch, Arc::clone(&database_away)));
            if settling.catch_unwind().await.is_err() {
                // Nobody asks the database any more; the next commit finds out how it is.
                database_away.store(false, Ordering::Release);
                error!("a commit panicked; the journal says whether it landed");
            }
        }
    }
}

/// Commits a batch, however long the database stays away, and tells everyone how it went.
async fn settle(store: Arc<dyn Record>, batch: Vec<Waiting>, database_away: Arc<AtomicBool>) {
    let started = Instant::now();
    let (changes, waiters): (Vec<_>, Vec<_>) =
        batch.into_iter().map(|waiting| (waiting.change, (waiting.done, waiting.since))).unzip();
    let changes: Arc<[Change]> = changes.into();
    metrics::histogram!("dugout_commit_batch_changes").record(changes.len() as f64);
    let results = commit_until_answered(&*store, &changes, &database_away).await;
    metrics::histogram!("dugout_commit_seconds").record(started.elapsed().as_secs_f64());
    for ((done, since), result) in waiters.into_iter().zip(results) {
        metrics::histogram!("dugout_write_seconds").record(since.elapsed().as_secs_f64());
        match (done, result) {
            (Some(done), result) => drop(done.send(result)),
            (None, Err(refused)) => warn!(error = %refused, "a change that nobody waits for was refused"),
            (None, Ok(())) => {}
        }
    }
}

async fn commit_until_answered(
    store: &dyn Record,
    changes: &Arc<[Change]>,
    database_away: &AtomicBool,
) -> Vec<Result<(), ChangeError>> {
    let mut delay_ms = RETRY_DELAY_MS_MIN;
    loop {
        match store.commit(Arc::clone(changes)).await {
            Ok(results) => {
                if database_away.swap(false, Ordering::AcqRel) {
                    info!("the database is back");
                }
                return results;
            }
            Err(StoreError::Unavailable(reason)) => {
                if !database_away.swap(true, Ordering::AcqRel) {
                    warn!(%reason, "the database is away; games hold until it is back");
                }
            }
            Err(other) => error!(error = %other, "a commit failed; trying it again"),
        }
        metrics::counter!("dugout_commit_retries_total").increment(1);
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        delay_ms = (delay_ms * 2).min(RETRY_DELAY_MS_MAX);
    }
}
