//! Who has to be replaced before the next play: the injured, and a pinch hitter who can't pitch (RULES 7.4).

use super::change;
use super::legality::missing_card;
use super::{LineupPlayerState, TeamLineupState};
use crate::id::CardId;
use crate::rules::card::CardBook;
use crate::rules::charts::injuries::Injury;
use crate::rules::command::Substitute;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{Position, Side};

/// A player his side can't go on with.
pub(in crate::rules) struct Unfit<'a> {
    player: &'a LineupPlayerState,
    pub(in crate::rules) problem: String,
}

/// The first player whom a side has to replace before it decides.
pub(in crate::rules) fn unfit<'a>(state: &'a GameState, cards: &CardBook, side: Side) -> Option<Unfit<'a>> {
    let lineup = &state.lineups[side];
    if side == state.fielding_side() {
        let pitcher = lineup.at(Position::Pitcher);
        let lacks = |id| missing_card(id, Position::Pitcher, false, &state.setup, cards);
        let unable =
            pitcher.and_then(|player| lacks(player.card_id).map(|problem| Unfit { player, problem }));
        if unable.is_some() {
            return unable;
        }
    }
    let hurt = needed(state, lineup, side).into_iter().find(|player| is_out(player))?;
    // Where nobody is left to take his place he plays on.
    replacement(state, cards, side, hurt)?;
    let name = cards.get(hurt.card_id).map_or("he", |card| card.name.as_str());
    let injury = hurt.injury.unwrap_or(Injury::None);
    let problem = format!("{name} (line-up entry {}) is hurt and {injury}", hurt.lineup_id);
    Some(Unfit { player: hurt, problem })
}

/// The substitution that a side owes before its next decision, if it owes one: the first player of its roster
/// whom the rules admit, one who plays the position before others.
#[must_use]
pub fn owed_substitution(state: &GameState, cards: &CardBook, side: Side) -> Option<Substitute> {
    let unfit = unfit(state, cards, side)?;
    replacement(state, cards, side, unfit.player)
}

/// Those whom a side needs on the next play: in the field everybody but the DH, at bat the batter and the
/// runners.
fn needed<'a>(state: &GameState, lineup: &'a TeamLineupState, side: Side) -> Vec<&'a LineupPlayerState> {
    if side == state.fielding_side() {
        return lineup.active().filter(|player| player.position != Position::DesignatedHitter).collect();
    }
    let runners = state.runners.iter().flatten().filter_map(|runner| lineup.player(runner.lineup_id));
    lineup.batter(state.batter_idx[side]).into_iter().chain(runners).collect()
}

/// A pitcher who is out for the rest of the game only tires (`injuries.toml`).
fn is_out(player: &LineupPlayerState) -> bool {
    match player.injury {
        None | Some(Injury::None) => false,
        Some(Injury::RestOfGame) => player.position != Position::Pitcher,
        Some(Injury::Games(_)) => true,
    }
}

fn replacement(
    state: &GameState,
    cards: &CardBook,
    side: Side,
    leaving: &LineupPlayerState,
) -> Option<Substitute> {
    let plays_there = |id: &CardId| {
        let card = cards.get(*id);
        card.is_some_and(|card| card.positions.contains(&leaving.position))
    };
    let roster = &state.setup.teams[side].roster;
    let (fitting, others): (Vec<CardId>, Vec<CardId>) = roster.iter().partition(|id| plays_there(id));
    let requests = fitting.into_iter().chain(others).map(|card_id| Substitute {
        replacing: leaving.lineup_id,
        card_id,
        position: None,
        batting_order: None,
        also: Vec::new(),
    });
    let mut admitted = requests
        .filter(|request| is_from_the_bench(state, side, request.card_id))
        .filter(|request| change::change(state, cards, side, request).is_ok());
    admitted.next()
}

fn is_from_the_bench(state: &GameState, side: Side, id: CardId) -> bool {
    state.lineups[side].players.iter().all(|player| player.card_id != id)
}
