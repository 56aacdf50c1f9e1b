//! Every combination of signs in every situation against the legality list of `decisions.toml`, restated here
//! sentence by sentence: what is legal is accepted, and everything else refused with its field.

use crate::id::LineupId;
use crate::rules::command::{Command, Issuer};
use crate::rules::decide;
use crate::rules::decision::{Base, DefensiveDecision, InfieldDepth, OffensiveDecision, OutfieldDepth};
use crate::rules::rejection::RejectionCode;
use crate::rules::state::{GameSettings, GameState, Runner};
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::{DecisionPhase, Half};

const BASES: [Base; 3] = [Base::First, Base::Second, Base::Third];

/// Runners on these bases, so many outs.
fn situation(base: &GameState, bits: u8, outs: u8) -> GameState {
    let mut state = base.clone();
    state.outs = outs;
    state.runners = std::array::from_fn(|index| {
        let lineup_id = LineupId(3 + i32::try_from(index).expect("three bases"));
        let runner = Runner { lineup_id, responsible_pitcher: None, reached_on: None, unearned: false };
        (bits & 1 << index != 0).then_some(runner)
    });
    state
}

fn waiting(phase: DecisionPhase) -> GameState {
    let mut game = Game::new(1, GameSettings::default());
    game.play_until(phase, |_| true);
    game.state
}

/// Whether the command is accepted; a refusal must name its field.
fn accepted(state: &GameState, command: &Command) -> bool {
    let mut game = Game::new(1, GameSettings::default());
    match decide(state, &CARDS, Issuer::Operator, command, &mut game.dice) {
        Ok(_) => true,
        Err(refusal) => {
            assert_eq!(refusal.code, RejectionCode::Invalid, "{refusal}");
            assert!(refusal.field.is_some(), "{refusal}");
            false
        }
    }
}

fn subset<T: Copy>(of: &[T], bits: u8) -> Vec<T> {
    of.iter().enumerate().filter(|(index, _)| bits & 1 << index != 0).map(|(_, item)| *item).collect()
}

#[test]
fn offensive_signs_are_accepted_exactly_where_they_are_legal() {
    let base = waiting(DecisionPhase::AwaitingOffensive);
    let mut legal = 0;
    for bits in 0..8_u8 {
        for outs in 0..3 {
            let state = situation(&base, bits, outs);
            let on = |number: u8| bits & 1 << (number - 1) != 0;
            for signs in 0..32_u8 {
                let steal_attempts = subset(&[Base::Second, Base::Third, Base::Home], signs);
                let (hit_and_run, bunt_attempt) = (signs & 8 != 0, signs & 16 != 0);
                let goes = |target: u8| steal_attempts.iter().any(|base| u8::from(*base) == target);
                // "runner on the base before the target; target base empty, or its runner also stealing"
                let steals_fit = steal_attempts.iter().all(|target| {
                    let target = u8::from(*target);
                    on(target - 1) && (target == 4 || !on(target) || goes(target + 1))
                });
                let steals = !steal_attempts.is_empty();
                // "needs a runner and fewer than two outs; excludes hit_and_run and steal attempts"
                let bunt_fits = !bunt_attempt || (bits != 0 && outs < 2 && !hit_and_run && !steals);
                // "needs R1; excludes bunt and steal attempts"; R2 runs too, so third must be free for him
                let is_blocked = on(2) && on(3);
                let run_fits = !hit_and_run || (on(1) && !is_blocked && !bunt_attempt && !steals);
                let expected = steals_fit && bunt_fits && run_fits;
                let decision =
                    OffensiveDecision { steal_attempts, hit_and_run, bunt_attempt, ..Default::default() };
                let command = Command::OffensiveDecision(decision);
                assert_eq!(accepted(&state, &command), expected, "{bits:03b} {outs} out: {command:?}");
                legal += usize::from(expected);
            }
        }
    }
    assert!(legal > 60, "{legal} legal combinations");
}

#[test]
fn defensive_signs_are_accepted_exactly_where_they_are_legal() {
    let base = waiting(DecisionPhase::AwaitingDefensive);
    for bits in 0..8_u8 {
        let on = |number: u8| bits & 1 << (number - 1) != 0;
        for (outs, last) in [(0, false), (2, false), (1, true), (2, true)] {
            let mut state = situation(&base, bits, outs);
            if last {
                (state.inning, state.half) = (9, Half::Bottom);
            }
            for holds in 0..8_u8 {
                for (infield_depth, outfield_depth) in depths() {
                    let hold_runners = subset(&BASES, holds);
                    // "that base must be occupied; R2 may not be held when R3 is occupied; holding R1 needs
                    // second base empty"
                    let holds_fit = hold_runners.iter().all(|base| on(u8::from(*base)))
                        && !(hold_runners.contains(&Base::Second) && on(3))
                        && !(hold_runners.contains(&Base::First) && on(2));
                    let infield_fits = match infield_depth {
                        InfieldDepth::Normal => true,
                        InfieldDepth::InfieldIn => on(3),
                        InfieldDepth::CornersIn => on(1) || on(3),
                    };
                    // The score is level, so the winning run is the one on third.
                    let outfield_fits =
                        outfield_depth == OutfieldDepth::Normal || (last && on(3) && outs < 2);
                    let decision = DefensiveDecision {
                        infield_depth,
                        outfield_depth,
                        hold_runners,
                        ..Default::default()
                    };
                    let command = Command::DefensiveDecision(decision);
                    let expected = holds_fit && infield_fits && outfield_fits;
                    assert_eq!(accepted(&state, &command), expected, "{bits:03b} {outs} out: {command:?}");
                }
            }
        }
    }
}

fn depths() -> impl Iterator<Item = (InfieldDepth, OutfieldDepth)> {
    InfieldDepth::ALL.iter().flat_map(|infield| OutfieldDepth::ALL.iter().map(move |out| (*infield, *out)))
}
