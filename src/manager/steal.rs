//! Whether runners steal.

use super::outlook::mix;
use super::{book, trial};
use crate::rules::decision::Base;
use crate::rules::pending::RunnerTry;
use crate::rules::scoring::Situation;
use crate::rules::vocabulary::AiDifficulty;
use crate::rules::{PlaySituation, steal_chance};

/// The number of 20 from which the book lets a runner go.
const BOOK_CHANCE: i8 = 15;
/// The runs between the teams beyond which the book stays put.
const CLOSE: i32 = 2;

/// The bases that runners try to steal: second or third, one runner at a time.
pub(super) fn attempts(difficulty: AiDifficulty, play: &PlaySituation) -> Vec<Base> {
    let goes = |attempt: &RunnerTry| match difficulty {
        AiDifficulty::Easy => false,
        AiDifficulty::Medium => is_by_the_book(play, *attempt),
        AiDifficulty::Hard => gain(play, *attempt).is_some_and(|gain| gain > 0.0),
    };
    let tries = [(Base::Second, Base::Third), (Base::First, Base::Second)];
    let open = tries.iter().filter(|(from, to)| play.bases.has(*from) && !play.bases.has(*to));
    let attempt = open.map(|(from, to)| RunnerTry { from: Some(*from), to: *to }).find(goes);
    attempt.map(|attempt| attempt.to).into_iter().collect()
}

/// The book: second base only, with somebody out and the game close, by those who make it three times in four.
fn is_by_the_book(play: &PlaySituation, attempt: RunnerTry) -> bool {
    attempt.to == Base::Second
        && play.state.outs > 0
        && book::lead(play.state).abs() <= CLOSE
        && steal_chance(play, attempt, true) >= BOOK_CHANCE
}

/// Whether going on without the lead promises more than calling it off.
pub(super) fn is_worth_going_without_lead(play: &PlaySituation, attempt: RunnerTry) -> bool {
    Stakes::new(play, attempt).is_some_and(|stakes| stakes.going(play, attempt, false) > stakes.now)
}

/// What an attempt adds to the batting team's chance to win: with the lead he goes, without it only to second
/// and where that still promises more than staying; sometimes he is picked off first.
fn gain(play: &PlaySituation, attempt: RunnerTry) -> Option<f64> {
    let stakes = Stakes::new(play, attempt)?;
    let card = play.batting_card(attempt.from)?;
    let is_held = attempt.from.is_some_and(|base| play.is_held(base));
    let lead = if card.steal_auto && !is_held { 1.0 } else { f64::from(card.steal_jump_36ths) / 36.0 };
    let with_lead = stakes.going(play, attempt, true);
    let without = if attempt.to == Base::Second {
        stakes.going(play, attempt, false).max(stakes.now)
    } else {
        stakes.now
    };
    let picked_off = f64::from(6_i8.saturating_sub(play.hold_rating()).clamp(1, 12)) / 400.0;
    Some(mix(picked_off, stakes.out, mix(lead, with_lead, without)) - stakes.now)
}

/// The batting team's chance to win as things are, with the runner a base farther, and with him out.
struct Stakes {
    now: f64,
    safe: f64,
    out: f64,
}

impl Stakes {
    fn new(play: &PlaySituation, attempt: RunnerTry) -> Option<Self> {
        let now = Situation::of(play.state);
        let from = 1_u8 << (u8::from(attempt.from?) - 1);
        let left = play.bases.bits() & !from;
        let reached = if attempt.to == Base::Home { 0 } else { 1 << (u8::from(attempt.to) - 1) };
        let worth = |end: &Situation| trial::worth_after(&now, end);
        Some(Self {
            now: worth(&now),
            safe: worth(&now.after(0, 0, left | reached)),
            out: worth(&now.after(0, 1, left)),
        })
    }

    /// What the throw decides.
    fn going(&self, play: &PlaySituation, attempt: RunnerTry, has_lead: bool) -> f64 {
        let chance = f64::from(steal_chance(play, attempt, has_lead)) / 20.0;
        mix(chance, self.safe, self.out)
    }
}
