//! The row of an operator's act.

use super::super::acts::{ActAnswer, OperatorAct};
use super::super::error::StoreError;
use super::super::read::Cursor;
use super::super::schema::operator_acts;
use super::super::types::{DbTime, DbUuid, JsonText};
use super::json;
use crate::id::{CommandId, GameId, Seq, UserId};
use diesel::prelude::*;

/// A row of `operator_acts`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = operator_acts, treat_none_as_default_value = false)]
pub struct ActRow {
    pub game_id: DbUuid,
    pub act_id: DbUuid,
    pub user_id: DbUuid,
    pub user_name: String,
    pub act: String,
    pub detail: JsonText,
    pub asked_at: DbTime,
    pub answer: Option<String>,
    pub answer_seq: Option<i64>,
    pub answer_message: Option<String>,
    pub answered_at: Option<DbTime>,
}

impl ActRow {
    /// The row of an act.
    pub fn of(act: &OperatorAct) -> Self {
        let answer = act.answer.as_ref();
        Self {
            game_id: DbUuid(act.game_id.0),
            act_id: DbUuid(act.id.0),
            user_id: DbUuid(act.user_id.0),
            user_name: act.user_name.clone(),
            act: act.act.clone(),
            detail: JsonText::of(&act.detail),
            asked_at: DbTime(act.asked_at),
            answer: answer.map(|answer| answer.code.clone()),
            answer_seq: answer.and_then(|answer| answer.seq).map(|seq| seq.0),
            answer_message: answer.and_then(|answer| answer.message.clone()),
            answered_at: answer.map(|answer| DbTime(answer.answered_at)),
        }
    }

    /// Where the list goes on after this row.
    pub fn cursor(&self) -> Cursor {
        Cursor { time: self.asked_at.0, id: self.act_id.0 }
    }
}

impl TryFrom<ActRow> for OperatorAct {
    type Error = StoreError;
    fn try_from(row: ActRow) -> Result<Self, StoreError> {
        let answer = row.answer.zip(row.answered_at).map(|(code, answered_at)| ActAnswer {
            code,
            seq: row.answer_seq.map(Seq),
            message: row.answer_message,
            answered_at: answered_at.0,
        });
        Ok(Self {
            id: CommandId(row.act_id.0),
            game_id: GameId(row.game_id.0),
            user_id: UserId(row.user_id.0),
            user_name: row.user_name,
            act: row.act,
            detail: json(&row.detail, "operator_acts.detail")?,
            asked_at: row.asked_at.0,
            answer,
        })
    }
}
