//! Tests of the simulation: it depends on the seed alone, it resembles baseball, and the levels differ.

use super::contest::Contest;
use super::levels::pair;
use super::players::{PlayerReport, compare_players};
use super::tally::{Tally, interval};
use super::{SimulateArgs, play_all, progress};
use crate::id::CardId;
use crate::league::Team;
use crate::rules::vocabulary::{AiDifficulty, BySide};
use clap::{Parser, error::ErrorKind};
use std::sync::Arc;

#[derive(Parser, Debug)]
struct Line {
    #[command(flatten)]
    args: SimulateArgs,
}

fn args(options: &[&str]) -> SimulateArgs {
    let line = std::iter::once("simulate").chain(options.iter().copied());
    Line::try_parse_from(line).expect("a command line that is understood").args
}

fn played(args: &SimulateArgs) -> Tally {
    let difficulty = BySide { away: args.difficulty, home: args.difficulty };
    let contest = Contest::new(args.teams().expect("teams of the bundled league"), difficulty);
    let bar = progress(u64::from(args.games));
    play_all(args, &bar, |number, tally| contest.play(args.seed, number, tally)).expect("games that end")
}

#[test]
fn the_seed_alone_decides_however_many_threads_play() {
    let one = played(&args(&["--games", "12", "--jobs", "1", "--seed", "5"]));
    let three = played(&args(&["--games", "12", "--jobs", "3", "--seed", "5"]));
    assert_eq!(one, three);
    assert_eq!(one.games, 12);
    let other = played(&args(&["--games", "12", "--seed", "6"]));
    assert_ne!(one, other);
}

#[test]
fn what_the_batters_did_is_what_their_teams_did() {
    let tally = played(&args(&["--games", "10"]));
    for (side, team) in tally.teams.iter() {
        let mut batters = crate::league::SeasonLine::default();
        team.batters.values().for_each(|line| batters.add(line));
        assert_eq!(batters, team.line, "{side}");
        let mut allowed = crate::league::SeasonLine::default();
        tally.teams[side.opponent()].pitchers.values().for_each(|line| allowed.add(line));
        assert_eq!(allowed, team.line, "{side}");
    }
    assert_eq!(tally.teams.away.wins + tally.teams.home.wins, 10);
}

#[test]
fn average_players_play_average_baseball() {
    // 300 games are enough to notice a broken rule; the limits are three standard errors wider than the
    // tolerances that 2,000 games must meet.
    let tally = played(&args(&["--games", "300", "--average"]));
    let line = tally.line();
    let runs = tally.per_team_game(|team| team.runs);
    assert!((runs - 4.83).abs() < 0.35 + 0.40, "{runs} runs");
    for (name, simulated, real) in
        [("AVG", line.avg(), 0.252), ("OBP", line.obp(), 0.323), ("SLG", line.slg(), 0.435)]
    {
        assert!((simulated - real).abs() < 0.008 + 0.012, "{name} {simulated}");
    }
}

#[test]
fn a_pairing_favours_neither_seat_nor_team() {
    // Every game is played twice with the same dice and the seats swapped: equals win exactly half of them.
    let options = args(&["--games", "20"]);
    let teams = options.teams().expect("teams of the bundled league");
    let equals = pair(&options, &teams, AiDifficulty::Medium, AiDifficulty::Medium).expect("games that end");
    assert_eq!((equals.games, equals.wins), (20, 10));
    let (scored, allowed) = equals.runs;
    assert!((scored - allowed).abs() < 1e-9, "{equals:?}");
}

#[test]
fn managers_of_every_level_play_games_to_the_end() {
    for level in ["easy", "medium", "hard"] {
        let tally = played(&args(&["--games", "6", "--difficulty", level]));
        assert_eq!(tally.games, 6, "{level}");
    }
}

#[test]
fn a_manager_who_weighs_every_choice_beats_a_beginner() {
    // 80 games show the direction; `dugout simulate --levels --games 2000` measures it.
    let options = args(&["--games", "80", "--seed", "3"]);
    let teams = options.teams().expect("teams of the bundled league");
    let pairing = pair(&options, &teams, AiDifficulty::Hard, AiDifficulty::Easy).expect("games that end");
    let (scored, allowed) = pairing.runs;
    assert!(pairing.wins > 40 && scored > allowed, "{pairing:?}");
}

/// The players of a team who took part in these games, beside their real seasons.
fn compared(options: &SimulateArgs, change: impl Fn(&mut Team)) -> Vec<PlayerReport> {
    let mut teams = options.teams().expect("teams of the bundled league");
    change(&mut teams.away);
    let difficulty = BySide { away: options.difficulty, home: options.difficulty };
    let contest = Contest::new(teams, difficulty);
    let bar = progress(u64::from(options.games));
    let tally = play_all(options, &bar, |number, tally| contest.play(options.seed, number, tally));
    compare_players(&contest, &tally.expect("games that end"))
}

fn outside(players: &[PlayerReport]) -> Vec<String> {
    let off = |player: &PlayerReport| -> Vec<String> {
        let figures = player.figures.iter().filter(|figure| figure.within == Some(false));
        figures.map(|figure| format!("{}: {figure:?}", player.name)).collect()
    };
    players.iter().flat_map(off).collect()
}

#[test]
fn players_repeat_their_seasons_against_average_opponents_and_one_who_does_not_is_noticed() {
    for team in ["1", "2"] {
        let options = args(&["--games", "45", "--away", team, "--home", "average"]);
        let players = compared(&options, |_| ());
        let judged = players.iter().flat_map(|player| &player.figures).filter(|f| f.within.is_some());
        assert!(judged.count() >= 9 * 6, "nine batters played enough");
        assert_eq!(outside(&players), Vec::<String>::new());
    }
    // Anthony Rendon with a pitcher's bat.
    let options = args(&["--games", "45", "--away", "1", "--home", "average"]);
    let players = compared(&options, |team| {
        let pitcher = team.players.iter().find(|card| card.pitching.is_some()).expect("a pitcher");
        let bat = pitcher.batting.clone();
        let rendon = team.players.iter_mut().find(|card| card.card_id == CardId(103)).expect("Rendon");
        Arc::make_mut(rendon).batting = bat;
    });
    let off = outside(&players);
    assert!(!off.is_empty() && off.iter().all(|figure| figure.starts_with("Anthony Rendon")), "{off:?}");
}

#[test]
fn a_share_has_an_interval_around_it() {
    let (low, high) = interval(550, 1000);
    assert!((low - 0.519).abs() < 0.001 && (high - 0.581).abs() < 0.001, "{low} to {high}");
    assert!(interval(0, 10).0 < 1e-9 && interval(10, 10).1 > 1.0 - 1e-9);
}

#[test]
fn bad_options_are_refused_and_say_what_is_allowed() {
    let refusal = |options: &[&str]| {
        let line = std::iter::once("simulate").chain(options.iter().copied());
        Line::try_parse_from(line).expect_err("refused")
    };
    assert!(refusal(&["--difficulty", "brutal"]).to_string().contains("easy, medium, hard"));
    assert!(refusal(&["--away", "7"]).to_string().contains("average"));
    assert!(refusal(&["--games", "0"]).to_string().contains("1..=1000000"));
    assert_eq!(refusal(&["--average", "--home", "1"]).kind(), ErrorKind::ArgumentConflict);
    let same = args(&["--away", "2"]).teams().expect_err("a team does not play itself");
    assert!(same.to_string().contains("itself"));
}
