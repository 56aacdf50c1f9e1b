//! When a new pitcher comes in, and who.

use super::trial;
use crate::rules::card::{CardBook, PitchingCard, PlayerCard, RatingLine};
use crate::rules::command::{Command, Substitute};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{AiDifficulty, Bats, Hand, Position, Side};

/// From this rating on a pitcher starts games, and relieves only when nobody else is left.
const STARTER_RATING: i8 = 4;
/// Batters whom a manager who looks ahead picks his reliever for.
const BATTERS_AHEAD: u8 = 3;
/// What a field of a pitching card costs, in hundredths of a run against an out; all others are outs.
const COSTS: &[(&str, f64)] = &[
    ("homerun", 165.0),
    ("bp_homerun", 95.0),
    ("triple", 130.0),
    ("double_three", 110.0),
    ("double_two", 102.0),
    ("double_cf", 102.0),
    ("single_two", 78.0),
    ("single_one", 70.0),
    ("single_center", 72.0),
    ("bp_single", 38.0),
    ("walk", 58.0),
    ("hbp", 60.0),
];

/// The pitching change that the manager of the fielding side makes now: for a tired pitcher, while there is a
/// fresh one and the rules allow it.
pub(super) fn change(
    difficulty: AiDifficulty,
    state: &GameState,
    cards: &CardBook,
    side: Side,
) -> Option<Substitute> {
    let tired = state.lineups[side].at(Position::Pitcher).filter(|pitcher| pitcher.is_fatigued)?;
    let fresh = available(state, cards, side);
    let pitcher = match difficulty {
        AiDifficulty::Easy => fresh.first().map(|(player, _)| *player),
        AiDifficulty::Medium => {
            cheapest(&fresh, |card| (cost(&card.ratings.left) + cost(&card.ratings.right)) / 2.0)
        }
        AiDifficulty::Hard => cheapest(&fresh, |card| against_next(state, cards, side, card)),
    }?;
    let change = Substitute {
        replacing: tired.lineup_id,
        card_id: pitcher.card_id,
        position: None,
        batting_order: None,
        also: Vec::new(),
    };
    trial::is_accepted(state, cards, side, &Command::Substitute(change.clone())).then_some(change)
}

/// Pitchers on the roster who have not been in the game: the relievers, or else the other starters.
fn available<'a>(
    state: &GameState,
    cards: &'a CardBook,
    side: Side,
) -> Vec<(&'a PlayerCard, &'a PitchingCard)> {
    let used =
        |player: &PlayerCard| state.lineups[side].players.iter().any(|entry| entry.card_id == player.card_id);
    let roster = state.setup.teams[side].roster.iter().filter_map(|id| cards.get(*id));
    let fresh = roster.filter(|player| !used(player));
    let pitchers: Vec<_> =
        fresh.filter_map(|player| Some((player.as_ref(), player.pitching.as_ref()?))).collect();
    let relievers: Vec<_> =
        pitchers.iter().copied().filter(|(_, card)| card.starter_rating < STARTER_RATING).collect();
    if relievers.is_empty() { pitchers } else { relievers }
}

fn cheapest<'a>(
    fresh: &[(&'a PlayerCard, &'a PitchingCard)],
    cost: impl Fn(&PitchingCard) -> f64,
) -> Option<&'a PlayerCard> {
    let by_cost = fresh.iter().min_by(|(_, a), (_, b)| cost(a).total_cmp(&cost(b)));
    by_cost.map(|(player, _)| *player)
}

/// What this pitcher's card costs against the batters who come up next.
fn against_next(state: &GameState, cards: &CardBook, side: Side, card: &PitchingCard) -> f64 {
    let lineup = &state.lineups[side.opponent()];
    let first = state.batter_idx[side.opponent()];
    let batters = (0..BATTERS_AHEAD).filter_map(|ahead| lineup.batter((first + ahead) % 9));
    let hands = batters.filter_map(|batter| cards.get(batter.card_id)).map(|batter| batter.bats);
    // A switch hitter takes the side that suits him: the costlier one.
    hands
        .map(|bats| match bats {
            Bats::Left => line_cost(card, Hand::Left),
            Bats::Right => line_cost(card, Hand::Right),
            Bats::Switch => line_cost(card, Hand::Left).max(line_cost(card, Hand::Right)),
        })
        .sum()
}

fn line_cost(card: &PitchingCard, versus: Hand) -> f64 {
    match versus {
        Hand::Left => cost(&card.ratings.left),
        Hand::Right => cost(&card.ratings.right),
    }
}

fn cost(line: &RatingLine) -> f64 {
    COSTS.iter().filter_map(|(field, runs)| line.0.get(*field).map(|chances| chances * runs)).sum()
}
