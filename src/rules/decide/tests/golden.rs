//! Golden games: whole games as text, one for each kind of ending and of decision, replayed line by line.
//!
//! A file under `tests/golden` says which game it is, then every command and the facts it led to. What reads
//! differently after a change to the rules is a change to the games that leagues have played: look at it, then have
//! the files written anew with `DUGOUT_GOLDEN=write`, or one of them with its name in the place of `write`.

use super::{Choices, random_command};
use crate::id::PlayNumber;
use crate::rules::command::{AnswerRollback, Command, ExtendDeadline, Forfeit, Issuer, ProposeRollback};
use crate::rules::decision::{Alignment, Base, InfieldDepth};
use crate::rules::dice::RollDice;
use crate::rules::event::{Ending, Event};
use crate::rules::outcome::PlayOutcome;
use crate::rules::state::{GameSettings, GameState};
use crate::rules::testing::Game;
use crate::rules::vocabulary::Side;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Seeds tried, at most, until a game has everything its kind asks for.
const SEEDS_MAX: u64 = 20_000;

/// What is done beside the decisions.
type Aside = fn() -> Vec<(Issuer, Command)>;

/// How a golden game is found: what is agreed, how it is played, and what has to occur.
struct Kind {
    name: &'static str,
    is_manual: bool,
    innings: u8,
    mercy_runs: Option<u8>,
    /// Seconds for a decision. Managers take one of them, or let the deadline pass.
    decision_seconds: Option<u32>,
    /// Decisions at random, or defaults.
    is_random: bool,
    /// What happens when so many plays are made, beside the decisions.
    after: Option<(i32, Aside)>,
    shows: fn(&Game) -> bool,
}

const PLAIN: Kind = Kind {
    name: "",
    is_manual: false,
    innings: 3,
    mercy_runs: None,
    decision_seconds: None,
    is_random: false,
    after: None,
    shows: |_| true,
};

const KINDS: [Kind; 14] = [
    Kind { name: "ending_regulation", shows: |game| ended(game, Ending::Regulation), ..PLAIN },
    Kind { name: "ending_walk_off", shows: |game| ended(game, Ending::WalkOff), ..PLAIN },
    Kind { name: "ending_extra_innings", shows: |game| ended(game, Ending::ExtraInnings), ..PLAIN },
    Kind {
        name: "ending_mercy",
        innings: 9,
        mercy_runs: Some(2),
        shows: |game| ended(game, Ending::Mercy),
        ..PLAIN
    },
    Kind {
        name: "ending_forfeit",
        after: Some((8, forfeit)),
        shows: |game| ended(game, Ending::Forfeit),
        ..PLAIN
    },
    Kind { name: "decision_defence", is_random: true, shows: shows_defence, ..PLAIN },
    Kind { name: "decision_steal", is_random: true, shows: shows_steals, ..PLAIN },
    Kind {
        name: "decision_bunt",
        is_random: true,
        shows: |game| all(game, &[PlayOutcome::SacBunt, PlayOutcome::Squeeze]),
        ..PLAIN
    },
    Kind {
        name: "decision_hit_and_run",
        is_random: true,
        shows: |game| all(game, &[PlayOutcome::HitAndRun]),
        ..PLAIN
    },
    Kind { name: "decision_runner", is_random: true, shows: shows_runner_choices, ..PLAIN },
    Kind {
        name: "decision_printed_cards",
        is_manual: true,
        is_random: true,
        shows: |game| count(game, |event| matches!(event, Event::XCheckRolled(_))) > 1,
        ..PLAIN
    },
    Kind {
        name: "decision_substitution",
        is_random: true,
        shows: |game| count(game, |event| matches!(event, Event::SubstitutionMade { .. })) > 4,
        ..PLAIN
    },
    Kind { name: "decision_clock", decision_seconds: Some(90), is_random: true, shows: shows_clock, ..PLAIN },
    Kind { name: "decision_rollback", after: Some((9, go_back)), ..PLAIN },
];

fn count(game: &Game, which: impl Fn(&Event) -> bool) -> usize {
    game.events().filter(|event| which(event)).count()
}

fn ended(game: &Game, ending: Ending) -> bool {
    game.state.ended_by == Some(ending)
}

/// Whether every one of these outcomes came about.
fn all(game: &Game, outcomes: &[PlayOutcome]) -> bool {
    let plays = super::plays(game);
    outcomes.iter().all(|outcome| plays.iter().any(|play| play.outcome == *outcome))
}

fn shows_defence(game: &Game) -> bool {
    let made: Vec<_> = game
        .events()
        .filter_map(|event| match event {
            Event::DefensiveDecisionMade { decision, .. } => Some(decision),
            _ => None,
        })
        .collect();
    Alignment::ALL.iter().all(|alignment| made.iter().any(|decision| decision.alignment == *alignment))
        && InfieldDepth::ALL.iter().all(|depth| made.iter().any(|decision| decision.infield_depth == *depth))
        && made.iter().any(|decision| decision.hold_runners.contains(&Base::First))
        && made.iter().any(|decision| decision.intentional_walk)
}

fn shows_steals(game: &Game) -> bool {
    let stops = [PlayOutcome::PickOff, PlayOutcome::Balk];
    all(game, &[PlayOutcome::StolenBase, PlayOutcome::CaughtStealing])
        && super::plays(game).iter().any(|play| stops.contains(&play.outcome))
}

fn shows_runner_choices(game: &Game) -> bool {
    let questions = game.events().filter_map(|event| match event {
        Event::RunnerDecided { question, .. } => Some(question.as_str()),
        _ => None,
    });
    questions.collect::<BTreeSet<_>>().len() > 4
}

/// A deadline missed in every phase, managers who come back, a pause, time that is given back.
fn shows_clock(game: &Game) -> bool {
    let missed = game.events().filter_map(|event| match event {
        Event::DeadlineMissed { phase, .. } => Some(phase.as_str()),
        _ => None,
    });
    missed.collect::<BTreeSet<_>>().len() == 4
        && count(game, |event| matches!(event, Event::ManagerReturned { .. })) > 0
        && count(game, |event| matches!(event, Event::Resumed {})) > 0
        && game.commands.iter().any(|command| matches!(command, Command::ExtendDeadline(_)))
}

fn forfeit() -> Vec<(Issuer, Command)> {
    vec![(
        Issuer::Manager(Side::Away),
        Command::Forfeit(Forfeit { reason: Some("the bus leaves".to_owned()), side: None }),
    )]
}

fn go_back() -> Vec<(Issuer, Command)> {
    let (home, away) = (Issuer::Manager(Side::Home), Issuer::Manager(Side::Away));
    let propose = |to_play| Command::ProposeRollback(ProposeRollback { to_play: PlayNumber(to_play) });
    let answer = |accept| Command::AnswerRollback(AnswerRollback { accept });
    vec![(home, propose(3)), (away, answer(false)), (away, propose(5)), (home, answer(true))]
}

/// What was agreed, as the head of a file has it.
fn made(is_manual: bool, seed: u64, settings: GameSettings) -> Game {
    let make = if is_manual { Game::manual } else { Game::new };
    make(seed, settings)
}

/// The game of this kind with the smallest seed, as text.
fn found(kind: &Kind) -> String {
    (0..SEEDS_MAX)
        .find_map(|seed| written(kind, seed))
        .unwrap_or_else(|| panic!("no seed below {SEEDS_MAX} makes {}", kind.name))
}

fn written(kind: &Kind, seed: u64) -> Option<String> {
    let settings = GameSettings {
        innings: kind.innings,
        mercy_runs: kind.mercy_runs,
        decision_seconds: kind.decision_seconds,
        ..GameSettings::default()
    };
    let mut text =
        format!("cards {}\nseed {seed}\n", if kind.is_manual { "printed" } else { "read by the host" });
    let agreed = serde_json::to_string(&settings).expect("settings are JSON");
    writeln!(text, "settings {agreed}").expect("a string takes text");
    let mut game = made(kind.is_manual, seed, settings);
    let mut choices = Choices(seed);
    let mut after = kind.after;
    while !game.state.is_over() {
        let due = after.filter(|(plays, _)| game.state.play_count.0 >= *plays);
        if let Some((_, commands)) = due {
            after = None;
            for (issuer, command) in commands() {
                game.order_as(issuer, &command).expect("planned so");
                text += &entry(&game, issuer, &command);
            }
            continue;
        }
        if let Some(command) = kind.decision_seconds.and_then(|_| by_the_clock(&game, &mut choices)) {
            advance(&mut game, &command);
            game.order_as(Issuer::Host, &command).expect("the host's alone");
            text += &entry(&game, Issuer::Host, &command);
            continue;
        }
        let mut command =
            if kind.is_random { random_command(&game, &mut choices) } else { game.next_command() };
        let side = game.state.pending_decision.as_ref().map(|pending| pending.side);
        let manager = side.filter(|_| kind.decision_seconds.is_some()).map(Issuer::Manager);
        let issuer = manager.unwrap_or(Issuer::Operator);
        advance(&mut game, &command);
        if game.order_as(issuer, &command).is_err() {
            command = game.next_command();
            game.order_as(issuer, &command).expect("legal");
        }
        text += &entry(&game, issuer, &command);
    }
    (kind.shows)(&game).then_some(text)
}

/// What the clock does instead of a manager, now and then.
fn by_the_clock(game: &Game, choices: &mut Choices) -> Option<Command> {
    game.state.pending_decision.as_ref()?.deadline?;
    match choices.pick(12) {
        0..=3 => Some(Command::TakeDefault {}),
        4 => Some(Command::ExtendDeadline(ExtendDeadline { seconds: 45 })),
        _ => None,
    }
}

/// Time goes on by a second with every command; the host waits for the deadline.
fn advance(game: &mut Game, command: &Command) {
    let deadline = game.state.pending_decision.as_ref().and_then(|pending| pending.deadline);
    game.at = match (command, deadline) {
        (Command::TakeDefault {}, Some(deadline)) => deadline,
        _ => game.at.plus_seconds(1),
    };
}

/// The last entry: who ordered what, the facts, and how the game stands then.
fn entry(game: &Game, issuer: Issuer, command: &Command) -> String {
    let command = serde_json::to_string(command).expect("a command is JSON");
    let mut text = format!("\n> {issuer} {command}\n");
    for event in game.journal.last().expect("the command's own entry") {
        writeln!(text, "  {}", fact(event)).expect("a string takes text");
    }
    writeln!(text, "  = {}", standing(&game.state)).expect("a string takes text");
    text
}

fn standing(state: &GameState) -> String {
    let bases: Vec<String> = (1..)
        .zip(&state.runners)
        .filter_map(|(base, runner)| Some(format!("{} on {base}", runner.as_ref()?.lineup_id)))
        .collect();
    format!(
        "{}: {} {}, {} out, {} to {}, {}",
        state.status,
        state.half,
        state.inning,
        state.outs,
        state.score.away,
        state.score.home,
        if bases.is_empty() { "nobody on".to_owned() } else { bases.join(", ") }
    )
}

/// A fact in one line, without what follows from the others.
fn fact(event: &Event) -> String {
    match event {
        Event::DiceRolled { roll } => {
            format!("die {}, {}: {}", roll.first_die, roll.purpose, faces(&roll.dice))
        }
        Event::PlayResolved(play) => {
            let end = |reached: Option<u8>| reached.map_or("-".to_owned(), |base| base.to_string());
            let runners = play.runners_to.map(end).join(" ");
            format!(
                "play {}: {} [{}] batter {}, runners {runners}",
                play.play_number,
                play.description,
                play.hit_type,
                end(play.batter_to)
            )
        }
        Event::PlayUnresolved(pending) => {
            format!("waits: {} after {}", pending.question, pending.draft.outcome)
        }
        Event::DecisionRequested { phase, side, deadline, choices, .. } => {
            let by = deadline.map(|deadline| format!(" by {deadline}")).unwrap_or_default();
            format!("{side}: {phase}{by} {}", choices.join(" or ")).trim_end().to_owned()
        }
        Event::RolledBack { to_play, to_seq, .. } => format!("back to play {to_play}, entry {to_seq}"),
        Event::SubstitutionMade { side, players } => {
            let lines = players.iter().map(|player| {
                let order = player.batting_order.map_or("-".to_owned(), |order| order.to_string());
                let gone = if player.is_active { "" } else { " leaves" };
                format!("{} card {} {} bats {order}{gone}", player.lineup_id, player.card_id, player.position)
            });
            format!("{side} substitutes: {}", lines.collect::<Vec<_>>().join("; "))
        }
        other => {
            let mut value = serde_json::to_value(other).expect("an event is JSON");
            let kind = value["kind"].take();
            let fields = value.as_object_mut().expect("an event is an object");
            fields.remove("kind");
            format!("{} {value}", kind.as_str().expect("a word")).trim_end_matches(" {}").to_owned()
        }
    }
}

fn faces(dice: &RollDice) -> String {
    let value = serde_json::to_value(dice).expect("dice are JSON");
    let faces = value.as_object().expect("an object").iter().filter(|(name, _)| *name != "roll_type");
    let shown = |face: &Value| face.as_str().map_or_else(|| face.to_string(), str::to_owned);
    faces.map(|(name, face)| format!("{name} {}", shown(face))).collect::<Vec<_>>().join(" ")
}

/// Plays the commands of a file again, and compares every line.
fn replay(name: &str, file: &str) {
    let mut lines = file.lines();
    let mut head = |word: &str| {
        let line = lines.next().unwrap_or_default();
        line.strip_prefix(word)
            .unwrap_or_else(|| panic!("{name}: `{line}` does not begin with {word}"))
            .trim()
    };
    let is_manual = head("cards") == "printed";
    let seed = head("seed").parse().expect("a number");
    let settings = serde_json::from_str(head("settings")).expect("settings");
    let mut game = made(is_manual, seed, settings);
    let mut expected = file.split("\n> ");
    expected.next();
    for (number, block) in (2..).zip(expected) {
        let (order, _) = block.split_once('\n').expect("facts follow the command");
        let (issuer, command) = order.split_once(' ').expect("who, and what");
        let issuer = match issuer {
            "home" => Issuer::Manager(Side::Home),
            "away" => Issuer::Manager(Side::Away),
            "host" => Issuer::Host,
            _ => Issuer::Operator,
        };
        let command: Command = serde_json::from_str(command).expect("a command");
        advance(&mut game, &command);
        game.order_as(issuer, &command).unwrap_or_else(|refusal| panic!("{name}, entry {number}: {refusal}"));
        let ours = entry(&game, issuer, &command);
        let theirs = format!("\n> {}\n", block.trim_end());
        for (ours, theirs) in ours.lines().zip(theirs.lines()) {
            assert_eq!(ours, theirs, "{name}, entry {number}");
        }
        assert_eq!(ours.lines().count(), theirs.lines().count(), "{name}, entry {number}");
    }
    assert!(game.state.is_over(), "{name} breaks off");
}

#[test]
fn golden_games_are_played_again_line_by_line() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let writes = std::env::var("DUGOUT_GOLDEN").unwrap_or_default();
    for kind in &KINDS {
        let path = folder.join(kind.name).with_extension("txt");
        if ["write", kind.name].contains(&writes.as_str()) {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&path, found(kind)).expect("a file");
        }
        let file =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        replay(kind.name, &file);
    }
    let files = std::fs::read_dir(&folder).expect("the folder is there").count();
    assert_eq!(files, KINDS.len(), "files that no kind of game explains");
}
