//! `dugout verify`: a finished game recomputed from its journal, by anyone who doubts it. It asks no database
//! and no host for anything but the journal itself.

mod replay;

use anyhow::{Context, bail};
use clap::Args;
use replay::{Fault, Verdict};
use std::io::{BufRead, BufReader, Read};
use std::time::Duration;

/// A journal of more bytes than this is not a baseball game's.
const JOURNAL_BYTES_MAX: u64 = 256 << 20;
const FETCH_TIMEOUT: Duration = Duration::from_secs(60);

const EXAMPLES: &str = "\
Examples:
  dugout verify game.ndjson
  dugout verify http://127.0.0.1:8080/api/v1/games/0196…/journal
  curl -s http://127.0.0.1:8080/api/v1/games/0196…/journal | dugout verify -

Exit code 0: everything holds. 1: something does not, and the first entry that does not is named.";

/// Recomputes a game from its journal: every die, every play, the chain of hashes.
///
/// Checks that the entries are complete and unchanged, that the revealed seed is the one that was committed
/// to before the first pitch, that every die follows from it, and that the rules make of every command
/// exactly the events on record. The journal of a game under way has no seed yet: its dice are then taken
/// as recorded, and the answer says so.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct VerifyArgs {
    /// A file, `-` for standard input, or the URL of a journal.
    #[arg(value_name = "JOURNAL")]
    journal: String,
    /// Prints the answer as JSON.
    #[arg(long)]
    json: bool,
}

/// Does it.
///
/// # Errors
/// When the journal can't be read, or does not hold.
pub fn run(args: &VerifyArgs) -> anyhow::Result<()> {
    let text = read(&args.journal)?;
    match replay::verify(text.lines()) {
        Ok(verdict) => {
            println!("{}", if args.json { verdict.to_json().to_string() } else { told(&verdict) });
            Ok(())
        }
        Err(fault) => {
            if args.json {
                println!("{}", fault.to_json());
            }
            bail!(doubt(&fault))
        }
    }
}

fn read(journal: &str) -> anyhow::Result<String> {
    if journal.starts_with("http://") || journal.starts_with("https://") {
        return fetch(journal);
    }
    let source: Box<dyn Read> = if journal == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(journal).with_context(|| format!("{journal} can't be opened"))?)
    };
    let mut text = String::new();
    let mut bounded = BufReader::new(source).take(JOURNAL_BYTES_MAX + 1);
    while bounded.read_line(&mut text).with_context(|| format!("{journal} can't be read"))? > 0 {}
    if text.len() as u64 > JOURNAL_BYTES_MAX {
        bail!("{journal} has more than {JOURNAL_BYTES_MAX} bytes; that is no journal");
    }
    Ok(text)
}

fn fetch(url: &str) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let client = crate::cli::http_client(FETCH_TIMEOUT)?;
        let answer = client.get(url).send().await.with_context(|| format!("{url} can't be reached"))?;
        let status = answer.status();
        if !status.is_success() {
            bail!("{url} answers {status}: {}", answer.text().await.unwrap_or_default());
        }
        answer.text().await.with_context(|| format!("{url} broke off"))
    })
}

fn told(verdict: &Verdict) -> String {
    let dice = if verdict.seed_revealed {
        "every one follows from the seed that was committed to"
    } else {
        "as recorded: the game is not over and its seed not revealed"
    };
    format!(
        "game {} holds\n  entries  {:>6}  complete, in order, the chain of hashes unbroken\n  dice     {:>6}  \
         {dice}\n  plays    {:>6}  decided again from the same commands, with the same result\n  score    {} {}, \
         {} {}",
        verdict.game_id,
        verdict.entries,
        verdict.dice,
        verdict.plays,
        verdict.away_team,
        verdict.away_score,
        verdict.home_team,
        verdict.home_score,
    )
}

fn doubt(fault: &Fault) -> String {
    match fault.seq {
        Some(seq) => format!("the journal does not hold: entry {seq}: {}", fault.what),
        None => format!("the journal does not hold: {}", fault.what),
    }
}
