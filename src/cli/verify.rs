//! `dugout verify`: a game recomputed from its journal, by anyone who doubts it. It asks no database and no host for
//! anything but the journal itself.

pub mod journal;
pub mod replay;
pub(super) mod source;
#[cfg(test)]
mod tests;

use super::progress;
use crate::rules::charts::RULES_VERSION;
use crate::store::canonical::canonical_json;
use clap::Args;
use journal::{Fault, Journal, Place};
use replay::Verdict;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Everything that was looked at holds, but not everything could be: a game is not over, and its dice cannot be proven yet,
/// or other rules decided it.
const UNFINISHED: u8 = 3;

const EXAMPLES: &str = "\
Examples:
  dugout verify game.ndjson
  dugout verify http://127.0.0.1:8080/api/v1/games/0196…/journal
  curl -s http://127.0.0.1:8080/api/v1/games/0196…/journal | dugout verify -
  dugout verify season/                         every *.ndjson file of a folder
  dugout verify --json season/ | jq 'select(.holds | not)'

What is checked, in this order:
  1. the chain: every entry is there, in order, once, byte for byte as the host wrote it
  2. the header line: each field says what entry 1 says, the cards are those that entry 1 seals
  3. the seed: what the last entry reveals is what was committed to before the first pitch
  4. the game: every command decided again by the rules, with dice from the seed and both managers' entropy

A game that began under rules of another version (`dugout rules` has this one's) is held to 1 to 3 and to the dice that its
seed gives. Its commands are decided again all the same, up to the first entry that these rules decide otherwise: from there on
the version that played it can check it.

Exit code 0: everything holds. 1: something does not, and the first entry or header field that does not is
named. 2: the command line is wrong. 3: what could be checked holds: a game is not over (or the end of its journal is
missing), its seed is not revealed, and its dice are taken as recorded; or rules of another version decided it.

Two people who want to know that they have the same journal compare its last hash, which the answer shows.";

/// Recomputes games from their journals: every die, every play, the chain of hashes.
///
/// Checks that the entries are complete and unchanged, that the revealed seed is the one that was committed
/// to before the first pitch, that every die follows from it, and that the rules make of every command
/// exactly the events on record. The journal of a game under way, or of one that its host has set aside, has no
/// seed yet: its dice are then taken as recorded, and the answer says so.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct VerifyArgs {
    /// A file, a folder of `.ndjson` files, `-` for standard input, or the URL of a journal; several are allowed.
    #[arg(value_name = "JOURNAL", required = true)]
    journals: Vec<String>,
    /// Prints the answers as JSON, one line for each journal.
    #[arg(long)]
    json: bool,
}

/// How many journals came out how.
#[derive(Default)]
struct Count {
    whole: usize,
    unfinished: usize,
    broken: usize,
}

impl Count {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self { broken: 1.., .. } => ExitCode::FAILURE,
            Self { unfinished: 1.., .. } => ExitCode::from(UNFINISHED),
            _ => ExitCode::SUCCESS,
        }
    }

    fn told(&self) -> String {
        let Self { whole, unfinished, broken } = self;
        let journals = whole + unfinished + broken;
        format!("{journals} journals: {whole} hold, {unfinished} hold as far as they go, {broken} do not")
    }
}

/// Does it.
pub fn run(args: &VerifyArgs) -> ExitCode {
    let names = match source::expand(&args.journals) {
        Ok(names) => names,
        Err(error) => {
            eprintln!("dugout: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let mut count = Count::default();
    for name in &names {
        match check(name) {
            Ok(verdict) => {
                *(if verdict.is_whole() { &mut count.whole } else { &mut count.unfinished }) += 1;
                println!("{}", if args.json { named(name, verdict.to_json()) } else { told(&verdict) });
            }
            Err(fault) => {
                count.broken += 1;
                if args.json {
                    println!("{}", named(name, fault.to_json()));
                }
                eprintln!("dugout: {name} does not hold: {fault}");
            }
        }
    }
    if names.len() > 1 && !args.json {
        println!("{}", count.told());
    }
    count.exit_code()
}

fn check(name: &str) -> Result<Verdict, Fault> {
    let text =
        source::read(name).map_err(|error| Fault { place: Place::Journal, what: format!("{error:#}") })?;
    // Each line is read once and decided once.
    let steps = text.iter().filter(|byte| **byte == b'\n').count() as u64 * 2;
    let bar = progress::bar(steps, "{percent} %, {eta} left");
    let tick = || bar.inc(1);
    let verdict = Journal::read(&text, &tick).and_then(|journal| replay::verify(&journal, &tick));
    bar.finish_and_clear();
    verdict
}

/// What came of deciding again.
fn plays(verdict: &Verdict) -> String {
    let agreed = "decided again from the same commands, with the same result".to_owned();
    let version = verdict.rules_version;
    match verdict.decided_otherwise {
        None if version == RULES_VERSION => agreed,
        None => format!("{agreed}, though by rules version {version}"),
        Some(first) => format!(
            "played by rules version {version}: version {RULES_VERSION} decides entry {first} otherwise, which shows no \
             change; before it all are decided the same"
        ),
    }
}

fn named(journal: &str, mut answer: Value) -> String {
    answer["journal"] = json!(journal);
    canonical_json(&answer)
}

fn told(verdict: &Verdict) -> String {
    let (holds, dice) = match (verdict.is_whole(), verdict.is_finished()) {
        (true, _) => ("holds", "every one follows from the seed that was committed to"),
        (_, true) => {
            ("holds as far as this version can tell", "every one follows from the seed that was committed to")
        }
        _ => ("holds as far as it goes: it is not over", "as recorded: the seed is not revealed yet"),
    };
    format!(
        "game {} {holds}\n  entries  {:>6}  complete, in order, the chain of hashes unbroken\n  dice     {:>6}  \
         {dice}\n  plays    {:>6}  {}\n  score    {} {}, {} {}\n  last hash {}",
        verdict.game_id,
        verdict.entries,
        verdict.dice,
        verdict.plays,
        plays(verdict),
        verdict.away_team,
        verdict.away_score,
        verdict.home_team,
        verdict.home_score,
        verdict.last_hash,
    )
}
