//! The events of one command as they come about, with the state they lead to.

use crate::id::Seq;
use crate::rules::card::CardBook;
use crate::rules::dice::roller::Roller;
use crate::rules::dice::{Roll, RollType};
use crate::rules::event::{Ending, Event, Play};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{DecisionPhase, Side};
use crate::rules::workload;

/// A working copy of the state, ahead of the real one by the events collected so far.
pub(super) struct Turn<'a> {
    cards: &'a CardBook,
    state: GameState,
    events: Vec<Event>,
}

impl<'a> Turn<'a> {
    pub(super) fn new(state: &GameState, cards: &'a CardBook) -> Self {
        Self { cards, state: state.clone(), events: Vec::with_capacity(8) }
    }

    pub(super) const fn state(&self) -> &GameState {
        &self.state
    }

    pub(super) const fn cards(&self) -> &'a CardBook {
        self.cards
    }

    pub(super) fn push(&mut self, event: Event) {
        self.state.apply(&event);
        self.events.push(event);
    }

    /// Takes the rolls made so far on record, before anything is made of them.
    pub(super) fn rolled(&mut self, roller: &mut Roller) {
        for event in roller.take_events() {
            self.push(event);
        }
    }

    /// Takes a play, after the dice that made it.
    pub(super) fn play(&mut self, roller: &mut Roller, play: Play) {
        self.rolled(roller);
        self.push(Event::PlayResolved(Box::new(play)));
        if let Some(lineup_id) = workload::newly_tired(&self.state, self.cards) {
            self.push(Event::PitcherTired { side: self.state.fielding_side(), lineup_id });
        }
    }

    /// The events, when nobody has to be asked anything new.
    pub(super) fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// The at-bat roll behind the play that is being made: of this command, or the one that waits.
    pub(super) fn at_bat_roll(&self) -> Option<Roll> {
        let thrown = self.events.iter().rev().find_map(|event| match event {
            Event::DiceRolled { roll } if roll.dice.roll_type() == RollType::Ab => Some(roll),
            _ => None,
        });
        thrown.or_else(|| self.state.at_bat_roll()).cloned()
    }

    /// Whether the half inning goes on: fewer than three outs, and the game is not won.
    pub(super) fn goes_on(&self) -> bool {
        self.state.outs < 3 && self.state.ending().is_none()
    }

    /// Asks a side for its decision, the last thing a command does.
    pub(super) fn request(self, phase: DecisionPhase, side: Side) -> Vec<Event> {
        self.ask(phase, side, &[])
    }

    /// Asks a side to choose, the default first.
    pub(super) fn ask(mut self, phase: DecisionPhase, side: Side, choices: &[&str]) -> Vec<Event> {
        let choices = choices.iter().map(|&choice| choice.to_owned()).collect();
        let seq = self.state.seq.next();
        self.events.push(Event::DecisionRequested { phase, side, seq, deadline: None, choices });
        self.events
    }

    /// What the plays of a command lead to: the end of the half inning, of the game, or the next decision.
    /// `seed` is the secret of the dice, which is published when the game is over.
    pub(super) fn close(mut self, seed: impl FnOnce() -> String) -> Vec<Event> {
        let ending = self.state.ending();
        if !self.goes_on() {
            let state = &self.state;
            let ended = Event::HalfInningEnded {
                inning: state.inning,
                half: state.half,
                away_score: state.score.away,
                home_score: state.score.home,
            };
            self.push(ended);
        }
        if let Some(ending) = ending {
            let completed = completed(&self.state, ending, seed());
            self.push(completed);
            return self.events;
        }
        let fielding = self.state.fielding_side();
        self.request(DecisionPhase::AwaitingDefensive, fielding)
    }
}

/// The request for a decision, in the entry that follows `seq`.
pub(super) fn request(seq: Seq, phase: DecisionPhase, side: Side) -> Event {
    Event::DecisionRequested { phase, side, seq: seq.next(), deadline: None, choices: Vec::new() }
}

fn completed(state: &GameState, ending: Ending, dice_seed: String) -> Event {
    let score = state.score;
    let winner = match score.home.cmp(&score.away) {
        std::cmp::Ordering::Greater => Some(Side::Home),
        std::cmp::Ordering::Less => Some(Side::Away),
        std::cmp::Ordering::Equal => None,
    };
    Event::GameCompleted {
        winner_team_id: winner.map(|side| state.setup.teams[side].team_id),
        away_score: score.away,
        home_score: score.home,
        ending,
        forfeit: None,
        dice_seed,
    }
}
