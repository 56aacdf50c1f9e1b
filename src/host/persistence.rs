//! The persistence actor: the only writer. It collects what many games have ready and commits it in one
//! transaction; a batch closes when the previous commit ends or a limit is reached, never by a timer, so
//! an idle host commits at once and a busy one makes bigger batches.
//!
//! It calls the store and nobody else. While the database is away it keeps trying the batch in hand
//! (repeating is safe: an entry that is already there with the same hash counts as written), and the host
//! refuses new commands, so what waits here is bounded by one change a game. Where the store itself fails at a
//! batch, the changes are tried one by one, so that a bad one harms no other.

use super::faults::{Faults, Moment};
use super::health::Health;
use super::record::{Committed, Record};
use super::shared::Shared;
use crate::id::GameId;
use crate::store::change::Change;
use crate::store::{ChangeError, StoreError};
use crate::telemetry::{self, Parent};
use futures_util::FutureExt;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, debug_span, error, warn};

const RETRY_DELAY_MS_MIN: u64 = 50;
const RETRY_DELAY_MS_MAX: u64 = 2_000;
/// Commands that the span of a batch names; all of them name the batch.
const LINKS_MAX: usize = 64;

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum PersistError {
    /// The database says no.
    #[error(transparent)]
    Refused(#[from] ChangeError),
    /// The store failed at this very change; whether it was made, the journal says.
    #[error("the store failed at the change: {0}")]
    Failed(StoreError),
    /// Nobody knows whether it was made: the writer died. The journal says.
    #[error("the writer stopped before it answered; the journal says whether the change was made")]
    Unknown,
}

/// The only door to the writer. It survives restarts of the actor behind it.
#[derive(Clone, Debug)]
pub struct PersistenceHandle {
    writer: watch::Receiver<Option<ActorRef<Message>>>,
    health: Arc<Health>,
}

impl PersistenceHandle {
    /// Writes a change; returns when it is committed and synced, or refused.
    ///
    /// # Errors
    /// [`PersistError`]; on `Failed` and `Unknown` the caller must read the journal before it goes on.
    pub async fn write(&self, change: Change) -> Result<(), PersistError> {
        let (done, committed) = oneshot::channel();
        let span = debug_span!("commit.wait", batch.id = Empty);
        self.send(Waiting { change, done: Some(done), since: Instant::now(), span: span.clone() })?;
        committed.instrument(span).await.unwrap_or(Err(PersistError::Unknown))
    }

    /// Writes a change that nobody waits for and that may be lost with the host.
    pub fn write_eventually(&self, change: Change) {
        let _ = self.send(Waiting { change, done: None, since: Instant::now(), span: Span::none() });
    }

    /// Whether the database can't be reached, or can't write.
    #[must_use]
    pub fn database_away(&self) -> bool {
        self.health.is_away()
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
    health: Arc<Health>,
    /// How many batches there were.
    batches: Arc<AtomicU64>,
}

impl WriterSeat {
    /// An empty seat.
    #[must_use]
    pub fn new() -> Self {
        Self { writer: watch::Sender::new(None), health: Arc::default(), batches: Arc::default() }
    }

    /// A handle that always reaches the writer in the seat.
    #[must_use]
    pub fn handle(&self) -> PersistenceHandle {
        PersistenceHandle { writer: self.writer.subscribe(), health: self.health() }
    }

    /// What is known of the database.
    #[must_use]
    pub fn health(&self) -> Arc<Health> {
        Arc::clone(&self.health)
    }

    /// Seats a new writer.
    pub fn take(&self, writer: ActorRef<Message>) {
        self.writer.send_replace(Some(writer));
    }

    /// What a new writer starts with.
    #[must_use]
    pub fn arguments(&self, shared: &Shared) -> Arguments {
        let committer = Committer {
            store: Arc::clone(&shared.store),
            health: self.health(),
            faults: shared.faults.clone(),
            batches: Arc::clone(&self.batches),
        };
        Arguments { committer, batch_entries_max: shared.settings.batch_entries_max }
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
    done: Option<oneshot::Sender<Result<(), PersistError>>>,
    since: Instant,
    /// Where it is noted that somebody waits.
    span: Span,
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
    committer: Committer,
    batch_entries_max: usize,
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
                state.arguments.committer.faults.strike(waiting.change.game_id(), Moment::Writing);
                state.push(*waiting);
            }
            Message::BatchSettled => state.in_flight = None,
        }
        state.commit_next(&myself);
        metrics::gauge!("dugout_persistence_queue_changes").set(state.queue.len() as f64);
        Ok(())
    }

    /// Nothing accepted is lost: the batch in flight ends, then the rest of the queue is written.
    async fn post_stop(&self, _: ActorRef<Message>, state: &mut State) -> Result<(), ActorProcessingErr> {
        if let Some(in_flight) = state.in_flight.take() {
            in_flight.await?;
        }
        while let Some(batch) = state.next_batch() {
            state.arguments.committer.settle(batch).await;
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
        let (committer, myself) = (self.arguments.committer.clone(), myself.clone());
        self.in_flight = Some(tokio::spawn(async move {
            // Whatever happens, the next batch starts. Those who waited for this one read the journal.
            if AssertUnwindSafe(committer.settle(batch)).catch_unwind().await.is_err() {
                error!("the writer panicked over a batch");
            }
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
}

/// Brings batches into the database.
#[derive(Clone, Debug)]
struct Committer {
    store: Arc<dyn Record>,
    health: Arc<Health>,
    faults: Faults,
    batches: Arc<AtomicU64>,
}

impl Committer {
    /// Commits a batch, however long the database stays away, and tells everyone how it went.
    async fn settle(&self, batch: Vec<Waiting>) {
        let started = Instant::now();
        let span = self.batch_span(&batch);
        let (changes, waiters): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|waiting| (waiting.change, (waiting.done, waiting.since))).unzip();
        let changes: Arc<[Change]> = changes.into();
        metrics::histogram!("dugout_commit_batch_changes").record(changes.len() as f64);
        let outcomes = self.commit_all(changes).instrument(span.clone()).await;
        span.in_scope(|| debug!("a batch is settled"));
        drop(span);
        metrics::histogram!("dugout_commit_seconds").record(started.elapsed().as_secs_f64());
        for ((done, since), outcome) in waiters.into_iter().zip(outcomes) {
            metrics::histogram!("dugout_write_seconds").record(since.elapsed().as_secs_f64());
            match (done, outcome) {
                (Some(done), outcome) => drop(done.send(outcome)),
                // What a host wanted to note of a game that it has lost since is nobody's business.
                (None, Err(PersistError::Refused(ChangeError::StaleEpoch { .. }))) => {}
                (None, Err(error)) => warn!(%error, "a change that nobody waits for was not made"),
                (None, Ok(())) => {}
            }
        }
    }

    /// The span of a batch. It is no child of the commands' spans, since it serves them all: they are linked, both ways.
    fn batch_span(&self, batch: &[Waiting]) -> Span {
        let number = self.batches.fetch_add(1, Ordering::Relaxed) + 1;
        let games = || batch.iter().map(|waiting| waiting.change.game_id()).collect::<HashSet<_>>().len();
        let waited = || batch.iter().map(|waiting| waiting.since.elapsed()).max().unwrap_or_default();
        let span = debug_span!(
            parent: None,
            "commit.batch",
            trace_id = Empty,
            batch.id = number,
            batch.changes = batch.len(),
            batch.games = games(),
            batch.waited_ms = waited().as_secs_f64() * 1_000.0,
        );
        if span.is_disabled() {
            return span;
        }
        let mut links = 0;
        for waiting in batch {
            // Before anything begins in it: who is linked decides whether the batch is exported.
            if links < LINKS_MAX && telemetry::link(&span, &waiting.span) {
                links += 1;
            }
        }
        Parent::default().begin(&span);
        for waiting in batch {
            waiting.span.record("batch.id", number);
            telemetry::link(&waiting.span, &span);
        }
        span
    }

    /// Commits all changes at once; where the store fails at that, each by itself.
    async fn commit_all(&self, changes: Arc<[Change]>) -> Vec<Result<(), PersistError>> {
        let refused = |result: Result<(), ChangeError>| result.map_err(PersistError::Refused);
        match self.commit_until_answered(Arc::clone(&changes)).await {
            Ok(results) => return results.into_iter().map(refused).collect(),
            Err(error) => error!(changes = changes.len(), %error, "the store failed; committing one by one"),
        }
        let mut outcomes = Vec::with_capacity(changes.len());
        for change in changes.iter() {
            let one = self.commit_until_answered(Arc::from([change.clone()])).await;
            outcomes.push(match one {
                Ok(mut results) => results.pop().map_or(Ok(()), refused),
                Err(error) => {
                    error!(game.id = %change.game_id(), %error, "the store failed at a change");
                    Err(PersistError::Failed(error))
                }
            });
        }
        outcomes
    }

    /// Repeats a commit until the database is there to answer it.
    ///
    /// # Errors
    /// What the store says where repeating is no help.
    async fn commit_until_answered(&self, changes: Arc<[Change]>) -> Committed {
        let mut delay_ms = RETRY_DELAY_MS_MIN;
        loop {
            match self.commit(Arc::clone(&changes)).await {
                Err(StoreError::Unavailable(reason)) => self.health.commit_failed(&reason),
                answered => {
                    self.health.commit_answered();
                    return answered;
                }
            }
            metrics::counter!("dugout_commit_retries_total").increment(1);
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
            delay_ms = (delay_ms * 2).min(RETRY_DELAY_MS_MAX);
        }
    }

    async fn commit(&self, changes: Arc<[Change]>) -> Committed {
        let call = async {
            for append in changes.iter().filter(|change| matches!(change, Change::Append(_))) {
                self.faults.strike(append.game_id(), Moment::Storing);
            }
            self.store.commit(Arc::clone(&changes)).await
        };
        let panicked = |_| Err(StoreError::Panicked("the call did not return".to_owned()));
        AssertUnwindSafe(call).catch_unwind().await.unwrap_or_else(panicked)
    }
}
