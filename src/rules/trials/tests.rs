//! Trials come up as the tables and the cards say, and name what cannot be tried.

use super::*;
use crate::fairness::{Seed, SeededDice};
use crate::id::CardId;
use crate::rules::decision::Base;
use crate::rules::outcome::PlayOutcome;
use crate::rules::state::GameSettings;
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::{BySide, DecisionPhase};

const SEED: u8 = 42;

fn game() -> Game {
    let mut game = Game::new(5, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingDefensive, |state| state.play_count.0 > 3);
    game
}

fn tried(trial: &Trial) -> Result<TrialReport, Rejection> {
    let mut dice = SeededDice::new(Seed::new([SEED; 32]), &BySide::default(), 0);
    run(&game().state, &CARDS, trial, &mut dice)
}

fn jump(base: Base, held: bool, throws: u32) -> Trial {
    Trial::Jump(JumpTrial { runner: None, base: Some(base), held, throws })
}

fn fielding(position: Position, range: Option<u8>, throws: u32) -> FieldingTrial {
    FieldingTrial { position, range, error: None, playing_in: false, throws }
}

/// Fails where an observed share is further from the expected one than chance allows: five standard deviations.
fn assert_as_expected(report: &TrialReport) {
    for group in &report.groups {
        let total: f64 = group.counts.iter().map(|count| count.expected).sum();
        assert!((total - 1.0).abs() < 1e-9, "{}: the shares add up to {total}", group.name);
        let counted: u32 = group.counts.iter().map(|count| count.count).sum();
        assert_eq!(counted, report.throws, "{}", group.name);
        for TrialCount { what, count, expected } in &group.counts {
            let throws = f64::from(report.throws);
            let allowed = 5.0 * (throws * expected * (1.0 - expected)).sqrt() + 1e-9;
            let off = (f64::from(*count) - throws * expected).abs();
            assert!(off <= allowed, "{} {what}: {count} of {throws}, expected {expected}", report.about);
        }
    }
}

#[test]
fn many_throws_come_up_as_the_tables_say() {
    for base in [Base::First, Base::Second, Base::Third] {
        for held in [false, true] {
            assert_as_expected(&tried(&jump(base, held, 2_000)).expect("it can be tried"));
        }
    }
    for &position in Position::FIELD {
        for range in [None, Some(1), Some(5)] {
            let trial = Trial::Fielding(fielding(position, range, 1_000));
            assert_as_expected(&tried(&trial).expect("it can be tried"));
        }
    }
    let playing_in = FieldingTrial { playing_in: true, ..fielding(Position::Shortstop, Some(2), 1_000) };
    assert_as_expected(&tried(&Trial::Fielding(playing_in)).expect("he may play in"));
    for outcome in [PlayOutcome::GroundballB, PlayOutcome::FlyoutB] {
        let trial = LocationTrial { outcome, batter: None, throws: 2_000 };
        assert_as_expected(&tried(&Trial::Location(trial)).expect("it can be tried"));
    }
}

#[test]
fn one_throw_shows_its_dice_and_steps() {
    let report = tried(&jump(Base::First, true, 1)).expect("it can be tried");
    assert_eq!(report.rolls[0].purpose, "jump");
    assert_eq!(report.groups.len(), 2);
    let report = tried(&Trial::Fielding(fielding(Position::Shortstop, Some(3), 1))).expect("it can be tried");
    let audit = report.resolution.and_then(|resolution| resolution.x_check).expect("the steps");
    assert_eq!((audit.position, audit.range_rating), (Position::Shortstop, 3));
    assert!(report.rolls.iter().any(|roll| roll.purpose == "fielding"));
}

#[test]
fn what_cannot_be_tried_is_named() {
    let location = |outcome| Trial::Location(LocationTrial { outcome, batter: Some(CardId(999)), throws: 1 });
    let runner = Trial::Jump(JumpTrial { runner: Some(CardId(999)), base: None, held: false, throws: 1 });
    for (trial, field) in [
        (jump(Base::Home, false, 1), "base"),
        (jump(Base::First, false, 0), "throws"),
        (jump(Base::First, false, THROWS_MAX + 1), "throws"),
        (runner, "runner"),
        (Trial::Fielding(fielding(Position::DesignatedHitter, None, 1)), "position"),
        (Trial::Fielding(fielding(Position::Shortstop, Some(6), 1)), "range"),
        (
            Trial::Fielding(FieldingTrial { error: Some(89), ..fielding(Position::Shortstop, None, 1) }),
            "error",
        ),
        (location(PlayOutcome::Strikeout), "outcome"),
        (location(PlayOutcome::GroundballA), "batter"),
    ] {
        let refusal = tried(&trial).expect_err("must be refused");
        assert_eq!(refusal.field.as_deref(), Some(field), "{trial:?}: {refusal}");
    }
}

#[test]
fn a_trial_is_a_function_of_its_dice() {
    let trial = jump(Base::First, true, 50);
    assert_eq!(tried(&trial), tried(&trial));
}
