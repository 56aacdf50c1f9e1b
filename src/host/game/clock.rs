//! The clock of who owes a decision: one timer a live game. When the deadline has passed the host takes the default for
//! him, by a command that walks the same road as everybody's. Before that it asks the database whether the game could
//! be played all the while; what it could not is given back first.

use super::super::game_slot::GameSlot;
use super::super::shared::Shared;
use super::Message;
use super::command_id::derived;
use super::live::LiveGame;
use super::turn::{self, Asked, Setback};
use crate::rules::command::{Command, ExtendDeadline, Issuer};
use crate::rules::moment::Moment;
use crate::rules::rejection::RejectionCode;
use crate::store::entry;
use chrono::TimeDelta;
use ractor::{ActorProcessingErr, ActorRef, MessagingErr};
use std::time::Duration;
use tokio::task::JoinHandle;
use tracing::{Span, debug_span, info, warn};

/// An answer that is sent at the last moment is still taken.
pub const ANSWER_GRACE: TimeDelta = TimeDelta::seconds(1);
/// An absence that is shorter in all is within that grace, and is not given back.
const ABSENCE_MIN: Duration = Duration::from_secs(1);
/// How soon the clock is looked at again where nothing could be done.
const RETRY: Duration = Duration::from_secs(1);
/// The longest time without a look at the clock on the wall, which may be set.
const NAP_MAX: Duration = Duration::from_secs(600);

/// The timer of the deadline that runs.
#[derive(Debug, Default)]
pub(super) struct Timer {
    running: Option<Running>,
    /// It has rung, and what it rang for still stands.
    rang: bool,
}

#[derive(Debug)]
struct Running {
    deadline: Moment,
    timer: JoinHandle<Result<(), MessagingErr<Message>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.timer.abort();
    }
}

impl Timer {
    /// Sets the timer for the game's deadline, if it is not set for it already.
    pub(super) fn set(&mut self, myself: &ActorRef<Message>, shared: &Shared, live: &LiveGame) {
        let deadline = live.deadline();
        let rang = std::mem::take(&mut self.rang);
        if deadline == self.running.as_ref().map(|running| running.deadline) {
            return;
        }
        self.running = deadline.map(|deadline| {
            let left =
                (entry::time(deadline) + ANSWER_GRACE - shared.clock.now()).to_std().unwrap_or_default();
            let pause = left.clamp(if rang { RETRY } else { Duration::ZERO }, NAP_MAX);
            Running { deadline, timer: myself.send_after(pause, || Message::LookAtClock) }
        });
    }

    /// Its time has come.
    pub(super) fn rang(&mut self) {
        *self = Self { running: None, rang: true };
    }
}

/// Whether a deadline will pass within `soon`: the game does not leave the host for so short a time.
pub(super) fn is_near(shared: &Shared, live: &LiveGame, soon: Duration) -> bool {
    let left = live.deadline().map(|deadline| entry::time(deadline) - shared.clock.now());
    left.is_some_and(|left| left.to_std().unwrap_or_default() < soon)
}

/// The span of a look at the clock.
pub(super) fn span(slot: &GameSlot) -> Span {
    debug_span!("clock", game.id = %slot.game_id)
}

/// Takes the default for the side whose deadline has passed, unless the game could not be played for a part of the
/// time.
pub(super) async fn look(
    shared: &Shared,
    slot: &GameSlot,
    live: &mut LiveGame,
) -> Result<(), ActorProcessingErr> {
    let now = shared.clock.now();
    let is_over = |deadline| now >= entry::time(deadline) + ANSWER_GRACE;
    if !live.deadline().is_some_and(is_over) {
        return Ok(());
    }
    match unserved(shared, slot).await {
        Some(absence) if absence < ABSENCE_MIN => {
            metrics::counter!("dugout_deadlines_missed_total").increment(1);
            order(shared, slot, live, &Command::TakeDefault {}).await
        }
        Some(absence) => give_back(shared, slot, live, absence).await,
        None => Ok(()), // asked again in a moment
    }
}

/// After an absence of the host or the database: gives back what it took of the time of who owes a decision.
pub(super) async fn make_up(
    shared: &Shared,
    slot: &GameSlot,
    live: &mut LiveGame,
) -> Result<(), ActorProcessingErr> {
    if live.deadline().is_none() {
        return Ok(());
    }
    match unserved(shared, slot).await {
        Some(absence) => give_back(shared, slot, live, absence).await,
        None => Ok(()), // asked again before the deadline counts
    }
}

/// For how long the game could not be played since its deadline was set; none where the database cannot say now.
async fn unserved(shared: &Shared, slot: &GameSlot) -> Option<Duration> {
    let _desk = shared.claims.desk().await;
    match shared.store.unserved(slot.game_id, shared.host_id).await {
        Ok(absence) => Some(absence),
        Err(error) => {
            warn!(game.id = %slot.game_id, %error, "a clock waits for the database");
            None
        }
    }
}

/// Moves the deadline by an absence that is worth it.
pub(super) async fn give_back(
    shared: &Shared,
    slot: &GameSlot,
    live: &mut LiveGame,
    absence: Duration,
) -> Result<(), ActorProcessingErr> {
    if live.deadline().is_none() || absence < ABSENCE_MIN {
        return Ok(());
    }
    let seconds = u32::try_from(absence.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX);
    info!(game.id = %slot.game_id, seconds, "the game could not be played; the time is given back");
    metrics::counter!("dugout_deadlines_moved_total").increment(1);
    order(shared, slot, live, &Command::ExtendDeadline(ExtendDeadline { seconds })).await
}

/// Has a command of the clock decided and committed.
async fn order(
    shared: &Shared,
    slot: &GameSlot,
    live: &mut LiveGame,
    command: &Command,
) -> Result<(), ActorProcessingErr> {
    let asked = live.state.seq;
    let purpose = format!("dugout/clock/{}/v1", command.kind());
    let command_id = derived(&purpose, slot.game_id, asked);
    match turn::accept(shared, slot, live, Asked::by(Issuer::Host, command_id, command)).await {
        Ok(_) => Ok(()),
        // The database is away, or somebody has set the clock on the wall back: it is tried again in a moment.
        Err(Setback::Refused(refused))
            if matches!(refused.rejection.code, RejectionCode::Unavailable | RejectionCode::WrongPhase) =>
        {
            warn!(game.id = %slot.game_id, reason = %refused.rejection, "the clock waits");
            Ok(())
        }
        Err(Setback::Refused(refused)) => {
            Err(format!("the clock was refused at entry {asked}: {}", refused.rejection).into())
        }
        Err(Setback::Lost(reason)) => Err(reason),
    }
}
