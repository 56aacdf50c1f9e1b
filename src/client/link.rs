//! The door to one user's connection.

use super::connection::{Connection, Order};
use super::news::News;
use super::refusal::{Done, Refusal};
use crate::id::{CommandId, GameId, Seq};
use crate::protocol::{CommandFrame, SeatOrSpectator};
use crate::rules::command::Command;
use tokio::sync::{mpsc, oneshot};

/// Orders that may wait for the connection.
pub(super) const ORDERS_MAX: usize = 64;
/// News that may wait for whoever takes them. A game whose entries find no room is followed anew when there is some.
const NEWS_MAX: usize = 1024;

/// How a game is followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Following {
    /// Where we sit.
    pub seat: SeatOrSpectator,
    /// The entry from which on.
    pub seq: Seq,
}

/// One user's connection to a host, and to those where his games have gone. Clones share it; when the last is dropped, it
/// ends.
#[derive(Clone, Debug)]
pub struct Link {
    orders: mpsc::Sender<Order>,
}

impl Link {
    /// Connects to the host at `origin` (as in `https://play.example`) as whoever `token` names, and tells what happens.
    /// `client` is the program and its version, for the host's log.
    ///
    /// Who does not take the news misses them, and nothing else: commands are given and answered all the same. Dropping the
    /// receiver is the way to say that none are wanted.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[must_use]
    pub fn start(origin: &str, token: &str, client: &str) -> (Self, mpsc::Receiver<News>) {
        let (orders, taken) = mpsc::channel(ORDERS_MAX);
        let (teller, news) = mpsc::channel(NEWS_MAX);
        let origin = origin.trim_end_matches('/');
        tokio::spawn(Connection::new(origin, token, client, taken, teller).run());
        (Self { orders }, news)
    }

    /// Whether it has ended for good: [`News::Ended`] says why.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.orders.is_closed()
    }

    /// Follows a game, beside those that are followed already: as manager where a seat is the user's, else as spectator.
    /// Its state is the first news of it. A game that is followed already is told anew.
    ///
    /// # Errors
    /// `not_found`, also where it is not for this user; `forbidden` where he follows too many; or the connection has ended.
    pub async fn follow(&self, game: GameId) -> Done<Following> {
        let (answer, answered) = oneshot::channel();
        self.order(Order::Follow(game, answer)).await?;
        answered.await.map_err(|_| ended())?
    }

    /// Follows a game no longer.
    ///
    /// # Errors
    /// The connection has ended.
    pub async fn leave(&self, game: GameId) -> Done<()> {
        self.order(Order::Leave(game)).await
    }

    /// Gives a command under a new id; else as [`Link::command_as`].
    ///
    /// # Errors
    /// As [`Link::command_as`].
    pub async fn command(&self, game: GameId, expect: Option<Seq>, command: &Command) -> Done<Seq> {
        self.command_as(CommandId::generate(), game, expect, command).await
    }

    /// Gives a command and waits for its answer, over as many connections as it takes; returns the entry that it led to.
    /// A command that is given again with the same id, even by another process, has its effect once and gets the same
    /// answer. `expect` is the entry whose decision request is answered: where another one is open by now, the command is
    /// refused as `stale`. Who stops waiting does not take the command back.
    ///
    /// # Errors
    /// Why nothing was changed, in the host's words with their code: worth giving again in a while where
    /// [`Refusal::passes`]. Without a code, the connection has ended, and whether the command had its effect is not known.
    pub async fn command_as(
        &self,
        id: CommandId,
        game: GameId,
        expect: Option<Seq>,
        command: &Command,
    ) -> Done<Seq> {
        let (answer, answered) = oneshot::channel();
        let frame = CommandFrame { id, game, expect, command: command.clone() };
        self.order(Order::Command(Box::new(frame), answer)).await?;
        answered.await.map_err(|_| ended())?
    }

    async fn order(&self, order: Order) -> Done<()> {
        self.orders.send(order).await.map_err(|_| ended())
    }
}

fn ended() -> Refusal {
    Refusal::new("the connection has ended")
}
