//! SQLite: its connection, its transactions, and the queries compiled for it.

use super::StoreSettings;
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::result::{ConnectionError, QueryResult};
use diesel::{ConnectionResult, SqliteConnection};
use diesel_async::pooled_connection::{ManagerConfig, RecyclingMethod};
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use diesel_async::{AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection, TransactionManager};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::error::Error;
use std::path::{Path, PathBuf};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// Asks several things, one after the other: there is no server that could be asked before it has answered.
macro_rules! together {
    ($($question:expr),+) => { ($($question.await?),+) };
}

#[path = "queries/acts.rs"]
mod acts;
#[path = "queries/claim.rs"]
mod claim;
#[path = "queries/clocks.rs"]
mod clocks;
#[path = "queries/commit.rs"]
mod commit;
#[path = "queries/hosts.rs"]
mod hosts;
#[path = "queries/import.rs"]
mod import;
#[path = "queries/journal.rs"]
mod journal;
#[path = "queries/list.rs"]
mod list;
#[path = "queries/load.rs"]
mod load;
#[path = "queries/operated.rs"]
mod operated;
#[path = "queries/records.rs"]
mod records;
#[path = "queries/season.rs"]
mod season;
#[path = "queries/shelf.rs"]
mod shelf;
#[path = "queries/write.rs"]
mod write;

pub use acts::{acts, answer_act, record_act};
pub use claim::take_all;
pub use clocks::{due, unserved};
pub use commit::commit_all;
pub use hosts::{beat, beat_alone, enter, enter_alone, leave, orphans, strays};
pub use import::import;
pub use journal::journal;
pub use list::*;
pub use load::{load_game, load_games, pinned_cards};
pub use operated::{listed_hosts, operated_game, operated_games};
pub use records::{active_lineup, cardsets, recover, session};
pub use season::{ranking, score, standings, unscored};
pub use shelf::{shelve, shelve_list, shelved_cards, shelved_team, shelved_teams};

/// What the queries run on. Its statements block the thread they are on: see [`on_a_thread`].
pub type Connection = SyncConnectionWrapper<SqliteConnection, Here>;
/// Its kind of database.
pub type Backend = diesel::sqlite::Sqlite;

/// A transaction that writes has the whole file: no row needs a lock of its own.
pub const LOCK_ROWS: &str = "";

/// The database's time now.
pub const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'";

/// For how many milliseconds a row of `hosts` has been silent, by the database's clock.
pub const SILENT_MS: &str = "CAST((julianday('now') - julianday(last_seen_at)) * 86400000 AS integer)";

/// Runs a statement at once, where the caller is.
pub struct Here;

impl SpawnBlocking for Here {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn Error + Send + Sync + 'static>>> {
        std::future::ready(Ok(task())).boxed()
    }

    fn get_runtime() -> Self {
        Self
    }
}

/// Runs a call of many statements on a thread that may block: one change of threads for the call, and none for each
/// of its statements. It runs to its end also when nobody waits for it.
pub fn on_a_thread<T, Call>(call: Call) -> JoinHandle<T>
where
    T: Send + 'static,
    Call: AsyncFnOnce() -> T + Send + 'static,
{
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || runtime.block_on(call()))
}

/// Statements that do not wait for each other; here they do.
pub struct Pipeline<'c>(&'c mut Connection);

impl<'c> Pipeline<'c> {
    /// A pipeline on a connection.
    pub const fn on(c: &'c mut Connection) -> Self {
        Self(c)
    }

    /// Runs a statement.
    pub async fn run<S>(&mut self, statement: S) -> QueryResult<()>
    where
        S: QueryFragment<Backend> + QueryId + Send,
    {
        self.0.execute_returning_count(statement).await.map(drop)
    }

    /// Waits for what is under way: nothing.
    pub async fn finish(self) -> QueryResult<()> {
        std::future::ready(Ok(())).await
    }
}

/// Begins a transaction that writes. It takes the write lock at once: a transaction that reads first and
/// writes later fails when another one wrote in between.
pub async fn begin_write(c: &mut Connection) -> QueryResult<()> {
    begin_by(c, "BEGIN IMMEDIATE").await
}

/// A connection that look-ups share.
pub type Looking<'c> = &'c mut Connection;

/// A connection, for look-ups before which the caller gives it [`begin`].
pub fn begin_looking(c: &mut Connection) -> QueryResult<Looking<'_>> {
    Ok(c)
}

/// Begins a transaction that writes, as [`begin_write`].
pub async fn begin(c: Looking<'_>) -> QueryResult<()> {
    begin_write(c).await
}

/// Begins a transaction whose reads all see the same moment.
pub async fn begin_read(c: &mut Connection) -> QueryResult<()> {
    begin_by(c, "BEGIN DEFERRED").await
}

/// Prepares a fresh connection for migration: one host at a time.
pub async fn prepare(c: &mut Connection) -> Result<(), String> {
    begin_write(c).await.map_err(|error| error.to_string())
}

/// Lets others in after the migration.
pub async fn end_preparation(c: &mut Connection) -> Result<(), String> {
    type Manager = <Connection as AsyncConnection>::TransactionManager;
    Manager::commit_transaction(c).await.map_err(|error| error.to_string())
}

async fn begin_by(c: &mut Connection, sql: &'static str) -> QueryResult<()> {
    c.spawn_blocking(move |c| diesel::connection::AnsiTransactionManager::begin_transaction_sql(c, sql)).await
}

/// How connections are made.
#[derive(Clone)]
pub struct Connector {
    path: PathBuf,
    session: String,
}

impl Connector {
    /// Prepares connections to the file at `path`.
    pub fn new(path: &Path, settings: &StoreSettings) -> Self {
        // FULL: a committed play survives a loss of power. A schema from elsewhere gets no trust.
        let session = format!(
            "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
            settings.statement_timeout_ms
        );
        Self { path: path.to_owned(), session }
    }

    /// Creates the file, for its owner only: it holds the secrets behind the dice. A file that exists
    /// keeps its permissions.
    pub fn create_file(&self) -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path).map(drop)
    }

    /// Opens one connection.
    pub async fn connect(&self) -> ConnectionResult<Connection> {
        let path = self.path.to_str().ok_or_else(|| {
            ConnectionError::BadConnection("the path of a SQLite database must be UTF-8".to_owned())
        })?;
        let (path, session) = (path.to_owned(), self.session.clone());
        let opened = on_a_thread(async move || {
            let mut connection = Connection::establish(&path).await?;
            connection.batch_execute(&session).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
            Ok(connection)
        });
        opened.await.unwrap_or_else(|error| Err(ConnectionError::BadConnection(error.to_string())))
    }

    /// The same for a pool.
    pub fn manager(self) -> ManagerConfig<Connection> {
        let mut config = ManagerConfig::default();
        config.custom_setup = Box::new(move |_| {
            let connector = self.clone();
            async move { connector.connect().await }.boxed()
        });
        config.recycling_method = RecyclingMethod::Fast; // a file does not hang up
        config
    }
}
