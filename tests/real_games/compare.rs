//! The program's scoring beside the reference's, field by field.

use super::exceptions::Reason;
use super::file::{Game, Line, Play};
use super::score::ScoredGame;
use super::translate::is_judged;
use dugout::id::LineupId;
use dugout::rules::event::{Ending, Sacrifice};
use dugout::rules::record::PlayRecord;
use dugout::rules::scoring::{BattingLine, PitchingLine, PlateAppearance};
use dugout::rules::vocabulary::{Half, Side};
use std::collections::BTreeMap;
use std::fmt::{self, Debug};

/// The tables of value have four digits and five.
const RE24_TOLERANCE: f64 = 0.000_051;
const WPA_TOLERANCE: f64 = 0.000_011;

/// A field that is not what the reference has.
pub struct Difference {
    pub field: &'static str,
    pub place: Place,
    pub ours: String,
    pub theirs: String,
    /// What it adds to our side of the sums.
    pub surplus: i32,
    /// The pitcher whose sum that is.
    pub pitcher: Option<LineupId>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, place, ours, theirs, .. } = self;
        write!(f, "{place:?} {field}: {ours} instead of {theirs}")
    }
}

/// Where a field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Play(usize),
    /// The inning and the half.
    Half(u8, u8),
    /// A player of one of the sides.
    Player(usize, String),
    Team(usize),
    Game,
}

impl Place {
    /// Whether it is a play of which this is true.
    fn is_play(&self, game: &Game, is: impl FnOnce(&Play) -> bool) -> bool {
        matches!(self, Self::Play(at) if is(&game.plays[*at]))
    }
}

/// All fields of a game compared.
#[derive(Default)]
pub struct Comparison {
    /// How many of each field were compared.
    pub compared: BTreeMap<&'static str, u64>,
    /// Those that nothing explains.
    pub differences: Vec<Difference>,
    /// Those that cannot be otherwise, and why.
    pub excepted: Vec<(Reason, Difference)>,
    /// Runs batted in that the reference gave as a judgement.
    pub judged: u64,
}

impl Comparison {
    /// Compares a game.
    pub fn of(game: &Game, scored: &ScoredGame) -> Self {
        let mut comparison = Self::default();
        for at in 0..game.plays.len() {
            comparison.play(game, scored, at);
            comparison.situation_after(game, scored, at);
        }
        comparison.keep_exceptions(game);
        comparison.halves(game, scored);
        for side in [0, 1] {
            comparison.batting(game, scored, side);
            comparison.pitching(game, scored, side);
            comparison.team(game, scored, side);
        }
        comparison.decisions(game, scored);
        comparison.keep_exceptions(game);
        comparison
    }

    /// Moves the differences that have a reason to the exceptions.
    fn keep_exceptions(&mut self, game: &Game) {
        for difference in std::mem::take(&mut self.differences) {
            match Reason::of(game, &difference) {
                Some(reason) => self.excepted.push((reason, difference)),
                None => self.differences.push(difference),
            }
        }
    }

    /// What the excepted plays add to our side of a sum over the plays that `is_in` it.
    fn surplus(&self, field: &str, is_in: impl Fn(&Difference) -> bool) -> i32 {
        let excepted = self.excepted.iter().map(|(_, difference)| difference);
        excepted.filter(|difference| difference.field == field && is_in(difference)).map(|d| d.surplus).sum()
    }

    fn check<T: PartialEq + Debug>(&mut self, field: &'static str, place: &Place, ours: T, theirs: T) {
        *self.compared.entry(field).or_default() += 1;
        if ours != theirs {
            self.differ(field, place, format!("{ours:?}"), format!("{theirs:?}"));
        }
    }

    fn differ(&mut self, field: &'static str, place: &Place, ours: String, theirs: String) {
        let place = place.clone();
        self.differences.push(Difference { field, place, ours, theirs, surplus: 0, pitcher: None });
    }

    /// The difference just found, if there was one, changes a sum by so much.
    fn weigh(&mut self, found_before: usize, surplus: i32, pitcher: Option<LineupId>) {
        if let Some(difference) = self.differences.get_mut(found_before) {
            (difference.surplus, difference.pitcher) = (surplus, pitcher);
        }
    }

    fn check_value(&mut self, field: &'static str, place: &Place, ours: f64, theirs: &[f64], tolerance: f64) {
        *self.compared.entry(field).or_default() += 1;
        if !theirs.iter().any(|value| (value - ours).abs() < tolerance) {
            self.differ(field, place, ours.to_string(), format!("{theirs:?}"));
        }
    }

    fn play(&mut self, game: &Game, scored: &ScoredGame, at: usize) {
        let (theirs, ours, facts) = (&game.plays[at], &scored.plays[at], &scored.facts[at]);
        let row = &scored.rows[at];
        let place = Place::Play(at);
        self.check("play.outs", &place, row.outs_recorded, theirs.outs);
        self.check("play.runs", &place, row.runs_scored, theirs.runs);
        self.check("play.pa", &place, row.pa, theirs.pa);
        self.check("play.ab", &place, row.ab, theirs.ab);
        if is_judged(theirs) {
            self.judged += 1;
        } else {
            let found = self.differences.len();
            self.check("play.rbi", &place, row.rbi, theirs.rbi);
            self.weigh(found, i32::from(row.rbi) - i32::from(theirs.rbi), None);
        }
        self.check("play.sb", &place, usize::from(row.sb), theirs.sb.len());
        self.check("play.cs", &place, usize::from(row.cs), theirs.cs.len());
        self.check("play.err", &place, usize::from(row.error), theirs.err.len());
        let is = |kind| u8::from(ours.metadata.sac_kind == Some(kind));
        self.check("play.sh", &place, is(Sacrifice::Bunt), theirs.sh);
        self.check("play.sf", &place, is(Sacrifice::Fly), theirs.sf);
        self.check("play.gidp", &place, row.gidp, theirs.gidp);
        self.check("play.wp", &place, row.wild_pitch, theirs.wp);
        self.check("play.pb", &place, row.passed_ball, theirs.pb);
        let is_interference = facts.plate_appearance == Some(PlateAppearance::Interference);
        self.check("play.interference", &place, ours.metadata.interference, is_interference);
        let name = |id: Option<LineupId>| id.map(|id| scored.players.name(id).to_owned());
        let responsible = ours.responsible.map(name);
        self.check("play.rp", &place, responsible, theirs.rp.clone());
        for ((run, earned), (origin, kind)) in ours.runs.iter().zip(scored_in_order(theirs)) {
            let scorer = origin
                .checked_sub(1)
                .map_or(&theirs.bat, |base| theirs.on[usize::from(base)].as_ref().expect("a runner scored"));
            self.check("run.scorer", &place, scored.players.name(run.player_id), scorer.as_str());
            let found = self.differences.len();
            self.check("run.earned", &place, *earned, kind != "unearned");
            self.weigh(found, i32::from(*earned) * 2 - 1, Some(run.pitcher_id));
        }
        self.check("play.scored", &place, ours.runs.len(), theirs.scored.len());
        let re24: Vec<f64> = [Some(theirs.re24), theirs.re24_open].into_iter().flatten().collect();
        self.check_value("play.re24", &place, row.re24, &re24, RE24_TOLERANCE);
        if let Some(wpa) = theirs.wpa {
            self.check_value("play.wpa", &place, row.wpa, &[wpa], WPA_TOLERANCE);
        }
    }

    /// What the play leads to: the situation in which the next one starts, or the end.
    fn situation_after(&mut self, game: &Game, scored: &ScoredGame, at: usize) {
        let (play, facts, ours) = (&game.plays[at], &scored.facts[at], &scored.plays[at]);
        let place = Place::Play(at);
        let outs = facts.outs_before + facts.outs_recorded;
        let mut score = play.sc;
        score[usize::from(play.h)] += u16::from(facts.runs_scored);
        let Some(next) = game.plays.get(at + 1) else {
            self.check("after.score", &place, score, game.result.score);
            self.check("after.outs", &place, outs, game.result.outs_in_last_half);
            if game.tags.iter().all(|tag| tag != "shortened") {
                self.check(
                    "after.walk_off",
                    &place,
                    ours.ending == Some(Ending::WalkOff),
                    game.result.walk_off,
                );
                self.check("after.is_over", &place, ours.ending.is_some(), true);
            }
            return;
        };
        self.check("after.is_over", &place, ours.ending.is_some(), false);
        self.check("after.score", &place, score, next.sc);
        let same_half = (play.i, play.h) == (next.i, next.h);
        self.check("after.half_ends", &place, outs >= 3, !same_half);
        if same_half {
            self.check("after.outs", &place, outs, next.o);
            let on_base = occupied(facts.runners_to.iter().chain([&facts.batter_to]));
            let next_on = next.on.iter().enumerate().map(|(base, on)| u8::from(on.is_some()) << base).sum();
            self.check("after.bases", &place, on_base, next_on);
        }
    }

    fn halves(&mut self, game: &Game, scored: &ScoredGame) {
        for half in &game.halves {
            let place = Place::Half(half.i, half.h);
            let is_in =
                |row: &&PlayRecord| row.inning == half.i && (row.half == Some(Half::Bottom)) == (half.h == 1);
            let rows = || scored.rows.iter().filter(is_in);
            let sum = |count: fn(&PlayRecord) -> u8| rows().map(|row| u16::from(count(row))).sum::<u16>();
            self.check("half.runs", &place, sum(|row| row.runs_scored), half.r);
            self.check("half.hits", &place, sum(|row| row.hit), half.hits);
            self.check("half.errors", &place, sum(|row| row.error), half.err);
            self.check("half.outs", &place, sum(|row| row.outs_recorded), half.outs);
            let at = |play: &Play| (play.i, play.h) == (half.i, half.h);
            let is_here = |difference: &Difference| difference.place.is_play(game, at);
            let plays = game.plays.iter().zip(&scored.plays).filter(|(play, _)| at(play));
            let earned: u16 = plays.map(|(_, ours)| u16::from(ours.metadata.team_earned)).sum();
            let surplus = self.surplus("run.earned", is_here);
            let unearned = i32::from(half.r) - i32::from(earned) + surplus;
            self.check("half.unearned", &place, unearned, i32::from(half.unearned));
        }
    }

    fn batting(&mut self, game: &Game, scored: &ScoredGame, side: usize) {
        let lines = &scored.box_score.teams[SIDES[side]].batting;
        for theirs in &game.totals.sides()[side].batting {
            let place = Place::Player(side, theirs.id.clone());
            let number = scored.players.number(&theirs.id);
            let ours = lines.iter().find(|line| line.lineup_id == number);
            let ours = ours.unwrap_or_else(|| panic!("{}: {} has no line", game.game_id, theirs.id));
            let is_his =
                |difference: &Difference| difference.place.is_play(game, |play| play.bat == theirs.id);
            for (name, column) in BATTING {
                let surplus = if name == "batting.rbi" { self.surplus("play.rbi", is_his) } else { 0 };
                self.check(name, &place, i32::from(column(ours)) - surplus, number_of(theirs, name));
            }
        }
    }

    fn pitching(&mut self, game: &Game, scored: &ScoredGame, side: usize) {
        let ours = &scored.box_score.teams[SIDES[side]].pitching;
        let theirs = &game.totals.sides()[side].pitching;
        let name = |line: &PitchingLine| scored.players.name(line.lineup_id).to_owned();
        let order = theirs.iter().map(|line| line.id.clone()).collect::<Vec<_>>();
        self.check("pitching.order", &Place::Team(side), ours.iter().map(name).collect(), order);
        for theirs in theirs {
            let place = Place::Player(side, theirs.id.clone());
            let Some(ours) = ours.iter().find(|line| name(line) == theirs.id) else { continue };
            let is_his = |difference: &Difference| difference.pitcher == Some(ours.lineup_id);
            for (name, column) in PITCHING {
                let surplus = if name == "pitching.er" { self.surplus("run.earned", is_his) } else { 0 };
                self.check(name, &place, i32::from(column(ours)) - surplus, number_of(theirs, name));
            }
            self.check("pitching.irs", &place, ours.irs, inherited_scored(game, &theirs.id));
            let misread = inherited_misread(game, &theirs.id);
            self.check("reference.irs", &place, misread, theirs.numbers["irs"]);
            let box_score = &scored.box_score;
            let is = |decision| u16::from(decision == Some(ours.lineup_id));
            self.check("pitching.w", &place, is(box_score.winning_pitcher), theirs.numbers["w"]);
            self.check("pitching.l", &place, is(box_score.losing_pitcher), theirs.numbers["l"]);
            self.check("pitching.sv", &place, is(box_score.save), theirs.numbers["sv"]);
        }
    }

    fn team(&mut self, game: &Game, scored: &ScoredGame, side: usize) {
        let (ours, theirs) = (&scored.box_score.teams[SIDES[side]], &game.result);
        let place = Place::Team(side);
        self.check("team.runs", &place, ours.runs, theirs.score[side]);
        self.check("team.line", &place, ours.line.clone(), theirs.line[side].clone());
        self.check("team.hits", &place, ours.hits, theirs.hits[side]);
        self.check("team.errors", &place, ours.errors, theirs.errors[side]);
        self.check("team.lob", &place, ours.left_on_base, theirs.lob[side]);
        let against =
            |difference: &Difference| difference.place.is_play(game, |play| usize::from(play.h) != side);
        let earned = i32::from(ours.earned_runs) - self.surplus("run.earned", against);
        self.check("team.earned_runs", &place, earned, i32::from(theirs.team_er_allowed[side]));
    }

    fn decisions(&mut self, game: &Game, scored: &ScoredGame) {
        let (ours, theirs) = (&scored.box_score, &game.result);
        let name = |id: Option<LineupId>| id.map(|id| scored.players.name(id).to_owned());
        self.check("game.win", &Place::Game, name(ours.winning_pitcher), theirs.win.clone());
        self.check("game.loss", &Place::Game, name(ours.losing_pitcher), theirs.loss.clone());
        self.check("game.save", &Place::Game, name(ours.save), theirs.save.clone());
        let last = scored.rows.last().expect("a game has plays");
        self.check("game.innings", &Place::Game, last.inning, theirs.innings);
        self.check(
            "game.last_half",
            &Place::Game,
            u8::from(last.half == Some(Half::Bottom)),
            theirs.last_half,
        );
        self.check(
            "game.proof",
            &Place::Game,
            ours.proves().map_err(|unproved| unproved.to_string()),
            Ok(()),
        );
    }
}

const SIDES: [Side; 2] = [Side::Away, Side::Home];

type Column<T> = fn(&T) -> u16;

/// The columns of a batter's line, named `batting.` and the file's name.
const BATTING: [(&str, Column<BattingLine>); 18] = [
    ("batting.pa", |line| line.pa),
    ("batting.ab", |line| line.ab),
    ("batting.r", |line| line.r),
    ("batting.h", |line| line.h),
    ("batting.d", |line| line.double),
    ("batting.t", |line| line.triple),
    ("batting.hr", |line| line.hr),
    ("batting.rbi", |line| line.rbi),
    ("batting.bb", |line| line.bb),
    ("batting.ibb", |line| line.ibb),
    ("batting.so", |line| line.so),
    ("batting.hbp", |line| line.hbp),
    ("batting.sf", |line| line.sf),
    ("batting.sh", |line| line.sh),
    ("batting.gidp", |line| line.gidp),
    ("batting.sb", |line| line.sb),
    ("batting.cs", |line| line.cs),
    ("batting.ci", |line| line.ci),
];

/// The columns of a pitcher's line.
const PITCHING: [(&str, Column<PitchingLine>); 13] = [
    ("pitching.outs", |line| line.outs),
    ("pitching.bf", |line| line.bf),
    ("pitching.h", |line| line.h),
    ("pitching.r", |line| line.r),
    ("pitching.er", |line| line.er),
    ("pitching.bb", |line| line.bb),
    ("pitching.ibb", |line| line.ibb),
    ("pitching.so", |line| line.so),
    ("pitching.hr", |line| line.hr),
    ("pitching.hbp", |line| line.hbp),
    ("pitching.wp", |line| line.wild_pitch),
    ("pitching.bk", |line| line.balk),
    ("pitching.ir", |line| line.ir),
];

fn number_of(line: &Line, name: &str) -> i32 {
    let (_, column) = name.split_once('.').expect("the lists name the line first");
    line.numbers[column].into()
}

/// Runs that scored while a pitcher pitched and are charged to others, counted from the plays themselves.
fn inherited_scored(game: &Game, id: &str) -> u16 {
    let plays = game.plays.iter().filter(|play| play.pit == id);
    let runs = plays.flat_map(|play| play.scored.iter().map(move |(origin, _)| (play, *origin)));
    let of_others = runs.filter(|(play, origin)| {
        let answerable = origin.checked_sub(1).map_or(&play.rpit, |base| &play.rp[usize::from(base)]);
        answerable.as_deref().is_some_and(|answerable| answerable != id)
    });
    u16::try_from(of_others.count()).expect("a few")
}

/// The column `irs` as the reference came by it: it follows each inherited runner from his base on, but begins
/// with the play before the pitching change, which moves him a second time. So the column contradicts the plays
/// of its own file; it is reproduced to show that nothing else is different.
fn inherited_misread(game: &Game, id: &str) -> u16 {
    let plays = &game.plays;
    let same_half = |play: &Play, other: &Play| (play.i, play.h) == (other.i, other.h);
    let change = (1..plays.len()).find(|at| plays[*at].pit == id && plays[at - 1].pit != id);
    let Some(at) = change.filter(|at| same_half(&plays[at - 1], &plays[*at])) else { return 0 };
    let half = || plays[at - 1..].iter().take_while(|play| same_half(play, &plays[at]));
    let scores = |base: &u8| {
        let mut reached = *base;
        for play in half() {
            match play.dest[usize::from(reached)] {
                Some(to @ 1..=3) => reached = to,
                end => return end == Some(4),
            }
        }
        false
    };
    let inherited = (1..=3).filter(|base| plays[at].on[usize::from(*base) - 1].is_some());
    u16::try_from(inherited.filter(scores).count()).expect("three at most")
}

/// The runs of a play in the order in which they crossed the plate: runners from third first, the batter last.
fn scored_in_order(play: &Play) -> Vec<(u8, &str)> {
    let mut runs: Vec<(u8, &str)> =
        play.scored.iter().map(|(origin, kind)| (*origin, kind.as_str())).collect();
    runs.sort_by_key(|(origin, _)| std::cmp::Reverse(*origin));
    runs
}

fn occupied<'a>(reached: impl Iterator<Item = &'a Option<u8>>) -> u8 {
    reached.flatten().filter(|to| (1..=3).contains(*to)).map(|to| 1 << (to - 1)).sum()
}
