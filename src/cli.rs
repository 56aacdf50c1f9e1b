//! The command line: one file a subcommand. Stands above the floors and puts the house together.
//!
//! Results go to stdout, everything else to stderr. Exit code 0 is success, 1 a failure said in one line, 2 a
//! command line that is not understood.

mod backup;
mod doctor;
mod files;
mod games;
mod house;
mod import_cards;
mod import_journal;
mod installation;
mod load;
mod local;
mod measures;
mod migrate;
mod options;
mod play;
mod progress;
mod rules;
mod schema;
mod serve;
mod simulate;
mod token;
pub mod verify;

use crate::client::{Done, http};
use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

const EXAMPLES: &str = "\
Examples:
  dugout                                        the host, on http://127.0.0.1:8080
  dugout serve --listen 0.0.0.0:80              the host, for everybody
  dugout doctor                                 is everything as it should be?
  dugout play --local                           a game in this terminal, by yourself
  dugout migrate                                only bring the database up to date
  dugout games list --trouble                   which games are stuck on a running host, and why
  dugout backup FILE                            copy the embedded database while games go on
  dugout import-cards --league pd cards.csv     a league's own cards, looked over
  dugout import-journal game.ndjson             a finished game of another host
  dugout simulate --games 1000                  a thousand games between AI managers
  dugout load --games 1000 --plays-per-second 50
                                                managers who play on a running host, measured
  dugout rules --json                           every table that games are played by
  dugout schema openapi                         what programs are written against
  dugout token Ann                              a token with which Ann can play
  dugout token --operator League                a token that may run the league
  dugout verify game.ndjson                     a finished game, recomputed from its journal

`dugout help SUBCOMMAND` says more about one of them.";

/// A host for live games of dice-and-card baseball.
#[derive(Parser, Debug)]
#[command(name = "dugout", version, about, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    task: Option<Task>,

    #[command(flatten)]
    serve: serve::ServeArgs,
}

#[derive(Subcommand, Debug)]
enum Task {
    Serve(serve::ServeArgs),
    Games(games::GamesArgs),
    Load(load::LoadArgs),
    Play(play::PlayArgs),
    Migrate(migrate::MigrateArgs),
    Doctor(doctor::DoctorArgs),
    Backup(backup::BackupArgs),
    ImportCards(import_cards::ImportCardsArgs),
    ImportJournal(import_journal::ImportJournalArgs),
    Simulate(simulate::SimulateArgs),
    Rules(rules::RulesArgs),
    Schema(schema::SchemaArgs),
    Token(token::TokenArgs),
    Verify(verify::VerifyArgs),
}

/// Does what the arguments say.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(answer) => {
            // `--help` and `--version` come this way too. Where nobody reads, there is nobody to tell.
            let _ = answer.print();
            return ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2));
        }
    };
    let done = match cli.task {
        None => serve::run(&cli.serve),
        Some(Task::Serve(args)) => serve::run(&args),
        Some(Task::Games(args)) => games::run(&args),
        Some(Task::Load(args)) => load::run(&args),
        Some(Task::Play(args)) => play::run(&args),
        Some(Task::Migrate(args)) => migrate::run(&args),
        Some(Task::Doctor(args)) => doctor::run(&args),
        Some(Task::Backup(args)) => backup::run(&args),
        Some(Task::ImportCards(args)) => import_cards::run(&args),
        Some(Task::ImportJournal(args)) => import_journal::run(&args),
        Some(Task::Rules(args)) => rules::run(&args),
        Some(Task::Schema(args)) => schema::run(&args),
        Some(Task::Simulate(args)) => simulate::run(&args),
        Some(Task::Token(args)) => token::run(&args),
        Some(Task::Verify(args)) => return verify::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<SaidAlready>() => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("dugout: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A failure that has been told to whoever reads stderr.
#[derive(Debug, thiserror::Error)]
#[error("it did not work")]
struct SaidAlready;

/// A client for other hosts and sites, with TLS by the system's certificates.
fn http_client(timeout: Duration) -> Done<reqwest::Client> {
    http(concat!("dugout/", env!("CARGO_PKG_VERSION")), timeout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
