//! Every combination of signs in every situation against the legality list of `decisions.toml`, restated here
//! sentence by sentence: what is legal is accepted, and everything else refused with its field.

use crate::id::LineupId;
use crate::rules::charts::CHARTS;
use crate::rules::charts::legality::LegalityRule;
use crate::rules::command::{Command, Issuer};
use crate::rules::decide;
use crate::rules::decision::{
    Alignment, Approach, Base, DefensiveDecision, InfieldDepth, OffensiveDecision, OutfieldDepth,
};
use crate::rules::moment::Moment;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::{GameSettings, GameState, Runner};
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::{DecisionPhase, Half};

/// Outs, whether it is the bottom of the ninth, and by how many runs the home team leads.
const MOMENTS: [(u8, bool, i16); 7] =
    [(0, false, 0), (1, false, 0), (2, false, 0), (0, true, 0), (1, true, 0), (2, true, 0), (1, true, -1)];

const BASES: [Base; 3] = [Base::First, Base::Second, Base::Third];

/// Runners on these bases, so many outs.
pub(super) fn situation(base: &GameState, bits: u8, outs: u8) -> GameState {
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
    match decide(state, &CARDS, Issuer::Operator, command, Moment::EPOCH, &mut game.dice) {
        Ok(_) => true,
        Err(refusal) => {
            assert_eq!(refusal.code, RejectionCode::Invalid, "{refusal}");
            assert!(refusal.field.is_some(), "{refusal}");
            let names_rule = LegalityRule::ALL.iter().any(|rule| {
                let sentence = CHARTS.legality.sentence(*rule);
                refusal.message.contains(&format!("rule {rule}: {sentence}"))
            });
            assert!(names_rule, "{refusal}");
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
            for (signs, &approach) in
                (0..32_u8).flat_map(|signs| Approach::ALL.iter().map(move |a| (signs, a)))
            {
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
                let decision = OffensiveDecision { approach, steal_attempts, hit_and_run, bunt_attempt };
                let command = Command::OffensiveDecision(decision);
                assert_eq!(accepted(&state, &command), expected, "{bits:03b} {outs} out: {command:?}");
                legal += usize::from(expected);
            }
        }
    }
    assert!(legal > 240, "{legal} legal combinations");
}

#[test]
fn defensive_signs_are_accepted_exactly_where_they_are_legal() {
    let base = waiting(DecisionPhase::AwaitingDefensive);
    for bits in 0..8_u8 {
        let on = |number: u8| bits & 1 << (number - 1) != 0;
        for (outs, last, lead) in MOMENTS {
            let mut state = situation(&base, bits, outs);
            if last {
                (state.inning, state.half) = (9, Half::Bottom);
            }
            (state.score.home, state.score.away) = (3, u16::try_from(3 - lead).expect("a score"));
            // Neither alignment nor walk is ever illegal; they take turns, so that each meets every situation.
            let mut turn = 0;
            for holds in 0..8_u8 {
                for (infield_depth, outfield_depth) in depths() {
                    turn += 1;
                    let alignment = Alignment::ALL[turn % 4];
                    let intentional_walk = turn % 5 == 0;
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
                    // With the score level the winning run is the one on third; behind by one it would tie.
                    let outfield_fits =
                        outfield_depth == OutfieldDepth::Normal || (last && lead == 0 && on(3) && outs < 2);
                    let decision = DefensiveDecision {
                        alignment,
                        infield_depth,
                        outfield_depth,
                        hold_runners,
                        intentional_walk,
                    };
                    let command = Command::DefensiveDecision(decision);
                    let expected = holds_fit && infield_fits && outfield_fits;
                    assert_eq!(accepted(&state, &command), expected, "{bits:03b} {outs} out: {command:?}");
                }
            }
        }
    }
}

#[test]
fn bases_named_twice_or_that_nobody_can_hold_or_steal_are_refused() {
    let defence = situation(&waiting(DecisionPhase::AwaitingDefensive), 0b001, 0);
    for hold_runners in [vec![Base::First, Base::First], vec![Base::Home], vec![Base::First, Base::Third]] {
        let decision = DefensiveDecision { hold_runners, ..Default::default() };
        assert!(!accepted(&defence, &Command::DefensiveDecision(decision)));
    }
    let offence = situation(&waiting(DecisionPhase::AwaitingOffensive), 0b001, 0);
    for steal_attempts in
        [vec![Base::Second, Base::Second], vec![Base::First], vec![Base::Second, Base::Home]]
    {
        let decision = OffensiveDecision { steal_attempts, ..Default::default() };
        assert!(!accepted(&offence, &Command::OffensiveDecision(decision)));
    }
}

fn depths() -> impl Iterator<Item = (InfieldDepth, OutfieldDepth)> {
    InfieldDepth::ALL.iter().flat_map(|infield| OutfieldDepth::ALL.iter().map(move |out| (*infield, *out)))
}
