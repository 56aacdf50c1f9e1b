//! Opening a database: one connection first, for its errors and the migrations, then the pool.

use super::error::StoreError;
use super::fault::connection_words;
use super::url::Target;
use super::{DatabaseUrl, StoreSettings, pg, sqlite};
use bb8::{ErrorSink, QueueStrategy};
use diesel::migration::MigrationSource;
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolError, PoolableConnection,
};
use diesel_async::{AsyncConnection, AsyncMigrationHarness};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Whose tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Schema {
    /// PostgreSQL's.
    Postgres,
    /// SQLite's.
    Sqlite,
}

/// The versions of the migrations that this version of dugout knows, in order.
///
/// # Errors
/// In words, when an embedded migration cannot be read.
pub fn known_migrations(schema: Schema) -> Result<Vec<String>, String> {
    match schema {
        Schema::Postgres => versions::<pg::Backend>(&POSTGRES),
        Schema::Sqlite => versions::<sqlite::Backend>(&SQLITE),
    }
}

fn versions<DB: diesel::backend::Backend>(migrations: &EmbeddedMigrations) -> Result<Vec<String>, String>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let migrations = MigrationSource::<DB>::migrations(migrations).map_err(|error| error.to_string())?;
    let mut versions: Vec<_> =
        migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    versions.sort_unstable();
    Ok(versions)
}

/// The pool of one of the two databases. Cheap to clone.
#[derive(Clone)]
pub enum Pools {
    /// PostgreSQL, and the wire to it.
    Postgres(Pool<pg::Connection>, pg::Wire),
    /// SQLite, and who writes next.
    Sqlite(Pool<sqlite::Connection>, Turns),
}

/// Whose turn it is to write to a file that takes one writer at a time. Without it they would all ask again and again, and
/// one who writes without a pause would keep the others out.
pub type Turns = Arc<Mutex<()>>;

impl Pools {
    /// Which database it is, by OpenTelemetry's name.
    pub const fn system(&self) -> &'static str {
        match self {
            Self::Postgres(..) => "postgresql",
            Self::Sqlite(..) => "sqlite",
        }
    }

    /// Waits until it is one's turn to write, where turns are taken: until what is returned is dropped.
    pub async fn turn_to_write(&self) -> Option<OwnedMutexGuard<()>> {
        match self {
            Self::Sqlite(_, turns) => Some(Arc::clone(turns).lock_owned().await),
            Self::Postgres(..) => None,
        }
    }

    /// Opens the database and brings its tables up to date.
    pub async fn open(url: &DatabaseUrl, settings: &StoreSettings) -> Result<Self, StoreError> {
        let failed = |cause: String| StoreError::Open { url: url.to_string(), cause };
        match &url.0 {
            Target::Sqlite(path) => {
                let connector = sqlite::Connector::new(path, settings);
                connector.create_file().map_err(|error| failed(error.to_string()))?;
                let first = connector.clone();
                let made = sqlite::on_a_thread(async move || make_sqlite_tables(&first).await).await;
                made.unwrap_or_else(|error| Err(error.to_string())).map_err(failed)?;
                let pool = build(connector.manager(), settings).await.map_err(failed)?;
                Ok(Self::Sqlite(pool, Turns::default()))
            }
            Target::Postgres(config) => {
                let connector = pg::Connector::new(config, settings)
                    .map_err(|error| failed(format!("TLS cannot be set up: {error}")))?;
                let mut first =
                    connector.connect().await.map_err(|error| failed(connection_words(&error)))?;
                pg::prepare(&mut first).await.map_err(failed)?;
                let known = versions::<pg::Backend>(&POSTGRES).map_err(failed)?;
                // The user that games are played with need not be able to create tables.
                if pg::applied(&mut first).await.map_err(failed)? != known {
                    first = migrate(first, POSTGRES).await.map_err(failed)?;
                }
                drop(first);
                let wire = pg::Wire::new(settings);
                let pool = build(connector.manager(wire.clone()), settings).await.map_err(failed)?;
                Ok(Self::Postgres(pool, wire))
            }
        }
    }
}

/// Brings a file up to date, one host at a time: the others wait for its write lock.
async fn make_sqlite_tables(connector: &sqlite::Connector) -> Result<(), String> {
    let mut first = connector.connect().await.map_err(|error| connection_words(&error))?;
    sqlite::prepare(&mut first).await?;
    let mut first = migrate(first, SQLITE).await?;
    sqlite::end_preparation(&mut first).await
}

/// Runs the migrations that are missing; refuses a database that a newer version has migrated.
async fn migrate<C>(connection: C, migrations: EmbeddedMigrations) -> Result<C, String>
where
    C: AsyncConnection + Send + 'static,
    EmbeddedMigrations: MigrationSource<C::Backend>,
    AsyncMigrationHarness<C>: MigrationHarness<C::Backend> + Send,
{
    // The harness waits for the connection with the thread it is on: it gets one of its own.
    let task = tokio::task::spawn_blocking(move || {
        let mut harness = AsyncMigrationHarness::new(connection);
        let known = versions::<C::Backend>(&migrations)?;
        let applied = harness.applied_migrations().map_err(|error| may_not(error.to_string()))?;
        if let Some(newer) = applied.iter().map(ToString::to_string).find(|version| !known.contains(version))
        {
            return Err(format!("its tables were made by another version of dugout (migration {newer})"));
        }
        let run = harness.run_pending_migrations(migrations).map_err(|error| may_not(error.to_string()))?;
        if !run.is_empty() {
            tracing::info!(migrations = run.len(), "the database's tables were brought up to date");
        }
        Ok(harness.into_inner())
    });
    task.await.map_err(|error| error.to_string())?
}

/// The database's words, with what to do where the user may not change tables.
fn may_not(words: String) -> String {
    if words.contains("permission denied") {
        return format!("{words}; run `dugout migrate` as the owner of the tables");
    }
    words
}

async fn build<C>(config: ManagerConfig<C>, settings: &StoreSettings) -> Result<Pool<C>, String>
where
    C: PoolableConnection + 'static,
    AsyncDieselConnectionManager<C>: bb8::ManageConnection<Connection = C, Error = PoolError>,
{
    // The connector knows where to connect to; the manager's own URL is not used.
    let manager = AsyncDieselConnectionManager::<C>::new_with_config("", config);
    Pool::<C>::builder()
        .max_size(settings.pool_size.saturating_add(settings.pool_max_overflow).max(1))
        .min_idle(settings.pool_size)
        .connection_timeout(Duration::from_millis(settings.acquire_timeout_ms.max(1)))
        .queue_strategy(QueueStrategy::Lifo) // the same few connections keep their prepared statements
        .error_sink(Box::new(Log))
        .build(manager)
        .await
        .map_err(|error| error.to_string())
}

/// The pool itself only ever says that it timed out; the cause goes to the log.
#[derive(Clone, Copy, Debug)]
struct Log;

impl ErrorSink<PoolError> for Log {
    fn sink(&self, error: PoolError) {
        let cause = match &error {
            PoolError::ConnectionError(error) => connection_words(error),
            PoolError::QueryError(error) => error.to_string(),
        };
        tracing::warn!(cause, "a database connection failed");
    }

    fn boxed_clone(&self) -> Box<dyn ErrorSink<PoolError>> {
        Box::new(*self)
    }
}
