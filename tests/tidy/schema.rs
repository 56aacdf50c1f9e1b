//! The two migration folders describe the same tables with the same columns; only the types are each database's own.

use super::Finding;
use std::collections::{BTreeMap, BTreeSet};

/// Columns by table.
type Schema = BTreeMap<String, BTreeSet<String>>;

/// Words that start a table constraint, not a column.
const CONSTRAINTS: &[&str] = &["constraint", "primary", "foreign", "unique", "check", "exclude", "like"];

/// Compares what the migrations (path, text) of both databases create.
pub fn check(postgres: &[(String, String)], sqlite: &[(String, String)]) -> Vec<Finding> {
    let (left, right) = (schema(postgres), schema(sqlite));
    let mut findings = Vec::new();
    if left.is_empty() || right.is_empty() {
        findings.push(difference("migrations", "no table is created".to_owned()));
    }
    let only = |one: &Schema, other: &Schema, name: &str| -> Vec<Finding> {
        let mut missing = Vec::new();
        for (table, columns) in one {
            match other.get(table) {
                None => missing.push(difference(name, format!("only here: table `{table}`"))),
                Some(there) => missing.extend(
                    columns
                        .difference(there)
                        .map(|column| difference(name, format!("only here: `{table}.{column}`"))),
                ),
            }
        }
        missing
    };
    findings.extend(only(&left, &right, "migrations/postgres"));
    findings.extend(only(&right, &left, "migrations/sqlite"));
    findings
}

fn difference(file: &str, what: String) -> Finding {
    Finding {
        file: file.to_owned(),
        line: 1,
        rule: "schema",
        what,
        remedy: "both databases have the same tables and columns",
    }
}

fn schema(migrations: &[(String, String)]) -> Schema {
    let mut schema = Schema::new();
    for statement in migrations.iter().flat_map(|(_, text)| statements(text)) {
        let words: Vec<_> = statement.split_whitespace().collect();
        let word = |at: usize| words.get(at).copied().unwrap_or_default();
        match (word(0), word(1)) {
            ("create", "table") => create_table(&statement, &mut schema),
            ("drop", "table") => drop(schema.remove(words.last().copied().unwrap_or_default())),
            ("alter", "table") if word(3) == "add" => {
                let column = if word(4) == "column" { word(5) } else { word(4) };
                schema.entry(word(2).to_owned()).or_default().insert(column.to_owned());
            }
            _ => {}
        }
    }
    schema
}

/// The statements of a migration: lower case, without comments and quotes.
fn statements(text: &str) -> Vec<String> {
    let code: Vec<_> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let plain = code.join("\n").to_lowercase().replace('"', "");
    plain
        .split(';')
        .map(|statement| statement.trim().to_owned())
        .filter(|statement| !statement.is_empty())
        .collect()
}

fn create_table(statement: &str, schema: &mut Schema) {
    let Some((head, rest)) = statement.split_once('(') else { return };
    let Some(table) = head.split_whitespace().last() else { return };
    let columns = schema.entry(table.to_owned()).or_default();
    for item in items(rest) {
        let mut words = item.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty());
        let first = words.next().unwrap_or_default();
        if !first.is_empty() && !CONSTRAINTS.contains(&first) {
            columns.insert(first.to_owned());
        }
    }
}

/// The comma-separated items up to the bracket that closes the list.
fn items(list: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 1_i32;
    for character in list.chars() {
        depth += i32::from(character == '(') - i32::from(character == ')');
        match (depth, character) {
            (0, _) => break,
            (1, ',') => items.push(String::new()),
            _ => items.last_mut().expect("never empty").push(character),
        }
    }
    items
}

#[cfg(test)]
fn sample(text: &str) -> Vec<(String, String)> {
    vec![("up.sql".to_owned(), text.to_owned())]
}

#[test]
fn a_missing_table_and_a_missing_column_are_found() {
    let postgres =
        sample("CREATE TABLE plays (id uuid, -- key, really\n re24 numeric(6, 3), PRIMARY KEY (id));");
    let sqlite =
        sample("CREATE TABLE plays (id BLOB, PRIMARY KEY (id)) STRICT; CREATE TABLE rolls (id INTEGER);");
    super::assert_found(&check(&postgres, &sqlite), &[1, 1]);
    super::assert_found(&check(&[], &sqlite), &[1, 1, 1]);
}

#[test]
fn the_same_columns_in_other_types_and_orders_agree() {
    let postgres =
        sample("CREATE TABLE a (x uuid NOT NULL CHECK (x <> y), y text); ALTER TABLE a ADD COLUMN z int;");
    let sqlite = sample(
        "CREATE TABLE IF NOT EXISTS a (\"y\" TEXT, x BLOB, z INTEGER, CONSTRAINT c CHECK (y <> '(')) STRICT;",
    );
    super::assert_found(&check(&postgres, &sqlite), &[]);
}
