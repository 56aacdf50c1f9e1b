//! What decisions, the ballpark and fatigue make of a card's reading; the results of bunts as managers submit them.

use super::{number, played, situation, waiting};
use crate::rules::PlaySituation;
use crate::rules::charts::CHARTS;
use crate::rules::charts::ratings::RatingField;
use crate::rules::command::{Command, Issuer, ManualOutcomeSubmission};
use crate::rules::decide;
use crate::rules::decision::{Alignment, Approach, DefensiveDecision, OffensiveDecision, OutfieldDepth};
use crate::rules::event::Event;
use crate::rules::moment::Moment;
use crate::rules::outcome::PlayOutcome;
use crate::rules::resolution::CardRead;
use crate::rules::state::GameState;
use crate::rules::testing::CARDS;
use crate::rules::vocabulary::{DecisionPhase, Hand, Position};
use crate::rules::workload::{InningWork, Workload};
use std::sync::Arc;

/// The side of the field of a spray die: 45 % pulled, then 35 % up the middle, then 20 % the other way.
const PULLED: u8 = 1;
const UP_THE_MIDDLE: u8 = 12;
const THE_OTHER_WAY: u8 = 20;

fn file(text: &str) -> toml::Table {
    toml::from_str(text).expect("TOML")
}

/// Nobody on, nobody out, the dice about to be rolled.
fn at_bat() -> GameState {
    situation(&waiting(DecisionPhase::AwaitingRoll, true), 0, 0)
}

fn bats(state: &GameState) -> Hand {
    PlaySituation::new(state, &CARDS).expect("a batter and a pitcher").bats
}

/// What stands on the card for these dice.
fn field(state: &GameState, [column, a, b, split]: [u8; 4]) -> RatingField {
    let play = PlaySituation::new(state, &CARDS).expect("a batter and a pitcher");
    let index = ((u16::from(column - 1) % 3 * 36) + u16::from(a - 1) * 6 + u16::from(b - 1)) * 20;
    let (card, read, hand) = if column <= 3 {
        (play.batter.card_id, CardRead::Batting, play.pitcher_card.throws)
    } else {
        (play.pitcher.card_id, CardRead::Pitching, play.bats)
    };
    CARDS.lines(card, read).expect("a card").versus(hand).field(index + u16::from(split - 1))
}

fn all_dice(columns: std::ops::RangeInclusive<u8>) -> impl Iterator<Item = [u8; 4]> {
    let rows = columns.flat_map(|column| (1..=6).flat_map(move |a| (1..=6).map(move |b| (column, a, b))));
    rows.flat_map(|(column, a, b)| (1..=20).map(move |split| [column, a, b, split]))
}

/// Dice that read this outcome off the batter's card.
fn dice_for(state: &GameState, outcome: PlayOutcome) -> [u8; 4] {
    let reads = |dice: &[u8; 4]| CHARTS.ratings.result(field(state, *dice)).outcome == outcome;
    all_dice(1..=3).find(reads).unwrap_or_else(|| panic!("no {outcome} on the batter's card"))
}

fn outcome(state: &GameState, [column, a, b, split]: [u8; 4], then: &[u8]) -> PlayOutcome {
    let faces = [&[column, a, b, 20, split], then].concat();
    played(state, &Command::Roll {}, &[], &faces).outcome
}

#[test]
fn every_nudge_converts_at_its_number_and_not_above() {
    let table = file(include_str!("../../../charts/data/decisions.toml"));
    let nudges = table["nudge"].as_array().expect("a list");
    for nudge in nudges {
        let word = |key: &str| nudge[key].as_str().expect("a word");
        let (from, to): (PlayOutcome, PlayOutcome) =
            (word("from").parse().expect("an outcome"), word("to").parse().expect("an outcome"));
        let mut state = at_bat();
        let toward_pull = [Alignment::ShiftedLeft, Alignment::ShiftedRight];
        let toward_pull = toward_pull[usize::from(bats(&state) == Hand::Left)];
        let (approach, alignment) = match word("when").split_once('=').expect("decision and value") {
            ("approach", approach) => (approach.parse().expect("an approach"), Alignment::Normal),
            (_, "extreme_shift") => (Approach::Normal, Alignment::ExtremeShift),
            _ => (Approach::Normal, toward_pull),
        };
        state.pending_offensive_decision = Some(OffensiveDecision { approach, ..Default::default() });
        state.pending_defensive_decision = Some(DefensiveDecision { alignment, ..Default::default() });
        let dice = dice_for(&state, from);
        let park = (from == PlayOutcome::BpHomerun).then_some(1);
        let side =
            nudge.get("side").map(|side| if side.as_str() == Some("pull") { PULLED } else { THE_OTHER_WAY });
        let most = number(&nudge["d20_max"]) as u8;
        let with = |d20: u8, side: Option<u8>| {
            let then: Vec<u8> = park.into_iter().chain(side).chain([d20]).collect();
            outcome(&state, dice, &then)
        };
        assert_eq!((with(most, side), with(most + 1, side)), (to, from), "{nudge:?}");
        if side.is_some() {
            assert_eq!(with(1, Some(UP_THE_MIDDLE)), from, "{nudge:?}: nobody shifts up the middle");
        }
    }
    assert_eq!(nudges.len(), 15);
}

#[test]
fn a_shift_away_from_the_pull_side_swaps_the_sides() {
    let mut state = at_bat();
    let away = [Alignment::ShiftedRight, Alignment::ShiftedLeft][usize::from(bats(&state) == Hand::Left)];
    state.pending_defensive_decision = Some(DefensiveDecision { alignment: away, ..Default::default() });
    let dice = dice_for(&state, PlayOutcome::Single1);
    assert_eq!(outcome(&state, dice, &[THE_OTHER_WAY, 3]), PlayOutcome::GroundballB, "into the shift");
    assert_eq!(outcome(&state, dice, &[PULLED, 1]), PlayOutcome::Single1, "away from it");
}

#[test]
fn the_outfield_in_changes_outcomes_as_its_table_says() {
    let table = file(include_str!("../../../charts/data/decisions.toml"));
    let base = waiting(DecisionPhase::AwaitingOutcome, false);
    let mut state = situation(&base, 0, 0);
    let outfield_depth = OutfieldDepth::In;
    state.pending_defensive_decision = Some(DefensiveDecision { outfield_depth, ..Default::default() });
    for (from, to) in table["effects"]["outfield_depth"]["in"].as_table().expect("conversions") {
        let Ok(from) = from.parse::<PlayOutcome>() else { continue };
        let location = CHARTS.outcomes.facts(from).location.fits(None);
        let location = (!location).then_some(Position::CenterField);
        let command = Command::ManualOutcome(ManualOutcomeSubmission::of(from, location));
        assert_eq!(played(&state, &command, &[], &[]).outcome.as_str(), to.as_str().expect("a word"));
    }
}

#[test]
fn a_tired_pitchers_card_gives_singles_exactly_where_the_table_says() {
    let table = file(include_str!("../../../charts/data/fatigue.toml"));
    let effect = &table["effect"];
    let outs: Vec<&str> = effect["auto_out_fields"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(toml::Value::as_str)
        .collect();
    let mut state = at_bat();
    let fielding = state.fielding_side();
    for player in Arc::make_mut(&mut state.lineups[fielding].players) {
        player.is_fatigued = player.position == Position::Pitcher;
    }
    let mut converted = 0;
    for dice in all_dice(1..=6) {
        let field = field(&state, dice);
        if CHARTS.ratings.result(field).outcome == PlayOutcome::XCheck {
            continue;
        }
        let limit = match field.as_str() {
            _ if dice[0] <= 3 => 0,
            "strikeout" => number(&effect["auto_strikeout_d20_max"]),
            name if outs.contains(&name) => number(&effect["auto_d20_max"]),
            _ => 0,
        };
        let is_single = i64::from(dice[3]) <= limit;
        let of_itself = CHARTS.ratings.result(field).outcome == PlayOutcome::Single2;
        assert_eq!(
            outcome(&state, dice, &[]) == PlayOutcome::Single2,
            is_single || of_itself,
            "{dice:?} {field}"
        );
        converted += usize::from(is_single);
    }
    assert!(converted > 100, "{converted} readings converted");
}

/// Whether one more batter, who does this, tires a pitcher with these innings behind him.
fn tires(innings: &[(u8, u8)], inning: u8, outcome: PlayOutcome) -> bool {
    let mut state = situation(&waiting(DecisionPhase::AwaitingOutcome, false), 0, 0);
    state.inning = inning;
    let fielding = state.fielding_side();
    let first = inning + 1 - u8::try_from(innings.len()).expect("a few innings");
    let innings = (first..).zip(innings).map(|(inning, (on_base, runs))| InningWork {
        inning,
        on_base: *on_base,
        runs: *runs,
    });
    let pitcher = state.workloads[fielding].pitcher;
    state.workloads[fielding] = Workload { innings: innings.collect(), ..Workload::of(pitcher) };
    let command = Command::ManualOutcome(ManualOutcomeSubmission::of(outcome, None));
    let dice = &mut super::Script::new(&[]);
    let events = decide(&state, &CARDS, Issuer::Operator, &command, Moment::EPOCH, dice).expect("legal");
    events.iter().any(|event| matches!(event, Event::PitcherTired { .. }))
}

#[test]
fn every_rule_of_fatigue_tires_at_its_number_and_not_below() {
    let table = file(include_str!("../../../charts/data/fatigue.toml"));
    for rule in table["fatigue_rule"].as_array().expect("a list") {
        let (within, least) = (number(&rule["within_innings"]) as usize, number(&rule["at_least"]) as u8);
        let is_runs = rule["counts"].as_str() == Some("runs");
        let in_pow = rule["scope"].as_str() == Some("in_pow");
        // Point of weakness 5 on the test card: the rules of any time are tried before it.
        let inning = if in_pow { 8 } else { 4 };
        let outcome = if is_runs { PlayOutcome::Homerun } else { PlayOutcome::Walk };
        let work = |count: u8, back: usize| {
            let mut innings = vec![(0, 0); usize::from(inning)];
            let at = innings.len() - 1 - back;
            innings[at] = if is_runs { (0, count) } else { (count, 0) };
            innings
        };
        assert!(tires(&work(least - 1, within - 1), inning, outcome), "{rule:?}");
        assert!(!tires(&work(least - 2, within - 1), inning, outcome), "{rule:?}: one fewer");
        assert!(!tires(&work(least - 1, within), inning, outcome), "{rule:?}: too long ago");
        if in_pow {
            assert!(
                !tires(&work(least - 1, within - 1)[4..], 4, PlayOutcome::Walk),
                "{rule:?}: before his POW"
            );
        }
    }
    let limit = number(&table["limits"]["starter_innings"]) as u8;
    let fresh = |innings: u8| vec![(0, 0); usize::from(innings)];
    assert!(tires(&fresh(limit + 1), limit + 1, PlayOutcome::Strikeout));
    assert!(!tires(&fresh(limit), limit, PlayOutcome::Strikeout));
}

#[test]
fn a_park_may_have_a_number_for_each_side_of_the_plate() {
    let mut state = at_bat();
    let mut setup = state.setup.as_ref().clone();
    let dice = dice_for(&state, PlayOutcome::BpHomerun);
    for (left, right) in [(20, 0), (0, 20)] {
        setup.settings.park_homerun = right;
        setup.settings.park_homerun_left = Some(left);
        state.setup = Arc::new(setup.clone());
        let leaves = if bats(&state) == Hand::Left { left } else { right } == 20;
        assert_eq!(outcome(&state, dice, &[10]) == PlayOutcome::BpHomerun, leaves);
    }
}

#[test]
fn managers_submit_every_result_of_the_bunt_tables() {
    let base = waiting(DecisionPhase::AwaitingOutcome, false);
    let submit = |bits: u8, offence: OffensiveDecision, outcome: PlayOutcome, result: &str| {
        let mut state = situation(&base, bits, 0);
        state.pending_offensive_decision = Some(offence);
        let submission = ManualOutcomeSubmission::of(outcome, None);
        let command =
            Command::ManualOutcome(ManualOutcomeSubmission { result: Some(result.to_owned()), ..submission });
        let play = played(&state, &command, &[], &[]);
        (play.batter_to, play.runners_to)
    };
    let bunt = || OffensiveDecision { bunt_attempt: true, ..OffensiveDecision::default() };
    let run = || OffensiveDecision { hit_and_run: true, ..OffensiveDecision::default() };
    for (result, ends) in [
        ("SAC", (Some(0), [Some(2), Some(3), None])),
        ("LEAD_OUT", (Some(1), [Some(2), Some(0), None])),
        ("HIT", (Some(1), [Some(2), Some(3), None])),
        ("POP", (Some(0), [Some(1), Some(2), None])),
        ("DP", (Some(0), [Some(2), Some(0), None])),
    ] {
        assert_eq!(submit(0b011, bunt(), PlayOutcome::SacBunt, result), ends, "{result}");
    }
    for (result, ends) in [
        ("SCORE", (Some(0), [Some(2), None, Some(4)])),
        ("R3_OUT", (Some(1), [Some(2), None, Some(0)])),
        ("MISS", (None, [Some(1), None, Some(0)])),
        ("HIT", (Some(1), [Some(2), None, Some(4)])),
        ("POP_DP", (Some(0), [Some(1), None, Some(0)])),
    ] {
        assert_eq!(submit(0b101, bunt(), PlayOutcome::Squeeze, result), ends, "{result}");
    }
    for (outcome, result, ends) in [
        (PlayOutcome::HitAndRun, "HIT", (Some(1), [Some(3), None, None])),
        (PlayOutcome::HitAndRun, "ADVANCE", (Some(0), [Some(2), None, None])),
        (PlayOutcome::HitAndRun, "POP", (Some(0), [Some(1), None, None])),
        (PlayOutcome::HitAndRun, "LINE_DP", (Some(0), [Some(0), None, None])),
        (PlayOutcome::StolenBase, "MISS", (None, [Some(2), None, None])),
        (PlayOutcome::CaughtStealing, "STRIKEOUT", (None, [Some(0), None, None])),
    ] {
        assert_eq!(submit(0b001, run(), outcome, result), ends, "{outcome} {result}");
    }
}

#[test]
fn a_result_of_another_table_is_refused_with_the_words_that_are_allowed() {
    let mut state = situation(&waiting(DecisionPhase::AwaitingOutcome, false), 0b001, 0);
    state.pending_offensive_decision = Some(OffensiveDecision { bunt_attempt: true, ..Default::default() });
    for (outcome, result, says) in
        [(PlayOutcome::SacBunt, "SCORE", "LEAD_OUT"), (PlayOutcome::Strikeout, "SAC", "leave it out")]
    {
        let submission = ManualOutcomeSubmission::of(outcome, None);
        let command =
            Command::ManualOutcome(ManualOutcomeSubmission { result: Some(result.to_owned()), ..submission });
        let dice = &mut super::Script::new(&[]);
        let refusal = decide(&state, &CARDS, Issuer::Operator, &command, Moment::EPOCH, dice)
            .expect_err("no such result");
        assert_eq!(refusal.field.as_deref(), Some("result"));
        assert!(refusal.message.contains(says), "{refusal}");
    }
}
