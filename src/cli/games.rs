//! `dugout games`: what an operator sees of a running host's games, and does to them. A client like any other: it knows
//! the HTTP API alone.

mod tell;

use crate::client::{Api, Done};
use crate::id::{CommandId, GameId, HostId, UserId};
use crate::rules::vocabulary::Side;
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal, Write as _};
use std::path::PathBuf;
use std::time::Duration;

const HTTP_TIMEOUT: Duration = Duration::from_secs(30);
/// Items that are asked for at a time.
const PAGE: usize = 100;

const EXAMPLES: &str = "\
Examples:
  export DUGOUT_TOKEN=$(dugout token --operator League --data-dir /var/lib/dugout)
  dugout games list --trouble                   what is stuck, and why
  dugout games list --quiet 86400               nobody has played for a day
  dugout games show GAME                        one game: who is there, what it waits for, its last entries
  dugout games release GAME                     play a game again that was set aside
  dugout games rollback GAME --to-play 12       take plays back, without the managers' consent
  dugout games forfeit GAME --side away --reason 'did not appear'
  dugout games give-seat GAME away --user UUID --name Bob
  dugout games audit --game GAME                who did what to it
  dugout games hosts                            the hosts of the database, and how this one does
  dugout games list --json | jq -r 'select(.trouble != []) | .id'

What cannot be undone asks first, or wants --yes where nobody can be asked. Every act is on record with who did it, when
and how it was answered (`audit`). An act may be given its id (--id): the same id again is the same act, so that after a
lost answer it can be asked for again. Any host of the database may be asked; acts go to the one where the game lives.

Exit code 0: done. 1: refused, or nobody answers; the reason is one line on stderr.";

/// Look after the games of a running host: which are live, which are stuck, and what to do.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct GamesArgs {
    #[command(subcommand)]
    task: Task,

    /// The host, or any of those that share its database.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "DUGOUT_URL",
        default_value = "http://127.0.0.1:8080"
    )]
    url: String,

    /// A file with an operator's token (`dugout token --operator`); DUGOUT_TOKEN may hold it instead.
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,

    /// Print one JSON object a line, as the API has it.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand, Debug)]
enum Task {
    /// List games with their state, age and troubles, newest first.
    List(ListArgs),
    /// Show one game: seats, who is connected, what it waits for, its last entries.
    Show {
        /// The game's id.
        game: GameId,
    },
    /// Suspend a game; clocks stop.
    Pause(ActArgs),
    /// Take up a game that is paused or set aside.
    #[command(visible_alias = "release")]
    Resume(ActArgs),
    /// Set a game aside: it can be read, and nobody plays it until it is released.
    Quarantine {
        #[command(flatten)]
        act: ActArgs,
        /// Why, for whoever looks at it later.
        #[arg(long)]
        reason: String,
    },
    /// Take a game back to the state after a play, without the managers' consent.
    Rollback {
        #[command(flatten)]
        act: ActArgs,
        /// The last play that stays; 0 is the start of the game.
        #[arg(long, value_name = "PLAY")]
        to_play: u32,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Declare a game forfeited: it ends.
    Forfeit {
        #[command(flatten)]
        act: ActArgs,
        /// Who forfeits, home or away [default: the side that owes the decision].
        #[arg(long)]
        side: Option<Side>,
        /// Why, for the record.
        #[arg(long)]
        reason: Option<String>,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Give a seat to a user, whoever had it before.
    GiveSeat {
        #[command(flatten)]
        act: ActArgs,
        /// The seat, home or away.
        side: Side,
        /// The user's id, as his token says (`dugout games show` of a game in which he is connected has it).
        #[arg(long, value_name = "UUID")]
        user: UserId,
        /// The name shown to others.
        #[arg(long)]
        name: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Take a seat from whoever has it, so that anybody may claim it.
    FreeSeat {
        #[command(flatten)]
        act: ActArgs,
        /// The seat, home or away.
        side: Side,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// List what operators did, newest first.
    Audit {
        /// Only what was done to this game.
        #[arg(long)]
        game: Option<GameId>,
        /// Only what this user did.
        #[arg(long, value_name = "UUID")]
        user: Option<UserId>,
        /// The most acts to list.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// List the hosts of the database, and how the one that answers does.
    Hosts,
}

#[derive(Args, Debug)]
struct ListArgs {
    /// live (not over), all, pending, active, paused or completed.
    #[arg(long, default_value = "live")]
    status: String,
    /// Only games with which something is wrong.
    #[arg(long)]
    trouble: bool,
    /// Only games whose last entry is at least so old.
    #[arg(long, value_name = "SECONDS")]
    quiet: Option<u32>,
    /// Only games in which this user holds a seat.
    #[arg(long, value_name = "UUID")]
    user: Option<UserId>,
    /// Only games that this host owns.
    #[arg(long, value_name = "UUID")]
    host: Option<HostId>,
    /// The most games to list.
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

#[derive(Args, Debug)]
struct ActArgs {
    /// The game's id.
    game: GameId,
    /// The act's own id; a new one where left out.
    #[arg(long, value_name = "UUID")]
    id: Option<CommandId>,
}

/// Does it.
pub fn run(args: &GamesArgs) -> Result<()> {
    let token = super::play::token(args.token_file.as_deref())?.ok_or_else(|| {
        anyhow!("an operator's token is needed: --token-file, or DUGOUT_TOKEN; `dugout token --operator NAME` makes one")
    })?;
    if !args.url.starts_with("http://") && !args.url.starts_with("https://") {
        bail!("--url: `{}` has to begin with http:// or https://", args.url);
    }
    let api = Api::new(super::http_client(HTTP_TIMEOUT)?, &args.url, Some(&token));
    let desk = Desk { api, json: args.json };
    super::options::block_on(async { desk.run(&args.task).await })
}

/// Where an operator works.
struct Desk {
    api: Api,
    json: bool,
}

impl Desk {
    async fn run(&self, task: &Task) -> Result<()> {
        match task {
            Task::List(wanted) => {
                let games = self.pages("/operator/games", &wanted.query(), wanted.limit).await?;
                self.print_all(&games, tell::games);
            }
            Task::Show { game } => self.show(*game).await?,
            Task::Audit { game, user, limit } => {
                let query = query(&[("game_id", text(game)), ("user_id", text(user))]);
                let acts = self.pages("/operator/acts", &query, *limit).await?;
                self.print_all(&acts, tell::acts);
            }
            Task::Hosts => {
                let hosts = self.get("/operator/hosts").await?;
                self.print(&hosts, tell::hosts);
            }
            act => self.act(act).await?,
        }
        Ok(())
    }

    /// A game, as the host says where it lives: only that one knows how it does.
    async fn show(&self, game: GameId) -> Result<()> {
        let path = format!("/operator/games/{game}");
        let mut shown = self.get(&path).await?;
        if let Some(there) = shown["host"]["url"].as_str().and_then(|url| self.api.at(url))
            && shown["host"]["presence"] == "living"
            && let Ok(seen_there) = there.ask::<Value>(&path).await
        {
            shown["here"] = seen_there["here"].clone();
        }
        self.print(&shown, tell::game);
        Ok(())
    }

    async fn act(&self, task: &Task) -> Result<()> {
        let (act, what, mut body) = match task {
            Task::Pause(act) => (act, "pause", json!({})),
            Task::Resume(act) => (act, "resume", json!({})),
            Task::Quarantine { act, reason } => (act, "quarantine", json!({ "reason": reason })),
            Task::Rollback { act, to_play, yes } => {
                let all = format!("all plays of game {} after play {to_play} are taken back", act.game);
                confirm(&all, *yes)?;
                (act, "rollback", json!({ "to_play": to_play }))
            }
            Task::Forfeit { act, side, reason, yes } => {
                let who = side.map_or("the side that owes the decision".to_owned(), |side| side.to_string());
                confirm(&format!("game {} ends: {who} forfeits", act.game), *yes)?;
                (act, "forfeit", json!({ "side": side, "reason": reason }))
            }
            Task::GiveSeat { act, side, user, name, yes } => {
                confirm(&format!("{name} ({user}) manages the {side} side of game {}", act.game), *yes)?;
                (act, "give_seat", json!({ "side": side, "user_id": user, "user_name": name }))
            }
            Task::FreeSeat { act, side, yes } => {
                confirm(&format!("whoever holds the {side} seat of game {} loses it", act.game), *yes)?;
                (act, "free_seat", json!({ "side": side }))
            }
            Task::List(_) | Task::Show { .. } | Task::Audit { .. } | Task::Hosts => return Ok(()),
        };
        let id = act.id.unwrap_or_else(CommandId::generate);
        body["id"] = json!(id);
        let done: Done<Value> = self.api.post(&format!("/games/{}/{what}", act.game), &body).await;
        let done = done.map_err(|refusal| match refusal.retry_after_ms {
            // It may have had its effect all the same.
            Some(_) => anyhow!("{refusal}; the same act again: --id {id}"),
            None => anyhow!("{refusal}"),
        })?;
        self.print(&done, |done| tell::done(what, done));
        Ok(())
    }

    async fn get(&self, path: &str) -> Result<Value> {
        Ok(self.api.get(path).await?)
    }

    /// The items of a list, page by page.
    async fn pages(&self, path: &str, query: &str, limit: usize) -> Result<Vec<Value>> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        while items.len() < limit {
            let page = (limit - items.len()).min(PAGE);
            let answer = self.get(&format!("{path}?limit={page}{query}{cursor}")).await?;
            items.extend(answer["items"].as_array().cloned().unwrap_or_default());
            let Some(next) = answer["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        Ok(items)
    }

    fn print_all(&self, items: &[Value], told: impl Fn(&[Value]) -> Vec<String>) {
        if self.json {
            items.iter().for_each(|item| println!("{item}"));
        } else {
            told(items).iter().for_each(|line| println!("{line}"));
        }
    }

    fn print(&self, answer: &Value, told: impl Fn(&Value) -> Vec<String>) {
        if self.json {
            println!("{answer}");
        } else {
            told(answer).iter().for_each(|line| println!("{line}"));
        }
    }
}

impl ListArgs {
    fn query(&self) -> String {
        query(&[
            ("status", Some(self.status.clone())),
            ("trouble", self.trouble.then(|| "true".to_owned())),
            ("quiet_s", text(&self.quiet)),
            ("user_id", text(&self.user)),
            ("host_id", text(&self.host)),
        ])
    }
}

fn text<T: ToString>(value: &Option<T>) -> Option<String> {
    value.as_ref().map(T::to_string)
}

/// The rest of a query. What is not a word's letter is written as its bytes.
fn query(fields: &[(&str, Option<String>)]) -> String {
    let mut query = String::new();
    for (name, value) in fields {
        let Some(value) = value else { continue };
        let _ = write!(query, "&{name}=");
        for byte in value.bytes() {
            let _ = match byte {
                b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                    write!(query, "{}", char::from(byte))
                }
                other => write!(query, "%{other:02X}"),
            };
        }
    }
    query
}

/// Asks before what cannot be undone.
///
/// # Errors
/// Where he says no, or nobody can be asked.
fn confirm(what: &str, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        bail!("{what}: say --yes, as nobody can be asked here");
    }
    eprint!("{what}. Go on? [y/N] ");
    std::io::stderr().flush().context("stderr is closed")?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).context("stdin can't be read")?;
    if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { bail!("nothing was done") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_one_value_of_the_query() {
        let typed =
            query(&[("status", Some("a&b=c ü".to_owned())), ("quiet_s", None), ("limit", text(&Some(3)))]);
        assert_eq!(typed, "&status=a%26b%3Dc%20%C3%BC&limit=3");
    }
}
