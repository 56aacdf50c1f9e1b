//! One live game in memory: its state with everything that the way of a command needs beside it.

use super::super::game_slot::GameSlot;
use super::super::shared::Shared;
use super::turn::Asked;
use super::{JoinCall, Request, Resume};
use crate::config::HostSettings;
use crate::fairness::SeededDice;
use crate::id::{CommandId, Epoch, Seq};
use crate::protocol::{self, GameView, Role, SeatOrSpectator, User};
use crate::rules;
use crate::rules::card::CardBook;
use crate::rules::command::{Command, Issuer};
use crate::rules::event::Event;
use crate::rules::moment::Moment;
use crate::rules::rejection::{Rejection, RejectionCode};
use crate::rules::state::GameState;
use crate::rules::vocabulary::{Side, Visibility};
use crate::store::change::{Append, Change, Presence, RollbackRows, Rows};
use crate::store::entry::{Entry, EntryHash, EntryParts};
use crate::store::snapshot::Snapshot;
use crate::store::stored::Seats;
use crate::store::{export, projection};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use std::collections::VecDeque;
use std::sync::Arc;

/// The followers from which on the state is kept as a frame for those who come next: many come at once then. It takes more
/// memory than all else of a game.
const JOINED_KEPT_FROM: usize = 16;

/// A game that is being played on this host.
#[derive(Debug)]
pub struct LiveGame {
    /// What `decide` reads and `apply` changes.
    pub state: GameState,
    /// The cards of both rosters.
    pub cards: CardBook,
    /// This host's term of ownership.
    pub epoch: Epoch,
    /// The hash of the last entry.
    pub head: EntryHash,
    /// The dice; their secret never leaves the host before the game is over.
    pub(super) dice: SeededDice,
    /// Who holds which seat.
    pub seats: Seats,
    /// Answers to the commands that were accepted last.
    pub(super) recent_commands: RecentCommands,
    /// The entry that the stored snapshot contains.
    pub(super) snapshot_seq: Seq,
    /// The last `joined` frame with the whole state, and what it is for.
    pub(super) joined: Option<(Seq, SeatOrSpectator, Bytes)>,
}

/// What the rules make of a command.
#[derive(Debug)]
pub(super) struct Decided {
    /// The facts.
    pub events: Vec<Event>,
    /// Where the game goes back: what that takes out of the tables.
    pub rollback: Option<RollbackRows>,
    /// Where a card is pinned: the cards with it.
    pub cards: Option<CardBook>,
}

/// An accepted command on its way to the journal, with the state it leads to.
#[derive(Debug)]
pub(super) struct Next {
    state: GameState,
    cards: Option<CardBook>,
    append: Arc<Append>,
}

impl Next {
    /// The change that makes it durable.
    pub(super) fn change(&self) -> Change {
        Change::Append(Arc::clone(&self.append))
    }
}

impl LiveGame {
    /// What the rules make of a command. A die counts as thrown only when its event is applied. `cards` are those of the
    /// game with one that the command pins.
    pub(super) fn decide(
        &mut self,
        issuer: Issuer,
        command: &Command,
        cards: Option<&CardBook>,
        at: Moment,
    ) -> Result<Vec<Event>, Rejection> {
        self.dice.take_up(&self.state.entropy, self.state.dice_position);
        let cards = cards.unwrap_or(&self.cards);
        rules::decide(&self.state, cards, issuer, command, at, &mut self.dice)
    }

    /// Whether both sides have named their starters.
    pub(super) fn lineups_are_set(&self) -> bool {
        self.state.lineups.iter().all(|(_, lineup)| !lineup.players.is_empty())
    }

    /// By when who owes the decision has to make it; none where no clock runs.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.state.pending_decision.as_ref()?.deadline
    }

    /// In whose name this user may command.
    pub(super) fn issuer_for(&self, user: &User) -> Result<Issuer, Rejection> {
        match (self.seat_of(user), user.role) {
            (Some(side), _) => Ok(Issuer::Manager(side)),
            (None, Role::Operator) => Ok(Issuer::Operator),
            (None, Role::Manager) if self.may_follow(user) => Err(Rejection::new(
                RejectionCode::NotYourSeat,
                "you hold no seat in this game; only its managers may act",
            )),
            (None, Role::Manager) => Err(no_such_game()),
        }
    }

    /// A request for a player, with what seals the pinned cards once his is among them.
    pub(super) fn sealed(&self, mut request: Request) -> Request {
        if let (Command::AddToRoster(add), Some(card)) = (&mut request.command, &request.card) {
            let (digest, is_pinned) =
                (&self.state.setup.cards_digest, self.cards.get(card.card_id).is_some());
            add.cards_digest = if is_pinned { digest.clone() } else { export::digest_with(digest, card) };
        }
        request
    }

    /// The seat this user holds.
    pub(super) fn seat_of(&self, user: &User) -> Option<Side> {
        self.seats
            .iter()
            .find(|(_, seat)| seat.as_ref().is_some_and(|seat| seat.user_id == user.id))
            .map(|(side, _)| side)
    }

    pub(super) fn may_follow(&self, user: &User) -> bool {
        self.state.setup.visibility == Visibility::Public
            || user.role == Role::Operator
            || self.seat_of(user).is_some()
    }

    /// A refusal, with the last entry it was judged by.
    pub(super) fn refuse(&self, rejection: Rejection) -> super::turn::Setback {
        super::turn::Setback::Refused(super::Refused { seq: self.state.seq, rejection })
    }

    /// Refuses an answer to a decision request that is not the open one.
    pub(super) fn check_expected(&self, expect: Option<Seq>) -> Result<(), Rejection> {
        let open = self.state.pending_decision.as_ref().map(|pending| pending.seq);
        match expect {
            Some(expected) if open != Some(expected) => Err(Rejection::new(
                RejectionCode::Stale,
                match open {
                    Some(open) => {
                        format!("entry {expected} no longer asks; the open request is entry {open}")
                    }
                    None => format!("entry {expected} no longer asks; no decision is open"),
                },
            )),
            _ => Ok(()),
        }
    }

    /// Computes what accepting a command leads to, changing nothing.
    pub(super) fn prepare(
        &self,
        asked: Asked<'_>,
        decided: Decided,
        recorded_at: DateTime<Utc>,
        settings: &HostSettings,
    ) -> Next {
        let Decided { events, rollback, cards } = decided;
        let Asked { issuer, command_id, command, card, .. } = asked;
        let seq = self.state.seq.next();
        let mut state = self.state.clone();
        state.apply_entry(seq, &events);
        let rows = Rows { rollback, ..projection::rows(&self.state, &events, &state) };
        let parts = EntryParts {
            seq,
            epoch: self.epoch,
            command_id,
            issuer,
            command: Some(command),
            events: &events,
            recorded_at,
        };
        let entry = Entry::seal(&self.head, &parts);
        let due = state.status != self.state.status
            || seq.0 - self.snapshot_seq.0 >= i64::from(settings.snapshot_every_entries);
        let snapshot = due.then(|| Snapshot::of(&state, entry.hash));
        let (game_id, previous, card) = (state.setup.game_id, self.head, card.cloned());
        let append = Arc::new(Append { game_id, previous, entry, rows, card, snapshot });
        Next { state, cards, append }
    }

    /// Makes a committed entry true and known.
    pub(super) fn commit(&mut self, slot: &GameSlot, next: Next) -> Seq {
        let Next { state, cards, append } = next;
        let entry = &append.entry;
        self.state = state;
        if let Some(cards) = cards {
            self.cards = cards;
        }
        self.joined = None; // it shows the state before
        self.head = entry.hash;
        self.recent_commands.remember(entry.command_id, entry.seq);
        if append.snapshot.is_some() {
            self.snapshot_seq = entry.seq;
        }
        let frame = protocol::events(slot.game_id, entry.seq, &entry.events_json);
        slot.audience().publish(entry.seq, &frame);
        entry.seq
    }

    /// Lets a connection follow the game: it gets the state, or the entries it has missed.
    pub(super) fn welcome(&mut self, slot: &GameSlot, call: JoinCall) -> Result<(), Rejection> {
        if !self.may_follow(&call.user) {
            return Err(no_such_game());
        }
        let seat = self.seat_of(&call.user);
        let missed = call.resume.as_ref().and_then(|resume| self.missed_frames(resume));
        let joined = match &missed {
            Some(_) => protocol::joined(slot.game_id, seat.into(), self.epoch, self.state.seq, None),
            None => self.joined_with_state(slot, seat.into()),
        };
        let mut delivered = call.outbox.send(joined);
        for frame in missed.unwrap_or_default() {
            delivered = delivered && call.outbox.send(frame);
        }
        if delivered {
            slot.audience().join(call.follower(seat, self.state.seq));
        }
        Ok(())
    }

    /// The whole state, encoded once for all who come at the same entry to the same place.
    fn joined_with_state(&mut self, slot: &GameSlot, place: SeatOrSpectator) -> Bytes {
        match &self.joined {
            Some((seq, at, frame)) if (*seq, *at) == (self.state.seq, place) => frame.clone(),
            _ => {
                let view = GameView::new(&self.state, &self.cards);
                let frame = protocol::joined(slot.game_id, place, self.epoch, self.state.seq, Some(&view));
                let is_watched = slot.audience().len() >= JOINED_KEPT_FROM;
                self.joined = is_watched.then(|| (self.state.seq, place, frame.clone()));
                frame
            }
        }
    }

    /// The frames after the client's last entry, if they are complete up to now.
    fn missed_frames(&self, resume: &Resume) -> Option<Vec<Bytes>> {
        let last = resume.missed.last().map_or(resume.after, |(seq, _)| *seq);
        let complete = last == self.state.seq;
        complete.then(|| {
            let game_id = self.state.setup.game_id;
            resume.missed.iter().map(|(seq, events)| protocol::events(game_id, *seq, events)).collect()
        })
    }

    /// Shows everyone who is here, after joins and leaves.
    pub(super) fn show_presence(&self, shared: &Shared, slot: &GameSlot) {
        let mut audience = slot.audience();
        let (users, count) = audience.shown_users();
        audience.tell(&protocol::presence(slot.game_id, &users, count));
        drop(audience);
        let connected_users = users.into_iter().map(|user| user.id).collect();
        shared.persistence.write_eventually(Change::Presence(Presence {
            game_id: slot.game_id,
            epoch: self.epoch,
            connected_users,
        }));
    }
}

/// The state that a journal's entries lead to; none when the first is not a game's creation.
#[must_use]
pub fn fold<'a>(entries: impl IntoIterator<Item = (Seq, &'a [Event])>) -> Option<GameState> {
    let mut entries = entries.into_iter();
    let (_, first) = entries.next()?;
    let mut state = GameState::begin(first)?;
    for (seq, events) in entries {
        state.apply_entry(seq, events);
    }
    Some(state)
}

/// What a user hears of a game that he may not see: the same as of one that does not exist.
pub(in crate::host) fn no_such_game() -> Rejection {
    Rejection::new(RejectionCode::NotFound, "there is no such game")
}

/// The ids of the commands accepted last; older ones are looked up in the journal.
#[derive(Debug, Default)]
pub(super) struct RecentCommands(VecDeque<(CommandId, Seq)>);

impl RecentCommands {
    const COMMANDS_MAX: usize = 16;

    pub(super) fn remember(&mut self, command_id: CommandId, seq: Seq) {
        if self.0.len() == Self::COMMANDS_MAX {
            self.0.pop_front();
        }
        self.0.push_back((command_id, seq));
    }

    pub(super) fn seq_of(&self, command_id: CommandId) -> Option<Seq> {
        self.0.iter().find(|(id, _)| *id == command_id).map(|(_, seq)| *seq)
    }
}
