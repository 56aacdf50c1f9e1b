//! The command line: one file a subcommand. Stands above the floors and puts the house together.
//!
//! Results go to stdout, everything else to stderr. Exit code 0 is success, 1 a failure said in one line, 2 a
//! command line that is not understood.

mod options;
mod simulate;
mod token;

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  dugout simulate --games 1000                  a thousand games between AI managers
  dugout token Ann                              a token with which Ann can play
  dugout token --operator League                a token that may run the league

`dugout help SUBCOMMAND` says more about one of them.";

/// A host for live games of dice-and-card baseball.
#[derive(Parser, Debug)]
#[command(name = "dugout", version, about, after_help = EXAMPLES, subcommand_required = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand, Debug)]
enum Task {
    Simulate(simulate::SimulateArgs),
    Token(token::TokenArgs),
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
        Task::Simulate(args) => simulate::run(&args),
        Task::Token(args) => token::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dugout: {error:#}");
            ExitCode::FAILURE
        }
    }
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
