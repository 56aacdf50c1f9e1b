//! PostgreSQL: its connection, its transactions, and the queries compiled for it.

use super::StoreSettings;
pub use super::wire::Wire;
use diesel::ConnectionResult;
use diesel::connection::{TransactionDepthChange, TransactionManagerStatus};
use diesel::query_builder::{QueryFragment, QueryId};
use diesel::result::{ConnectionError, QueryResult};
use diesel_async::pooled_connection::{ManagerConfig, RecyclingMethod};
use diesel_async::{
    AnsiTransactionManager, AsyncConnectionCore, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection,
    TransactionManager,
};
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use futures_util::{FutureExt, StreamExt};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// Asks several things of the server before it has answered the first; it answers in this order.
macro_rules! together {
    ($a:expr, $b:expr, $c:expr, $d:expr) => {
        futures_util::future::try_join4($a, $b, $c, $d).await?
    };
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

/// What the queries run on.
pub type Connection = AsyncPgConnection;
/// Its kind of database.
pub type Backend = diesel::pg::Pg;

/// What a query adds to keep the rows it read as they are until the transaction ends. Weaker than
/// `FOR UPDATE`: rows that refer to these may still be written.
pub const LOCK_ROWS: &str = " ORDER BY id FOR NO KEY UPDATE";

/// The database's time now.
pub const NOW: &str = "clock_timestamp()";

/// For how many milliseconds a row of `hosts` has been silent, by the database's clock.
pub const SILENT_MS: &str = "CAST(EXTRACT(EPOCH FROM (clock_timestamp() - last_seen_at)) * 1000 AS bigint)";

/// How long a connection may sit in a transaction without a statement. A host that lives goes on at once.
const IDLE_IN_TRANSACTION_MS_MAX: u64 = 3_000;

/// How the server is to plan. Statements are about keys, so that one plan fits all their values: making another for each
/// call takes longer than most of them run. It is made when the tables may still be empty, and kept: it must be the one by
/// index, not one that reads a table because that is small today. Compiling is for plans that look expensive, as those
/// that have no way by index do then.
const PLANS: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET jit = off";

/// The oldest server that is supported, as `server_version_num` says it.
const VERSION_MIN: i32 = 150_000;

/// Statements that do not wait for each other: each is sent before the answer to the one before it has come. The server
/// runs them in the order in which they were given.
pub struct Pipeline<'c> {
    connection: &'c Connection,
    under_way: FuturesOrdered<BoxFuture<'c, QueryResult<usize>>>,
}

/// The most statements of a pipeline that are under way at a time.
const UNDER_WAY_MAX: usize = 64;

impl<'c> Pipeline<'c> {
    /// A pipeline on a connection.
    pub fn on(c: &'c mut Connection) -> Self {
        Self { connection: c, under_way: FuturesOrdered::new() }
    }

    /// Gives it a statement. An error is that of one given before.
    pub async fn run<S>(&mut self, statement: S) -> QueryResult<()>
    where
        S: QueryFragment<Backend> + QueryId + Send,
    {
        if self.under_way.len() == UNDER_WAY_MAX {
            self.under_way.next().await.transpose()?;
        }
        let mut connection = self.connection;
        self.under_way.push_back(connection.execute_returning_count(statement));
        Ok(())
    }

    /// Waits for what is under way. After an error the rest is of no account: the transaction is lost.
    pub async fn finish(mut self) -> QueryResult<()> {
        while let Some(done) = self.under_way.next().await {
            done?;
        }
        Ok(())
    }
}

/// Begins a transaction that writes.
pub async fn begin_write(c: &mut Connection) -> QueryResult<()> {
    AnsiTransactionManager::begin_transaction_sql(c, "BEGIN").await
}

/// A connection that several look-ups share.
pub type Looking<'c> = &'c Connection;

/// A connection, for look-ups before which the caller gives it [`begin`]. From now on it counts as one in a transaction: when
/// the caller is dropped, nobody else gets it.
pub fn begin_looking(c: &mut Connection) -> QueryResult<Looking<'_>> {
    match AnsiTransactionManager::transaction_manager_status_mut(c) {
        TransactionManagerStatus::Valid(status) => {
            status.change_transaction_depth(TransactionDepthChange::IncreaseDepth)?;
        }
        TransactionManagerStatus::InError => return Err(diesel::result::Error::BrokenTransactionManager),
    }
    Ok(c)
}

/// Begins a transaction that writes, on a connection of [`begin_looking`].
pub async fn begin(mut c: Looking<'_>) -> QueryResult<()> {
    c.batch_execute("BEGIN").await
}

/// Begins a transaction whose reads all see the same moment.
pub async fn begin_read(c: &mut Connection) -> QueryResult<()> {
    AnsiTransactionManager::begin_transaction_sql(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
}

/// How connections are made.
#[derive(Clone)]
pub struct Connector {
    config: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
    session: String,
}

impl Connector {
    /// Prepares connections to `url`, which must name a PostgreSQL database.
    pub fn new(config: &tokio_postgres::Config, settings: &StoreSettings) -> Result<Self, rustls::Error> {
        let timeout = Duration::from_millis(settings.statement_timeout_ms);
        let mut config = config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_millis(settings.acquire_timeout_ms));
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(timeout); // a server that vanished without a word is noticed
        }
        let tls = match config.get_ssl_mode() {
            SslMode::Require => Some(MakeRustlsConnect::new(tls_config()?)),
            _ => None,
        };
        // A commit that was acknowledged is on disk, whatever the server's default. A host that stalls in
        // mid-transaction loses its locks soon, so that another can take its games over.
        let session = format!(
            "SELECT set_config('synchronous_commit', 'on', false) \
             WHERE current_setting('synchronous_commit') = 'off'; \
             {PLANS}; SET statement_timeout = {}; SET idle_in_transaction_session_timeout = {}",
            settings.statement_timeout_ms,
            settings.statement_timeout_ms.min(IDLE_IN_TRANSACTION_MS_MAX),
        );
        Ok(Self { config, tls, session })
    }

    /// Opens one connection.
    pub async fn connect(&self) -> ConnectionResult<Connection> {
        let failed = |error: tokio_postgres::Error| ConnectionError::BadConnection(words(&error));
        let mut connection = match &self.tls {
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await.map_err(failed)?;
                Connection::try_from_client_and_connection(client, connection).await?
            }
            None => {
                let (client, connection) =
                    self.config.connect(tokio_postgres::NoTls).await.map_err(failed)?;
                Connection::try_from_client_and_connection(client, connection).await?
            }
        };
        connection.batch_execute(&self.session).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
        // What an error means is partly known by its words, which depend on the server's language. To choose it may
        // be refused; `prepare` says so then.
        let _ = connection.batch_execute("SET lc_messages = 'C'").await;
        Ok(connection)
    }

    /// The same for a pool, which throws away connections that broke while they lay idle.
    pub fn manager(self, wire: Wire) -> ManagerConfig<Connection> {
        let mut config = ManagerConfig::default();
        config.custom_setup = Box::new(move |_| {
            let connector = self.clone();
            async move { connector.connect().await }.boxed()
        });
        config.recycling_method = RecyclingMethod::CustomFunction(Box::new(move |connection| {
            let wire = wire.clone();
            async move { wire.check(connection).await }.boxed()
        }));
        config
    }
}

/// TLS with the machine's own trusted certificates (`SSL_CERT_FILE` adds a private authority).
fn tls_config() -> Result<ClientConfig, rustls::Error> {
    Ok(ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth())
}

/// The driver's words with their cause, which it keeps to itself.
fn words(error: &tokio_postgres::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// The versions of the migrations that the database has had, in order; none where it is empty.
pub async fn applied(c: &mut Connection) -> Result<Vec<String>, String> {
    use diesel::sql_types::{Bool, Text};
    const IS_THERE: &str = "to_regclass('__diesel_schema_migrations') IS NOT NULL";
    let say = |error: diesel::result::Error| error.to_string();
    let is_there: bool =
        diesel::select(diesel::dsl::sql::<Bool>(IS_THERE)).get_result(c).await.map_err(say)?;
    if !is_there {
        return Ok(Vec::new());
    }
    diesel::dsl::sql::<Text>("SELECT version FROM __diesel_schema_migrations ORDER BY version")
        .load(c)
        .await
        .map_err(say)
}

/// Prepares a fresh connection for migration: one host at a time, and no server that is too old.
pub async fn prepare(c: &mut Connection) -> Result<(), String> {
    use diesel::sql_types::{Integer, Text};
    let say = |error: diesel::result::Error| error.to_string();
    let version: i32 =
        diesel::select(diesel::dsl::sql::<Integer>("current_setting('server_version_num')::integer"))
            .get_result(c)
            .await
            .map_err(say)?;
    if version < VERSION_MIN {
        return Err(format!("the server is PostgreSQL {}; 15 or newer is needed", version / 10_000));
    }
    let fsync: String = diesel::select(diesel::dsl::sql::<Text>("current_setting('fsync')"))
        .get_result(c)
        .await
        .map_err(say)?;
    if fsync != "on" {
        tracing::warn!("the PostgreSQL server runs with fsync = {fsync}: it may lose committed plays");
    }
    let language: String = diesel::select(diesel::dsl::sql::<Text>("current_setting('lc_messages')"))
        .get_result(c)
        .await
        .map_err(say)?;
    if !["", "C", "POSIX"].contains(&language.as_str())
        && !language.starts_with("C.")
        && !language.starts_with("en")
    {
        tracing::warn!(
            language,
            "the server's messages are not in English, and failures are partly known by their words; \
             GRANT SET ON PARAMETER lc_messages to the host's user, or set it to C for this database"
        );
    }
    // Released when this connection closes. Migrations may take longer than statements of a game.
    c.batch_execute("SET statement_timeout = 0; SELECT pg_advisory_lock(hashtext('dugout migrations'))")
        .await
        .map_err(say)
}
