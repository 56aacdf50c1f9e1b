//! Why something was not done: the host's words, or the client's own.

use crate::rules::rejection::{Rejection, RejectionCode};
use std::fmt;

/// A refusal, or a failure on the way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The host's stable code; none where the client itself gives up, or the host is newer and has a code of its own.
    pub code: Option<RejectionCode>,
    /// The field that is wrong, dotted from the root of what was sent.
    pub field: Option<String>,
    /// What is wrong and what is allowed.
    pub message: String,
    /// When to try again, in milliseconds.
    pub retry_after_ms: Option<u64>,
}

impl Refusal {
    /// The client's own words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { code: None, field: None, message: message.into(), retry_after_ms: None }
    }

    /// Whether the same may be asked again in a while: the host has too much to do, or its database is away.
    #[must_use]
    pub const fn passes(&self) -> bool {
        matches!(self.code, Some(RejectionCode::Busy | RejectionCode::Unavailable))
    }
}

impl From<Rejection> for Refusal {
    fn from(rejection: Rejection) -> Self {
        let Rejection { code, message, field, retry_after_ms } = rejection;
        Self { code: Some(code), field, message, retry_after_ms }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = self.code {
            write!(f, "{code}: ")?;
        }
        match &self.field {
            Some(field) if !self.message.starts_with(field.as_str()) => {
                write!(f, "{field}: {}", self.message)
            }
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Refusal {}

/// What a question or a command comes to.
pub type Done<T> = Result<T, Refusal>;
