//! Trying a choice out on a copy of the game, once for every throw of the dice that decide it.
//!
//! Fits choices that few dice decide, as those about runners. The other manager is taken to answer as well as he
//! can.

use crate::id::{CardId, LineupId};
use crate::rules::card::CardBook;
use crate::rules::command::{Command, Issuer, RunnerDecision, Substitute};
use crate::rules::decide;
use crate::rules::decision::OffensiveDecision;
use crate::rules::dice::Dice;
use crate::rules::moment::Moment;
use crate::rules::scoring::{Situation, home_win_expectancy, run_expectancy};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Half, Side};

/// Dice that show what they are told to, then all the same face.
struct Faces<'a> {
    first: &'a [u8],
    then: u8,
    thrown: usize,
}

impl<'a> Faces<'a> {
    const fn new(first: &'a [u8], then: u8) -> Self {
        Self { first, then, thrown: 0 }
    }
}

impl Dice for Faces<'_> {
    fn position(&self) -> u64 {
        0
    }

    fn die(&mut self, sides: u8) -> u8 {
        let face = self.first.get(self.thrown).copied().unwrap_or(self.then);
        self.thrown += 1;
        face.min(sides)
    }

    fn reveal(&self) -> String {
        String::new()
    }
}

/// The game after a command that throws no dice; none where the rules would not take it.
pub(super) fn after(state: &GameState, cards: &CardBook, side: Side, command: &Command) -> Option<GameState> {
    thrown(state, cards, side, command, &mut Faces::new(&[], 1))
}

fn thrown(
    state: &GameState,
    cards: &CardBook,
    side: Side,
    command: &Command,
    dice: &mut Faces,
) -> Option<GameState> {
    let events = decide(state, cards, Issuer::Manager(side), command, Moment::EPOCH, dice).ok()?;
    let mut after = state.clone();
    after.apply_entry(state.seq.next(), &events);
    Some(after)
}

/// The substitution of one player for another, at his position and in his place; none where the rules would not
/// take it.
pub(super) fn replaced(
    state: &GameState,
    cards: &CardBook,
    side: Side,
    replacing: LineupId,
    card_id: CardId,
) -> Option<Substitute> {
    let change = Substitute { replacing, card_id, position: None, batting_order: None, also: Vec::new() };
    after(state, cards, side, &Command::Substitute(change.clone())).map(|_| change)
}

/// What a bunt or a hit and run promises `side`, which is at bat: two dice decide it, and where the batter
/// misses one more.
pub(super) fn sign(state: &GameState, cards: &CardBook, side: Side, sign: &OffensiveDecision) -> Option<f64> {
    let given = after(state, cards, side, &Command::OffensiveDecision(sign.clone()))?;
    let mut sum = 0.0;
    for total in 2..=12_u8 {
        let (a, b) = (total / 2, total - total / 2);
        let ways = f64::from(6 - total.abs_diff(7));
        // Column and split do not matter; the chaos die lets no pitch get away, nor does a throw.
        let roll = |face| {
            let dice = [1, a, b, 20, 20, face];
            thrown(&given, cards, side, &Command::Roll {}, &mut Faces::new(&dice, 20))
        };
        let first = roll(1)?;
        let last = roll(20)?;
        let promised = if worth(&first, side).total_cmp(&worth(&last, side)).is_eq() {
            worth(&first, side)
        } else {
            let faces = (1..=20).map(|face| roll(face).map(|after| worth(&after, side)));
            faces.sum::<Option<f64>>()? / 20.0
        };
        sum += ways / 36.0 * promised;
    }
    Some(sum)
}

/// The chance of `side` to win from here: by the tables, or what the result is.
pub(super) fn worth(state: &GameState, side: Side) -> f64 {
    let home = match (state.is_over(), state.winner) {
        (false, _) => home_win_expectancy(&Situation::of(state)),
        (true, None) => 0.5,
        (true, Some(winner)) => f64::from(u8::from(winner == Side::Home)),
    };
    if side == Side::Home { home } else { 1.0 - home }
}

/// The same for the side at bat in `start`, once a play has led to `end`.
pub(super) fn worth_after(start: &Situation, end: &Situation) -> f64 {
    let is_last = start.half == Half::Bottom && start.inning >= start.scheduled_innings;
    let is_decided = end.home_lead > 0 || (end.half != start.half && end.home_lead < 0);
    let home =
        if is_last && is_decided { f64::from(u8::from(end.home_lead > 0)) } else { home_win_expectancy(end) };
    if start.half == Half::Bottom { home } else { 1.0 - home }
}

/// What a run more is worth here, in chance to win: half of what two make.
pub(super) fn worth_of_a_run(state: &GameState) -> f64 {
    let here = Situation::of(state);
    let with = |runs| home_win_expectancy(&Situation { home_lead: here.home_lead + runs, ..here });
    (with(1) - with(-1)) / 2.0
}

/// How a manager values a state for a side; what it gives one it takes from the other.
pub(super) type Yardstick = fn(&GameState, Side) -> f64;

/// By the chance to win.
pub(super) fn by_wins(state: &GameState, side: Side) -> f64 {
    worth(state, side) - 0.5
}

/// By the runs of this half inning, as if every run counted the same.
pub(super) fn by_runs(state: &GameState, side: Side) -> f64 {
    let lead = f64::from(state.score[side]) - f64::from(state.score[side.opponent()]);
    // After a choice about a runner somebody is on base or out, unless another half inning begins.
    let begins = state.outs == 0 && state.bases().is_empty();
    let expected = if begins { 0.0 } else { run_expectancy(state.on_base_code(), state.outs.min(2)) };
    if side == state.batting_side() { lead + expected } else { lead - expected }
}

/// The choice about a runner that promises `side` most, and what it promises; the first of equals.
pub(super) fn best_choice(
    state: &GameState,
    cards: &CardBook,
    side: Side,
    yardstick: Yardstick,
) -> Option<(String, f64)> {
    let pending =
        state.pending_decision.as_ref().filter(|pending| pending.phase == DecisionPhase::AwaitingRunner)?;
    let mut best: Option<(String, f64)> = None;
    for choice in &pending.choices {
        let worth = promise(state, cards, pending.side, choice, yardstick)?;
        if best.as_ref().is_none_or(|(_, most)| worth > most + f64::EPSILON) {
            best = Some((choice.clone(), worth));
        }
    }
    best.map(|(choice, worth)| (choice, if side == pending.side { worth } else { -worth }))
}

/// What a choice promises the side that makes it.
fn promise(
    state: &GameState,
    cards: &CardBook,
    side: Side,
    choice: &str,
    yardstick: Yardstick,
) -> Option<f64> {
    let command = Command::RunnerDecision(RunnerDecision { choice: choice.to_owned() });
    let mut sum = 0.0;
    for face in 1..=20 {
        let after = thrown(state, cards, side, &command, &mut Faces::new(&[], face))?;
        if after.decision_phase == DecisionPhase::AwaitingRunner {
            // Another question, before any die is thrown.
            return best_choice(&after, cards, side, yardstick).map(|(_, worth)| worth);
        }
        sum += yardstick(&after, side);
    }
    Some(sum / 20.0)
}
