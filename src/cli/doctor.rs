//! `dugout doctor`: looks at a deployment as a host would find it, and says what to change. It changes nothing.

mod collector;
mod database;
mod machine;

use super::options::{SettingsArgs, block_on, database as database_of};
use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use std::fmt::Write;

const EXAMPLES: &str = "\
Examples:
  dugout doctor                                         before the first start, or when something is slow
  dugout doctor --config /etc/dugout/dugout.toml --json

Give it the options and the environment of the host, and run it as the host's user: it looks at the settings, the
data directory and how fast its disk syncs, the database with its version, settings, tables and clock, the collector
of traces if there is one, and the limits of the process. It changes nothing, and may run beside a host.
Exit code 0: the host can run (warnings say what could be better). 1: it cannot, or would not keep its promises.";

/// Check a deployment, and say what to change.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct DoctorArgs {
    #[command(flatten)]
    settings: SettingsArgs,

    /// Print JSON instead of lines.
    #[arg(long)]
    json: bool,
}

/// How it looks.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Ok,
    /// The host runs, but something should be changed.
    Warning,
    /// The host would not start, or not keep its promises.
    Failure,
}

/// One thing that was looked at.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
pub struct Check {
    level: Level,
    what: &'static str,
    found: String,
    /// What to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

impl Check {
    /// As it should be.
    pub fn ok(what: &'static str, found: impl Into<String>) -> Self {
        Self { level: Level::Ok, what, found: found.into(), advice: None }
    }

    /// It could be better.
    pub fn warning(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { level: Level::Warning, what, found: found.into(), advice: Some(advice.into()) }
    }

    /// So it does not work.
    pub fn failure(what: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { level: Level::Failure, what, found: found.into(), advice: Some(advice.into()) }
    }
}

/// Looks at everything and reports.
///
/// # Errors
/// When something is so that the host cannot run.
pub fn run(args: &DoctorArgs) -> Result<()> {
    let checks = look(&args.settings)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&checks).context("the result as JSON")?);
    } else {
        print!("{}", text(&checks));
    }
    match checks.iter().filter(|check| check.level == Level::Failure).count() {
        0 => Ok(()),
        1 => bail!("one thing must be changed before the host can run"),
        failures => bail!("{failures} things must be changed before the host can run"),
    }
}

fn look(args: &SettingsArgs) -> Result<Vec<Check>> {
    let settings = match args.load() {
        Ok(settings) => settings,
        Err(error) => {
            let advice = "config/default.toml documents every setting";
            return Ok(vec![Check::failure("settings", format!("{error:#}"), advice)]);
        }
    };
    let mut checks = vec![Check::ok("settings", "understood")];
    checks.extend(machine::look(&settings));
    checks.extend(block_on(async { Ok(collector::look(&settings.telemetry).await) })?);
    let (url, store_settings) = match database_of(&settings) {
        Ok(named) => named,
        Err(error) => {
            checks.push(Check::failure("database", format!("{error:#}"), "change database.url"));
            return Ok(checks);
        }
    };
    checks.extend(block_on(async { Ok(database::look(&url, &store_settings).await) })?);
    Ok(checks)
}

fn text(checks: &[Check]) -> String {
    let mut text = String::new();
    for Check { level, what, found, advice } in checks {
        let level = match level {
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Failure => "FAILURE",
        };
        // Writing into a String can't fail.
        let _ = writeln!(text, "{level:<8} {what:<16} {found}");
        if let Some(advice) = advice {
            let _ = writeln!(text, "{:<25} -> {advice}", "");
        }
    }
    text
}
