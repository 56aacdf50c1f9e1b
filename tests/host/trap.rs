//! A trap for one game: a panic at a chosen place, as often as it was loaded.

use dugout::host::faults::{Faults, Moment};
use dugout::id::GameId;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Where it snaps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In the game's actor, before the rules decide.
    Deciding,
    /// In the game's actor, when the entry is committed and nobody knows yet.
    Committed,
    /// In the writer's actor.
    Writing,
    /// In the call of the store.
    Storing,
}

/// The trap.
#[derive(Clone)]
pub struct Trap {
    place: Place,
    game: Arc<Mutex<Option<GameId>>>,
    panics_left: Arc<AtomicUsize>,
}

impl Trap {
    pub fn at(place: Place) -> Self {
        Self { place, game: Arc::default(), panics_left: Arc::default() }
    }

    pub fn faults(&self) -> Faults {
        let trap = self.clone();
        Faults::at(move |game_id, moment| {
            let place = match moment {
                Moment::Deciding(_) => Place::Deciding,
                Moment::Committed => Place::Committed,
                Moment::Writing => Place::Writing,
                Moment::Storing => Place::Storing,
            };
            let is_set = *trap.game.lock().expect("nobody panics while holding it") == Some(game_id);
            if place == trap.place && is_set {
                let left = trap
                    .panics_left
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
                assert!(left.is_err(), "the trap of {game_id} snaps");
            }
        })
    }

    /// Sets it for this game.
    pub fn set(&self, game_id: GameId, panics: usize) {
        self.panics_left.store(panics, Ordering::SeqCst);
        *self.game.lock().expect("nobody panics while holding it") = Some(game_id);
    }

    /// Whether it has snapped as often as it was loaded.
    pub fn is_spent(&self) -> bool {
        self.panics_left.load(Ordering::SeqCst) == 0
    }
}
