//! Players who come in, and those who may not (RULES 7.4, OBR 5.10, 5.11).

use super::Choices;
use crate::id::{CardId, LineupId};
use crate::rules::command::{Command, Issuer, Substitute, Substitution};
use crate::rules::event::Event;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::rejection::RejectionCode;
use crate::rules::state::{GameSettings, GameState};
use crate::rules::testing::Game;
use crate::rules::vocabulary::{DecisionPhase, Position, Side};

/// Somebody for somebody, mostly from the right bench.
pub(super) fn random(game: &Game, choices: &mut Choices) -> Command {
    let state = &game.state;
    let side = Side::ALL[choices.pick(2)];
    let players = &state.lineups[side].players;
    let batter = state.lineups[side].batter(state.batter_idx[side]);
    let leaving = match batter {
        Some(batter) if side == state.batting_side() && choices.pick(2) == 0 => batter,
        _ => &players[choices.pick(players.len())],
    };
    // Whoever bats for a pitcher must be able to pitch: these games bring in nobody else for him.
    let bench = if leaving.position == Position::Pitcher { 11..16 } else { 11..21 };
    let number = bench.start + choices.pick(bench.len()) as i32;
    let base = if side == Side::Home { 100 } else { 0 };
    let card_id = match choices.pick(6) {
        0 => players[choices.pick(players.len())].card_id,
        _ => CardId(base + number),
    };
    let position = (choices.pick(4) == 0).then(|| Position::ALL[choices.pick(Position::ALL.len())]);
    let batting_order = (choices.pick(12) == 0).then(|| choices.pick(11) as u8);
    Command::Substitute(Substitute {
        replacing: leaving.lineup_id,
        card_id,
        position,
        batting_order,
        also: Vec::new(),
    })
}

/// Every position and every place in the order once; nobody twice; whoever left stays away.
pub(super) fn check_lineups(state: &GameState) {
    for (side, lineup) in state.lineups.iter() {
        for position in Position::FIELD {
            let count = lineup.active().filter(|player| player.position == *position).count();
            assert_eq!(count, 1, "{side} {position}");
        }
        let orders: Vec<_> = lineup.batting_order().iter().map(|player| player.batting_order).collect();
        assert_eq!(orders, (1..=9).map(Some).collect::<Vec<_>>(), "{side}");
        let mut cards: Vec<_> = lineup.players.iter().map(|player| player.card_id).collect();
        cards.sort_unstable();
        cards.dedup();
        assert_eq!(cards.len(), lineup.players.len(), "{side}: a player is in the game once");
        let has_dh = lineup.at(Position::DesignatedHitter).is_some();
        let pitcher_bats = lineup.at(Position::Pitcher).expect("one pitches").batting_order.is_some();
        assert_ne!(has_dh, pitcher_bats, "{side}: the pitcher bats where there is no DH");
    }
    for runner in state.runners.iter().flatten() {
        let entry = state.lineups[state.batting_side()].player(runner.lineup_id).expect("a line-up entry");
        assert!(entry.is_active, "a runner who has left the game");
    }
}

fn one(replacing: LineupId, card_id: i32) -> Substitute {
    Substitute { replacing, card_id: CardId(card_id), position: None, batting_order: None, also: Vec::new() }
}

fn at(game: &Game, side: Side, position: Position) -> LineupPlayerState {
    game.state.lineups[side].at(position).expect("somebody plays there").clone()
}

/// The rule's field of a refused substitution.
fn illegal(game: &mut Game, request: Substitute) -> String {
    let before = game.state.clone();
    let refusal = game.order(&Command::Substitute(request)).expect_err("refused");
    assert_eq!(refusal.code, RejectionCode::IllegalSubstitution, "{refusal}");
    assert_eq!(game.state, before);
    refusal.field.expect("the field is named")
}

fn started() -> Game {
    let mut game = Game::new(1, GameSettings::default());
    game.must(&Command::Start {});
    game
}

#[test]
fn a_pinch_hitter_takes_the_slot_and_reopens_the_defence() {
    let mut game = started();
    game.play_until(DecisionPhase::AwaitingRoll, |_| true);
    let batter = game.state.lineups.away.batter(0).expect("nine bat").clone();
    game.must(&Command::Substitute(one(batter.lineup_id, 16)));
    let hitter = game.state.lineups.away.batter(0).expect("nine bat");
    assert_eq!((hitter.card_id, hitter.position), (CardId(16), batter.position));
    assert_eq!(hitter.replacing_id, Some(batter.lineup_id));
    assert!(!hitter.is_starter && hitter.entered_inning == 1 && hitter.after_play == Some(0));
    assert_eq!(game.state.decision_phase, DecisionPhase::AwaitingDefensive);
    assert_eq!(game.state.pending_defensive_decision, None);
    assert_eq!(game.state.pending_decision.as_ref().map(|pending| pending.seq), Some(game.state.seq));
}

#[test]
fn a_player_who_left_does_not_return() {
    let mut game = started();
    let batter = game.state.lineups.away.batter(0).expect("nine bat").clone();
    game.must(&Command::Substitute(one(batter.lineup_id, 16)));
    let hitter = game.state.lineups.away.batter(0).expect("nine bat").lineup_id;
    assert_eq!(illegal(&mut game, one(hitter, batter.card_id.0)), "card_id");
    assert_eq!(illegal(&mut game, one(batter.lineup_id, 17)), "replacing");
}

#[test]
fn substitutes_come_from_the_own_bench() {
    let mut game = started();
    let batter = game.state.lineups.away.batter(0).expect("nine bat").lineup_id;
    assert_eq!(illegal(&mut game, one(batter, 116)), "card_id", "the other side's");
    let second = game.state.lineups.away.batter(1).expect("nine bat").clone();
    assert_eq!(illegal(&mut game, one(batter, second.card_id.0)), "card_id", "in the game already");
    assert_eq!(illegal(&mut game, one(second.lineup_id, 16)), "replacing", "not his turn at bat");
    let unknown = game.order(&Command::Substitute(one(LineupId(999), 16))).expect_err("no such entry");
    assert_eq!((unknown.code, unknown.field.as_deref()), (RejectionCode::Invalid, Some("replacing")));
}

#[test]
fn a_pinch_runner_takes_over_the_base() {
    let mut game = started();
    game.play_until(DecisionPhase::AwaitingDefensive, |state| state.runners[0].is_some());
    let side = game.state.batting_side();
    let runner = game.state.runners[0].expect("on first");
    let bench = if side == Side::Home { 116 } else { 16 };
    game.must(&Command::Substitute(one(runner.lineup_id, bench)));
    let now = game.state.runners[0].expect("on first");
    assert_ne!(now.lineup_id, runner.lineup_id);
    let entry = game.state.lineups[side].player(now.lineup_id).expect("a line-up entry");
    assert_eq!(entry.card_id, CardId(bench));
    assert_eq!((now.responsible_pitcher, now.reached_on), (runner.responsible_pitcher, runner.reached_on));
}

#[test]
fn a_pitcher_faces_his_batter_before_he_is_relieved() {
    let settings = GameSettings { reliever_batters_min: 3, ..GameSettings::default() };
    let mut game = Game::new(1, settings);
    game.must(&Command::Start {});
    let pitcher = at(&game, Side::Home, Position::Pitcher).lineup_id;
    assert_eq!(illegal(&mut game, one(pitcher, 111)), "replacing");
    game.play_until(DecisionPhase::AwaitingDefensive, |state| state.workloads.home.batters_faced == 3);
    game.must(&Command::Substitute(one(pitcher, 111)));
    let reliever = at(&game, Side::Home, Position::Pitcher).lineup_id;
    assert_eq!(illegal(&mut game, one(reliever, 112)), "replacing", "he has faced nobody");
}

#[test]
fn a_double_switch_is_one_request() {
    let mut game = Game::created(1, GameSettings::default(), |_| ());
    let both: Vec<_> = [Side::Away, Side::Home].into_iter().map(without_dh).collect();
    both.iter().for_each(|lineup| game.must(lineup));
    game.must(&Command::Start {});
    game.play_until(DecisionPhase::AwaitingDefensive, |state| state.batting_side() == Side::Home);
    game.play_until(DecisionPhase::AwaitingDefensive, |state| state.workloads.away.batters_faced > 0);
    let pitcher = at(&game, Side::Away, Position::Pitcher);
    let left = at(&game, Side::Away, Position::LeftField);
    let request = Substitute {
        batting_order: left.batting_order,
        also: vec![Substitution {
            replacing: left.lineup_id,
            card_id: CardId(16),
            position: None,
            batting_order: pitcher.batting_order,
        }],
        ..one(pitcher.lineup_id, 11)
    };
    assert_eq!(
        illegal(&mut game, Substitute { also: Vec::new(), ..request.clone() }),
        "batting_order",
        "half a double switch leaves two in one place"
    );
    game.must(&Command::Substitute(request));
    assert_eq!(at(&game, Side::Away, Position::Pitcher).batting_order, left.batting_order);
    assert_eq!(at(&game, Side::Away, Position::LeftField).batting_order, pitcher.batting_order);
}

/// Nine in scorer's order, the pitcher ninth.
fn without_dh(side: Side) -> Command {
    let mut lineup = crate::rules::testing::lineup(side);
    lineup.players.retain(|slot| slot.position != Position::DesignatedHitter);
    for slot in &mut lineup.players {
        slot.batting_order = slot.batting_order.or(Some(9));
    }
    Command::SetLineup(lineup)
}

#[test]
fn the_dh_ends_when_he_takes_the_field_and_the_pitcher_bats_in_the_vacant_place() {
    let mut game = started();
    let left = at(&game, Side::Home, Position::LeftField);
    let hitter = at(&game, Side::Home, Position::DesignatedHitter);
    game.must(&Command::Substitute(one(left.lineup_id, hitter.card_id.0)));
    assert_eq!(game.state.lineups.home.at(Position::DesignatedHitter), None);
    assert_eq!(at(&game, Side::Home, Position::LeftField).lineup_id, hitter.lineup_id);
    assert_eq!(at(&game, Side::Home, Position::LeftField).batting_order, hitter.batting_order);
    assert_eq!(at(&game, Side::Home, Position::Pitcher).batting_order, left.batting_order);
    check_lineups(&game.state);
}

#[test]
fn the_pitcher_bats_for_nobody_but_the_dh() {
    let mut game = started();
    let pitcher = at(&game, Side::Away, Position::Pitcher);
    let first = game.state.lineups.away.batter(0).expect("nine bat").lineup_id;
    assert_eq!(illegal(&mut game, one(first, pitcher.card_id.0)), "card_id");
    game.play_until(DecisionPhase::AwaitingOffensive, |state| {
        state.batting_side() == Side::Away && state.batter_idx.away == 8
    });
    let hitter = at(&game, Side::Away, Position::DesignatedHitter);
    game.must(&Command::Substitute(one(hitter.lineup_id, pitcher.card_id.0)));
    let batter = game.state.lineups.away.batter(8).expect("nine bat");
    assert_eq!((batter.lineup_id, batter.position), (pitcher.lineup_id, Position::Pitcher));
    check_lineups(&game.state);
}

#[test]
fn the_pitcher_who_leaves_the_mound_takes_a_place_in_the_order() {
    let mut game = started();
    game.play_until(DecisionPhase::AwaitingDefensive, |state| state.workloads.home.batters_faced == 1);
    let pitcher = at(&game, Side::Home, Position::Pitcher);
    let left = at(&game, Side::Home, Position::LeftField);
    let hitter = at(&game, Side::Home, Position::DesignatedHitter);
    let request = Substitute {
        also: vec![Substitution {
            replacing: hitter.lineup_id,
            card_id: CardId(111),
            position: Some(Position::Pitcher),
            batting_order: None,
        }],
        ..one(left.lineup_id, pitcher.card_id.0)
    };
    game.must(&Command::Substitute(request));
    assert_eq!(at(&game, Side::Home, Position::LeftField).lineup_id, pitcher.lineup_id);
    assert_eq!(at(&game, Side::Home, Position::LeftField).batting_order, left.batting_order);
    assert_eq!(at(&game, Side::Home, Position::Pitcher).batting_order, hitter.batting_order);
    check_lineups(&game.state);
}

#[test]
fn a_pitcher_who_comes_back_to_the_mound_is_as_tired_as_he_was() {
    let mut game = started();
    game.play_until(DecisionPhase::AwaitingDefensive, |state| state.workloads.home.batters_faced == 2);
    let work = game.state.workloads.home.clone();
    let pitcher = at(&game, Side::Home, Position::Pitcher);
    let left = at(&game, Side::Home, Position::LeftField);
    let hitter = at(&game, Side::Home, Position::DesignatedHitter);
    let on_the_mound = Substitution {
        replacing: hitter.lineup_id,
        card_id: CardId(111),
        position: Some(Position::Pitcher),
        batting_order: None,
    };
    game.must(&Command::Substitute(Substitute {
        also: vec![on_the_mound],
        ..one(left.lineup_id, pitcher.card_id.0)
    }));
    assert_eq!(game.state.workloads.home.batters_faced, 0);
    game.play_until(DecisionPhase::AwaitingDefensive, |state| {
        state.workloads.home.batters_faced > 0 && state.batting_side() == Side::Away
    });
    let reliever = at(&game, Side::Home, Position::Pitcher);
    let back = Substitute { position: Some(Position::Pitcher), ..one(pitcher.lineup_id, pitcher.card_id.0) };
    let to_left = Substitution {
        replacing: reliever.lineup_id,
        card_id: reliever.card_id,
        position: Some(Position::LeftField),
        batting_order: None,
    };
    game.must(&Command::Substitute(Substitute { also: vec![to_left], ..back }));
    assert_eq!(game.state.workloads.home, work);
    assert_eq!(game.state.earlier_workloads.home.len(), 1, "the reliever may come back, too");
}

#[test]
fn fielders_trade_places_in_one_request_and_not_by_halves() {
    let mut game = started();
    let (left, right) =
        (at(&game, Side::Home, Position::LeftField), at(&game, Side::Home, Position::RightField));
    let to_right = Substitute { position: Some(Position::RightField), ..one(left.lineup_id, left.card_id.0) };
    assert_eq!(illegal(&mut game, to_right.clone()), "position");
    let to_left = Substitution {
        replacing: right.lineup_id,
        card_id: right.card_id,
        position: Some(Position::LeftField),
        batting_order: None,
    };
    game.must(&Command::Substitute(Substitute { also: vec![to_left], ..to_right }));
    assert_eq!(at(&game, Side::Home, Position::LeftField).lineup_id, right.lineup_id);
}

#[test]
fn the_field_changes_while_the_defence_decides_and_not_later() {
    let mut game = started();
    game.must(&game.next_command());
    let left = at(&game, Side::Home, Position::LeftField).lineup_id;
    let late = game.order_as(Issuer::Manager(Side::Home), &Command::Substitute(one(left, 116)));
    assert_eq!(late.expect_err("the batting side decides now").code, RejectionCode::WrongPhase);
}

#[test]
fn long_work_tires_a_pitcher_and_his_card_gives_hits_away() {
    let mut tired_games = 0;
    let mut converted = 0;
    for seed in 0..30 {
        let mut game = Game::new(seed, GameSettings::default());
        super::play(&mut game, None);
        tired_games += usize::from(game.events().any(|event| matches!(event, Event::PitcherTired { .. })));
        let weak = super::plays(&game).into_iter().filter(|play| play.in_pow).count();
        assert!(weak > 0, "nobody relieves these starters");
        let gifts = super::plays(&game).into_iter().flat_map(|play| &play.resolution.checks);
        converted += gifts.filter(|check| check.purpose == "fatigue" && check.success).count();
    }
    assert!(tired_games > 5, "{tired_games} of 30");
    assert!(converted > 10, "{converted} outs became singles");
}
