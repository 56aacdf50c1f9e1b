//! Every row of the advancement tables, played: the situation is set up, the outcome submitted, and everybody
//! must end up where the row says. Runners who may try for more hold, which is what the rows show.

use crate::id::{LineupId, RollNumber};
use crate::rules::command::{Command, Issuer, ManualOutcomeSubmission};
use crate::rules::decide;
use crate::rules::decision::{Base, DefensiveDecision, InfieldDepth, OffensiveDecision};
use crate::rules::dice::{Roll, RollDice};
use crate::rules::event::{Event, Play};
use crate::rules::moment::Moment;
use crate::rules::outcome::PlayOutcome;
use crate::rules::state::{GameSettings, GameState, PendingDecision, Runner};
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::{DecisionPhase, Position, Side};
use std::collections::BTreeMap;

const ADVANCEMENT: &str = include_str!("../../charts/data/advancement.csv");
const GROUNDBALLS: &str = include_str!("../../charts/data/groundball_advancement.csv");

/// One row, by column.
type Row = BTreeMap<String, String>;

/// Where everybody ends up, as the tables write it.
struct Ends {
    on_base_bits: u8,
    outs_before: u8,
    batter: Option<u8>,
    runners: [Option<u8>; 3],
    outs_made: u8,
    runs: u8,
}

impl Ends {
    fn of(row: &Row) -> Self {
        let number = |name: &str| row[name].parse().expect("a small number");
        let reached = |name: &str| (!matches!(row[name].as_str(), "-" | "stay")).then(|| number(name));
        Self {
            on_base_bits: number("on_base_bits"),
            outs_before: number("outs_before"),
            batter: reached("batter"),
            runners: [reached("r1"), reached("r2"), reached("r3")],
            outs_made: number("outs_made"),
            runs: number("runs"),
        }
    }
}

/// A manual game whose roll waits, with these runners and outs.
fn situation(base: &GameState, ends: &Ends, dice: RollDice) -> GameState {
    let mut state = base.clone();
    state.outs = ends.outs_before;
    state.runners = std::array::from_fn(|index| {
        let lineup_id = LineupId(3 + i32::try_from(index).expect("three bases"));
        (ends.on_base_bits & 1 << index != 0).then_some(Runner {
            lineup_id,
            responsible_pitcher: None,
            reached_on: None,
            unearned: false,
        })
    });
    let roll_id = RollNumber(1);
    state.pending_manual_roll =
        Some(Roll { roll_id, first_die: 0, purpose: "at_bat".to_owned(), player_id: None, dice });
    let (phase, side, seq) = (DecisionPhase::AwaitingOutcome, Side::Away, state.seq);
    state.decision_phase = phase;
    state.pending_decision = Some(PendingDecision { phase, side, seq, deadline: None, choices: Vec::new() });
    state.pending_offensive_decision = Some(OffensiveDecision::default());
    state
}

fn ab(chaos_d20: u8) -> RollDice {
    RollDice::Ab { d6_one: 1, d6_two_a: 1, d6_two_b: 1, chaos_d20, resolution_d20: 1 }
}

fn submission(outcome: PlayOutcome, hit_location: Option<Position>, error_bases: Option<u8>) -> Command {
    let submission = ManualOutcomeSubmission::of(outcome, hit_location);
    Command::ManualOutcome(ManualOutcomeSubmission { error_bases, ..submission })
}

/// Submits, answers every question with its default, and gives the play.
fn played(game: &mut Game, mut state: GameState, command: Command) -> Play {
    let mut command = command;
    loop {
        let events = decide(&state, &CARDS, Issuer::Operator, &command, Moment::EPOCH, &mut game.dice)
            .unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        let resolved = events.iter().find_map(|event| match event {
            Event::PlayResolved(play) => Some(Play::clone(play)),
            _ => None,
        });
        if let Some(play) = resolved {
            return play;
        }
        state.apply_entry(state.seq.next(), &events);
        game.state = state.clone();
        command = game.next_command();
    }
}

fn check(play: &Play, ends: &Ends, row: &Row) {
    assert_eq!(play.batter_to, ends.batter, "{row:?}: batter");
    assert_eq!(play.runners_to, ends.runners, "{row:?}: runners");
    assert_eq!((play.outs_recorded, play.runs_scored), (ends.outs_made, ends.runs), "{row:?}: outs, runs");
}

fn rows(csv: &str) -> Vec<Row> {
    let rows: Result<Vec<Row>, _> = csv::Reader::from_reader(csv.as_bytes()).deserialize().collect();
    rows.expect("the table is CSV")
}

fn manual_game() -> Game {
    let mut game = Game::manual(1, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingOutcome, |_| true);
    game
}

#[test]
fn every_row_of_the_advancement_table_is_played_as_it_stands() {
    let mut game = manual_game();
    let base = game.state.clone();
    let all = rows(ADVANCEMENT);
    assert_eq!(all.len(), 687);
    for row in all {
        let ends = Ends::of(&row);
        let (outcome, bases) = match row["outcome"].strip_prefix("error_") {
            Some(bases) => (PlayOutcome::Error, Some(bases.parse().expect("1 to 3"))),
            None => (row["outcome"].parse().expect("an outcome"), None),
        };
        let location = match outcome {
            PlayOutcome::Error => Some(Position::Shortstop),
            PlayOutcome::FlyoutA | PlayOutcome::FlyoutB | PlayOutcome::FlyoutBq | PlayOutcome::FlyoutC => {
                Some(Position::CenterField)
            }
            PlayOutcome::SingleUncapped | PlayOutcome::DoubleUncapped => Some(Position::LeftField),
            _ => None,
        };
        let chaos = if outcome == PlayOutcome::PassedBall { 2 } else { 1 };
        let mut state = situation(&base, &ends, ab(chaos));
        let mut command = submission(outcome, location, bases);
        if outcome == PlayOutcome::IntentionalWalk {
            let walk = DefensiveDecision { intentional_walk: true, ..DefensiveDecision::default() };
            command = Command::DefensiveDecision(walk);
            state.decision_phase = DecisionPhase::AwaitingDefensive;
        }
        if outcome == PlayOutcome::Balk {
            let jump = RollDice::Jump { check_d20: 2, jump_a: 1, jump_b: 1, resolution_d20: 1 };
            state = situation(&base, &ends, jump);
            let steal_attempts = vec![Base::Second];
            state.pending_offensive_decision =
                Some(OffensiveDecision { steal_attempts, ..Default::default() });
        }
        check(&played(&mut game, state, command), &ends, &row);
    }
}

#[test]
fn every_row_of_the_ground_ball_table_is_played_as_it_stands() {
    let mut game = manual_game();
    let base = game.state.clone();
    let all = rows(GROUNDBALLS);
    assert_eq!(all.len(), 1296);
    for row in all {
        let ends = Ends::of(&row);
        let depth: InfieldDepth = row["depth"].parse().expect("a depth");
        let location: Position = row["location"].parse().expect("a position");
        let outcome = match row["type"].as_str() {
            "A" => PlayOutcome::GroundballA,
            "B" => PlayOutcome::GroundballB,
            _ => PlayOutcome::GroundballC,
        };
        let mut state = situation(&base, &ends, ab(20));
        let decision = DefensiveDecision { infield_depth: depth, ..DefensiveDecision::default() };
        state.pending_defensive_decision = Some(decision);
        let play = played(&mut game, state, submission(outcome, Some(location), None));
        check(&play, &ends, &row);
    }
}
