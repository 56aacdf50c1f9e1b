//! Read models of one game: plays, box score, rolls, line-ups, rosters.

use super::game::visible;
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::Caller;
use crate::id::PlayNumber;
use crate::protocol::{BoxScoreView, Page};
use crate::rules::record::PlayRecord;
use crate::rules::scoring::box_score;
use crate::rules::vocabulary::{BySide, Half, LeagueId};
use crate::store::read::{LineupRow, RollRecord};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

/// Which sides the host manages.
type IsAi = BySide<bool>;
type List<T> = Result<Json<Page<T>>, Refusal>;

/// All of a list in one page: a game has an end.
fn whole<T>(items: Vec<T>) -> Json<Page<T>> {
    Json(Page { items, next: None })
}

/// The plays, in order, as the table names their columns.
pub async fn plays(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> List<Map<String, Value>> {
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    let plays = gateway.store().plays(game.id).await?;
    let is_ai = IsAi { away: game.away_team_is_ai, home: game.home_team_is_ai };
    Ok(whole(plays.iter().map(|play| play_row(play, is_ai)).collect()))
}

/// How often the state and the plays are read for one box score: a play may be written between the two.
const BOX_SCORE_READS_MAX: usize = 3;

/// The box score, of the plays so far.
pub async fn box_score_of(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Json<BoxScoreView>, Refusal> {
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    let mut reads = 0;
    loop {
        let (state, cards, _) = gateway.host().committed_state(game.id).await?;
        let plays = gateway.store().plays(game.id).await?;
        let last = plays.last().map_or(PlayNumber(0), |play| play.play_number);
        reads += 1;
        if last == state.play_count || reads == BOX_SCORE_READS_MAX {
            let known: Vec<_> =
                plays.into_iter().filter(|play| play.play_number <= state.play_count).collect();
            return Ok(Json(BoxScoreView::new(box_score(&state, &known), &cards)));
        }
    }
}

/// The rolls, in order.
pub async fn rolls(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> List<RollRecord> {
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    Ok(whole(gateway.store().rolls(game.id).await?))
}

/// The line-up entries of both teams, those who left included.
pub async fn lineups(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> List<LineupRow> {
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    Ok(whole(gateway.store().lineups(game.id).await?))
}

/// Who is eligible: cards in a PD game, players in an SBA game.
pub async fn rosters(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    Ok(match game.league_id {
        LeagueId::Pd => whole(gateway.store().pd_roster(game.id).await?).into_response(),
        LeagueId::Sba => whole(gateway.store().sba_roster(game.id).await?).into_response(),
    })
}

/// One play under the table's column names: bases have a column each, and whether a side is the AI's is derived.
fn play_row(play: &PlayRecord, is_ai: IsAi) -> Map<String, Value> {
    let Ok(Value::Object(mut row)) = serde_json::to_value(play) else {
        unreachable!("a play is a struct with string keys and no failing serializer")
    };
    let bases = ["on_first", "on_second", "on_third"];
    for (list, suffix) in [("on_base_ids", "id"), ("on_base_finals", "final")] {
        let Some(Value::Array(values)) = row.remove(list) else { continue };
        row.extend(bases.iter().zip(values).map(|(base, value)| (format!("{base}_{suffix}"), value)));
    }
    let batting = play.half.unwrap_or(Half::Top).batting();
    row.insert("is_ai_batting".into(), is_ai[batting].into());
    row.insert("is_ai_fielding".into(), is_ai[batting.opponent()].into());
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::LineupId;
    use serde_json::json;

    #[test]
    fn a_play_has_the_columns_of_the_table() {
        let play = PlayRecord {
            half: Some(Half::Bottom),
            on_base_ids: [Some(LineupId(4)), None, Some(LineupId(9))],
            on_base_finals: [Some(2), None, Some(4)],
            ..PlayRecord::default()
        };
        let row = play_row(&play, IsAi { away: true, home: false });
        for (name, value) in [
            ("on_first_id", json!(4)),
            ("on_second_id", json!(null)),
            ("on_third_id", json!(9)),
            ("on_first_final", json!(2)),
            ("on_second_final", json!(null)),
            ("on_third_final", json!(4)),
            ("is_ai_batting", json!(false)),
            ("is_ai_fielding", json!(true)),
        ] {
            assert_eq!(row.get(name), Some(&value), "{name}");
        }
        assert!(!row.contains_key("on_base_ids") && !row.contains_key("on_base_finals"));
    }
}
