//! Every table in use as JSON: its cells, its version, and where each came from (`dugout rules --json`).
//!
//! The cells are those of the files that [`Charts`](super::Charts) is made of; their marks are the comments in
//! those files.

use super::{RULES_VERSION, data};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The words that mark where a value came from (RULES 0.1).
const MARKS: [&str; 4] = ["FOUND", "STANDARD", "GAP", "given"];

/// Every table of the rules: file by file its cells, the version of its shape, the SHA-256 of its text, and its
/// source marks by line.
///
/// # Panics
/// Never with the bundled tables: a test lists them.
#[must_use]
pub fn to_json() -> Value {
    let tables: Vec<Value> = data::FILES.iter().map(|(name, text)| table(name, text)).collect();
    json!({ "rules_version": RULES_VERSION, "tables": tables })
}

fn table(name: &str, text: &str) -> Value {
    let cells = if name.ends_with(".csv") { csv_cells(text) } else { toml_cells(text) };
    json!({
        "file": name,
        "schema": cells.get("schema"),
        "status": cells.get("status"),
        "sha256": hex::encode(Sha256::digest(text)),
        "source_marks": source_marks(text),
        "cells": cells,
    })
}

fn toml_cells(text: &str) -> Value {
    let table: toml::Table = toml::from_str(text).expect("a bundled table is TOML: a test loads it");
    serde_json::to_value(table).expect("the tables have no values that JSON lacks")
}

/// One object a row, numbers as numbers.
fn csv_cells(text: &str) -> Value {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().expect("the first row names the columns").clone();
    let cell = |text: &str| text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from);
    let rows = reader.records().map(|row| {
        let row = row.expect("a bundled table is CSV: a test loads it");
        let cells = names.iter().zip(&row).map(|(name, text)| (name.to_owned(), cell(text)));
        Value::Object(cells.collect::<Map<_, _>>())
    });
    rows.collect()
}

/// The lines of a file whose comment, or whose `status`, says where something came from.
fn source_marks(text: &str) -> Vec<Value> {
    let marked = (1..).zip(text.lines()).filter_map(|(number, line): (usize, &str)| {
        let note = line.split_once('#').map(|(_, comment)| comment.trim());
        let note =
            note.or_else(|| line.trim().strip_prefix("status = ").map(|status| status.trim_matches('"')))?;
        let mark = MARKS.iter().find(|mark| note.contains(**mark))?;
        Some(json!({ "line": number, "mark": mark, "note": note }))
    });
    marked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_listed_with_its_cells_and_marks() {
        let listing = to_json();
        let tables = listing["tables"].as_array().expect("a list");
        assert_eq!(tables.len(), data::FILES.len());
        let find = |name: &str| tables.iter().find(|table| table["file"] == name).expect("listed");
        assert_eq!(find("fielding_range.toml")["status"], "FOUND");
        assert_eq!(find("fielding_range.toml")["cells"]["tables"]["catcher"]["rows"][0][0], "G3");
        assert_eq!(find("advancement.csv")["cells"].as_array().map(Vec::len), Some(687));
        assert_eq!(find("groundball_advancement.csv")["cells"].as_array().map(Vec::len), Some(1296));
        let marks = find("running.toml")["source_marks"].as_array().expect("a list");
        assert!(marks.iter().any(|mark| mark["mark"] == "GAP"));
    }
}
