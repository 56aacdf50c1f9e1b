//! A test file that nobody declares is never compiled, and passes for ever.

use super::Finding;
use super::source::Source;

/// Every `tests/a/b.rs` must be declared by `tests/a.rs`, and every `tests/a.rs` by `tests/main.rs`.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let tests =
        sources.iter().filter(|source| source.path.starts_with("tests/") && source.path != "tests/main.rs");
    tests.filter_map(|source| undeclared(source, sources)).collect()
}

fn undeclared(source: &Source, sources: &[Source]) -> Option<Finding> {
    let (folder, name) = source.path.trim_end_matches(".rs").rsplit_once('/').unwrap_or_default();
    let parent = if folder == "tests" { "tests/main.rs".to_owned() } else { format!("{folder}.rs") };
    let declares = |parent: &Source| parent.declared.iter().any(|(declared, _)| declared == name);
    let declared = sources.iter().any(|source| source.path == parent && declares(source));
    (!declared).then(|| Finding {
        file: source.path.clone(),
        line: 1,
        rule: "test files",
        what: format!("not declared in {parent}"),
        remedy: "declare it with `mod`, or it is never compiled",
    })
}

#[test]
fn a_forgotten_test_file_is_found() {
    let main = Source::new("tests/main.rs", "mod crash;");
    let crash = Source::new("tests/crash.rs", "mod kill;");
    let kill = Source::new("tests/crash/kill.rs", "");
    super::assert_found(&check(&[main, crash, kill]), &[]);
    let lost = [
        Source::new("tests/main.rs", ""),
        Source::new("tests/crash.rs", ""),
        Source::new("tests/crash/kill.rs", ""),
    ];
    super::assert_found(&check(&lost), &[1, 1]);
}
