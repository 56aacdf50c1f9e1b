//! The actor of one live game. It owns the game's state and takes one message at a time: it decides a
//! command, waits for the commit, applies the events, tells everyone, answers, and only then looks at
//! its next message. It calls the rules, the persistence actor and the store's reads; it never writes.
//!
//! It dies when it can no longer trust its state, and is rebuilt from the journal by the supervisor.

mod ai;
mod clock;
mod command_id;
mod live;
mod rehydrate;
mod rollback;
mod seats;
mod turn;

pub(super) use clock::ANSWER_GRACE;
pub(super) use live::no_such_game;
pub use live::{LiveGame, fold};
pub use rehydrate::{RehydrateError, restore};
pub use seats::Successor;

use super::audience::{ConnectionId, Follower};
use super::game_slot::GameSlot;
use super::outbox::Outbox;
use super::shared::Shared;
use crate::id::{CommandId, Seq};
use crate::protocol::User;
use crate::rules::card::PlayerCard;
use crate::rules::command::Command;
use crate::rules::rejection::Rejection;
use crate::rules::vocabulary::Side;
use crate::store::StoreError;
use crate::store::change::{Change, GiveUp};
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use tracing::{Instrument, Span, debug_span};

/// A refusal with the last entry the game had when it refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// The game's last entry.
    pub seq: Seq,
    /// Why.
    pub rejection: Rejection,
}

/// Another host has taken the game over: what this one remembers of it is history.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("another host has taken the game over")]
pub struct Fenced;

/// A command on its way to the game.
#[derive(Debug)]
pub struct CommandCall {
    /// Who gives it.
    pub user: User,
    /// The client's id for it.
    pub command_id: CommandId,
    /// The decision request it answers.
    pub expect: Option<Seq>,
    /// What it asks.
    pub request: Request,
    /// Where the time it takes is noted.
    pub span: Span,
}

/// What a command asks, with what it brings.
#[derive(Clone, Debug)]
pub struct Request {
    /// The command.
    pub command: Command,
    /// The card of a player who is to come to a roster; the game itself says what seals it.
    pub card: Option<Arc<PlayerCard>>,
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self { command, card: None }
    }
}

/// A connection that wants to follow the game.
#[derive(Debug)]
pub struct JoinCall {
    /// Whose connection.
    pub user: User,
    /// The connection.
    pub connection: ConnectionId,
    /// Where its frames go.
    pub outbox: Outbox,
    /// The last entry it has, and the frames of those after it as far as they had been read.
    pub resume: Option<Resume>,
}

/// The entries a returning client has missed.
#[derive(Debug)]
pub struct Resume {
    /// The last entry the client has.
    pub after: Seq,
    /// The entries after it, in order without holes: number and events as JSON.
    pub missed: Vec<(Seq, String)>,
}

/// The actor's messages. The permit is the message's place in the game's bounded inbox.
#[derive(Debug)]
pub enum Message {
    /// Decide a command.
    Command(Box<CommandCall>, OwnedSemaphorePermit, RpcReplyPort<Result<Seq, Refused>>),
    /// Say whether this command is in the journal.
    Answered(CommandId, OwnedSemaphorePermit, RpcReplyPort<Option<Seq>>),
    /// Follow the game.
    Join(Box<JoinCall>, OwnedSemaphorePermit, RpcReplyPort<Result<(), Rejection>>),
    /// Claim a free seat.
    ClaimSeat(User, Side, OwnedSemaphorePermit, RpcReplyPort<Result<(), Rejection>>),
    /// Say whose a seat is.
    SetSeat(Side, Option<Successor>, OwnedSemaphorePermit, RpcReplyPort<Result<(), Rejection>>),
    /// A connection left.
    Leave(ConnectionId),
    /// An AI manager owes the decision that entry `Seq` asked for.
    AiTurn(Seq),
    /// It is time to look at the clock of who owes the decision.
    LookAtClock,
    /// The host or the database was away for a while.
    HostWasAway,
    /// Tell everyone who is here.
    ShowPresence,
    /// Send a part of the crowd what the managers have been sent.
    ServeCrowd,
    /// Leave the host if nobody needs the game now.
    RetireIfIdle,
    /// Another host has taken the game over.
    Ousted,
}

/// What the actor starts with.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// What all games of the host share.
    pub shared: Arc<Shared>,
    /// The game's place.
    pub slot: Arc<GameSlot>,
    /// The span of what the game is read for.
    pub reason: Span,
}

/// What the actor remembers.
#[derive(Debug)]
pub struct State {
    shared: Arc<Shared>,
    slot: Arc<GameSlot>,
    /// The span of what the game is read for, until it has been read.
    reason: Option<Span>,
    /// The game, once it has been read from the journal.
    live: Option<LiveGame>,
    presence: PresenceTimer,
    crowd: CrowdService,
    clock: clock::Timer,
    last_message_at: Instant,
}

/// Joins and leaves of the same moment are shown once: a thousand spectators who come at a time must not
/// cost a million frames.
#[derive(Debug, Default)]
struct PresenceTimer {
    scheduled: bool,
}

impl PresenceTimer {
    const DELAY: Duration = Duration::from_millis(100);
    /// Followers who may hear of each other that often; more of them hear of it less often, so that a game never
    /// sends more than so many presence frames in a delay.
    const FOLLOWERS_PER_DELAY: usize = 100;

    fn changed(&mut self, myself: &ActorRef<Message>, slot: &GameSlot) {
        if !self.scheduled {
            self.scheduled = true;
            let share = 1 + slot.audience().len() / Self::FOLLOWERS_PER_DELAY;
            let delay = Self::DELAY * u32::try_from(share).unwrap_or(u32::MAX);
            drop(myself.send_after(delay, || Message::ShowPresence));
        }
    }
}

/// A crowd is served between other messages.
#[derive(Debug, Default)]
struct CrowdService {
    asked: bool,
}

impl CrowdService {
    /// Asks for the next part to be served, if there is one and nobody has asked.
    fn ask(&mut self, myself: &ActorRef<Message>, slot: &GameSlot) {
        if !self.asked && slot.audience().has_more_to_send() {
            self.asked = myself.cast(Message::ServeCrowd).is_ok();
        }
    }

    /// Lets whoever is ready have his turn, the connections of those served last among them, and serves the next part.
    async fn serve(&mut self, slot: &GameSlot) {
        tokio::task::yield_now().await;
        self.asked = false;
        slot.audience().serve_crowd();
    }
}

/// The actor.
#[derive(Debug)]
pub struct Game;

impl Actor for Game {
    type Msg = Message;
    type State = State;
    type Arguments = Arguments;

    async fn pre_start(
        &self,
        _: ActorRef<Message>,
        arguments: Arguments,
    ) -> Result<State, ActorProcessingErr> {
        let Arguments { shared, slot, reason } = arguments;
        Ok(State {
            shared,
            slot,
            reason: Some(reason),
            live: None,
            presence: PresenceTimer::default(),
            crowd: CrowdService::default(),
            clock: clock::Timer::default(),
            last_message_at: Instant::now(),
        })
    }

    /// Reads the game in the actor's own task, so that one slow game never holds up the supervisor.
    async fn post_start(
        &self,
        myself: ActorRef<Message>,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        let reason = state.reason.take().unwrap_or_else(Span::none);
        let span = debug_span!(parent: reason, "rehydrate", game.id = %state.slot.game_id);
        let read = rehydrate::rehydrate(&state.shared, &state.slot).instrument(span);
        let (mut live, unserved) = match read.await {
            Err(RehydrateError::Store(StoreError::LivesElsewhere(address))) => {
                state.slot.send_away(address);
                myself.stop(Some("it lives on another host".into()));
                return Ok(());
            }
            read => read?,
        };
        clock::give_back(&state.shared, &state.slot, &mut live, unserved).await?;
        ai::schedule(&myself, &state.shared, &live);
        state.clock.set(&myself, &state.shared, &live);
        state.crowd.ask(&myself, &state.slot);
        state.live = Some(live);
        Ok(())
    }

    async fn handle(
        &self,
        myself: ActorRef<Message>,
        message: Message,
        state: &mut State,
    ) -> Result<(), ActorProcessingErr> {
        let State { shared, slot, live, presence, crowd, clock, last_message_at, .. } = state;
        // Not read: the game lives elsewhere and this actor is about to stop. Whoever asks is told where.
        let Some(live) = live.as_mut() else { return Ok(()) };
        match message {
            Message::Command(call, _permit, reply) => {
                *last_message_at = Instant::now();
                let span = debug_span!(parent: &call.span, "turn");
                let answer = turn::take(shared, slot, live, *call).instrument(span).await;
                turn::answer(reply, answer)?;
                ai::schedule(&myself, shared, live);
            }
            Message::Answered(command_id, _permit, reply) => {
                let _ = reply.send(shared.store.seq_of_command(slot.game_id, command_id).await?);
            }
            Message::Join(call, _permit, reply) => {
                *last_message_at = Instant::now();
                let _ = reply.send(live.welcome(slot, *call));
                presence.changed(&myself, slot);
            }
            Message::ClaimSeat(user, side, _permit, reply) => {
                let _ = reply.send(live.claim_seat(shared, slot, user, side).await?);
                presence.changed(&myself, slot);
            }
            Message::SetSeat(side, successor, _permit, reply) => {
                let _ = reply.send(live.set_seat(shared, slot, side, successor).await?);
                presence.changed(&myself, slot);
            }
            Message::Leave(connection) => {
                if slot.audience().leave(connection) {
                    presence.changed(&myself, slot);
                }
            }
            Message::LookAtClock => {
                clock.rang();
                clock::look(shared, slot, live).instrument(clock::span(slot)).await?;
                ai::schedule(&myself, shared, live);
            }
            Message::HostWasAway => clock::make_up(shared, slot, live).await?,
            Message::ShowPresence => {
                presence.scheduled = false;
                live.show_presence(shared, slot);
            }
            Message::ServeCrowd => crowd.serve(slot).await,
            Message::AiTurn(asked) => {
                let span = debug_span!("ai.turn", game.id = %slot.game_id);
                if ai::take(shared, slot, live, asked).instrument(span).await? {
                    ai::schedule(&myself, shared, live);
                }
            }
            Message::RetireIfIdle if is_idle(shared, slot, live, *last_message_at) => {
                // Whichever host is asked for it next may have it.
                let give_up = GiveUp { game_id: slot.game_id, epoch: live.epoch };
                shared.persistence.write_eventually(Change::GiveUp(give_up));
                myself.stop(Some("idle".into()));
            }
            Message::RetireIfIdle => {}
            Message::Ousted => return Err(Fenced.into()),
        }
        clock.set(&myself, shared, live);
        crowd.ask(&myself, slot);
        Ok(())
    }
}

/// Whether nobody follows a game, nothing is due in it, and nobody has asked for a while.
fn is_idle(shared: &Shared, slot: &GameSlot, live: &LiveGame, last_message_at: Instant) -> bool {
    let idle_for = Duration::from_secs(shared.settings.game_idle_timeout_s);
    let is_busy = !slot.audience().is_empty() || ai::is_due(live) || clock::is_near(shared, live, idle_for);
    !is_busy && (live.state.is_over() || last_message_at.elapsed() >= idle_for)
}

impl JoinCall {
    fn follower(self, seat: Option<Side>, sent: Seq) -> Follower {
        Follower {
            connection: self.connection,
            user_id: self.user.id,
            user_name: self.user.name,
            seat,
            outbox: self.outbox,
            sent,
        }
    }
}
