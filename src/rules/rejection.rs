//! Why a command is refused. A refusal changes nothing.

use super::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// The stable code of a refusal, the same on the socket and over HTTP.
    RejectionCode {
        /// Not the protocol's form.
        Malformed = "malformed",
        /// A field has a value that is not allowed; `field` names it.
        Invalid = "invalid",
        /// The other side owes the decision.
        NotYourTurn = "not_your_turn",
        /// The seat does not belong to this user.
        NotYourSeat = "not_your_seat",
        /// The game waits for something else.
        WrongPhase = "wrong_phase",
        /// The decision request that is answered is no longer open.
        Stale = "stale",
        /// The substitution breaks a rule.
        IllegalSubstitution = "illegal_substitution",
        /// No such game, or none that this user may see.
        NotFound = "not_found",
        /// This user may not do that.
        Forbidden = "forbidden",
        /// The game has ended.
        GameOver = "game_over",
        /// Too much at once; try again after the delay.
        Busy = "busy",
        /// The database is away; nothing was changed.
        Unavailable = "unavailable",
        /// The game kept failing and waits for the operator.
        Quarantined = "quarantined",
        /// The game lives on another host, which is to be asked.
        Elsewhere = "elsewhere",
        /// The host failed; nothing was changed.
        Internal = "internal",
    }
}

/// A refusal: a stable code, a sentence for people, and what it is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Rejection {
    /// Stable code.
    pub code: RejectionCode,
    /// What is wrong and what is allowed.
    pub message: String,
    /// The field that is wrong, dotted from the command's root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// When to try again, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl Rejection {
    /// A refusal that is not about one field.
    pub fn new(code: RejectionCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), field: None, retry_after_ms: None }
    }

    /// A field has a value that is not allowed.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..Self::new(RejectionCode::Invalid, message) }
    }

    /// The same refusal, its field below `parent`.
    #[must_use]
    pub fn within(mut self, parent: &str) -> Self {
        self.field = self.field.map(|field| format!("{parent}.{field}"));
        self
    }

    /// Refused for now; worth trying again after `retry_after_ms`.
    pub fn later(code: RejectionCode, message: impl Into<String>, retry_after_ms: u64) -> Self {
        Self { retry_after_ms: Some(retry_after_ms), ..Self::new(code, message) }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Rejection {}
