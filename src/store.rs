//! The durable record of all games, on SQLite or PostgreSQL.
//!
//! The journal is the truth: one [`entry::Entry`] per accepted command, chained by hashes. All other tables
//! are read models, written in the same transaction. [`Store::commit`] is the only way into a game that is
//! played; it takes what many games have ready and commits it at once. [`Store::import`] takes in a game that was played
//! elsewhere. Beside the games stands the record of what operators did. [`Store::claim`] gives a game to a new owner.
//!
//! The queries are written once (`queries/`) and compiled for each database (`pg`, `sqlite`). Rows and SQL
//! stay in here; the door speaks `rules` and `id`. The store knows nothing of actors, sockets or the wire,
//! and decides nothing about baseball.

pub mod acts;
mod backup;
mod batch;
mod bulk;
pub mod canonical;
mod cards;
pub mod change;
mod checkup;
mod claims;
pub mod entry;
mod error;
pub mod export;
mod fault;
mod file_lock;
pub mod hosts;
pub mod import;
pub mod operated;
#[allow(clippy::duplicate_mod, reason = "one set of queries, compiled for each database")]
mod pg;
mod pool;
pub mod projection;
pub mod read;
pub mod records;
mod rows;
mod schema;
pub mod season;
pub mod shelf;
pub mod snapshot;
mod sql_log;
#[allow(clippy::duplicate_mod, reason = "one set of queries, compiled for each database")]
mod sqlite;
mod statement;
pub mod stored;
mod types;
pub mod uptime;
mod url;
pub mod verdict;
mod wire;

pub use backup::backup;
pub use checkup::{Checkup, checkup};
pub use error::{ChangeError, StoreError};
pub use sql_log::log_statements;
pub use url::{DatabaseUrl, DatabaseUrlError};

use crate::id::{CommandId, GameId, HostId, Seq};
use crate::rules::record::PlayRecord;
use acts::{ActFilter, OperatorAct};
use cards::CardCache;
use change::Change;
use chrono::{DateTime, Utc};
use entry::Entry;
use file_lock::FileLock;
use hosts::{Beat, HostCard, HostSeen};
use pool::Pools;
use read::{
    Cursor, GameFilter, GameRow, LineupRow, Page, PdRosterLink, PoolState, RollRecord, SbaRosterLink, Viewer,
};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stored::{PinnedCards, StoredGame};
use tokio::sync::Mutex;
use tracing::{Instrument, debug_span};
use url::Target;

/// The most items of one page of a list.
pub const PAGE_MAX: u16 = 200;

/// How the store uses its database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoreSettings {
    /// Connections that are kept open (`DB_POOL_SIZE`).
    pub pool_size: u32,
    /// Connections that may be opened beyond these under load (`DB_MAX_OVERFLOW`).
    pub pool_max_overflow: u32,
    /// How long a call waits for a connection before the database counts as away.
    pub acquire_timeout_ms: u64,
    /// How long one statement may run, and how long SQLite waits for another writer.
    pub statement_timeout_ms: u64,
    /// How many pinned cards are kept in memory, shared by all games.
    pub card_cache_max: usize,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self {
            pool_size: 10,
            pool_max_overflow: 20,
            acquire_timeout_ms: 5_000,
            statement_timeout_ms: 10_000,
            card_cache_max: 10_000,
        }
    }
}

/// The database of a host. Cheap to clone; clones share one pool.
///
/// Every call runs to its end in a task of its own, also when the caller stops waiting: a transaction is
/// never left half-way.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    cards: Arc<CardCache>,
    /// What a host has to hold where the database is one host's at a time: a SQLite file.
    one_host: Option<Arc<OneHost>>,
    /// Hosts that have left. A word of theirs that was on its way is over before they leave, and none comes later: it
    /// would write them down again.
    left: Arc<Mutex<HashSet<HostId>>>,
}

struct OneHost {
    lock: FileLock,
    url: String,
}

/// Runs `$call` on a connection of whichever database this is; with `write` when it is its turn to write.
macro_rules! run {
    ($self:ident, write |$c:ident, $database:ident| $call:expr) => {{
        let _turn = $self.pools.turn_to_write().await;
        crate::store::run!($self, |$c, $database| $call)
    }};
    ($self:ident, |$c:ident, $database:ident| $call:expr) => {
        match $self.pools.clone() {
            crate::store::pool::Pools::Postgres(pool, wire) => {
                crate::store::settle(tokio::spawn(async move {
                    use crate::store::pg as $database;
                    let mut connection = pool.get().await.map_err(crate::store::unavailable)?;
                    let answer = {
                        let $c = &mut *connection;
                        wire.in_time($call).await
                    };
                    answer.unwrap_or_else(|| Err(wire.give_up(&mut connection)))
                }))
                .await
            }
            crate::store::pool::Pools::Sqlite(pool, _) => {
                use crate::store::sqlite as $database;
                let mut connection = pool.get_owned().await.map_err(crate::store::unavailable)?;
                crate::store::settle(crate::store::sqlite::on_a_thread(async move || {
                    let $c = &mut *connection;
                    $call.await
                }))
                .await
            }
        }
    };
}
use run;

fn unavailable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

async fn settle<T>(task: tokio::task::JoinHandle<Result<T, StoreError>>) -> Result<T, StoreError> {
    task.await.unwrap_or_else(|error| {
        // Repeating what panicked would panic again; what a shutdown of the runtime cut off would not.
        Err(if error.is_panic() { StoreError::Panicked(error.to_string()) } else { unavailable(error) })
    })
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("pool", &self.pool_state()).finish()
    }
}

impl Store {
    /// Opens the database, brings its tables up to date and fills the pool.
    ///
    /// # Errors
    /// [`StoreError::Open`] with the database's own words when it cannot be reached, is too old, or was
    /// migrated by a newer version. The URL in it has no password.
    pub async fn open(url: &DatabaseUrl, settings: &StoreSettings) -> Result<Self, StoreError> {
        let pools = Pools::open(url, settings).await?;
        let one_host = match &url.0 {
            Target::Sqlite(path) => {
                Some(Arc::new(OneHost { lock: FileLock::beside(path), url: url.to_string() }))
            }
            Target::Postgres(_) => None,
        };
        let cards = Arc::new(CardCache::new(settings.card_cache_max));
        Ok(Self { pools, cards, one_host, left: Arc::default() })
    }

    /// Commits changes of any number of games in one transaction. The results are those of the changes, in
    /// order. A change that is refused leaves nothing behind and hinders no other; a change that had been
    /// committed before (its result got lost) succeeds again without effect.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is away; the same commit may be repeated, also when
    /// this one did land.
    pub async fn commit(&self, changes: Arc<[Change]>) -> Result<Vec<Result<(), ChangeError>>, StoreError> {
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let cards = Arc::clone(&self.cards);
        let span = debug_span!("commit", otel.kind = "client", db.system.name = self.pools.system());
        let committed = async { run!(self, write | c, db | db::commit_all(c, &changes, &cards)) };
        committed.instrument(span).await
    }

    /// Reads the game as it was last committed, without claiming it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such game; [`StoreError::Corrupt`] where it cannot be read.
    pub async fn load_game_state(&self, game_id: GameId) -> Result<StoredGame, StoreError> {
        let cards = Arc::clone(&self.cards);
        run!(self, |c, db| db::load_game(c, game_id, &cards))
    }

    /// The cards that a game is played with.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] where one of them is not what the game pinned.
    pub async fn pinned_cards(&self, game_id: GameId) -> Result<PinnedCards, StoreError> {
        let cards = Arc::clone(&self.cards);
        run!(self, |c, db| db::pinned_cards(c, game_id, &cards))
    }

    /// One game's row.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is none that `viewer` may see.
    pub async fn game(&self, game_id: GameId, viewer: Viewer) -> Result<GameRow, StoreError> {
        run!(self, |c, db| db::game(c, game_id, viewer))
    }

    /// Games that pass the filter, newest first, at most `limit` (1 to [`PAGE_MAX`]) of them.
    ///
    /// # Errors
    /// As all reads.
    pub async fn games(
        &self,
        filter: GameFilter,
        after: Option<Cursor>,
        limit: u16,
    ) -> Result<Page<GameRow>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        run!(self, |c, db| db::games(c, &filter, after, limit))
    }

    /// A host begins to play games on this database. Hosts that ran on its data directory before it, or on a SQLite
    /// file, count as ended from now on.
    ///
    /// # Errors
    /// [`StoreError::Occupied`] where another host has the SQLite file; as all reads.
    pub async fn enter(&self, card: HostCard) -> Result<(), StoreError> {
        let Some(one_host) = &self.one_host else {
            return run!(self, write | c, db | db::enter(c, &card));
        };
        match one_host.lock.take() {
            Ok(true) => run!(self, write | c, db | db::enter_alone(c, &card)),
            Ok(false) => Err(StoreError::Occupied { url: one_host.url.clone() }),
            Err(error) => Err(StoreError::Open { url: one_host.url.clone(), cause: error.to_string() }),
        }
    }

    /// A host gives word that it lives. Where there can be no other host, it is written only while a clock runs;
    /// `there_for` says then for how long it has been there without a break.
    ///
    /// # Errors
    /// As all reads.
    pub async fn beat(&self, card: HostCard, there_for: Duration) -> Result<Beat, StoreError> {
        if self.one_host.is_some() {
            let told = card.clone();
            run!(self, write | c, db | db::beat_alone(c, &told, there_for))?;
            return Ok(Beat {
                was_silent: Some(Duration::ZERO),
                hosts: vec![HostSeen::alone(card)],
                is_shared: false,
            });
        }
        let left = Arc::clone(&self.left);
        let (was_silent, hosts) = run!(self, |c, db| async {
            let left = left.lock().await;
            if left.contains(&card.host_id) {
                return Err(StoreError::NotFound { what: "host" });
            }
            db::beat(c, &card).await
        })?;
        Ok(Beat { was_silent, hosts, is_shared: true })
    }

    /// A host ends: what it owned is anybody's from now on.
    ///
    /// # Errors
    /// As all reads.
    pub async fn leave(&self, host_id: HostId) -> Result<(), StoreError> {
        let words = Arc::clone(&self.left);
        let left = run!(
            self,
            write | c,
            db | async {
                let mut words = words.lock().await;
                words.insert(host_id);
                db::leave(c, host_id).await
            }
        );
        if let Some(one_host) = &self.one_host {
            one_host.lock.release();
        }
        left
    }

    /// For how long a game whose clock runs could not be played since its deadline was set: its owner, `asks`, was not
    /// there, or could not reach the database. Nothing where no clock runs.
    ///
    /// # Errors
    /// As all reads.
    pub async fn unserved(&self, game_id: GameId, asks: HostId) -> Result<Duration, StoreError> {
        run!(self, |c, db| db::unserved(c, game_id, asks))
    }

    /// Games whose deadline has passed by `at`, the longest overdue first, and that are owned by nobody, by `asks`, or by
    /// none of `living`.
    ///
    /// # Errors
    /// As all reads.
    pub async fn due(
        &self,
        asks: HostId,
        at: DateTime<Utc>,
        living: Vec<HostId>,
        limit: u16,
    ) -> Result<Vec<GameId>, StoreError> {
        run!(self, |c, db| db::due(c, asks, at, &living, limit))
    }

    /// Games that go on without anybody asking, oldest first, and whose owner is none of `living`: active ones in
    /// which a side is managed by the host or a clock runs, and those between two such sides that have yet to start.
    ///
    /// # Errors
    /// As all reads.
    pub async fn orphans(&self, living: Vec<HostId>, limit: u16) -> Result<Vec<GameId>, StoreError> {
        run!(self, |c, db| db::orphans(c, &living, limit))
    }

    /// Those of these games that `host_id` does not own any more.
    ///
    /// # Errors
    /// As all reads.
    pub async fn strays(&self, host_id: HostId, of: Vec<GameId>) -> Result<Vec<GameId>, StoreError> {
        run!(self, |c, db| db::strays(c, host_id, &of))
    }

    /// All line-up entries of a game, by number; none where there is no such game.
    ///
    /// # Errors
    /// As all reads.
    pub async fn lineups(&self, game_id: GameId) -> Result<Vec<LineupRow>, StoreError> {
        run!(self, |c, db| db::lineups(c, game_id))
    }

    /// All plays of a game, in order; none where there is no such game.
    ///
    /// # Errors
    /// As all reads.
    pub async fn plays(&self, game_id: GameId) -> Result<Vec<PlayRecord>, StoreError> {
        run!(self, |c, db| db::plays(c, game_id))
    }

    /// All rolls of a game that belong to plays that stand, in order.
    ///
    /// # Errors
    /// As all reads.
    pub async fn rolls(&self, game_id: GameId) -> Result<Vec<RollRecord>, StoreError> {
        run!(self, |c, db| db::rolls(c, game_id))
    }

    /// The cards on a PD game's rosters; none in an SBA game.
    ///
    /// # Errors
    /// As all reads.
    pub async fn pd_roster(&self, game_id: GameId) -> Result<Vec<PdRosterLink>, StoreError> {
        run!(self, |c, db| db::pd_roster(c, game_id))
    }

    /// The players on an SBA game's rosters; none in a PD game.
    ///
    /// # Errors
    /// As all reads.
    pub async fn sba_roster(&self, game_id: GameId) -> Result<Vec<SbaRosterLink>, StoreError> {
        run!(self, |c, db| db::sba_roster(c, game_id))
    }

    /// Journal entries after `after`, in order, at most `limit` (1 to [`PAGE_MAX`]) of them; fewer where one of
    /// them cannot be read. Only an empty page is the end.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], which names the entry, where the first of them cannot be read.
    pub async fn journal(&self, game_id: GameId, after: Seq, limit: u16) -> Result<Vec<Entry>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        run!(self, |c, db| db::journal(c, game_id, after, limit))
    }

    /// The entry in which a command had its effect, if it had any.
    ///
    /// # Errors
    /// As all reads.
    pub async fn seq_of_command(
        &self,
        game_id: GameId,
        command_id: CommandId,
    ) -> Result<Option<Seq>, StoreError> {
        run!(self, |c, db| db::seq_of_command(c, game_id, command_id))
    }

    /// Writes what an operator is about to do; returns when it is committed. An act that was recorded before
    /// stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database is away.
    pub async fn record_act(&self, act: OperatorAct) -> Result<(), StoreError> {
        run!(self, write | c, db | db::record_act(c, &act))
    }

    /// Writes how an act was answered.
    ///
    /// # Errors
    /// As [`Store::record_act`].
    pub async fn answer_act(&self, act: OperatorAct) -> Result<(), StoreError> {
        run!(self, write | c, db | db::answer_act(c, &act))
    }

    /// Acts of operators that pass the filter, newest first, at most `limit` (1 to [`PAGE_MAX`]) of them.
    ///
    /// # Errors
    /// As all reads.
    pub async fn acts(
        &self,
        filter: ActFilter,
        after: Option<Cursor>,
        limit: u16,
    ) -> Result<Page<OperatorAct>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        run!(self, |c, db| db::acts(c, filter, after, limit))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] where it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        run!(self, |c, db| db::ping(c))
    }

    /// The state of the connection pool, for metrics.
    #[must_use]
    pub fn pool_state(&self) -> PoolState {
        let (state, limit) = match &self.pools {
            Pools::Postgres(pool, _) => (pool.state(), pool.config().max_size),
            Pools::Sqlite(pool, _) => (pool.state(), pool.config().max_size),
        };
        PoolState { connections: state.connections, idle: state.idle_connections, limit }
    }
}
