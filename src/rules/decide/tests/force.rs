//! Forced outcomes: in practice games only, like any other play, and the same when decided again.

use crate::rules::charts::CHARTS;
use crate::rules::charts::outcomes::LocationRule;
use crate::rules::command::{Command, ForceOutcome, Issuer};
use crate::rules::decide;
use crate::rules::decision::{Base, OffensiveDecision};
use crate::rules::dice::RecordedDice;
use crate::rules::event::Event;
use crate::rules::moment::Moment;
use crate::rules::outcome::PlayOutcome;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::{GameSettings, GameState};
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::{DecisionPhase, GameMode, Position, Side};

fn forced(outcome: PlayOutcome, hit_location: Option<Position>) -> Command {
    Command::ForceOutcome(ForceOutcome { outcome, hit_location, error_bases: None })
}

/// A place that the outcome takes.
fn place(outcome: PlayOutcome) -> Option<Position> {
    match CHARTS.outcomes.facts(outcome).location {
        LocationRule::None => None,
        LocationRule::Infield | LocationRule::Any => Some(Position::Shortstop),
        LocationRule::Outfield => Some(Position::CenterField),
    }
}

fn practice(seed: u64, is_auto: bool) -> Game {
    Game::created(seed, GameSettings::default(), |setup| {
        setup.game_mode = GameMode::Practice;
        setup.auto_mode = is_auto;
    })
}

/// A runner on first with nobody behind him, and a steal sign where it is wanted, waiting for the roll.
fn with_runner(seed: u64, is_auto: bool, steals: bool) -> Game {
    let mut game = practice(seed, is_auto);
    game.play_until(DecisionPhase::AwaitingRoll, |_| true);
    game.must(&forced(PlayOutcome::Single1, None));
    game.play_until(DecisionPhase::AwaitingOffensive, |state| state.on_base_code() == 1);
    let steal_attempts = if steals { vec![Base::Second] } else { Vec::new() };
    game.must(&Command::OffensiveDecision(OffensiveDecision {
        steal_attempts,
        ..OffensiveDecision::default()
    }));
    game
}

/// What the rules make of the last command, decided again with the dice on record.
fn decided_again(game: &Game, before: &GameState) -> Vec<Event> {
    let (last, command) = (game.journal.last().expect("an entry"), game.commands.last().expect("a command"));
    let mut dice = RecordedDice::new(last, "");
    dice.seek(before.dice_position);
    let events = decide(before, &CARDS, Issuer::Operator, command, Moment::EPOCH, &mut dice)
        .expect("it was accepted once");
    assert_eq!(dice.fault(), None);
    events
}

#[test]
fn every_outcome_can_be_forced_and_is_decided_the_same_again() {
    for is_auto in [true, false] {
        for &outcome in PlayOutcome::ALL {
            let of_a_steal = [PlayOutcome::StolenBase, PlayOutcome::CaughtStealing, PlayOutcome::PickOff]
                .contains(&outcome);
            let mut game = with_runner(7, is_auto, of_a_steal);
            if outcome == PlayOutcome::Squeeze {
                game.must(&forced(PlayOutcome::Triple, None));
                game.play_until(DecisionPhase::AwaitingRoll, |state| state.on_base_code() == 4);
            }
            let before = game.state.clone();
            game.must(&forced(outcome, place(outcome)));
            let events = game.journal.last().expect("an entry");
            assert_eq!(events[0], Event::OutcomeForced { side: Side::Away, outcome });
            let is_at_bat =
                |event: &Event| matches!(event, Event::DiceRolled { roll } if roll.purpose == "at_bat");
            assert!(!events.iter().any(is_at_bat), "{outcome} was asked for, not rolled");
            let made = events.iter().any(|event| {
                matches!(event, Event::PlayResolved(play) if play.outcome == outcome || outcome == PlayOutcome::XCheck)
                    || matches!(event, Event::PlayUnresolved(_))
            });
            assert!(made, "{outcome}: {events:?}");
            assert_eq!(&decided_again(&game, &before), events, "{outcome}");
        }
    }
}

#[test]
fn a_forced_x_check_shows_every_step() {
    let mut game = practice(3, true);
    game.play_until(DecisionPhase::AwaitingRoll, |_| true);
    game.must(&forced(PlayOutcome::XCheck, Some(Position::Shortstop)));
    let trail = game.events().find_map(|event| match event {
        Event::PlayResolved(play) => play.resolution.x_check.as_ref(),
        Event::PlayUnresolved(pending) => pending.resolution.x_check.as_ref(),
        _ => None,
    });
    assert_eq!(trail.expect("the steps").position, Position::Shortstop);
}

#[test]
fn elsewhere_and_out_of_turn_it_is_refused() {
    let mut exhibition = Game::new(1, GameSettings::default());
    exhibition.play_until(DecisionPhase::AwaitingRoll, |_| true);
    let refusal = exhibition.order(&forced(PlayOutcome::Homerun, None)).expect_err("no practice game");
    assert_eq!(refusal.code, RejectionCode::Forbidden);

    let mut game = practice(1, true);
    game.play_until(DecisionPhase::AwaitingOffensive, |_| true);
    let refusal = game.order(&forced(PlayOutcome::Homerun, None)).expect_err("too early");
    assert_eq!(refusal.code, RejectionCode::WrongPhase);
    game.play_until(DecisionPhase::AwaitingRoll, |_| true);
    let refusal =
        game.order_as(Issuer::Manager(Side::Home), &forced(PlayOutcome::Homerun, None)).expect_err("not his");
    assert_eq!(refusal.code, RejectionCode::NotYourTurn);
    for (command, field) in [
        (forced(PlayOutcome::WildPitch, None), "outcome"),
        (forced(PlayOutcome::StolenBase, None), "outcome"),
        (forced(PlayOutcome::SacBunt, None), "outcome"),
        (forced(PlayOutcome::GroundballA, None), "hit_location"),
        (forced(PlayOutcome::GroundballA, Some(Position::LeftField)), "hit_location"),
        (forced(PlayOutcome::Homerun, Some(Position::LeftField)), "hit_location"),
    ] {
        let before = game.state.clone();
        let refusal = game.order(&command).expect_err("must be refused");
        assert_eq!(refusal.field.as_deref(), Some(field), "{command:?}: {refusal}");
        assert_eq!(game.state, before);
    }
}
