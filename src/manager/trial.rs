//! Trying a choice out on a copy of the game, once for every face of the die that decides it.
//!
//! Fits choices that one d20 decides, as those about runners. The other manager is taken to answer as well as he
//! can.

use crate::rules::card::CardBook;
use crate::rules::command::{Command, Issuer, RunnerDecision};
use crate::rules::decide;
use crate::rules::dice::Dice;
use crate::rules::moment::Moment;
use crate::rules::scoring::{Situation, home_win_expectancy};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Half, Side};

/// Dice that all show the same face.
struct Face(u8);

impl Dice for Face {
    fn position(&self) -> u64 {
        0
    }

    fn die(&mut self, sides: u8) -> u8 {
        self.0.min(sides)
    }

    fn reveal(&self) -> String {
        String::new()
    }
}

/// Whether the rules would take this command, which must throw no dice.
pub(super) fn is_accepted(state: &GameState, cards: &CardBook, side: Side, command: &Command) -> bool {
    decide(state, cards, Issuer::Manager(side), command, Moment::EPOCH, &mut Face(1)).is_ok()
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

/// The choice about a runner that promises `side` most, and what it promises; the first of equals.
pub(super) fn best_choice(state: &GameState, cards: &CardBook, side: Side) -> Option<(String, f64)> {
    let pending =
        state.pending_decision.as_ref().filter(|pending| pending.phase == DecisionPhase::AwaitingRunner)?;
    let mut best: Option<(String, f64)> = None;
    for choice in &pending.choices {
        let worth = promise(state, cards, pending.side, choice)?;
        if best.as_ref().is_none_or(|(_, most)| worth > most + f64::EPSILON) {
            best = Some((choice.clone(), worth));
        }
    }
    best.map(|(choice, worth)| (choice, if side == pending.side { worth } else { 1.0 - worth }))
}

/// What a choice promises the side that makes it.
fn promise(state: &GameState, cards: &CardBook, side: Side, choice: &str) -> Option<f64> {
    let command = Command::RunnerDecision(RunnerDecision { choice: choice.to_owned() });
    let mut sum = 0.0;
    for face in 1..=20 {
        let events =
            decide(state, cards, Issuer::Manager(side), &command, Moment::EPOCH, &mut Face(face)).ok()?;
        let mut after = state.clone();
        after.apply_entry(state.seq.next(), &events);
        if after.decision_phase == DecisionPhase::AwaitingRunner {
            // Another question, before any die is thrown.
            return best_choice(&after, cards, side).map(|(_, worth)| worth);
        }
        sum += worth(&after, side);
    }
    Some(sum / 20.0)
}
