//! Statistics across games. Compiled for each database (see `pg.rs` and `sqlite.rs`).

use super::super::bulk::{Bulk, parts};
use super::super::error::StoreError;
use super::super::read::Viewer;
use super::super::rows::line::GameLines;
use super::super::schema::{batting_lines, fielding_lines, games, pitching_lines};
use super::super::season::{PlayerRow, Rank, Ranking, SeasonFilter, StandingRow, Table};
use super::super::statement::Statement;
use super::super::types::{DbTime, DbUuid, Word};
use super::commit::finish;
use super::list::{play_rows, plays};
use super::{Backend, Connection, Pipeline, begin_write};
use crate::id::GameId;
use crate::rules::record::PlayRecord;
use crate::rules::state::GameState;
use crate::rules::vocabulary::Status;
use diesel::deserialize::QueryableByName;
use diesel::prelude::*;
use diesel::result::{Error, QueryResult};
use diesel_async::RunQueryDsl;
use std::sync::Arc;

/// Two hosts may find the same game without lines.
const SAME_LINE: &str = " ON CONFLICT DO NOTHING";

/// The sums of players, by the table's figure.
pub async fn ranking<T>(
    c: &mut Connection,
    table: &Table,
    after: Option<Rank>,
    limit: u16,
) -> Result<Ranking<PlayerRow<T>>, StoreError>
where
    T: QueryableByName<Backend> + Send + 'static,
{
    let query = players(table, after, limit);
    let rows: Vec<PlayerRow<T>> = query.load(c).await?;
    Ok(Ranking::of(rows, limit, |row| Rank { figure: row.figure, id: row.card_id }))
}

fn players(table: &Table, after: Option<Rank>, limit: u16) -> Statement {
    let Table { name, figure, least: (least, at_least), .. } = table;
    let columns: Vec<String> = table.columns.iter().map(|column| format!("\"{column}\"")).collect();
    let sums: Vec<_> = columns.iter().map(|column| format!("sum({column}) AS {column}")).collect();
    let (columns, sums) = (columns.join(", "), sums.join(", "));
    // The name is looked for when the page is known.
    let mut query = Statement::new(format!(
        "SELECT page.*, (SELECT cards.card ->> 'name' FROM {name}_lines AS newest \
           JOIN roster_links ON roster_links.game_id = newest.game_id AND \
             (roster_links.card_id = newest.card_id OR roster_links.player_id = newest.card_id) \
           JOIN cards ON cards.hash = roster_links.card_hash \
           WHERE newest.league_id = "
    ));
    query = query.word(table.filter.league_id.as_str()).sql(format!(
        " AND newest.card_id = page.card_id ORDER BY newest.game_id DESC LIMIT 1) AS name FROM (\
           SELECT card_id, first_team, last_team, g, {figure} AS figure, {columns} FROM (\
             SELECT card_id, min(team_id) AS first_team, max(team_id) AS last_team, \
               count(DISTINCT game_id) AS g, {sums} FROM season_{name} WHERE "
    ));
    query = filtered(query, &table.filter);
    if let Some(card) = table.filter.card_id {
        query = query.sql(" AND card_id = ").integer(card.0);
    }
    if let Some(position) = table.position {
        query = query.sql(" AND \"position\" = ").word(position.as_str());
    }
    query = query.sql(format!(" GROUP BY card_id) AS sums WHERE {least} >= ")).bigint((*at_least).into());
    query = beyond(query.sql(") AS page"), after, "card_id");
    query.sql(" ORDER BY figure DESC, card_id LIMIT ").bigint(i64::from(limit) + 1)
}

/// The standings.
pub async fn standings(
    c: &mut Connection,
    filter: &SeasonFilter,
    after: Option<Rank>,
    limit: u16,
) -> Result<Ranking<StandingRow>, StoreError> {
    // A game is the newest of a team where its recency is 1.
    let query = Statement::new(
        "SELECT * FROM (SELECT totals.*, max(won - lost) OVER () AS best, \
           CASE WHEN won + lost > 0 THEN won * 1000000 / (won + lost) ELSE -1 END AS figure FROM (\
             SELECT team_id, count(*) AS g, sum(won) AS won, sum(lost) AS lost, \
               sum(runs_for) AS runs_for, sum(runs_against) AS runs_against, \
               sum(won * at_home) AS won_at_home, sum(lost * at_home) AS lost_at_home, \
               max(CASE WHEN recency = 1 THEN team_name END) AS team_name, \
               COALESCE(min(CASE WHEN won = 0 THEN recency END) - 1, count(*)) AS won_in_a_row, \
               COALESCE(min(CASE WHEN lost = 0 THEN recency END) - 1, count(*)) AS lost_in_a_row \
             FROM (SELECT season_results.*, row_number() OVER (\
                 PARTITION BY team_id ORDER BY completed_at DESC, game_id DESC) AS recency \
               FROM season_results WHERE ",
    );
    let query = filtered(query, filter).sql(") AS results GROUP BY team_id) AS totals) AS page");
    let query = beyond(query, after, "team_id").sql(" ORDER BY figure DESC, team_id LIMIT ");
    let rows: Vec<StandingRow> = query.bigint(i64::from(limit) + 1).load(c).await?;
    Ok(Ranking::of(rows, limit, |row| Rank { figure: row.figure, id: row.team_id }))
}

/// What the filter says of games and teams.
fn filtered(query: Statement, filter: &SeasonFilter) -> Statement {
    let mut query = query.sql("league_id = ").word(filter.league_id.as_str());
    query = query.sql(" AND game_mode = ").word(filter.game_mode.as_str());
    match filter.viewer {
        Viewer::Operator => {}
        Viewer::Public => query = query.sql(" AND visibility = 'public'"),
        Viewer::User(user) => {
            let seats =
                " AND (visibility = 'public' OR game_id IN (SELECT game_id FROM seats WHERE user_id = ";
            query = query.sql(seats).uuid(DbUuid(user.0)).sql("))");
        }
    }
    if let Some(team) = filter.team_id {
        query = query.sql(" AND team_id = ").integer(team.0);
    }
    if let Some(from) = filter.from {
        query = query.sql(" AND completed_at >= ").time(DbTime(from));
    }
    if let Some(until) = filter.until {
        query = query.sql(" AND completed_at < ").time(DbTime(until));
    }
    query
}

/// Only what comes after a place in the ranking.
fn beyond(query: Statement, after: Option<Rank>, id: &str) -> Statement {
    let Some(Rank { figure, id: last }) = after else { return query };
    let query = query.sql(" WHERE figure < ").bigint(figure).sql(" OR (figure = ").bigint(figure);
    query.sql(format!(" AND {id} > ")).integer(last).sql(")")
}

/// Games that are over and have no lines, in the order of their ids.
pub async fn unscored(
    c: &mut Connection,
    after: Option<GameId>,
    limit: u16,
) -> Result<Vec<GameId>, StoreError> {
    let mut query = games::table
        .filter(games::status.eq(Word(Status::Completed)))
        .filter(games::statistics_count.is_null())
        .into_boxed::<Backend>();
    if let Some(after) = after {
        query = query.filter(games::id.gt(DbUuid(after.0)));
    }
    let ids: Vec<DbUuid> = query.order(games::id).limit(limit.into()).select(games::id).load(c).await?;
    Ok(ids.into_iter().map(|id| GameId(id.0)).collect())
}

/// Writes the lines of a game that is over and has none.
pub async fn score(c: &mut Connection, state: &GameState) -> Result<(), StoreError> {
    begin_write(c).await?;
    let written = async {
        let plays = plays(c, state.setup.game_id).await?;
        Ok(write_lines(c, state, &plays).await?)
    };
    let written = written.await;
    finish(c, written).await
}

/// Writes the lines of games that end in this transaction; their plays are written already. Plays that cannot be read
/// keep no game from its end: it has no lines then.
pub async fn score_all(c: &mut Connection, ended: &[Arc<GameState>]) -> QueryResult<()> {
    for state in ended {
        let game_id = state.setup.game_id;
        let rows = match play_rows(c, game_id).await {
            Err(Error::DeserializationError(error)) => Err(error.to_string()),
            rows => Ok(rows?),
        };
        let plays = rows.and_then(|rows| {
            let plays: Result<Vec<_>, _> = rows.into_iter().map(PlayRecord::try_from).collect();
            plays.map_err(|error| error.to_string())
        });
        match plays {
            Ok(plays) => write_lines(c, state, &plays).await?,
            Err(error) => tracing::warn!(game.id = %game_id, error, "a game counts in no season"),
        }
    }
    Ok(())
}

async fn write_lines(c: &mut Connection, state: &GameState, plays: &[PlayRecord]) -> QueryResult<()> {
    let lines = GameLines::of(state, plays);
    let mut pipeline = Pipeline::on(c);
    for part in parts(&lines.batting) {
        pipeline.run(diesel::insert_into(batting_lines::table).values(Bulk::upsert(part, SAME_LINE))).await?;
    }
    for part in parts(&lines.pitching) {
        pipeline
            .run(diesel::insert_into(pitching_lines::table).values(Bulk::upsert(part, SAME_LINE)))
            .await?;
    }
    for part in parts(&lines.fielding) {
        pipeline
            .run(diesel::insert_into(fielding_lines::table).values(Bulk::upsert(part, SAME_LINE)))
            .await?;
    }
    let game = games::table.filter(games::id.eq(DbUuid(state.setup.game_id.0)));
    pipeline
        .run(diesel::update(game).set(games::statistics_count.eq(Some(state.statistics_count()))))
        .await?;
    pipeline.finish().await
}
