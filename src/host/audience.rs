//! Who follows one game: every connection with its seat and the last entry it was sent. It outlives
//! the game's actor, so that a game that is rebuilt after a panic still knows whom to tell what.

use super::outbox::Outbox;
use crate::id::{Seq, UserId};
use crate::protocol::{CloseCode, ConnectedUser};
use crate::rules::vocabulary::Side;
use bytes::Bytes;
use uuid::Uuid;

/// Users that are named to others; beyond them only the count is shown.
const USERS_SHOWN_MAX: usize = 50;

/// One connection of one user; a user may have several.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct ConnectionId(Uuid);

impl ConnectionId {
    /// A new id.
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::new_v4())
    }
}

/// A follower of a game.
#[derive(Debug)]
pub struct Follower {
    /// His connection.
    pub connection: ConnectionId,
    /// Who he is.
    pub user_id: UserId,
    /// His name, for the others.
    pub user_name: String,
    /// The seat he holds; none for a spectator.
    pub seat: Option<Side>,
    /// Where his frames go.
    pub outbox: Outbox,
    /// The last entry he was sent; the next frame is the one after it.
    pub sent: Seq,
}

/// The followers of one game.
#[derive(Debug, Default)]
pub struct Audience {
    followers: Vec<Follower>,
}

impl Audience {
    /// Adds a follower. An older connection to the same seat is closed: the newer one holds it now.
    pub fn join(&mut self, follower: Follower) {
        self.followers.retain(|other| other.connection != follower.connection);
        if follower.seat.is_some() {
            self.followers.retain(|other| {
                let same_seat = other.seat == follower.seat;
                if same_seat {
                    other.outbox.close(CloseCode::OpenedElsewhere);
                }
                !same_seat
            });
        }
        self.followers.push(follower);
    }

    /// Removes a connection. True when it was there.
    pub fn leave(&mut self, connection: ConnectionId) -> bool {
        let before = self.followers.len();
        self.followers.retain(|follower| follower.connection != connection);
        self.followers.len() != before
    }

    /// Sends entry `seq` to everyone who has all entries before it, and drops those who can't keep up.
    pub fn publish(&mut self, seq: Seq, frame: &Bytes) {
        self.followers.retain_mut(|follower| {
            if follower.sent >= seq {
                return true;
            }
            if follower.sent.next() != seq {
                follower.outbox.close(CloseCode::ReaderTooSlow);
                return false;
            }
            follower.sent = seq;
            follower.outbox.send(frame.clone())
        });
    }

    /// Sends a frame that is no journal entry.
    pub fn tell(&mut self, frame: &Bytes) {
        self.followers.retain(|follower| follower.outbox.send(frame.clone()));
    }

    /// Sends everyone a last frame and closes their connections; returns how many there were.
    pub fn send_away(&mut self, last: &Bytes, code: CloseCode) -> usize {
        for follower in &self.followers {
            if follower.outbox.send(last.clone()) {
                follower.outbox.close(code);
            }
        }
        self.followers.drain(..).count()
    }

    /// Gives a seat to the connections of the user who has just claimed it.
    pub fn seat(&mut self, user_id: UserId, side: Side) {
        for follower in self.followers.iter_mut().filter(|follower| follower.user_id == user_id) {
            follower.seat = Some(side);
        }
    }

    /// Tells a user's connections where they sit from now on.
    pub fn reseat(&mut self, user_id: UserId, seat: Option<Side>, joined: &Bytes) {
        self.followers.retain_mut(|follower| {
            if follower.user_id != user_id {
                return true;
            }
            follower.seat = seat;
            follower.outbox.send(joined.clone())
        });
    }

    /// Closes a user's connections: he may not follow any more.
    pub fn dismiss(&mut self, user_id: UserId, code: CloseCode) {
        self.followers.retain(|follower| {
            let stays = follower.user_id != user_id;
            if !stays {
                follower.outbox.close(code);
            }
            stays
        });
    }

    /// The oldest entry that some follower was sent last; none without followers.
    #[must_use]
    pub fn sent_min(&self) -> Option<Seq> {
        self.followers.iter().map(|follower| follower.sent).min()
    }

    /// How many follow.
    #[must_use]
    pub fn len(&self) -> usize {
        self.followers.len()
    }

    /// Whether nobody follows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.followers.is_empty()
    }

    /// The connected users that are named to others, and how many there are.
    #[must_use]
    pub fn shown_users(&self) -> (Vec<ConnectedUser>, usize) {
        let mut users = self.connected_users();
        let count = users.len();
        users.truncate(USERS_SHOWN_MAX);
        (users, count)
    }

    /// Every connected user once, managers first, then by name.
    fn connected_users(&self) -> Vec<ConnectedUser> {
        let mut users: Vec<_> = self
            .followers
            .iter()
            .map(|follower| ConnectedUser {
                id: follower.user_id,
                name: follower.user_name.clone(),
                seat: follower.seat.into(),
            })
            .collect();
        users.sort_by(|a, b| {
            let key = |user: &ConnectedUser| (user.seat.side().is_none(), user.seat, user.id);
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
        });
        users.dedup();
        users
    }
}

#[cfg(test)]
mod tests {
    use super::super::outbox::{OutboxReceiver, Outgoing};
    use super::*;

    fn follower(seat: Option<Side>, sent: i64) -> (Follower, OutboxReceiver) {
        let (outbox, receiver) = Outbox::new(4);
        let follower = Follower {
            connection: ConnectionId::generate(),
            user_id: UserId::generate(),
            user_name: "Ann".into(),
            seat,
            outbox,
            sent: Seq(sent),
        };
        (follower, receiver)
    }

    #[tokio::test]
    async fn an_entry_is_sent_once_and_only_in_order() {
        let mut audience = Audience::default();
        let (ann, mut frames) = follower(None, 3);
        audience.join(ann);
        let frame = Bytes::from_static(b"4");
        audience.publish(Seq(4), &frame);
        audience.publish(Seq(4), &frame);
        assert_eq!(frames.recv().await, Some(Outgoing::Frame(frame)));
        assert_eq!(frames.try_recv(), None);
        audience.publish(Seq(6), &Bytes::from_static(b"6"));
        assert!(audience.is_empty(), "a follower with a gap resumes; he is not sent entry 6");
        assert_eq!(frames.recv().await, Some(Outgoing::Close(CloseCode::ReaderTooSlow)));
    }

    #[tokio::test]
    async fn the_newer_connection_holds_the_seat() {
        let mut audience = Audience::default();
        let (old, mut old_frames) = follower(Some(Side::Home), 1);
        let (new, _new_frames) = follower(Some(Side::Home), 1);
        let (old_id, new_id) = (old.connection, new.connection);
        audience.join(old);
        audience.join(new);
        assert_eq!(old_frames.recv().await, Some(Outgoing::Close(CloseCode::OpenedElsewhere)));
        assert!(!audience.leave(old_id), "the older connection's late goodbye touches nothing");
        assert!(audience.leave(new_id));
    }
}
