//! Read models of one game: plays, box score, rolls, line-ups. Plays come as CSV too, the box score as text.

use super::game::visible;
use crate::gateway::Gateway;
use crate::gateway::problem::Refusal;
use crate::gateway::request::{Caller, Params, Path};
use crate::id::{CardId, GameId, PlayNumber};
use crate::protocol::{BoxScoreView, Page};
use crate::rules::card::CardBook;
use crate::rules::record::PlayRecord;
use crate::rules::rejection::Rejection;
use crate::rules::scoring::{BoxScore, box_score};
use crate::rules::vocabulary::{BySide, Half};
use crate::store::read::{LineupRow, RollRecord};
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use schemars::generate::SchemaGenerator;
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// Which sides the host manages.
type IsAi = BySide<bool>;
type List<T> = Result<Json<Page<T>>, Refusal>;

/// All of a list in one page: a game has an end.
pub(super) fn whole<T>(items: Vec<T>) -> Json<Page<T>> {
    Json(Page { items, next: None })
}

/// In which form a record is asked for: `format`, JSON or one other.
fn is_other_format(uri: &Uri, other: &str) -> Result<bool, Rejection> {
    match Params::read(uri, &["format"])?.get::<String>("format")?.as_deref() {
        None | Some("json") => Ok(false),
        Some(format) if format == other => Ok(true),
        Some(format) => {
            Err(Rejection::invalid("format", format!("format: `{format}` is not one of json, {other}")))
        }
    }
}

/// The plays, in order, as the table names their columns.
pub async fn plays(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Refusal> {
    let as_csv = is_other_format(&uri, "csv")?;
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    let plays = gateway.store().plays(game.id).await?;
    let is_ai = IsAi { away: game.away_team_is_ai, home: game.home_team_is_ai };
    let rows: Vec<_> = plays.iter().map(|play| play_row(play, is_ai)).collect();
    if !as_csv {
        return Ok(whole(rows).into_response());
    }
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8")], csv_of(&rows)).into_response())
}

/// Rows as CSV: the number of the play, then the other columns by name.
fn csv_of(rows: &[PlayRow]) -> Vec<u8> {
    const FIRST: &str = "play_number";
    let columns = rows.first().into_iter().flat_map(|row| row.0.keys()).filter(|name| *name != FIRST);
    let columns: Vec<&str> = std::iter::once(FIRST).chain(columns.map(String::as_str)).collect();
    let mut csv = csv::Writer::from_writer(Vec::new());
    let written = csv.write_record(&columns).and_then(|()| {
        rows.iter().try_for_each(|row| csv.write_record(columns.iter().map(|name| cell(&row.0[*name]))))
    });
    let written = written.map_err(|error| error.to_string());
    written.and_then(|()| csv.into_inner().map_err(|error| error.to_string())).expect("memory takes all")
}

/// A value as a cell. Text that a spreadsheet would take for a formula is marked as text.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// How often the state and the plays are read for one box score: a play may be written between the two.
const BOX_SCORE_READS_MAX: usize = 3;

/// The box score, of the plays so far.
pub async fn box_score_of(
    State(gateway): State<Gateway>,
    Caller(caller): Caller,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Refusal> {
    let as_text = is_other_format(&uri, "text")?;
    let game = visible(&gateway, &id, caller.as_ref()).await?;
    let (box_score, cards) = current_box_score(&gateway, game.id).await?;
    if !as_text {
        return Ok(Json(BoxScoreView::new(box_score, &cards)).into_response());
    }
    let name = |id: CardId| cards.get(id).map_or_else(|| format!("#{id}"), |card| card.name.clone());
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], box_score.render(name)).into_response())
}

async fn current_box_score(gateway: &Gateway, game_id: GameId) -> Result<(BoxScore, CardBook), Refusal> {
    let mut reads = 0;
    loop {
        let (state, cards, _) = gateway.host().committed_state(game_id).await?;
        let plays = gateway.store().plays(game_id).await?;
        let last = plays.last().map_or(PlayNumber(0), |play| play.play_number);
        reads += 1;
        if last == state.play_count || reads == BOX_SCORE_READS_MAX {
            let known: Vec<_> =
                plays.into_iter().filter(|play| play.play_number <= state.play_count).collect();
            return Ok((box_score(&state, &known), cards));
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

/// One play under the table's column names: bases have a column each, and whether a side is the AI's is derived.
#[derive(Serialize)]
#[serde(transparent)]
pub struct PlayRow(Map<String, Value>);

/// The lists of a play that have a column for each base, with the end of the columns' names.
const BY_BASE: [(&str, &str); 2] = [("on_base_ids", "id"), ("on_base_finals", "final")];
const BASES: [&str; 3] = ["on_first", "on_second", "on_third"];

impl JsonSchema for PlayRow {
    fn schema_name() -> Cow<'static, str> {
        "PlayRow".into()
    }

    /// That of the play, changed as the play is.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = PlayRecord::json_schema(generator);
        let Some(Value::Object(columns)) = schema.get_mut("properties") else {
            unreachable!("a play is a struct with fields")
        };
        let mut names: Vec<String> = vec!["is_ai_batting".to_owned(), "is_ai_fielding".to_owned()];
        columns.extend(names.iter().map(|name| (name.clone(), json!({"type": "boolean"}))));
        for (list, suffix) in BY_BASE {
            let Some(list) = columns.remove(list) else { continue };
            for base in BASES {
                let mut column = list["items"].clone();
                column["description"] = list["description"].clone();
                columns.insert(format!("{base}_{suffix}"), column);
                names.push(format!("{base}_{suffix}"));
            }
        }
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| BY_BASE.iter().all(|(list, _)| name != list));
            required.extend(names.into_iter().map(Value::from));
        }
        schema
    }
}

fn play_row(play: &PlayRecord, is_ai: IsAi) -> PlayRow {
    let Ok(Value::Object(mut row)) = serde_json::to_value(play) else {
        unreachable!("a play is a struct with string keys and no failing serializer")
    };
    for (list, suffix) in BY_BASE {
        let Some(Value::Array(values)) = row.remove(list) else { continue };
        row.extend(BASES.iter().zip(values).map(|(base, value)| (format!("{base}_{suffix}"), value)));
    }
    let batting = play.half.unwrap_or(Half::Top).batting();
    row.insert("is_ai_batting".into(), is_ai[batting].into());
    row.insert("is_ai_fielding".into(), is_ai[batting.opponent()].into());
    PlayRow(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::LineupId;

    #[test]
    fn plays_are_written_as_csv_and_no_cell_is_a_formula() {
        let play = |number, says: &str| PlayRecord {
            play_number: PlayNumber(number),
            result_description: says.to_owned(),
            re24: -0.5,
            ..PlayRecord::default()
        };
        let plays = [play(1, "=HYPERLINK(\"x\")"), play(2, "Núñez, \"out\"")];
        let rows = plays.map(|play| play_row(&play, IsAi::default()));
        let csv = csv_of(&rows);
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let header = reader.headers().expect("a header").clone();
        assert_eq!((header.get(0), header.len()), (Some("play_number"), rows[0].0.len()));
        let at = |name: &str| header.iter().position(|column| column == name).expect("a column");
        let read: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
        let says: Vec<_> = read.iter().map(|row| &row[at("result_description")]).collect();
        assert_eq!(says, ["'=HYPERLINK(\"x\")", "Núñez, \"out\""]);
        assert_eq!((&read[1][0], &read[1][at("re24")], &read[1][at("on_first_id")]), ("2", "-0.5", ""));
        assert_eq!(csv_of(&[]), b"play_number\n");
    }

    #[test]
    fn a_play_has_the_columns_of_the_table() {
        let play = PlayRecord {
            half: Some(Half::Bottom),
            on_base_ids: [Some(LineupId(4)), None, Some(LineupId(9))],
            on_base_finals: [Some(2), None, Some(4)],
            ..PlayRecord::default()
        };
        let row = play_row(&play, IsAi { away: true, home: false }).0;
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
