//! The statements that write one round of a commit: a few per table, however many games take part.
//! Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::batch::Batch;
use super::super::bulk::{Bulk, Keyed, parts};
use super::super::rows::roster::CardRow;
use super::super::schema::{
    cards, deadlines, game_cardset_links, game_secrets, game_sessions, games, journal, lineups, plays, rolls,
    roster_links, seats,
};
use super::super::types::{DbUuid, Word};
use super::season::score_all;
use super::{Backend, Connection, Pipeline};
use diesel::prelude::*;
use diesel::query_builder::QueryFragment;
use diesel::result::QueryResult;
use diesel_async::RunQueryDsl;

/// A card that two games pin at the same moment is one row.
const SAME_CARD: &str = " ON CONFLICT (hash) DO NOTHING";
/// A line-up entry keeps who he is; what he does may change.
const SAME_ENTRY: &str = " ON CONFLICT (game_id, lineup_id) DO UPDATE SET position = excluded.position, \
    batting_order = excluded.batting_order, is_starter = excluded.is_starter, is_active = excluded.is_active, \
    entered_inning = excluded.entered_inning, replacing_id = excluded.replacing_id, \
    after_play = excluded.after_play, is_fatigued = excluded.is_fatigued, \
    lineup_metadata = excluded.lineup_metadata";

/// A clock that is set anew: nothing of the time before counts any more.
const SAME_CLOCK: &str = " ON CONFLICT (game_id) DO UPDATE SET due_at = excluded.due_at, \
    measured_at = excluded.measured_at, unserved_ms = excluded.unserved_ms";

macro_rules! insert {
    ($pipeline:ident, $($table:ident: $rows:expr $(, $tail:expr)?;)*) => {$(
        for part in parts($rows) {
            let rows = insert!(@bulk part $(, $tail)?);
            $pipeline.run(diesel::insert_into($table::table).values(rows)).await?;
        }
    )*};
    (@bulk $part:ident) => { Bulk::insert($part) };
    (@bulk $part:ident, $tail:expr) => { Bulk::upsert($part, $tail) };
}

/// Writes the rows. The order follows the foreign keys: what is taken back first, then parents before
/// children, then what changes in rows that exist.
pub async fn write(c: &mut Connection, batch: &Batch) -> QueryResult<()> {
    take_back(c, batch).await?;
    let new_cards: Vec<CardRow> = batch.cards.values().cloned().collect();
    let mut pipeline = Pipeline::on(c);
    insert! { pipeline,
        games: &batch.games;
        game_secrets: &batch.secrets;
        cards: &new_cards, SAME_CARD;
        roster_links: &batch.rosters;
        game_cardset_links: &batch.cardsets;
        seats: &batch.seats;
        game_sessions: &batch.sessions;
        journal: &batch.journal;
        lineups: &batch.lineups, SAME_ENTRY;
        plays: &batch.plays;
        rolls: &batch.rolls;
        deadlines: &batch.deadlines, SAME_CLOCK;
    }
    change(&mut pipeline, batch).await?;
    pipeline.finish().await?;
    score_all(c, &batch.ended).await
}

/// A rollback: plays and rolls after a play go, then the line-up entries that nobody refers to any more. Holders of seats
/// that get another one go, too.
async fn take_back(c: &mut Connection, batch: &Batch) -> QueryResult<()> {
    // These are rare: a statement for each.
    for (game_id, to_play) in &batch.rollbacks {
        let game_id = DbUuid(game_id.0);
        let after = plays::table.filter(plays::game_id.eq(game_id)).filter(plays::play_number.gt(to_play.0));
        diesel::delete(after).execute(c).await?;
        let after = rolls::table.filter(rolls::game_id.eq(game_id)).filter(rolls::play_number.gt(to_play.0));
        diesel::delete(after).execute(c).await?;
    }
    for (game_id, lineup_id) in &batch.lineups_removed {
        let entry = lineups::table.find((DbUuid(game_id.0), lineup_id.0));
        diesel::delete(entry).execute(c).await?;
    }
    for (game_id, side) in &batch.seats_freed {
        let seat = seats::table.find((DbUuid(game_id.0), Word(*side)));
        diesel::delete(seat).execute(c).await?;
    }
    Ok(())
}

/// What changes in rows that exist.
async fn change(pipeline: &mut Pipeline<'_>, batch: &Batch) -> QueryResult<()> {
    const LINKS: &str = "UPDATE roster_links SET team_id = v.column3, is_active = v.column4 FROM ";
    const THIS_LINK: &str = " AS v WHERE roster_links.game_id = v.column1 \
        AND COALESCE(roster_links.card_id, roster_links.player_id) = v.column2";
    const RUNS: &str = "UPDATE plays SET run = v.column3, e_run = v.column4 FROM ";
    const CREDIT: &str = "UPDATE plays SET run = run + v.column3, e_run = e_run + v.column4 FROM ";
    const THIS_PLAY: &str = " AS v WHERE plays.game_id = v.column1 AND plays.play_number = v.column2";
    const LOCK: &str = "UPDATE plays SET locked = TRUE FROM ";
    const UNLOCK: &str = "UPDATE plays SET locked = FALSE FROM ";
    const GAMES: &str = "UPDATE games SET status = v.column2, current_inning = v.column3, \
        current_half = v.column4, home_score = v.column5, away_score = v.column6, \
        started_at = CASE WHEN v.column2 <> 'pending' THEN COALESCE(games.started_at, v.column7) END, \
        completed_at = CASE WHEN v.column2 = 'completed' THEN COALESCE(games.completed_at, v.column7) END, \
        winner_team_id = v.column8, \
        game_metadata = COALESCE(v.column9, games.game_metadata) FROM ";
    const THIS_GAME: &str = " AS v WHERE games.id = v.column1";
    const SESSIONS: &str = "UPDATE game_sessions SET last_action_at = v.column2 FROM ";
    const SNAPSHOTS: &str = "UPDATE game_sessions SET last_action_at = v.column2, \
        state_snapshot = v.column3, snapshot_seq = v.column4, snapshot_hash = v.column5, \
        snapshot_seal = v.column6 FROM ";
    const PRESENCES: &str = "UPDATE game_sessions SET connected_users = v.column2 FROM ";
    const THIS_SESSION: &str = " AS v WHERE game_sessions.game_id = v.column1";
    const QUARANTINE: &str =
        "UPDATE games SET quarantined_at = v.column2, quarantine_reason = v.column3 FROM ";
    const RELEASE: &str = "UPDATE games SET quarantined_at = NULL, quarantine_reason = NULL WHERE id IN ";
    const STOP_CLOCK: &str = "DELETE FROM deadlines WHERE game_id IN ";
    const GIVE_UP: &str = "UPDATE games SET owner = NULL WHERE id IN ";

    keyed(pipeline, LINKS, &batch.links, THIS_LINK).await?;
    keyed(pipeline, RUNS, &batch.runs, THIS_PLAY).await?;
    keyed(pipeline, UNLOCK, &batch.unlocked, THIS_PLAY).await?;
    keyed(pipeline, CREDIT, &batch.credits, THIS_PLAY).await?;
    keyed(pipeline, LOCK, &batch.locked, THIS_PLAY).await?;
    keyed(pipeline, GAMES, &batch.game_updates, THIS_GAME).await?;
    keyed(pipeline, STOP_CLOCK, &batch.clocks_stopped, "").await?;
    keyed(pipeline, SESSIONS, &batch.touched, THIS_SESSION).await?;
    keyed(pipeline, SNAPSHOTS, &batch.snapshots, THIS_SESSION).await?;
    keyed(pipeline, PRESENCES, &batch.presences, THIS_SESSION).await?;
    keyed(pipeline, QUARANTINE, &batch.quarantines, THIS_GAME).await?;
    keyed(pipeline, RELEASE, &batch.releases, "").await?;
    keyed(pipeline, GIVE_UP, &batch.given_up, "").await
}

/// Runs a statement for the keys, if there are any.
async fn keyed<K>(
    pipeline: &mut Pipeline<'_>,
    head: &'static str,
    keys: &[K],
    tail: &'static str,
) -> QueryResult<()>
where
    K: QueryFragment<Backend> + Clone + Send + Sync,
{
    for part in parts(keys) {
        pipeline.run(Keyed::<K>::part(head, part, tail)).await?;
    }
    Ok(())
}
