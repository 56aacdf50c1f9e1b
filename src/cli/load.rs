//! `dugout load`: simulated managers and spectators who play on a running host, over real sockets, from a process
//! of their own. Counts only what the host has committed, and checks every entry that anybody is sent.

mod benches;
mod check;
mod driver;
mod frame;
mod host_side;
mod link;
mod lobby;
mod pace;
mod report;
mod stats;

use super::progress;
use anyhow::{Context, Result, bail};
use benches::Benches;
use clap::Args;
use driver::Driver;
use host_side::HostSide;
use lobby::Lobby;
use pace::Pace;
use report::Report;
use stats::Stats;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

const EXAMPLES: &str = "\
Examples:
  dugout load                                   ten games as fast as http://127.0.0.1:8080 answers, for 30 s
  dugout load --games 1000 --plays-per-second 50 --seconds 120
                                                open loop: 50 plays a second over a thousand games, whatever the host does
  dugout load --games 200 --think-ms 2000       closed loop: managers who think two seconds on average
  dugout load --games 1 --spectators 10000      one game with a crowd
  dugout load --games 500 --games-per-connection 50 --reconnect-every-s 20 --json

Two runs can be compared only when nothing else ran beside them. The host must give guests' tokens, or --token
names an operator's or manager's token for all seats; its limits of connections, requests and frames hold here too.
Exit code 0: every entry arrived once and in order. 1: it did not, or the host could not be reached.";

/// Simulated managers against a running host: how many plays it carries, and how long managers wait.
///
/// A play is a defensive decision, an offensive decision and a roll, each committed and seen by both managers.
/// In the closed loop each manager decides when it is his turn (after --think-ms). In the open loop
/// (--plays-per-second) plays are due on a schedule, and latency counts from the time a command was due: a host
/// that falls behind is not given time to catch up.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub struct LoadArgs {
    /// The host.
    #[arg(default_value = "http://127.0.0.1:8080")]
    url: String,

    /// Games at once. A game that ends is followed by a new one.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    games: u32,

    /// Spectators of each game.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    spectators: u32,

    /// Games that one manager's connection plays in, and one spectator's follows.
    #[arg(long, value_name = "GAMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    games_per_connection: u32,

    /// Open loop: plays a second, over all games.
    #[arg(long, value_name = "RATE")]
    plays_per_second: Option<f64>,

    /// Closed loop: how long a manager thinks before each command, on average (exponential). Open loop: how long
    /// after one command of a play the next one is due.
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=3_600_000))]
    think_ms: u64,

    /// How long to measure, in seconds.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    seconds: u64,

    /// How long the games take to begin, one after the other, in seconds; not measured.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(0..=3_600))]
    ramp_s: u64,

    /// Every connection is cut without a word and opened anew after about so many seconds; 0 is never.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=3_600))]
    reconnect_every_s: u64,

    /// Innings of each game.
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u8).range(1..=9))]
    innings: u8,

    /// A token for all seats, instead of a guest's for each connection.
    #[arg(long, env = "DUGOUT_TOKEN", hide_env_values = true)]
    token: Option<String>,

    /// Threads of this program; one leaves the rest of the machine to the host.
    #[arg(long, value_name = "THREADS", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,

    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Plays, measures, checks and reports.
///
/// # Errors
/// When the host can't be reached or refuses to play along, or when an entry was missing, doubled or out of order.
pub fn run(args: &LoadArgs) -> Result<()> {
    if args.plays_per_second.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
        bail!("--plays-per-second: must be more than 0");
    }
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(usize::from(args.jobs)).enable_all().build()?;
    let report = runtime.block_on(measure(args))?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report).context("the result as JSON")?);
    } else {
        println!("{}", report.text());
    }
    match report.violations.first() {
        None => Ok(()),
        Some(first) => bail!("{} violations; the first: {first}", report.violations_total),
    }
}

async fn measure(args: &LoadArgs) -> Result<Report> {
    let lobby = Arc::new(Lobby::open(args).await?);
    let stats = Arc::new(Stats::new());
    let stop = CancellationToken::new();
    let benches = Benches::open(args, &lobby, &stats, &stop).await?;
    let began = Instant::now();
    let measured_from = began + Duration::from_secs(args.ramp_s);
    let until = measured_from + Duration::from_secs(args.seconds);

    let mut drivers = JoinSet::new();
    for number in 0..args.games {
        let share = f64::from(number) / f64::from(args.games);
        let first = began + Duration::from_secs(args.ramp_s).mul_f64(share);
        let pace = Pace::new(args, number);
        let driver = Driver::new(benches.of(number), Arc::clone(&lobby), Arc::clone(&stats), pace);
        drivers.spawn(driver.run(first, stop.clone()));
    }
    sleep_until(measured_from).await;
    let before = lobby.counters().await;
    stats.begin();
    let failed = watch(args, &stats, &mut drivers, until).await;
    let seconds = measured_from.elapsed().as_secs_f64();
    stats.end();
    let after = lobby.counters().await;
    stop.cancel();
    while drivers.join_next().await.is_some() {}
    failed?;
    let host_side = HostSide::between(&before, &after, stats.plays() as f64, seconds);
    Ok(Report::new(args, &stats, seconds, host_side))
}

/// Shows how it goes until the time is over; ends before when a game cannot be played.
async fn watch(
    args: &LoadArgs,
    stats: &Stats,
    drivers: &mut JoinSet<Result<()>>,
    until: Instant,
) -> Result<()> {
    let bar = progress::bar(args.seconds, "{elapsed}/{len}s  {msg}");
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    let ended = loop {
        tokio::select! {
            biased;
            () = sleep_until(until) => break Ok(()),
            Some(ended) = drivers.join_next() => match ended.context("a simulated manager died")? {
                Ok(()) => {}
                Err(error) => break Err(error),
            },
            _ = tick.tick() => {
                bar.set_position(args.seconds.saturating_sub((until - Instant::now()).as_secs()));
                bar.set_message(stats.line());
            }
        }
    };
    bar.finish_and_clear();
    ended
}
