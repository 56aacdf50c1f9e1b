//! A play that waits: what is known of it, who is asked about a runner, and what he may answer (RULES 3.3 to
//! 3.5, 5.3).

use super::decision::Base;
use super::dice::Roll;
use super::resolution::Resolution;
use super::resolve::Draft;
use super::vocabulary::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

words! {
    /// What is asked about a runner. The first choice is the default.
    RunnerQuestion {
        /// Offence: the runner has no lead; is the steal called off? `hold`, `go`.
        StealWithoutLead = "steal_without_lead",
        /// Offence, after an uncapped hit: the lead runner tries for the extra base? `stop`, `go`.
        LeadRunner = "lead_runner",
        /// Defence: throw after him? `throw`, `concede`.
        Throw = "throw",
        /// Offence: the runner behind, or the batter, moves up on the throw? `stop`, `go`.
        TrailRunner = "trail_runner",
        /// Defence: at whom is the ball thrown? `lead`, `trail`.
        ThrowAt = "throw_at",
        /// Offence, after a fly ball: the runner tags up? `hold`, `go`.
        TagUp = "tag_up",
        /// Offence, DECIDE: the runner on third is sent home? `hold`, `send`.
        SendRunner = "send_runner",
        /// Defence, DECIDE: where is the ball thrown? `home`, `first`.
        ThrowTo = "throw_to",
    }
}

impl RunnerQuestion {
    /// Whether the side at bat is asked; else the side in the field is.
    #[must_use]
    pub const fn is_offence(self) -> bool {
        match self {
            Self::StealWithoutLead
            | Self::LeadRunner
            | Self::TrailRunner
            | Self::TagUp
            | Self::SendRunner => true,
            Self::Throw | Self::ThrowAt | Self::ThrowTo => false,
        }
    }

    /// What may be answered, the default first.
    #[must_use]
    pub const fn choices(self) -> [&'static str; 2] {
        match self {
            Self::LeadRunner | Self::TrailRunner => ["stop", "go"],
            Self::StealWithoutLead | Self::TagUp => ["hold", "go"],
            Self::Throw => ["throw", "concede"],
            Self::ThrowAt => ["lead", "trail"],
            Self::SendRunner => ["hold", "send"],
            Self::ThrowTo => ["home", "first"],
        }
    }
}

/// A runner, or the batter, who may try for a base.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RunnerTry {
    /// Where he stood before the play; none is the batter.
    pub from: Option<Base>,
    /// The base he tries for.
    pub to: Base,
}

/// A play that waits for a choice about a runner.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PendingPlay {
    /// What is asked.
    pub question: RunnerQuestion,
    /// The lead runner's try.
    pub lead: RunnerTry,
    /// The try of the runner behind him, or of the batter, where there is one to be made.
    pub trail: Option<RunnerTry>,
    /// The play as it is if nobody tries for more.
    pub draft: Draft,
    /// How the dice led here.
    pub resolution: Resolution,
    /// The at-bat roll behind it.
    pub roll: Option<Roll>,
}
