//! Manual mode: what may be submitted, and what every wrong submission is told (RULES 8).

use super::{Choices, check_play, plays};
use crate::rules::charts::CHARTS;
use crate::rules::charts::error_charts::ErrorSize;
use crate::rules::charts::range::RangeCode;
use crate::rules::command::{Command, Issuer, ManualOutcomeSubmission};
use crate::rules::decision::{Base, OffensiveDecision};
use crate::rules::dice::{Dice, RollDice};
use crate::rules::event::Event;
use crate::rules::outcome::PlayOutcome;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::GameSettings;
use crate::rules::testing::Game;
use crate::rules::vocabulary::{DecisionPhase, Position, Side};
use crate::rules::x_check::XCheckSubmission;

/// Any outcome with any location, mostly one that fits.
pub(super) fn random_outcome(game: &Game, choices: &mut Choices) -> Command {
    if let Some(roll) = &game.state.pending_x_check {
        let code = RangeCode::ALL[choices.pick(RangeCode::ALL.len())];
        let code = if choices.pick(4) > 0 { roll.chart_row[choices.pick(5)] } else { code };
        let error = ErrorSize::ALL[choices.pick(4)];
        return reading(XCheckSubmission { code, error });
    }
    let outcome = PlayOutcome::ALL[choices.pick(PlayOutcome::ALL.len())];
    let rule = CHARTS.outcomes.facts(outcome).location;
    let fitting: Vec<_> = Position::ALL.iter().filter(|place| rule.fits(Some(**place))).collect();
    let hit_location = match choices.pick(8) {
        0 => Some(Position::ALL[choices.pick(Position::ALL.len())]),
        _ if fitting.is_empty() => None,
        _ => Some(*fitting[choices.pick(fitting.len())]),
    };
    let error_bases = (outcome == PlayOutcome::Error).then(|| choices.pick(4) as u8);
    let words = ["SAC", "LEAD_OUT", "DP", "R3_OUT", "MISS", "POP_DP", "HIT", "STRIKEOUT", "LINE_DP"];
    let result = (choices.pick(3) == 0).then(|| words[choices.pick(words.len())].to_owned());
    let injury = choices.pick(4) == 0;
    let submission = ManualOutcomeSubmission::of(outcome, hit_location);
    Command::ManualOutcome(ManualOutcomeSubmission { error_bases, result, injury, ..submission })
}

fn reading(x_check: XCheckSubmission) -> Command {
    let submission = ManualOutcomeSubmission::of(PlayOutcome::XCheck, None);
    Command::ManualOutcome(ManualOutcomeSubmission { x_check: Some(x_check), ..submission })
}

fn outcome(outcome: PlayOutcome, hit_location: Option<Position>) -> Command {
    Command::ManualOutcome(ManualOutcomeSubmission::of(outcome, hit_location))
}

/// A manual game whose first at-bat roll waits.
fn waiting(seed: u64) -> Game {
    let mut game = Game::manual(seed, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingOutcome, |_| true);
    game
}

/// The field a refused command is told about; the refusal changes nothing.
fn refused(game: &mut Game, command: &Command) -> (RejectionCode, Option<String>) {
    let (before, position) = (game.state.clone(), game.dice.position());
    let refusal = game.order(command).expect_err("refused");
    assert_eq!(game.state, before, "{refusal}");
    assert_eq!(game.dice.position(), position, "{refusal}");
    (refusal.code, refusal.field)
}

#[test]
fn the_roll_waits_for_the_outcome_that_the_batting_side_reads() {
    let mut game = waiting(1);
    let roll = game.state.pending_manual_roll.clone().expect("the roll waits");
    assert!(matches!(roll.dice, RollDice::Ab { .. }));
    assert_eq!(game.state.pending_decision.as_ref().map(|pending| pending.side), Some(Side::Away));
    game.must(&outcome(PlayOutcome::Double2, None));
    let play = plays(&game)[0];
    check_play(play);
    assert_eq!((play.outcome, play.batter_to, play.hit_bases), (PlayOutcome::Double2, Some(2), 2));
    assert_eq!(game.state.pending_manual_roll, None);
}

#[test]
fn wrong_submissions_are_refused_by_name_and_change_nothing() {
    let mut game = waiting(1);
    let invalid = |field: &str| (RejectionCode::Invalid, Some(field.to_owned()));
    for (command, field) in [
        (outcome(PlayOutcome::GroundballA, None), "hit_location"),
        (outcome(PlayOutcome::GroundballA, Some(Position::LeftField)), "hit_location"),
        (outcome(PlayOutcome::FlyoutB, Some(Position::Shortstop)), "hit_location"),
        (outcome(PlayOutcome::SingleUncapped, None), "hit_location"),
        (outcome(PlayOutcome::Strikeout, Some(Position::Catcher)), "hit_location"),
        (outcome(PlayOutcome::XCheck, Some(Position::DesignatedHitter)), "hit_location"),
        (outcome(PlayOutcome::WildPitch, None), "outcome"),
        (outcome(PlayOutcome::StolenBase, None), "outcome"),
        (outcome(PlayOutcome::Balk, None), "outcome"),
        (outcome(PlayOutcome::SacBunt, None), "outcome"),
        (outcome(PlayOutcome::HitAndRun, None), "outcome"),
        (outcome(PlayOutcome::IntentionalWalk, None), "outcome"),
        (reading(XCheckSubmission { code: RangeCode::G1, error: ErrorSize::No }), "hit_location"),
    ] {
        assert_eq!(refused(&mut game, &command), invalid(field), "{command:?}");
    }
    assert_eq!(refused(&mut game, &Command::Roll {}).0, RejectionCode::WrongPhase);
    let other = game.order_as(Issuer::Manager(Side::Home), &outcome(PlayOutcome::Walk, None));
    assert_eq!(other.expect_err("not his").code, RejectionCode::NotYourTurn);
    game.must(&outcome(PlayOutcome::Walk, None));
    let again = refused(&mut game, &outcome(PlayOutcome::Walk, None));
    assert_eq!(again.0, RejectionCode::WrongPhase, "no roll waits any more");
}

#[test]
fn an_outcome_in_an_auto_game_is_refused() {
    let mut game = Game::new(1, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingRoll, |_| true);
    assert_eq!(refused(&mut game, &outcome(PlayOutcome::Walk, None)).0, RejectionCode::WrongPhase);
}

#[test]
fn an_x_check_shows_the_chart_and_takes_the_reading() {
    let mut game = waiting(3);
    game.must(&outcome(PlayOutcome::XCheck, Some(Position::Shortstop)));
    let roll = game.state.pending_x_check.clone().expect("the X-Check waits");
    assert_eq!(roll.chart_row, CHARTS.range.row(Position::Shortstop, roll.d20));
    assert_eq!(game.state.decision_phase, DecisionPhase::AwaitingOutcome);
    let missing = RangeCode::ALL.iter().find(|code| !roll.chart_row.contains(code)).expect("a row is short");
    let invalid = |field: &str| (RejectionCode::Invalid, Some(field.to_owned()));
    let wrong_code = reading(XCheckSubmission { code: *missing, error: ErrorSize::No });
    assert_eq!(refused(&mut game, &wrong_code), invalid("x_check.code"));
    let three_bases = reading(XCheckSubmission { code: roll.chart_row[0], error: ErrorSize::E3 });
    assert_eq!(refused(&mut game, &three_bases), invalid("x_check.error"), "infielders don't err so");
    assert_eq!(refused(&mut game, &outcome(PlayOutcome::XCheck, None)), invalid("x_check"));
    assert_eq!(refused(&mut game, &outcome(PlayOutcome::Walk, None)), invalid("outcome"));
    game.must(&reading(XCheckSubmission { code: roll.chart_row[4], error: ErrorSize::No }));
    let audit = plays(&game)[0].resolution.x_check.clone().expect("the audit trail");
    assert_eq!((audit.d20, audit.base_code.as_str()), (roll.d20, roll.chart_row[4].as_str()));
    assert_eq!(game.state.pending_x_check, None);
}

#[test]
fn an_error_gives_as_many_bases_as_submitted() {
    let mut game = waiting(1);
    let error = |error_bases| {
        let submission = ManualOutcomeSubmission::of(PlayOutcome::Error, Some(Position::Shortstop));
        Command::ManualOutcome(ManualOutcomeSubmission { error_bases, ..submission })
    };
    assert_eq!(refused(&mut game, &error(Some(4))).1.as_deref(), Some("error_bases"));
    game.must(&error(Some(2)));
    let play = plays(&game)[0];
    assert_eq!((play.batter_to, play.hit_bases), (Some(2), 0));
    assert_eq!(play.error.map(|error| error.bases), Some(2));
}

#[test]
fn a_steal_is_submitted_for_its_jump_roll_or_called_off_by_rolling_on() {
    let steal = OffensiveDecision { steal_attempts: vec![Base::Second], ..OffensiveDecision::default() };
    for outcome_of_jump in [Some(PlayOutcome::StolenBase), Some(PlayOutcome::CaughtStealing), None] {
        let mut game = waiting(2);
        game.must(&outcome(PlayOutcome::Walk, None));
        game.must(&game.next_command());
        game.must(&Command::OffensiveDecision(steal.clone()));
        game.must(&Command::Roll {});
        let dice = game.state.pending_manual_roll.as_ref().expect("the jump waits").dice.clone();
        assert!(matches!(dice, RollDice::Jump { .. }));
        assert_eq!(refused(&mut game, &outcome(PlayOutcome::Walk, None)).1.as_deref(), Some("outcome"));
        let Some(result) = outcome_of_jump else {
            game.must(&Command::Roll {});
            let dice = &game.state.pending_manual_roll.as_ref().expect("the batter's roll waits").dice;
            assert!(matches!(dice, RollDice::Ab { .. }));
            continue;
        };
        game.must(&outcome(result, None));
        let play = plays(&game)[1];
        check_play(play);
        assert_eq!((play.outcome, play.plate_appearance), (result, false));
        let to = if result == PlayOutcome::StolenBase { 2 } else { 0 };
        assert_eq!(play.runners_to[0], Some(to));
        assert_eq!(play.runner_id, play.runners[0].map(|runner| runner.lineup_id));
    }
}

#[test]
fn a_check_of_the_chaos_die_is_announced_and_may_be_submitted() {
    for seed in 0..200 {
        let mut game = waiting(seed);
        game.must(&outcome(PlayOutcome::Walk, None));
        game.play_until(DecisionPhase::AwaitingOutcome, |state| state.pending_manual_roll.is_some());
        let announced = game.journal.last().expect("an entry").iter().find_map(|event| match event {
            Event::CheckAnnounced { check } => Some(*check),
            _ => None,
        });
        let Some(check) = announced else { continue };
        game.must(&outcome(check, None));
        let play = plays(&game)[1];
        assert_eq!((play.outcome, play.runners_to[0], play.batter_to), (check, Some(2), None));
        return;
    }
    panic!("one roll in ten announces a check");
}

#[test]
fn an_ai_side_is_never_asked_for_an_outcome() {
    let mut game = Game::created(1, GameSettings::default(), |setup| {
        setup.auto_mode = false;
        setup.teams.away.is_ai = true;
    });
    game.play_until(DecisionPhase::AwaitingOutcome, |_| true);
    assert_eq!(game.state.pending_decision.as_ref().map(|pending| pending.side), Some(Side::Home));
}
