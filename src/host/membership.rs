//! The host among others: says again and again that it lives, and takes up the games of hosts that do not.
//!
//! It asks the store and the supervisor, and no game waits for it. While the database is away it goes on asking.

use super::game::Message as GameMessage;
use super::game_slot::Life;
use super::shared::Shared;
use super::supervisor::{self, Directory};
use super::takeover;
use crate::id::GameId;
use crate::store::StoreError;
use crate::store::hosts::{Beat, HostCard};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;
use tracing::{info, warn};

/// Games without an owner that are looked at, and taken up, at a time.
const ORPHANS_MAX: u16 = 1_024;
const TAKEN_MAX: usize = 256;
/// How soon the next ones are looked at where there may be more.
const MORE_SOON: Duration = Duration::from_millis(100);

/// The actor's messages.
#[derive(Debug)]
pub enum Message {
    /// Give word, and look after games without an owner.
    Beat,
    /// Say at once that the host is about to stop.
    Leave,
}

/// What the actor starts with.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// What all games share.
    pub shared: Arc<Shared>,
    /// The live games.
    pub directory: Directory,
    /// Who makes games live.
    pub supervisor: ActorRef<supervisor::Message>,
}

/// What the actor remembers.
#[derive(Debug)]
pub struct State {
    arguments: Arguments,
    /// Since when the host's word has come in time again; none while it always has.
    unbroken_since: Option<Instant>,
    /// Games that were left to their heirs the last time.
    left_to_heirs: HashSet<GameId>,
}

/// What is to happen next.
enum Next {
    /// The next word, in time.
    Beat,
    /// The same at once: there may be more games to take up.
    More,
    /// Nothing: no other host can be there, and every game is taken up.
    Rest,
}

/// The actor.
#[derive(Debug)]
pub struct Membership;

impl Actor for Membership {
    type Msg = Message;
    type State = State;
    type Arguments = Arguments;

    async fn pre_start(
        &self,
        myself: ActorRef<Message>,
        arguments: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let _ = myself.cast(Message::Beat);
        Ok(State { arguments, unbroken_since: None, left_to_heirs: HashSet::new() })
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        let next = state.beat().await;
        let pause = match (message, next) {
            // The word that is due comes as well.
            (Message::Leave, _) | (Message::Beat, Next::Rest) => return Ok(()),
            (Message::Beat, Next::More) => MORE_SOON,
            (Message::Beat, Next::Beat) => state.pause(),
        };
        drop(myself.send_after(pause, || Message::Beat));
        Ok(())
    }
}

impl State {
    async fn beat(&mut self) -> Next {
        match self.give_word().await {
            Ok(beat) => self.take_up(&beat).await.unwrap_or_else(|error| self.away(&error)),
            Err(error) => self.away(&error),
        }
    }

    /// Between nine and eleven tenths of the interval: hosts that began together do not ask together for ever.
    fn pause(&self) -> Duration {
        const PARTS: u32 = 1_000;
        let shared = &self.arguments.shared;
        let chance = shared.chance.below(u64::from(PARTS / 5)).unwrap_or_default() as u32;
        Duration::from_millis(shared.settings.heartbeat_ms) * (PARTS * 9 / 10 + chance) / PARTS
    }

    fn away(&self, error: &StoreError) -> Next {
        let shared = &self.arguments.shared;
        if shared.lease.is_held() {
            info!(%error, "the host could not give word");
        } else {
            warn!(%error, "the host could not give word in time; others may take its games");
        }
        metrics::counter!("dugout_heartbeats_failed_total").increment(1);
        shared.lease.unconfirmed();
        Next::Beat
    }

    /// Says that the host lives. When it comes too late, games that others have taken are let go before the lease is
    /// trusted again.
    async fn give_word(&mut self) -> Result<Beat, StoreError> {
        let shared = &self.arguments.shared;
        let card = shared.card();
        let lease = card.lease;
        let asked_at = Instant::now();
        let answer = tokio::time::timeout(lease / 2, shared.store.beat(card)).await;
        let beat = answer.unwrap_or_else(|_| Err(StoreError::Unavailable("no answer in time".into())))?;
        if beat.was_silent.is_none_or(|silent| silent > lease) {
            warn!(silent_ms = ?beat.was_silent.map(|silent| silent.as_millis()), "the lease was over");
            metrics::counter!("dugout_leases_lost_total").increment(1);
            self.unbroken_since = Some(asked_at);
            self.let_strays_go().await?;
        }
        let until = beat.is_shared.then(|| asked_at + lease);
        self.arguments.shared.lease.confirm(until);
        metrics::gauge!("dugout_hosts_living").set(crate::store::hosts::living(&beat.hosts).len() as f64);
        Ok(beat)
    }

    async fn let_strays_go(&self) -> Result<(), StoreError> {
        let Arguments { shared, directory, supervisor } = &self.arguments;
        for game_id in shared.store.strays(shared.host_id, directory.game_ids()).await? {
            let Some(slot) = directory.get(game_id) else { continue };
            match slot.life() {
                Life::Live(actor) => drop(actor.cast(GameMessage::Ousted)),
                Life::Quarantined => {
                    // Another host has released it; who follows it here is told where it is.
                    let release = |reply| supervisor::Message::Release(game_id, reply);
                    drop(supervisor.call(release, Some(super::OPEN_TIMEOUT)).await);
                }
                Life::Restarting | Life::Retired | Life::Elsewhere(_) => {}
            }
        }
        Ok(())
    }

    /// Takes up games that go on without anybody asking and whose owner does not live: this host's share at once,
    /// the others' when they were there the last time already.
    async fn take_up(&mut self, beat: &Beat) -> Result<Next, StoreError> {
        let Arguments { shared, supervisor, .. } = &self.arguments;
        if shared.leaving.load(Ordering::Acquire) {
            return Ok(Next::Beat);
        }
        let lease = Duration::from_millis(shared.settings.lease_ms);
        let judges = self.unbroken_since.is_none_or(|since| since.elapsed() >= lease);
        let spared = takeover::spared(&beat.hosts, judges);
        let orphans = shared.store.orphans(spared, ORPHANS_MAX).await?;
        let share = takeover::share(shared.host_id, &beat.hosts, &orphans, &self.left_to_heirs, TAKEN_MAX);
        if !share.take.is_empty() {
            info!(games = share.take.len(), "taking up games that go on without anybody asking");
        }
        for game_id in &share.take {
            let open = |reply| supervisor::Message::Open(*game_id, reply);
            if supervisor.call(open, Some(super::OPEN_TIMEOUT)).await.is_err() {
                break; // the host ends
            }
        }
        self.left_to_heirs = share.leave;
        Ok(match (share.take.is_empty(), beat.is_shared) {
            (true, false) => Next::Rest,
            (false, false) => Next::More,
            (_, true) if share.take.len() == TAKEN_MAX => Next::More,
            (_, true) => Next::Beat,
        })
    }
}

impl Shared {
    /// What the host says of itself.
    pub(super) fn card(&self) -> HostCard {
        HostCard {
            host_id: self.host_id,
            installation: self.announced.installation,
            public_url: self.announced.public_url.clone(),
            lease: Duration::from_millis(self.settings.lease_ms),
            draining: self.leaving.load(Ordering::Acquire),
        }
    }
}
