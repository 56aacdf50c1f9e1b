//! What the store is asked about a season, and the scoring of games that an older version ended.

use super::{
    BattingSeason, BattingSort, BattingTotals, FieldingSeason, FieldingSort, FieldingTotals, PitchingSeason,
    PitchingSort, PitchingTotals, Rank, Ranking, SeasonFilter, Standing, Table,
};
use crate::id::GameId;
use crate::rules::vocabulary::Position;
use crate::store::{PAGE_MAX, Store, StoreError, run};
use std::sync::Arc;

/// How many games are looked for at a time.
const UNSCORED_AT_A_TIME: u16 = 100;

impl Store {
    /// What batters did, by `sort`, at most `limit` (1 to [`PAGE_MAX`]) of those with `pa_min` plate appearances.
    ///
    /// # Errors
    /// As all reads.
    pub async fn season_batting(
        &self,
        filter: SeasonFilter,
        sort: BattingSort,
        pa_min: u32,
        after: Option<Rank>,
        limit: u16,
    ) -> Result<Ranking<BattingSeason>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        let table = Table::of(filter, "batting", BattingTotals::COLUMNS, sort.figure(), ("pa", pa_min));
        let rows = run!(self, |c, db| db::ranking::<BattingTotals>(c, &table, after, limit))?;
        Ok(rows.map(BattingSeason::from))
    }

    /// What pitchers did, by `sort`, at most `limit` (1 to [`PAGE_MAX`]) of those with `outs_min` outs.
    ///
    /// # Errors
    /// As all reads.
    pub async fn season_pitching(
        &self,
        filter: SeasonFilter,
        sort: PitchingSort,
        outs_min: u32,
        after: Option<Rank>,
        limit: u16,
    ) -> Result<Ranking<PitchingSeason>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        let table = Table::of(filter, "pitching", PitchingTotals::COLUMNS, sort.figure(), ("outs", outs_min));
        let rows = run!(self, |c, db| db::ranking::<PitchingTotals>(c, &table, after, limit))?;
        Ok(rows.map(PitchingSeason::from))
    }

    /// What fielders did, over all positions or at one, at most `limit` (1 to [`PAGE_MAX`]) of them.
    ///
    /// # Errors
    /// As all reads.
    pub async fn season_fielding(
        &self,
        filter: SeasonFilter,
        sort: FieldingSort,
        position: Option<Position>,
        after: Option<Rank>,
        limit: u16,
    ) -> Result<Ranking<FieldingSeason>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        let mut table = Table::of(filter, "fielding", FieldingTotals::COLUMNS, sort.figure(), ("checks", 0));
        table.position = position;
        let rows = run!(self, |c, db| db::ranking::<FieldingTotals>(c, &table, after, limit))?;
        Ok(rows.map(FieldingSeason::from))
    }

    /// The standings, by percentage, then by number of the team; at most `limit` (1 to [`PAGE_MAX`]). Games behind are
    /// those behind all teams that the filter lets through, also where the page does not show them.
    ///
    /// # Errors
    /// As all reads.
    pub async fn standings(
        &self,
        filter: SeasonFilter,
        after: Option<Rank>,
        limit: u16,
    ) -> Result<Ranking<Standing>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        let rows = run!(self, |c, db| db::standings(c, &filter, after, limit))?;
        Ok(rows.map(Standing::from))
    }

    /// Writes the lines of games that ended before their lines were kept, or on a host of an older version; says how
    /// many. A game that cannot be read is left out, with a warning. Costs one look-up where there is none.
    ///
    /// # Errors
    /// As all reads.
    pub async fn score_ended(&self) -> Result<u64, StoreError> {
        let (mut after, mut scored) = (None, 0);
        loop {
            let games: Vec<GameId> = run!(self, |c, db| db::unscored(c, after, UNSCORED_AT_A_TIME))?;
            let Some(last) = games.last() else { return Ok(scored) };
            after = Some(*last);
            for game_id in games {
                match self.score(game_id).await {
                    Ok(()) => scored += 1,
                    Err(StoreError::Corrupt { what, cause }) => {
                        tracing::warn!(game.id = %game_id, what, cause, "a game counts in no season");
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }

    async fn score(&self, game_id: GameId) -> Result<(), StoreError> {
        let recovered = self.recover(game_id).await?;
        let state = recovered.game.state();
        let corrupt = |(seq, cause)| StoreError::Corrupt { what: format!("entry {seq}"), cause };
        let state = Arc::new(state.map_err(corrupt)?);
        run!(self, write | c, db | db::score(c, &state))
    }
}
