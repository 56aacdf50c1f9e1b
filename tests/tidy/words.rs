//! Words that must not stay: work left open, checks silenced, and what belongs to somebody's machine.

use super::Finding;
use super::lexer::Token;
use super::source::{Source, closing};

/// Macros that mean unfinished or forgotten code.
const MACROS: &[&str] = &["todo", "unimplemented", "dbg"];
/// Marks of open work, in any text. Written in halves: this file is checked too.
const MARKS: &[&str] = &[concat!("FIX", "ME"), concat!("XX", "X"), concat!("TO", "DO")];
/// Beginnings of paths that exist on one machine only.
const MACHINE_PATHS: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tm", "p/")];
/// Material beside the repository, which only tests may compare with.
const BESIDE: &str = concat!("../sha", "red");

/// Checks the Rust sources by token and all texts (path, text) by line.
pub fn check(sources: &[Source], texts: &[(String, String)]) -> Vec<Finding> {
    let mut findings: Vec<_> = sources.iter().flat_map(check_tokens).collect();
    findings
        .extend(texts.iter().flat_map(|(path, text)| check_lines(path, text, &test_lines(sources, path))));
    findings
}

fn check_tokens(source: &Source) -> Vec<Finding> {
    let tokens = &source.tokens;
    let mut findings = Vec::new();
    for at in 0..tokens.len() {
        let line = tokens[at].line;
        let mut find = |what: String, remedy| {
            findings.push(Finding { file: source.path.clone(), line, rule: "words", what, remedy });
        };
        if let Some(name) = MACROS.iter().find(|name| sequence(tokens, at, &[name, "!"])) {
            find(format!("`{name}!`"), "finish it, or leave the feature out and refuse it by name");
        }
        if sequence(tokens, at, &["#", "[", "ignore"]) {
            find("an ignored test".to_owned(), "make it pass or remove it");
        }
        if sequence(tokens, at, &[".", "unwrap", "(", ")"]) && !source.is_test(at) {
            find("`.unwrap()`".to_owned(), "handle it, or `expect` with the reason why it holds");
        }
        let attribute = allow_attribute(tokens, at);
        if attribute.is_some_and(|tokens| !tokens.iter().any(|token| token.is_word("reason"))) {
            find("a lint is silenced without a reason".to_owned(), "mend it, or add `reason = \"…\"`");
        }
    }
    findings
}

/// The `#[allow(…)]` or `#![allow(…)]` that starts at `at`.
fn allow_attribute(tokens: &[Token], at: usize) -> Option<&[Token]> {
    let outer = sequence(tokens, at, &["#", "[", "allow"]).then_some(at + 1);
    let bracket = outer.or_else(|| sequence(tokens, at, &["#", "!", "[", "allow"]).then_some(at + 2))?;
    Some(&tokens[at..closing(tokens, bracket)])
}

/// Whether the tokens from `at` on are these words and marks.
fn sequence(tokens: &[Token], at: usize, expected: &[&str]) -> bool {
    expected.iter().enumerate().all(|(offset, expected)| {
        tokens.get(at + offset).is_some_and(|token| match token.word() {
            Some(word) => word == *expected,
            None => expected.len() == 1 && expected.chars().all(|mark| token.is_mark(mark)),
        })
    })
}

/// The lines of `path` that only tests compile.
fn test_lines(sources: &[Source], path: &str) -> Vec<usize> {
    let Some(source) = sources.iter().find(|source| source.path == path) else { return Vec::new() };
    if source.only_tests {
        return (1..=source.text.lines().count()).collect();
    }
    let ranges = source.tests.iter().filter(|range| !range.is_empty());
    ranges.flat_map(|range| source.tokens[range.start].line..=source.tokens[range.end - 1].line).collect()
}

fn check_lines(path: &str, text: &str, test_lines: &[usize]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (line, content) in text.lines().enumerate().map(|(index, content)| (index + 1, content)) {
        let mut find = |what: String, remedy| {
            findings.push(Finding { file: path.to_owned(), line, rule: "words", what, remedy });
        };
        if let Some(mark) = MARKS.iter().find(|mark| has_word(content, mark)) {
            find(format!("`{mark}`"), "do it now, or file an issue");
        }
        if let Some(machine) = MACHINE_PATHS.iter().find(|machine| names_path(content, machine)) {
            find(
                format!("a path of one machine, `{machine}…`"),
                "use a path from the repository, or a setting",
            );
        }
        if content.contains(BESIDE) && !test_lines.contains(&line) {
            find(format!("`{BESIDE}`"), "the project stands on its own; only tests compare with it");
        }
    }
    findings
}

/// Whether `word` stands in `line` with no letter, digit or underscore beside it.
fn has_word(line: &str, word: &str) -> bool {
    let is_letter = |character: char| character == '_' || character.is_alphanumeric();
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back().is_some_and(is_letter);
        let after = line[start + word.len()..].chars().next().is_some_and(is_letter);
        !before && !after
    })
}

/// Whether an absolute path that starts with `machine` stands in `line`.
fn names_path(line: &str, machine: &str) -> bool {
    let is_inner = |character: char| character.is_alphanumeric() || "._-}~".contains(character);
    line.match_indices(machine).any(|(start, _)| !line[..start].chars().next_back().is_some_and(is_inner))
}

#[test]
fn open_work_and_silenced_checks_are_found() {
    let text = "fn f() {\n todo!();\n x.unwrap();\n dbg!(x);\n}\n#[ignore]\n#[allow(dead_code)]\n#![allow(a)]\nfn g() {}";
    super::assert_found(&check(&[Source::new("src/id.rs", text)], &[]), &[2, 3, 4, 6, 7, 8]);
    let marked = format!("fine\n-- {}: later\n// {}", MARKS[0], MARKS[1]);
    super::assert_found(&check(&[], &[("migrations/a/up.sql".to_owned(), marked)]), &[2, 3]);
}

#[test]
fn machine_paths_and_what_stands_beside_the_repository_are_found() {
    let machine = format!("fine\nopen(\"{}x\")\nsee {BESIDE}/rules", MACHINE_PATHS[1]);
    super::assert_found(&check(&[], &[("src/id.rs".to_owned(), machine.clone())]), &[2, 3]);
    let test = Source::new("tests/rules.rs", &machine);
    super::assert_found(&check(&[test], &[("tests/rules.rs".to_owned(), machine)]), &[2]);
}

#[test]
fn allowed_uses_are_left_alone() {
    let text = "// todo!() in a comment\n#[allow(x, reason = \"y\")]\nfn f() { x.unwrap_or(1); \"dbg!(\"; network/tmp/x }\n\
                #[cfg(test)] mod tests { fn g() { x.unwrap(); } }";
    let own = (String::from("src/id.rs"), text.to_owned());
    super::assert_found(&check(&[Source::new("src/id.rs", text)], &[own]), &[]);
}
