//! `dugout play`: the terminal client, on a host somewhere or on one of its own.

use super::local::LocalHost;
use crate::config::Settings;
use crate::protocol::valid_name;
use crate::terminal::{Commands, Ended, Visit, run as visit};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

const HTTP_TIMEOUT: Duration = Duration::from_secs(30);
/// A script of more bytes than this is a mistake.
const SCRIPT_BYTES_MAX: u64 = 16 << 20;

const EXAMPLES: &str = "\
Examples:
  dugout play --local                           by yourself: no host, no network, nothing to set up
  dugout play                                   on the host at http://127.0.0.1:8080
  dugout play --url https://dugout.example      on another one
  dugout play --local -c 'new_game' -c 'quick_play game' -c box_score
  dugout play --local --json < script           one JSON object a line

A script has one command a line; # begins a comment. It stops at the first command that is not done: the line is
named on stderr, and the exit code is 1.

The lines of --json, by `type`:
  result   of a command: command, line (in a script), ok, data; where refused code, field, message
  entry    what happened in the game: game, seq, events, as on the socket; seq goes up by one
  state    in the place of the entries after a gap of more than 100: game, seq, state; entries go on after seq
  seat     an operator gave you another place: game, seat (home, away, spectator)
  notice   of the connection, in words: text";

/// Play in the terminal.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct PlayArgs {
    /// The host.
    #[arg(long, value_name = "URL", env = "DUGOUT_URL", default_value = "http://127.0.0.1:8080")]
    url: String,

    /// A host of your own inside this program, which ends with it; its games stay.
    #[arg(long, conflicts_with = "url")]
    local: bool,

    /// The directory of the own host's games, or of the tokens and the history of lines
    /// [default: ~/.local/share/dugout].
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// Your name, where you come as a guest [default: your user name].
    #[arg(long)]
    name: Option<String>,

    /// A file with your token; DUGOUT_TOKEN may hold it instead. Without either you come as a guest.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,

    /// A file of commands; `-` is standard input, which is read anyway where it is no terminal.
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,

    /// A command; may be given several times.
    #[arg(short, long = "command", value_name = "COMMAND", conflicts_with = "script")]
    command: Vec<String>,

    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Plays.
pub fn run(args: &PlayArgs) -> Result<()> {
    let commands = args.commands()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    let ended = runtime.block_on(play(args, commands));
    // The line editor's thread may still wait for a key; it ends with the process.
    runtime.shutdown_background();
    match ended? {
        Ended::Well => Ok(()),
        Ended::AtFailure => Err(super::SaidAlready.into()),
    }
}

async fn play(args: &PlayArgs, commands: Commands) -> Result<Ended> {
    let data_dir = args.data_dir.clone().map_or_else(default_data_dir, Ok)?;
    let is_typed = matches!(commands, Commands::Typed);
    let local = if args.local {
        let environment = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .filter(|(name, _)| !name.starts_with("DUGOUT__GATEWAY") && name != "DUGOUT__LISTEN");
        let mut settings = Settings::load(None, environment)?;
        settings.data_dir.clone_from(&data_dir);
        if !is_typed {
            settings.host.ai_pause_ms = 0; // nobody watches
        }
        Some(LocalHost::start(settings).await?)
    } else {
        None
    };
    let url = local.as_ref().map_or_else(|| args.url.clone(), LocalHost::url);
    if !url.starts_with("http://") && !url.starts_with("https://") {
        bail!("--url: `{url}` has to begin with http:// or https://");
    }
    let host = if args.local { "your own host".to_owned() } else { url.clone() };
    let visited = visit(
        Visit {
            client: super::http_client(HTTP_TIMEOUT)?,
            url,
            host,
            token: token(args.token_file.as_deref())?,
            name: args.name()?,
            state_dir: data_dir,
            has_colours: has_colours(is_typed),
            json: args.json,
        },
        commands,
    )
    .await
    .map_err(|problem| match args.local {
        true => anyhow!(problem),
        false => anyhow!("{problem}; `dugout play --local` needs no host, `dugout serve` starts one"),
    });
    if let Some(local) = local {
        local.stop().await;
    }
    visited
}

impl PlayArgs {
    fn commands(&self) -> Result<Commands> {
        if !self.command.is_empty() {
            return Ok(Commands::Written(self.command.join("\n")));
        }
        match &self.script {
            Some(file) if file.as_os_str() != "-" => {
                let text = std::fs::read_to_string(file)
                    .with_context(|| format!("{} can't be read", file.display()))?;
                Ok(Commands::Written(text))
            }
            None if std::io::stdin().is_terminal() => Ok(Commands::Typed),
            _ => {
                let mut text = String::new();
                std::io::stdin()
                    .take(SCRIPT_BYTES_MAX)
                    .read_to_string(&mut text)
                    .context("standard input can't be read")?;
                Ok(Commands::Written(text))
            }
        }
    }

    fn name(&self) -> Result<String> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => {
                std::env::var("USER").ok().filter(|name| valid_name(name).is_ok()).unwrap_or("Guest".into())
            }
        };
        valid_name(&name).map_err(|rejection| anyhow!("--{}", rejection.message))
    }
}

/// The token in a file, else that of the environment.
pub(super) fn token(file: Option<&Path>) -> Result<Option<String>> {
    match file {
        Some(file) => {
            let text =
                std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
            Ok(Some(text.trim().to_owned()))
        }
        None => Ok(std::env::var("DUGOUT_TOKEN").ok().filter(|token| !token.is_empty())),
    }
}

fn default_data_dir() -> Result<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("XDG_DATA_HOME")
        .or_else(|| variable("HOME").map(|home: PathBuf| home.join(Path::new(".local/share"))))
        .map(|directory| directory.join("dugout"))
        .ok_or_else(|| anyhow!("there is no HOME directory; name one with --data-dir"))
}

/// Colours are for terminals, and only where nobody minds (<https://no-color.org>).
fn has_colours(is_typed: bool) -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    is_typed && std::io::stdout().is_terminal() && !unwanted && !is_dumb
}
