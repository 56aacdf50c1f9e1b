//! The managers' promises: what they choose is accepted, what they expect comes about, and they never hesitate.

mod choices;

use super::outlook::Outlook;
use super::{choose, choose_as, trial};
use crate::rules::command::{Command, Issuer};
use crate::rules::decision::{Approach, DefensiveDecision, OffensiveDecision};
use crate::rules::event::{Event, Play};
use crate::rules::moment::Moment;
use crate::rules::state::{GameSettings, GameState};
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::{AiDifficulty, DecisionPhase, Position, Side};
use crate::rules::{PlaySituation, decide};

/// Plays a game in which both managers choose at this difficulty; `see` sees every state with a choice due.
fn play(seed: u64, difficulty: AiDifficulty, see: &mut dyn FnMut(&GameState, &Command)) -> GameState {
    let settings = GameSettings { extra_inning_runner: seed.is_multiple_of(2), ..GameSettings::default() };
    let mut game = Game::new(seed, settings);
    game.order(&Command::Start {}).expect("both line-ups are set");
    while !game.state.is_over() {
        let side = game.state.pending_decision.as_ref().expect("a running game waits for somebody").side;
        let command = choose_as(difficulty, &game.state, &CARDS, side)
            .expect("the manager who owes a decision makes one");
        see(&game.state, &command);
        let events = decide(&game.state, &CARDS, Issuer::Manager(side), &command, game.at, &mut game.dice)
            .unwrap_or_else(|refusal| {
                panic!(
                    "seed {seed}, {difficulty}, entry {}: {command:?} is refused: {refusal}",
                    game.state.seq
                )
            });
        game.state.apply_entry(game.state.seq.next(), &events);
    }
    game.state
}

#[test]
fn every_choice_at_every_difficulty_is_accepted() {
    for difficulty in AiDifficulty::ALL {
        for seed in 0..24 {
            play(seed, *difficulty, &mut |_, _| ());
        }
    }
}

#[test]
fn the_same_state_gets_the_same_answer_and_nobody_else_has_one() {
    play(7, AiDifficulty::Hard, &mut |state, command| {
        let pending = state.pending_decision.as_ref().expect("a choice is due");
        assert_eq!(choose_as(AiDifficulty::Hard, state, &CARDS, pending.side).as_ref(), Some(command));
        assert_eq!(choose(state, &CARDS, pending.side.opponent()), None);
    });
}

/// The chance of the batting team to win after a play, by the tables.
fn worth_after(before: &GameState, events: &[Event]) -> Option<f64> {
    let play: &Play = events.iter().find_map(|event| match event {
        Event::PlayResolved(play) => Some(play.as_ref()),
        _ => None,
    })?;
    let mut after = before.clone();
    after.apply_entry(before.seq.next(), events);
    let worth = trial::worth(&after, before.batting_side());
    // Interruptions and rare plays are beyond the manager's horizon.
    let rare = play.resolution.x_check.as_ref().is_some_and(|check| check.rare_play);
    (play.plate_appearance && !rare).then_some(worth)
}

#[test]
fn what_the_hard_manager_expects_is_what_the_rules_make_of_it() {
    const ROLLS: u32 = 4_000;
    let mut situations = Vec::new();
    let mut keep = |state: &GameState, _: &Command| {
        // The outlook reads the cards as they are printed, for a pitcher who has not tired (RULES 7.5).
        let pitcher = state.lineups[state.fielding_side()].at(Position::Pitcher);
        let rested = pitcher.is_some_and(|pitcher| !pitcher.is_fatigued);
        if state.decision_phase == DecisionPhase::AwaitingRoll && state.play_count.0 % 23 == 0 && rested {
            situations.push(state.clone());
        }
    };
    play(11, AiDifficulty::Hard, &mut keep);
    assert!(situations.len() > 2, "the game was long enough");
    for (number, mut state) in (0_u64..).zip(situations) {
        let approach = Approach::ALL[usize::try_from(number).expect("few situations") % 4];
        state.pending_offensive_decision =
            Some(OffensiveDecision { approach, ..OffensiveDecision::default() });
        let play = PlaySituation::new(&state, &CARDS).expect("a game in progress");
        let expected = Outlook::new(&play).expect("rated cards").worth_with(approach);
        let mut dice = Game::new(number + 1_000, GameSettings::default()).dice;
        let outcomes: Vec<f64> = (0..ROLLS)
            .filter_map(|_| {
                let events =
                    decide(&state, &CARDS, Issuer::Operator, &Command::Roll {}, Moment::EPOCH, &mut dice);
                worth_after(&state, &events.expect("the roll is due"))
            })
            .collect();
        let count = f64::from(u32::try_from(outcomes.len()).expect("as many as rolls"));
        let mean = outcomes.iter().sum::<f64>() / count;
        let variance = outcomes.iter().map(|worth| (worth - mean).powi(2)).sum::<f64>() / count;
        let error = (variance / count).sqrt();
        assert!(
            (mean - expected).abs() < 4.0 * error + 1e-4,
            "play {}, {approach}: expected {expected:.5}, {ROLLS} rolls give {mean:.5} ± {error:.5}",
            state.play_count
        );
    }
}

#[test]
fn a_manager_who_looks_ahead_answers_the_field_he_sees() {
    let mut game = Game::new(3, GameSettings::default());
    game.order(&Command::Start {}).expect("both line-ups are set");
    game.order(&Command::DefensiveDecision(DefensiveDecision::default())).expect("nothing special is legal");
    let play = PlaySituation::new(&game.state, &CARDS).expect("a game in progress");
    let outlook = Outlook::new(&play).expect("rated cards");
    let (best, worth) = outlook.best_approach();
    assert!(Approach::ALL.iter().all(|approach| outlook.worth_with(*approach) <= worth));
    let chosen = choose_as(AiDifficulty::Hard, &game.state, &CARDS, Side::Away);
    let expected = OffensiveDecision { approach: best, ..OffensiveDecision::default() };
    assert_eq!(chosen, Some(Command::OffensiveDecision(expected)));
}
