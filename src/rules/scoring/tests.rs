//! Half innings out of the rule book, played on a small scoresheet.

mod judgement;

use super::ledger::HalfInningLedger;
use super::{Facts, Reached, Situation, statistics};
use crate::id::{LineupId, PlayNumber};
use crate::rules::event::{CleanPlay, FieldingError, Play, Sacrifice};
use crate::rules::outcome::PlayOutcome as Outcome;
use crate::rules::record::PlayRecord;
use crate::rules::resolution::Resolution;
use crate::rules::state::Runner;
use crate::rules::vocabulary::{Half, Position};
use std::collections::BTreeMap;

const P1: LineupId = LineupId(101);
const P2: LineupId = LineupId(102);
const P3: LineupId = LineupId(103);
const OUT: Option<Reached> = Some(0);
const FIRST: Option<Reached> = Some(1);
const SECOND: Option<Reached> = Some(2);
const THIRD: Option<Reached> = Some(3);
const HOME: Option<Reached> = Some(4);

/// A half inning as it is scored: runners, outs, and the runs booked by play.
struct Scoresheet {
    pitcher: LineupId,
    ledger: HalfInningLedger,
    runners: [Option<Runner>; 3],
    outs: u8,
    plays: i32,
    booked: BTreeMap<PlayNumber, (LineupId, u8, u8)>,
}

impl Scoresheet {
    fn new() -> Self {
        Self {
            pitcher: P1,
            ledger: HalfInningLedger::default(),
            runners: [None; 3],
            outs: 0,
            plays: 0,
            booked: BTreeMap::new(),
        }
    }

    /// A play of the batter `A`, `B` … in order of appearance; `to` is where he and the runners on first,
    /// second and third end up.
    fn play(&mut self, outcome: Outcome, to: [Option<Reached>; 4]) -> &mut Self {
        self.play_with(outcome, to, |_| {})
    }

    fn play_with(
        &mut self,
        outcome: Outcome,
        to: [Option<Reached>; 4],
        edit: impl FnOnce(&mut Play),
    ) -> &mut Self {
        self.plays += 1;
        let mut play = play(outcome, to);
        play.play_number = PlayNumber(self.plays);
        play.batter_id = LineupId(self.plays);
        play.pitcher_id = self.pitcher;
        play.outs_before = self.outs;
        play.runners = self.runners;
        edit(&mut play);
        self.booked.insert(play.play_number, (self.pitcher, 0, 0));
        for credit in self.ledger.observe(&Facts::of(&play)).credits {
            let row = self.booked.get_mut(&credit.play_number).expect("credited rows exist");
            row.1 += credit.run;
            row.2 += credit.e_run;
        }
        self.move_runners(&play);
        self
    }

    fn move_runners(&mut self, play: &Play) {
        let batter = Runner {
            lineup_id: play.batter_id,
            responsible_pitcher: Some(play.pitcher_id),
            reached_on: Some(play.play_number),
            unearned: false,
        };
        let mut after = [None; 3];
        let movers = play.runners.iter().zip(play.runners_to).map(|(runner, to)| (*runner, to));
        for (runner, to) in movers.chain([(Some(batter), play.batter_to)]) {
            if let Some(base @ 1..=3) = to {
                after[usize::from(base) - 1] = runner;
            }
        }
        self.ledger.settle(&mut after);
        self.runners = after;
        self.outs += play.outs_recorded;
    }

    fn relieved_by(&mut self, pitcher: LineupId) -> &mut Self {
        self.pitcher = pitcher;
        self
    }

    /// Runs and earned runs of a pitcher.
    fn charged(&self, pitcher: LineupId) -> (u8, u8) {
        let rows = self.booked.values().filter(|row| row.0 == pitcher);
        rows.fold((0, 0), |sum, row| (sum.0 + row.1, sum.1 + row.2))
    }
}

/// A play of this outcome; hits are worth their bases, and whoever is out or home counts.
fn play(outcome: Outcome, to: [Option<Reached>; 4]) -> Play {
    let count = |place| u8::try_from(to.iter().filter(|to| **to == place).count()).expect("four");
    let runner = |base: usize| Runner {
        lineup_id: LineupId(i32::try_from(base).expect("small") + 11),
        responsible_pitcher: None,
        reached_on: None,
        unearned: false,
    };
    let runners = [0, 1, 2].map(|base| to[base + 1].map(|_| runner(base)));
    let is_running = matches!(outcome, Outcome::StolenBase | Outcome::CaughtStealing | Outcome::PickOff);
    let lead = runners.iter().rev().flatten().next().map(|runner| runner.lineup_id);
    Play {
        play_number: PlayNumber(1),
        inning: 1,
        half: Half::Top,
        outs_before: 0,
        on_base_code: 0,
        away_score: 0,
        home_score: 0,
        batting_order: 1,
        batter_id: LineupId(1),
        pitcher_id: P1,
        catcher_id: None,
        defender_id: None,
        runner_id: lead.filter(|_| is_running),
        runners,
        outcome,
        hit_location: None,
        batter_to: to[0],
        runners_to: [to[1], to[2], to[3]],
        outs_recorded: count(OUT),
        runs_scored: count(HOME),
        hit_bases: match outcome {
            Outcome::Single1 => 1,
            Outcome::Double2 => 2,
            Outcome::Triple => 3,
            Outcome::Homerun => 4,
            _ => 0,
        },
        plate_appearance: to[0].is_some(),
        interference: false,
        in_pow: false,
        gidp: false,
        sacrifice: None,
        error: None,
        clean: None,
        hit_type: outcome.as_str().to_owned(),
        description: String::new(),
        resolution: Resolution::default(),
    }
}

/// The shortstop's error, which gave so many bases; the play would have gone as `clean`.
fn misplayed(bases: u8, clean: [Option<Reached>; 4]) -> impl FnOnce(&mut Play) {
    move |play| {
        let outs = u8::try_from(clean.iter().filter(|to| **to == OUT).count()).expect("four");
        play.error = Some(FieldingError { position: Position::Shortstop, bases });
        play.clean =
            Some(CleanPlay { batter_to: clean[0], runners_to: [clean[1], clean[2], clean[3]], outs });
    }
}

/// The catcher interfered: his error, and without it the batter would go on batting.
fn interfered(play: &mut Play) {
    play.interference = true;
    misplayed(1, [None, FIRST, SECOND, THIRD])(play);
}

mod inherited_runners {
    //! The examples of OBR 9.16(g), in order.
    use super::*;

    fn after_walk() -> Scoresheet {
        let mut sheet = Scoresheet::new();
        sheet.play(Outcome::Walk, [FIRST, None, None, None]).relieved_by(P2);
        sheet
    }

    #[test]
    fn example_1_the_runner_himself_scores() {
        let mut sheet = after_walk();
        sheet
            .play(Outcome::GroundballC, [OUT, SECOND, None, None])
            .play(Outcome::FlyoutB, [OUT, None, SECOND, None])
            .play(Outcome::Single1, [FIRST, None, HOME, None]);
        assert_eq!((sheet.charged(P1), sheet.charged(P2)), ((1, 1), (0, 0)));
    }

    #[test]
    fn example_2_a_force_leaves_another_in_his_place() {
        let mut sheet = after_walk();
        sheet
            .play(Outcome::GroundballB, [FIRST, OUT, None, None])
            .play(Outcome::GroundballC, [OUT, SECOND, None, None])
            .play(Outcome::Single1, [FIRST, None, HOME, None]);
        assert_eq!((sheet.charged(P1), sheet.charged(P2)), ((1, 1), (0, 0)));
    }

    #[test]
    fn example_3_out_at_home_on_a_fielders_choice() {
        let mut sheet = after_walk();
        sheet
            .play(Outcome::Single1, [FIRST, THIRD, None, None])
            .play(Outcome::GroundballA, [FIRST, SECOND, None, OUT])
            .play(Outcome::FlyoutB, [OUT, FIRST, SECOND, None])
            .play(Outcome::Single1, [FIRST, THIRD, HOME, None]);
        assert_eq!((sheet.charged(P1), sheet.charged(P2)), ((1, 1), (0, 0)));
    }

    #[test]
    fn example_4_put_out_without_the_batter() {
        let mut sheet = after_walk();
        sheet
            .play(Outcome::Walk, [FIRST, SECOND, None, None])
            .play(Outcome::FlyoutB, [OUT, FIRST, SECOND, None])
            .play(Outcome::PickOff, [None, FIRST, OUT, None])
            .play(Outcome::Double2, [SECOND, HOME, None, None]);
        assert_eq!((sheet.charged(P1), sheet.charged(P2)), ((0, 0), (1, 1)));
    }

    #[test]
    fn example_5_three_pitchers_and_a_home_run() {
        let mut sheet = after_walk();
        sheet
            .play(Outcome::Walk, [FIRST, SECOND, None, None])
            .relieved_by(P3)
            .play(Outcome::GroundballB, [FIRST, SECOND, OUT, None])
            .play(Outcome::GroundballB, [FIRST, SECOND, OUT, None])
            .play(Outcome::Homerun, [HOME, HOME, HOME, None]);
        assert_eq!([P1, P2, P3].map(|pitcher| sheet.charged(pitcher)), [(1, 1); 3]);
    }

    #[test]
    fn example_6_forced_at_home_with_the_bases_full() {
        let mut sheet = after_walk();
        sheet
            .play(Outcome::Walk, [FIRST, SECOND, None, None])
            .play(Outcome::Single1, [FIRST, SECOND, THIRD, None])
            .play(Outcome::GroundballA, [FIRST, SECOND, THIRD, OUT])
            .play(Outcome::Single1, [FIRST, SECOND, HOME, HOME]);
        assert_eq!((sheet.charged(P1), sheet.charged(P2)), ((1, 1), (1, 1)));
    }

    #[test]
    fn example_7_put_out_on_a_hit() {
        let mut sheet = after_walk();
        sheet
            .play(Outcome::Single1, [SECOND, OUT, None, None])
            .play(Outcome::Single1, [FIRST, None, HOME, None]);
        assert_eq!((sheet.charged(P1), sheet.charged(P2)), ((0, 0), (1, 1)));
    }
}

mod earned_runs {
    use super::*;

    #[test]
    fn an_error_is_an_out_that_was_not_made() {
        let mut sheet = Scoresheet::new();
        sheet
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play_with(Outcome::XCheck, [FIRST, None, None, None], misplayed(1, [OUT, None, None, None]))
            .play(Outcome::Single1, [FIRST, SECOND, None, None])
            .play(Outcome::Homerun, [HOME, HOME, HOME, None]);
        assert_eq!(sheet.charged(P1), (3, 2), "the third run reached on the error");
        sheet
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play(Outcome::Homerun, [HOME, None, None, None]);
        assert_eq!(sheet.charged(P1), (4, 2), "with two out and one given away the inning is over");
    }

    #[test]
    fn a_reliever_gets_no_help_from_earlier_errors() {
        let mut sheet = Scoresheet::new();
        sheet
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play_with(Outcome::XCheck, [FIRST, None, None, None], misplayed(1, [OUT, None, None, None]))
            .relieved_by(P2)
            .play(Outcome::Homerun, [HOME, HOME, None, None]);
        assert_eq!((sheet.charged(P1), sheet.charged(P2)), ((1, 0), (1, 1)));
    }

    #[test]
    fn an_error_runner_who_is_caught_leaves_one_out_not_two() {
        let mut sheet = Scoresheet::new();
        sheet
            .play_with(Outcome::XCheck, [FIRST, None, None, None], misplayed(1, [OUT, None, None, None]))
            .play(Outcome::CaughtStealing, [None, OUT, None, None])
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play(Outcome::Homerun, [HOME, None, None, None]);
        assert_eq!(sheet.charged(P1), (1, 1));
    }

    #[test]
    fn who_takes_an_error_runners_place_by_a_force_is_unearned_too() {
        let mut sheet = Scoresheet::new();
        sheet
            .play_with(Outcome::XCheck, [FIRST, None, None, None], misplayed(1, [OUT, None, None, None]))
            .play(Outcome::GroundballB, [FIRST, OUT, None, None]);
        assert!(sheet.runners[0].expect("the batter").unearned);
        sheet.play(Outcome::Homerun, [HOME, HOME, None, None]);
        assert_eq!(sheet.charged(P1), (2, 1));
    }

    #[test]
    fn a_run_helped_by_a_passed_ball_may_become_earned_later() {
        let mut sheet = Scoresheet::new();
        sheet
            .play(Outcome::Double2, [SECOND, None, None, None])
            .play(Outcome::PassedBall, [None, None, THIRD, None])
            .play(Outcome::FlyoutA, [OUT, None, None, HOME]);
        assert_eq!(sheet.charged(P1), (1, 0), "from second he would not have scored");
        sheet.play(Outcome::Homerun, [HOME, None, None, None]);
        assert_eq!(sheet.charged(P1), (2, 2), "now he would have");
        assert_eq!(sheet.booked[&PlayNumber(1)], (P1, 1, 1));
    }

    #[test]
    fn wild_pitches_count_as_the_pitchers_own() {
        let mut sheet = Scoresheet::new();
        sheet
            .play(Outcome::Double2, [SECOND, None, None, None])
            .play(Outcome::WildPitch, [None, None, THIRD, None])
            .play(Outcome::FlyoutA, [OUT, None, None, HOME]);
        assert_eq!(sheet.charged(P1), (1, 1));
    }

    #[test]
    fn interference_gives_a_base_but_no_out() {
        let mut sheet = Scoresheet::new();
        sheet
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play_with(Outcome::Error, [FIRST, None, None, None], interfered)
            .play(Outcome::Homerun, [HOME, HOME, None, None]);
        assert_eq!(sheet.charged(P1), (2, 1));
    }

    #[test]
    fn a_dropped_foul_fly_makes_what_the_batter_does_unearned() {
        let dropped = |play: &mut Play| {
            play.error = Some(FieldingError { position: Position::Catcher, bases: 1 });
        };
        let mut sheet = Scoresheet::new();
        sheet
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play_with(Outcome::XCheck, [None; 4], dropped)
            .play(Outcome::Homerun, [HOME, None, None, None])
            .play(Outcome::Homerun, [HOME, None, None, None]);
        assert_eq!(sheet.charged(P1), (2, 0));
        let mut sheet = Scoresheet::new();
        sheet
            .play_with(Outcome::XCheck, [None; 4], dropped)
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play(Outcome::Strikeout, [OUT, None, None, None])
            .play(Outcome::Homerun, [HOME, None, None, None]);
        assert_eq!(sheet.charged(P1), (1, 1), "he made an out all the same: nothing was given away");
    }

    #[test]
    fn extra_bases_on_an_error_may_not_bring_a_run_home() {
        let mut sheet = Scoresheet::new();
        sheet
            .play(Outcome::Single1, [FIRST, None, None, None])
            .play_with(
                Outcome::Single1,
                [SECOND, HOME, None, None],
                misplayed(2, [FIRST, SECOND, None, None]),
            )
            .play(Outcome::Strikeout, [OUT, None, None, None]);
        assert_eq!(sheet.charged(P1), (1, 0));
        sheet.play(Outcome::Double2, [SECOND, None, HOME, None]);
        assert_eq!(sheet.charged(P1), (2, 1), "a double brings the first runner in, the second to third");
    }

    #[test]
    fn a_placed_runner_is_booked_on_the_first_play_and_unearned() {
        let mut sheet = Scoresheet::new();
        sheet.runners[1] = Some(Runner {
            lineup_id: LineupId(9),
            responsible_pitcher: None,
            reached_on: None,
            unearned: true,
        });
        sheet
            .play(Outcome::GroundballC, [OUT, None, THIRD, None])
            .relieved_by(P2)
            .play(Outcome::Homerun, [HOME, None, None, HOME]);
        assert_eq!((sheet.charged(P1), sheet.charged(P2)), ((1, 0), (1, 1)));
        assert_eq!(sheet.booked[&PlayNumber(1)], (P1, 1, 0));
    }
}

mod counters {
    use super::*;

    fn counted(play: &Play) -> PlayRecord {
        let mut record = PlayRecord::default();
        statistics::count(&Facts::of(play), &mut record);
        record
    }

    fn rbi(outcome: Outcome, to: [Option<Reached>; 4], edit: impl FnOnce(&mut Play)) -> u8 {
        let mut play = play(outcome, to);
        edit(&mut play);
        counted(&play).rbi
    }

    #[test]
    fn at_bats_leave_out_walks_sacrifices_and_interference() {
        let walk = counted(&play(Outcome::IntentionalWalk, [FIRST, None, None, None]));
        assert_eq!((walk.pa, walk.ab, walk.bb, walk.ibb), (1, 0, 1, 1));
        let mut fly = play(Outcome::FlyoutA, [OUT, None, None, HOME]);
        fly.sacrifice = Some(Sacrifice::Fly);
        let fly = counted(&fly);
        assert_eq!((fly.pa, fly.ab, fly.sac, fly.rbi), (1, 0, 1, 1));
        let mut interference = play(Outcome::Error, [FIRST, SECOND, THIRD, HOME]);
        interfered(&mut interference);
        let interference = counted(&interference);
        assert_eq!((interference.pa, interference.ab, interference.error, interference.rbi), (1, 0, 1, 1));
        let stretched = counted(&play(Outcome::Single1, [OUT, None, None, None]));
        assert_eq!((stretched.pa, stretched.ab, stretched.hit), (1, 1, 1), "out stretching is a hit");
    }

    #[test]
    fn runs_batted_in_are_those_the_batter_caused() {
        assert_eq!(rbi(Outcome::Homerun, [HOME, HOME, HOME, HOME], |_| {}), 4);
        assert_eq!(rbi(Outcome::Walk, [FIRST, SECOND, THIRD, HOME], |_| {}), 1);
        assert_eq!(rbi(Outcome::GroundballC, [OUT, None, None, HOME], |_| {}), 1);
        assert_eq!(rbi(Outcome::WildPitch, [None, None, None, HOME], |_| {}), 0);
        assert_eq!(rbi(Outcome::StolenBase, [None, None, None, HOME], |_| {}), 0);
        assert_eq!(rbi(Outcome::GroundballA, [OUT, OUT, None, HOME], |play| play.gidp = true), 0);
    }

    #[test]
    fn a_run_on_an_error_is_batted_in_where_it_would_have_scored_anyway() {
        let to = [FIRST, None, None, HOME];
        let out_at_first = [OUT, None, None, HOME];
        assert_eq!(rbi(Outcome::XCheck, to, misplayed(1, out_at_first)), 1, "OBR 9.04(a)(3)");
        assert_eq!(rbi(Outcome::XCheck, to, misplayed(1, [OUT, None, None, THIRD])), 0);
        let two_outs = |play: &mut Play| {
            misplayed(1, out_at_first)(play);
            play.outs_before = 2;
        };
        assert_eq!(rbi(Outcome::XCheck, to, two_outs), 0);
        let double_play = misplayed(1, [OUT, OUT, None, HOME]);
        assert_eq!(rbi(Outcome::XCheck, [FIRST, OUT, None, HOME], double_play), 0, "OBR 9.04(b)(2)");
        let thrown_away = misplayed(1, [FIRST, THIRD, HOME, None]);
        assert_eq!(rbi(Outcome::Single1, [SECOND, HOME, HOME, None], thrown_away), 1, "the hit's own run");
    }

    #[test]
    fn misplays_without_advance_are_not_charged() {
        assert_eq!(counted(&play(Outcome::WildPitch, [None, FIRST, None, None])).wild_pitch, 0);
        assert_eq!(counted(&play(Outcome::WildPitch, [None, SECOND, None, None])).wild_pitch, 1);
        assert_eq!(counted(&play(Outcome::PassedBall, [None, None, THIRD, None])).passed_ball, 1);
        let caught = counted(&play(Outcome::CaughtStealing, [None, OUT, None, None]));
        assert_eq!((caught.cs, caught.pa), (1, 0));
        let picked_off = counted(&play(Outcome::PickOff, [None, OUT, None, None]));
        assert_eq!((picked_off.pick_off, picked_off.cs), (1, 0));
    }
}

#[test]
fn the_next_half_inning_starts_clean_or_with_a_placed_runner() {
    let bottom_of_the_ninth = Situation {
        inning: 9,
        half: Half::Bottom,
        outs: 2,
        on_base_code: 7,
        home_lead: 0,
        scheduled_innings: 9,
        extra_inning_runner: true,
    };
    let tenth = bottom_of_the_ninth.after(0, 1, 0);
    assert_eq!((tenth.inning, tenth.half, tenth.outs, tenth.on_base_code), (10, Half::Top, 0, 2));
    let traditional = Situation { extra_inning_runner: false, ..bottom_of_the_ninth }.after(0, 1, 0);
    assert_eq!(traditional.on_base_code, 0);
    let eighth = Situation { inning: 8, half: Half::Top, ..bottom_of_the_ninth }.after(0, 1, 0);
    assert_eq!((eighth.inning, eighth.half, eighth.on_base_code), (8, Half::Bottom, 0));
}
