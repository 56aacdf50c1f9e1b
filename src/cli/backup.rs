//! `dugout backup`: a copy of the embedded database while the host plays on.

use super::options::{SettingsArgs, block_on, database};
use crate::store::backup;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  dugout backup games-2026-11-21.sqlite                 of the database in ./dugout-data
  dugout backup --data-dir /var/lib/dugout /backup/games.sqlite

The copy is one consistent moment; hosts play on while it is made. To restore it, stop the host, move the database
and the files beside it (-wal, -shm) away, put the copy in its place, and start the host: every game goes on from the
last play in the copy. Keep the file token.secret of the data directory with it, or the tokens that were given are void.

PostgreSQL has tools of its own: pg_dump --format=custom for a copy, pg_restore to bring it back.";

/// Copy the SQLite database, while the host plays on.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct BackupArgs {
    /// The file to make; it must not exist.
    to: PathBuf,

    #[command(flatten)]
    settings: SettingsArgs,
}

/// Makes the copy.
pub fn run(args: &BackupArgs) -> Result<()> {
    let settings = args.settings.load()?;
    let (url, store_settings) = database(&settings)?;
    if !url.is_sqlite() {
        bail!("a PostgreSQL database is backed up by its own tools: pg_dump --format=custom --file=… URL");
    }
    block_on(async { Ok(backup(&url, &store_settings, &args.to).await?) })?;
    let bytes = std::fs::metadata(&args.to).map(|file| file.len()).context("the copy is gone again")?;
    println!("{} holds all games ({bytes} bytes)", args.to.display());
    Ok(())
}
