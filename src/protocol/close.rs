//! Why the host ends a connection.

use schemars::JsonSchema;

/// A close code of the socket, with the reason sent beside it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, JsonSchema)]
pub enum CloseCode {
    /// The client closed, or has nothing more to get.
    Normal,
    /// The connection ends with the host; resume after the delay of the `draining` frame.
    GoingAway,
    /// A frame over the limit.
    TooLarge,
    /// The host stops or restarts; resume after the delay of the `draining` frame.
    Restart,
    /// A frame that is not the protocol's form.
    Malformed,
    /// No valid token.
    Token,
    /// This user may not do that.
    NotAllowed,
    /// The client does not speak `dugout.v1`.
    Subprotocol,
    /// No `hello`, or no sign of life, in time; resume.
    Timeout,
    /// The same user opened the same seat in another connection.
    OpenedElsewhere,
    /// The game lives on another host.
    GameElsewhere,
    /// Too many frames; resume later.
    TooFast,
    /// The client reads slower than the game goes; resume.
    ReaderTooSlow,
}

impl CloseCode {
    /// Every code, in the order of declaration.
    pub const ALL: &[Self] = &[
        Self::Normal,
        Self::GoingAway,
        Self::TooLarge,
        Self::Restart,
        Self::Malformed,
        Self::Token,
        Self::NotAllowed,
        Self::Subprotocol,
        Self::Timeout,
        Self::OpenedElsewhere,
        Self::GameElsewhere,
        Self::TooFast,
        Self::ReaderTooSlow,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::TooLarge => 1009,
            Self::Restart => 1012,
            Self::Malformed => 4400,
            Self::Token => 4401,
            Self::NotAllowed => 4403,
            Self::Subprotocol => 4406,
            Self::Timeout => 4408,
            Self::OpenedElsewhere => 4409,
            Self::GameElsewhere => 4410,
            Self::TooFast => 4429,
            Self::ReaderTooSlow => 4508,
        }
    }

    /// What is said beside the number; at most 123 bytes, as RFC 6455 has it.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Normal => "closed",
            Self::GoingAway => "going away: resume after the delay",
            Self::TooLarge => "the frame is too large",
            Self::Restart => "the host restarts: resume after the delay",
            Self::Malformed => "malformed frame",
            Self::Token => "the token is missing, wrong or expired",
            Self::NotAllowed => "not allowed",
            Self::Subprotocol => "the subprotocol must be dugout.v1",
            Self::Timeout => "timed out: resume",
            Self::OpenedElsewhere => "the seat was opened in another connection",
            Self::GameElsewhere => "the game lives on another host",
            Self::TooFast => "too many frames: resume later",
            Self::ReaderTooSlow => "reads too slowly: resume from the last seq",
        }
    }
}
