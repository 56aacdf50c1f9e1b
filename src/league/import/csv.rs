//! A file of comma or semicolon separated values: one row a player. A column's name is the path of the field in the
//! JSON card, so that both kinds of file are read by the same code; an empty cell says nothing.

use super::{Gathered, Import, ImportedTeam};
use crate::id::TeamId;
use crate::league::TeamInfo;
use crate::rules::card::PlayerCard;
use crate::rules::charts::CHARTS;
use crate::rules::command::SetLineup;
use crate::rules::lineup::LineupSlot;
use crate::rules::vocabulary::Position;
use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What a cell holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Text,
    Number,
    Flag,
    /// Positions, best first, with `/` or a space between.
    Positions,
}

/// Columns beside those of the card itself: they are the team's.
const TEAM_NAME: &str = "team_name";
const TEAM_ABBREVIATION: &str = "team_abbreviation";
const LINEUP_POSITION: &str = "lineup.position";
const LINEUP_ORDER: &str = "lineup.batting_order";

/// The columns that every file has.
const REQUIRED: [&str; 6] = ["team_id", "card_id", "name", "positions", "bats", "throws"];

const PLAIN: [(&str, Kind); 28] = [
    ("team_id", Kind::Number),
    (TEAM_NAME, Kind::Text),
    (TEAM_ABBREVIATION, Kind::Text),
    ("card_id", Kind::Number),
    ("name", Kind::Text),
    ("cardset_id", Kind::Number),
    ("positions", Kind::Positions),
    ("bats", Kind::Text),
    ("throws", Kind::Text),
    ("injury_rating", Kind::Text),
    (LINEUP_POSITION, Kind::Text),
    (LINEUP_ORDER, Kind::Number),
    ("batting.running", Kind::Number),
    ("batting.steal_low", Kind::Number),
    ("batting.steal_high", Kind::Number),
    ("batting.steal_auto", Kind::Flag),
    ("batting.steal_jump_36ths", Kind::Number),
    ("batting.bunting", Kind::Text),
    ("batting.hit_and_run", Kind::Text),
    ("batting.pull_rate", Kind::Number),
    ("batting.center_rate", Kind::Number),
    ("batting.slap_rate", Kind::Number),
    ("pitching.hold", Kind::Number),
    ("pitching.balk", Kind::Number),
    ("pitching.wild_pitch", Kind::Number),
    ("pitching.starter_rating", Kind::Number),
    ("pitching.relief_rating", Kind::Number),
    ("pitching.closer_rating", Kind::Number),
];

/// The names of all columns, in an order for people. The rating lines have one column a field and hand.
#[must_use]
pub fn columns() -> Vec<String> {
    kinds().into_iter().map(|(name, _)| name).collect()
}

fn kinds() -> Vec<(String, Kind)> {
    let mut columns: Vec<_> = PLAIN.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    for (card, fields) in [("batting", &CHARTS.ratings.batting), ("pitching", &CHARTS.ratings.pitching)] {
        for hand in ["vs_L", "vs_R"] {
            columns
                .extend(fields.iter().map(|field| (format!("{card}.ratings.{hand}.{field}"), Kind::Number)));
        }
    }
    for position in Position::FIELD {
        for rating in ["range", "error", "arm", "passed_ball", "t_rating"] {
            columns.push((format!("fielding.{position}.{rating}"), Kind::Number));
        }
    }
    columns
}

/// Reads a file.
pub fn read(bytes: &[u8]) -> Import {
    let mut gathered = Gathered::default();
    let first_line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = if first_line.contains(&b';') && !first_line.contains(&b',') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            gathered.refuse(1, error.to_string());
            return gathered.finish();
        }
    };
    let Some(columns) = header_of(&mut gathered, &header) else { return gathered.finish() };
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                read_row(&mut gathered, line, &columns, &record);
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                gathered.refuse(line, error.to_string());
            }
        }
    }
    gathered.finish()
}

/// The columns of the file; none where no row could be read with them.
fn header_of(gathered: &mut Gathered, header: &StringRecord) -> Option<Vec<(String, Kind)>> {
    let known = kinds();
    let mut columns = Vec::with_capacity(header.len());
    for name in header.iter().map(str::trim) {
        match known.iter().find(|(column, _)| column == name) {
            Some(column) if columns.contains(column) => {
                gathered.refuse(1, format!("the column `{name}` stands twice"));
            }
            Some(column) => columns.push(column.clone()),
            None => gathered.refuse(1, format!("`{name}` is no column; `--columns` lists them")),
        }
    }
    for name in REQUIRED {
        if !columns.iter().any(|(column, _)| column == name) {
            gathered.refuse(1, format!("the column `{name}` is missing"));
        }
    }
    gathered.bad_rows.is_empty().then_some(columns)
}

/// What a row says beside the card.
#[derive(Default)]
struct OfTeam {
    name: Option<String>,
    abbreviation: Option<String>,
    position: Option<String>,
    batting_order: Option<Value>,
}

fn read_row(gathered: &mut Gathered, line: u64, columns: &[(String, Kind)], record: &StringRecord) {
    let mut of_team = OfTeam::default();
    let card = match card(columns, record, &mut of_team) {
        Ok(card) => card,
        Err(reason) => return gathered.refuse(line, reason),
    };
    let Some(card) = gathered.player(line, card) else { return };
    if let Err(reason) = join_team(gathered, line, &card, of_team) {
        gathered.refuse(line, reason);
    }
}

/// The row as a JSON card.
fn card(columns: &[(String, Kind)], record: &StringRecord, of_team: &mut OfTeam) -> Result<Value, String> {
    let mut card = Value::Object(Map::new());
    let mut fielding: Vec<(String, Map<String, Value>)> = Vec::new();
    for ((name, kind), cell) in columns.iter().zip(record) {
        let cell = cell.trim();
        if cell.is_empty() {
            continue;
        }
        let value = value_of(*kind, cell).map_err(|problem| format!("{name}: {problem}"))?;
        match name.as_str() {
            TEAM_NAME => of_team.name = Some(cell.to_owned()),
            TEAM_ABBREVIATION => of_team.abbreviation = Some(cell.to_owned()),
            LINEUP_POSITION => of_team.position = Some(cell.to_owned()),
            LINEUP_ORDER => of_team.batting_order = Some(value),
            name => match name.strip_prefix("fielding.").and_then(|rest| rest.split_once('.')) {
                Some((position, rating)) => {
                    let at = fielding.iter().position(|(known, _)| known == position).unwrap_or_else(|| {
                        fielding.push((position.to_owned(), Map::new()));
                        fielding.len() - 1
                    });
                    fielding[at].1.insert(rating.to_owned(), value);
                }
                None => insert(&mut card, name, value),
            },
        }
    }
    // His best place first, as he is listed.
    let places = card["positions"].as_array().cloned().unwrap_or_default();
    fielding.sort_by_key(|(at, _)| places.iter().position(|place| place == at).unwrap_or(places.len()));
    let fielding = fielding.into_iter().map(|(position, mut ratings)| {
        ratings.insert("position".to_owned(), position.into());
        Value::Object(ratings)
    });
    insert(&mut card, "fielding", fielding.collect());
    Ok(card)
}

/// Puts a value where its path says.
fn insert(card: &mut Value, path: &str, value: Value) {
    let mut at = card;
    for step in path.split('.') {
        at = &mut at[step];
    }
    *at = value;
}

fn value_of(kind: Kind, cell: &str) -> Result<Value, String> {
    match kind {
        Kind::Text => Ok(cell.into()),
        Kind::Number => {
            let whole = cell.parse::<i64>().ok().map(Value::from);
            let number = || cell.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from);
            whole.or_else(number).ok_or_else(|| format!("`{cell}` is not a number"))
        }
        Kind::Flag => match cell.to_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(true.into()),
            "false" | "no" | "0" => Ok(false.into()),
            _ => Err(format!("`{cell}` is not true or false")),
        },
        Kind::Positions => Ok(cell.split(['/', ' ']).filter(|word| !word.is_empty()).collect()),
    }
}

/// Adds the player to his team, which the first of its rows may name.
fn join_team(
    gathered: &mut Gathered,
    line: u64,
    card: &Arc<PlayerCard>,
    of_team: OfTeam,
) -> Result<(), String> {
    let OfTeam { name, abbreviation, position, batting_order } = of_team;
    let team_id: TeamId = card.team_id;
    let (_, team) = gathered.teams.entry(team_id).or_insert_with(|| {
        let name = name.clone().unwrap_or_else(|| format!("Team {team_id}"));
        let short = || {
            name.chars().filter(|letter| letter.is_alphanumeric()).take(3).collect::<String>().to_uppercase()
        };
        let abbreviation = abbreviation.clone().unwrap_or_else(short);
        (
            line,
            ImportedTeam { info: TeamInfo { team_id, name, abbreviation }, roster: Vec::new(), lineup: None },
        )
    });
    if let Some(other) = name.filter(|name| *name != team.info.name) {
        return Err(format!(
            "{TEAM_NAME}: `{other}`, but another row calls team {team_id} `{}`",
            team.info.name
        ));
    }
    team.roster.push(card.card_id);
    let Some(position) = position else {
        let order =
            batting_order.map_or(Ok(()), |_| Err(format!("{LINEUP_ORDER}: without {LINEUP_POSITION}")));
        return order;
    };
    let slot = json!({"card_id": card.card_id, "position": position, "batting_order": batting_order});
    let slot: LineupSlot =
        serde_json::from_value(slot).map_err(|error| format!("{LINEUP_POSITION}: {error}"))?;
    team.lineup.get_or_insert_with(|| SetLineup { players: Vec::new() }).players.push(slot);
    Ok(())
}
