//! The events of one command as they come about, with the state they lead to.

use crate::id::Seq;
use crate::rules::event::Event;
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Side};

/// A working copy of the state, ahead of the real one by the events collected so far.
pub(super) struct Turn {
    state: GameState,
    events: Vec<Event>,
}

impl Turn {
    pub(super) fn new(state: &GameState) -> Self {
        Self { state: state.clone(), events: Vec::with_capacity(8) }
    }

    pub(super) const fn state(&self) -> &GameState {
        &self.state
    }

    pub(super) fn push(&mut self, event: Event) {
        self.state.apply(&event);
        self.events.push(event);
    }

    /// Asks a side for its decision, the last thing a command does.
    pub(super) fn request(mut self, phase: DecisionPhase, side: Side) -> Vec<Event> {
        let seq = self.state.seq;
        self.events.push(request(seq, phase, side));
        self.events
    }

    pub(super) fn into_events(self) -> Vec<Event> {
        self.events
    }
}

/// The request for a decision, in the entry that follows `seq`.
pub(super) fn request(seq: Seq, phase: DecisionPhase, side: Side) -> Event {
    Event::DecisionRequested { phase, side, seq: seq.next(), deadline: None, choices: Vec::new() }
}
