//! From a line-up and a request to the line-up after it, which is legal (RULES 7.4, OBR 5.10, 5.11).
//!
//! A request names entries and who takes their places: a player from the bench, or one who is in the game
//! already (his own entry to change position; the designated hitter or the pitcher, who then ends the DH).
//! Each item is carried out in turn; the line-up as a whole is judged at the end.

use super::legality::missing_card;
use super::{LineupPlayerState, TeamLineupState};
use crate::id::{CardId, LineupId};
use crate::rules::card::{CardBook, FieldingRating};
use crate::rules::command::{Substitute, Substitution};
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{Position, Side};
use std::sync::Arc;

/// Players who may be changed in one request.
const ITEMS_MAX: usize = 10;

/// The entries that the request adds or changes.
///
/// # Errors
/// `illegal_substitution`, naming the field and the rule; `invalid` where a field has no sense at all.
pub(in crate::rules) fn change(
    state: &GameState,
    cards: &CardBook,
    side: Side,
    request: &Substitute,
) -> Result<Vec<LineupPlayerState>, Rejection> {
    if request.also.len() >= ITEMS_MAX {
        let problem = format!("{} more; at most {} are allowed", request.also.len(), ITEMS_MAX - 1);
        return Err(Rejection::invalid("also", problem));
    }
    let before = &state.lineups[side];
    let lineup = before.clone();
    let is_batting = side == state.batting_side();
    let mut change = Change { state, cards, side, is_batting, lineup, next: state.next_lineup_id };
    change.item(&request.first())?;
    for (index, item) in request.also.iter().enumerate() {
        change.item(item).map_err(|refusal| refusal.within(&format!("also.{index}")))?;
    }
    change.settle_designated_hitter();
    change.check_whole()?;
    change.check_pitching_change()?;
    let changed = |player: &&LineupPlayerState| before.player(player.lineup_id) != Some(*player);
    let players: Vec<_> = change.lineup.players.iter().filter(changed).cloned().collect();
    if players.is_empty() {
        return Err(Rejection::invalid("replacing", "the request changes nothing"));
    }
    Ok(players)
}

struct Change<'a> {
    state: &'a GameState,
    cards: &'a CardBook,
    side: Side,
    is_batting: bool,
    lineup: TeamLineupState,
    next: LineupId,
}

fn illegal(field: &str, problem: impl Into<String>) -> Rejection {
    Rejection { field: Some(field.to_owned()), ..Rejection::new(RejectionCode::IllegalSubstitution, problem) }
}

impl Change<'_> {
    fn item(&mut self, item: &Substitution) -> Result<(), Rejection> {
        let Some(leaving) = self.lineup.player(item.replacing).cloned() else {
            let problem = format!("{} is no entry of the {} line-up", item.replacing, self.side);
            return Err(Rejection::invalid("replacing", problem));
        };
        if !leaving.is_active {
            return Err(illegal("replacing", "he has left the game already (OBR 5.10(d))"));
        }
        if item.batting_order.is_some_and(|order| !(1..=9).contains(&order)) {
            return Err(Rejection::invalid("batting_order", "allowed is 1 to 9"));
        }
        let position = item.position.unwrap_or(leaving.position);
        if self.is_batting {
            self.check_offence(&leaving, position)?;
        }
        let active = self.lineup.active().find(|player| player.card_id == item.card_id).cloned();
        match active {
            Some(own) if own.lineup_id == leaving.lineup_id => self.moves(&own, item, position),
            Some(other) => self.takes_over(&leaving, &other, item, position),
            None => self.comes_in(&leaving, item, position),
        }
    }

    /// The side at bat replaces the batter or a runner; the newcomer stands at his position until the half
    /// inning ends.
    fn check_offence(&self, leaving: &LineupPlayerState, position: Position) -> Result<(), Rejection> {
        let batter = self.state.lineups[self.side].batter(self.state.batter_idx[self.side]);
        let bats = batter.is_some_and(|batter| batter.lineup_id == leaving.lineup_id);
        let runs = self.state.runners.iter().flatten().any(|runner| runner.lineup_id == leaving.lineup_id);
        if !bats && !runs && leaving.injury.is_none() {
            let rule = "the side at bat replaces the batter whose turn it is, a runner, or an injured player (OBR 5.10(e))";
            return Err(illegal("replacing", rule));
        }
        if position != leaving.position {
            let rule =
                "a pinch hitter or runner stands at the replaced player's position until his side fields";
            return Err(illegal("position", rule));
        }
        Ok(())
    }

    /// A player who is in the game changes his position.
    fn moves(
        &mut self,
        own: &LineupPlayerState,
        item: &Substitution,
        position: Position,
    ) -> Result<(), Rejection> {
        if self.is_batting {
            return Err(illegal("card_id", "he is at bat or on base already"));
        }
        let order = item.batting_order.or(own.batting_order);
        if order != own.batting_order {
            let rule = "a player keeps his place in the batting order (OBR 5.10(b))";
            return Err(illegal("batting_order", rule));
        }
        self.place(own.lineup_id, position, order);
        Ok(())
    }

    /// The designated hitter takes the field, or the pitcher another place: the other player leaves, and the
    /// DH ends (OBR 5.11(a)).
    fn takes_over(
        &mut self,
        leaving: &LineupPlayerState,
        other: &LineupPlayerState,
        item: &Substitution,
        position: Position,
    ) -> Result<(), Rejection> {
        let is_dh = other.position == Position::DesignatedHitter && !self.is_batting;
        let is_pitcher = other.position == Position::Pitcher && other.batting_order.is_none();
        if !is_dh && !is_pitcher {
            return Err(illegal("card_id", "he is in the game already; a player is in it once"));
        }
        if self.is_batting && leaving.position != Position::DesignatedHitter {
            let rule = "the pitcher may bat or run only for the designated hitter (OBR 5.11(a))";
            return Err(illegal("card_id", rule));
        }
        self.leaves(leaving.lineup_id);
        let order = other.batting_order.or(leaving.batting_order);
        if item.batting_order.is_some_and(|asked| Some(asked) != order) {
            let rule = "he takes the place in the order that the rules give him (OBR 5.11(a))";
            return Err(illegal("batting_order", rule));
        }
        // A pitcher who bats for the DH goes on pitching.
        let position = if self.is_batting { Position::Pitcher } else { position };
        self.place(other.lineup_id, position, order);
        Ok(())
    }

    /// A player comes in from the bench.
    fn comes_in(
        &mut self,
        leaving: &LineupPlayerState,
        item: &Substitution,
        position: Position,
    ) -> Result<(), Rejection> {
        let id = item.card_id;
        if self.lineup.players.iter().any(|player| player.card_id == id) {
            return Err(illegal("card_id", format!("{id} has left the game and can't return (OBR 5.10(d))")));
        }
        if !self.state.setup.teams[self.side].roster.contains(&id) {
            return Err(illegal("card_id", format!("{id} is not on the {} roster (RULES 7.4)", self.side)));
        }
        if !self.is_batting && position == Position::DesignatedHitter {
            let rule = "only a pinch hitter or runner becomes the designated hitter (OBR 5.11(a))";
            return Err(illegal("position", rule));
        }
        self.leaves(leaving.lineup_id);
        let entry = LineupPlayerState {
            is_starter: false,
            entered_inning: self.state.inning,
            replacing_id: Some(leaving.lineup_id),
            after_play: Some(self.state.play_count.0),
            position_rating: self.rating(id, position),
            ..LineupPlayerState::starter(
                self.next,
                id,
                position,
                item.batting_order.or(leaving.batting_order),
            )
        };
        self.next = self.next.next();
        Arc::make_mut(&mut self.lineup.players).push(entry);
        Ok(())
    }

    fn rating(&self, id: CardId, position: Position) -> Option<FieldingRating> {
        self.cards.get(id).and_then(|card| card.fielding_at(position))
    }

    fn entry(&mut self, id: LineupId) -> Option<&mut LineupPlayerState> {
        let players = Arc::make_mut(&mut self.lineup.players);
        players.iter_mut().find(|player| player.lineup_id == id)
    }

    fn leaves(&mut self, id: LineupId) {
        if let Some(entry) = self.entry(id) {
            entry.is_active = false;
        }
    }

    fn place(&mut self, id: LineupId, position: Position, order: Option<u8>) {
        let card_id = self.lineup.player(id).map(|player| player.card_id);
        let rating = card_id.and_then(|card_id| self.rating(card_id, position));
        if let Some(entry) = self.entry(id) {
            entry.position = position;
            entry.batting_order = order;
            entry.position_rating = rating;
        }
    }

    /// The DH ends where the pitcher bats now or has left the mound. Whoever has no place in the order takes
    /// the one that is vacant, which is the DH's own where he has to leave (OBR 5.11(a)).
    fn settle_designated_hitter(&mut self) {
        let unplaced = self.lineup.active().find(|player| player.batting_order.is_none());
        let unplaced = unplaced.map(|player| (player.lineup_id, player.position));
        let hitter = self.lineup.at(Position::DesignatedHitter).map(|player| player.lineup_id);
        match (unplaced, hitter) {
            (Some((_, Position::Pitcher)), Some(_)) | (None, None) => return,
            (_, Some(hitter)) => self.leaves(hitter),
            (Some(_), None) => {}
        }
        let Some((unplaced, position)) = unplaced else { return };
        let taken = |order: &u8| self.lineup.active().any(|player| player.batting_order == Some(*order));
        let vacant = (1..=9).find(|order| !taken(order));
        self.place(unplaced, position, vacant);
    }

    /// Every position and every place in the order exactly once, and cards for what they do.
    fn check_whole(&self) -> Result<(), Rejection> {
        let active: Vec<&LineupPlayerState> = self.lineup.active().collect();
        for position in Position::FIELD {
            let count = active.iter().filter(|player| player.position == *position).count();
            if count != 1 {
                let rule =
                    format!("{position} would be played by {count} players; exactly one is legal (OBR 5.02)");
                return Err(illegal("position", rule));
            }
        }
        for order in 1..=9 {
            let count = active.iter().filter(|player| player.batting_order == Some(order)).count();
            if count != 1 {
                let rule =
                    format!("place {order} of the order would have {count} players; exactly one is legal");
                return Err(illegal("batting_order", rule));
            }
        }
        for player in active {
            // Nobody has to pitch or field before his side takes the field.
            let position = if self.is_batting { Position::DesignatedHitter } else { player.position };
            let bats = player.batting_order.is_some();
            let before = self.state.lineups[self.side].player(player.lineup_id);
            let lacks = missing_card(player.card_id, position, bats, &self.state.setup, self.cards);
            if let (true, Some(problem)) = (before != Some(player), lacks) {
                return Err(illegal("card_id", problem));
            }
        }
        Ok(())
    }

    /// A pitcher faces his batters before he is relieved, or finishes the half inning (OBR 5.10(f), (g)).
    fn check_pitching_change(&self) -> Result<(), Rejection> {
        let pitcher = |lineup: &TeamLineupState| lineup.at(Position::Pitcher).map(|player| player.lineup_id);
        let before = pitcher(&self.state.lineups[self.side]);
        let work = &self.state.workloads[self.side];
        let minimum = u16::from(self.state.setup.settings.reliever_batters_min);
        let is_hurt = before.and_then(|id| self.state.lineups[self.side].player(id));
        let is_hurt = is_hurt.is_some_and(|pitcher| pitcher.injury.is_some());
        let is_bound =
            work.pitcher == before && !is_hurt && !work.half_inning_ended && work.batters_faced < minimum;
        if self.is_batting || before == pitcher(&self.lineup) || !is_bound {
            return Ok(());
        }
        let faced = work.batters_faced;
        let rule =
            format!("the pitcher has faced {faced} batters; he faces {minimum} or finishes the half inning");
        Err(illegal("replacing", format!("{rule} (OBR 5.10(f), (g))")))
    }
}
