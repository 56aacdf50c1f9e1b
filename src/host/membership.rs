//! The host among others: says again and again that it lives, and takes up the games of hosts that do not.
//!
//! It asks the store and the supervisor, and no game waits for it. While the database is away it goes on asking.

use super::game::{ANSWER_GRACE, Message as GameMessage};
use super::game_slot::Life;
use super::shared::Shared;
use super::supervisor::{self, Directory};
use super::takeover;
use crate::id::GameId;
use crate::store::StoreError;
use crate::store::hosts::{Beat, HostCard};
use chrono::{DateTime, Utc};
use ractor::{Actor, ActorProcessingErr, ActorRef};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;
use tracing::{Span, info, warn};

/// Games without an owner that are looked at, and taken up, at a time.
const ORPHANS_MAX: u16 = 1_024;
const TAKEN_MAX: usize = 512;
/// Beats that may fall out before the host counts as absent for the clocks of its games.
const LULL_BEATS: u32 = 2;
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
    /// When the database last took the host's word: by the timers, and by the clock on the wall, which goes on while a
    /// machine is suspended.
    heard_at: Option<(Instant, DateTime<Utc>)>,
    /// Games that were left to their heirs the last time.
    left_to_heirs: HashSet<GameId>,
}

/// What is to happen next.
enum Next {
    /// The next word, in time.
    Beat,
    /// The same at once: there may be more games to take up.
    More,
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
        Ok(State { arguments, unbroken_since: None, heard_at: None, left_to_heirs: HashSet::new() })
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
            (Message::Leave, _) => return Ok(()),
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
        let (lease, lull) = (card.lease, card.lull);
        let (asked_at, now) = (Instant::now(), shared.clock.now());
        let unheard = self.heard_at.map(|(timer, wall)| {
            asked_at.duration_since(timer).max((now - wall).to_std().unwrap_or_default())
        });
        let there_for = unheard.filter(|unheard| *unheard <= lull);
        let answer = shared.store.beat(card, there_for.unwrap_or_default());
        let answer = tokio::time::timeout(lease / 2, answer).await;
        let beat = answer.unwrap_or_else(|_| Err(StoreError::Unavailable("no answer in time".into())))?;
        self.heard_at = Some((asked_at, now));
        if beat.was_silent.is_none_or(|silent| silent > lease) {
            warn!(silent_ms = ?beat.was_silent.map(|silent| silent.as_millis()), "the lease was over");
            metrics::counter!("dugout_leases_lost_total").increment(1);
            self.unbroken_since = Some(asked_at);
            self.let_strays_go().await?;
        }
        if unheard.is_some() && there_for.is_none() {
            self.tell_the_games();
        }
        let until = beat.is_shared.then(|| asked_at + lease);
        self.arguments.shared.lease.confirm(until);
        metrics::gauge!("dugout_hosts_living").set(crate::store::hosts::living(&beat.hosts).len() as f64);
        Ok(beat)
    }

    /// The host was away, or the database: what that took of anybody's time is given back.
    fn tell_the_games(&self) {
        let directory = &self.arguments.directory;
        for slot in directory.game_ids().into_iter().filter_map(|game_id| directory.get(game_id)) {
            if let Life::Live(actor) = slot.life() {
                let _ = actor.cast(GameMessage::HostWasAway);
            }
        }
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

    /// Takes up games that go on without anybody asking and whose owner does not live, and those that nobody has in
    /// memory as their deadline passes: this host's share at once, the others' when they were there the last time
    /// already.
    async fn take_up(&mut self, beat: &Beat) -> Result<Next, StoreError> {
        let Arguments { shared, supervisor, directory } = &self.arguments;
        if shared.leaving.load(Ordering::Acquire) {
            return Ok(Next::Beat);
        }
        let lease = Duration::from_millis(shared.settings.lease_ms);
        let judges = self.unbroken_since.is_none_or(|since| since.elapsed() >= lease);
        let spared = takeover::spared(&beat.hosts, judges);
        let mut orphans = shared.store.orphans(spared.clone(), ORPHANS_MAX).await?;
        let overdue = shared.clock.now() - ANSWER_GRACE;
        let due = shared.store.due(shared.host_id, overdue, spared, ORPHANS_MAX).await?;
        let is_new = |game: &GameId| directory.get(*game).is_none() && !orphans.contains(game);
        let due: Vec<GameId> = due.into_iter().filter(is_new).collect();
        orphans.extend(due);
        let share = takeover::share(shared.host_id, &beat.hosts, &orphans, &self.left_to_heirs, TAKEN_MAX);
        if !share.take.is_empty() {
            info!(games = share.take.len(), "taking up games that go on without anybody asking");
        }
        for game_id in &share.take {
            let open = |reply| supervisor::Message::Open(*game_id, Span::none(), reply);
            if supervisor.call(open, Some(super::OPEN_TIMEOUT)).await.is_err() {
                break; // the host ends
            }
        }
        self.left_to_heirs = share.leave;
        Ok(match (share.take.is_empty(), beat.is_shared) {
            (false, false) => Next::More,
            (_, true) if share.take.len() == TAKEN_MAX => Next::More,
            _ => Next::Beat,
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
            lull: Duration::from_millis(self.settings.heartbeat_ms) * LULL_BEATS,
            draining: self.leaving.load(Ordering::Acquire),
        }
    }
}
