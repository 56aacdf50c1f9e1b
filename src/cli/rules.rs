//! `dugout rules`: the tables that games are played by.

use crate::rules::charts;
use anyhow::Result;
use clap::Args;
use serde_json::Value;
use std::io::Write;

const EXAMPLES: &str = "\
Examples:
  dugout rules                                  the tables by name, with their checksums
  dugout rules --json                           every cell, with its source marks";

/// Show the tables of the rules.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct RulesArgs {
    /// Print every cell of every table as JSON.
    #[arg(long)]
    json: bool,
}

/// Prints the tables to stdout.
pub fn run(args: &RulesArgs) -> Result<()> {
    let listing = charts::to_json();
    let text = if args.json { serde_json::to_string_pretty(&listing)? + "\n" } else { summary(&listing) };
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

/// One line a table.
fn summary(listing: &Value) -> String {
    let mut text = format!("rules version {}\n", listing["rules_version"]);
    for table in listing["tables"].as_array().into_iter().flatten() {
        let word = |key: &str| table[key].as_str().unwrap_or("mixed").to_owned();
        text += &format!("{:<28} {:<8} sha256 {}\n", word("file"), word("status"), word("sha256"));
    }
    text
}
