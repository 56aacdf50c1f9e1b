//! Going back: with consent, to the same game, under new numbers (RULES 7.6, GUARANTEES G14).

use super::{Choices, play, random_command, replayed};
use crate::id::PlayNumber;
use crate::rules::command::{AnswerRollback, Command, Issuer, ProposeRollback};
use crate::rules::decision::DefensiveDecision;
use crate::rules::event::Event;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::{GameSettings, GameState};
use crate::rules::testing::Game;
use crate::rules::vocabulary::{DecisionPhase, GameMode, Side, Status};
use std::collections::BTreeMap;

const HOME: Issuer = Issuer::Manager(Side::Home);
const AWAY: Issuer = Issuer::Manager(Side::Away);

fn propose(to_play: i32) -> Command {
    Command::ProposeRollback(ProposeRollback { to_play: PlayNumber(to_play) })
}

fn answer(accept: bool) -> Command {
    Command::AnswerRollback(AnswerRollback { accept })
}

/// A game in which so many plays were made.
fn played(plays: i32) -> Game {
    let mut game = Game::new(7, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingDefensive, |state| state.play_count.0 >= plays);
    game
}

/// The state without the numbers that are used once in a game.
fn without_numbers(state: &GameState) -> GameState {
    let other = state.clone();
    let pending_decision = other.pending_decision.clone().map(|mut pending| {
        pending.seq = crate::id::Seq(0);
        pending
    });
    GameState {
        seq: crate::id::Seq(0),
        dice_position: 0,
        next_roll_id: crate::id::RollNumber(0),
        next_lineup_id: crate::id::LineupId(0),
        pending_decision,
        ..other
    }
}

#[test]
fn going_back_needs_the_other_manager() {
    let mut game = played(10);
    game.order_as(HOME, &propose(4)).expect("proposed");
    assert_eq!(game.state.play_count.0, 10, "nothing happens yet");
    let own = game.order_as(HOME, &answer(true)).expect_err("his own proposal");
    assert_eq!(own.code, RejectionCode::NotYourTurn);
    game.order_as(AWAY, &answer(false)).expect("declined");
    assert_eq!(game.state.pending_rollback, None);
    let late = game.order_as(AWAY, &answer(true)).expect_err("nothing is proposed");
    assert_eq!(late.code, RejectionCode::WrongPhase);
    game.order_as(HOME, &propose(4)).expect("proposed again");
    game.order_as(AWAY, &answer(true)).expect("accepted");
    assert_eq!(game.state.play_count, PlayNumber(4));
}

#[test]
fn a_proposal_lapses_with_the_next_play_and_the_operator_needs_no_consent() {
    let mut game = played(10);
    game.order_as(HOME, &propose(4)).expect("proposed");
    game.play_until(DecisionPhase::AwaitingDefensive, |state| state.play_count.0 > 10);
    assert_eq!(game.order_as(AWAY, &answer(true)).expect_err("lapsed").code, RejectionCode::WrongPhase);
    game.order(&propose(0)).expect("the operator's word");
    assert_eq!((game.state.play_count.0, game.state.inning), (0, 1));
}

#[test]
fn only_plays_that_were_made_can_be_gone_back_to() {
    let mut game = played(3);
    for to_play in [-1, game.state.play_count.0, 99] {
        let refusal = game.order_as(HOME, &propose(to_play)).expect_err("no such play");
        assert_eq!(refusal.field.as_deref(), Some("to_play"), "{to_play}: {refusal}");
    }
}

#[test]
fn an_ai_manager_agrees_unless_the_game_counts() {
    for mode in [GameMode::League, GameMode::Exhibition] {
        let mut game = Game::created(7, GameSettings::default(), |setup| {
            setup.teams.away.is_ai = true;
            setup.game_mode = mode;
        });
        game.play_until(DecisionPhase::AwaitingDefensive, |state| state.play_count.0 >= 5);
        let answered = game.order_as(HOME, &propose(2));
        assert_eq!(answered.is_ok(), mode == GameMode::Exhibition);
    }
}

#[test]
fn going_back_equals_never_having_played_on() {
    for seed in 0..60 {
        let mut choices = Choices(seed);
        let mut game = if seed % 3 == 0 {
            Game::manual(seed, GameSettings::default())
        } else {
            Game::new(seed, GameSettings::default())
        };
        let mut after: BTreeMap<i32, GameState> = BTreeMap::new();
        let stop = 20 + choices.pick(150);
        while game.journal.len() < stop && !game.state.is_over() {
            let command = random_command(&game, &mut choices);
            if game.order(&command).is_err() {
                game.must(&game.next_command());
            }
            let is_new = game.state.decision_phase == DecisionPhase::AwaitingDefensive
                && game.state.status == Status::Active
                && !matches!(command, Command::Substitute(_));
            if is_new {
                after.entry(game.state.play_count.0).or_insert_with(|| game.state.clone());
            }
        }
        let last = game.state.play_count.0;
        if game.state.is_over() || last == 0 {
            continue;
        }
        if game.state.status == Status::Paused {
            game.must(&Command::Resume {});
        }
        let targets: Vec<i32> = after.keys().copied().filter(|play| *play < last).collect();
        let to_play = targets[choices.pick(targets.len())];
        let before = game.state.clone();
        game.must(&propose(to_play));
        let state = &game.state;
        assert_eq!(without_numbers(state), without_numbers(&after[&to_play]), "seed {seed}");
        assert_eq!(state.dice_position, before.dice_position, "no die is thrown twice");
        assert_eq!(state.next_roll_id, before.next_roll_id);
        assert_eq!(state.next_lineup_id, before.next_lineup_id);
        assert_eq!(state.pending_decision.as_ref().map(|pending| pending.seq), Some(state.seq));
        play(&mut game, Some(choices));
        assert_eq!(replayed(&game), game.state, "seed {seed}");
    }
}

#[test]
fn between_two_plays_of_one_entry_there_is_a_way_back_too() {
    let (mut game, steal) = super::running::double_steal();
    game.order(&propose(steal.0)).expect("back between the two plays of a double steal");
    assert_eq!(game.state.play_count, steal);
    assert_eq!(game.state.decision_phase, DecisionPhase::AwaitingDefensive);
    game.must(&Command::DefensiveDecision(DefensiveDecision::default()));
    play(&mut game, None);
    assert_eq!(replayed(&game), game.state);
}

#[test]
fn the_journal_keeps_what_was_undone() {
    let mut game = played(10);
    let entries = game.journal.len();
    game.order(&propose(3)).expect("back");
    assert_eq!(game.journal.len(), entries + 1);
    assert!(matches!(game.journal[entries][0], Event::RolledBack { to_play: PlayNumber(3), .. }));
    play(&mut game, None);
    let numbers: Vec<_> = super::plays(&game).iter().map(|play| play.play_number.0).collect();
    assert_eq!(numbers[..13], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 4, 5, 6]);
}
