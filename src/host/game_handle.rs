//! The public door of one game. It finds the game's actor anew at each use, waits while the actor is
//! being rebuilt, and asks again when the actor died with the question in hand: a command has an id, so
//! asking twice is safe.

use super::audience::ConnectionId;
use super::game::{CommandCall, JoinCall, Message, Refused, Request, Resume, Successor};
use super::game_slot::{GameSlot, Life};
use super::outbox::Outbox;
use super::{Denied, Host, OPEN_TIMEOUT, supervisor};
use crate::id::{CommandId, GameId, Seq};
use crate::protocol::User;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::vocabulary::Side;
use crate::store::StoreError;
use crate::store::hosts::HostAddress;
use crate::store::read::Viewer;
use ractor::rpc::CallResult;
use ractor::{ActorId, ActorRef, RpcReplyPort};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tracing::{Span, debug};

/// A question is put to at most this many actors of the same game, one after the other.
const ATTEMPTS_MAX: usize = 2;
/// Entries that a returning client is sent instead of the whole state.
const RESUME_ENTRIES_MAX: u16 = 100;
const BUSY_RETRY_MS: u64 = 250;

/// A command that is not in the journal, as far as anybody knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotCommitted {
    /// It was refused; nothing changed.
    Refused(Refused),
    /// The game lives on another host, which may have it in the journal: the client sends it again there, with the
    /// same id.
    Elsewhere(HostAddress),
    /// The host lost track of it: it may be in the journal. The client resumes and sends it again with
    /// the same id.
    Unknown,
}

impl NotCommitted {
    /// A refusal by the door, before the game has seen the command.
    pub(super) fn refused_unseen(rejection: Rejection) -> Self {
        Self::Refused(Refused { seq: Seq(0), rejection })
    }
}

/// Notes what came of a command, in its span and, for who wants to read it, in the log.
pub(super) fn note(answer: &Result<Seq, NotCommitted>) {
    let span = Span::current();
    let outcome = match answer {
        Ok(seq) => {
            span.record("seq", seq.0);
            "committed"
        }
        Err(NotCommitted::Refused(refused)) => {
            span.record("rejection.code", refused.rejection.code.as_str());
            "refused"
        }
        Err(NotCommitted::Elsewhere(_)) => "elsewhere",
        Err(NotCommitted::Unknown) => "unknown",
    };
    span.record("outcome", outcome);
    debug!("a command is answered");
}

/// Why an actor gave no answer.
pub(super) enum Unanswered {
    /// The door itself refuses.
    Denied(Denied),
    /// Actors died with the question in hand.
    Died,
}

/// One game, by name.
pub(super) struct GameHandle<'host> {
    pub(super) host: &'host Host,
    pub(super) game_id: GameId,
}

impl GameHandle<'_> {
    pub(super) async fn command(
        &self,
        user: &User,
        command_id: CommandId,
        expect: Option<Seq>,
        request: Request,
    ) -> Result<Seq, NotCommitted> {
        let began = Instant::now();
        let answer = self
            .ask(|permit, reply| {
                let (user, request, span) = (user.clone(), request.clone(), Span::current());
                let call = CommandCall { user, command_id, expect, request, span };
                Message::Command(Box::new(call), permit, reply)
            })
            .await;
        if let Some(slot) = self.host.0.directory.get(self.game_id) {
            slot.pulse().answered(began.elapsed());
        }
        match answer {
            Ok(Ok(seq)) => Ok(seq),
            Ok(Err(refused)) => Err(NotCommitted::Refused(refused)),
            Err(Unanswered::Denied(denied)) => self.turned_away(user, command_id, denied).await,
            Err(Unanswered::Died) => self.settle(user, command_id).await,
        }
    }

    /// The door refuses. A game that is set aside takes no command, but one that had its effect before
    /// that, perhaps without an answer, is answered from the journal.
    async fn turned_away(
        &self,
        user: &User,
        command_id: CommandId,
        denied: Denied,
    ) -> Result<Seq, NotCommitted> {
        let rejection = match self.hidden::<Seq>(user, Err(denied)).await {
            Err(Denied::Rejected(rejection)) if rejection.code == RejectionCode::Quarantined => rejection,
            other => return other.map_err(NotCommitted::from),
        };
        match self.host.0.shared.store.seq_of_command(self.game_id, command_id).await {
            Ok(Some(seq)) => Ok(seq),
            Ok(None) => Err(NotCommitted::refused_unseen(rejection)),
            Err(_) => Err(NotCommitted::Unknown),
        }
    }

    /// Games died with this command in hand. The next one does not try it again; it only says whether
    /// the command is in the journal, which is certain once it has taken ownership.
    async fn settle(&self, user: &User, command_id: CommandId) -> Result<Seq, NotCommitted> {
        match self.ask(|permit, reply| Message::Answered(command_id, permit, reply)).await {
            Ok(Some(seq)) => Ok(seq),
            Ok(None) => Err(NotCommitted::refused_unseen(Rejection::new(
                RejectionCode::Internal,
                "the host failed at this command; nothing was changed",
            ))),
            Err(Unanswered::Denied(denied)) if denied.is_without_the_game() => {
                self.turned_away(user, command_id, denied).await
            }
            Err(_) => Err(NotCommitted::Unknown),
        }
    }

    pub(super) async fn join(
        &self,
        user: &User,
        connection: ConnectionId,
        outbox: Outbox,
        after: Option<Seq>,
    ) -> Result<(), Denied> {
        // Read here, not in the game: a thousand returning spectators must not hold up the managers.
        let missed = match after {
            Some(after) => self.missed(after).await?,
            None => None,
        };
        let answer = self
            .ask_through(Entrance::Door, |permit, reply| {
                let resume = after.zip(missed.clone()).map(|(after, missed)| Resume { after, missed });
                let call = JoinCall { user: user.clone(), connection, outbox: outbox.clone(), resume };
                Message::Join(Box::new(call), permit, reply)
            })
            .await;
        self.hidden(user, answered(answer)).await
    }

    /// Keeps a private game that is set aside or elsewhere from those who may not see it: there is no actor here
    /// that would.
    async fn hidden<T>(&self, user: &User, answer: Result<T, Denied>) -> Result<T, Denied> {
        match answer {
            Err(denied) if denied.is_without_the_game() && !user.is_operator() => {
                let seen = self.host.0.shared.store.game(self.game_id, Viewer::User(user.id)).await;
                Err(seen.map_or_else(|error| store_away(error).into(), |_| denied))
            }
            answer => answer,
        }
    }

    /// The entries after `after`; none when they are too many to be worth sending.
    async fn missed(&self, after: Seq) -> Result<Option<Vec<(Seq, String)>>, Rejection> {
        let entries = self
            .host
            .0
            .shared
            .store
            .journal(self.game_id, after, RESUME_ENTRIES_MAX + 1)
            .await
            .map_err(store_away)?;
        let worth_sending = entries.len() <= usize::from(RESUME_ENTRIES_MAX);
        Ok(worth_sending.then(|| entries.into_iter().map(|entry| (entry.seq, entry.events_json)).collect()))
    }

    pub(super) async fn claim_seat(&self, user: &User, side: Side) -> Result<(), Denied> {
        let answer = self.ask(|permit, reply| Message::ClaimSeat(user.clone(), side, permit, reply)).await;
        match answered(answer) {
            // Who was told the id of a private game may take a seat in it, wherever it lives.
            Err(Denied::Elsewhere(address)) => Err(Denied::Elsewhere(address)),
            answer => self.hidden(user, answer).await,
        }
    }

    pub(super) async fn set_seat(&self, side: Side, successor: Option<Successor>) -> Result<(), Denied> {
        let set = |permit, reply| Message::SetSeat(side, successor.clone(), permit, reply);
        answered(self.ask(set).await)
    }

    pub(super) fn leave(&self, connection: ConnectionId) {
        let Some(slot) = self.host.0.directory.get(self.game_id) else { return };
        match slot.life() {
            Life::Live(actor) => drop(actor.cast(Message::Leave(connection))),
            Life::Restarting | Life::Quarantined | Life::Retired | Life::Elsewhere(_) => {
                let _ = slot.audience().leave(connection);
            }
        }
    }

    /// Puts a question to the game; to the rebuilt game if the first one dies over it.
    ///
    /// There is no time limit: while the database is away the command in hand is neither refused nor
    /// confirmed, because nobody knows yet. What waits is bounded by the inbox.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl Fn(OwnedSemaphorePermit, RpcReplyPort<T>) -> Message,
    ) -> Result<T, Unanswered> {
        self.ask_through(Entrance::Inbox, question).await
    }

    async fn ask_through<T: Send + 'static>(
        &self,
        entrance: Entrance,
        question: impl Fn(OwnedSemaphorePermit, RpcReplyPort<T>) -> Message,
    ) -> Result<T, Unanswered> {
        let mut dead = None;
        for _ in 0..ATTEMPTS_MAX {
            match self.ask_once(entrance, dead, &question).await? {
                Asked::Answered(answer) => return Ok(answer),
                Asked::Died(slot, actor) => dead = Some((slot, actor)),
            }
        }
        if let Some((slot, actor)) = dead {
            // The last one may have left because the game lives on another host.
            living(&slot, Some(actor), self.patience()).await?;
        }
        Err(Unanswered::Died)
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(self.host.0.shared.settings.command_timeout_ms)
    }

    /// Puts a question to the game, which must not be the actor that is known to have died. What became of that one
    /// is read off its own place: the game may be elsewhere, and somebody else may be asking about it anew.
    async fn ask_once<T: Send + 'static>(
        &self,
        entrance: Entrance,
        dead: Option<(Arc<GameSlot>, ActorId)>,
        question: impl Fn(OwnedSemaphorePermit, RpcReplyPort<T>) -> Message,
    ) -> Result<Asked<T>, Unanswered> {
        let patience = self.patience();
        // A host that was cut off may remember a game that another one plays by now.
        let shared = &self.host.0.shared;
        let is_away = || shared.persistence.database_away();
        if !shared.lease.is_held() && (is_away() || !shared.lease.held(patience).await) {
            return Err(unavailable().into());
        }
        let (slot, dead) = match dead {
            Some((slot, actor)) => (slot, Some(actor)),
            None => (self.host.open(self.game_id).await?, None),
        };
        let (slot, actor) = match living(&slot, dead, patience).await? {
            Some(actor) => (slot, actor),
            None => {
                let reopened = self.host.open(self.game_id).await?;
                let actor = living(&reopened, dead, patience).await?.ok_or(Unanswered::Died)?;
                (reopened, actor)
            }
        };
        metrics::histogram!("dugout_game_inbox_messages").record(slot.waiting() as f64);
        let permit = entrance.enter(&slot, patience).await?;
        match actor.call(|reply| question(permit, reply), None).await {
            Ok(CallResult::Success(answer)) => Ok(Asked::Answered(answer)),
            _ => Ok(Asked::Died(slot, actor.get_id())),
        }
    }
}

/// Where a question waits for the game.
#[derive(Clone, Copy)]
enum Entrance {
    /// Where there is a place or there is none.
    Inbox,
    /// Where one waits for a place.
    Door,
}

impl Entrance {
    async fn enter(self, slot: &GameSlot, patience: Duration) -> Result<OwnedSemaphorePermit, Rejection> {
        match self {
            Self::Inbox => Arc::clone(&slot.inbox).try_acquire_owned().map_err(|_| busy()),
            Self::Door => {
                let place = tokio::time::timeout(patience, Arc::clone(&slot.door).acquire_owned()).await;
                place.map_err(|_| busy())?.map_err(|_| busy())
            }
        }
    }
}

/// What became of a question.
enum Asked<T> {
    Answered(T),
    Died(Arc<GameSlot>, ActorId),
}

/// The actor of a slot, once it lives and is not the one known to be dead; none when the slot was given
/// up in the meantime.
async fn living(
    slot: &GameSlot,
    dead: Option<ActorId>,
    patience: Duration,
) -> Result<Option<ActorRef<Message>>, Denied> {
    let settled = tokio::time::timeout(patience, slot.settled(dead)).await.map_err(|_| busy())?;
    match settled {
        Life::Live(actor) => Ok(Some(actor)),
        Life::Quarantined => Err(quarantined().into()),
        Life::Elsewhere(address) => Err(Denied::Elsewhere(address)),
        Life::Retired | Life::Restarting => Ok(None),
    }
}

impl Host {
    /// The game's place; the game is made live if it is not.
    pub(super) async fn open(&self, game_id: GameId) -> Result<Arc<GameSlot>, Denied> {
        if let Some(slot) = self.0.directory.get(game_id) {
            return Ok(slot);
        }
        // The supervisor does no I/O, and nobody may make it start actors for games that do not exist.
        let game = self.0.shared.store.game(game_id, Viewer::Operator).await.map_err(store_away)?;
        if game.quarantined_at.is_some() {
            return Err(quarantined().into());
        }
        let opened = self
            .0
            .supervisor
            .call(|reply| supervisor::Message::Open(game_id, Span::current(), reply), Some(OPEN_TIMEOUT))
            .await;
        match opened {
            Ok(CallResult::Success(Some(slot))) => Ok(slot),
            _ => Err(busy().into()),
        }
    }
}

impl Denied {
    /// Whether the game itself has not been asked, which knows who may see it.
    fn is_without_the_game(&self) -> bool {
        match self {
            Self::Rejected(rejection) => rejection.code == RejectionCode::Quarantined,
            Self::Elsewhere(_) => true,
        }
    }
}

impl From<Denied> for NotCommitted {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Rejected(rejection) => Self::refused_unseen(rejection),
            Denied::Elsewhere(address) => Self::Elsewhere(address),
        }
    }
}

impl<T: Into<Denied>> From<T> for Unanswered {
    fn from(denied: T) -> Self {
        Self::Denied(denied.into())
    }
}

fn answered(answer: Result<Result<(), Rejection>, Unanswered>) -> Result<(), Denied> {
    match answer {
        Ok(answer) => Ok(answer?),
        Err(Unanswered::Denied(denied)) => Err(denied),
        Err(Unanswered::Died) => {
            Err(Rejection::new(RejectionCode::Internal, "the host failed at this; nothing was changed")
                .into())
        }
    }
}

fn unavailable() -> Rejection {
    const RETRY_AFTER_MS: u64 = 1_000;
    Rejection::later(
        RejectionCode::Unavailable,
        "the database is away; nothing was changed, send it again",
        RETRY_AFTER_MS,
    )
}

fn busy() -> Rejection {
    Rejection::later(RejectionCode::Busy, "the game has too much to do; try again in a moment", BUSY_RETRY_MS)
}

fn quarantined() -> Rejection {
    Rejection::new(
        RejectionCode::Quarantined,
        "the game kept failing and waits for the operator; its journal is complete and can be read",
    )
}

/// What the one who asked hears of a game that cannot be read. The reason is for the operator.
pub(super) fn unreadable(error: &dyn std::fmt::Display) -> Rejection {
    tracing::warn!(%error, "a stored game can't be read");
    Rejection::new(RejectionCode::Quarantined, "the stored game can't be read; the operator must look")
}

fn not_found() -> Rejection {
    super::game::no_such_game()
}

/// What a read that failed means to the one who asked.
pub(super) fn store_away(error: StoreError) -> Rejection {
    const RETRY_AFTER_MS: u64 = 1_000;
    match &error {
        StoreError::NotFound { .. } => return not_found(),
        StoreError::Corrupt { .. } => return unreadable(&error),
        _ => {}
    }
    tracing::warn!(%error, "a read failed");
    Rejection::later(RejectionCode::Unavailable, "the database is away; nothing was changed", RETRY_AFTER_MS)
}
