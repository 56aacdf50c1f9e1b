//! Where a test makes the host fail. A host that people play on has no faults set.

use crate::id::GameId;
use crate::rules::command::Command;
use std::fmt;
use std::sync::Arc;

type OnCommand = dyn Fn(GameId, &Command) + Send + Sync;

/// Failures to inject.
#[derive(Clone, Default)]
pub struct Faults {
    on_command: Option<Arc<OnCommand>>,
}

impl Faults {
    /// Calls `strike` in the game's actor before it decides a command; it may panic.
    pub fn on_command(strike: impl Fn(GameId, &Command) + Send + Sync + 'static) -> Self {
        Self { on_command: Some(Arc::new(strike)) }
    }

    pub(super) fn strike(&self, game_id: GameId, command: &Command) {
        if let Some(strike) = &self.on_command {
            strike(game_id, command);
        }
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").field("on_command", &self.on_command.is_some()).finish()
    }
}
