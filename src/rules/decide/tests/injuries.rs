//! Injuries: whom a reading may hurt, how badly, and what his side owes then (RULES 1.1, 7.4, `injuries.toml`).

use super::Choices;
use crate::rules::charts::CHARTS;
use crate::rules::charts::injuries::Injury;
use crate::rules::command::{Command, ManualOutcomeSubmission};
use crate::rules::create;
use crate::rules::dice::RollDice;
use crate::rules::event::Event;
use crate::rules::outcome::PlayOutcome;
use crate::rules::owed_substitution;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::GameSettings;
use crate::rules::testing::{CARDS, Game, setup};
use crate::rules::vocabulary::{BySide, DecisionPhase, LeagueId, Position, Side};

pub(super) fn game(seed: u64) -> Game {
    let settings = GameSettings { injuries: true, ..GameSettings::default() };
    Game::created(seed, settings, |setup| (setup.league_id, setup.auto_mode) = (LeagueId::Sba, false))
}

fn hurt(outcome: PlayOutcome) -> Command {
    let submission = ManualOutcomeSubmission::of(outcome, None);
    Command::ManualOutcome(ManualOutcomeSubmission { injury: true, ..submission })
}

/// A game whose roll waits, and which was rolled in this column or total.
fn waiting(fits: impl Fn(u8, u8) -> bool) -> Game {
    let mut seeds = 0..2_000;
    let found = seeds.find_map(|seed| {
        let mut game = game(seed);
        game.play_until(DecisionPhase::AwaitingOutcome, |_| true);
        let roll = game.state.pending_manual_roll.as_ref().expect("a roll waits");
        match roll.dice {
            RollDice::Ab { d6_one, d6_two_a, d6_two_b, .. } if fits(d6_one, d6_two_a + d6_two_b) => {
                Some(game)
            }
            _ => None,
        }
    });
    found.expect("such a roll in 2,000 games")
}

fn injured(game: &Game) -> (Side, Injury) {
    let last = game.journal.last().expect("an entry");
    let found = last.iter().find_map(|event| match event {
        Event::PlayerInjured { side, rating, total, injury, .. } => {
            assert_eq!(*injury, CHARTS.injuries.duration(rating, *total));
            Some((*side, *injury))
        }
        _ => None,
    });
    found.expect("somebody was rolled for")
}

#[test]
fn a_reading_hurts_the_batter_on_his_card_and_the_pitcher_where_the_roll_asks() {
    let mut batters = waiting(|column, _| column <= 3);
    batters.must(&hurt(PlayOutcome::Strikeout));
    assert_eq!(injured(&batters).0, Side::Away);

    let mut pitchers = waiting(|column, total| column == 6 && total == 9);
    let asked = pitchers.journal.last().expect("an entry").iter().find_map(|event| match event {
        Event::InjuryCheckAnnounced { lineup_id, number } => Some((*lineup_id, *number)),
        _ => None,
    });
    let pitcher = pitchers.state.lineups.home.at(Position::Pitcher).expect("one pitches").lineup_id;
    assert_eq!(asked, Some((pitcher, 4)), "13 - 9");
    pitchers.must(&hurt(PlayOutcome::Strikeout));
    assert_eq!(injured(&pitchers).0, Side::Home);

    for other in [waiting(|column, _| column == 5), waiting(|column, total| column == 6 && total < 7)] {
        let mut other = other;
        let refusal = other.order(&hurt(PlayOutcome::Strikeout)).expect_err("nobody is hurt by this roll");
        assert_eq!((refusal.code, refusal.field.as_deref()), (RejectionCode::Invalid, Some("injury")));
    }
}

#[test]
fn without_the_setting_nobody_is_hurt_and_other_leagues_may_not_set_it() {
    let mut game = Game::manual(1, GameSettings::default());
    game.play_until(DecisionPhase::AwaitingOutcome, |_| true);
    let refusal = game.order(&hurt(PlayOutcome::Strikeout)).expect_err("played without injuries");
    assert_eq!(refusal.field.as_deref(), Some("injury"));
    for (league, auto_mode, legal) in
        [(LeagueId::Sba, false, true), (LeagueId::Sba, true, false), (LeagueId::Pd, false, false)]
    {
        let settings = GameSettings { injuries: true, ..GameSettings::default() };
        let mut setup = setup(&crate::fairness::Seed::new([0; 32]), settings);
        (setup.league_id, setup.auto_mode) = (league, auto_mode);
        let created = create(setup, BySide::default(), &CARDS);
        assert_eq!(created.is_ok(), legal, "{league} {auto_mode}: {created:?}");
    }
}

#[test]
fn an_injured_runner_is_replaced_before_his_side_decides() {
    let mut seen = 0;
    for seed in 0..300 {
        let mut game = game(seed);
        game.play_until(DecisionPhase::AwaitingOutcome, |_| true);
        if game.order(&hurt(PlayOutcome::Single1)).is_err() || injured(&game) == (Side::Away, Injury::None) {
            continue;
        }
        if injured(&game).0 != Side::Away {
            continue;
        }
        seen += 1;
        let runner = game.state.runners[0].expect("he is on first").lineup_id;
        game.must(&Command::DefensiveDecision(Default::default()));
        let refusal = game.order(&Command::OffensiveDecision(Default::default())).expect_err("he is hurt");
        assert_eq!(refusal.code, RejectionCode::IllegalSubstitution, "{refusal}");
        let change = owed_substitution(&game.state, &CARDS, Side::Away).expect("there is a bench");
        assert_eq!(change.replacing, runner);
        game.must(&Command::Substitute(change));
        assert_ne!(game.state.runners[0].expect("a pinch runner").lineup_id, runner);
        game.must(&Command::DefensiveDecision(Default::default()));
        game.must(&Command::OffensiveDecision(Default::default()));
    }
    assert!(seen > 10, "{seen} injured runners");
}

#[test]
fn an_injured_pitcher_tires_or_leaves_and_the_minimum_of_batters_is_lifted() {
    let (mut tired, mut relieved) = (false, false);
    for seed in 0..3_000 {
        let settings = GameSettings { injuries: true, reliever_batters_min: 9, ..GameSettings::default() };
        let mut game = Game::created(seed, settings, |setup| {
            (setup.league_id, setup.auto_mode) = (LeagueId::Sba, false);
        });
        game.play_until(DecisionPhase::AwaitingOutcome, |_| true);
        if game.order(&hurt(PlayOutcome::Strikeout)).is_err() || injured(&game).0 == Side::Away {
            continue;
        }
        let pitcher = game.state.lineups.home.at(Position::Pitcher).expect("one pitches").clone();
        match injured(&game).1 {
            Injury::None => assert_eq!(pitcher.injury, None),
            Injury::RestOfGame => {
                assert!(pitcher.is_fatigued);
                game.must(&Command::DefensiveDecision(Default::default()));
                tired = true;
            }
            Injury::Games(_) => {
                let stays = game.order(&Command::DefensiveDecision(Default::default()));
                assert_eq!(stays.expect_err("he must leave").code, RejectionCode::IllegalSubstitution);
                let change = owed_substitution(&game.state, &CARDS, Side::Home).expect("a bench");
                game.must(&Command::Substitute(change));
                game.must(&Command::DefensiveDecision(Default::default()));
                relieved = true;
            }
        }
        if tired && relieved {
            return;
        }
    }
    panic!("tired {tired}, relieved {relieved}");
}

#[test]
fn every_cell_of_the_injury_table_is_read() {
    let text = include_str!("../../charts/data/injuries.toml");
    let table: toml::Table = toml::from_str(text).expect("TOML");
    let mut cells = 0;
    for class in 1..=6 {
        for (rating, list) in table[format!("class_{class}").as_str()].as_table().expect("a section") {
            let list = list.as_array().expect("a list");
            for total in 3..=18_u8 {
                let expected = match list.get(usize::from(total) - 3).and_then(toml::Value::as_str) {
                    None | Some("OK") => Injury::None,
                    Some("REM") => Injury::RestOfGame,
                    Some(games) => Injury::Games(games.parse().expect("a number")),
                };
                assert_eq!(CHARTS.injuries.duration(&format!("{class}{rating}"), total), expected);
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 6 * 7 * 16);
}

#[test]
fn a_game_with_injuries_goes_to_its_end() {
    let mut injuries = 0;
    for seed in 0..super::games(10) {
        let mut game = game(seed);
        super::play(&mut game, Some(Choices(seed)));
        super::check_game(&game);
        injuries += game.events().filter(|event| matches!(event, Event::PlayerInjured { .. })).count();
    }
    assert!(injuries > 10, "{injuries} rolled for");
}
