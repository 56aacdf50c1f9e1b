//! A season: statistics across games, and who stands where.
//!
//! A season is what a filter lets through of the games that are over. Statistics count as OBR 9.03(e) says; a game that
//! is set aside counts for nothing until it is released, a practice game never. Of private games a viewer sees in the
//! sums what he could look up singly: those he manages, the operator all. So nobody learns of a game by subtraction.

mod ask;

use super::read::Viewer;
use crate::id::{CardId, TeamId};
use crate::rules::scoring::rates::{
    BattingCounts, BattingRates, PitchingCounts, PitchingRates, games_behind, winning_percentage,
};
use crate::rules::vocabulary::{GameMode, LeagueId, Position};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which games make the season, and of whom. Filters that are none let everything pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SeasonFilter {
    /// Who looks.
    pub viewer: Viewer,
    /// Games of this league.
    pub league_id: LeagueId,
    /// Games that were played for this. Nothing was played for in practice.
    pub game_mode: GameMode,
    /// What was done for this team.
    pub team_id: Option<TeamId>,
    /// What this player (PD: this card) did.
    pub card_id: Option<CardId>,
    /// Games that ended then or later.
    pub from: Option<DateTime<Utc>>,
    /// Games that ended before then.
    pub until: Option<DateTime<Utc>>,
}

impl SeasonFilter {
    /// A league's season: all its league games that `viewer` may see.
    #[must_use]
    pub const fn league(league_id: LeagueId, viewer: Viewer) -> Self {
        let game_mode = GameMode::League;
        Self { viewer, league_id, game_mode, team_id: None, card_id: None, from: None, until: None }
    }
}

/// A list that is sorted by a figure: the highest first, equal ones by number.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Ranking<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Where the list goes on; none at its end.
    pub next: Option<Rank>,
}

/// A place in a ranking. Its text means nothing to clients. Where games end while the list is read, a player may be
/// listed twice or not at all: he has moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rank {
    /// The figure of the last item shown.
    pub figure: i64,
    /// The card or the team of the last item shown.
    pub id: i32,
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.figure, self.id)
    }
}

impl FromStr for Rank {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (figure, id) = text.split_once('.')?;
            Some(Self { figure: figure.parse().ok()?, id: id.parse().ok()? })
        };
        parse().ok_or_else(|| "this is not a cursor; pass on `next` of the page before, unchanged".to_owned())
    }
}

impl Serialize for Rank {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

macro_rules! totals {
    ($($(#[$doc:meta])* $name:ident { $($column:ident)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, QueryableByName, JsonSchema)]
        #[expect(missing_docs, reason = "the columns are those of the lines in a box score")]
        pub struct $name { $(#[diesel(sql_type = BigInt)] pub $column: i64,)* }

        impl $name {
            /// The columns, as the views and the box score name them.
            pub const COLUMNS: &[&str] = &[$(stringify!($column),)*];
        }
    )*};
}

totals! {
    /// A batter's lines added up.
    BattingTotals { pa ab r h double triple hr rbi bb ibb so hbp sac sh sf gidp ci sb cs }
    /// A pitcher's lines added up: started, finished, complete, shut out, won, lost, saved, and what the box score counts.
    PitchingTotals { gs gf cg sho w l sv outs bf h r er bb ibb so hr hbp wild_pitch balk ir irs }
    /// A fielder's lines added up, over all positions or at one.
    FieldingTotals { checks e pb sb cs }
}

/// Whose sums these are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Player {
    /// PD: the card; SBA: the player.
    pub card_id: CardId,
    /// His name on the card of the newest of his games.
    pub name: Option<String>,
    /// The team he did it for; none where there are several.
    pub team_id: Option<TeamId>,
    /// Games.
    pub g: i64,
}

/// What a batter did in a season.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BattingSeason {
    /// Who.
    #[serde(flatten)]
    pub player: Player,
    /// His sums.
    #[serde(flatten)]
    pub totals: BattingTotals,
    /// His rates.
    #[serde(flatten)]
    pub rates: BattingRates,
}

/// What a pitcher did in a season.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PitchingSeason {
    /// Who.
    #[serde(flatten)]
    pub player: Player,
    /// His sums.
    #[serde(flatten)]
    pub totals: PitchingTotals,
    /// His rates.
    #[serde(flatten)]
    pub rates: PitchingRates,
}

/// What a fielder did in a season.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FieldingSeason {
    /// Who.
    #[serde(flatten)]
    pub player: Player,
    /// His sums.
    #[serde(flatten)]
    pub totals: FieldingTotals,
}

/// A team's place in its league.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Standing {
    /// The team.
    pub team_id: TeamId,
    /// Its name in its newest game.
    pub team_name: Option<String>,
    /// Games.
    pub g: i64,
    /// Games won, forfeited ones included.
    pub won: i64,
    /// Games lost.
    pub lost: i64,
    /// Won games over all; none where none was won or lost.
    pub pct: Option<f64>,
    /// Games behind the team that has won the most more than it has lost; in halves.
    pub games_behind: f64,
    /// Runs; nine of a game that was forfeited to the team (OBR 7.03).
    pub runs_for: i64,
    /// The other side's runs.
    pub runs_against: i64,
    /// Of `won`, those at home.
    pub won_at_home: i64,
    /// Of `lost`, those at home.
    pub lost_at_home: i64,
    /// Games won in a row up to the newest, or lost where this is negative.
    pub streak: i64,
}

macro_rules! sorts {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $sort:ident = $word:literal, $figure:expr;)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($(#[$vdoc])* $sort,)* }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$sort,)*];

            /// Their words in a query.
            pub const WORDS: &[&str] = &[$($word,)*];

            /// The figure in SQL, of the sums: a whole number.
            pub(super) const fn figure(self) -> &'static str {
                match self { $(Self::$sort => $figure,)* }
            }
        }

        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$sort),)*
                    _ => Err(format!("`{text}` is not one of {}", [$($word),*].join(", "))),
                }
            }
        }
    )*};
}

// Rates are compared in millionths, which both databases compute alike.
sorts! {
    /// What batters are sorted by.
    BattingSort {
        /// Plate appearances.
        Pa = "pa", "pa";
        /// Hits.
        H = "h", "h";
        /// Runs.
        R = "r", "r";
        /// Home runs.
        Hr = "hr", "hr";
        /// Runs batted in.
        Rbi = "rbi", "rbi";
        /// Stolen bases.
        Sb = "sb", "sb";
        /// Batting average.
        Avg = "avg", "CASE WHEN ab > 0 THEN h * 1000000 / ab ELSE -1 END";
        /// On-base percentage.
        Obp = "obp", "CASE WHEN ab + bb + hbp + sf > 0 THEN (h + bb + hbp) * 1000000 / (ab + bb + hbp + sf) ELSE -1 END";
        /// Slugging percentage.
        Slg = "slg", "CASE WHEN ab > 0 THEN (h + \"double\" + 2 * triple + 3 * hr) * 1000000 / ab ELSE -1 END";
        /// On-base plus slugging.
        Ops = "ops", "CASE WHEN ab > 0 THEN ((h + bb + hbp) * ab + (h + \"double\" + 2 * triple + 3 * hr) \
            * (ab + bb + hbp + sf)) * 1000000 / ((ab + bb + hbp + sf) * ab) ELSE -1 END";
    }
    /// What pitchers are sorted by. Of averages the lowest comes first.
    PitchingSort {
        /// Outs.
        Outs = "outs", "outs";
        /// Strikeouts.
        So = "so", "so";
        /// Games won.
        W = "w", "w";
        /// Saves.
        Sv = "sv", "sv";
        /// Earned run average.
        Era = "era", "CASE WHEN outs > 0 THEN -(er * 27000000 / outs) ELSE -9000000000000000 END";
        /// Walks and hits an inning.
        Whip = "whip", "CASE WHEN outs > 0 THEN -((bb + h) * 3000000 / outs) ELSE -9000000000000000 END";
    }
    /// What fielders are sorted by.
    FieldingSort {
        /// Plays that they decided.
        Checks = "checks", "checks";
        /// Errors.
        E = "e", "e";
    }
}

/// Which ranking of players is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    pub(super) filter: SeasonFilter,
    /// The view is `season_…`, the table `…_lines`.
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    /// What it is sorted by, of the sums.
    pub(super) figure: &'static str,
    /// What a player must have at least, and how much of it.
    pub(super) least: (&'static str, u32),
    /// Only what was done there.
    pub(super) position: Option<Position>,
}

impl Table {
    const fn of(
        filter: SeasonFilter,
        name: &'static str,
        columns: &'static [&'static str],
        figure: &'static str,
        least: (&'static str, u32),
    ) -> Self {
        Self { filter, name, columns, figure, least, position: None }
    }
}

/// A row of a ranking of players, as a query gives it.
#[derive(Debug, QueryableByName)]
pub(super) struct PlayerRow<T> {
    #[diesel(sql_type = Integer)]
    pub(super) card_id: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) name: Option<String>,
    #[diesel(sql_type = Integer)]
    pub(super) first_team: i32,
    #[diesel(sql_type = Integer)]
    pub(super) last_team: i32,
    #[diesel(sql_type = BigInt)]
    pub(super) g: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) figure: i64,
    #[diesel(embed)]
    pub(super) totals: T,
}

impl<T> PlayerRow<T> {
    fn player(&self) -> Player {
        let team_id = Some(TeamId(self.first_team)).filter(|_| self.first_team == self.last_team);
        Player { card_id: CardId(self.card_id), name: self.name.clone(), team_id, g: self.g }
    }
}

/// A row of the standings, as a query gives it.
#[derive(Debug, QueryableByName)]
pub(super) struct StandingRow {
    #[diesel(sql_type = Integer)]
    pub(super) team_id: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) team_name: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub(super) g: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) won: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) lost: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) best: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) runs_for: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) runs_against: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) won_at_home: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) lost_at_home: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) won_in_a_row: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) lost_in_a_row: i64,
    #[diesel(sql_type = BigInt)]
    pub(super) figure: i64,
}

impl From<StandingRow> for Standing {
    fn from(row: StandingRow) -> Self {
        Self {
            team_id: TeamId(row.team_id),
            team_name: row.team_name,
            g: row.g,
            won: row.won,
            lost: row.lost,
            pct: winning_percentage(row.won, row.lost),
            games_behind: games_behind((row.best, 0), (row.won, row.lost)),
            runs_for: row.runs_for,
            runs_against: row.runs_against,
            won_at_home: row.won_at_home,
            lost_at_home: row.lost_at_home,
            streak: row.won_in_a_row - row.lost_in_a_row,
        }
    }
}

impl<R> Ranking<R> {
    /// The first `limit` of `rows`, of which there may be one more.
    pub(super) fn of(mut rows: Vec<R>, limit: u16, rank: impl Fn(&R) -> Rank) -> Self {
        let limit = usize::from(limit);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(rank);
        Self { items: rows, next }
    }

    fn map<T>(self, item: impl FnMut(R) -> T) -> Ranking<T> {
        Ranking { items: self.items.into_iter().map(item).collect(), next: self.next }
    }
}

impl From<PlayerRow<BattingTotals>> for BattingSeason {
    fn from(row: PlayerRow<BattingTotals>) -> Self {
        let BattingTotals { ab, h, double, triple, hr, bb, hbp, sf, .. } = row.totals;
        let rates = BattingRates::of(&BattingCounts { ab, h, double, triple, hr, bb, hbp, sf });
        Self { player: row.player(), totals: row.totals, rates }
    }
}

impl From<PlayerRow<PitchingTotals>> for PitchingSeason {
    fn from(row: PlayerRow<PitchingTotals>) -> Self {
        let PitchingTotals { outs, h, er, bb, so, hr, w: won, l: lost, .. } = row.totals;
        let rates = PitchingRates::of(&PitchingCounts { outs, h, er, bb, so, hr, won, lost });
        Self { player: row.player(), totals: row.totals, rates }
    }
}

impl From<PlayerRow<FieldingTotals>> for FieldingSeason {
    fn from(row: PlayerRow<FieldingTotals>) -> Self {
        Self { player: row.player(), totals: row.totals }
    }
}
