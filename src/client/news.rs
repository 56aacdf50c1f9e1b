//! What a connection tells whoever uses it.

use crate::client::Refusal;
use crate::id::{GameId, Seq};
use crate::protocol::{CloseCode, ConnectedUser, GameView, SeatOrSpectator, User};
use crate::rules::event::Event;
use serde_json::Value;

/// Something that a [`super::Link`] tells of, in the order in which it came.
#[derive(Clone, Debug)]
pub enum News {
    /// The host says whom the token names: at first, and after each return.
    Welcome(User),
    /// A game is followed; the entries come after it. Without a state, those that come next go on after the last that was
    /// told. It is also told, unasked, when an operator has given us another seat or taken ours away.
    Joined {
        /// The game.
        game: GameId,
        /// Where we sit.
        seat: SeatOrSpectator,
        /// The game as it stands.
        state: Option<Box<GameView>>,
        /// Entries before `state` were not told: too much happened while the connection was away.
        missed: bool,
        /// It answers [`super::Link::follow`].
        asked: bool,
    },
    /// An entry of a game's journal. None comes twice, none is left out but where [`News::Joined`] says so.
    Entry(Entry),
    /// Who follows a game now.
    Presence {
        /// The game.
        game: GameId,
        /// Who, managers first; of a crowd only the first.
        users: Vec<ConnectedUser>,
        /// How many.
        count: usize,
    },
    /// A game is not followed any more: the host refuses to go on with it.
    Unfollowed {
        /// The game.
        game: GameId,
        /// Why.
        refusal: Refusal,
    },
    /// A game lives on another host, and is followed there.
    Moved {
        /// The game.
        game: GameId,
        /// The address of the other host.
        url: String,
    },
    /// The connection is lost and comes back by itself.
    Lost {
        /// What went wrong, for people.
        why: String,
    },
    /// The connection has come back.
    Back,
    /// The connection has ended for good: another try would be refused as well.
    Ended {
        /// The host's close code, where it is known.
        code: Option<CloseCode>,
        /// What the host said, for people.
        why: String,
    },
}

/// One entry of a game's journal: the facts that one command led to.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// The game.
    pub game: GameId,
    /// The entry's number.
    pub seq: Seq,
    /// What happened, as it was sent.
    pub events: Vec<Value>,
}

impl Entry {
    /// The events that this program knows, in order; a newer host may tell of others.
    #[must_use]
    pub fn known(&self) -> Vec<Event> {
        self.events.iter().filter_map(|event| serde_json::from_value(event.clone()).ok()).collect()
    }
}
