//! `dugout simulate`: games between AI managers as fast as the machine plays them, with no network and no
//! database, and how they compare with real ones.

mod contest;
mod figures;
mod gauge;
mod levels;
mod players;
mod report;
mod table;
mod tally;
#[cfg(test)]
mod tests;

use crate::id::{CardId, TeamId};
use crate::league::{League, LeagueError, Team, average_team};
use crate::rules::vocabulary::{AiDifficulty, BySide, LeagueId};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use contest::Contest;
use indicatif::ProgressBar;
use std::num::NonZero;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use tally::Tally;

const EXAMPLES: &str = "\
Examples:
  dugout simulate                               100 games, Washington at Houston
  dugout simulate --games 2000 --average        average players: how real are the rules?
  dugout simulate --games 2000 --away 1 --home average --players
                                                Washington's players beside their real seasons,
                                                with error bounds and a picture of them
  dugout simulate --games 1000 --levels         how much better a manager plays at each level
  dugout simulate --away-difficulty hard --home-difficulty easy --json

The result goes to stdout. The same --seed gives the same result, whatever --jobs is.";

/// A league of average teams takes ids and cards beyond the bundled ones.
const AVERAGE_TEAMS: BySide<(TeamId, CardId)> =
    BySide { away: (TeamId(3), CardId(301)), home: (TeamId(4), CardId(401)) };

/// Play games between AI managers and sum them up.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct SimulateArgs {
    /// How many games to play; with --levels, for each pairing.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    games: u32,

    /// Where the dice come from: any number; the same one gives the same games.
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// The visitors: 1 (Washington 2019), 2 (Houston 2019), or `average`.
    #[arg(long, value_name = "TEAM", default_value = "1", conflicts_with = "average")]
    away: TeamChoice,

    /// The home team: 1, 2, or `average`.
    #[arg(long, value_name = "TEAM", default_value = "2", conflicts_with = "average")]
    home: TeamChoice,

    /// Two teams of average players: short for `--away average --home average`.
    #[arg(long)]
    average: bool,

    /// How well both managers play: easy, medium or hard.
    #[arg(long, value_name = "LEVEL", default_value = "medium")]
    difficulty: AiDifficulty,

    /// How well the visitors' manager plays, where it differs.
    #[arg(long, value_name = "LEVEL")]
    away_difficulty: Option<AiDifficulty>,

    /// How well the home manager plays, where it differs.
    #[arg(long, value_name = "LEVEL")]
    home_difficulty: Option<AiDifficulty>,

    /// Measure the levels against each other: every pairing, each manager visiting in half of the games.
    #[arg(long, conflicts_with_all = ["difficulty", "away_difficulty", "home_difficulty", "players"])]
    levels: bool,

    /// Also show every player of a bundled team beside his real season.
    #[arg(long)]
    players: bool,

    /// Threads to play on [default: one for each processor].
    #[arg(long, value_name = "THREADS", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,

    /// Print JSON instead of tables.
    #[arg(long)]
    json: bool,
}

/// A team that can be named on the command line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum TeamChoice {
    Bundled(TeamId),
    Average,
}

impl FromStr for TeamChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "1" | "2" => Ok(Self::Bundled(TeamId(if text == "1" { 1 } else { 2 }))),
            "average" => Ok(Self::Average),
            _ => Err("a team is 1 (Washington 2019), 2 (Houston 2019) or `average`".to_owned()),
        }
    }
}

/// Plays the games and prints what they add up to.
pub fn run(args: &SimulateArgs) -> Result<()> {
    let teams = args.teams()?;
    if args.levels {
        let pairings = levels::measure(args, &teams)?;
        return print(args, &pairings, || levels::table(&pairings));
    }
    let difficulty = BySide {
        away: args.away_difficulty.unwrap_or(args.difficulty),
        home: args.home_difficulty.unwrap_or(args.difficulty),
    };
    let contest = Contest::new(teams, difficulty);
    let bar = progress(u64::from(args.games));
    let tally = play_all(args, &bar, |number, tally| contest.play(args.seed, number, tally))?;
    bar.finish_and_clear();
    let report = report::Report::new(args, &contest, tally);
    print(args, &report, || report.text())
}

fn print(args: &SimulateArgs, result: &impl serde::Serialize, text: impl Fn() -> String) -> Result<()> {
    if args.json {
        println!("{}", serde_json::to_string_pretty(result).context("the result as JSON")?);
    } else {
        println!("{}", text());
    }
    Ok(())
}

impl SimulateArgs {
    fn teams(&self) -> Result<BySide<Team>> {
        let choice = if self.average {
            BySide { away: TeamChoice::Average, home: TeamChoice::Average }
        } else {
            BySide { away: self.away, home: self.home }
        };
        if matches!(choice.away, TeamChoice::Bundled(_)) && choice.away == choice.home {
            bail!("--away and --home name the same team; a team does not play itself");
        }
        Ok(BySide {
            away: team(choice.away, AVERAGE_TEAMS.away)?,
            home: team(choice.home, AVERAGE_TEAMS.home)?,
        })
    }

    fn jobs(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
        self.jobs.map_or_else(processors, usize::from)
    }
}

fn team(choice: TeamChoice, (team_id, first_card): (TeamId, CardId)) -> Result<Team> {
    match choice {
        TeamChoice::Average => Ok(average_team(team_id, first_card)),
        TeamChoice::Bundled(team_id) => bundled(team_id).context("the bundled league"),
    }
}

fn bundled(team_id: TeamId) -> Result<Team, LeagueError> {
    // The bundled league answers at once; nothing has to be waited for.
    futures_util::FutureExt::now_or_never(League::bundled().team(LeagueId::Pd, team_id)).unwrap_or_else(
        || {
            let reason = "it did not answer at once".to_owned();
            Err(LeagueError::Unavailable { league_id: LeagueId::Pd, reason })
        },
    )
}

/// Plays games 0 to `--games` on all threads and adds them up.
fn play_all(
    args: &SimulateArgs,
    bar: &ProgressBar,
    play: impl Fn(u32, &mut Tally) -> Result<()> + Sync,
) -> Result<Tally> {
    let next = AtomicU32::new(0);
    let total = Mutex::new(Ok(Tally::default()));
    let worker = || {
        let mut tally = Tally::default();
        let mut failure = None;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= args.games || failure.is_some() {
                break;
            }
            failure = play(number, &mut tally).err();
            bar.inc(1);
        }
        let mut total = total.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match (&mut *total, failure) {
            (Ok(total), None) => total.add(&tally),
            (total @ Ok(_), Some(error)) => *total = Err(error),
            (Err(_), _) => {}
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..args.jobs().min(usize::try_from(args.games).unwrap_or(usize::MAX)) {
            scope.spawn(worker);
        }
    });
    total.into_inner().map_err(|_| anyhow!("a thread of the simulation has died"))?
}

fn progress(games: u64) -> ProgressBar {
    super::progress::bar(games, "{pos}/{len} games, {per_sec}, {eta} left")
}
