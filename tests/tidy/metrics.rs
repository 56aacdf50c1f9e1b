//! Dashboards and alerts ask for metrics that the host counts: a panel without data warns nobody.

use super::Finding;
use std::collections::BTreeSet;

/// What Prometheus makes of one histogram.
const SERIES: &[&str] = &["_bucket", "_sum", "_count"];

/// Checks every metric that these texts (path, text) name against those that the sources name.
pub fn check(sources: &[(String, String)], texts: &[(String, String)]) -> Vec<Finding> {
    let counted: BTreeSet<&str> = sources.iter().flat_map(|(_, text)| quoted_names(text)).collect();
    let named = texts.iter().flat_map(|(file, text)| {
        let lines = text.lines().enumerate();
        lines.flat_map(move |(index, line)| names(line).map(move |name| (file, index + 1, name)))
    });
    let unknown = named.filter(|(_, _, name)| {
        let plain = SERIES.iter().find_map(|series| name.strip_suffix(series)).unwrap_or(name);
        !counted.contains(plain) && !counted.contains(name)
    });
    let finding = |(file, line, name): (&String, usize, &str)| Finding {
        file: file.clone(),
        line,
        rule: "metrics",
        what: format!("nothing counts `{name}`"),
        remedy: "name a metric that the host has",
    };
    unknown.map(finding).collect()
}

/// Metrics that a source counts and nobody describes.
pub fn undescribed(described: &[(String, String)], sources: &[(String, String)]) -> Vec<Finding> {
    const COUNTING: &[&str] = &["counter!(\"", "gauge!(\"", "histogram!(\""];
    let described: BTreeSet<&str> = described.iter().flat_map(|(_, text)| quoted_names(text)).collect();
    let mut findings = Vec::new();
    for (file, text) in sources {
        for (index, line) in text.lines().enumerate() {
            let counted =
                COUNTING.iter().filter_map(|macro_call| line.split_once(macro_call)?.1.split('"').next());
            findings.extend(counted.filter(|name| !described.contains(name)).map(|name| Finding {
                file: file.clone(),
                line: index + 1,
                rule: "metrics",
                what: format!("nobody says what `{name}` means"),
                remedy: "describe it in src/cli/measures.rs",
            }));
        }
    }
    findings
}

fn is_name(character: char) -> bool {
    character.is_ascii_lowercase() || character == '_'
}

fn names(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character| !is_name(character)).filter(|word| word.starts_with("dugout_"))
}

fn quoted_names(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|word| word.starts_with("dugout_") && word.chars().all(is_name))
}

#[test]
fn a_metric_that_nobody_counts_is_found() {
    let sources =
        [("a.rs".to_owned(), "counter!(\"dugout_a_total\"); histogram!(\"dugout_b_seconds\")".to_owned())];
    let texts = [(
        "x.yml".to_owned(),
        "rate(dugout_a_total[1m])\ndugout_b_seconds_bucket{}\ndugout_c_total > 0".to_owned(),
    )];
    super::assert_found(&check(&sources, &texts), &[3]);
}

#[test]
fn a_metric_that_nobody_describes_is_found() {
    let described = [("m.rs".to_owned(), "(\"dugout_a_total\", Counter, \"…\")".to_owned())];
    let text = "metrics::counter!(\"dugout_a_total\");\nmetrics::gauge!(\"dugout_b\").set(1.0);";
    let sources = [("a.rs".to_owned(), text.to_owned())];
    super::assert_found(&undescribed(&described, &sources), &[2]);
}
