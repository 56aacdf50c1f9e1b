//! `dugout import-cards`: teams and cards out of files, for a league without a site.

use super::SaidAlready;
use super::options::{SettingsArgs, block_on, create_data_dir, open_store};
use crate::config::CardSource;
use crate::league::import::{Import, columns};
use crate::league::shelf::Shelf;
use crate::rules::vocabulary::LeagueId;
use anyhow::{Context, Result, bail};
use chrono::Utc;
use clap::Args;
use std::io::Read;
use std::path::{Path, PathBuf};

/// A file of more bytes than this is no league's.
const FILE_BYTES_MAX: u64 = 256 << 20;

const EXAMPLES: &str = "\
Examples:
  dugout import-cards --columns                         the columns of a CSV file
  dugout import-cards --league pd cards.csv             look it over; nothing is changed
  dugout import-cards --league pd cards.csv --write     the same, and put it into the database
  dugout import-cards --league sba league.json --write

A CSV file (commas or semicolons, UTF-8) has one row a player, and may leave out columns and cells. A JSON file is
{\"teams\": [{\"team_id\", \"name\", \"abbreviation\", \"lineup\", \"players\"}]}, a player as
GET /api/v1/teams/{id}/players shows him. Teams that name no line-up are given one.

Every row that cannot be used is listed with its line and the reason, and with such a row nothing is written. A card's
chances must add up to 108 against either hand. What is written replaces the same teams and cards; others stay.
Games that have begun keep the cards they were created with. The host reads the cards where league.pd.source or
league.sba.source is `imported`.";

/// Read teams and cards from files.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ImportCardsArgs {
    /// The files, *.csv or *.json.
    #[arg(required_unless_present = "columns")]
    files: Vec<PathBuf>,

    /// Whose cards: pd or sba.
    #[arg(long, value_name = "LEAGUE", required_unless_present = "columns")]
    league: Option<LeagueId>,

    /// Put them into the database; without it nothing is changed.
    #[arg(long)]
    write: bool,

    /// Print the columns of a CSV file as its first line, and do nothing else.
    #[arg(long)]
    columns: bool,

    #[command(flatten)]
    settings: SettingsArgs,
}

/// Imports.
pub fn run(args: &ImportCardsArgs) -> Result<()> {
    if args.columns {
        println!("{}", columns().join(","));
        return Ok(());
    }
    let league_id = args.league.context("--league says whose cards they are")?;
    let mut imports = Vec::with_capacity(args.files.len());
    let mut bad_rows = 0;
    for file in &args.files {
        let import = read(file)?;
        bad_rows += import.bad_rows.len();
        for row in &import.bad_rows {
            eprintln!("{}: {row}", file.display());
        }
        println!("{}: {} teams, {} cards", file.display(), import.teams.len(), import.cards.len());
        imports.push(import);
    }
    if bad_rows > 0 {
        let rows = if bad_rows == 1 { "row" } else { "rows" };
        eprintln!("dugout: {bad_rows} {rows} cannot be used; nothing was written");
        return Err(SaidAlready.into());
    }
    if !args.write {
        println!("nothing was written; --write does");
        return Ok(());
    }
    write(args, league_id, imports)
}

fn write(args: &ImportCardsArgs, league_id: LeagueId, imports: Vec<Import>) -> Result<()> {
    let settings = args.settings.load()?;
    create_data_dir(&settings.data_dir)?;
    block_on(async {
        let store = open_store(&settings).await?;
        let (mut teams, mut cards) = (Vec::new(), Vec::new());
        for import in imports {
            let (of_file, cards_of_file) = import.kept(Utc::now());
            teams.extend(of_file);
            cards.extend(cards_of_file);
        }
        Shelf::keep(&store, league_id, teams, cards).await.context("nothing was written")
    })?;
    println!("written");
    let (name, source) = match league_id {
        LeagueId::Pd => ("pd", settings.league.pd.source),
        LeagueId::Sba => ("sba", settings.league.sba.source),
    };
    if source != CardSource::Imported {
        println!("league.{name}.source is `{source}`: set it to `imported` where the host shall read them");
    }
    Ok(())
}

fn read(path: &Path) -> Result<Import> {
    let reading = || format!("{} can't be read", path.display());
    let file = std::fs::File::open(path).with_context(reading)?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).with_context(reading)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        bail!("{} has more than {FILE_BYTES_MAX} bytes; that is no league", path.display());
    }
    match path.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase).as_deref() {
        Some("csv") => Ok(Import::of_csv(&bytes)),
        Some("json") => Ok(Import::of_json(&bytes)),
        _ => bail!("{}: the name must end in .csv or .json", path.display()),
    }
}
