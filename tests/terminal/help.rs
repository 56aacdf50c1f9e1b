//! Every command of `help`, typed at a real terminal: done once as it should be, and refused once with what is
//! allowed.

use super::pty::Terminal;
use crate::support::server::Home;

/// What is typed, and what has to be shown.
type Typed = (&'static str, &'static str);

/// In this order a practice game with both seats goes from its creation to a forfeit.
const GOOD: &[Typed] = &[
    ("help", "Try the engine"),
    ("help defensive", "infield_in"),
    ("teams", "Washington"),
    ("players Houston", "Altuve"),
    (
        "new_game mode=practice me=both innings=3 extra_runner mercy=9 reliever=3 park_homerun_left=4",
        "you manage both",
    ),
    ("list_games", "practice"),
    ("who", "(yours)"),
    ("use_game", "you manage both"),
    ("lineups", "entry"),
    ("set_lineup home", "set_lineup home"),
    // The pitcher bats: without a designated hitter nine are named.
    (
        "set_lineup home 109:CF:1 102:RF:2 103:3B:3 104:LF:4 Zimmerman:1B:5 107:2B:6 101:SS:7 108:C:8 Scherzer:P:9",
        "Washington has set its line-up",
    ),
    ("lineups", "Scherzer"),
    ("entropy home", "Your share"),
    ("start_game", "Play ball"),
    ("status", "to win"),
    ("card Soto", "batting:"),
    ("defensive shifted_left", "shifted left"),
    ("offensive power", "power approach"),
    ("detail full", ""),
    ("roll", "dice  at bat"),
    ("explain", "dice"),
    ("quick_play", "#"),
    ("resolve_with single_1", "singles"),
    ("force_wild_pitch", "wild pitch"),
    ("force_passed_ball", "assed ball"),
    ("resolve_with x-check SS", "Range table, row"),
    ("roll_jump base=1", "jump:"),
    ("test_jump 500 base=1 held", "expected"),
    ("roll_fielding SS range=2", "Range table, row"),
    ("test_fielding SS 500", "error chart"),
    ("test_location groundball_b 500", "location"),
    ("plays", "WPA"),
    ("rollback", "The game is back"),
    // Each of the two takes the other's place in the order.
    ("substitute Scherzer Doolittle P 4 and Soto Taylor LF 9", "Doolittle now P, batting 4"),
    ("pause", "paused"),
    ("resume", "goes on"),
    ("box_score", "rbi"),
    ("wait", ""),
    ("journal", "entries"),
    ("forfeit home yes", "Final"),
];

/// What needs another game is tried in the other tests of this folder.
const ELSEWHERE: &[&str] = &["claim", "resolve", "x_check", "runner", "accept", "decline", "quit"];

/// What is wrong, and what the refusal has to name.
const BAD: &[Typed] = &[
    ("xyzzy", "help"),
    ("help xyzzy", "no command"),
    ("card \"Soto", "quote"),
    ("new_game me=nobody", "allowed are home, away, both and none"),
    ("new_game mode=fun", "exhibition, practice"),
    ("new_game home=Boston", "Washington"),
    ("new_game innings=0", "1 to 9"),
    ("new_game mercy=0", "1 to 99"),
    ("new_game now", "not understood"),
    ("list_games tomorrow", "pending"),
    ("use_game zzzz", "list_games"),
    ("claim left", "away, home"),
    ("claim home", "seat"),
    ("teams nl", "sba, pd"),
    ("players", "missing"),
    ("players Boston", "Washington"),
    ("who me", "not understood"),
    ("start_game", "has started"),
    ("defensive deep", "corners_in"),
    ("defensive infield_in", "nobody is on third"),
    ("defensive hold=9", "1, 2, 3"),
    ("offensive", "defensive"),
    ("roll", "defensive"),
    ("resolve strikeout", "defensive"),
    ("resolve bunted", "sac_bunt"),
    ("x_check G9 no", "G1"),
    ("x_check G2", "missing"),
    ("runner go", "defensive"),
    ("quick_play ever", "half, inning and game"),
    ("wait long", "turn, play and over"),
    ("set_lineup home Nobody:SS", "players TEAM"),
    ("set_lineup home 101", "PLAYER:POS"),
    ("set_lineup home 101:CF:1", "has started"),
    ("substitute P", "WITH"),
    ("substitute Nobody Soto", "lineups"),
    ("pause now", "not understood"),
    ("resume", "not paused"),
    ("forfeit", "home or away"),
    ("forfeit home", "forfeit yes"),
    ("rollback x", "play"),
    ("accept", "no rollback is proposed"),
    ("decline", "no rollback is proposed"),
    ("entropy home", "has started"),
    ("status now", "not understood"),
    ("explain it", "not understood"),
    ("plays many", "number of plays"),
    ("box_score now", "not understood"),
    ("card", "PLAYER"),
    ("card Nobody", "players TEAM"),
    ("journal /nowhere/x", "cannot write"),
    ("resolve_with", "missing"),
    ("resolve_with homer", "homerun"),
    ("resolve_with groundball_a LF", "infield"),
    ("force_wild_pitch now", "not understood"),
    ("force_passed_ball", "runner on base"),
    ("roll_jump base=4", "1, 2 or 3"),
    ("test_jump 20000", "10000"),
    ("roll_fielding", "missing"),
    ("roll_fielding XX", "SS"),
    ("test_fielding SS range=9", "1 to 5"),
    ("test_location strikeout", "groundball_a"),
    ("detail more", "full and brief"),
    ("quit now", "not understood"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_help_does_what_it_says() {
    let home = Home::sqlite();
    let mut terminal = Terminal::local(&home, &["--name", "Ann"]);
    terminal.ready().await;
    let overview = terminal.types("help").await;
    for (line, shown) in GOOD {
        let answer = terminal.types(line).await;
        assert!(answer.contains(shown), "`{line}` must show `{shown}`:\n{answer}");
        for shown in answer.lines() {
            let is_typed = shown.contains("dugout> ") || shown.contains(line);
            assert!(shown.chars().count() <= 80 || is_typed, "more than 80 columns: {shown}");
        }
    }
    let named = |line: &&str| line.starts_with("  ") && !line[2..].starts_with(' ');
    let names: Vec<_> =
        overview.lines().filter(named).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 40, "{overview}");
    for name in names {
        let tried = GOOD.iter().any(|(line, _)| line.split(' ').next() == Some(name));
        assert!(tried || ELSEWHERE.contains(&name), "`{name}` is in the help and nobody tries it");
    }
    terminal.press("\u{4}").await;
    assert_eq!(terminal.ended().await, Some(0), "Ctrl-D leaves");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_to_every_command_is_refused_with_what_is_allowed() {
    let home = Home::sqlite();
    let mut terminal = Terminal::local(&home, &["--name", "Ann"]);
    terminal.ready().await;
    for line in ["defensive", "status", "roll_jump", "box_score", "forfeit yes", "rollback"] {
        let answer = terminal.types(line).await;
        assert!(answer.contains("new_game"), "`{line}` without a game must say how to get one:\n{answer}");
    }
    terminal.types("new_game mode=practice me=both").await;
    terminal.types("start_game").await;
    for (line, named) in BAD {
        let answer = terminal.types(line).await;
        let words = answer.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(named), "`{line}` must name `{named}`:\n{answer}");
        assert!(!words.contains("#1 "), "`{line}` made a play:\n{answer}");
    }
    assert!(terminal.types("status").await.contains("Top 1, 0 outs"), "a refusal changed something");
    terminal.press("quit\r").await;
    assert_eq!(terminal.ended().await, Some(0));
}
