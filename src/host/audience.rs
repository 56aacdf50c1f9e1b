//! Who follows one game: every connection with its seat and the last entry it was sent. It outlives
//! the game's actor, so that a game that is rebuilt after a panic still knows whom to tell what.
//!
//! The managers are told at once. A crowd is told a part at a time, so that ten thousand sockets to be written to do not stand
//! between a manager's next command and its game.

use super::outbox::Outbox;
use crate::id::{Seq, UserId};
use crate::protocol::{CloseCode, ConnectedUser};
use crate::rules::vocabulary::Side;
use bytes::Bytes;
use std::collections::VecDeque;
use uuid::Uuid;

/// Users that are named to others; beyond them only the count is shown.
const USERS_SHOWN_MAX: usize = 50;

/// Followers that are sent a parcel in one go.
const AT_ONCE_MAX: usize = 64;
/// Parcels that may wait for a crowd.
const PARCELS_MAX: usize = 32;

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

/// What everybody is to be sent.
#[derive(Debug)]
struct Parcel {
    number: u64,
    /// The journal entry that it holds, if it does.
    entry: Option<Seq>,
    frame: Bytes,
}

/// A follower, and the last parcel that he has had.
#[derive(Debug)]
struct Place {
    follower: Follower,
    had: u64,
}

impl Place {
    /// Sends a parcel, of which the entry may have come another way. False when he cannot keep up, or is gone.
    fn give(&mut self, parcel: &Parcel) -> bool {
        self.had = parcel.number;
        let Follower { outbox, sent, .. } = &mut self.follower;
        if let Some(seq) = parcel.entry {
            if *sent >= seq {
                return true;
            }
            if sent.next() != seq {
                outbox.close(CloseCode::ReaderTooSlow);
                return false;
            }
            *sent = seq;
        }
        outbox.send(parcel.frame.clone())
    }
}

/// The followers of one game.
#[derive(Debug, Default)]
pub struct Audience {
    places: Vec<Place>,
    /// What not everybody has had yet.
    parcels: VecDeque<Parcel>,
    parcels_made: u64,
}

impl Audience {
    /// Adds a follower, who has been sent all that was made so far. An older connection to the same seat is closed: the newer
    /// one holds it now.
    pub fn join(&mut self, follower: Follower) {
        self.leave(follower.connection);
        if follower.seat.is_some() {
            self.keep(|other| {
                let same_seat = other.seat == follower.seat;
                if same_seat {
                    other.outbox.close(CloseCode::OpenedElsewhere);
                }
                !same_seat
            });
        }
        self.places.push(Place { follower, had: self.parcels_made });
    }

    /// Removes a connection. True when it was there.
    pub fn leave(&mut self, connection: ConnectionId) -> bool {
        let before = self.places.len();
        self.keep(|follower| follower.connection != connection);
        self.places.len() != before
    }

    fn keep(&mut self, stays: impl Fn(&Follower) -> bool) {
        self.places.retain(|place| stays(&place.follower));
    }

    /// Sends entry `seq` to everyone who has all entries before it, and drops those who can't keep up: to the managers now,
    /// to a crowd as [`Audience::serve_crowd`] is called.
    pub fn publish(&mut self, seq: Seq, frame: &Bytes) {
        self.send(Some(seq), frame);
    }

    /// Sends a frame that is no journal entry, in the same way.
    pub fn tell(&mut self, frame: &Bytes) {
        self.send(None, frame);
    }

    fn send(&mut self, entry: Option<Seq>, frame: &Bytes) {
        metrics::histogram!("dugout_crowd_parcels").record(self.parcels.len() as f64);
        while self.parcels.len() >= PARCELS_MAX {
            self.serve_crowd();
        }
        self.parcels_made += 1;
        let parcel = Parcel { number: self.parcels_made, entry, frame: frame.clone() };
        self.places.retain_mut(|place| place.follower.seat.is_none() || place.give(&parcel));
        self.parcels.push_back(parcel);
        self.serve_crowd();
    }

    /// Sends the oldest parcel to some of those who have yet to get it. Says whether there is more to do.
    pub fn serve_crowd(&mut self) -> bool {
        let Some(parcel) = self.parcels.front() else { return false };
        let (mut given, mut is_done) = (0, true);
        self.places.retain_mut(|place| {
            if place.had >= parcel.number {
                return true;
            }
            if given == AT_ONCE_MAX {
                is_done = false;
                return true;
            }
            given += 1;
            place.give(parcel)
        });
        if is_done {
            self.parcels.pop_front();
        }
        self.has_more_to_send()
    }

    /// Whether a part of a crowd has yet to get what was made.
    #[must_use]
    pub fn has_more_to_send(&self) -> bool {
        !self.parcels.is_empty()
    }

    /// Sends everybody what he has yet to get: before he is told something that must not overtake it, and when nobody will
    /// serve the crowd.
    pub fn catch_up(&mut self) {
        while self.serve_crowd() {}
    }

    /// Sends everyone a last frame and closes their connections; returns how many there were.
    pub fn send_away(&mut self, last: &Bytes, code: CloseCode) -> usize {
        self.catch_up();
        for Place { follower, .. } in &self.places {
            if follower.outbox.send(last.clone()) {
                follower.outbox.close(code);
            }
        }
        self.places.drain(..).count()
    }

    /// Gives a seat to the connections of the user who has just claimed it.
    pub fn seat(&mut self, user_id: UserId, side: Side) {
        self.catch_up();
        for Place { follower, .. } in &mut self.places {
            if follower.user_id == user_id {
                follower.seat = Some(side);
            }
        }
    }

    /// Tells a user's connections where they sit from now on.
    pub fn reseat(&mut self, user_id: UserId, seat: Option<Side>, joined: &Bytes) {
        self.catch_up();
        self.places.retain_mut(|Place { follower, .. }| {
            if follower.user_id != user_id {
                return true;
            }
            follower.seat = seat;
            follower.outbox.send(joined.clone())
        });
    }

    /// Closes a user's connections: he may not follow any more.
    pub fn dismiss(&mut self, user_id: UserId, code: CloseCode) {
        self.keep(|follower| {
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
        self.places.iter().map(|place| place.follower.sent).min()
    }

    /// How many follow.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether nobody follows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
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
            .places
            .iter()
            .map(|Place { follower, .. }| ConnectedUser {
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

    fn frame(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    /// An audience of spectators who have entry 3, and a manager who came last.
    fn crowd(spectators: usize) -> (Audience, Vec<OutboxReceiver>, OutboxReceiver) {
        let mut audience = Audience::default();
        let mut receivers = Vec::new();
        for _ in 0..spectators {
            let (spectator, receiver) = follower(None, 3);
            audience.join(spectator);
            receivers.push(receiver);
        }
        let (manager, managers_receiver) = follower(Some(Side::Home), 3);
        audience.join(manager);
        (audience, receivers, managers_receiver)
    }

    #[tokio::test]
    async fn of_a_crowd_the_managers_are_told_first_and_nobody_misses_anything() {
        let (mut audience, mut spectators, mut manager) = crowd(AT_ONCE_MAX * 3);
        let sent = ["4", "presence", "5"].map(frame);
        audience.publish(Seq(4), &sent[0]);
        audience.tell(&sent[1]);
        audience.publish(Seq(5), &sent[2]);
        for frame in &sent {
            assert_eq!(manager.try_recv(), Some(Outgoing::Frame(frame.clone())), "at once");
        }
        assert_eq!(
            audience.sent_min(),
            Some(Seq(4)),
            "three goes served entry 4; entry 5 has yet to be sent"
        );
        assert!(spectators[0].try_recv().is_some() && spectators[0].try_recv().is_none());
        // Who comes now has been sent the state at entry 5.
        let (late, mut lates) = follower(None, 5);
        audience.join(late);
        while audience.serve_crowd() {}
        assert_eq!(lates.try_recv(), None);
        for (number, spectator) in spectators.iter_mut().enumerate() {
            for frame in sent.iter().skip(usize::from(number == 0)) {
                assert_eq!(spectator.try_recv(), Some(Outgoing::Frame(frame.clone())), "spectator {number}");
            }
            assert_eq!(spectator.try_recv(), None);
        }
    }

    #[tokio::test]
    async fn what_waits_for_a_crowd_is_bounded_and_comes_before_a_seat_does() {
        let (mut audience, _spectators, _manager) = crowd(AT_ONCE_MAX * 8);
        for _ in 0..PARCELS_MAX * 2 {
            audience.tell(&frame("presence"));
            assert!(audience.parcels.len() <= PARCELS_MAX);
        }
        assert!(audience.is_empty(), "what did not wait was sent: more than outboxes of four frames take");

        let (mut audience, mut spectators, _manager) = crowd(AT_ONCE_MAX * 2);
        audience.publish(Seq(4), &frame("4"));
        let last = audience.places[AT_ONCE_MAX * 2 - 1].follower.user_id;
        audience.seat(last, Side::Away);
        audience.publish(Seq(5), &frame("5"));
        let his = spectators.last_mut().expect("he");
        assert_eq!(
            [his.try_recv(), his.try_recv()],
            ["4", "5"].map(|text| Some(Outgoing::Frame(frame(text))))
        );
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
