//! The rows of a game's plays, kept in order as the plays are made.

use super::{RunCredit, Scored};
use crate::rules::record::PlayRecord;

/// The plays of one game. Folding a game into a new scorebook gives the rows that the game had at that
/// point, whatever was rolled back after it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scorebook {
    plays: Vec<PlayRecord>,
}

impl Scorebook {
    /// Enters the next play: books its credits on earlier rows and locks the row before it.
    pub fn enter(&mut self, scored: Scored) {
        for credit in &scored.credits {
            self.book(credit);
        }
        if let Some(last) = self.plays.last_mut() {
            last.locked = true;
        }
        self.plays.push(scored.record);
    }

    /// The rows, in order.
    #[must_use]
    pub fn plays(&self) -> &[PlayRecord] {
        &self.plays
    }

    fn book(&mut self, credit: &RunCredit) {
        // Runs are booked within a half inning: the row is among the last.
        let row = self.plays.iter_mut().rev().find(|play| play.play_number == credit.play_number);
        if let Some(row) = row {
            row.run += credit.run;
            row.e_run += credit.e_run;
        }
    }
}
