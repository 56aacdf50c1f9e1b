//! A season over HTTP: `GET /season/batting`, `/season/pitching`, `/season/fielding`, `/season/standings`.
//!
//! Whoever asks gets the sums of the games that he could look up singly.

use super::game::viewer;
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{Caller, Params, page_limit};
use crate::protocol::{Page, User};
use crate::rules::rejection::Rejection;
use crate::rules::vocabulary::{GameMode, LeagueId};
use crate::store::season::{
    BattingSeason, BattingSort, FieldingSeason, FieldingSort, PitchingSeason, PitchingSort, Ranking,
    SeasonFilter, Standing,
};
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use std::str::FromStr;

type List<T> = Result<Json<Page<T>>, Refusal>;

/// The parameters of every list of a season; a list adds its own.
const GAMES: [&str; 6] = ["league_id", "game_mode", "from", "to", "cursor", "limit"];

fn params(uri: &Uri, own: &[&str]) -> Result<Params, Rejection> {
    Params::read(uri, &[&GAMES, own].concat())
}

fn filter(params: &Params, caller: Option<&User>) -> Result<SeasonFilter, Rejection> {
    let league_id = params.get("league_id")?.unwrap_or(LeagueId::Pd);
    let game_mode = params.get("game_mode")?.unwrap_or(GameMode::League);
    if game_mode == GameMode::Practice {
        let message = "game_mode: practice games have no season; allowed are league, exhibition";
        return Err(Rejection::invalid("game_mode", message));
    }
    Ok(SeasonFilter {
        game_mode,
        team_id: params.get("team_id")?,
        card_id: params.get("card_id")?,
        from: params.get("from")?.map(|Day(day)| midnight(day)),
        until: day_after(params)?,
        ..SeasonFilter::league(league_id, viewer(caller))
    })
}

/// A day of a query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Day(NaiveDate);

impl FromStr for Day {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("`{text}` is no day; write it as 2026-04-01"))
    }
}

/// A day begins in Greenwich.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The last day counts whole.
fn day_after(params: &Params) -> Result<Option<DateTime<Utc>>, Rejection> {
    let Some(Day(day)) = params.get("to")? else { return Ok(None) };
    let next = day.checked_add_days(Days::new(1));
    next.map(|next| Some(midnight(next)))
        .ok_or_else(|| Rejection::invalid("to", format!("to: {day} is too far away")))
}

fn page<T>(ranking: Ranking<T>) -> Json<Page<T>> {
    Json(Page { items: ranking.items, next: ranking.next.map(|rank| rank.to_string()) })
}

/// What batters did.
pub async fn batting(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    uri: Uri,
) -> List<BattingSeason> {
    let params = params(&uri, &["team_id", "card_id", "sort", "min_pa"])?;
    let filter = filter(&params, caller.as_ref())?;
    let sort = params.get("sort")?.unwrap_or(BattingSort::Pa);
    let pa_min = params.get("min_pa")?.unwrap_or(0);
    let (after, limit) = (params.get("cursor")?, page_limit(&params)?);
    Ok(page(gateway.store().season_batting(filter, sort, pa_min, after, limit).await?))
}

/// What pitchers did.
pub async fn pitching(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    uri: Uri,
) -> List<PitchingSeason> {
    let params = params(&uri, &["team_id", "card_id", "sort", "min_outs"])?;
    let filter = filter(&params, caller.as_ref())?;
    let sort = params.get("sort")?.unwrap_or(PitchingSort::Outs);
    let outs_min = params.get("min_outs")?.unwrap_or(0);
    let (after, limit) = (params.get("cursor")?, page_limit(&params)?);
    Ok(page(gateway.store().season_pitching(filter, sort, outs_min, after, limit).await?))
}

/// What fielders did.
pub async fn fielding(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    uri: Uri,
) -> List<FieldingSeason> {
    let params = params(&uri, &["team_id", "card_id", "sort", "position"])?;
    let filter = filter(&params, caller.as_ref())?;
    let sort = params.get("sort")?.unwrap_or(FieldingSort::Checks);
    let position = params.get("position")?;
    let (after, limit) = (params.get("cursor")?, page_limit(&params)?);
    Ok(page(gateway.store().season_fielding(filter, sort, position, after, limit).await?))
}

/// Who stands where.
pub async fn standings(State(gateway): State<Gateway>, Caller(caller): Caller, uri: Uri) -> List<Standing> {
    let params = params(&uri, &[])?;
    let filter = filter(&params, caller.as_ref())?;
    Ok(page(gateway.store().standings(filter, params.get("cursor")?, page_limit(&params)?).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<SeasonFilter, Rejection> {
        let uri = format!("/api/v1/season/batting?{query}").parse().expect("a URI");
        filter(&params(&uri, &["team_id", "card_id"])?, None)
    }

    #[test]
    fn a_season_is_a_leagues_own_where_nothing_else_is_asked_and_days_count_whole() {
        let season = SeasonFilter::league(LeagueId::Pd, viewer(None));
        assert_eq!(read(""), Ok(season));
        let days = read("league_id=sba&from=2026-04-01&to=2026-09-30").expect("legal");
        assert_eq!(days.league_id, LeagueId::Sba);
        let moment = |text: &str| Some(text.parse::<DateTime<Utc>>().expect("a time"));
        assert_eq!(days.from, moment("2026-04-01T00:00:00Z"));
        assert_eq!(days.until, moment("2026-10-01T00:00:00Z"));
    }

    #[test]
    fn refusals_name_the_parameter() {
        for (query, field) in [
            ("from=yesterday", "from"),
            ("to=2026-13-01", "to"),
            ("to=262142-12-31", "to"),
            ("game_mode=practice", "game_mode"),
            ("league_id=mlb", "league_id"),
            ("team_id=one", "team_id"),
            ("season=2026", "season"),
        ] {
            let rejection = read(query).expect_err(query);
            assert_eq!(rejection.field.as_deref(), Some(field), "{query}: {}", rejection.message);
        }
    }
}
