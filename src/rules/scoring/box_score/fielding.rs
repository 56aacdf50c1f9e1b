//! What the fielders did, as far as the dice tell: who was looked at, who erred. Putouts and assists of single fielders
//! are not: the cards name no relay.

use crate::id::{CardId, LineupId};
use crate::rules::lineup::{LineupPlayerState, TeamLineupState};
use crate::rules::record::PlayRecord;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{Position, Side};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fielder's line at one position.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the columns are the scorer's own abbreviations, as in the rows of plays")]
pub struct FieldingLine {
    pub lineup_id: LineupId,
    pub card_id: CardId,
    /// Where he stood; of one who moved without a play there is no line at his first position.
    pub position: Position,
    /// Plays that his glove or his arm decided: he was checked, or erred.
    pub checks: u16,
    pub e: u16,
    /// Passed balls; a catcher's, as the two that follow.
    pub pb: u16,
    /// Bases stolen while he caught.
    pub sb: u16,
    /// Runners caught stealing while he caught.
    pub cs: u16,
}

/// The fielders of a side, by position in the scorer's order: everyone who stood in the field for a play.
pub(super) fn lines(state: &GameState, side: Side, plays: &[PlayRecord]) -> Vec<FieldingLine> {
    let in_the_field = || plays.iter().filter(|play| play.half.is_some_and(|half| half.batting() != side));
    let lineup = &state.lineups[side];
    let mut lines: Vec<FieldingLine> = lineup
        .players
        .iter()
        .filter(|player| Position::FIELD.contains(&player.position))
        .filter(|player| in_the_field().any(|play| was_in(lineup, player, play.play_number.0)))
        .map(|player| empty(player.lineup_id, player.card_id, player.position))
        .collect();
    for play in in_the_field() {
        if let (Some(defender), Some(position)) = (play.defender_id, play.check_pos) {
            let line = line_of(&mut lines, lineup, defender, position);
            line.checks += 1;
            line.e += u16::from(play.error);
        }
        if let Some(catcher) = play.catcher_id.filter(|_| play.passed_ball + play.sb + play.cs > 0) {
            let line = line_of(&mut lines, lineup, catcher, Position::Catcher);
            line.pb += u16::from(play.passed_ball);
            line.sb += u16::from(play.sb);
            line.cs += u16::from(play.cs);
        }
    }
    let order = |position| Position::FIELD.iter().position(|field| *field == position);
    lines.sort_by_key(|line| (order(line.position), line.lineup_id));
    lines
}

/// Whether he was in the game at that play: after he came in, and before another took his place.
fn was_in(lineup: &TeamLineupState, player: &LineupPlayerState, play: i32) -> bool {
    let successor = lineup.players.iter().find(|other| other.replacing_id == Some(player.lineup_id));
    let until = successor.and_then(|successor| successor.after_play).unwrap_or(i32::MAX);
    player.after_play.is_none_or(|after| play > after) && play <= until
}

fn line_of<'a>(
    lines: &'a mut Vec<FieldingLine>,
    lineup: &TeamLineupState,
    lineup_id: LineupId,
    position: Position,
) -> &'a mut FieldingLine {
    let known = lines.iter().position(|line| (line.lineup_id, line.position) == (lineup_id, position));
    let at = known.unwrap_or_else(|| {
        let card_id = lineup.player(lineup_id).map_or(CardId(0), |player| player.card_id);
        lines.push(empty(lineup_id, card_id, position));
        lines.len() - 1
    });
    &mut lines[at]
}

const fn empty(lineup_id: LineupId, card_id: CardId, position: Position) -> FieldingLine {
    FieldingLine { lineup_id, card_id, position, checks: 0, e: 0, pb: 0, sb: 0, cs: 0 }
}
