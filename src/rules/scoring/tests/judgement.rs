//! What real games have and the engine's plays do not: counts taken over, several errors, combined plays. And
//! what the scorer assumes where the rules leave it to him.

use super::*;
use crate::rules::scoring::{Pitch, PlateAppearance, Running};

fn facts(outcome: Outcome, to: [Option<Reached>; 4], edit: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = Facts::of(&play(outcome, to));
    edit(&mut facts);
    facts
}

fn clean(facts: &Facts) -> [Option<Reached>; 4] {
    let CleanPlay { batter_to, runners_to: [first, second, third], .. } = facts.without_errors();
    [batter_to, first, second, third]
}

#[test]
fn a_double_play_at_home_and_first_leaves_the_earlier_pitcher_his_runners() {
    let mut sheet = Scoresheet::new();
    sheet
        .play(Outcome::Walk, [FIRST, None, None, None])
        .play(Outcome::Walk, [FIRST, SECOND, None, None])
        .relieved_by(P2)
        .play(Outcome::Walk, [FIRST, SECOND, THIRD, None])
        .play_with(Outcome::GroundballA, [OUT, SECOND, THIRD, OUT], |play| play.gidp = true)
        .play(Outcome::Double2, [SECOND, None, HOME, HOME]);
    assert_eq!((sheet.charged(P1), sheet.charged(P2)), ((2, 2), (0, 0)), "he left two, and answers for two");
}

#[test]
fn a_walk_may_be_charged_to_the_pitcher_who_began_it() {
    let facts = facts(Outcome::Walk, [FIRST, None, None, None], |facts| {
        facts.pitcher_id = P2;
        facts.charged_pitcher_id = Some(P1);
    });
    let mut ledger = HalfInningLedger::default();
    ledger.observe(&facts);
    let batter = Runner {
        lineup_id: facts.batter_id,
        responsible_pitcher: None,
        reached_on: Some(facts.play_number),
        unearned: false,
    };
    let mut runners = [Some(batter), None, None];
    ledger.settle(&mut runners);
    assert_eq!(runners[0].and_then(|runner| runner.responsible_pitcher), Some(P1), "OBR 9.16(h)");
}

#[test]
fn a_double_steal_and_a_strikeout_are_one_play() {
    let facts = facts(Outcome::Strikeout, [OUT, OUT, THIRD, None], |facts| {
        facts.running = [Some(Running::PickedOffStealing), Some(Running::Stole), None];
    });
    let mut record = PlayRecord::default();
    statistics::count(&facts, &mut record);
    assert_eq!((record.so, record.sb, record.cs, record.pick_off), (1, 1, 1, 1));
}

#[test]
fn who_reaches_first_on_a_passed_third_strike_would_have_been_out() {
    let on = |pitch: Pitch| facts(Outcome::Strikeout, [FIRST, SECOND, None, None], |f| f.pitch = Some(pitch));
    assert_eq!(clean(&on(Pitch::PassedBall)), [OUT, FIRST, None, None]);
    assert_eq!(clean(&on(Pitch::Wild)), [FIRST, SECOND, None, None]);
}

#[test]
fn an_error_on_a_fielders_choice_spares_the_foremost_runner_who_was_forced() {
    let choice = facts(Outcome::GroundballB, [FIRST, SECOND, THIRD, None], |facts| {
        facts.plate_appearance = Some(PlateAppearance::InPlay);
        facts.errors = 1;
        facts.error_bases = 1;
    });
    assert_eq!(clean(&choice), [FIRST, SECOND, OUT, None]);
}

#[test]
fn a_walk_with_a_wild_pitch_drives_nobody_in_but_whom_it_forces() {
    let rbi = |to| {
        let facts = facts(Outcome::Walk, to, |facts| facts.pitch = Some(Pitch::Wild));
        let mut record = PlayRecord::default();
        statistics::count(&facts, &mut record);
        record.rbi
    };
    assert_eq!(rbi([FIRST, None, None, HOME]), 0);
    assert_eq!(rbi([FIRST, SECOND, THIRD, HOME]), 1);
    assert_eq!(rbi([FIRST, SECOND, HOME, HOME]), 1);
}

#[test]
fn a_runner_on_second_is_assumed_to_score_on_a_single_on_which_he_scored() {
    let mut sheet = Scoresheet::new();
    sheet
        .play(Outcome::Double2, [SECOND, None, None, None])
        .play(Outcome::PassedBall, [None, None, THIRD, None])
        .play(Outcome::Single1, [FIRST, None, None, HOME]);
    assert_eq!(sheet.charged(P1), (1, 1));
}

#[test]
fn nobody_is_pushed_home_by_a_runner_who_was_not_forced() {
    let mut sheet = Scoresheet::new();
    sheet
        .play(Outcome::Triple, [THIRD, None, None, None])
        .play(Outcome::PassedBall, [None, None, None, HOME])
        .play(Outcome::Double2, [SECOND, None, None, None]);
    assert_eq!(sheet.charged(P1), (1, 1), "the double would have brought him in");
    let mut sheet = Scoresheet::new();
    sheet
        .play(Outcome::Triple, [THIRD, None, None, None])
        .play(Outcome::PassedBall, [None, None, None, HOME])
        .play(Outcome::Walk, [FIRST, None, None, None])
        .play(Outcome::StolenBase, [None, SECOND, None, None])
        .play(Outcome::GroundballC, [OUT, None, THIRD, None]);
    assert_eq!(sheet.charged(P1), (1, 0), "he would still be on third, and the other on second");
}
