//! The season of 2019 as it was: what the league and the players of the bundled teams really did, to hold
//! simulated games against (`bundled/README.md`).

use crate::id::CardId;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A batting line, or what batters did against a pitcher.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the columns are the scorer's own abbreviations, as in the rows of plays")]
pub struct SeasonLine {
    pub pa: u64,
    pub ab: u64,
    pub h: u64,
    pub double: u64,
    pub triple: u64,
    pub hr: u64,
    pub bb: u64,
    pub ibb: u64,
    pub so: u64,
    pub hbp: u64,
    pub sf: u64,
    pub gidp: u64,
    pub sb: u64,
    pub cs: u64,
}

/// The league of 2019: 30 teams, 2,429 games.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeagueSeason {
    /// Everybody's line.
    pub line: SeasonLine,
    /// Games played.
    pub games: u64,
    /// Runs per team and game.
    pub runs_per_team: f64,
    /// Errors per team and game.
    pub errors_per_team: f64,
    /// Stolen bases per team and game.
    pub sb_per_team: f64,
    /// Times caught stealing per team and game.
    pub cs_per_team: f64,
    /// Wild pitches per team and game.
    pub wild_pitches_per_team: f64,
    /// Passed balls per team and game.
    pub passed_balls_per_team: f64,
    /// Share of a team's games in which it scored no run.
    pub shutout_share: f64,
    /// Share of games with extra innings.
    pub extra_innings_share: f64,
    /// Share of games that ended with a walk-off.
    pub walk_off_share: f64,
    /// Share of games that the home team won.
    pub home_win_share: f64,
}

/// A player's line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub struct PlayerSeason {
    /// His card in the bundled league.
    pub card_id: CardId,
    /// What he did; of a pitcher, what batters did against him.
    #[serde(flatten)]
    pub line: SeasonLine,
}

/// The season of the league and of the bundled teams' players.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Retrosheet's condition for using its data; it travels with them.
    #[serde(rename = "notice")]
    _notice: String,
    /// The league.
    pub league: LeagueSeason,
    /// Batters, by card.
    pub batters: Vec<PlayerSeason>,
    /// Pitchers, by card.
    pub pitchers: Vec<PlayerSeason>,
}

static SEASON_2019: LazyLock<Season> = LazyLock::new(|| {
    serde_json::from_str(include_str!("bundled/season_2019.json"))
        .expect("the season is part of the program and a test reads it")
});

/// The season of 2019.
#[must_use]
pub fn season_2019() -> &'static Season {
    &SEASON_2019
}

impl SeasonLine {
    /// Adds another line to this one.
    pub const fn add(&mut self, other: &Self) {
        self.pa += other.pa;
        self.ab += other.ab;
        self.h += other.h;
        self.double += other.double;
        self.triple += other.triple;
        self.hr += other.hr;
        self.bb += other.bb;
        self.ibb += other.ibb;
        self.so += other.so;
        self.hbp += other.hbp;
        self.sf += other.sf;
        self.gidp += other.gidp;
        self.sb += other.sb;
        self.cs += other.cs;
    }

    /// Batting average.
    #[must_use]
    pub fn avg(&self) -> f64 {
        share(self.h, self.ab)
    }

    /// On-base percentage.
    #[must_use]
    pub fn obp(&self) -> f64 {
        share(self.h + self.bb + self.hbp, self.ab + self.bb + self.hbp + self.sf)
    }

    /// Slugging percentage.
    #[must_use]
    pub fn slg(&self) -> f64 {
        share(self.h + self.double + 2 * self.triple + 3 * self.hr, self.ab)
    }

    /// This count per plate appearance.
    #[must_use]
    pub fn per_pa(&self, count: u64) -> f64 {
        share(count, self.pa)
    }
}

/// `part` of `whole`; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of a simulation stay far below 2^52")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_league_batted_as_its_books_say() {
        let line = season_2019().league.line;
        for (counted, said) in [(line.avg(), 0.25226), (line.obp(), 0.32269), (line.slg(), 0.43485)] {
            assert!((counted - said).abs() < 5e-6, "{counted} is not {said}");
        }
    }

    #[test]
    fn every_player_of_the_bundled_teams_has_a_line() {
        let season = season_2019();
        for cards in [101..=126, 201..=226] {
            let lines = season.batters.iter().chain(&season.pitchers);
            let known: Vec<_> =
                lines.map(|player| player.card_id.0).filter(|id| cards.contains(id)).collect();
            assert_eq!(known.len(), 26, "{known:?}");
        }
        let soto = season.batters.iter().find(|player| player.card_id == CardId(104)).expect("Juan Soto");
        assert_eq!((soto.line.pa, soto.line.hr), (659, 34));
    }
}
