//! A game that was played elsewhere. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::batch::Batch;
use super::super::error::StoreError;
use super::super::schema::games;
use super::super::types::DbUuid;
use super::commit::finish;
use super::write::write;
use super::{Connection, begin_write};
use crate::id::GameId;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;

/// Writes all of a game, unless there is one of this id; says whether it did.
pub async fn import(c: &mut Connection, game_id: GameId, batch: &Batch) -> Result<bool, StoreError> {
    begin_write(c).await?;
    let written = async {
        let id = DbUuid(game_id.0);
        let there: i64 = games::table.filter(games::id.eq(id)).count().get_result(c).await?;
        if there == 0 {
            write(c, batch).await?;
        }
        Ok::<_, Error>(there == 0)
    };
    let written = written.await;
    match finish(c, written).await {
        // Another one wrote it meanwhile.
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        written => Ok(written?),
    }
}
