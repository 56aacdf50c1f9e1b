//! When a new pitcher comes in, and who.

use super::{book, trial, weights};
use crate::rules::card::{CardBook, PitchingCard, PlayerCard};
use crate::rules::command::Substitute;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{AiDifficulty, Bats, Position, Side};

/// From this rating on a pitcher starts games, and relieves only when nobody else is left.
const STARTER_RATING: i8 = 4;
/// Batters whom a manager who looks ahead picks his reliever for.
const BATTERS_AHEAD: u8 = 4;
/// Runs a batter by which a fresh pitcher must be better, for a manager who looks ahead to bring him in.
const BETTER_BY: f64 = 0.006;
/// Innings that he counts on a reliever for beyond his point of weakness; the limit is one more (RULES 7.5).
const BEYOND_WEAKNESS: i32 = 1;
/// The lead, at most, that a closer comes in to save in the last inning (OBR 9.19).
const SAVE: i32 = 3;

/// The pitching change that the manager of the fielding side makes now, while there is a fresh pitcher and the
/// rules allow it.
pub(super) fn change(
    difficulty: AiDifficulty,
    state: &GameState,
    cards: &CardBook,
    side: Side,
) -> Option<Substitute> {
    let pitcher = state.lineups[side].at(Position::Pitcher)?;
    let bullpen = Bullpen::new(state, cards, side);
    let reliever = match difficulty {
        AiDifficulty::Easy => bullpen.late_and_the_worst(pitcher),
        AiDifficulty::Medium => bullpen.by_the_book(pitcher),
        AiDifficulty::Hard => bullpen.looking_ahead(pitcher),
    }?;
    trial::replaced(state, cards, side, pitcher.lineup_id, reliever.card_id)
}

/// Who pitches where somebody must because a pinch hitter stands on the mound or the pitcher is hurt.
pub(super) fn reliever(
    difficulty: AiDifficulty,
    state: &GameState,
    cards: &CardBook,
    side: Side,
) -> Option<Substitute> {
    let leaving = state.lineups[side].at(Position::Pitcher)?;
    let bullpen = Bullpen::new(state, cards, side);
    let reliever = match difficulty {
        AiDifficulty::Easy => bullpen.worst(),
        AiDifficulty::Medium => bullpen.best_on_average(),
        AiDifficulty::Hard => bullpen.best_against_next(),
    }?;
    trial::replaced(state, cards, side, leaving.lineup_id, reliever.card_id)
}

type Pitcher<'a> = (&'a PlayerCard, &'a PitchingCard);

/// What a side has to choose from.
struct Bullpen<'a> {
    state: &'a GameState,
    cards: &'a CardBook,
    side: Side,
    /// Pitchers who have not been in the game: the relievers, or else the other starters.
    fresh: Vec<Pitcher<'a>>,
}

impl<'a> Bullpen<'a> {
    fn new(state: &'a GameState, cards: &'a CardBook, side: Side) -> Self {
        let used = |player: &PlayerCard| {
            state.lineups[side].players.iter().any(|entry| entry.card_id == player.card_id)
        };
        let roster = state.setup.teams[side].roster.iter().filter_map(|id| cards.get(*id));
        let fresh = roster.filter(|player| !used(player));
        let pitchers: Vec<Pitcher> =
            fresh.filter_map(|player| Some((player.as_ref(), player.pitching.as_ref()?))).collect();
        let relievers: Vec<Pitcher> =
            pitchers.iter().copied().filter(|(_, card)| card.starter_rating < STARTER_RATING).collect();
        Self { state, cards, side, fresh: if relievers.is_empty() { pitchers } else { relievers } }
    }

    /// A beginner takes a tired pitcher out when the next inning begins, and saves his best for later.
    fn late_and_the_worst(&self, pitcher: &LineupPlayerState) -> Option<&'a PlayerCard> {
        let begins = self.state.outs == 0 && self.state.bases().is_empty();
        if pitcher.is_fatigued && begins { self.worst() } else { None }
    }

    /// The book takes a tired pitcher out at once and brings in the best; the closer is kept for the last inning
    /// of a game to be saved, and has it then.
    fn by_the_book(&self, pitcher: &LineupPlayerState) -> Option<&'a PlayerCard> {
        let lead = -book::lead(self.state);
        let is_last = self.state.inning >= self.state.setup.settings.innings;
        let closer = self.fresh.iter().max_by_key(|(_, card)| card.closer_rating);
        let closer = closer.filter(|(_, card)| card.closer_rating > 0);
        let saves = is_last && (1..=SAVE).contains(&lead);
        if let (true, Some((closer, card))) = (saves, closer) {
            let other = self.cards.get(pitcher.card_id)?.pitching.as_ref()?;
            if pitcher.is_fatigued || other.closer_rating < card.closer_rating {
                return Some(closer);
            }
        }
        if !pitcher.is_fatigued {
            return None;
        }
        let others: Vec<Pitcher> = self
            .fresh
            .iter()
            .copied()
            .filter(|(player, _)| closer.is_none_or(|(closer, _)| closer.card_id != player.card_id))
            .collect();
        cheapest(if others.is_empty() { &self.fresh } else { &others }, average_cost)
    }

    /// The pitcher who allows fewest runs to the next batters, if he allows enough less than the one on the mound,
    /// and there are enough like him to finish the game with.
    fn looking_ahead(&self, pitcher: &LineupPlayerState) -> Option<&'a PlayerCard> {
        let card = self.cards.get(pitcher.card_id)?;
        let pitching = card.pitching.as_ref()?;
        let now = self.against_next(card, pitching)
            + if pitcher.is_fatigued { self.fatigue_against_next(card, pitching) } else { 0.0 };
        let best = self.best_against_next()?;
        let gain = now - self.against_next(best, best.pitching.as_ref()?);
        if gain < BETTER_BY {
            return None;
        }
        let own = weights::pitching_on_average(pitching);
        let innings_of = |(_, other): &Pitcher| {
            let is_better = pitcher.is_fatigued || weights::pitching_on_average(other) < own + BETTER_BY;
            if is_better { i32::from(other.relief_rating) + BEYOND_WEAKNESS } else { 0 }
        };
        let supply: i32 = self.fresh.iter().map(innings_of).sum();
        let innings_left = i32::from(self.state.setup.settings.innings) - i32::from(self.state.inning) + 1;
        (pitcher.is_fatigued || supply > innings_left).then_some(best)
    }

    fn worst(&self) -> Option<&'a PlayerCard> {
        cheapest(&self.fresh, |player| -average_cost(player))
    }

    fn best_on_average(&self) -> Option<&'a PlayerCard> {
        cheapest(&self.fresh, average_cost)
    }

    fn best_against_next(&self) -> Option<&'a PlayerCard> {
        cheapest(&self.fresh, |(player, card)| self.against_next(player, card))
    }

    /// Runs that this pitcher's card allows in a plate appearance of the batters who come up next.
    fn against_next(&self, player: &PlayerCard, card: &PitchingCard) -> f64 {
        self.over_next(|bats| weights::pitching(card, player.throws, bats))
    }

    fn fatigue_against_next(&self, player: &PlayerCard, card: &PitchingCard) -> f64 {
        self.over_next(|bats| weights::fatigue(card, player.throws, bats))
    }

    fn over_next(&self, runs: impl Fn(Bats) -> f64) -> f64 {
        let lineup = &self.state.lineups[self.side.opponent()];
        let first = self.state.batter_idx[self.side.opponent()];
        let batters = (0..BATTERS_AHEAD).filter_map(|ahead| lineup.batter((first + ahead) % 9));
        let hands = batters.filter_map(|batter| self.cards.get(batter.card_id)).map(|batter| batter.bats);
        hands.map(runs).sum::<f64>() / f64::from(BATTERS_AHEAD)
    }
}

/// Runs that a pitcher allows in a plate appearance, of batters of both hands alike.
fn average_cost((_, card): &Pitcher) -> f64 {
    weights::pitching_on_average(card)
}

fn cheapest<'a>(fresh: &[Pitcher<'a>], cost: impl Fn(&Pitcher<'a>) -> f64) -> Option<&'a PlayerCard> {
    let by_cost = fresh.iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
    by_cost.map(|(player, _)| *player)
}
