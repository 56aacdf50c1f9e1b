//! Options that several subcommands share, and the settings they lead to.

use crate::config::{CardSettings, CardSource, LeagueSettings, Settings};
use crate::league::shelf::Shelf;
use crate::league::{League, Origin, SiteSettings};
use crate::store::{DatabaseUrl, Store, StoreSettings};
use anyhow::{Context, Result};
use clap::Args;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// Where the settings come from and which of them the command line changes.
#[derive(Args, Clone, Debug)]
pub struct SettingsArgs {
    /// A file of settings, as config/default.toml documents them.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The directory of the SQLite database and of the tokens' secret [default: dugout-data].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// The database: sqlite:PATH or postgres://… [default: a SQLite file in the data directory].
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
}

impl SettingsArgs {
    /// The settings: defaults, file, environment, these options.
    pub fn load(&self) -> Result<Settings> {
        let environment = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()));
        let mut settings = Settings::load(self.config.as_deref(), environment)?;
        if let Some(data_dir) = &self.data_dir {
            settings.data_dir.clone_from(data_dir);
        }
        if let Some(url) = &self.database_url {
            settings.database.url.clone_from(url);
        }
        Ok(settings)
    }
}

/// Runs a command's asynchronous part on a runtime of its own, on this thread.
pub fn block_on<T>(part: impl Future<Output = Result<T>>) -> Result<T> {
    runtime()?.block_on(part)
}

/// A runtime on this thread. What was opened on it lives no longer than it.
pub fn runtime() -> Result<Runtime> {
    Builder::new_current_thread().enable_all().build().context("cannot start the runtime")
}

/// The SQLite file in the data directory, where no other database is named.
const DATABASE_FILE: &str = "dugout.sqlite";

/// The database that the settings name, and how it is used.
pub fn database(settings: &Settings) -> Result<(DatabaseUrl, StoreSettings)> {
    let database = &settings.database;
    let url = match database.url.as_str() {
        "" => DatabaseUrl::sqlite(settings.data_dir.join(DATABASE_FILE)),
        url => url.parse()?,
    };
    let store_settings = StoreSettings {
        pool_size: database.pool_size,
        pool_max_overflow: database.max_overflow,
        acquire_timeout_ms: database.acquire_timeout_ms,
        statement_timeout_ms: database.statement_timeout_ms,
        card_cache_max: database.card_cache_max,
    };
    Ok((url, store_settings))
}

/// Opens the database of the settings, its tables up to date.
pub async fn open_store(settings: &Settings) -> Result<Store> {
    let (url, store_settings) = database(settings)?;
    Ok(Store::open(&url, &store_settings).await?)
}

/// The leagues of the settings; what their sites say is kept in `store`.
pub fn league(settings: &LeagueSettings, store: &Store) -> Result<League> {
    let origin = |cards: &CardSettings| match cards.source {
        CardSource::Bundled => Origin::Bundled,
        CardSource::Imported => Origin::Imported,
        CardSource::Site => Origin::Site(SiteSettings {
            url: cards.url.clone(),
            season: Some(cards.season).filter(|season| *season > 0),
            max_age_s: settings.max_age_s,
            timeout_ms: settings.timeout_ms,
            deadline_ms: settings.deadline_ms,
            attempts_max: settings.attempts_max,
            requests_max: settings.requests_max,
            answer_bytes_max: settings.answer_bytes_max,
            rest_ms: settings.rest_ms,
        }),
    };
    let shelf: Arc<dyn Shelf> = Arc::new(store.clone());
    League::new(origin(&settings.pd), origin(&settings.sba), &shelf)
        .map_err(|problem| anyhow::anyhow!("the leagues' sites cannot be used: {problem}"))
}

/// Creates the data directory where there is none. The database holds the secrets of running games' dice, so it is
/// for its owner only.
pub fn create_data_dir(data_dir: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir)
        .with_context(|| format!("cannot use the data directory {}", data_dir.display()))
}
