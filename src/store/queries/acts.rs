//! The record of what operators did. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::acts::{ActFilter, OperatorAct};
use super::super::error::StoreError;
use super::super::read::{Cursor, Page};
use super::super::rows::act::ActRow;
use super::super::schema::operator_acts;
use super::super::types::{DbTime, DbUuid};
use super::{Backend, Connection};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Writes an act; one that is there already stays as it is.
pub async fn record_act(c: &mut Connection, act: &OperatorAct) -> Result<(), StoreError> {
    let row = ActRow::of(act);
    diesel::insert_into(operator_acts::table).values(row).on_conflict_do_nothing().execute(c).await?;
    Ok(())
}

/// Writes the answer of an act.
pub async fn answer_act(c: &mut Connection, act: &OperatorAct) -> Result<(), StoreError> {
    let ActRow { game_id, act_id, user_id, answer, answer_seq, answer_message, answered_at, .. } =
        ActRow::of(act);
    diesel::update(operator_acts::table.find((game_id, act_id, user_id)))
        .set((
            operator_acts::answer.eq(answer),
            operator_acts::answer_seq.eq(answer_seq),
            operator_acts::answer_message.eq(answer_message),
            operator_acts::answered_at.eq(answered_at),
        ))
        .execute(c)
        .await?;
    Ok(())
}

/// Acts that pass the filter, newest first.
pub async fn acts(
    c: &mut Connection,
    filter: ActFilter,
    after: Option<Cursor>,
    limit: u16,
) -> Result<Page<OperatorAct>, StoreError> {
    let mut query = operator_acts::table.into_boxed::<Backend>();
    if let Some(game) = filter.game_id {
        query = query.filter(operator_acts::game_id.eq(DbUuid(game.0)));
    }
    if let Some(user) = filter.user_id {
        query = query.filter(operator_acts::user_id.eq(DbUuid(user.0)));
    }
    if let Some(Cursor { time, id }) = after {
        let (time, id) = (DbTime(time), DbUuid(id));
        let same_moment = operator_acts::asked_at.eq(time).and(operator_acts::act_id.lt(id));
        query = query.filter(operator_acts::asked_at.lt(time).or(same_moment));
    }
    let limit = usize::from(limit);
    let mut rows: Vec<ActRow> = query
        .order((operator_acts::asked_at.desc(), operator_acts::act_id.desc()))
        .limit(limit as i64 + 1)
        .select(ActRow::as_select())
        .load(c)
        .await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(ActRow::cursor);
    let items = rows.into_iter().map(OperatorAct::try_from).collect::<Result<_, _>>()?;
    Ok(Page { items, next })
}
