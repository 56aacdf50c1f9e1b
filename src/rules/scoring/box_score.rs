//! The box score: a game's rows added up by player and team, and its proof (OBR 9.02, 9.03).

mod decisions;
mod fielding;
mod render;

pub use fielding::FieldingLine;

use super::PlayMetadata;
use crate::id::{CardId, LineupId, TeamId};
use crate::rules::event::Sacrifice;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::record::PlayRecord;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{BySide, Half, Position, Side};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// The box score of a game, finished or not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BoxScore {
    /// Both teams.
    pub teams: BySide<TeamBox>,
    /// The winning pitcher; none before the end or after a tie.
    pub winning_pitcher: Option<LineupId>,
    /// The losing pitcher.
    pub losing_pitcher: Option<LineupId>,
    /// The pitcher with the save.
    pub save: Option<LineupId>,
}

/// One team's part.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TeamBox {
    /// The team.
    pub team_id: TeamId,
    /// Its name.
    pub name: String,
    /// Runs by inning; ends with the inning it batted last.
    pub line: Vec<u16>,
    /// Runs.
    pub runs: u16,
    /// Hits.
    pub hits: u16,
    /// Errors committed.
    pub errors: u16,
    /// Runners left on base.
    pub left_on_base: u16,
    /// Runners that the rules placed on base.
    pub placed_runners: u16,
    /// Outs its fielders made.
    pub putouts: u16,
    /// Earned runs its pitchers allowed together; fewer than the sum of theirs where a reliever came in after
    /// an error (OBR 9.16(i)).
    pub earned_runs: u16,
    /// Everyone who batted or may yet, in batting order.
    pub batting: Vec<BattingLine>,
    /// Its pitchers, in order of appearance.
    pub pitching: Vec<PitchingLine>,
    /// Everyone who stood in the field, a line for each position, in the scorer's order.
    pub fielding: Vec<FieldingLine>,
}

/// A batter's line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the columns are the scorer's own abbreviations, as in the rows of plays")]
pub struct BattingLine {
    pub lineup_id: LineupId,
    pub card_id: CardId,
    pub position: Position,
    pub batting_order: Option<u8>,
    pub pa: u16,
    pub ab: u16,
    pub r: u16,
    pub h: u16,
    pub double: u16,
    pub triple: u16,
    pub hr: u16,
    pub rbi: u16,
    pub bb: u16,
    pub ibb: u16,
    pub so: u16,
    pub hbp: u16,
    /// Sacrifices of both kinds.
    pub sac: u16,
    /// Sacrifice bunts.
    pub sh: u16,
    /// Sacrifice flies.
    pub sf: u16,
    pub gidp: u16,
    /// Times on base by the catcher's interference.
    pub ci: u16,
    pub sb: u16,
    pub cs: u16,
}

/// A pitcher's line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the columns are the scorer's own abbreviations, as in the rows of plays")]
pub struct PitchingLine {
    pub lineup_id: LineupId,
    pub card_id: CardId,
    /// Outs: innings pitched times three.
    pub outs: u16,
    /// Batters faced.
    pub bf: u16,
    pub h: u16,
    pub r: u16,
    pub er: u16,
    pub bb: u16,
    pub ibb: u16,
    pub so: u16,
    pub hr: u16,
    pub hbp: u16,
    pub wild_pitch: u16,
    pub balk: u16,
    /// Runners on base when he came in.
    pub ir: u16,
    /// Runs that scored while he pitched and are charged to others.
    pub irs: u16,
}

/// Why a box score does not prove.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Unproved {
    /// OBR 9.03(c).
    #[error(
        "{side}: {came_up} came up or were placed, but {runs} runs, {left_on_base} left on base and \
         {putouts} put out are accounted for"
    )]
    Batters {
        /// The batting side.
        side: Side,
        /// Plate appearances and placed runners.
        came_up: u16,
        /// Its runs.
        runs: u16,
        /// Its runners left on base.
        left_on_base: u16,
        /// The other side's putouts.
        putouts: u16,
    },
    /// Two ways of counting the same thing differ.
    #[error("{side}: {what} is {expected}, but {counted} by {by}")]
    Sum {
        /// Whose.
        side: Side,
        /// What was counted.
        what: &'static str,
        /// By the line score or the state.
        expected: u16,
        /// How it was counted otherwise.
        by: &'static str,
        /// The other count.
        counted: u16,
    },
}

/// Adds up the rows of a game; `state` tells who played.
#[must_use]
pub fn box_score(state: &GameState, plays: &[PlayRecord]) -> BoxScore {
    let mut teams = BySide::from_fn(|side| empty_box(state, side));
    for play in plays {
        let Some(half) = play.half else { continue };
        let batting = half.batting();
        let metadata = PlayMetadata::of(play);
        enter_team(&mut teams, batting, play);
        enter_batting(state, &mut teams[batting], batting, play, &metadata);
        let fielding = &mut teams[batting.opponent()];
        fielding.earned_runs += u16::from(metadata.team_earned);
        enter_pitching(state, fielding, batting.opponent(), play, &metadata);
    }
    count_left_on_base(&mut teams, plays);
    for (side, team) in [(Side::Away, &mut teams.away), (Side::Home, &mut teams.home)] {
        team.fielding = fielding::lines(state, side, plays);
        team.batting.sort_by_key(|line| (line.batting_order.unwrap_or(u8::MAX), line.lineup_id));
    }
    let decisions = decisions::decide(state, &teams, plays);
    BoxScore {
        teams,
        winning_pitcher: decisions.winner,
        losing_pitcher: decisions.loser,
        save: decisions.save,
    }
}

fn empty_box(state: &GameState, side: Side) -> TeamBox {
    let team = &state.setup.teams[side];
    let batters = state.lineups[side].players.iter().filter(|player| player.batting_order.is_some());
    TeamBox {
        team_id: team.team_id,
        name: team.name.clone(),
        batting: batters.map(batting_line).collect(),
        ..TeamBox::default()
    }
}

fn enter_team(teams: &mut BySide<TeamBox>, batting: Side, play: &PlayRecord) {
    let team = &mut teams[batting];
    let inning = usize::from(play.inning);
    if team.line.len() < inning {
        team.line.resize(inning, 0);
    }
    if let Some(runs) = team.line.last_mut() {
        *runs += u16::from(play.runs_scored);
    }
    team.runs += u16::from(play.runs_scored);
    team.hits += u16::from(play.hit);
    if play.is_new_inning {
        // Nobody has come up yet: whoever is on base was placed there.
        team.placed_runners += u16::try_from(play.on_base_code.count_ones()).expect("at most eight bits");
    }
    let fielding = &mut teams[batting.opponent()];
    fielding.errors += u16::from(play.error);
    fielding.putouts += u16::from(play.outs_recorded);
}

fn enter_batting(
    state: &GameState,
    team: &mut TeamBox,
    side: Side,
    play: &PlayRecord,
    metadata: &PlayMetadata,
) {
    let charged = metadata.charged_batter_id.unwrap_or(play.batter_id);
    let batter = batting_line_of(state, team, side, charged);
    let is = |kind: Sacrifice| u16::from(metadata.sac_kind == Some(kind));
    batter.pa += u16::from(play.pa);
    batter.ab += u16::from(play.ab);
    batter.h += u16::from(play.hit);
    batter.double += u16::from(play.double);
    batter.triple += u16::from(play.triple);
    batter.hr += u16::from(play.homerun);
    batter.rbi += u16::from(play.rbi);
    batter.bb += u16::from(play.bb);
    batter.ibb += u16::from(play.ibb);
    batter.so += u16::from(play.so);
    batter.hbp += u16::from(play.hbp);
    batter.sac += u16::from(play.sac);
    batter.sh += is(Sacrifice::Bunt);
    batter.sf += is(Sacrifice::Fly);
    batter.gidp += u16::from(play.gidp);
    batter.ci += u16::from(metadata.interference);
    for runner in &metadata.stole {
        batting_line_of(state, team, side, *runner).sb += 1;
    }
    for runner in &metadata.caught {
        batting_line_of(state, team, side, *runner).cs += 1;
    }
    for run in &metadata.runs {
        batting_line_of(state, team, side, run.player_id).r += 1;
    }
}

fn enter_pitching(
    state: &GameState,
    team: &mut TeamBox,
    side: Side,
    play: &PlayRecord,
    metadata: &PlayMetadata,
) {
    let is_first = team.pitching.is_empty();
    let (pitcher, is_new) = pitching_line_of(state, team, side, play.pitcher_id);
    // Whom the rules placed on base at the start of an inning nobody inherits.
    if is_new && !is_first && !play.is_new_inning {
        pitcher.ir = u16::try_from(play.on_base_code.count_ones()).expect("at most eight bits");
    }
    pitcher.outs += u16::from(play.outs_recorded);
    pitcher.h += u16::from(play.hit);
    pitcher.so += u16::from(play.so);
    pitcher.hr += u16::from(play.homerun);
    pitcher.hbp += u16::from(play.hbp);
    pitcher.wild_pitch += u16::from(play.wild_pitch);
    pitcher.balk += u16::from(play.balk);
    let inherited = metadata.runs.iter().filter(|run| run.pitcher_id != play.pitcher_id);
    pitcher.irs += u16::try_from(inherited.count()).expect("at most four score");
    let charged = metadata.charged_pitcher_id.unwrap_or(play.pitcher_id);
    let (pitcher, _) = pitching_line_of(state, team, side, charged);
    // The row's run is that of the batter, for whom he answers.
    pitcher.r += u16::from(play.run);
    pitcher.er += u16::from(play.e_run);
    pitcher.bf += u16::from(play.pa);
    pitcher.bb += u16::from(play.bb);
    pitcher.ibb += u16::from(play.ibb);
}

/// A pitcher's line, and whether it is new.
fn pitching_line_of<'a>(
    state: &GameState,
    team: &'a mut TeamBox,
    side: Side,
    lineup_id: LineupId,
) -> (&'a mut PitchingLine, bool) {
    let known = team.pitching.iter().position(|line| line.lineup_id == lineup_id);
    let at = known.unwrap_or_else(|| {
        let card_id = state.lineups[side].player(lineup_id).map_or(CardId(0), |player| player.card_id);
        team.pitching.push(pitching_line(lineup_id, card_id));
        team.pitching.len() - 1
    });
    (&mut team.pitching[at], known.is_none())
}

/// Counts who stood on base after the last play of each half inning.
fn count_left_on_base(teams: &mut BySide<TeamBox>, plays: &[PlayRecord]) {
    let mut last: BTreeMap<(u8, Half), &PlayRecord> = BTreeMap::new();
    for play in plays {
        if let Some(half) = play.half {
            last.insert((play.inning, half), play);
        }
    }
    for ((_, half), play) in last {
        let on_base = play.on_base_finals.iter().chain([&play.batter_final]).flatten();
        let left = on_base.filter(|to| (1..=3).contains(*to)).count();
        teams[half.batting()].left_on_base += u16::try_from(left).expect("at most four");
    }
}

fn batting_line_of<'a>(
    state: &GameState,
    team: &'a mut TeamBox,
    side: Side,
    lineup_id: LineupId,
) -> &'a mut BattingLine {
    let at = team.batting.iter().position(|line| line.lineup_id == lineup_id).unwrap_or_else(|| {
        let card_id = state.lineups[side].player(lineup_id).map_or(CardId(0), |player| player.card_id);
        team.batting.push(empty_batting_line(lineup_id, card_id, Position::DesignatedHitter, None));
        team.batting.len() - 1
    });
    &mut team.batting[at]
}

const fn batting_line(player: &LineupPlayerState) -> BattingLine {
    empty_batting_line(player.lineup_id, player.card_id, player.position, player.batting_order)
}

const fn empty_batting_line(
    lineup_id: LineupId,
    card_id: CardId,
    position: Position,
    batting_order: Option<u8>,
) -> BattingLine {
    BattingLine {
        lineup_id,
        card_id,
        position,
        batting_order,
        pa: 0,
        ab: 0,
        r: 0,
        h: 0,
        double: 0,
        triple: 0,
        hr: 0,
        rbi: 0,
        bb: 0,
        ibb: 0,
        so: 0,
        hbp: 0,
        sac: 0,
        sh: 0,
        sf: 0,
        gidp: 0,
        ci: 0,
        sb: 0,
        cs: 0,
    }
}

const fn pitching_line(lineup_id: LineupId, card_id: CardId) -> PitchingLine {
    PitchingLine {
        lineup_id,
        card_id,
        outs: 0,
        bf: 0,
        h: 0,
        r: 0,
        er: 0,
        bb: 0,
        ibb: 0,
        so: 0,
        hr: 0,
        hbp: 0,
        wild_pitch: 0,
        balk: 0,
        ir: 0,
        irs: 0,
    }
}

impl BoxScore {
    /// Proves the box score (OBR 9.03(c)): whoever came up has scored, was put out or was left on base, and
    /// both teams' lines add up to each other.
    ///
    /// # Errors
    /// The first account that does not balance. A half inning that is still being played balances too.
    pub fn proves(&self) -> Result<(), Unproved> {
        for (side, team) in self.teams.iter() {
            let fielding = &self.teams[side.opponent()];
            let sum = |count: fn(&BattingLine) -> u16| team.batting.iter().map(count).sum::<u16>();
            let allowed = |count: fn(&PitchingLine) -> u16| fielding.pitching.iter().map(count).sum::<u16>();
            let came_up = sum(|line| line.pa) + team.placed_runners;
            let (runs, left_on_base, putouts) = (team.runs, team.left_on_base, fielding.putouts);
            if came_up != runs + left_on_base + putouts {
                return Err(Unproved::Batters { side, came_up, runs, left_on_base, putouts });
            }
            let sums = [
                ("runs", runs, "inning", team.line.iter().sum()),
                ("runs", runs, "player", sum(|line| line.r)),
                ("runs", runs, "opposing pitcher", allowed(|line| line.r)),
                ("hits", team.hits, "player", sum(|line| line.h)),
                ("hits", team.hits, "opposing pitcher", allowed(|line| line.h)),
                ("plate appearances", sum(|line| line.pa), "opposing pitcher", allowed(|line| line.bf)),
                ("outs", putouts, "opposing pitcher", allowed(|line| line.outs)),
            ];
            if let Some((what, expected, by, counted)) =
                sums.into_iter().find(|(_, expected, _, counted)| expected != counted)
            {
                return Err(Unproved::Sum { side, what, expected, by, counted });
            }
        }
        Ok(())
    }
}
