//! Who starts, and in which order they bat.

use super::weights;
use crate::rules::card::PlayerCard;
use crate::rules::command::SetLineup;
use crate::rules::lineup::LineupSlot;
use crate::rules::vocabulary::{AiDifficulty, Hand, Position};
use std::sync::Arc;

/// Plate appearances of a place in the order in a game, and batters a team faces.
const TURNS: f64 = 4.2;
const BATTERS_FACED: f64 = 38.0;
/// The share of his game that a batter spends against the starting pitcher, and of left-handers after that.
const AGAINST_STARTER: f64 = 0.65;
const LEFT_HANDED_RELIEF: f64 = 0.28;
/// Runs a game by which a change must better the line-up that the team proposes.
const MARGIN: f64 = 0.01;
/// What takes a batter to first base or farther by himself.
const ON_BASE: &[&str] = &[
    "homerun",
    "triple",
    "double_three",
    "double_two",
    "double_pull",
    "single_two",
    "single_one",
    "single_center",
    "walk",
    "hbp",
];

/// The starters whom the AI manager of a team names: its pitcher and whether there is a designated hitter are
/// as the team proposes. `opposing` is the hand of the other side's starting pitcher.
///
/// *Easy* lets the proposed nine bat in scorer's order, the designated hitter last; *medium* takes the proposal;
/// *hard* picks the nine who are worth most against this pitcher, at bat and in the field, and the best of them bat
/// first.
#[must_use]
pub fn lineup(
    difficulty: AiDifficulty,
    roster: &[Arc<PlayerCard>],
    proposed: &SetLineup,
    opposing: Hand,
) -> SetLineup {
    match difficulty {
        AiDifficulty::Easy => in_scorers_order(proposed),
        AiDifficulty::Medium => proposed.clone(),
        AiDifficulty::Hard => best(roster, proposed, opposing).unwrap_or_else(|| proposed.clone()),
    }
}

/// The hand that a line-up's starting pitcher throws with: the right one where that is unknown.
#[must_use]
pub fn pitching_hand(roster: &[Arc<PlayerCard>], lineup: &SetLineup) -> Hand {
    let pitcher = lineup.players.iter().find(|slot| slot.position == Position::Pitcher);
    let card = pitcher.and_then(|slot| roster.iter().find(|card| card.card_id == slot.card_id));
    card.map_or(Hand::Right, |card| card.throws)
}

fn in_scorers_order(proposed: &SetLineup) -> SetLineup {
    let mut players = proposed.players.clone();
    players.sort_by_key(|slot| match slot.position {
        Position::Pitcher => usize::MAX,
        position => {
            Position::FIELD.iter().position(|field| *field == position).unwrap_or(Position::FIELD.len())
        }
    });
    numbered(players)
}

/// Numbers the order of those who bat as they stand.
fn numbered(mut players: Vec<LineupSlot>) -> SetLineup {
    let batters = players.iter_mut().filter(|slot| slot.batting_order.is_some());
    for (slot, order) in batters.zip(1..) {
        slot.batting_order = Some(order);
    }
    SetLineup { players }
}

/// None where the cards have no ratings, or the proposal names somebody who is not on the roster.
fn best(roster: &[Arc<PlayerCard>], proposed: &SetLineup, opposing: Hand) -> Option<SetLineup> {
    let bats = |slot: &&LineupSlot| slot.batting_order.is_some() && slot.position != Position::Pitcher;
    let places: Vec<Position> = proposed.players.iter().filter(bats).map(|slot| slot.position).collect();
    let choice = Choice::new(roster, places, opposing);
    let number = |slot: &LineupSlot| choice.batters.iter().position(|card| card.card_id == slot.card_id);
    let mut starters: Vec<usize> = proposed.players.iter().filter(bats).map(number).collect::<Option<_>>()?;
    while let Some(better) = choice.improved(&starters) {
        starters = better;
    }
    let mut players = choice.ordered(&starters);
    players.extend(proposed.players.iter().filter(|slot| !bats(slot)));
    Some(numbered(players))
}

/// Who may start where. A line-up is the numbers of those who do, place by place.
struct Choice<'a> {
    places: Vec<Position>,
    /// Those who do not pitch.
    batters: Vec<&'a PlayerCard>,
    /// Plate appearances against left-handers.
    left_share: f64,
    /// Runs a game that each is worth at each place; minus infinity where he does not play it.
    worth: Vec<Vec<f64>>,
}

impl<'a> Choice<'a> {
    fn new(roster: &'a [Arc<PlayerCard>], places: Vec<Position>, opposing: Hand) -> Self {
        let starter = if opposing == Hand::Left { 1.0 } else { 0.0 };
        let left_share = AGAINST_STARTER * starter + (1.0 - AGAINST_STARTER) * LEFT_HANDED_RELIEF;
        let batters = roster.iter().map(Arc::as_ref);
        let batters: Vec<_> =
            batters.filter(|card| card.batting.is_some() && card.pitching.is_none()).collect();
        let worth = |card: &&PlayerCard| places.iter().map(|place| worth(card, *place, left_share)).collect();
        Self { worth: batters.iter().map(worth).collect(), places, batters, left_share }
    }

    /// The line-up after the best single change: somebody from the bench for a starter, two starters for each
    /// other, or a starter for another whose place somebody from the bench takes.
    fn improved(&self, starters: &[usize]) -> Option<Vec<usize>> {
        let sum = |starters: &[usize]| -> f64 {
            starters.iter().enumerate().map(|(place, number)| self.worth[*number][place]).sum()
        };
        let bench: Vec<usize> = (0..self.batters.len()).filter(|number| !starters.contains(number)).collect();
        let mut best = (sum(starters) + MARGIN, None);
        let mut consider = |changed: Vec<usize>| {
            let worth = sum(&changed);
            if worth > best.0 {
                best = (worth, Some(changed));
            }
        };
        let with = |starters: &[usize], place: usize, number: usize| {
            let mut changed = starters.to_vec();
            changed[place] = number;
            changed
        };
        for place in 0..starters.len() {
            bench.iter().for_each(|number| consider(with(starters, place, *number)));
            for other in (0..starters.len()).filter(|other| *other != place) {
                let moved = with(starters, place, starters[other]);
                consider(with(&moved, other, starters[place]));
                bench.iter().for_each(|number| consider(with(&moved, other, *number)));
            }
        }
        best.1
    }

    /// The best three bat first, second and fourth, of them who gets on base most first; the next two fifth and
    /// third; the others follow by worth.
    fn ordered(&self, starters: &[usize]) -> Vec<LineupSlot> {
        let worth = |number: usize| weights::batting_against(self.batters[number], self.left_share);
        let mut ranked: Vec<(usize, Position)> =
            starters.iter().copied().zip(self.places.iter().copied()).collect();
        ranked.sort_by(|(a, _), (b, _)| worth(*b).total_cmp(&worth(*a)));
        if ranked.len() > 4 {
            ranked[..3].sort_by(|(a, _), (b, _)| self.on_base(*b).total_cmp(&self.on_base(*a)));
            if worth(ranked[1].0) > worth(ranked[2].0) {
                ranked.swap(1, 2); // the better of the two drives the others in
            }
            // From ranks to places: the third bats fourth, the fourth fifth, the fifth third.
            ranked[2..5].rotate_right(1);
        }
        let slot = |(number, position): &(usize, Position)| LineupSlot {
            card_id: self.batters[*number].card_id,
            position: *position,
            batting_order: Some(1),
        };
        ranked.iter().map(slot).collect()
    }

    fn on_base(&self, number: usize) -> f64 {
        let Some(batting) = &self.batters[number].batting else { return 0.0 };
        let left = weights::chances(&batting.ratings.left, ON_BASE);
        let right = weights::chances(&batting.ratings.right, ON_BASE);
        self.left_share.mul_add(left - right, right)
    }
}

/// Runs a game that a player is worth at a position; minus infinity where he does not play it.
fn worth(card: &PlayerCard, position: Position, left_share: f64) -> f64 {
    let at_bat = TURNS * weights::batting_against(card, left_share);
    match (position, card.fielding_at(position)) {
        (Position::DesignatedHitter, _) => at_bat,
        (_, Some(rating)) => at_bat - BATTERS_FACED * weights::fielding(position, Some(rating)),
        (_, None) => f64::NEG_INFINITY,
    }
}
