//! The paths that a source file names: `use` trees spread out, and every `a::b::c` elsewhere, `super` resolved.

use super::lexer::Token;
use super::source::Source;

/// A path as written, resolved to the crate's root where it leads into the crate.
#[derive(PartialEq, Eq, Debug)]
pub struct Mention {
    /// `["crate", "rules", "state"]` or `["std", "fs"]`.
    pub segments: Vec<String>,
    pub line: usize,
    /// Only tests compile it.
    pub is_test: bool,
}

/// Every path of two or more segments, and every import.
pub fn mentions(source: &Source) -> Vec<Mention> {
    let tokens = &source.tokens;
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is_word("use") && !is_precise_capture(tokens, at) {
            at = spread(source, at + 1, &[], &mut found);
        } else if tokens[at].word().is_some() {
            let (segments, next) = straight(tokens, at);
            if segments.len() > 1 {
                found.push(mention(source, at, segments));
            }
            at = next;
        } else {
            at += 1;
        }
    }
    found
}

/// `impl Trait + use<'a>` is no import.
fn is_precise_capture(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|next| next.is_mark('<'))
}

/// `a::b::c` from `at`, and the index past it.
fn straight(tokens: &[Token], at: usize) -> (Vec<String>, usize) {
    let mut segments = Vec::new();
    let mut next = at;
    while let Some(word) = tokens.get(next).and_then(Token::word) {
        segments.push(word.to_owned());
        next += 1;
        let joined =
            is_joint(tokens, next) && tokens.get(next + 2).is_some_and(|token| token.word().is_some());
        if !joined {
            break;
        }
        next += 2;
    }
    (segments, next)
}

fn is_joint(tokens: &[Token], at: usize) -> bool {
    [at, at + 1].iter().all(|place| tokens.get(*place).is_some_and(|token| token.is_mark(':')))
}

/// One branch of a `use` tree below `prefix`, with all its twigs; the index past it.
fn spread(source: &Source, at: usize, prefix: &[String], found: &mut Vec<Mention>) -> usize {
    let tokens = &source.tokens;
    let at = if is_joint(tokens, at) { at + 2 } else { at };
    let (segments, mut next) = straight(tokens, at);
    let whole = [prefix, &segments].concat();
    if is_joint(tokens, next) {
        next += 2;
    }
    match tokens.get(next) {
        Some(token) if token.is_mark('{') => {
            let end = super::source::closing(tokens, next);
            let mut twig = next + 1;
            while twig + 1 < end {
                twig = spread(source, twig, &whole, found);
                twig += usize::from(tokens.get(twig).is_some_and(|token| token.is_mark(',')));
            }
            end
        }
        Some(token) if token.is_mark('*') => {
            found.push(mention(source, at, whole));
            next + 1
        }
        Some(token) if token.is_word("as") => {
            found.push(mention(source, at, whole));
            next + 2
        }
        _ => {
            found.push(mention(source, at, whole));
            next.max(at + 1)
        }
    }
}

fn mention(source: &Source, at: usize, segments: Vec<String>) -> Mention {
    Mention {
        segments: resolve(source, at, segments),
        line: source.tokens[at].line,
        is_test: source.is_test(at),
    }
}

/// `self::x` and `super::x` as `crate::…`.
fn resolve(source: &Source, at: usize, segments: Vec<String>) -> Vec<String> {
    if !matches!(segments[0].as_str(), "self" | "super") {
        return segments;
    }
    let mut module = source.module_at(at);
    let steps = segments.iter().take_while(|segment| matches!(segment.as_str(), "self" | "super")).count();
    for segment in &segments[..steps] {
        if segment == "super" {
            module.pop();
        }
    }
    std::iter::once("crate".to_owned()).chain(module).chain(segments[steps..].iter().cloned()).collect()
}

#[test]
fn use_trees_are_spread_and_super_is_resolved() {
    let text = "use std::{fs, io::{self, Read as R}};\nuse super::state::*;\nfn f() -> impl T + use<'a> { self::g(); tokio::spawn(x) }";
    let source = Source::new("src/rules/decide.rs", text);
    let all: Vec<_> = mentions(&source).iter().map(|mention| mention.segments.join("::")).collect();
    assert_eq!(
        all,
        [
            "std::fs",
            "std::io::self",
            "std::io::Read",
            "crate::rules::state",
            "crate::rules::decide::g",
            "tokio::spawn"
        ]
    );
}
