//! The rows of a game's lines: what the scorer makes of it when it is over.

use super::super::schema::{batting_lines, fielding_lines, pitching_lines};
use super::super::types::{DbUuid, Word};
use crate::rules::record::PlayRecord;
use crate::rules::scoring::{BattingLine, BoxScore, FieldingLine, PitchingLine, TeamBox, box_score};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{LeagueId, Position};
use diesel::prelude::*;

/// The lines of a game that is over.
#[derive(Debug)]
pub struct GameLines {
    pub batting: Vec<BattingLineRow>,
    pub pitching: Vec<PitchingLineRow>,
    pub fielding: Vec<FieldingLineRow>,
}

impl GameLines {
    /// The rows of the box score of these plays, which led to `state`.
    pub fn of(state: &GameState, plays: &[PlayRecord]) -> Self {
        let score = box_score(state, plays);
        let mut lines = Self { batting: Vec::new(), pitching: Vec::new(), fielding: Vec::new() };
        for (_, team) in score.teams.iter() {
            let of = Of {
                game_id: DbUuid(state.setup.game_id.0),
                league_id: Word(state.setup.league_id),
                team_id: team.team_id.0,
            };
            lines.batting.extend(team.batting.iter().map(|line| BattingLineRow::of(of, line)));
            lines.fielding.extend(team.fielding.iter().map(|line| FieldingLineRow::of(of, line)));
            lines
                .pitching
                .extend(team.pitching.iter().map(|line| PitchingLineRow::of(of, line, team, &score)));
        }
        lines
    }
}

/// Whose line it is.
#[derive(Clone, Copy)]
struct Of {
    game_id: DbUuid,
    league_id: Word<LeagueId>,
    team_id: i32,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = batting_lines)]
pub struct BattingLineRow {
    pub game_id: DbUuid,
    pub lineup_id: i32,
    pub league_id: Word<LeagueId>,
    pub team_id: i32,
    pub card_id: i32,
    pub pa: i32,
    pub ab: i32,
    pub r: i32,
    pub h: i32,
    pub double: i32,
    pub triple: i32,
    pub hr: i32,
    pub rbi: i32,
    pub bb: i32,
    pub ibb: i32,
    pub so: i32,
    pub hbp: i32,
    pub sac: i32,
    pub sh: i32,
    pub sf: i32,
    pub gidp: i32,
    pub ci: i32,
    pub sb: i32,
    pub cs: i32,
}

impl BattingLineRow {
    fn of(of: Of, line: &BattingLine) -> Self {
        Self {
            game_id: of.game_id,
            lineup_id: line.lineup_id.0,
            league_id: of.league_id,
            team_id: of.team_id,
            card_id: line.card_id.0,
            pa: line.pa.into(),
            ab: line.ab.into(),
            r: line.r.into(),
            h: line.h.into(),
            double: line.double.into(),
            triple: line.triple.into(),
            hr: line.hr.into(),
            rbi: line.rbi.into(),
            bb: line.bb.into(),
            ibb: line.ibb.into(),
            so: line.so.into(),
            hbp: line.hbp.into(),
            sac: line.sac.into(),
            sh: line.sh.into(),
            sf: line.sf.into(),
            gidp: line.gidp.into(),
            ci: line.ci.into(),
            sb: line.sb.into(),
            cs: line.cs.into(),
        }
    }
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = pitching_lines)]
pub struct PitchingLineRow {
    pub game_id: DbUuid,
    pub lineup_id: i32,
    pub league_id: Word<LeagueId>,
    pub team_id: i32,
    pub card_id: i32,
    pub gs: i32,
    pub gf: i32,
    pub cg: i32,
    pub sho: i32,
    pub w: i32,
    pub l: i32,
    pub sv: i32,
    pub outs: i32,
    pub bf: i32,
    pub h: i32,
    pub r: i32,
    pub er: i32,
    pub bb: i32,
    pub ibb: i32,
    pub so: i32,
    pub hr: i32,
    pub hbp: i32,
    pub wild_pitch: i32,
    pub balk: i32,
    pub ir: i32,
    pub irs: i32,
}

impl PitchingLineRow {
    /// A complete game is one that he pitched alone, a shutout one of these without a run (OBR 9.18).
    fn of(of: Of, line: &PitchingLine, team: &TeamBox, score: &BoxScore) -> Self {
        let is = |pitcher: Option<&PitchingLine>| pitcher.is_some_and(|it| it.lineup_id == line.lineup_id);
        let (started, finished) = (is(team.pitching.first()), is(team.pitching.last()));
        let complete = started && finished;
        let id = Some(line.lineup_id);
        Self {
            game_id: of.game_id,
            lineup_id: line.lineup_id.0,
            league_id: of.league_id,
            team_id: of.team_id,
            card_id: line.card_id.0,
            gs: started.into(),
            gf: (finished && !started).into(),
            cg: complete.into(),
            sho: (complete && line.r == 0).into(),
            w: (score.winning_pitcher == id).into(),
            l: (score.losing_pitcher == id).into(),
            sv: (score.save == id).into(),
            outs: line.outs.into(),
            bf: line.bf.into(),
            h: line.h.into(),
            r: line.r.into(),
            er: line.er.into(),
            bb: line.bb.into(),
            ibb: line.ibb.into(),
            so: line.so.into(),
            hr: line.hr.into(),
            hbp: line.hbp.into(),
            wild_pitch: line.wild_pitch.into(),
            balk: line.balk.into(),
            ir: line.ir.into(),
            irs: line.irs.into(),
        }
    }
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = fielding_lines)]
pub struct FieldingLineRow {
    pub game_id: DbUuid,
    pub lineup_id: i32,
    pub position: Word<Position>,
    pub league_id: Word<LeagueId>,
    pub team_id: i32,
    pub card_id: i32,
    pub checks: i32,
    pub e: i32,
    pub pb: i32,
    pub sb: i32,
    pub cs: i32,
}

impl FieldingLineRow {
    fn of(of: Of, line: &FieldingLine) -> Self {
        Self {
            game_id: of.game_id,
            lineup_id: line.lineup_id.0,
            position: Word(line.position),
            league_id: of.league_id,
            team_id: of.team_id,
            card_id: line.card_id.0,
            checks: line.checks.into(),
            e: line.e.into(),
            pb: line.pb.into(),
            sb: line.sb.into(),
            cs: line.cs.into(),
        }
    }
}
