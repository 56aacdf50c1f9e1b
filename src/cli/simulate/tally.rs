//! What many games add up to. Whole numbers only, so that the order in which games are added makes no difference.

use crate::id::CardId;
use crate::league::SeasonLine;
use crate::rules::event::{Ending, Event, Play, Sacrifice};
use crate::rules::scoring::{Facts, counters};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{BySide, Side};
use serde::Serialize;
use std::collections::BTreeMap;

/// Many games.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub(super) struct Tally {
    pub(super) games: u64,
    pub(super) plays: u64,
    pub(super) extra_innings: u64,
    pub(super) walk_offs: u64,
    pub(super) teams: BySide<TeamTally>,
}

/// One team in them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub(super) struct TeamTally {
    pub(super) wins: u64,
    pub(super) runs: u64,
    pub(super) times_shut_out: u64,
    /// At bat.
    pub(super) line: SeasonLine,
    /// In the field.
    pub(super) errors: u64,
    pub(super) wild_pitches: u64,
    pub(super) passed_balls: u64,
    /// Each batter's line.
    pub(super) batters: BTreeMap<CardId, SeasonLine>,
    /// What batters did against each pitcher.
    pub(super) pitchers: BTreeMap<CardId, SeasonLine>,
}

impl Tally {
    /// Takes up an event of a game; `state` is the game right before it.
    pub(super) fn note(&mut self, state: &GameState, event: &Event) {
        match event {
            Event::PlayResolved(play) => self.note_play(state, play),
            Event::GameCompleted { ending, away_score, home_score, .. } => {
                self.games += 1;
                self.extra_innings += u64::from(state.inning > state.setup.settings.innings);
                self.walk_offs += u64::from(*ending == Ending::WalkOff);
                let scores = BySide { away: *away_score, home: *home_score };
                for (side, runs) in scores.iter() {
                    let team = &mut self.teams[side];
                    team.runs += u64::from(*runs);
                    team.times_shut_out += u64::from(*runs == 0);
                    team.wins += u64::from(*runs > scores[side.opponent()]);
                }
            }
            _ => {}
        }
    }

    fn note_play(&mut self, state: &GameState, play: &Play) {
        self.plays += 1;
        let batting = play.half.batting();
        let counted = counters(&Facts::of(play));
        let line = SeasonLine {
            pa: u64::from(counted.pa),
            ab: u64::from(counted.ab),
            h: u64::from(counted.hit),
            double: u64::from(counted.double),
            triple: u64::from(counted.triple),
            hr: u64::from(counted.homerun),
            bb: u64::from(counted.bb),
            ibb: u64::from(counted.ibb),
            so: u64::from(counted.so),
            hbp: u64::from(counted.hbp),
            sf: u64::from(counted.sac > 0 && play.sacrifice == Some(Sacrifice::Fly)),
            gidp: u64::from(counted.gidp),
            sb: u64::from(counted.sb),
            cs: u64::from(counted.cs),
        };
        let card = |side: Side, id| state.lineups[side].player(id).map(|player| player.card_id);
        let team = &mut self.teams[batting];
        team.line.add(&line);
        if let Some(card_id) = card(batting, play.batter_id) {
            team.batters.entry(card_id).or_default().add(&line);
        }
        let fielding = &mut self.teams[batting.opponent()];
        fielding.errors += u64::from(counted.error);
        fielding.wild_pitches += u64::from(counted.wild_pitch);
        fielding.passed_balls += u64::from(counted.passed_ball);
        if let Some(card_id) = card(batting.opponent(), play.pitcher_id) {
            fielding.pitchers.entry(card_id).or_default().add(&line);
        }
    }

    /// Adds other games to these.
    pub(super) fn add(&mut self, other: &Self) {
        self.games += other.games;
        self.plays += other.plays;
        self.extra_innings += other.extra_innings;
        self.walk_offs += other.walk_offs;
        for (side, team) in other.teams.iter() {
            self.teams[side].add(team);
        }
    }

    /// Both teams' lines.
    pub(super) fn line(&self) -> SeasonLine {
        let mut line = self.teams.away.line;
        line.add(&self.teams.home.line);
        line
    }

    /// This count of both teams, per team and game.
    pub(super) fn per_team_game(&self, count: impl Fn(&TeamTally) -> u64) -> f64 {
        share(count(&self.teams.away) + count(&self.teams.home), 2 * self.games)
    }
}

impl TeamTally {
    fn add(&mut self, other: &Self) {
        self.wins += other.wins;
        self.runs += other.runs;
        self.times_shut_out += other.times_shut_out;
        self.line.add(&other.line);
        self.errors += other.errors;
        self.wild_pitches += other.wild_pitches;
        self.passed_balls += other.passed_balls;
        for (own, others) in [(&mut self.batters, &other.batters), (&mut self.pitchers, &other.pitchers)] {
            for (card_id, line) in others {
                own.entry(*card_id).or_default().add(line);
            }
        }
    }
}

/// `part` of `whole`; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of a simulation stay far below 2^52")]
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The 95 % interval of a share by Wilson's score, which stays within 0 and 1.
pub(super) fn interval(part: u64, whole: u64) -> (f64, f64) {
    const Z: f64 = 1.959_964;
    if whole == 0 {
        return (0.0, 1.0);
    }
    let p = share(part, whole);
    #[expect(clippy::cast_precision_loss, reason = "counts of a simulation stay far below 2^52")]
    let n = whole as f64;
    let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    (middle - half, middle + half)
}
