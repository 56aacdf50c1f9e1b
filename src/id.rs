//! Identifiers. Ids of the world are UUIDs or the league site's integers; ids inside a game are
//! numbered by the engine, so that a replay numbers everything the same way again.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, ordered by time of creation (UUID version 7).
            #[must_use]
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

macro_rules! integer_id {
    ($($(#[$doc:meta])* $name:ident($integer:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub $integer);

        impl $name {
            /// The number after this one.
            #[must_use]
            pub fn next(self) -> Self {
                Self(self.0 + 1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

uuid_id! {
    /// A game.
    GameId;
    /// A person who may hold a seat.
    UserId;
    /// One run of a host process: the owner of the games it plays.
    HostId;
    /// A data directory, on which one host runs at a time.
    InstallationId;
    /// A command, minted by the end client: the key that makes it exactly-once.
    CommandId;
}

integer_id! {
    /// A team, as the league's site numbers it.
    TeamId(i32);
    /// A PD card or an SBA player, as the league's site numbers it; the game's league says which.
    CardId(i32);
    /// A set of PD cards.
    CardsetId(i32);
    /// A line-up entry: one appearance of a player in a game, numbered 1, 2, 3 … by the engine.
    LineupId(i32);
    /// A play within its game, numbered 1, 2, 3 … without holes.
    PlayNumber(i32);
    /// A roll within its game, numbered 1, 2, 3 …; a number is never used again, not even after a rollback.
    RollNumber(i32);
    /// A journal entry within its game, numbered 1, 2, 3 … without holes; 0 is "before the first".
    Seq(i64);
    /// A term of ownership of a game: each host process that opens the game starts a new one.
    Epoch(i64);
}
