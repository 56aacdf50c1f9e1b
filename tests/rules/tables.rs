//! Every table cell of the specification against the tables in use: first the listing that `dugout rules --json`
//! prints, then what the engine answers when it looks a cell up.
//!
//! The specification lies beside the project where it was written; elsewhere these tests say that they are
//! skipped. The bundled copies are compared with nothing then, but are the same files.

use dugout::rules::bases::Bases;
use dugout::rules::charts::bunts::{self, Grade};
use dugout::rules::charts::groundball::BallType;
use dugout::rules::charts::{CHARTS, to_json};
use dugout::rules::decision::InfieldDepth;
use dugout::rules::outcome::PlayOutcome;
use dugout::rules::vocabulary::Position;
use serde_json::Value;
use std::path::PathBuf;

/// Files that describe no table of play: cards for trying things out, and run expectancies for judging realism
/// (plays are valued with the tables of real seasons).
const NOT_IN_USE: [&str; 2] = ["baseline_cards.toml", "run_expectancy.toml"];

/// The folder of the specification; none, said aloud, where there is none.
fn specification() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/rules");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: {} is not there to be compared with", folder.display());
    None
}

/// A file of the specification as JSON, read independently of the program.
fn cells(folder: &std::path::Path, name: &str) -> Value {
    let text = std::fs::read_to_string(folder.join(name)).expect("a file of the specification");
    if name.ends_with(".toml") {
        let table: toml::Table = toml::from_str(&text).expect("TOML");
        return serde_json::to_value(table).expect("JSON holds it");
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().expect("a first row").clone();
    let rows = reader.records().map(|row| {
        let row = row.expect("CSV");
        let cell = |text: &str| text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from);
        Value::Object(names.iter().zip(&row).map(|(name, text)| (name.to_owned(), cell(text))).collect())
    });
    rows.collect()
}

/// Counts the cells, and fails at the first that differs, naming its path.
fn compare(path: &str, ours: &Value, theirs: &Value) -> usize {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys = |object: &serde_json::Map<String, Value>| object.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(ours), keys(theirs), "{path}");
            ours.iter().map(|(key, cell)| compare(&format!("{path}.{key}"), cell, &theirs[key])).sum()
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            assert_eq!(ours.len(), theirs.len(), "{path}");
            let cells = (0..).zip(ours.iter().zip(theirs));
            cells.map(|(at, (ours, theirs))| compare(&format!("{path}[{at}]"), ours, theirs)).sum()
        }
        _ => {
            assert_eq!(ours, theirs, "{path}");
            1
        }
    }
}

#[test]
fn every_cell_of_the_specification_is_listed_as_it_stands() {
    let Some(folder) = specification() else { return };
    let listing = to_json();
    let tables = listing["tables"].as_array().expect("a list");
    let mut count = 0;
    let mut compared = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the folder is readable") {
        let name = entry.expect("an entry").file_name().into_string().expect("a plain name");
        let is_table = name.ends_with(".toml") || name.ends_with(".csv");
        if !is_table || NOT_IN_USE.contains(&name.as_str()) {
            continue;
        }
        let ours = tables.iter().find(|table| table["file"] == *name);
        let ours = ours.unwrap_or_else(|| panic!("{name} is not listed"));
        count += compare(&name, &ours["cells"], &cells(&folder, &name));
        compared.push(name);
    }
    assert_eq!(compared.len(), tables.len(), "listed but not specified; compared: {compared:?}");
    println!("{count} cells of {} files compared", compared.len());
    assert!(count > 20_000, "{count} cells");
}

#[test]
fn the_engine_reads_the_range_tables_and_error_charts_cell_by_cell() {
    let Some(folder) = specification() else { return };
    let range = cells(&folder, "fielding_range.toml");
    let errors = cells(&folder, "fielding_errors.toml");
    for position in Position::FIELD {
        let table = range["positions"][position.as_str()].as_str().expect("a table's name");
        for d20 in 1..=20_u8 {
            let row = CHARTS.range.row(*position, d20).map(|code| Value::from(code.as_str()));
            let theirs = &range["tables"][table]["rows"][usize::from(d20) - 1];
            assert_eq!(&Value::from(row.to_vec()), theirs, "{position} {d20}");
        }
        let chart =
            &errors["charts"][errors["positions"][position.as_str()].as_str().expect("a chart's name")];
        let ratings = chart["ratings"].as_array().expect("a list");
        for rating in ratings {
            let rating = u8::try_from(rating.as_u64().expect("a number")).expect("a small one");
            for total in 3..=18_u8 {
                let ours = CHARTS.errors.error(*position, rating, total);
                let sizes = chart[format!("r{rating}")].as_object().expect("a row");
                let lists = |list: &Value| list.as_array().is_some_and(|list| list.contains(&total.into()));
                let theirs = sizes.iter().find(|(_, list)| lists(list)).map_or("no", |(size, _)| size);
                assert_eq!(ours.as_str(), theirs.to_lowercase(), "{position} {rating} {total}");
            }
        }
    }
}

#[test]
fn the_engine_reads_the_advancement_tables_row_by_row() {
    let Some(folder) = specification() else { return };
    let number = |row: &Value, key: &str| u8::try_from(row[key].as_u64().expect("a number")).expect("small");
    let check = |row: &Value, advance: dugout::rules::advance::Advance| {
        let reached = |key: &str| row[key].as_u64().map(|base| u8::try_from(base).expect("a base"));
        assert_eq!(advance.batter, reached("batter"), "{row}");
        assert_eq!(advance.runners, [reached("r1"), reached("r2"), reached("r3")], "{row}");
        assert_eq!(advance.outs, number(row, "outs_made"), "{row}");
        assert_eq!(advance.count(4), number(row, "runs"), "{row}");
    };
    for row in cells(&folder, "advancement.csv").as_array().expect("rows") {
        let bases = Bases::from_bits(number(row, "on_base_bits"));
        let outs = number(row, "outs_before");
        let name = row["outcome"].as_str().expect("a word");
        let ours = match name.strip_prefix("error_") {
            Some(size) => CHARTS.advancement.error(size.parse().expect("1 to 3"), bases, outs),
            None => CHARTS.advancement.outcome(name.parse().expect("an outcome"), bases, outs),
        };
        check(row, ours.unwrap_or_else(|| panic!("no row for {row}")).advance);
    }
    for row in cells(&folder, "groundball_advancement.csv").as_array().expect("rows") {
        let word = |key: &str| row[key].as_str().expect("a word");
        let ball: BallType = word("type").parse().expect("A, B or C");
        let depth: InfieldDepth = word("depth").parse().expect("a depth");
        let bases = Bases::from_bits(number(row, "on_base_bits"));
        let location: Position = word("location").parse().expect("a position");
        let ours = CHARTS.groundball.row(ball, depth, bases, location, number(row, "outs_before"));
        assert_eq!(ours.result, number(row, "result"), "{row}");
        check(row, ours.advance);
    }
}

#[test]
fn the_engine_reads_bunts_and_outcomes_cell_by_cell() {
    let Some(folder) = specification() else { return };
    let file = cells(&folder, "bunt_hit_run.toml");
    let tables = &CHARTS.bunts;
    for grade in Grade::ALL {
        for total in 2..=12_u8 {
            let listed = |table: &str| {
                let row = file[table][grade.as_str()].as_object().expect("a row");
                let holds = |list: &Value| list.as_array().is_some_and(|list| list.contains(&total.into()));
                row.iter().find(|(_, list)| holds(list)).map(|(result, _)| result.clone())
            };
            let ours = [
                ("bunt", bunts::result(&tables.bunt, *grade, total).as_str()),
                ("squeeze", bunts::result(&tables.squeeze, *grade, total).as_str()),
                ("hit_and_run", bunts::result(&tables.hit_and_run, *grade, total).as_str()),
            ];
            for (table, ours) in ours {
                assert_eq!(listed(table).as_deref(), Some(ours), "{table} {grade} {total}");
            }
        }
    }
    for outcome in cells(&folder, "outcomes.toml")["outcome"].as_array().expect("a list") {
        let word = |key: &str| outcome[key].as_str().expect("a word");
        let facts = CHARTS.outcomes.facts(word("name").parse::<PlayOutcome>().expect("an outcome"));
        assert_eq!(facts.group.as_str(), word("group"), "{outcome}");
        assert_eq!(facts.kind.as_str(), word("kind"), "{outcome}");
        assert_eq!(facts.location.as_str(), word("loc"), "{outcome}");
    }
}
