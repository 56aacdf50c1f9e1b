//! Steals, bunts, hit and run, and choices about runners; pause and forfeit.

use super::{Choices, check_play, play, plays, random_command};
use crate::id::PlayNumber;
use crate::rules::command::{Command, Forfeit, Issuer, RunnerDecision};
use crate::rules::decide;
use crate::rules::decision::{Base, DefensiveDecision, InfieldDepth, OffensiveDecision};
use crate::rules::event::{Ending, Event, Play, Sacrifice};
use crate::rules::moment::Moment;
use crate::rules::outcome::PlayOutcome;
use crate::rules::pending::RunnerQuestion;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::GameSettings;
use crate::rules::testing::{CARDS, Game};
use crate::rules::vocabulary::{DecisionPhase, Side, Status};
use std::collections::{BTreeMap, BTreeSet};

/// A game in which a double steal has just come off, and the number of the first of its two plays.
pub(super) fn double_steal() -> (Game, PlayNumber) {
    let steal_attempts = vec![Base::Second, Base::Third];
    let attempt = Command::OffensiveDecision(OffensiveDecision { steal_attempts, ..Default::default() });
    for seed in 0..200 {
        let mut game = Game::new(seed, GameSettings::default());
        while !game.state.is_over() {
            let state = &game.state;
            let tries =
                state.decision_phase == DecisionPhase::AwaitingOffensive && state.on_base_code() == 0b011;
            let command = if tries { attempt.clone() } else { game.next_command() };
            game.must(&command);
            let made: Vec<&Play> =
                game.journal.last().expect("an entry").iter().filter_map(of_play).collect();
            if let [lead, trail] = made[..]
                && trail.outcome == PlayOutcome::StolenBase
                && lead.outcome == PlayOutcome::StolenBase
            {
                let first = lead.play_number;
                return (game, first);
            }
        }
    }
    panic!("no double steal in 200 games");
}

fn of_play(event: &Event) -> Option<&Play> {
    match event {
        Event::PlayResolved(play) => Some(play),
        _ => None,
    }
}

#[test]
fn a_double_steal_is_one_play_a_runner_the_lead_runners_first() {
    let (game, first) = double_steal();
    let made = plays(&game);
    let [lead, trail] = made[made.len() - 2..] else { panic!("two plays") };
    assert_eq!(lead.play_number, first);
    assert_eq!(lead.runners_to[..2], [Some(1), Some(3)]);
    assert_eq!(lead.runner_id, lead.runners[1].map(|runner| runner.lineup_id));
    assert_eq!(trail.runner_id, trail.runners[0].map(|runner| runner.lineup_id));
    assert!(trail.runners_to[0] >= Some(2), "{trail:?}");
}

/// Plays of many games with random decisions.
fn many(games: u64, mut each: impl FnMut(&Play)) {
    for seed in 0..games {
        let mut game = Game::new(seed, GameSettings::default());
        play(&mut game, Some(Choices(seed)));
        plays(&game).into_iter().for_each(&mut each);
    }
}

#[test]
fn steals_pick_offs_balks_and_throwing_errors_all_come_up() {
    let mut seen: BTreeMap<PlayOutcome, usize> = BTreeMap::new();
    let mut throwing_errors = 0;
    many(super::games(200), |play| {
        check_play(play);
        *seen.entry(play.outcome).or_default() += 1;
        let on_the_bases = matches!(
            play.outcome,
            PlayOutcome::StolenBase | PlayOutcome::CaughtStealing | PlayOutcome::PickOff
        );
        if on_the_bases {
            assert!(play.runner_id.is_some() && !play.plate_appearance, "{play:?}");
            let out = play.outcome != PlayOutcome::StolenBase;
            assert_eq!(u8::from(out), play.outs_recorded, "{play:?}");
        }
        if play.outcome == PlayOutcome::StolenBase && play.error.is_some() {
            throwing_errors += 1;
            assert!(play.clean.is_some());
        }
    });
    let wanted = [
        PlayOutcome::StolenBase,
        PlayOutcome::CaughtStealing,
        PlayOutcome::PickOff,
        PlayOutcome::Balk,
        PlayOutcome::SacBunt,
        PlayOutcome::Squeeze,
        PlayOutcome::HitAndRun,
        PlayOutcome::IntentionalWalk,
    ];
    for outcome in wanted {
        assert!(seen.contains_key(&outcome), "no {outcome} in so many games: {seen:?}");
    }
    assert!(throwing_errors > 0);
}

/// So many squeezes with nobody but R3 on base, each with other dice.
fn squeezes(count: u64) -> Vec<Play> {
    let mut game = Game::new(1, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingRoll, |_| true);
    let mut state = super::legality::situation(&game.state, 0b100, 0);
    state.pending_offensive_decision = Some(OffensiveDecision { bunt_attempt: true, ..Default::default() });
    let play = |seed| {
        let mut dice = Game::new(seed, GameSettings::default()).dice;
        let events = decide(&state, &CARDS, Issuer::Operator, &Command::Roll {}, Moment::EPOCH, &mut dice)
            .expect("legal");
        events.into_iter().find_map(|event| match event {
            Event::PlayResolved(play) => Some(*play),
            _ => None,
        })
    };
    (0..count).filter_map(play).collect()
}

#[test]
fn bunts_are_sacrifices_hits_or_outs_as_their_table_says() {
    let mut results: BTreeSet<String> = BTreeSet::new();
    let mut check = |play: &Play| {
        if !matches!(play.outcome, PlayOutcome::SacBunt | PlayOutcome::Squeeze) {
            return;
        }
        let reading = play.resolution.grade.as_ref().expect("the table was read");
        results.insert(format!("{} {}", reading.table, reading.result));
        let is_sacrifice = matches!(reading.result.as_str(), "SAC" | "SCORE");
        assert_eq!(play.sacrifice, is_sacrifice.then_some(Sacrifice::Bunt), "{play:?}");
        assert_eq!(play.hit_bases > 0, reading.result == "HIT", "{play:?}");
        assert_eq!(play.gidp, reading.result == "DP", "{play:?}");
    };
    many(super::games(60), &mut check);
    squeezes(super::games(200)).iter().for_each(check);
    for result in ["sac_bunt SAC", "sac_bunt LEAD_OUT", "sac_bunt DP", "squeeze SCORE", "squeeze R3_OUT"] {
        assert!(results.contains(result), "{result} in {results:?}");
    }
}

#[test]
fn every_question_is_asked_and_every_answer_is_an_entry() {
    let mut asked: BTreeMap<RunnerQuestion, BTreeSet<String>> = BTreeMap::new();
    for seed in 0..super::games(200) {
        let mut game = Game::new(seed, GameSettings::default());
        let mut choices = Choices(seed);
        while !game.state.is_over() {
            let question = game.state.pending_play.as_ref().map(|pending| pending.question);
            let side = game.state.pending_decision.as_ref().map(|pending| pending.side);
            let mut command = random_command(&game, &mut choices);
            if matches!(command, Command::DefensiveDecision(_)) && game.state.runners[2].is_some() {
                let infield_depth = InfieldDepth::InfieldIn; // DECIDE is rare
                command =
                    Command::DefensiveDecision(DefensiveDecision { infield_depth, ..Default::default() });
            }
            if game.order(&command).is_err() {
                game.must(&game.next_command());
                continue;
            }
            if let (Some(question), Command::RunnerDecision(decision)) = (question, &command) {
                asked.entry(question).or_default().insert(decision.choice.clone());
                let first = game.journal.last().and_then(|events| events.first());
                let decided = Event::RunnerDecided {
                    side: side.expect("somebody was asked"),
                    question,
                    choice: decision.choice.clone(),
                };
                assert_eq!(first, Some(&decided));
            }
        }
    }
    for question in RunnerQuestion::ALL {
        let answers = asked.get(question).map_or(0, BTreeSet::len);
        assert_eq!(answers, 2, "{question}: {asked:?}");
    }
}

#[test]
fn a_choice_that_is_not_offered_is_refused_by_name() {
    let mut game = Game::new(1, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingRunner, |_| true);
    let before = game.state.clone();
    let refusal = game.order(&Command::RunnerDecision(RunnerDecision { choice: "fly".to_owned() }));
    let refusal = refusal.expect_err("not offered");
    assert_eq!((refusal.code, refusal.field.as_deref()), (RejectionCode::Invalid, Some("choice")));
    let pending = before.pending_decision.as_ref().expect("a choice is owed");
    assert!(pending.choices.iter().all(|choice| refusal.message.contains(choice)), "{refusal}");
    assert_eq!(game.state, before);
    let other = game.order_as(Issuer::Manager(pending.side.opponent()), &game.next_command());
    assert_eq!(other.expect_err("not his").code, RejectionCode::NotYourTurn);
}

#[test]
fn a_walk_in_the_managers_signs_needs_no_roll() {
    let mut game = Game::new(1, GameSettings::default());
    game.must(&Command::Start {});
    let walk = DefensiveDecision { intentional_walk: true, ..DefensiveDecision::default() };
    game.must(&Command::DefensiveDecision(walk));
    let play = plays(&game)[0];
    assert_eq!((play.outcome, play.batter_to), (PlayOutcome::IntentionalWalk, Some(1)));
    assert_eq!(game.state.dice_position, 1, "only the weather die");
    assert_eq!(game.state.decision_phase, DecisionPhase::AwaitingDefensive);
}

#[test]
fn signs_that_make_no_sense_name_their_field() {
    let mut game = Game::new(1, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingOffensive, |state| state.on_base_code() == 1 && state.outs < 2);
    let none = OffensiveDecision::default();
    let second = vec![Base::Second];
    for (field, decision) in [
        ("steal_attempts.0", OffensiveDecision { steal_attempts: vec![Base::First], ..none.clone() }),
        ("steal_attempts.0", OffensiveDecision { steal_attempts: vec![Base::Third], ..none.clone() }),
        ("steal_attempts.1", OffensiveDecision { steal_attempts: vec![Base::Second; 2], ..none.clone() }),
        (
            "bunt_attempt",
            OffensiveDecision { bunt_attempt: true, steal_attempts: second.clone(), ..none.clone() },
        ),
        ("bunt_attempt", OffensiveDecision { bunt_attempt: true, hit_and_run: true, ..none.clone() }),
        ("hit_and_run", OffensiveDecision { hit_and_run: true, steal_attempts: second, ..none.clone() }),
    ] {
        let refusal = game.order(&Command::OffensiveDecision(decision)).expect_err("refused");
        assert_eq!(refusal.field.as_deref(), Some(field), "{refusal}");
        assert_eq!(refusal.code, RejectionCode::Invalid);
    }
}

#[test]
fn a_paused_game_waits_at_the_same_play() {
    let mut game = Game::new(1, GameSettings::default());
    let early = game.order(&Command::Pause {}).expect_err("not started");
    assert_eq!(early.code, RejectionCode::WrongPhase);
    game.play_until(DecisionPhase::AwaitingRoll, |state| state.play_count.0 == 3);
    let before = game.state.clone();
    game.must(&Command::Pause {});
    assert_eq!(game.state.status, Status::Paused);
    assert_eq!(game.order(&Command::Roll {}).expect_err("paused").code, RejectionCode::WrongPhase);
    game.must(&Command::Resume {});
    assert_eq!(game.order(&Command::Resume {}).expect_err("not paused").code, RejectionCode::WrongPhase);
    game.state.seq = before.seq;
    assert_eq!(game.state, before);
}

#[test]
fn a_walk_is_ordered_any_time_before_the_roll_and_alone() {
    for phase in [DecisionPhase::AwaitingOffensive, DecisionPhase::AwaitingRoll] {
        let mut game = Game::new(1, GameSettings::default());
        game.play_until(phase, |_| true);
        let walk = DefensiveDecision { intentional_walk: true, ..DefensiveDecision::default() };
        let order = Command::DefensiveDecision(walk.clone());
        let other = game.order_as(Issuer::Manager(Side::Away), &order).expect_err("not the batting side's");
        assert_eq!(other.code, RejectionCode::NotYourTurn);
        let more = DefensiveDecision { alignment: crate::rules::decision::Alignment::ShiftedLeft, ..walk };
        let refusal = game.order(&Command::DefensiveDecision(more)).expect_err("the defence is set");
        assert_eq!(refusal.field.as_deref(), Some("intentional_walk"), "{refusal}");
        game.order_as(Issuer::Manager(Side::Home), &order).expect("before the roll");
        let play = plays(&game)[0];
        assert_eq!((play.outcome, play.batter_to), (PlayOutcome::IntentionalWalk, Some(1)));
        assert_eq!(game.state.decision_phase, DecisionPhase::AwaitingDefensive);
    }
    let mut late = Game::manual(1, GameSettings::default());
    late.play_until(DecisionPhase::AwaitingOutcome, |_| true);
    let walk = DefensiveDecision { intentional_walk: true, ..DefensiveDecision::default() };
    let refusal = late.order(&Command::DefensiveDecision(walk)).expect_err("the dice are thrown");
    assert_eq!(refusal.code, RejectionCode::WrongPhase);
}

#[test]
fn the_weather_is_rolled_once_before_the_first_pitch() {
    let mut game = Game::new(1, GameSettings::default());
    assert_eq!(game.state.weather, None);
    play(&mut game, None);
    let rolls = game.events().filter(
        |event| matches!(event, Event::DiceRolled { roll } if roll.purpose == crate::rules::dice::WEATHER),
    );
    assert_eq!(rolls.count(), 1);
    assert!(game.state.weather.is_some_and(|d20| (1..=20).contains(&d20)));
}

#[test]
fn a_forfeit_keeps_its_reason() {
    let mut game = Game::new(1, GameSettings::default());
    game.must(&Command::Start {});
    let give_up = |reason: &str| Command::Forfeit(Forfeit { reason: Some(reason.to_owned()), side: None });
    for wrong in ["", "  ", "two\nlines", "nul\0", &"x".repeat(201)] {
        let refusal = game.order(&give_up(wrong)).expect_err("no reason for the record");
        assert_eq!(refusal.field.as_deref(), Some("reason"), "{wrong:?}");
    }
    game.order_as(Issuer::Manager(Side::Away), &give_up("Rain at home")).expect("a reason");
    let forfeit = game.state.forfeit.as_ref().expect("on record");
    assert_eq!((forfeit.side, forfeit.reason.as_deref()), (Side::Away, Some("Rain at home")));
}

#[test]
fn a_forfeit_is_nine_to_nothing_and_early_statistics_do_not_count() {
    for (inning, counts) in [(2, false), (6, true)] {
        let mut game = Game::new(1, GameSettings::default());
        game.play_until(DecisionPhase::AwaitingRoll, |state| state.inning == inning);
        game.order_as(Issuer::Manager(Side::Home), &Command::Forfeit(Forfeit::default()))
            .expect("he gives up");
        let state = &game.state;
        assert_eq!((state.score.away, state.score.home), (9, 0));
        assert_eq!((state.winner, state.ended_by), (Some(Side::Away), Some(Ending::Forfeit)));
        assert_eq!(state.status, Status::Completed);
        assert_eq!(state.statistics_count(), counts);
    }
}

#[test]
fn a_manager_gives_up_for_his_side_only_and_the_operator_for_the_one_he_names() {
    let forfeit = |side| Command::Forfeit(Forfeit { side, reason: None });
    let mut game = Game::created(1, GameSettings::default(), |_| {});
    for (issuer, side) in [(Issuer::Manager(Side::Home), Some(Side::Away)), (Issuer::Operator, None)] {
        let refused = game.order_as(issuer, &forfeit(side)).expect_err("nobody to forfeit");
        assert_eq!((refused.code, refused.field.as_deref()), (RejectionCode::Invalid, Some("side")));
    }
    // Before the first pitch, as when one side does not turn up.
    game.order_as(Issuer::Operator, &forfeit(Some(Side::Away))).expect("declared");
    assert_eq!((game.state.status, game.state.winner), (Status::Completed, Some(Side::Home)));
}
