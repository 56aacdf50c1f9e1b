//! Who comes in from the bench: pinch hitters, pinch runners, better fielders.
//!
//! A substitute helps now and costs later, when he bats and fields in the other's place for the rest of the game.

use super::outlook::Outlook;
use super::{book, steal, trial, weights};
use crate::rules::PlaySituation;
use crate::rules::card::{CardBook, PlayerCard};
use crate::rules::command::{Command, Substitute};
use crate::rules::decision::Base;
use crate::rules::lineup::LineupPlayerState;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{AiDifficulty, Hand, Position, Side};

/// Batters in a half inning.
const BATTERS: f64 = 4.3;
/// The share of left-handers among the pitchers still to come.
const LEFT_HANDED: f64 = 0.28;
/// Runs a plate appearance by which the book wants a pinch hitter to be better.
const BETTER_BATTER: f64 = 0.02;
/// Speed by which the book wants a pinch runner to be faster, and from which nobody runs for a runner.
const FASTER: i8 = 4;
const FAST: i8 = 13;
/// Chance to win that a substitute must add now, for a manager who looks ahead.
const WORTH_IT: f64 = 0.004;
/// Runs that a better fielder must save.
const SAVES: f64 = 0.008;
/// Chances to score that a point of speed adds to a runner, for what is left of an inning.
const SPEED: f64 = 0.004;

/// The substitution that the manager of the side at bat makes before this plate appearance.
pub(super) fn at_bat(
    difficulty: AiDifficulty,
    state: &GameState,
    cards: &CardBook,
    side: Side,
) -> Option<Substitute> {
    let bench = Bench::new(state, cards, side);
    if difficulty == AiDifficulty::Easy || !book::is_late(state) || bench.players.is_empty() {
        return None;
    }
    let play = PlaySituation::new(state, cards).ok()?;
    match difficulty {
        AiDifficulty::Easy => None,
        AiDifficulty::Medium => bench.batter_by_the_book(&play).or_else(|| bench.runner_by_the_book(&play)),
        AiDifficulty::Hard => bench.best_batter(&play).or_else(|| bench.best_runner(&play)),
    }
}

/// The substitution that the manager of the side in the field makes as a half inning begins: for somebody out of
/// place, and late in the game for a better glove.
pub(super) fn in_the_field(
    difficulty: AiDifficulty,
    state: &GameState,
    cards: &CardBook,
    side: Side,
) -> Option<Substitute> {
    let begins = state.outs == 0 && state.bases().is_empty();
    if difficulty == AiDifficulty::Easy || !begins {
        return None;
    }
    let bench = Bench::new(state, cards, side);
    let gains = Position::FIELD[1..].iter().filter_map(|position| {
        let entry = state.lineups[side].at(*position)?;
        let (card, gain) = bench.best_glove(entry)?;
        let is_out_of_place = entry.position_rating.is_none();
        let is_time = match difficulty {
            AiDifficulty::Hard => book::is_late(state),
            _ => book::is_late(state) && matches!(book::lead(state), -3..=-1),
        };
        (is_out_of_place || (is_time && gain > SAVES)).then_some((entry, card, gain))
    });
    let (entry, card, _) = gains.max_by(|(_, _, a), (_, _, b)| a.total_cmp(b))?;
    trial::replaced(state, cards, side, entry.lineup_id, card.card_id)
}

struct Bench<'a> {
    state: &'a GameState,
    cards: &'a CardBook,
    side: Side,
    /// Batters who have not been in the game.
    players: Vec<&'a PlayerCard>,
    /// Plate appearances that a place in the order may still expect after this one.
    turns: f64,
    /// Batters whom the side may still expect to face.
    faced: f64,
}

impl<'a> Bench<'a> {
    fn new(state: &'a GameState, cards: &'a CardBook, side: Side) -> Self {
        let used = |card: &&PlayerCard| {
            state.lineups[side].players.iter().all(|entry| entry.card_id != card.card_id)
        };
        let roster = state.setup.teams[side].roster.iter().filter_map(|id| cards.get(*id)).map(AsRef::as_ref);
        let bats = |card: &&PlayerCard| card.batting.is_some() && card.pitching.is_none();
        let innings = f64::from(state.setup.settings.innings.saturating_sub(state.inning));
        let rest_of_half = f64::from(3 - state.outs.min(3)) / 3.0;
        let (own, other) = if side == state.batting_side() {
            let other = if side == Side::Away { innings + 1.0 } else { innings };
            (innings + rest_of_half - 1.0 / BATTERS, other)
        } else {
            let own = if side == Side::Home { innings + 1.0 } else { innings };
            (own, innings + rest_of_half)
        };
        Self {
            state,
            cards,
            side,
            players: roster.filter(bats).filter(used).collect(),
            turns: own.max(0.0) * BATTERS / 9.0,
            faced: other * BATTERS,
        }
    }

    fn card(&self, entry: &LineupPlayerState) -> Option<&'a PlayerCard> {
        self.cards.get(entry.card_id).map(AsRef::as_ref)
    }

    /// Runs that the side loses in the rest of the game with this player in the place of that one; less than
    /// none where it gains.
    fn loses(&self, entry: &LineupPlayerState, new: &PlayerCard) -> f64 {
        let Some(old) = self.card(entry) else { return 0.0 };
        let bats = |card| weights::batting_against(card, LEFT_HANDED);
        let fields = |card: &PlayerCard| weights::fielding(entry.position, card.fielding_at(entry.position));
        let in_the_field =
            if entry.position == Position::Pitcher { 0.0 } else { self.faced * (fields(new) - fields(old)) };
        self.turns * (bats(old) - bats(new)) + in_the_field
    }

    fn replaced(&self, entry: &LineupPlayerState, new: &PlayerCard) -> Option<Substitute> {
        trial::replaced(self.state, self.cards, self.side, entry.lineup_id, new.card_id)
    }

    /// The book: who is behind or tied sends a better hitter up for a weak one, against this pitcher's hand.
    fn batter_by_the_book(&self, play: &PlaySituation) -> Option<Substitute> {
        if !(-4..=0).contains(&book::lead(self.state)) {
            return None;
        }
        let throws: Hand = play.pitcher_card.throws;
        let adds = |card: &PlayerCard| weights::batting(card, throws);
        let best = self.players.iter().max_by(|a, b| adds(a).total_cmp(&adds(b)))?;
        let is_better = adds(best) > adds(play.batter_card) + BETTER_BATTER;
        is_better.then(|| self.replaced(play.batter, best)).flatten()
    }

    /// The book: in the last innings a fast man runs for a slow one who is the tying or the winning run.
    fn runner_by_the_book(&self, play: &PlaySituation) -> Option<Substitute> {
        let is_last = self.state.inning + 1 >= self.state.setup.settings.innings;
        if !is_last || !matches!(book::lead(self.state), -1 | 0) {
            return None;
        }
        let (base, runner) = lead_runner(play)?;
        let speed = play.running(Some(base));
        let runs = |card: &PlayerCard| card.batting.as_ref().map_or(0, |batting| batting.running);
        let fastest = self.players.iter().max_by_key(|card| runs(card))?;
        let is_faster = speed < FAST && runs(fastest) >= speed + FASTER;
        is_faster.then(|| self.replaced(runner, fastest)).flatten()
    }

    /// The pinch hitter who adds most to the chance to win, with what he costs later taken off.
    fn best_batter(&self, play: &PlaySituation) -> Option<Substitute> {
        let now = Outlook::new(play)?.best_approach().1;
        let run = trial::worth_of_a_run(self.state);
        let gains = self.players.iter().filter_map(|card| {
            let change = self.replaced(play.batter, card)?;
            let after =
                trial::after(self.state, self.cards, self.side, &Command::Substitute(change.clone()))?;
            let mut pinch = PlaySituation::new(&after, self.cards).ok()?;
            pinch.defence = play.defence.clone();
            let promised = Outlook::new(&pinch)?.best_approach().1;
            Some((change, promised - now - run * self.loses(play.batter, card)))
        });
        best_of(gains)
    }

    /// The pinch runner who adds most, by steals and by speed.
    fn best_runner(&self, play: &PlaySituation) -> Option<Substitute> {
        let (base, runner) = lead_runner(play)?;
        let speed = play.running(Some(base));
        let run = trial::worth_of_a_run(self.state);
        let steals = |play: &PlaySituation| steal::best(play).map_or(0.0, |(_, gain)| gain);
        let now = steals(play);
        let gains = self.players.iter().filter_map(|card| {
            let faster = card.batting.as_ref()?.running - speed;
            let change = self.replaced(runner, card)?;
            let after =
                trial::after(self.state, self.cards, self.side, &Command::Substitute(change.clone()))?;
            let mut pinch = PlaySituation::new(&after, self.cards).ok()?;
            pinch.defence = play.defence.clone();
            let later = f64::from(faster) * SPEED - self.loses(runner, card);
            Some((change, steals(&pinch) - now + run * later))
        });
        best_of(gains)
    }

    /// Who saves most runs at a fielder's position in the rest of the game, his bat considered.
    fn best_glove(&self, entry: &LineupPlayerState) -> Option<(&'a PlayerCard, f64)> {
        let plays = self.players.iter().filter(|card| card.fielding_at(entry.position).is_some());
        let gains = plays.map(|card| (*card, -self.loses(entry, card)));
        gains.max_by(|(_, a), (_, b)| a.total_cmp(b))
    }
}

/// The runner nearest home whose speed still matters: on third it hardly does.
fn lead_runner<'a>(play: &PlaySituation<'a>) -> Option<(Base, &'a LineupPlayerState)> {
    let base = [Base::Second, Base::First].into_iter().find(|base| play.bases.has(*base))?;
    Some((base, play.runner(base)?))
}

/// The first of the best, if it is worth a player of the bench.
fn best_of(gains: impl Iterator<Item = (Substitute, f64)>) -> Option<Substitute> {
    let mut best = None;
    for (change, gain) in gains {
        if gain > best.as_ref().map_or(WORTH_IT, |(_, most)| *most) {
            best = Some((change, gain));
        }
    }
    best.map(|(change, _)| change)
}
