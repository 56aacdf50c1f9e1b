//! What can go wrong between the host and its database, told apart by what the caller should do.

use super::hosts::HostAddress;
use crate::id::{Epoch, Seq, UserId};
use thiserror::Error;

/// Why the database could not be used, or not understood.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// The database is away or overloaded. Nothing is known to have changed; the same call may be repeated,
    /// and a commit that did land is recognised then.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// What was asked for does not exist.
    #[error("there is no such {what}")]
    NotFound {
        /// Kind of thing: `game`, `roster entry` …
        what: &'static str,
    },
    /// The game cannot be claimed: a host that lives owns it.
    #[error("the game lives on host {}", .0.host_id)]
    LivesElsewhere(HostAddress),
    /// The database is one host's at a time, and another has it.
    #[error(
        "another host has the database {url} open; a SQLite file has one host at a time, PostgreSQL has several"
    )]
    Occupied {
        /// The URL.
        url: String,
    },
    /// The database refused something that the host should never send.
    #[error("the database refused: {0}")]
    Refused(String),
    /// The store itself failed, which is a bug. Whether the call had its effect is not known.
    #[error("the store failed: {0}")]
    Panicked(String),
    /// A stored value cannot be read by this version.
    #[error("the stored {what} cannot be read: {cause}")]
    Corrupt {
        /// The table and column or the kind of value.
        what: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The database could not be opened at start.
    #[error("cannot open the database {url}: {cause}")]
    Open {
        /// The URL, without its password.
        url: String,
        /// The database's own words.
        cause: String,
    },
}

impl StoreError {
    /// Whether repeating the same call later may help.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Why one change of a commit had no effect, while the others may have had theirs.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ChangeError {
    /// Another host owns the game by now.
    #[error("the game's epoch is {current}: another host has taken it over")]
    StaleEpoch {
        /// The epoch that may write.
        current: Epoch,
    },
    /// Another entry has this number already.
    #[error("entry {seq} exists and is a different one")]
    SeqTaken {
        /// The number.
        seq: Seq,
    },
    /// The entry before this one is missing, or is not the one it is chained to.
    #[error("entry {seq} does not follow the journal")]
    NotNext {
        /// The number of the refused entry.
        seq: Seq,
    },
    /// The command has had its effect, in an earlier entry.
    #[error("the command had its effect in entry {seq}")]
    CommandIdTaken {
        /// That entry.
        seq: Seq,
    },
    /// Somebody else holds the seat.
    #[error("the seat is taken")]
    SeatTaken {
        /// Who.
        by: UserId,
    },
    /// There is no such game.
    #[error("there is no such game")]
    NoSuchGame,
    /// A game with this id exists.
    #[error("a game with this id exists")]
    GameExists,
    /// The change breaks a rule of the database.
    #[error("the database refuses the change: {0}")]
    Refused(String),
}
