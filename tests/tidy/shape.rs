//! What fits the eye: files, functions, and the sentence that opens a module.

use super::Finding;
use super::source::{Source, closing};

/// A longer file holds two ideas.
const FILE_LINES_MAX: usize = 500;
/// A longer function does not fit a screen.
const FUNCTION_LINES_MAX: usize = 70;

/// Checks Rust sources, and the other sources (path, text) for their length alone.
pub fn check(sources: &[Source], others: &[(String, String)]) -> Vec<Finding> {
    let rust = sources.iter().map(|source| (source.path.as_str(), source.text.as_str()));
    let other = others.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let mut findings: Vec<_> = rust.chain(other).filter_map(|(path, text)| file_length(path, text)).collect();
    findings.extend(sources.iter().flat_map(long_functions));
    findings.extend(sources.iter().filter_map(opening));
    findings
}

fn file_length(path: &str, text: &str) -> Option<Finding> {
    let lines = text.lines().count();
    (lines > FILE_LINES_MAX).then(|| Finding {
        file: path.to_owned(),
        line: FILE_LINES_MAX + 1,
        rule: "file length",
        what: format!("{lines} lines, at most {FILE_LINES_MAX}"),
        remedy: "find the second idea and give it a file of its own",
    })
}

fn long_functions(source: &Source) -> Vec<Finding> {
    let starts = source.tokens.iter().enumerate().filter(|(_, token)| token.is_word("fn"));
    starts.filter_map(|(at, _)| function_length(source, at)).collect()
}

/// Measures from the line of `fn` to its closing brace. A function without a body has no length.
fn function_length(source: &Source, at: usize) -> Option<Finding> {
    let tokens = &source.tokens;
    let name = tokens.get(at + 1)?.word()?;
    let mut body = at + 2;
    while !tokens.get(body)?.is_mark('{') {
        if tokens[body].is_mark(';') {
            return None;
        }
        let nested = tokens[body].is_mark('(') || tokens[body].is_mark('[');
        body = if nested { closing(tokens, body) } else { body + 1 };
    }
    let last = closing(tokens, body) - 1;
    let lines = tokens[last].line - tokens[at].line + 1;
    (lines > FUNCTION_LINES_MAX).then(|| Finding {
        file: source.path.clone(),
        line: tokens[at].line,
        rule: "function length",
        what: format!("`{name}` has {lines} lines, at most {FUNCTION_LINES_MAX}"),
        remedy: "name its steps and call them",
    })
}

fn opening(source: &Source) -> Option<Finding> {
    let first = source.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    (!first.starts_with("//! ")).then(|| Finding {
        file: source.path.clone(),
        line: 1,
        rule: "module docs",
        what: "does not open with `//!`".to_owned(),
        remedy: "say what the module is for and what it must not know",
    })
}

#[test]
fn long_files_long_functions_and_silent_modules_are_found() {
    let long_file = "//! x\n".repeat(FILE_LINES_MAX + 1);
    super::assert_found(&check(&[Source::new("src/id.rs", &long_file)], &[]), &[FILE_LINES_MAX + 1]);
    super::assert_found(&check(&[], &[("src/web/page.js".to_owned(), long_file)]), &[FILE_LINES_MAX + 1]);
    let long_function = format!("//! x\nfn f(\n a: [u8; 2],\n) {{\n{}}}", "x;\n".repeat(FUNCTION_LINES_MAX));
    super::assert_found(&check(&[Source::new("src/id.rs", &long_function)], &[]), &[2]);
    super::assert_found(&check(&[Source::new("src/id.rs", "\nuse a::b;")], &[]), &[1]);
}

#[test]
fn what_just_fits_is_left_alone() {
    let function =
        format!("//! x\nfn f() {{\n{}}}\nfn g(h: fn(u8)) -> u8;", "x;\n".repeat(FUNCTION_LINES_MAX - 2));
    super::assert_found(&check(&[Source::new("src/id.rs", &function)], &[]), &[]);
}
