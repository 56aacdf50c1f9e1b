//! The box score on the wire: the scorer's lines, by side, with names.

use crate::id::{CardId, LineupId, TeamId};
use crate::rules::card::CardBook;
use crate::rules::scoring::{BattingLine, BoxScore, FieldingLine, PitchingLine, TeamBox};
use crate::rules::vocabulary::BySide;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A game's box score.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct BoxScoreView {
    /// Runs by inning, and the totals.
    pub line_score: BySide<LineScore>,
    /// The batters, in batting order.
    pub batting: BySide<Vec<Named<BattingLine>>>,
    /// The pitchers, in order of appearance.
    pub pitching: BySide<Vec<Named<PitchingLine>>>,
    /// Who stood in the field, a line for each position; nobody where an older host answers.
    #[serde(default)]
    pub fielding: BySide<Vec<Named<FieldingLine>>>,
    /// The winning pitcher; none before the end or after a tie.
    pub winning_pitcher: Option<LineupId>,
    /// The losing pitcher.
    pub losing_pitcher: Option<LineupId>,
    /// The pitcher with the save.
    pub save: Option<LineupId>,
}

/// One team's row of the line score.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LineScore {
    /// The team.
    pub team_id: TeamId,
    /// Its name.
    pub team_name: String,
    /// Runs by inning; ends with the inning it batted last.
    pub innings: Vec<u16>,
    /// Runs.
    pub runs: u16,
    /// Hits.
    pub hits: u16,
    /// Errors committed.
    pub errors: u16,
    /// Runners left on base.
    pub left_on_base: u16,
}

/// A player's line with his name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Named{T}")]
pub struct Named<T> {
    /// His name; none where his card is not known.
    pub name: Option<String>,
    /// The line.
    #[serde(flatten)]
    pub line: T,
}

impl BoxScoreView {
    /// The view of `box_score`, with the names on `cards`.
    #[must_use]
    pub fn new(box_score: BoxScore, cards: &CardBook) -> Self {
        let BoxScore { teams, winning_pitcher, losing_pitcher, save } = box_score;
        let name = |card_id: CardId| cards.get(card_id).map(|card| card.name.clone());
        let line_score = BySide::from_fn(|side| LineScore::of(&teams[side]));
        let BySide { away, home } = teams;
        let (batting, pitching, fielding) = (
            BySide { away: away.batting, home: home.batting },
            BySide { away: away.pitching, home: home.pitching },
            BySide { away: away.fielding, home: home.fielding },
        );
        Self {
            line_score,
            batting: batting.map(|lines| named(lines, |line| name(line.card_id))),
            pitching: pitching.map(|lines| named(lines, |line| name(line.card_id))),
            fielding: fielding.map(|lines| named(lines, |line| name(line.card_id))),
            winning_pitcher,
            losing_pitcher,
            save,
        }
    }
}

fn named<T>(lines: Vec<T>, name: impl Fn(&T) -> Option<String>) -> Vec<Named<T>> {
    lines.into_iter().map(|line| Named { name: name(&line), line }).collect()
}

impl LineScore {
    fn of(team: &TeamBox) -> Self {
        Self {
            team_id: team.team_id,
            team_name: team.name.clone(),
            innings: team.line.clone(),
            runs: team.runs,
            hits: team.hits,
            errors: team.errors,
            left_on_base: team.left_on_base,
        }
    }
}
