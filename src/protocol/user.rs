//! People at the door: who they are, what they are allowed, where they sit.

use crate::id::UserId;
use crate::rules::rejection::Rejection;
use crate::rules::vocabulary::{Side, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest name of a user, in characters.
const NAME_CHARS_MAX: usize = 40;

words! {
    /// What a user is allowed beyond his own seats.
    Role {
        /// Plays and watches.
        Manager = "manager",
        /// Runs the league: sees every game and acts for either side.
        Operator = "operator",
    }
    /// How a connection follows a game.
    SeatOrSpectator {
        /// As the home team's manager.
        Home = "home",
        /// As the visitors' manager.
        Away = "away",
        /// Watching.
        Spectator = "spectator",
    }
}

/// A person, as his token names him.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// The stable id.
    pub id: UserId,
    /// The name shown to others.
    pub name: String,
    /// What he is allowed.
    pub role: Role,
}

impl User {
    /// Whether he runs the league.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        self.role == Role::Operator
    }
}

/// Somebody who follows a game now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ConnectedUser {
    /// Who.
    pub id: UserId,
    /// The name shown to others.
    pub name: String,
    /// Where he sits.
    pub seat: SeatOrSpectator,
}

impl SeatOrSpectator {
    /// The side that is managed from here.
    #[must_use]
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::Home => Some(Side::Home),
            Self::Away => Some(Side::Away),
            Self::Spectator => None,
        }
    }
}

impl From<Option<Side>> for SeatOrSpectator {
    fn from(side: Option<Side>) -> Self {
        match side {
            Some(Side::Home) => Self::Home,
            Some(Side::Away) => Self::Away,
            None => Self::Spectator,
        }
    }
}

/// Trims a name and checks that it can be shown to others.
///
/// # Errors
/// `invalid`, field `name`: empty, longer than 40 characters, or with characters that are not letters, digits,
/// spaces or `.`, `-`, `_`, `'`. (Control and direction characters could make one name look like another.)
pub fn valid_name(name: &str) -> Result<String, Rejection> {
    let name = name.trim();
    let count = name.chars().count();
    if count == 0 || count > NAME_CHARS_MAX {
        let message = format!("name: has {count} characters; allowed are 1 to {NAME_CHARS_MAX}");
        return Err(Rejection::invalid("name", message));
    }
    if let Some(wrong) = name.chars().find(|char| !(char.is_alphanumeric() || " .-_'".contains(*char))) {
        let message = format!("name: {wrong:?} is not allowed; letters, digits, spaces and . - _ ' are");
        return Err(Rejection::invalid("name", message));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded_and_plain() {
        assert_eq!(valid_name("  Ann O'Hara-2 "), Ok("Ann O'Hara-2".into()));
        assert_eq!(valid_name("Žofie 山田"), Ok("Žofie 山田".into()));
        assert!(valid_name(&"x".repeat(NAME_CHARS_MAX)).is_ok());
        for name in ["", "   ", &"x".repeat(NAME_CHARS_MAX + 1), "a\u{202e}b", "a\nb", "<b>", "a\0"] {
            let rejection = valid_name(name).expect_err("must be refused");
            assert_eq!(rejection.field.as_deref(), Some("name"));
        }
    }
}
