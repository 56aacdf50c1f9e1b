//! The rows that a whole journal leads to, as writing them entry by entry would have left them.

use super::{rollback, rows};
use crate::id::{PlayNumber, Seq};
use crate::rules::event::Event;
use crate::rules::record::PlayRecord;
use crate::rules::state::{GameSetup, GameState};
use crate::rules::vocabulary::Status;
use crate::store::change::{RollRow, RollbackRows, RosterChange, Rows};
use std::sync::Arc;

/// What the tables say of a game after its last entry.
#[derive(Clone, PartialEq, Debug)]
pub struct Whole {
    /// The state: line-ups, score and how it ended are its.
    pub state: GameState,
    /// What was agreed in entry 1, before any roster changed.
    pub agreed: Arc<GameSetup>,
    /// What became of the rosters since.
    pub roster: Vec<RosterChange>,
    /// The plays that stand.
    pub plays: Vec<PlayRecord>,
    /// The rolls that belong to them, each with the entry that has it.
    pub rolls: Vec<(Seq, RollRow)>,
    /// The entry with which the game started.
    pub started: Option<Seq>,
    /// The entry with which it ended.
    pub completed: Option<Seq>,
}

/// The rows after the last of these entries, which begin with entry 1. None where that does not create a game.
#[must_use]
pub fn whole(journal: &[(Seq, Vec<Event>)]) -> Option<Whole> {
    let (_, created) = journal.first()?;
    let state = GameState::begin(created)?;
    let mut whole = Whole {
        agreed: Arc::clone(&state.setup),
        roster: Vec::new(),
        state,
        plays: Vec::new(),
        rolls: Vec::new(),
        started: None,
        completed: None,
    };
    for (at, (seq, events)) in journal.iter().enumerate().skip(1) {
        let mut next = whole.state.clone();
        next.apply_entry(*seq, events);
        if let Some(to_play) = events.iter().find_map(gone_back) {
            let before = journal[..at].iter().map(|(seq, events)| (*seq, events.as_slice()));
            whole.take_back(&rollback(before, to_play));
        }
        let written = rows(&whole.state, events, &next);
        whole.add(*seq, written);
        whole.state = next;
        if whole.state.status != Status::Pending {
            whole.started.get_or_insert(*seq);
        }
        if whole.state.is_over() {
            whole.completed.get_or_insert(*seq);
        }
    }
    Some(whole)
}

const fn gone_back(event: &Event) -> Option<PlayNumber> {
    match event {
        Event::RolledBack { to_play, .. } => Some(*to_play),
        _ => None,
    }
}

impl Whole {
    fn take_back(&mut self, back: &RollbackRows) {
        self.plays.retain(|play| play.play_number <= back.to_play);
        self.rolls.retain(|(_, roll)| roll.play_number <= back.to_play);
        for runs in &back.runs {
            if let Some(play) = self.play(runs.play_number) {
                (play.run, play.e_run) = (runs.run, runs.e_run);
            }
        }
        if let Some(last) = self.plays.last_mut() {
            last.locked = false;
        }
    }

    fn add(&mut self, seq: Seq, rows: Rows) {
        if let Some(play) = rows.locked.and_then(|locked| self.play(locked)) {
            play.locked = true;
        }
        self.plays.extend(rows.plays);
        for credit in &rows.credits {
            if let Some(play) = self.play(credit.play_number) {
                play.run += credit.run;
                play.e_run += credit.e_run;
            }
        }
        self.roster.extend(rows.roster);
        self.rolls.extend(rows.rolls.into_iter().map(|roll| (seq, roll)));
    }

    fn play(&mut self, number: PlayNumber) -> Option<&mut PlayRecord> {
        self.plays.iter_mut().find(|play| play.play_number == number)
    }
}
