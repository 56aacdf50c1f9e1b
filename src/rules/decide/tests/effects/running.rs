//! Every number of `running.toml`, read off the check that it led to.

use super::{number, played, situation, waiting};
use crate::rules::command::{Command, ManualOutcomeSubmission};
use crate::rules::decision::{Base, DefensiveDecision, InfieldDepth, OffensiveDecision};
use crate::rules::event::Play;
use crate::rules::outcome::PlayOutcome;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Position};
use std::sync::Arc;

/// The speed on every test card.
const RUNNING: i64 = 12;

fn table() -> toml::Table {
    toml::from_str(include_str!("../../../charts/data/running.toml")).expect("TOML")
}

/// The chance of the check with this purpose.
fn chance(play: &Play, purpose: &str) -> i64 {
    let check = play.resolution.checks.iter().find(|check| check.purpose == purpose);
    i64::from(check.unwrap_or_else(|| panic!("no {purpose} in {:?}", play.resolution.checks)).chance)
}

fn clamped(chance: i64) -> i64 {
    let table = table();
    let clamp = table["common"]["clamp"].as_array().expect("two bounds");
    chance.clamp(number(&clamp[0]), number(&clamp[1]))
}

/// What the number in `running + arm - 4` adds.
fn base_of(term: &toml::Value) -> i64 {
    let text = term["base"].as_str().expect("a sum").strip_prefix("running + arm").expect("speed and arm");
    let digits: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if digits.is_empty() { 0 } else { digits.parse().expect("a number") }
}

/// A kind of advance: outcome, bases, section and term of the table, the check's purpose, the answers.
type Case = (PlayOutcome, u8, &'static str, &'static str, &'static str, &'static [&'static str]);

const CASES: [Case; 8] = [
    (
        PlayOutcome::SingleUncapped,
        0b010,
        "single_uncapped",
        "second_to_home",
        "second_to_home",
        &["go", "throw", "stop"],
    ),
    (
        PlayOutcome::SingleUncapped,
        0b001,
        "single_uncapped",
        "first_to_third",
        "first_to_third",
        &["go", "throw", "stop"],
    ),
    (
        PlayOutcome::SingleUncapped,
        0b011,
        "single_uncapped",
        "first_to_third",
        "first_to_third",
        &["go", "throw", "go", "trail"],
    ),
    (
        PlayOutcome::SingleUncapped,
        0b010,
        "single_uncapped",
        "batter_to_second_on_throw",
        "batter_to_second",
        &["go", "throw", "go", "trail"],
    ),
    (
        PlayOutcome::DoubleUncapped,
        0b001,
        "double_uncapped",
        "first_to_home",
        "first_to_home",
        &["go", "throw", "stop"],
    ),
    (
        PlayOutcome::DoubleUncapped,
        0b001,
        "double_uncapped",
        "batter_to_third_on_throw",
        "batter_to_third",
        &["go", "throw", "go", "trail"],
    ),
    (PlayOutcome::FlyoutB, 0b010, "tag_up", "b_second_to_third", "tag_up_third", &["go"]),
    (PlayOutcome::FlyoutBq, 0b100, "tag_up", "bq_third_to_home", "tag_up_home", &["go"]),
];

/// The state with this arm in the whole outfield.
fn with_arm(mut state: GameState, arm: i8) -> GameState {
    let fielding = state.fielding_side();
    for player in Arc::make_mut(&mut state.lineups[fielding].players) {
        if let Some(rating) = player.position_rating.as_mut().filter(|_| player.position.is_outfield()) {
            rating.arm = arm;
        }
    }
    state
}

#[test]
fn every_advance_is_tried_with_the_chance_of_its_row() {
    let table = table();
    let base = waiting(DecisionPhase::AwaitingOutcome, false);
    let fields = [(Position::LeftField, "LF"), (Position::CenterField, "CF"), (Position::RightField, "RF")];
    for (outcome, bits, section, row, purpose, answers) in CASES {
        let term = &table[section][row];
        let caught = section == "tag_up";
        for (location, field) in fields {
            for (outs, arm, held) in (0..if caught { 2 } else { 3 })
                .flat_map(|outs| [-6, 0, 4].map(|arm| (outs, arm)))
                .flat_map(|(outs, arm)| [(outs, arm, false), (outs, arm, true)])
            {
                let mut state = with_arm(situation(&base, bits, outs), arm);
                let hold_runners = if held { vec![Base::First] } else { Vec::new() };
                state.pending_defensive_decision =
                    Some(DefensiveDecision { hold_runners, ..DefensiveDecision::default() });
                let command = Command::ManualOutcome(ManualOutcomeSubmission::of(outcome, Some(location)));
                let play = played(&state, &command, answers, &[]);
                let of = |key: &str| term.get(key).map_or(0, number);
                let by_outs = if outs == 2 { of("two_outs") } else { 0 };
                let by_hold = if held && row == "first_to_third" {
                    number(&table["single_uncapped"]["held_r1_penalty"])
                } else {
                    0
                };
                let sum = RUNNING + i64::from(arm) + base_of(term) + by_outs + of(field) + by_hold;
                let place = format!("{row} to {field}, {outs} out, arm {arm}, held {held}");
                assert_eq!(chance(&play, purpose), clamped(sum), "{place}");
            }
        }
    }
}

#[test]
fn a_tag_up_for_third_ends_safe_holding_or_out_as_the_die_says() {
    let base = waiting(DecisionPhase::AwaitingOutcome, false);
    let state = situation(&base, 0b010, 0);
    let command = Command::ManualOutcome(ManualOutcomeSubmission::of(
        PlayOutcome::FlyoutB,
        Some(Position::CenterField),
    ));
    // Running 12, -2 to centre: at or below 10 safe, 20 out, else back to second.
    for (d20, end) in [(1, 3), (10, 3), (11, 2), (19, 2), (20, 0)] {
        assert_eq!(played(&state, &command, &["go"], &[d20]).runners_to[1], Some(end), "{d20}");
    }
}

#[test]
fn decide_sends_the_runner_from_third_or_concedes_his_run() {
    let base = waiting(DecisionPhase::AwaitingOutcome, false);
    let mut state = situation(&base, 0b100, 0);
    state.pending_defensive_decision =
        Some(DefensiveDecision { infield_depth: InfieldDepth::InfieldIn, ..DefensiveDecision::default() });
    let ground = ManualOutcomeSubmission::of(PlayOutcome::GroundballC, Some(Position::Shortstop));
    let command = Command::ManualOutcome(ground);
    let ends = |answers: &[&str], d20: u8| {
        let play = played(&state, &command, answers, &[d20]);
        (play.batter_to, play.runners_to[2])
    };
    assert_eq!(ends(&["hold"], 1), (Some(0), Some(3)));
    assert_eq!(ends(&["send", "first"], 20), (Some(0), Some(4)));
    // Running 12 less 4: safe at or below 8.
    assert_eq!(ends(&["send", "home"], 8), (Some(1), Some(4)));
    assert_eq!(ends(&["send", "home"], 9), (Some(1), Some(0)));
}

/// The chance of a steal of `target` with this jump, the runner held or not.
fn steal(base: &GameState, target: Base, jump: [u8; 2], held: bool) -> i64 {
    let from = u8::from(target) - 1;
    let mut state = situation(base, 1 << (from - 1), 0);
    let hold_runners = if held { vec![Base::try_from(from).expect("a base")] } else { Vec::new() };
    state.pending_defensive_decision = Some(DefensiveDecision { hold_runners, ..Default::default() });
    let steal_attempts = vec![target];
    state.pending_offensive_decision = Some(OffensiveDecision { steal_attempts, ..Default::default() });
    let faces = [10, jump[0], jump[1], 10, 19];
    chance(&played(&state, &Command::Roll {}, &["go"], &faces), "steal")
}

#[test]
fn steals_have_the_chances_of_the_card_and_the_table() {
    let table = table();
    let of = |key: &str| number(&table["steal"][key]["modifier"]);
    let held = number(&table["steal"]["held_modifier"]); // the pitcher's own rating is 0
    let base = waiting(DecisionPhase::AwaitingRoll, true);
    let (lead, no_lead, high, low) = ([1, 1], [6, 6], 15, 8); // the numbers on the test cards
    assert_eq!(steal(&base, Base::Second, lead, false), high);
    assert_eq!(steal(&base, Base::Second, no_lead, false), low);
    assert_eq!(steal(&base, Base::Second, lead, true), high + held);
    assert_eq!(steal(&base, Base::Third, lead, false), high + of("third_base"));
    assert_eq!(steal(&base, Base::Third, lead, true), high + of("third_base") + held);
    assert_eq!(steal(&base, Base::Home, lead, false), high + of("home"));
    assert_eq!(steal(&base, Base::Home, lead, true), high + of("home"), "the hold does not count at home");
}

#[test]
fn a_throw_gets_away_where_both_dice_say_so() {
    let base = waiting(DecisionPhase::AwaitingRoll, true);
    let mut state = situation(&base, 0b001, 0);
    let steal_attempts = vec![Base::Second];
    state.pending_offensive_decision = Some(OffensiveDecision { steal_attempts, ..Default::default() });
    // T rating 5 on the test card.
    for (steal, second, end) in [(1, 5, 3), (3, 5, 3), (3, 6, 2), (4, 5, 2)] {
        let play = played(&state, &Command::Roll {}, &[], &[10, 1, 1, 10, steal, second]);
        assert_eq!(play.runners_to[0], Some(end), "{steal} {second}");
        assert_eq!(play.error.is_some(), end == 3);
    }
}

#[test]
fn pick_offs_and_balks_are_checked_against_hold_and_balk() {
    let base = waiting(DecisionPhase::AwaitingRoll, true);
    let mut state = situation(&base, 0b001, 0);
    let steal_attempts = vec![Base::Second];
    state.pending_offensive_decision = Some(OffensiveDecision { steal_attempts, ..Default::default() });
    // Hold 0 picks off at or below 6; balk 2 balks at or below 2.
    for (check, resolution, outcome) in [
        (1, 6, PlayOutcome::PickOff),
        (1, 7, PlayOutcome::StolenBase),
        (2, 2, PlayOutcome::Balk),
        (2, 3, PlayOutcome::StolenBase),
        (3, 1, PlayOutcome::StolenBase),
    ] {
        let play = played(&state, &Command::Roll {}, &[], &[check, 1, 1, resolution, 10]);
        assert_eq!(play.outcome, outcome, "{check} {resolution}");
    }
}
