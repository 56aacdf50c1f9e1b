//! The place of one live game in the host: how to reach its actor, whatever becomes of it, and who
//! follows it. The supervisor fills it; handles read it.

use super::audience::Audience;
use super::game::Message;
use super::pulse::Pulse;
use crate::id::{Epoch, GameId};
use crate::protocol::{self, CloseCode};
use crate::store::hosts::HostAddress;
use ractor::{ActorId, ActorRef};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::{Notify, Semaphore};

/// Joins that may wait for a game at once; the others wait for a place. A command waits for no more of them.
const JOINS_MAX: usize = 16;

/// How a game's actor does.
#[derive(Clone, Debug)]
pub enum Life {
    /// It answers, or will once it has read its journal.
    Live(ActorRef<Message>),
    /// It failed and is being rebuilt.
    Restarting,
    /// It failed too often and waits for the operator.
    Quarantined,
    /// It was idle and left; open the game again.
    Retired,
    /// It left because the game lives on another host.
    Elsewhere(HostAddress),
}

/// One live game.
#[derive(Debug)]
pub struct GameSlot {
    /// The game.
    pub game_id: GameId,
    /// Messages that may wait for the game at once.
    pub inbox: Arc<Semaphore>,
    inbox_messages_max: usize,
    /// Joins that may: a crowd that comes at once must not keep the managers out.
    pub door: Arc<Semaphore>,
    /// The term of ownership of the last actor that read the game.
    epoch: AtomicI64,
    life: Mutex<Life>,
    /// Wakes those who wait for a change of `life`, in the order in which they came.
    life_changed: Notify,
    audience: Mutex<Audience>,
    pulse: Mutex<Pulse>,
    elsewhere: OnceLock<HostAddress>,
}

impl GameSlot {
    /// A slot whose actor is about to start.
    #[must_use]
    pub fn new(game_id: GameId, inbox_messages_max: usize) -> Self {
        Self {
            game_id,
            inbox: Arc::new(Semaphore::new(inbox_messages_max)),
            inbox_messages_max,
            door: Arc::new(Semaphore::new(JOINS_MAX)),
            epoch: AtomicI64::new(0),
            life: Mutex::new(Life::Restarting),
            life_changed: Notify::new(),
            audience: Mutex::default(),
            pulse: Mutex::default(),
            elsewhere: OnceLock::new(),
        }
    }

    /// Who follows the game. A panic while somebody held it left no half-made change that matters:
    /// each follower is complete in itself.
    pub fn audience(&self) -> MutexGuard<'_, Audience> {
        self.audience.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it does.
    pub fn pulse(&self) -> MutexGuard<'_, Pulse> {
        self.pulse.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Messages that wait for the game, joins apart.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.inbox_messages_max - self.inbox.available_permits()
    }

    /// Whether at least half of the places in its inbox are taken.
    #[must_use]
    pub fn is_crowded(&self) -> bool {
        self.waiting() * 2 >= self.inbox_messages_max.max(2)
    }

    /// Records the term of ownership in which the game is played.
    pub fn set_epoch(&self, epoch: Epoch) {
        self.epoch.store(epoch.0, Ordering::Release);
    }

    /// The term of ownership in which the game was played last; 0 before it was read.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        Epoch(self.epoch.load(Ordering::Acquire))
    }

    /// The game lives on another host: everyone who follows it here is told where, and hangs up.
    pub fn send_away(&self, address: HostAddress) {
        let frame = protocol::moved(self.game_id, address.public_url.as_deref());
        let sent_away = self.audience().send_away(&frame, CloseCode::GameElsewhere);
        metrics::counter!("dugout_followers_sent_away_total").increment(sent_away as u64);
        let _ = self.elsewhere.set(address); // it is found once only: the slot ends with it
    }

    /// Records that the actor has left, and why.
    pub fn end(&self) {
        self.set_life(self.elsewhere.get().cloned().map_or(Life::Retired, Life::Elsewhere));
    }

    /// Records what became of the actor.
    pub fn set_life(&self, life: Life) {
        if !matches!(life, Life::Live(_)) {
            self.audience().catch_up(); // there is nobody any more who serves the crowd
        }
        *self.life.lock().unwrap_or_else(PoisonError::into_inner) = life;
        self.life_changed.notify_waiters();
    }

    /// Whether this actor is the one that answers for the game.
    #[must_use]
    pub fn is_held_by(&self, actor: ActorId) -> bool {
        matches!(self.life(), Life::Live(live) if live.get_id() == actor)
    }

    /// Whether the game waits for the operator.
    #[must_use]
    pub fn is_quarantined(&self) -> bool {
        matches!(self.life(), Life::Quarantined)
    }

    /// What became of the actor.
    #[must_use]
    pub fn life(&self) -> Life {
        self.life.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What became of the actor, once it is not being rebuilt and is not the one known to be dead.
    pub async fn settled(&self, dead: Option<ActorId>) -> Life {
        loop {
            let changed = self.life_changed.notified();
            match self.life() {
                Life::Restarting => {}
                Life::Live(actor) if Some(actor.get_id()) == dead => {}
                settled => return settled,
            }
            changed.await;
        }
    }
}
