//! The style of the house, enforced: floors, sizes, words, modules and schemas. What is not checked decays.
//!
//! Each rule reads the sources as tokens and returns findings; each has a small offending sample of its own that
//! proves it can fail.

use std::fmt;
use std::path::{Path, PathBuf};

mod documents;
mod floors;
mod lexer;
mod metrics;
mod modules;
mod paths;
mod schema;
mod shape;
mod source;
mod words;

use source::Source;

/// Something that breaks a rule.
pub struct Finding {
    file: String,
    line: usize,
    rule: &'static str,
    what: String,
    /// What to do about it.
    remedy: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}: {}", self.file, self.line, self.rule, self.what, self.remedy)
    }
}

/// The top of the repository.
fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under `folders` with one of these endings, as (path from the top, text), in order of path.
fn files(folders: &[&str], endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in folders {
        collect(&top().join(folder), endings, &mut found);
    }
    found.sort();
    found
}

fn collect(path: &Path, endings: &[&str], found: &mut Vec<(String, String)>) {
    if path.ends_with("node_modules") {
        return; // others' programs, which CI fetches
    }
    if path.is_dir() {
        let entries = std::fs::read_dir(path).expect("a folder of the repository can be read");
        for entry in entries {
            collect(&entry.expect("an entry of the repository can be read").path(), endings, found);
        }
    } else if path.is_file() && endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
        let text = std::fs::read_to_string(path).expect("a source file is UTF-8 text");
        let relative = path.strip_prefix(top()).expect("walked from the top");
        found.push((relative.to_string_lossy().replace('\\', "/"), text));
    }
}

fn sources() -> Vec<Source> {
    let files = files(&["src", "tests"], &[".rs"]);
    let mut sources: Vec<_> = files.iter().map(|(path, text)| Source::new(path, text)).collect();
    source::mark_test_files(&mut sources);
    sources
}

/// Fails with every finding, one a line.
fn assert_tidy(findings: &[Finding]) {
    let lines: Vec<_> = findings.iter().map(Finding::to_string).collect();
    assert!(lines.is_empty(), "{} finding(s):\n{}", lines.len(), lines.join("\n"));
}

/// Fails unless the sample breaks its rule exactly on these lines.
#[track_caller]
fn assert_found(findings: &[Finding], lines: &[usize]) {
    let found: Vec<_> = findings.iter().map(|finding| finding.line).collect();
    let shown: Vec<_> = findings.iter().map(Finding::to_string).collect();
    assert_eq!(found, lines, "{shown:#?}");
}

#[test]
fn imports_point_down() {
    assert_tidy(&floors::check(&sources()));
}

#[test]
fn files_and_functions_fit_the_eye_and_modules_say_what_they_are() {
    let others = files(&["src"], &[".js", ".css"]);
    assert_tidy(&shape::check(&sources(), &others));
}

#[test]
fn nothing_is_left_open_or_silenced() {
    let endings =
        [".rs", ".js", ".css", ".html", ".sql", ".toml", ".md", ".json", ".yml", ".service", "file", "/run"];
    let texts = files(
        &[
            "src",
            "tests",
            "migrations",
            "config",
            "docs",
            "benches",
            ".ci",
            "README.md",
            "Cargo.toml",
            "deny.toml",
        ],
        &endings,
    );
    assert_tidy(&words::check(&sources(), &texts));
}

#[test]
fn documents_name_files_that_exist() {
    assert_tidy(&documents::check(&top(), &files(&["README.md", "docs"], &[".md"])));
}

#[test]
fn dashboards_and_alerts_name_metrics_that_exist() {
    let texts = files(&["config"], &[".json", ".yml"]);
    assert!(texts.len() >= 3, "the dashboard and the alerts are gone");
    let (described, counting): (Vec<_>, Vec<_>) =
        files(&["src"], &[".rs"]).into_iter().partition(|(path, _)| path.ends_with("cli/measures.rs"));
    assert_tidy(&metrics::check(&counting, &texts));
    assert_tidy(&metrics::check(&counting, &described));
    assert_tidy(&metrics::undescribed(&described, &counting));
}

#[test]
fn every_test_file_is_compiled() {
    assert_tidy(&modules::check(&sources()));
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let postgres = files(&["migrations/postgres"], &["up.sql"]);
    let sqlite = files(&["migrations/sqlite"], &["up.sql"]);
    assert_tidy(&schema::check(&postgres, &sqlite));
}
