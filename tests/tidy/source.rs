//! A source file as the rules see it: its tokens, its place among the modules, and which parts are tests.

use super::lexer::{Token, tokens};
use std::ops::Range;

/// One Rust file.
pub struct Source {
    /// Path from the top of the repository, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// Only tests compile this file.
    pub only_tests: bool,
    /// Token ranges that only tests compile.
    pub tests: Vec<Range<usize>>,
    /// Token ranges of inline modules, outermost first: `super` means one step less inside them.
    pub inline_modules: Vec<Range<usize>>,
    /// Out-of-line modules declared here, with whether only tests compile them.
    pub declared: Vec<(String, bool)>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let tokens = tokens(text);
        let tests = test_items(&tokens);
        let is_test = |at: usize| tests.iter().any(|range| range.contains(&at));
        let mut declared = Vec::new();
        let mut inline_modules = Vec::new();
        for at in (0..tokens.len()).filter(|at| tokens[*at].is_word("mod")) {
            let Some(name) = tokens.get(at + 1).and_then(Token::word) else { continue };
            match tokens.get(at + 2) {
                Some(next) if next.is_mark(';') => declared.push((name.to_owned(), is_test(at))),
                Some(next) if next.is_mark('{') => inline_modules.push(at + 2..closing(&tokens, at + 2)),
                _ => {}
            }
        }
        let only_tests = path.starts_with("tests/");
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens,
            only_tests,
            tests,
            inline_modules,
            declared,
        }
    }

    /// Whether only tests compile this token.
    pub fn is_test(&self, at: usize) -> bool {
        self.only_tests || self.tests.iter().any(|range| range.contains(&at))
    }

    /// The module's path below the crate: `["rules", "state"]` for `src/rules/state.rs`, empty for the root.
    pub fn module(&self) -> Vec<String> {
        let inside =
            self.path.trim_start_matches("src/").trim_start_matches("tests/").trim_end_matches(".rs");
        match inside {
            "lib" | "main" => Vec::new(),
            _ => inside.split('/').map(String::from).collect(),
        }
    }

    /// The module's path at this token, inline modules included.
    pub fn module_at(&self, at: usize) -> Vec<String> {
        let mut module = self.module();
        let names = self.inline_modules.iter().filter(|range| range.contains(&at));
        module.extend(names.filter_map(|range| self.tokens[range.start - 1].word().map(String::from)));
        module
    }
}

/// Marks the files that are declared behind `#[cfg(test)]`, and those below them.
pub fn mark_test_files(sources: &mut [Source]) {
    let test_modules: Vec<String> = sources.iter().flat_map(test_modules).collect();
    for source in sources {
        let path = source.path.trim_end_matches(".rs");
        source.only_tests |=
            test_modules.iter().any(|module| path == module || path.starts_with(&format!("{module}/")));
    }
}

/// Files that this one declares for tests only, without their ending.
fn test_modules(source: &Source) -> Vec<String> {
    let folder = source.path.trim_end_matches(".rs").trim_end_matches("/lib").to_owned();
    let tests = source.declared.iter().filter(|(_, is_test)| *is_test);
    tests.map(|(name, _)| format!("{folder}/{name}")).collect()
}

/// The index just past the bracket that closes the one at `open`; the end where it is never closed.
pub fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_i64;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if ['{', '(', '['].iter().any(|mark| token.is_mark(*mark)) {
            depth += 1;
        } else if ['}', ')', ']'].iter().any(|mark| token.is_mark(*mark)) {
            depth -= 1;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    tokens.len()
}

/// The items behind `#[cfg(test)]` and `#[test]`.
fn test_items(tokens: &[Token]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in 0..tokens.len() {
        let inside = found.last().is_some_and(|last| last.contains(&at));
        if inside || !tokens[at].is_mark('#') || !tokens.get(at + 1).is_some_and(|next| next.is_mark('[')) {
            continue;
        }
        let end = closing(tokens, at + 1);
        let words: Vec<_> = tokens[at..end].iter().filter_map(Token::word).collect();
        let is_test = words.contains(&"test") && !words.contains(&"not");
        if is_test && !words.contains(&"cfg_attr") {
            found.push(at..item_end(tokens, end));
        }
    }
    found
}

/// Where the item that starts at `start` ends: past its body, or past its semicolon.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        if tokens[at].is_mark(';') {
            return at + 1;
        }
        if tokens[at].is_mark('{') {
            return closing(tokens, at);
        }
        at = if tokens[at].is_mark('(') || tokens[at].is_mark('[') { closing(tokens, at) } else { at + 1 };
    }
    tokens.len()
}

#[test]
fn test_items_are_told_from_the_rest() {
    let source = Source::new(
        "src/rules/x.rs",
        "fn a() { one } #[cfg(test)] mod tests { fn b() { two } } #[test] fn c() { three } mod d; #[cfg(test)] mod e;",
    );
    let place =
        |word: &str| source.tokens.iter().position(|token| token.is_word(word)).expect("is in the sample");
    assert!(!source.is_test(place("one")));
    assert!(source.is_test(place("two")));
    assert!(source.is_test(place("three")));
    assert_eq!(source.declared, [("d".to_owned(), false), ("e".to_owned(), true)]);
    assert_eq!(source.module_at(place("one")), ["rules", "x"]);
    assert_eq!(source.module_at(place("two")), ["rules", "x", "tests"]);
}
