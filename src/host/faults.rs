//! Where a test makes the host fail. A host that people play on has no faults set.

use super::Host;
use crate::id::GameId;
use crate::rules::command::Command;
use std::fmt;
use std::sync::Arc;

/// A moment at which the host may be made to fail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment<'a> {
    /// A game's actor is about to decide this command.
    Deciding(&'a Command),
    /// A game's actor has learned that an entry is committed, and has told nobody yet.
    Committed,
    /// The writer takes in a change.
    Writing,
    /// The call of the store that appends an entry is about to be made.
    Storing,
}

type Strike = dyn Fn(GameId, Moment<'_>) + Send + Sync;

/// Failures to inject.
#[derive(Clone, Default)]
pub struct Faults(Option<Arc<Strike>>);

impl Faults {
    /// Calls `strike` in the actor concerned at each [`Moment`]; it may panic.
    pub fn at(strike: impl Fn(GameId, Moment<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(strike)))
    }

    /// Calls `strike` in the game's actor before it decides a command; it may panic.
    pub fn on_command(strike: impl Fn(GameId, &Command) + Send + Sync + 'static) -> Self {
        Self::at(move |game_id, moment| {
            if let Moment::Deciding(command) = moment {
                strike(game_id, command);
            }
        })
    }

    pub(super) fn strike(&self, game_id: GameId, moment: Moment<'_>) {
        if let Some(strike) = &self.0 {
            strike(game_id, moment);
        }
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Faults").field(&self.0.is_some()).finish()
    }
}

impl Host {
    /// Ends every actor where it stands, as the end of the process would. A commit that is under way goes
    /// on, as it does in the database of a host that was killed.
    #[expect(clippy::disallowed_methods, reason = "a killed process asks no actor whether it is done")]
    pub fn kill(&self) {
        self.0.supervisor.kill();
    }
}
