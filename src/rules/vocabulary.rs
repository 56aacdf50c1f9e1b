//! The words of the game that everything else is said in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Index, IndexMut};

/// Declares a fieldless enum with its wire names: serde, `Display`, `FromStr` (listing what is allowed), `ALL`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $wire:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $wire)] $variant,)* }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word used on the wire and in the database.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text).ok_or_else(|| {
                    let allowed: Vec<_> = Self::ALL.iter().map(|value| value.as_str()).collect();
                    format!("`{text}` is not one of {}", allowed.join(", "))
                })
            }
        }
    )*};
}
pub(crate) use words;

words! {
    /// The two leagues served by the one engine.
    LeagueId {
        /// Managers own physical cards; a manager reads the roll off the card and submits the outcome.
        Sba = "sba",
        /// Digital cards with known ratings; the host resolves the roll itself.
        Pd = "pd",
    }
    /// One of the two teams of a game.
    Side {
        /// The visitors; they bat in the top half.
        Away = "away",
        /// The home team; it bats in the bottom half.
        Home = "home",
    }
    /// Half of an inning.
    Half {
        /// The visitors bat.
        Top = "top",
        /// The home team bats.
        Bottom = "bottom",
    }
    /// Where a game stands in its life.
    Status {
        /// Created; line-ups may be set.
        Pending = "pending",
        /// Being played.
        Active = "active",
        /// Suspended; resumes at the same play.
        Paused = "paused",
        /// Over.
        Completed = "completed",
    }
    /// What the game waits for.
    DecisionPhase {
        /// Legal line-ups and a `start`.
        AwaitingStart = "awaiting_start",
        /// The fielding side's decision.
        AwaitingDefensive = "awaiting_defensive",
        /// The batting side's decision.
        AwaitingOffensive = "awaiting_offensive",
        /// The batting side's roll.
        AwaitingRoll = "awaiting_roll",
        /// Manual mode: the outcome that the manager reads off the card.
        AwaitingOutcome = "awaiting_outcome",
        /// A choice about a runner (uncapped hit, tag-up, DECIDE).
        AwaitingRunner = "awaiting_runner",
        /// Nothing any more.
        Completed = "completed",
    }
    /// A place in the field, or the designated hitter.
    Position {
        /// Pitcher.
        Pitcher = "P",
        /// Catcher.
        Catcher = "C",
        /// First base.
        FirstBase = "1B",
        /// Second base.
        SecondBase = "2B",
        /// Third base.
        ThirdBase = "3B",
        /// Shortstop.
        Shortstop = "SS",
        /// Left field.
        LeftField = "LF",
        /// Centre field.
        CenterField = "CF",
        /// Right field.
        RightField = "RF",
        /// Designated hitter: bats, does not field.
        DesignatedHitter = "DH",
    }
    /// The hand a pitcher throws with, or the side of the plate a batter stands on for one plate appearance.
    Hand {
        /// Left.
        Left = "L",
        /// Right.
        Right = "R",
    }
    /// How a player bats.
    Bats {
        /// Left-handed.
        Left = "L",
        /// Right-handed.
        Right = "R",
        /// Switch hitter: opposite to the pitcher's hand.
        Switch = "S",
    }
    /// How well an AI manager plays.
    AiDifficulty {
        /// A beginner: plays by simple habits.
        Easy = "easy",
        /// Knows the book.
        Medium = "medium",
        /// Weighs every choice by the chance to win.
        Hard = "hard",
    }
    /// Who may follow a game.
    Visibility {
        /// Everyone.
        Public = "public",
        /// Its managers and the operator.
        Private = "private",
    }
    /// What the game is played for.
    GameMode {
        /// A game that counts in its league.
        League = "league",
        /// A game between friends.
        Exhibition = "exhibition",
        /// A game for trying things out; the forcing commands work here only.
        Practice = "practice",
    }
}

impl Side {
    /// The other team.
    #[must_use]
    pub const fn opponent(self) -> Self {
        match self {
            Self::Away => Self::Home,
            Self::Home => Self::Away,
        }
    }
}

impl Half {
    /// Who bats in this half.
    #[must_use]
    pub const fn batting(self) -> Side {
        match self {
            Self::Top => Side::Away,
            Self::Bottom => Side::Home,
        }
    }
}

impl Bats {
    /// The side of the plate he bats from: a switch hitter's is opposite to the pitcher's hand.
    #[must_use]
    pub const fn against(self, throws: Hand) -> Hand {
        match (self, throws) {
            (Self::Left, _) | (Self::Switch, Hand::Right) => Hand::Left,
            (Self::Right, _) | (Self::Switch, Hand::Left) => Hand::Right,
        }
    }
}

impl Position {
    /// The nine places in the field, in scorer's order (1 to 9).
    pub const FIELD: &[Self] = &[
        Self::Pitcher,
        Self::Catcher,
        Self::FirstBase,
        Self::SecondBase,
        Self::ThirdBase,
        Self::Shortstop,
        Self::LeftField,
        Self::CenterField,
        Self::RightField,
    ];

    /// Whether a ground ball can be hit to this place.
    #[must_use]
    pub const fn is_infield(self) -> bool {
        !self.is_outfield() && !matches!(self, Self::DesignatedHitter)
    }

    /// Whether a fly ball or an uncapped hit can go to this place.
    #[must_use]
    pub const fn is_outfield(self) -> bool {
        matches!(self, Self::LeftField | Self::CenterField | Self::RightField)
    }
}

/// One value for each team.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "{T}BySide")]
pub struct BySide<T> {
    /// The visitors' value.
    pub away: T,
    /// The home team's value.
    pub home: T,
}

impl<T> BySide<T> {
    /// Builds both values, the visitors' first.
    pub fn from_fn(mut make: impl FnMut(Side) -> T) -> Self {
        Self { away: make(Side::Away), home: make(Side::Home) }
    }

    /// Applies `change` to both values, the visitors' first.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> BySide<U> {
        BySide { away: change(self.away), home: change(self.home) }
    }

    /// Both values with their sides, the visitors' first.
    pub fn iter(&self) -> impl Iterator<Item = (Side, &T)> {
        [(Side::Away, &self.away), (Side::Home, &self.home)].into_iter()
    }
}

impl<T> Index<Side> for BySide<T> {
    type Output = T;
    fn index(&self, side: Side) -> &T {
        match side {
            Side::Away => &self.away,
            Side::Home => &self.home,
        }
    }
}

impl<T> IndexMut<Side> for BySide<T> {
    fn index_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Away => &mut self.away,
            Side::Home => &mut self.home,
        }
    }
}
