//! `dugout migrate`: brings the database's tables up to date and does nothing else.

use super::options::{SettingsArgs, block_on, create_data_dir, open_store};
use anyhow::Result;
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  dugout migrate                                        the SQLite file in ./dugout-data
  dugout migrate --database-url postgres://dugout:PASSWORD@db.example/dugout

Games that ended under an older version are scored for the season's sums; that takes a moment for each.
`dugout serve` does the same when it starts. Migrate first where the host's own user may not change tables.";

/// Bring the database's tables up to date.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct MigrateArgs {
    #[command(flatten)]
    settings: SettingsArgs,
}

/// Migrates.
pub fn run(args: &MigrateArgs) -> Result<()> {
    let settings = args.settings.load()?;
    create_data_dir(&settings.data_dir)?;
    let scored = block_on(async { Ok(open_store(&settings).await?.score_ended().await?) })?;
    println!("the tables are up to date");
    if scored > 0 {
        println!("{scored} games that had ended before are in the season now");
    }
    Ok(())
}
