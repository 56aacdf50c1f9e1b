//! What a connection has asked of games and not been answered yet: of one game in order, of several at once.

use crate::gateway::Gateway;
use crate::host::audience::ConnectionId;
use crate::host::outbox::Outbox;
use crate::host::{Denied, NotCommitted};
use crate::id::{CommandId, GameId, Seq, UserId};
use crate::protocol::{CommandFrame, User};
use crate::rules::rejection::Rejection;
use crate::store::hosts::HostAddress;
use futures_util::StreamExt;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::stream::FuturesUnordered;
use std::collections::{HashMap, VecDeque};
use tracing::{Instrument, Span};

/// Something asked of a game.
#[derive(Debug)]
pub enum Ask {
    /// To follow it, from this entry on.
    Join(Option<Seq>),
    /// To follow it no longer.
    Leave,
    /// To change it.
    Command(CommandFrame),
}

/// What became of it.
#[derive(Debug)]
pub enum Answer {
    /// The connection follows the game; it is told so through its outbox.
    Joined,
    /// It does not.
    NotJoined(Rejection),
    /// It follows the game no longer.
    Left,
    /// The command is durable.
    Committed(CommandId, Seq),
    /// The command was refused at this entry; at none where the game has not seen it.
    Refused(CommandId, Option<Seq>, Rejection),
    /// The game lives on another host, which is to be asked.
    Elsewhere(HostAddress),
    /// Nobody knows: the client has to resume and send the command again.
    Unknown,
}

/// Whose questions these are.
#[derive(Clone)]
pub struct Asker {
    /// The way to the games.
    pub gateway: Gateway,
    /// Who asks.
    pub user: User,
    /// On which connection.
    pub connection: ConnectionId,
    /// Where the games put what they have to say.
    pub outbox: Outbox,
}

/// The questions of one connection.
pub struct Lanes {
    asker: Asker,
    /// What waits for the question before it to the same game. A game is here while one of its questions runs.
    waiting: HashMap<GameId, VecDeque<(Ask, Span)>>,
    running: FuturesUnordered<BoxFuture<'static, (GameId, Answer, Span)>>,
    open: usize,
}

impl Lanes {
    /// No questions yet.
    pub fn new(asker: Asker) -> Self {
        Self { asker, waiting: HashMap::new(), running: FuturesUnordered::new(), open: 0 }
    }

    /// Whose they are.
    pub const fn user(&self) -> UserId {
        self.asker.user.id
    }

    /// How many questions are open.
    pub const fn open(&self) -> usize {
        self.open
    }

    /// Whether a question to this game is open.
    pub fn asks(&self, game: GameId) -> bool {
        self.waiting.contains_key(&game)
    }

    /// Asks a game, once it has answered what it was asked before. `span` is that of the question until it is answered.
    pub fn ask(&mut self, game: GameId, ask: Ask, span: Span) {
        self.open += 1;
        match self.waiting.get_mut(&game) {
            Some(waiting) => waiting.push_back((ask, span)),
            None => {
                self.waiting.insert(game, VecDeque::new());
                self.start(game, ask, span);
            }
        }
    }

    /// The next answer; waits for ever when nothing is asked. May be dropped at any time.
    pub async fn next(&mut self) -> (GameId, Answer, Span) {
        let Some((game, answer, span)) = self.running.next().await else {
            return std::future::pending().await;
        };
        self.open -= 1;
        match self.waiting.get_mut(&game).and_then(VecDeque::pop_front) {
            Some((next, span)) => self.start(game, next, span),
            None => drop(self.waiting.remove(&game)),
        }
        (game, answer, span)
    }

    fn start(&self, game: GameId, ask: Ask, span: Span) {
        let answer = put(self.asker.clone(), game, ask).instrument(span.clone());
        self.running.push(async move { (game, answer.await, span) }.boxed());
    }
}

/// Puts one question to a game.
async fn put(asker: Asker, game: GameId, ask: Ask) -> Answer {
    let Asker { gateway, user, connection, outbox } = asker;
    let host = gateway.host();
    match ask {
        Ask::Join(after) => match host.join(game, &user, connection, outbox, after).await {
            Ok(()) => Answer::Joined,
            Err(Denied::Rejected(rejection)) => Answer::NotJoined(rejection),
            Err(Denied::Elsewhere(address)) => Answer::Elsewhere(address),
        },
        Ask::Leave => {
            host.leave(game, connection);
            Answer::Left
        }
        Ask::Command(CommandFrame { id, expect, command, .. }) => {
            match host.command(game, &user, id, expect, command).await {
                Ok(seq) => Answer::Committed(id, seq),
                Err(NotCommitted::Refused(refused)) => {
                    let seen = (refused.seq > Seq(0)).then_some(refused.seq);
                    Answer::Refused(id, seen, refused.rejection)
                }
                Err(NotCommitted::Elsewhere(address)) => Answer::Elsewhere(address),
                Err(NotCommitted::Unknown) => Answer::Unknown,
            }
        }
    }
}
