//! What a database is like: found out on one connection of its own, and without changing anything in it.

use super::error::StoreError;
use super::fault::connection_words;
use super::pool::{self, Schema};
use super::url::Target;
use super::{DatabaseUrl, StoreSettings, pg, sqlite};
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Commits that are timed on PostgreSQL.
const COMMITS: u32 = 30;

/// What was found out about a database.
#[derive(Clone, Debug)]
pub struct Checkup {
    /// The database and its version, as `PostgreSQL 17.2`.
    pub server: String,
    /// The server's settings that matter to the host, by name; as the host's connections see them.
    pub settings: BTreeMap<String, String>,
    /// Migrations of this version of dugout that the database does not have yet.
    pub migrations_missing: Vec<String>,
    /// Migrations that the database has and this version of dugout does not know.
    pub migrations_unknown: Vec<String>,
    /// How far the database's clock is ahead of ours, in milliseconds; none where it has no clock of its own.
    pub clock_ahead_ms: Option<i64>,
    /// Durable commits, timed one after the other; none are timed on SQLite, whose disk is the host's own.
    pub commits: Vec<Duration>,
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    value: String,
}

/// Looks at the database. A SQLite file that does not exist is reported as an empty one, and is not made.
///
/// # Errors
/// [`StoreError::Open`] with the database's own words.
pub async fn checkup(url: &DatabaseUrl, settings: &StoreSettings) -> Result<Checkup, StoreError> {
    let failed = |cause: String| StoreError::Open { url: url.to_string(), cause };
    let found = match &url.0 {
        Target::Sqlite(path) if !path.exists() => {
            sqlite(sqlite::Connector::new(std::path::Path::new(":memory:"), settings)).await
        }
        Target::Sqlite(path) => sqlite(sqlite::Connector::new(path, settings)).await,
        Target::Postgres(config) => {
            let connector = pg::Connector::new(config, settings)
                .map_err(|error| failed(format!("TLS cannot be set up: {error}")))?;
            postgres(connector).await
        }
    };
    found.map_err(failed)
}

async fn sqlite(connector: sqlite::Connector) -> Result<Checkup, String> {
    const SETTINGS: &str = "SELECT 'version' AS name, sqlite_version() AS value \
        UNION ALL SELECT 'journal_mode', journal_mode FROM pragma_journal_mode \
        UNION ALL SELECT 'synchronous', CAST(synchronous AS TEXT) FROM pragma_synchronous \
        UNION ALL SELECT 'foreign_keys', CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys";
    let mut c = connector.connect().await.map_err(|error| connection_words(&error))?;
    let rows: Vec<Setting> =
        diesel::sql_query(SETTINGS).load(&mut c).await.map_err(|error| error.to_string())?;
    let applied = diesel::sql_query(APPLIED).load(&mut c).await;
    Checkup::new("SQLite", rows, applied, Schema::Sqlite)
}

async fn postgres(connector: pg::Connector) -> Result<Checkup, String> {
    const SETTINGS: &str = "SELECT name::text AS name, setting::text AS value FROM pg_settings WHERE name IN \
        ('fsync', 'full_page_writes', 'synchronous_commit', 'max_connections', 'superuser_reserved_connections', \
         'lc_messages', 'server_encoding') \
        UNION ALL SELECT 'is_superuser', current_setting('is_superuser') \
        UNION ALL SELECT 'version', split_part(current_setting('server_version'), ' ', 1) \
        UNION ALL SELECT 'clock_ms', (extract(epoch FROM clock_timestamp()) * 1000)::bigint::text";
    let mut c = connector.connect().await.map_err(|error| connection_words(&error))?;
    let say = |error: diesel::result::Error| error.to_string();
    let asked = Instant::now();
    let rows: Vec<Setting> = diesel::sql_query(SETTINGS).load(&mut c).await.map_err(say)?;
    // The clock was read somewhere between the question and the answer.
    let ours = SystemTime::now() - asked.elapsed() / 2;
    let applied = diesel::sql_query(APPLIED).load(&mut c).await;
    let mut checkup = Checkup::new("PostgreSQL", rows, applied, Schema::Postgres)?;
    if let Some(theirs) = checkup.settings.remove("clock_ms").and_then(|clock| clock.parse::<i64>().ok()) {
        let ours = ours.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        checkup.clock_ahead_ms = Some(theirs - i64::try_from(ours).unwrap_or(i64::MAX));
    }
    checkup.commits = timed_commits(&mut c).await.map_err(say)?;
    Ok(checkup)
}

/// Times commits that must reach the disk. A comment on a temporary table changes the catalogue, which is logged
/// like any table, and goes with the session.
async fn timed_commits(c: &mut pg::Connection) -> diesel::QueryResult<Vec<Duration>> {
    c.batch_execute("CREATE TEMPORARY TABLE dugout_doctor (n integer)").await?;
    let mut commits = Vec::new();
    for n in 0..COMMITS {
        let began = Instant::now();
        c.batch_execute(&format!("COMMENT ON TABLE dugout_doctor IS '{n}'")).await?;
        commits.push(began.elapsed());
    }
    Ok(commits)
}

const MIGRATIONS_TABLE: &str = "__diesel_schema_migrations";
const APPLIED: &str =
    "SELECT 'migration' AS name, version AS value FROM __diesel_schema_migrations ORDER BY version";

impl Checkup {
    fn new(
        kind: &str,
        rows: Vec<Setting>,
        applied: diesel::QueryResult<Vec<Setting>>,
        schema: Schema,
    ) -> Result<Self, String> {
        let mut settings: BTreeMap<_, _> = rows.into_iter().map(|row| (row.name, row.value)).collect();
        let version = settings.remove("version").unwrap_or_default();
        let applied: Vec<String> = match applied {
            Ok(rows) => rows.into_iter().map(|row| row.value).collect(),
            // A database that no host has opened yet.
            Err(error) if error.to_string().contains(MIGRATIONS_TABLE) => Vec::new(),
            Err(error) => return Err(error.to_string()),
        };
        let known = pool::known_migrations(schema)?;
        Ok(Self {
            server: format!("{kind} {version}"),
            settings,
            migrations_missing: known.iter().filter(|one| !applied.contains(one)).cloned().collect(),
            migrations_unknown: applied.iter().filter(|one| !known.contains(one)).cloned().collect(),
            clock_ahead_ms: None,
            commits: Vec::new(),
        })
    }

    /// A setting of the server.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }
}
