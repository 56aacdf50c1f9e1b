//! What a client may ask of a game.

use super::decision::{DefensiveDecision, OffensiveDecision};
use super::lineup::LineupSlot;
use super::outcome::PlayOutcome;
use super::vocabulary::{Position, Side};
use super::x_check::XCheckSubmission;
use crate::id::{CardId, LineupId, PlayNumber};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A request to change a game. Who asks travels beside it, as [`Issuer`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Command {
    /// Names a side's starters, before the game.
    SetLineup(SetLineup),
    /// Begins the game; both line-ups must be legal.
    Start {},
    /// The fielding side's decision.
    DefensiveDecision(DefensiveDecision),
    /// The batting side's decision.
    OffensiveDecision(OffensiveDecision),
    /// Rolls the dice; the batting side's.
    Roll {},
    /// Manual mode: the outcome read off the card.
    ManualOutcome(ManualOutcomeSubmission),
    /// A choice about a runner, one of those offered.
    RunnerDecision(RunnerDecision),
    /// Brings in a player.
    Substitute(Substitute),
    /// Asks the other manager to go back to an earlier play.
    ProposeRollback(ProposeRollback),
    /// Answers such a proposal.
    AnswerRollback(AnswerRollback),
    /// Suspends the game.
    Pause {},
    /// Takes up a suspended game.
    Resume {},
    /// Gives the game up.
    Forfeit(Forfeit),
    /// Mixes the manager's own randomness into the dice, before the first roll.
    ContributeEntropy(ContributeEntropy),
    /// Practice games: makes the next play without its at-bat roll.
    ForceOutcome(ForceOutcome),
    /// Before the game: a player becomes eligible. By way of the host, which pins his card.
    AddToRoster(AddToRoster),
    /// Before the game: a player is eligible no more. By way of the host, as adding him is.
    RemoveFromRoster(RemoveFromRoster),
    /// The host's alone: decides for the side whose deadline has passed.
    TakeDefault {},
    /// The host's alone: gives time back in which nobody could play.
    ExtendDeadline(ExtendDeadline),
}

impl Command {
    /// The command's word on the wire.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SetLineup(_) => "set_lineup",
            Self::Start {} => "start",
            Self::DefensiveDecision(_) => "defensive_decision",
            Self::OffensiveDecision(_) => "offensive_decision",
            Self::Roll {} => "roll",
            Self::ManualOutcome(_) => "manual_outcome",
            Self::RunnerDecision(_) => "runner_decision",
            Self::Substitute(_) => "substitute",
            Self::ProposeRollback(_) => "propose_rollback",
            Self::AnswerRollback(_) => "answer_rollback",
            Self::Pause {} => "pause",
            Self::Resume {} => "resume",
            Self::Forfeit(_) => "forfeit",
            Self::ContributeEntropy(_) => "contribute_entropy",
            Self::ForceOutcome(_) => "force_outcome",
            Self::AddToRoster(_) => "add_to_roster",
            Self::RemoveFromRoster(_) => "remove_from_roster",
            Self::TakeDefault {} => "take_default",
            Self::ExtendDeadline(_) => "extend_deadline",
        }
    }
}

/// A side's starters: nine in batting order, and the pitcher where a designated hitter bats for him.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLineup {
    /// The starters, in any order.
    pub players: Vec<LineupSlot>,
}

/// Manual mode: what the manager read off the card for the roll that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ManualOutcomeSubmission {
    /// The outcome.
    pub outcome: PlayOutcome,
    /// Where the ball went; required where the outcome depends on it, refused elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hit_location: Option<Position>,
    /// Outcome `error`: how many bases it gives, 1 to 3; 1 where left out. Outcome `stolen_base`: 1 where the
    /// catcher's throw gets away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_bases: Option<u8>,
    /// Outcome `x_check`, once the host has rolled it: what the manager reads off for his fielder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_check: Option<XCheckSubmission>,
    /// Bunts, squeezes, hit and run: what stands in the table for the batter's grade (`SAC`, `LEAD_OUT`, `HIT` …,
    /// `bunt_hit_run.toml`); the usual result where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// The reading hurts the batter, or the pitcher off column 6; in games played with injuries.
    #[serde(default, skip_serializing_if = "is_false")]
    pub injury: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl ManualOutcomeSubmission {
    /// Just the outcome, with its location where it takes one.
    #[must_use]
    pub const fn of(outcome: PlayOutcome, hit_location: Option<Position>) -> Self {
        Self { outcome, hit_location, error_bases: None, x_check: None, result: None, injury: false }
    }
}

/// A play as somebody wants to see it, in a practice game: in the place of the batting side's roll.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForceOutcome {
    /// The outcome. `x_check` still throws its fielding roll.
    pub outcome: PlayOutcome,
    /// Where the ball goes; required where the outcome depends on it, refused elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hit_location: Option<Position>,
    /// Outcome `error`: how many bases it gives, 1 to 3; 1 where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_bases: Option<u8>,
}

/// One of the choices that `pending_decision.choices` lists.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunnerDecision {
    /// The chosen word.
    pub choice: String,
}

/// Players take the places of others in the line-up: one, or several in one request (a double switch).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Substitute {
    /// The line-up entry that leaves.
    pub replacing: LineupId,
    /// The card or player that comes in. The replaced player's own: he changes position. The DH's, or the
    /// pitcher's who does not bat: he takes the place, and the DH ends.
    pub card_id: CardId,
    /// The position he takes; the replaced player's where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The place in the batting order he takes; the replaced player's where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batting_order: Option<u8>,
    /// Others in the same request; the line-up is judged when all are done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Substitution>,
}

/// One of several substitutions in a request; the fields are those of [`Substitute`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Substitution {
    /// The line-up entry that leaves.
    pub replacing: LineupId,
    /// The card or player that comes in.
    pub card_id: CardId,
    /// The position he takes; the replaced player's where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// The place in the batting order he takes; the replaced player's where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batting_order: Option<u8>,
}

impl Substitute {
    /// The first of the substitutions, which stands in the request itself.
    #[must_use]
    pub const fn first(&self) -> Substitution {
        Substitution {
            replacing: self.replacing,
            card_id: self.card_id,
            position: self.position,
            batting_order: self.batting_order,
        }
    }
}

/// Back to the state after play `to_play`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeRollback {
    /// The last play that stays; 0 is the start of the game.
    pub to_play: PlayNumber,
}

/// The other manager's answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRollback {
    /// Whether he agrees.
    pub accept: bool,
}

/// Giving the game up.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forfeit {
    /// Why, for the record: up to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who forfeits. A manager's own side where left out, and no other; for the operator the side that owes the
    /// decision the game waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
}

/// A manager's share in the dice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContributeEntropy {
    /// 16 to 64 bytes in lower-case hexadecimal.
    pub entropy: String,
}

/// A player for a side's roster.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddToRoster {
    /// Whose roster.
    pub side: Side,
    /// The card or player.
    pub card_id: CardId,
    /// `cards_digest` of the game with his card among the pinned ones.
    pub cards_digest: String,
}

/// A player who is to be eligible no more.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveFromRoster {
    /// Whose roster.
    pub side: Side,
    /// The card or player.
    pub card_id: CardId,
}

/// Time in which nobody could play.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendDeadline {
    /// How long that was.
    pub seconds: u32,
}

/// In whose name a command is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Issuer {
    /// The manager of a side, human or AI.
    Manager(Side),
    /// The league's operator, for either side.
    Operator,
    /// The host itself: creation, clocks.
    Host,
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manager(side) => side.as_str(),
            Self::Operator => "operator",
            Self::Host => "host",
        })
    }
}
