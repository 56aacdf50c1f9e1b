//! Options that several subcommands share, and the settings they lead to.

use crate::config::Settings;
use anyhow::{Context, Result};
use clap::Args;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Where the settings come from and which of them the command line changes.
#[derive(Args, Clone, Debug)]
pub struct SettingsArgs {
    /// A file of settings, as config/default.toml documents them.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// The directory of the SQLite database and of the tokens' secret [default: dugout-data].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
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
        Ok(settings)
    }
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
