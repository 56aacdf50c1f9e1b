//! What managers of each difficulty do in situations that a fan would know what to do in.

use crate::id::CardId;
use crate::manager::{choose_as, trial};
use crate::rules::card::{CardBook, PlayerCard, RatingLine};
use crate::rules::command::{Command, Issuer, Substitute};
use crate::rules::decide;
use crate::rules::decision::{Base, DefensiveDecision, OffensiveDecision};
use crate::rules::moment::Moment;
use crate::rules::state::{GameSettings, GameState, Runner};
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::{AiDifficulty, DecisionPhase, Half, Position, Side};
use std::sync::Arc;

use AiDifficulty::{Easy, Hard, Medium};

/// The cards of the tests with some of them changed.
fn book(mut change: impl FnMut(&mut PlayerCard)) -> CardBook {
    CardBook::new(CARDS.iter().map(|card| {
        let mut card = PlayerCard::clone(card);
        change(&mut card);
        Arc::new(card)
    }))
}

/// Every chance of a batting card is this one.
fn always(card: &mut PlayerCard, field: &str) {
    let line = RatingLine([(field.to_owned(), 108.0)].into());
    let batting = card.batting.as_mut().expect("everybody bats");
    (batting.ratings.left, batting.ratings.right) = (line.clone(), line);
}

/// The bottom of an inning with the home team at bat, before either decision.
fn bottom(inning: u8, outs: u8, (away, home): (u16, u16), bases: &[Base]) -> GameState {
    let mut game = Game::new(5, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingDefensive, |state| {
        state.half == Half::Bottom && state.inning == 2 // both pitchers have faced somebody
    });
    let mut state = game.state;
    (state.inning, state.outs) = (inning, outs);
    (state.score.away, state.score.home) = (away, home);
    // Whoever has just batted, the last first, is on base.
    for (base, order) in bases.iter().zip(7_u8..) {
        let runner = state.lineups.home.batter(order).expect("nine bat");
        state.runners[usize::from(u8::from(*base)) - 1] = Some(Runner {
            lineup_id: runner.lineup_id,
            responsible_pitcher: None,
            reached_on: None,
            unearned: false,
        });
    }
    state
}

/// The same with the defence set.
fn at_bat(state: &GameState, cards: &CardBook) -> GameState {
    let defence = Command::DefensiveDecision(DefensiveDecision::default());
    trial::after(state, cards, Side::Away, &defence).expect("nothing special is legal")
}

fn substitute(command: Option<Command>) -> Option<Substitute> {
    match command {
        Some(Command::Substitute(change)) => Some(change),
        _ => None,
    }
}

#[test]
fn late_and_behind_a_slugger_bats_for_a_weak_hitter_unless_a_beginner_manages() {
    let slugger = CardId(117);
    let batter = bottom(9, 1, (3, 2), &[Base::First]);
    let weak = batter.lineups.home.batter(batter.batter_idx.home).expect("somebody bats").card_id;
    let cards = book(|card| match card.card_id {
        id if id == slugger => always(card, "homerun"),
        id if id == weak => always(card, "strikeout"),
        _ => {}
    });
    let state = at_bat(&batter, &cards);
    for difficulty in [Medium, Hard] {
        let change = substitute(choose_as(difficulty, &state, &cards, Side::Home));
        assert_eq!(change.map(|change| change.card_id), Some(slugger), "{difficulty}");
    }
    assert_eq!(substitute(choose_as(Easy, &state, &cards, Side::Home)), None);
    // In the third inning nobody does: he would be missed later.
    let early = at_bat(&bottom(3, 1, (3, 2), &[Base::First]), &cards);
    assert_eq!(substitute(choose_as(Hard, &early, &cards, Side::Home)), None);
}

#[test]
fn a_fast_man_runs_for_the_slow_tying_run() {
    let fast = CardId(116);
    let state = bottom(9, 0, (3, 2), &[Base::First]);
    let cards = book(|card| {
        let batting = card.batting.as_mut().expect("everybody bats");
        batting.running = if card.card_id == fast { 17 } else { 8 };
        if card.card_id == fast {
            (batting.steal_high, batting.steal_low, batting.steal_jump_36ths) = (19, 15, 30);
        }
    });
    let state = at_bat(&state, &cards);
    for difficulty in [Medium, Hard] {
        let change = substitute(choose_as(difficulty, &state, &cards, Side::Home)).expect("a pinch runner");
        let runner = state.runners[0].expect("the tying run").lineup_id;
        assert_eq!((change.card_id, change.replacing), (fast, runner), "{difficulty}");
    }
    assert_eq!(substitute(choose_as(Easy, &state, &cards, Side::Home)), None);
}

#[test]
fn a_tired_pitcher_leaves_at_once_only_where_the_manager_knows_better() {
    let mut state = bottom(6, 1, (3, 2), &[Base::First]);
    let mound = state.lineups.away.at(Position::Pitcher).expect("somebody pitches").lineup_id;
    let entry =
        Arc::make_mut(&mut state.lineups.away.players).iter_mut().find(|entry| entry.lineup_id == mound);
    entry.expect("he is in the line-up").is_fatigued = true;
    for difficulty in [Medium, Hard] {
        let change = substitute(choose_as(difficulty, &state, &CARDS, Side::Away));
        assert_eq!(change.map(|change| change.replacing), Some(mound), "{difficulty}");
    }
    assert_eq!(substitute(choose_as(Easy, &state, &CARDS, Side::Away)), None);
    (state.outs, state.runners) = (0, [None; 3]);
    assert!(substitute(choose_as(Easy, &state, &CARDS, Side::Away)).is_some(), "a new inning begins");
}

#[test]
fn the_closer_has_the_last_inning_of_a_game_to_be_saved() {
    let closer = CardId(13);
    let cards = book(|card| {
        if let Some(pitching) = card.pitching.as_mut() {
            pitching.starter_rating = if card.card_id.0 % 100 == 1 { 6 } else { 0 };
            pitching.closer_rating = if card.card_id == closer { 5 } else { 0 };
        }
    });
    let reliever = |inning, score| {
        let state = bottom(inning, 0, score, &[]);
        substitute(choose_as(Medium, &state, &cards, Side::Away)).map(|change| change.card_id)
    };
    assert_eq!(reliever(9, (4, 2)), Some(closer));
    assert_eq!(reliever(8, (4, 2)), None);
    assert_eq!(reliever(9, (9, 2)), None);
}

#[test]
fn a_feared_hitter_is_walked_where_first_base_is_open_and_the_next_is_harmless() {
    let mut state = bottom(9, 1, (3, 3), &[Base::Second]);
    state.batter_idx.home = 0;
    let card_at = |order| state.lineups.home.batter(order).expect("nine bat").card_id;
    let (feared, harmless) = (card_at(0), card_at(1));
    let cards = book(|card| match card.card_id {
        id if id == feared => always(card, "homerun"),
        id if id == harmless => always(card, "groundout_a"),
        _ => {}
    });
    let walks = |difficulty| match choose_as(difficulty, &state, &cards, Side::Away) {
        Some(Command::DefensiveDecision(decision)) => decision.intentional_walk,
        other => panic!("{other:?}"),
    };
    assert!(walks(Medium) && walks(Hard) && !walks(Easy));
}

#[test]
fn with_the_winning_run_on_third_a_hitter_who_only_strikes_out_is_told_to_squeeze() {
    let cards = book(|card| {
        always(card, "strikeout");
        card.batting.as_mut().expect("everybody bats").bunting = "A".to_owned();
    });
    let state = at_bat(&bottom(9, 1, (3, 3), &[Base::Third]), &cards);
    let squeezes = |difficulty| match choose_as(difficulty, &state, &cards, Side::Home) {
        Some(Command::OffensiveDecision(decision)) => decision.bunt_attempt,
        other => panic!("{other:?}"),
    };
    assert!(squeezes(Hard) && !squeezes(Easy));
}

#[test]
fn two_runners_steal_together_where_that_promises_most() {
    let cards = book(|card| {
        always(card, "strikeout");
        let batting = card.batting.as_mut().expect("everybody bats");
        (batting.steal_high, batting.steal_jump_36ths) = (19, 36);
    });
    let state = at_bat(&bottom(9, 0, (3, 2), &[Base::First, Base::Second]), &cards);
    match choose_as(Hard, &state, &cards, Side::Home) {
        Some(Command::OffensiveDecision(decision)) => {
            assert_eq!(decision.steal_attempts, [Base::Third, Base::Second]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_a_sign_promises_is_what_the_rules_make_of_it() {
    const ROLLS: u32 = 3_000;
    let bunt = OffensiveDecision { bunt_attempt: true, ..OffensiveDecision::default() };
    let hit_and_run = OffensiveDecision { hit_and_run: true, ..OffensiveDecision::default() };
    let cases: [(OffensiveDecision, u8, &[Base]); 4] = [
        (bunt.clone(), 0, &[Base::First]),
        (bunt.clone(), 1, &[Base::First, Base::Second]),
        (bunt, 1, &[Base::Third]),
        (hit_and_run, 1, &[Base::First]),
    ];
    for (number, (sign, outs, bases)) in (0_u64..).zip(cases) {
        let state = at_bat(&bottom(7, outs, (3, 2), bases), &CARDS);
        let promised = trial::sign(&state, &CARDS, Side::Home, &sign).expect("the sign is legal");
        let given = trial::after(&state, &CARDS, Side::Home, &Command::OffensiveDecision(sign.clone()));
        let given = given.expect("the sign is legal");
        let mut dice = Game::new(number + 2_000, GameSettings::default()).dice;
        let mut worths = Vec::new();
        for _ in 0..ROLLS {
            let events =
                decide(&given, &CARDS, Issuer::Operator, &Command::Roll {}, Moment::EPOCH, &mut dice);
            let mut after = given.clone();
            after.apply_entry(given.seq.next(), &events.expect("the roll is due"));
            worths.push(trial::worth(&after, Side::Home));
        }
        let count = f64::from(ROLLS);
        let mean = worths.iter().sum::<f64>() / count;
        let variance = worths.iter().map(|worth| (worth - mean).powi(2)).sum::<f64>() / count;
        // Pitches and throws that get away are beyond the manager's horizon: they add a little.
        let error = 4.0 * (variance / count).sqrt() + 0.004;
        assert!((mean - promised).abs() < error, "{sign:?}: promised {promised:.4}, rolls give {mean:.4}");
    }
}
