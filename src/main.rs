//! The `dugout` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    dugout::cli::run(std::env::args_os())
}
