//! Whether runners steal.

use super::outlook::mix;
use super::{book, trial};
use crate::rules::decision::Base;
use crate::rules::pending::RunnerTry;
use crate::rules::scoring::Situation;
use crate::rules::{PlaySituation, before, pick_off_chance, steal_chance};

/// The number of 20 from which the book lets a runner go.
const BOOK_CHANCE: i8 = 15;
/// The runs between the teams beyond which the book stays put.
const CLOSE: i32 = 2;

/// The bases that runners try to steal by the book: second, one runner at a time.
pub(super) fn by_the_book(play: &PlaySituation) -> Vec<Base> {
    let attempt = RunnerTry { from: Some(Base::First), to: Base::Second };
    let is_open = play.bases.has(Base::First) && !play.bases.has(Base::Second);
    if is_open && is_by_the_book(play, attempt) { vec![Base::Second] } else { Vec::new() }
}

/// The attempt that adds most to the batting team's chance to win, and what it adds; none where none does.
pub(super) fn best(play: &PlaySituation) -> Option<(Vec<Base>, f64)> {
    let tries: [&[Base]; 3] = [&[Base::Second], &[Base::Third], &[Base::Third, Base::Second]];
    let is_open = |targets: &&[Base]| {
        targets.iter().all(|target| {
            let from = before(*target);
            let is_free = !play.bases.has(*target) || (*target == Base::Second && targets.len() == 2);
            from.is_some_and(|from| play.bases.has(from)) && is_free
        })
    };
    let gains = tries.into_iter().filter(is_open).map(|targets| (targets.to_vec(), gain(play, targets)));
    let best = gains.max_by(|(_, a), (_, b)| a.total_cmp(b));
    best.filter(|(_, gain)| *gain > 0.0)
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
    let stakes = Stakes::new(play, &[attempt.to]);
    stakes.going(play, attempt, false) > stakes.now
}

/// What an attempt adds to the batting team's chance to win, the lead runner's target first: with the lead they
/// go, without it only to second and where that still promises more than staying; sometimes he is picked off first.
fn gain(play: &PlaySituation, targets: &[Base]) -> f64 {
    let stakes = Stakes::new(play, targets);
    let attempt = RunnerTry { from: before(targets[0]), to: targets[0] };
    let Some(card) = play.batting_card(attempt.from) else { return f64::NEG_INFINITY };
    let is_held = attempt.from.is_some_and(|base| play.is_held(base));
    let lead = if card.steal_auto && !is_held { 1.0 } else { f64::from(card.steal_jump_36ths) / 36.0 };
    let with_lead = stakes.going(play, attempt, true);
    let without = if attempt.to == Base::Second {
        stakes.going(play, attempt, false).max(stakes.now)
    } else {
        stakes.now
    };
    let picked_off = f64::from(pick_off_chance(play)) / 400.0;
    mix(picked_off, stakes.out, mix(lead, with_lead, without)) - stakes.now
}

/// The batting team's chance to win as things are, with the runners a base farther, and with the lead runner out.
struct Stakes {
    now: f64,
    safe: f64,
    out: f64,
}

impl Stakes {
    fn new(play: &PlaySituation, targets: &[Base]) -> Self {
        let now = Situation::of(play.state);
        let bit = |base: Base| if base == Base::Home { 0 } else { 1_u8 << (u8::from(base) - 1) };
        let from = |targets: &[Base]| -> u8 {
            targets.iter().filter_map(|target| before(*target)).map(bit).fold(0, |bits, bit| bits | bit)
        };
        let reached =
            |targets: &[Base]| targets.iter().map(|target| bit(*target)).fold(0, |bits, bit| bits | bit);
        let stayed = play.bases.bits() & !from(targets);
        let worth = |end: &Situation| trial::worth_after(&now, end);
        Self {
            now: worth(&now),
            safe: worth(&now.after(0, 0, stayed | reached(targets))),
            out: worth(&now.after(0, 1, stayed | reached(&targets[1..]))),
        }
    }

    /// What the throw decides.
    fn going(&self, play: &PlaySituation, attempt: RunnerTry, has_lead: bool) -> f64 {
        let chance = f64::from(steal_chance(play, attempt, has_lead)) / 20.0;
        mix(chance, self.safe, self.out)
    }
}
