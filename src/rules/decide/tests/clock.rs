//! The clock: no deadline is taken before its time, and a game that everybody walks away from ends, or stands where it
//! is said to.

use super::{Choices, check_game, random_command, replayed};
use crate::rules::command::{Command, ExtendDeadline, Issuer};
use crate::rules::event::{Ending, Event};
use crate::rules::moment::Moment;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::{GameSettings, PendingDecision};
use crate::rules::testing::Game;
use crate::rules::vocabulary::{DecisionPhase, Side, Status};
use proptest::prelude::*;

const SECONDS: u32 = 60;

fn clocked(missed_deadlines_max: Option<u8>) -> GameSettings {
    GameSettings {
        innings: 3,
        decision_seconds: Some(SECONDS),
        missed_deadlines_max,
        ..GameSettings::default()
    }
}

fn owed(game: &Game) -> &PendingDecision {
    game.state.pending_decision.as_ref().expect("somebody owes a decision")
}

fn deadline(game: &Game) -> Moment {
    owed(game).deadline.expect("a clock runs")
}

fn started(seed: u64, settings: GameSettings) -> Game {
    let mut game = Game::new(seed, settings);
    game.must(&Command::Start {});
    game
}

/// Lets the deadline pass.
fn pass(game: &mut Game) {
    game.at = deadline(game);
    game.order_as(Issuer::Host, &Command::TakeDefault {}).expect("its time has come");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whoever_is_asked_has_his_whole_time_and_no_deadline_is_taken_before_it(
        seed in 0_u64..1_000_000, is_manual: bool, steps in prop::collection::vec((0_u32..100, 0_u8..8), 40..160)
    ) {
        let mut game = if is_manual { Game::manual(seed, clocked(None)) } else { Game::new(seed, clocked(None)) };
        let mut choices = Choices(seed);
        for (seconds, kind) in steps {
            if game.state.is_over() {
                break;
            }
            game.at = game.at.plus_seconds(seconds);
            let due = game.state.pending_decision.as_ref().and_then(|pending| pending.deadline);
            let before = game.state.clone();
            let taken = game.order_as(Issuer::Host, &Command::TakeDefault {});
            prop_assert_eq!(taken.is_ok(), due.is_some_and(|due| game.at >= due), "at {}, due {:?}", game.at, due);
            if taken.is_err() {
                prop_assert_eq!(&game.state, &before);
                let command = random_command(&game, &mut choices);
                if game.order(&command).is_err() {
                    game.must(&game.next_command());
                }
            }
            if kind == 0 && game.state.pending_decision.as_ref().is_some_and(|pending| pending.deadline.is_some()) {
                let (due, at) = (deadline(&game), game.at);
                game.order_as(Issuer::Host, &Command::ExtendDeadline(ExtendDeadline { seconds })).expect("a clock runs");
                prop_assert_eq!(deadline(&game), due.plus_seconds(seconds).max(at.plus_seconds(30)));
            }
            let asked = game.journal.last().expect("an entry").iter().find_map(|event| match event {
                Event::DecisionRequested { deadline, .. } => Some(*deadline),
                _ => None,
            });
            if let Some(asked) = asked {
                prop_assert!(asked >= Some(game.at.plus_seconds(SECONDS.min(30))));
                prop_assert!(kind == 0 || asked == Some(game.at.plus_seconds(SECONDS)));
            }
            prop_assert_eq!(replayed(&game), game.state.clone());
        }
    }
}

#[test]
fn a_game_that_both_managers_walk_away_from_is_played_to_its_end() {
    for seed in 0..12 {
        let mut game = started(seed, clocked(None));
        while !game.state.is_over() {
            pass(&mut game);
        }
        check_game(&game);
        assert_ne!(game.state.ended_by, Some(Ending::Forfeit), "seed {seed}");
        assert_eq!(replayed(&game), game.state);
    }
}

#[test]
fn a_side_that_misses_as_many_in_a_row_as_are_allowed_forfeits() {
    let mut game = started(1, clocked(Some(3)));
    let loser = loop {
        let side = owed(&game).side;
        pass(&mut game);
        if game.state.is_over() {
            break side;
        }
    };
    assert_eq!((game.state.ended_by, game.state.winner), (Some(Ending::Forfeit), Some(loser.opponent())));
    assert_eq!(game.state.missed_deadlines[loser], 3);
    let reason = game.state.forfeit.as_ref().and_then(|forfeit| forfeit.reason.as_deref());
    assert_eq!(reason, Some("missed 3 deadlines in a row"));
}

#[test]
fn who_acts_again_begins_anew() {
    let mut game = started(2, clocked(Some(2)));
    for _ in 0..20 {
        let (side, phase) = (owed(&game).side, owed(&game).phase);
        pass(&mut game);
        assert_eq!(game.state.missed_deadlines[side], 1);
        let missed = Event::DeadlineMissed { side, phase, in_a_row: 1 };
        assert_eq!(game.journal.last().and_then(|entry| entry.first()), Some(&missed));
        for side in Side::ALL {
            while !game.state.is_over() && game.state.missed_deadlines[*side] > 0 {
                let issuer = Issuer::Manager(owed(&game).side);
                game.order_as(issuer, &game.next_command()).expect("legal");
            }
        }
        if game.state.is_over() {
            return;
        }
        let back =
            game.journal.iter().flatten().filter(|event| matches!(event, Event::ManagerReturned { .. }));
        assert!(back.count() > 0);
    }
}

#[test]
fn what_stands_on_a_printed_card_is_not_guessed_the_game_is_paused() {
    let mut game = Game::manual(3, clocked(Some(2)));
    game.must(&Command::Start {});
    game.play_until(DecisionPhase::AwaitingOutcome, |_| true);
    let (roll, side) = (game.state.pending_manual_roll.clone(), owed(&game).side);
    pass(&mut game);
    assert_eq!((game.state.status, owed(&game).deadline), (Status::Paused, None));
    assert_eq!(game.state.pending_manual_roll, roll, "what was rolled still waits for its reading");
    game.at = game.at.plus_seconds(100_000);
    let refused = game.order_as(Issuer::Host, &Command::TakeDefault {}).expect_err("no clock runs");
    assert_eq!(refused.code, RejectionCode::WrongPhase);
    game.order_as(Issuer::Manager(side.opponent()), &Command::Resume {}).expect("either manager may");
    assert_eq!(deadline(&game), game.at.plus_seconds(SECONDS), "a fresh clock");
    pass(&mut game);
    assert_eq!(game.state.ended_by, Some(Ending::Forfeit), "his second in a row");
}

#[test]
fn a_pause_stops_the_clock_and_its_end_gives_a_fresh_one() {
    let mut game = started(4, clocked(None));
    game.must(&Command::Pause {});
    assert_eq!(owed(&game).deadline, None);
    game.at = game.at.plus_seconds(1_000_000);
    game.must(&Command::Resume {});
    let moved = Event::DeadlineMoved { side: owed(&game).side, deadline: game.at.plus_seconds(SECONDS) };
    assert_eq!(game.journal.last(), Some(&vec![Event::Resumed {}, moved]));
}

#[test]
fn the_clock_is_the_hosts_alone_and_an_ai_manager_has_none() {
    let mut game = started(5, clocked(None));
    game.at = deadline(&game);
    for issuer in [Issuer::Manager(Side::Home), Issuer::Manager(Side::Away), Issuer::Operator] {
        for command in [Command::TakeDefault {}, Command::ExtendDeadline(ExtendDeadline { seconds: 9 })] {
            let refused = game.order_as(issuer, &command).expect_err("not his");
            assert_eq!(refused.code, RejectionCode::Forbidden, "{issuer}");
        }
    }
    let mut game = Game::created(5, clocked(None), |setup| setup.teams.home.is_ai = true);
    game.must(&Command::Start {});
    assert_eq!((owed(&game).side, owed(&game).deadline), (Side::Home, None));
    game.must(&game.next_command());
    assert_eq!((owed(&game).side, owed(&game).deadline), (Side::Away, Some(game.at.plus_seconds(SECONDS))));
}

#[test]
fn clocks_out_of_bounds_are_refused_by_name() {
    let refused = |decision_seconds, missed_deadlines_max| {
        let settings = GameSettings { decision_seconds, missed_deadlines_max, ..GameSettings::default() };
        crate::rules::check_clock(&settings).err().and_then(|refusal| refusal.field)
    };
    let (seconds, missed) =
        (Some("settings.decision_seconds".to_owned()), Some("settings.missed_deadlines_max".to_owned()));
    for (clock, max, field) in [
        (None, None, &None),
        (Some(5), None, &None),
        (Some(604_800), Some(99), &None),
        (Some(4), None, &seconds),
        (Some(604_801), None, &seconds),
        (Some(60), Some(0), &missed),
        (Some(60), Some(100), &missed),
        (None, Some(3), &missed),
    ] {
        assert_eq!(&refused(clock, max), field, "{clock:?} {max:?}");
    }
}
