//! Who plays: starters as a manager names them, and the entries of a game's line-ups.

pub(super) mod change;
pub(super) mod legality;
pub(super) mod ready;

use super::card::FieldingRating;
use super::charts::injuries::Injury;
use super::vocabulary::Position;
use crate::id::{CardId, LineupId, TeamId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One starter, as a manager names him.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineupSlot {
    /// PD card or SBA player.
    pub card_id: CardId,
    /// Where he plays.
    pub position: Position,
    /// Place in the batting order, 1 to 9; none for a pitcher who does not bat.
    #[serde(default)]
    pub batting_order: Option<u8>,
}

/// A player in a game: one line-up entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LineupPlayerState {
    /// The entry's number in the game.
    pub lineup_id: LineupId,
    /// PD card or SBA player.
    pub card_id: CardId,
    /// Where he plays.
    pub position: Position,
    /// Place in the batting order, 1 to 9; none for a pitcher who does not bat.
    pub batting_order: Option<u8>,
    /// Still in the game.
    pub is_active: bool,
    /// Was in the line-up at the first pitch.
    pub is_starter: bool,
    /// The inning he came in.
    pub entered_inning: u8,
    /// The entry he replaced.
    pub replacing_id: Option<LineupId>,
    /// The number of the last play before he came in.
    pub after_play: Option<i32>,
    /// A pitcher who has tired (RULES 7.5).
    pub is_fatigued: bool,
    /// An injury that he suffered in this game.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub injury: Option<Injury>,
    /// PD: his rating at this position, which an X-Check reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_rating: Option<FieldingRating>,
}

impl LineupPlayerState {
    /// An entry of the line-up at the first pitch, without a rating of the position.
    #[must_use]
    pub const fn starter(
        lineup_id: LineupId,
        card_id: CardId,
        position: Position,
        batting_order: Option<u8>,
    ) -> Self {
        Self {
            lineup_id,
            card_id,
            position,
            batting_order,
            is_active: true,
            is_starter: true,
            entered_inning: 1,
            replacing_id: None,
            after_play: None,
            is_fatigued: false,
            injury: None,
            position_rating: None,
        }
    }
}

/// A team's line-up in a game: every entry so far, those who left included.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct TeamLineupState {
    /// The team.
    pub team_id: TeamId,
    /// All entries, by number. Copies of a state share them until one of them changes his own.
    pub players: Arc<Vec<LineupPlayerState>>,
}

impl TeamLineupState {
    /// The players in the game.
    pub fn active(&self) -> impl Iterator<Item = &LineupPlayerState> {
        self.players.iter().filter(|player| player.is_active)
    }

    /// The nine batters in batting order; fewer while the line-up is incomplete.
    #[must_use]
    pub fn batting_order(&self) -> Vec<&LineupPlayerState> {
        let mut batters: Vec<_> = self.active().filter(|player| player.batting_order.is_some()).collect();
        batters.sort_by_key(|player| player.batting_order);
        batters
    }

    /// The batter at place `idx` of the order, 0 to 8.
    #[must_use]
    pub fn batter(&self, idx: u8) -> Option<&LineupPlayerState> {
        self.active().find(|player| player.batting_order == Some(idx + 1))
    }

    /// Who plays `position` now.
    #[must_use]
    pub fn at(&self, position: Position) -> Option<&LineupPlayerState> {
        self.active().find(|player| player.position == position)
    }

    /// The entry with this number, active or not.
    #[must_use]
    pub fn player(&self, lineup_id: LineupId) -> Option<&LineupPlayerState> {
        self.players.iter().find(|player| player.lineup_id == lineup_id)
    }
}
