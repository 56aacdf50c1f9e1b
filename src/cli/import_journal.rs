//! `dugout import-journal`: games that were played to their end on another host, verified and taken in.

use super::options::{SettingsArgs, create_data_dir, open_store, runtime};
use super::verify::journal::{Fault, Journal, Place};
use super::verify::{replay, source};
use super::{SaidAlready, progress};
use crate::id::GameId;
use crate::rules::event::Event;
use crate::store::import::FinishedGame;
use crate::store::stored::DiceSeed;
use anyhow::{Context, Result, bail};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  dugout import-journal game.ndjson
  dugout import-journal https://dugout.example/api/v1/games/0196…/journal
  dugout import-journal --data-dir /var/lib/dugout season/       every *.ndjson file of a folder

Each journal is verified as `dugout verify` does, from the first hash to the last die, before anything of it is
written; then it is written whole, in one transaction. Refused, with the first entry that is wrong: what does not hold.
Refused, too: a game that is not over, one that the database has already, and one that the rules of this version decide
otherwise.

Afterwards the game is there as if it had been played here: box score, plays, season, page and journal, byte for byte.
A journal names no users, so both seats stay empty; a private game is then for the operator alone. A game counts in the
season as it was created, for its league and as league game or exhibition. Hosts may run meanwhile.

Exit code 0: all were imported. 1: at least one was refused; the others were imported.";

/// Take in finished games from the journals of another host.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ImportJournalArgs {
    /// A file, a folder of `.ndjson` files, `-` for standard input, or the URL of a journal; several are allowed.
    #[arg(value_name = "JOURNAL", required = true)]
    journals: Vec<String>,

    #[command(flatten)]
    settings: SettingsArgs,
}

/// Imports.
pub fn run(args: &ImportJournalArgs) -> Result<()> {
    let names = source::expand(&args.journals)?;
    let settings = args.settings.load()?;
    create_data_dir(&settings.data_dir)?;
    // Journals are fetched on runtimes of their own, so that this one waits for none of them.
    let runtime = runtime()?;
    let store = runtime.block_on(open_store(&settings))?;
    let bar = progress::bar(names.len() as u64, "{pos} of {len} games, {eta} left");
    let mut refused = 0;
    for name in &names {
        let imported = import(name, |game| Ok(runtime.block_on(store.import(game))?));
        // What is said must not be written into the bar.
        bar.suspend(|| match imported {
            Ok(told) => println!("{told}"),
            Err(error) => {
                refused += 1;
                eprintln!("dugout: {name} was not imported: {error:#}");
            }
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    if names.len() > 1 {
        println!("{} of {} games were imported", names.len() - refused, names.len());
    }
    if refused > 0 { Err(SaidAlready.into()) } else { Ok(()) }
}

fn import(name: &str, keep: impl FnOnce(FinishedGame) -> Result<GameId>) -> Result<String> {
    let text = source::read(name)?;
    let (game, verdict) = verified(&text).map_err(|fault| anyhow::anyhow!("it does not hold: {fault}"))?;
    // Of such a game not every play is known to follow: whoever forges one need only name other rules.
    if let Some(seq) = verdict.decided_otherwise {
        let version = verdict.rules_version;
        bail!(
            "entry {seq}: decided by rules version {version}; only a game that can be decided again is imported"
        );
    }
    let Some(game) = game else {
        bail!("the game is not over, or the end of its journal is missing; only finished games are imported");
    };
    let game_id = keep(game)?;
    let replay::Verdict { entries, away_team, away_score, home_team, home_score, .. } = verdict;
    Ok(format!("{game_id}: {away_team} {away_score}, {home_team} {home_score}; {entries} entries"))
}

/// The game of a journal that holds from end to end; none where it is not over.
fn verified(text: &[u8]) -> Result<(Option<FinishedGame>, replay::Verdict), Fault> {
    let journal = Journal::read(text, &|| ())?;
    let verdict = replay::verify(&journal, &|| ())?;
    let game =
        finished(journal).map_err(|what| Fault { place: Place::Journal, what: format!("{what:#}") })?;
    Ok((game, verdict))
}

fn finished(journal: Journal) -> Result<Option<FinishedGame>> {
    let (Some(cards), Some(first), Some(last)) =
        (&journal.cards, journal.entries.first(), journal.entries.last())
    else {
        return Ok(None);
    };
    let Some(seed) = replay::revealed(last).map_err(|fault| anyhow::anyhow!("{fault}"))? else {
        return Ok(None);
    };
    let cardsets = first.events()?.into_iter().find_map(|event| match event {
        Event::GameCreated(setup) => Some(cards.cardsets(&setup.settings)),
        _ => None,
    });
    Ok(Some(FinishedGame {
        cards: cards.iter().cloned().collect(),
        cardsets: cardsets.context("entry 1 does not create a game")?,
        seed: DiceSeed(*seed.as_bytes()),
        entries: journal.entries,
    }))
}
