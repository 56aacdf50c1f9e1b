//! Taking ownership of games. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::claims::Taken;
use super::super::error::StoreError;
use super::super::hosts::Standing;
use super::super::schema::{deadlines, game_sessions, games};
use super::super::types::{DbUuid, JsonText};
use super::clocks::keep_unserved;
use super::commit::finish;
use super::hosts::stand;
use super::{Connection, begin_write};
use crate::id::{Epoch, GameId, HostId};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// What came of each claim, of games that exist.
type AllTaken = HashMap<GameId, Result<Taken, StoreError>>;

/// Starts a new term of ownership of each game, in one transaction, unless a host that lives owns it.
pub async fn take_all(c: &mut Connection, games: &[GameId], owner: HostId) -> Result<AllTaken, StoreError> {
    begin_write(c).await?;
    let taken = take(c, games, owner).await;
    finish(c, taken).await
}

async fn take(c: &mut Connection, games: &[GameId], owner: HostId) -> Result<AllTaken, StoreError> {
    let stands = stand(c, games, owner).await?;
    let mine = stands.iter().filter(|(_, (_, standing))| !matches!(standing, Standing::Elsewhere(_)));
    let mine: Vec<DbUuid> = mine.map(|(game, _)| DbUuid(game.0)).collect();
    let epochs = begin_term(c, &mine, owner).await?;
    let clocks = deadlines::table.filter(deadlines::game_id.eq_any(&mine)).select(deadlines::game_id);
    let clocks: HashSet<DbUuid> = clocks.load(c).await?.into_iter().collect();
    let mut taken = AllTaken::new();
    for (game, (before, standing)) in stands {
        let from = match standing {
            Standing::Own => None,
            Standing::Free(vacancy) => Some(vacancy),
            Standing::Elsewhere(address) => {
                taken.insert(game, Err(StoreError::LivesElsewhere(address)));
                continue;
            }
        };
        let Some(epoch) = epochs.get(&DbUuid(game.0)).copied() else { continue };
        let unserved = match clocks.contains(&DbUuid(game.0)) {
            true => keep_unserved(c, game, before, owner).await?,
            false => Duration::ZERO,
        };
        taken.insert(game, Ok(Taken { epoch: Epoch(epoch), from, unserved }));
    }
    Ok(taken)
}

/// Raises the epochs of games whose rows are locked. Returns them.
async fn begin_term(
    c: &mut Connection,
    ids: &[DbUuid],
    owner: HostId,
) -> Result<HashMap<DbUuid, i64>, StoreError> {
    diesel::update(games::table.filter(games::id.eq_any(ids)))
        .set((games::epoch.eq(games::epoch + 1), games::owner.eq(DbUuid(owner.0))))
        .execute(c)
        .await?;
    // Whoever was connected was connected to the owner before.
    let nobody = JsonText("[]".into());
    let sessions = game_sessions::table
        .filter(game_sessions::game_id.eq_any(ids))
        .filter(game_sessions::connected_users.ne(nobody.clone()));
    diesel::update(sessions).set(game_sessions::connected_users.eq(nobody)).execute(c).await?;
    let epochs = games::table.filter(games::id.eq_any(ids)).select((games::id, games::epoch));
    Ok(epochs.load::<(DbUuid, i64)>(c).await?.into_iter().collect())
}
