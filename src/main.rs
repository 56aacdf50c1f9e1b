//! The `dugout` binary.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A command makes some hundred small allocations on its way, from whichever thread: that is what this one is fast at.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    dugout::cli::run(std::env::args_os())
}
