//! Trials: parts of the engine thrown in the situation of a game, with dice drawn for the purpose.

use super::Host;
use super::chance::NoChance;
use crate::fairness::SeededDice;
use crate::id::GameId;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::trials::{self, Trial, TrialReport};
use crate::rules::vocabulary::BySide;

impl Host {
    /// Tries something in the situation of a game. Nothing changes, and none of the game's dice is thrown.
    ///
    /// # Errors
    /// As [`Host::committed_state`] and [`trials::run`].
    pub async fn try_out(&self, game_id: GameId, trial: Trial) -> Result<TrialReport, Rejection> {
        let (state, cards, _) = self.committed_state(game_id).await?;
        let no_chance = |error: NoChance| Rejection::new(RejectionCode::Internal, error.to_string());
        let seed = self.0.shared.chance.seed().map_err(no_chance)?;
        let mut dice = SeededDice::new(seed, &BySide::default(), 0);
        // Thousands of throws take a moment, in which the games must go on.
        let tried = tokio::task::spawn_blocking(move || trials::run(&state, &cards, &trial, &mut dice));
        tried.await.unwrap_or_else(|_| Err(Rejection::new(RejectionCode::Internal, "the trial failed")))
    }
}
