//! Winning pitcher, losing pitcher and save (OBR 9.17, 9.19).

use super::{PitchingLine, TeamBox};
use crate::id::LineupId;
use crate::rules::record::PlayRecord;
use crate::rules::scoring::PlayMetadata;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{BySide, Side};

/// Outs a starter needs for the win: five innings, or four where the team fielded for fewer than six.
const STARTER_OUTS: u16 = 15;
const STARTER_OUTS_SHORT_GAME: u16 = 12;
const SHORT_GAME_OUTS: u16 = 18;

/// Relievers whose effectiveness differs by no more than one out or base runner were similarly effective.
const SIMILARLY_EFFECTIVE: i32 = 1;

/// The pitchers' decisions of a game.
#[derive(Default)]
pub(super) struct Decisions {
    pub(super) winner: Option<LineupId>,
    pub(super) loser: Option<LineupId>,
    pub(super) save: Option<LineupId>,
}

/// The lead that a side has taken and not lost since: the pitchers it belongs to.
struct Lead {
    side: Side,
    /// The leading side's pitcher when it took the lead.
    winner: LineupId,
    /// Who answers for the run that gave it the lead.
    loser: Option<LineupId>,
}

/// Decides on the pitchers of a finished game; nobody gets anything before.
pub(super) fn decide(state: &GameState, teams: &BySide<TeamBox>, plays: &[PlayRecord]) -> Decisions {
    let Some(side) = state.winner.filter(|_| state.is_over()) else { return Decisions::default() };
    // Of a game that the leading side forfeits nobody is the winning or the losing pitcher (OBR 9.03(e)(1)).
    let lead = lasting_lead(teams, plays).filter(|lead| lead.side == side);
    let Some(lead) = lead else { return Decisions::default() };
    let pitchers = &teams[side].pitching;
    let fielded: u16 = pitchers.iter().map(|line| line.outs).sum();
    let winner = winner(pitchers, lead.winner, fielded);
    let save = winner.and_then(|winner| save(side, pitchers, winner, plays));
    Decisions { winner, loser: lead.loser, save }
}

/// The lead that lasted to the end.
fn lasting_lead(teams: &BySide<TeamBox>, plays: &[PlayRecord]) -> Option<Lead> {
    // Who pitches for each side; before he has thrown a pitch, the starter.
    let mut pitching = BySide::from_fn(|side| teams[side].pitching.first().map(|line| line.lineup_id));
    let mut lead = None;
    for play in plays {
        let Some(half) = play.half else { continue };
        let batting = half.batting();
        pitching[batting.opponent()] = Some(play.pitcher_id);
        let score = BySide { away: play.away_score, home: play.home_score };
        let (own, other) = (score[batting], score[batting.opponent()]);
        let after = own + u16::from(play.runs_scored);
        if own <= other && after > other {
            let runs = PlayMetadata::of(play).runs;
            let decisive = runs.get(usize::from(other - own));
            let loser = decisive.map(|run| run.pitcher_id);
            lead = pitching[batting].map(|winner| Lead { side: batting, winner, loser });
        } else if own < other && after == other {
            lead = None;
        }
    }
    lead
}

/// The winning pitcher: the pitcher of record, unless he was a starter who left too early or a reliever who
/// was ineffective in a brief appearance (OBR 9.17(b), (c)). Then the most effective of the relievers wins,
/// which the rules leave to judgement; here it is `effectiveness`. Of those who were similarly effective it is
/// the earliest (9.17(b), comment).
fn winner(pitchers: &[PitchingLine], of_record: LineupId, fielded: u16) -> Option<LineupId> {
    let at = pitchers.iter().position(|line| line.lineup_id == of_record)?;
    let line = &pitchers[at];
    let needed = if fielded < SHORT_GAME_OUTS { STARTER_OUTS_SHORT_GAME } else { STARTER_OUTS };
    let left_early = at == 0 && line.outs < needed;
    let was_ineffective = at > 0 && line.outs < 3 && line.er >= 2;
    let successors = &pitchers[at + 1..];
    if successors.is_empty() || !(left_early || was_ineffective) {
        return Some(of_record);
    }
    let best = successors.iter().map(effectiveness).max()?;
    let similar = successors.iter().find(|line| effectiveness(line) + SIMILARLY_EFFECTIVE >= best);
    similar.map(|line| line.lineup_id)
}

/// How much a reliever did: outs made and inherited runners kept from scoring, less what he allowed.
fn effectiveness(line: &PitchingLine) -> i32 {
    let stranded = i32::from(line.ir) - i32::from(line.irs);
    i32::from(line.outs) + stranded - 3 * i32::from(line.r) - i32::from(line.h + line.bb + line.hbp)
}

/// The save: the finishing pitcher, if he is not the winner, made an out, and either came in with a lead of at
/// most three and pitched an inning, or with the tying run on base, at bat or on deck, or pitched three innings.
fn save(side: Side, pitchers: &[PitchingLine], winner: LineupId, plays: &[PlayRecord]) -> Option<LineupId> {
    let line = pitchers.last().filter(|line| line.lineup_id != winner && line.outs > 0)?;
    let first = plays.iter().find(|play| {
        play.pitcher_id == line.lineup_id && play.half.is_some_and(|half| half.batting() != side)
    })?;
    let score = BySide { away: first.away_score, home: first.home_score };
    let lead = i32::from(score[side]) - i32::from(score[side.opponent()]);
    let on_base = i32::try_from(first.on_base_code.count_ones()).expect("at most eight bits");
    let inning_with_small_lead = lead <= 3 && line.outs >= 3;
    let tying_run_is_near = lead <= on_base + 2;
    let saved = lead > 0 && (inning_with_small_lead || tying_run_is_near || line.outs >= 9);
    saved.then_some(line.lineup_id)
}
