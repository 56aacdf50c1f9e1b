//! The clock: by when a decision is due, what is decided for a side that lets it pass, and how time that nobody could
//! play in is given back.
//!
//! `decide` is told what time it is, as it is handed its dice. A manager's command is taken at whatever moment it
//! comes; only the host's [`Command::TakeDefault`] looks whether the deadline has passed, so that none is ever taken
//! before its time. That the host was there all the while is the host's to see to: it gives the time back with
//! [`Command::ExtendDeadline`].
//!
//! [`Command::TakeDefault`]: crate::rules::command::Command::TakeDefault
//! [`Command::ExtendDeadline`]: crate::rules::command::Command::ExtendDeadline

use super::{decisions, life, roll, running, substitute};
use crate::rules::card::CardBook;
use crate::rules::command::{ExtendDeadline, Forfeit, Issuer, RunnerDecision};
use crate::rules::decision::{DefensiveDecision, OffensiveDecision};
use crate::rules::dice::Dice;
use crate::rules::event::Event;
use crate::rules::lineup::ready::owed_substitution;
use crate::rules::moment::Moment;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::{GameState, PendingDecision};
use crate::rules::vocabulary::{DecisionPhase, Side, Status};

/// What a side has left after an outage, at least, in seconds, though never more than its whole clock: to find out
/// that the host is back takes a moment.
const LEFT_SECONDS_MIN: u32 = 30;

/// Completes what a command leads to: who is asked gets his deadline, and who let deadlines pass is back.
pub(super) fn kept(state: &GameState, issuer: Issuer, at: Moment, mut events: Vec<Event>) -> Vec<Event> {
    let resumes = events.iter().any(|event| matches!(event, Event::Resumed {}));
    if let Some(pending) = state.pending_decision.as_ref().filter(|_| resumes)
        && let Some(deadline) = fresh(state, pending.side, at)
    {
        events.push(Event::DeadlineMoved { side: pending.side, deadline });
    }
    for event in &mut events {
        if let Event::DecisionRequested { side, deadline, .. } = event {
            *deadline = fresh(state, *side, at);
        }
    }
    if let Issuer::Manager(side) = issuer
        && state.missed_deadlines[side] > 0
    {
        events.insert(0, Event::ManagerReturned { side });
    }
    events
}

/// By when a side that is asked now has to answer. An AI manager needs no clock.
fn fresh(state: &GameState, side: Side, at: Moment) -> Option<Moment> {
    let seconds = state.setup.settings.decision_seconds.filter(|_| !state.setup.teams[side].is_ai)?;
    Some(at.plus_seconds(seconds))
}

/// Decides for the side whose deadline has passed: the defence and the offence by their defaults (`decisions.toml`)
/// after whatever substitution is owed, the roll, the first of the choices about a runner. What stands on a printed
/// card nobody can guess: the game is paused. A side that has missed as many deadlines in a row as the league allows
/// forfeits, and so does one that cannot put a legal line-up on the field (OBR 7.03(b)).
pub(super) fn take_default(
    state: &GameState,
    cards: &CardBook,
    issuer: Issuer,
    at: Moment,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    let (pending, deadline) = running_clock(state, issuer)?;
    if at < deadline {
        let text = format!("the {} manager has time until {deadline}", pending.side);
        return Err(Rejection::new(RejectionCode::WrongPhase, text));
    }
    let (side, phase) = (pending.side, pending.phase);
    let in_a_row = state.missed_deadlines[side].saturating_add(1);
    let mut decided = Decided::new(state, Event::DeadlineMissed { side, phase, in_a_row });
    if state.setup.settings.missed_deadlines_max.is_some_and(|max| in_a_row >= max) {
        let times =
            if in_a_row == 1 { "a deadline".to_owned() } else { format!("{in_a_row} deadlines in a row") };
        return decided.forfeit(side, format!("missed {times}"), dice);
    }
    if matches!(phase, DecisionPhase::AwaitingDefensive | DecisionPhase::AwaitingOffensive) {
        while let Some(change) = owed_substitution(&decided.state, cards, side) {
            decided.take(substitute::substitute(&decided.state, cards, Issuer::Host, &change)?);
            if decided.state.pending_decision.as_ref().is_none_or(|pending| pending.side != side) {
                return Ok(decided.events); // after a pinch hitter the defence decides anew
            }
        }
    }
    match default(&decided.state, cards, phase, dice) {
        Ok(events) => decided.take(events),
        Err(refusal) if refusal.code == RejectionCode::IllegalSubstitution => {
            return decided.forfeit(side, "has nobody left to take the field".to_owned(), dice);
        }
        Err(refusal) => return Err(refusal),
    }
    Ok(decided.events)
}

/// Gives time back in which nobody could play.
pub(super) fn extend(
    state: &GameState,
    issuer: Issuer,
    extension: &ExtendDeadline,
    at: Moment,
) -> Result<Vec<Event>, Rejection> {
    let (pending, deadline) = running_clock(state, issuer)?;
    let clock = state.setup.settings.decision_seconds.unwrap_or(LEFT_SECONDS_MIN);
    let moved = deadline.plus_seconds(extension.seconds).max(at.plus_seconds(clock.min(LEFT_SECONDS_MIN)));
    Ok(vec![Event::DeadlineMoved { side: pending.side, deadline: moved }])
}

fn running_clock(state: &GameState, issuer: Issuer) -> Result<(&PendingDecision, Moment), Rejection> {
    if issuer != Issuer::Host {
        return Err(Rejection::new(RejectionCode::Forbidden, "the clock is the host's alone"));
    }
    let pending = state.pending_decision.as_ref().filter(|_| state.status == Status::Active);
    let running = pending.and_then(|pending| Some((pending, pending.deadline?)));
    running.ok_or_else(|| Rejection::new(RejectionCode::WrongPhase, "no clock runs"))
}

fn default(
    state: &GameState,
    cards: &CardBook,
    phase: DecisionPhase,
    dice: &mut dyn Dice,
) -> Result<Vec<Event>, Rejection> {
    let host = Issuer::Host;
    match phase {
        DecisionPhase::AwaitingDefensive => {
            decisions::defensive(state, cards, host, &DefensiveDecision::default(), dice)
        }
        DecisionPhase::AwaitingOffensive => {
            decisions::offensive(state, cards, host, &OffensiveDecision::default())
        }
        DecisionPhase::AwaitingRoll => roll::roll(state, cards, host, dice),
        DecisionPhase::AwaitingRunner => {
            let offered = state.pending_decision.as_ref().and_then(|pending| pending.choices.first());
            let choice = offered.cloned().unwrap_or_default();
            running::choose(state, cards, host, &RunnerDecision { choice }, dice)
        }
        DecisionPhase::AwaitingOutcome => life::pause(state),
        DecisionPhase::AwaitingStart | DecisionPhase::Completed => {
            Err(Rejection::new(RejectionCode::WrongPhase, "nothing is owed that has a default"))
        }
    }
}

/// What is decided for somebody, step by step, with the state that it leads to.
struct Decided {
    state: GameState,
    events: Vec<Event>,
}

impl Decided {
    fn new(state: &GameState, first: Event) -> Self {
        let mut decided = Self { state: state.clone(), events: Vec::with_capacity(8) };
        decided.take(vec![first]);
        decided
    }

    fn take(&mut self, events: Vec<Event>) {
        events.iter().for_each(|event| self.state.apply(event));
        self.events.extend(events);
    }

    fn forfeit(mut self, side: Side, reason: String, dice: &dyn Dice) -> Result<Vec<Event>, Rejection> {
        let forfeit = Forfeit { reason: Some(reason), side: Some(side) };
        self.take(life::forfeit(&self.state, Issuer::Host, &forfeit, dice)?);
        Ok(self.events)
    }
}
