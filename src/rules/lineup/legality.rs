//! The one door from a line-up card, which may be wrong, to line-up entries, which are legal (RULES 7.3).

use super::{LineupPlayerState, LineupSlot, TeamLineupState};
use crate::id::{CardId, LineupId};
use crate::rules::card::CardBook;
use crate::rules::command::SetLineup;
use crate::rules::rejection::Rejection;
use crate::rules::resolution::CardRead;
use crate::rules::state::GameSetup;
use crate::rules::vocabulary::{Position, Side};

/// Batters in the order.
const BATTERS: u8 = 9;

/// Turns a side's starters into line-up entries numbered from `first`, in batting order, a pitcher who does
/// not bat last.
///
/// # Errors
/// Names the starter and the field that is wrong, and what is allowed.
pub(in crate::rules) fn enter(
    side: Side,
    lineup: &SetLineup,
    setup: &GameSetup,
    cards: &CardBook,
    opponents: &TeamLineupState,
    first: LineupId,
) -> Result<Vec<LineupPlayerState>, Rejection> {
    let players = &lineup.players;
    let has_dh = players.iter().any(|slot| slot.position == Position::DesignatedHitter);
    let expected = usize::from(BATTERS) + usize::from(has_dh);
    if players.len() != expected {
        let rule = "nine starters, or ten with a designated hitter (DH)";
        return Err(Rejection::invalid(
            "players",
            format!("{} starters; a line-up has {rule}", players.len()),
        ));
    }
    for (index, slot) in players.iter().enumerate() {
        check_place(index, slot, &players[..index], has_dh)?;
        check_player(index, slot, &players[..index], side, setup, opponents)?;
        check_card(index, slot, setup, cards)?;
    }
    let mut ordered: Vec<&LineupSlot> = players.iter().collect();
    ordered.sort_by_key(|slot| slot.batting_order.unwrap_or(u8::MAX));
    let entries = ordered.into_iter().zip(first.0..);
    Ok(entries.map(|(slot, number)| entry(slot, LineupId(number), cards)).collect())
}

/// Every position and every place in the order exactly once. With nine or ten starters in all, "not twice"
/// is "exactly once".
fn check_place(
    index: usize,
    slot: &LineupSlot,
    before: &[LineupSlot],
    has_dh: bool,
) -> Result<(), Rejection> {
    let refuse = |field: &str, problem: String| Err(Rejection::invalid(path(index, field), problem));
    if before.iter().any(|other| other.position == slot.position) {
        return refuse("position", format!("{} stands twice; each position exactly once", slot.position));
    }
    let bats = !(has_dh && slot.position == Position::Pitcher);
    match slot.batting_order {
        None if bats => refuse("batting_order", format!("the {} bats; allowed is 1 to 9", slot.position)),
        None => Ok(()),
        Some(order) if !bats => {
            refuse("batting_order", format!("{order}: the DH bats for the pitcher, who has none"))
        }
        Some(order) if !(1..=BATTERS).contains(&order) => {
            refuse("batting_order", format!("{order}; allowed is 1 to 9"))
        }
        Some(order) if before.iter().any(|other| other.batting_order == Some(order)) => {
            refuse("batting_order", format!("{order} stands twice; each of 1 to 9 exactly once"))
        }
        Some(_) => Ok(()),
    }
}

fn check_player(
    index: usize,
    slot: &LineupSlot,
    before: &[LineupSlot],
    side: Side,
    setup: &GameSetup,
    opponents: &TeamLineupState,
) -> Result<(), Rejection> {
    let refuse = |problem: String| Err(Rejection::invalid(path(index, "card_id"), problem));
    let id = slot.card_id;
    if before.iter().any(|other| other.card_id == id) {
        return refuse(format!("{id} stands twice; a player is in the game once"));
    }
    if opponents.players.iter().any(|other| other.card_id == id) {
        return refuse(format!("{id} is in the other side's line-up; a player is in the game once"));
    }
    if !setup.teams[side].roster.contains(&id) {
        return refuse(format!("{id} is not on the {side} roster"));
    }
    Ok(())
}

/// In auto mode the host reads the cards, so they must be there to be read.
fn check_card(index: usize, slot: &LineupSlot, setup: &GameSetup, cards: &CardBook) -> Result<(), Rejection> {
    let problem = missing_card(slot.card_id, slot.position, slot.batting_order.is_some(), setup, cards);
    problem.map_or(Ok(()), |problem| Err(Rejection::invalid(path(index, "card_id"), problem)))
}

/// What a player would need on his card to play here, and lacks.
pub(in crate::rules) fn missing_card(
    id: CardId,
    position: Position,
    bats: bool,
    setup: &GameSetup,
    cards: &CardBook,
) -> Option<String> {
    let Some(card) = cards.get(id) else {
        return Some(format!("there is no card {id} in this game's card book"));
    };
    let lacks = |read| setup.auto_mode && cards.lines(id, read).is_none();
    if bats && lacks(CardRead::Batting) {
        return Some(format!("{} ({id}) has no batting card, so he can't bat in auto mode", card.name));
    }
    if position == Position::Pitcher && lacks(CardRead::Pitching) {
        return Some(format!("{} ({id}) has no pitching card, so he can't pitch in auto mode", card.name));
    }
    None
}

fn entry(slot: &LineupSlot, lineup_id: LineupId, cards: &CardBook) -> LineupPlayerState {
    LineupPlayerState {
        position_rating: cards.get(slot.card_id).and_then(|card| card.fielding_at(slot.position)),
        ..LineupPlayerState::starter(lineup_id, slot.card_id, slot.position, slot.batting_order)
    }
}

fn path(index: usize, field: &str) -> String {
    format!("players.{index}.{field}")
}
