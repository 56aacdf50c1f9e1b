//! The summary of a simulation beside the real season of 2019.

use super::SimulateArgs;
use super::contest::Contest;
use super::gauge::gauge;
use super::players::{PlayerReport, compare_players};
use super::table::Table;
use super::tally::{Tally, interval, share};
use crate::league::{LeagueSeason, season_2019};
use crate::rules::vocabulary::{AiDifficulty, BySide, Side};
use serde::Serialize;

/// Everything that is printed.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    games: u64,
    plays: u64,
    seed: u64,
    teams: BySide<TeamReport>,
    /// Both teams together beside the league of 2019.
    rates: Vec<Rate>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    players: Vec<PlayerReport>,
}

/// One team.
#[derive(Debug, Serialize)]
struct TeamReport {
    name: String,
    difficulty: AiDifficulty,
    wins: u64,
    win_share: f64,
    win_interval: (f64, f64),
    runs_per_game: f64,
    avg: f64,
    obp: f64,
    slg: f64,
    strikeouts_per_pa: f64,
    walks_per_pa: f64,
    homeruns_per_pa: f64,
    gidp_per_game: f64,
    errors_per_game: f64,
    times_shut_out: u64,
}

/// One rate, simulated and real.
#[derive(Debug, Serialize)]
struct Rate {
    name: &'static str,
    simulated: f64,
    real: f64,
    /// How far apart they may be where all players are average; none where no limit is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    tolerance: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<bool>,
}

impl Rate {
    /// The difference on a line between the tolerances; nothing where there are none.
    fn gauge(&self) -> String {
        let part = self.tolerance.map(|tolerance| (self.simulated - self.real) / tolerance);
        part.map(|part| gauge(&[('o', part)])).unwrap_or_default()
    }
}

/// How close average players must come.
#[derive(Clone, Copy)]
enum Tolerance {
    Absolute(f64),
    Relative(f64),
    Free,
}

impl Report {
    pub(super) fn new(args: &SimulateArgs, contest: &Contest, tally: Tally) -> Self {
        let all_average = Side::ALL.iter().all(|side| contest.is_average(*side));
        let players = if args.players { compare_players(contest, &tally) } else { Vec::new() };
        Self {
            games: tally.games,
            plays: tally.plays,
            seed: args.seed,
            teams: BySide::from_fn(|side| TeamReport::new(contest, &tally, side)),
            rates: rates(&tally, &season_2019().league, all_average),
            players,
        }
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{} games, {} plays, seed {}\n\n", self.games, self.plays, self.seed);
        text.push_str(&self.team_table().to_string());
        text.push_str("\n\n");
        text.push_str(&self.rate_table().to_string());
        if !self.players.is_empty() {
            text.push_str("\n\n");
            text.push_str(&super::players::text(&self.players));
        }
        text
    }

    fn team_table(&self) -> Table {
        let heading = [
            "team",
            "manager",
            "won",
            "share",
            "95 % interval",
            "R/G",
            "AVG",
            "OBP",
            "SLG",
            "K%",
            "BB%",
            "HR%",
            "GIDP/G",
            "E/G",
            "shut out",
        ];
        let mut table = Table::new(&heading);
        for (side, team) in self.teams.iter() {
            let (low, high) = team.win_interval;
            table.row([
                format!("{} ({side})", team.name),
                team.difficulty.to_string(),
                team.wins.to_string(),
                format!("{:.3}", team.win_share),
                format!("{low:.3} to {high:.3}"),
                format!("{:.2}", team.runs_per_game),
                format!("{:.3}", team.avg),
                format!("{:.3}", team.obp),
                format!("{:.3}", team.slg),
                format!("{:.1}", team.strikeouts_per_pa * 100.0),
                format!("{:.1}", team.walks_per_pa * 100.0),
                format!("{:.2}", team.homeruns_per_pa * 100.0),
                format!("{:.2}", team.gidp_per_game),
                format!("{:.2}", team.errors_per_game),
                team.times_shut_out.to_string(),
            ]);
        }
        table
    }

    fn rate_table(&self) -> Table {
        let mut table =
            Table::new(&["both teams", "simulated", "real 2019", "difference", "tolerance", "", ""]);
        for rate in &self.rates {
            let verdict = rate.within.map_or("", |within| if within { "within" } else { "OUTSIDE" });
            table.row([
                rate.name.to_owned(),
                format!("{:.4}", rate.simulated),
                format!("{:.4}", rate.real),
                format!("{:+.4}", rate.simulated - rate.real),
                rate.tolerance.map(|tolerance| format!("{tolerance:.4}")).unwrap_or_default(),
                verdict.to_owned(),
                rate.gauge(),
            ]);
        }
        table
    }
}

impl TeamReport {
    fn new(contest: &Contest, tally: &Tally, side: Side) -> Self {
        let team = &tally.teams[side];
        let line = &team.line;
        Self {
            name: contest.teams[side].name.clone(),
            difficulty: contest.difficulty[side],
            wins: team.wins,
            win_share: share(team.wins, tally.games),
            win_interval: interval(team.wins, tally.games),
            runs_per_game: share(team.runs, tally.games),
            avg: line.avg(),
            obp: line.obp(),
            slg: line.slg(),
            strikeouts_per_pa: line.per_pa(line.so),
            walks_per_pa: line.per_pa(line.bb),
            homeruns_per_pa: line.per_pa(line.hr),
            gidp_per_game: share(line.gidp, tally.games),
            errors_per_game: share(team.errors, tally.games),
            times_shut_out: team.times_shut_out,
        }
    }
}

/// All rates. Walks are those not given on purpose: the cards know no others, and managers give few.
fn rates(tally: &Tally, real: &LeagueSeason, all_average: bool) -> Vec<Rate> {
    use Tolerance::{Absolute, Free, Relative};
    let (line, real_line) = (tally.line(), real.line);
    let per_pa = |count: fn(&crate::league::SeasonLine) -> u64| {
        (line.per_pa(count(&line)), real_line.per_pa(count(&real_line)))
    };
    let real_per_game = |count: u64| share(count, 2 * real.games);
    let game_share = |count: u64| share(count, tally.games);
    let rows = [
        (
            "runs per team and game",
            (tally.per_team_game(|team| team.runs), real.runs_per_team),
            Absolute(0.35),
        ),
        ("AVG", (line.avg(), real_line.avg()), Absolute(0.008)),
        ("OBP", (line.obp(), real_line.obp()), Absolute(0.008)),
        ("SLG", (line.slg(), real_line.slg()), Absolute(0.008)),
        ("strikeouts per PA", per_pa(|line| line.so), Relative(0.05)),
        ("walks per PA, not intentional", per_pa(|line| line.bb - line.ibb), Relative(0.05)),
        ("home runs per PA", per_pa(|line| line.hr), Relative(0.05)),
        ("doubles per PA", per_pa(|line| line.double), Free),
        ("triples per PA", per_pa(|line| line.triple), Free),
        ("hit by pitch per PA", per_pa(|line| line.hbp), Free),
        ("sacrifice flies per PA", per_pa(|line| line.sf), Free),
        (
            "GIDP per team and game",
            (tally.per_team_game(|team| team.line.gidp), real_per_game(real_line.gidp)),
            Relative(0.15),
        ),
        (
            "errors per team and game",
            (tally.per_team_game(|team| team.errors), real.errors_per_team),
            Relative(0.15),
        ),
        (
            "stolen bases per team and game",
            (tally.per_team_game(|team| team.line.sb), real.sb_per_team),
            Relative(0.15),
        ),
        (
            "caught stealing per team and game",
            (tally.per_team_game(|team| team.line.cs), real.cs_per_team),
            Free,
        ),
        (
            "wild pitches per team and game",
            (tally.per_team_game(|team| team.wild_pitches), real.wild_pitches_per_team),
            Free,
        ),
        (
            "passed balls per team and game",
            (tally.per_team_game(|team| team.passed_balls), real.passed_balls_per_team),
            Free,
        ),
        (
            "shutouts per team and game",
            (tally.per_team_game(|team| team.times_shut_out), real.shutout_share),
            Free,
        ),
        ("games with extra innings", (game_share(tally.extra_innings), real.extra_innings_share), Free),
        ("games with a walk-off", (game_share(tally.walk_offs), real.walk_off_share), Free),
        ("games won at home", (game_share(tally.teams.home.wins), real.home_win_share), Free),
    ];
    rows.into_iter().map(|(name, values, tolerance)| rate(name, values, tolerance, all_average)).collect()
}

fn rate(name: &'static str, (simulated, real): (f64, f64), tolerance: Tolerance, all_average: bool) -> Rate {
    let tolerance = match tolerance {
        _ if !all_average => None,
        Tolerance::Absolute(difference) => Some(difference),
        Tolerance::Relative(part) => Some(part * real),
        Tolerance::Free => None,
    };
    let within = tolerance.map(|tolerance| (simulated - real).abs() <= tolerance);
    Rate { name, simulated, real, tolerance, within }
}
