//! What operators did, as it is kept: who, when, what, and how it was answered.

use crate::id::{CommandId, GameId, Seq, UserId};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// One act of one operator.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct OperatorAct {
    /// The act's id: where it changes the game, that of the journal's entry.
    pub id: CommandId,
    /// The game it is about, which need not exist.
    pub game_id: GameId,
    /// Who acts.
    pub user_id: UserId,
    /// The name in his token.
    pub user_name: String,
    /// What he does: a command's kind, or `quarantine`.
    pub act: String,
    /// What he said with it.
    pub detail: Value,
    /// When he asked.
    pub asked_at: DateTime<Utc>,
    /// How it was answered; none where the host died over it, and the journal says whether it had its effect.
    pub answer: Option<ActAnswer>,
}

/// How an act was answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ActAnswer {
    /// `done`, or the code of a refusal.
    pub code: String,
    /// The entry of the journal that it led to.
    pub seq: Option<Seq>,
    /// Why it was refused.
    pub message: Option<String>,
    /// When.
    pub answered_at: DateTime<Utc>,
}

/// Which acts to list. Filters that are none let everything pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ActFilter {
    /// Acts about this game.
    pub game_id: Option<GameId>,
    /// Acts of this user.
    pub user_id: Option<UserId>,
}
