//! What was typed after a command: words, `key=value` pairs, things in quotes.

use crate::client::{Done, Refusal};
use std::fmt::Display;
use std::str::FromStr;

/// The longest line that is read.
const LINE_CHARS_MAX: usize = 2_000;

/// The words of a line that are not read yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Args {
    words: Vec<String>,
    named: Vec<(String, String)>,
    usage: String,
}

impl Args {
    /// Splits a line into its command and the rest; nothing where the line is empty or a comment.
    ///
    /// # Errors
    /// In words: a quote that is not closed, a line that is too long.
    pub fn split(line: &str) -> Done<Option<(String, Self)>> {
        if line.chars().count() > LINE_CHARS_MAX {
            return Err(Refusal::new(format!("the line is too long; at most {LINE_CHARS_MAX} characters")));
        }
        let mut words = words(line)?.into_iter();
        let Some(command) = words.next() else { return Ok(None) };
        let mut args = Self { words: Vec::new(), named: Vec::new(), usage: String::new() };
        for word in words {
            match word.split_once('=') {
                Some((key, value)) if !key.is_empty() => args.named.push((key.to_owned(), value.to_owned())),
                _ => args.words.push(word),
            }
        }
        Ok(Some((command, args)))
    }

    /// What is said about these words where they are wrong.
    pub fn with_usage(mut self, usage: String) -> Self {
        self.usage = usage;
        self
    }

    /// The next word.
    pub fn next(&mut self) -> Option<String> {
        if self.words.is_empty() { None } else { Some(self.words.remove(0)) }
    }

    /// The next word, which has to be there.
    pub fn need(&mut self, what: &str) -> Done<String> {
        self.next().ok_or_else(|| Refusal::new(format!("{what} is missing; {}", self.usage)))
    }

    /// Takes this word out, wherever it stands.
    pub fn flag(&mut self, word: &str) -> bool {
        let at = self.words.iter().position(|found| found == word);
        at.map(|at| self.words.remove(at)).is_some()
    }

    /// The first word that is a `T`.
    pub fn find<T: FromStr>(&mut self) -> Option<T> {
        let (at, found) =
            self.words.iter().enumerate().find_map(|(at, word)| Some((at, word.parse().ok()?)))?;
        self.words.remove(at);
        Some(found)
    }

    /// The value of `key=`.
    pub fn named(&mut self, key: &str) -> Option<String> {
        let at = self.named.iter().position(|(found, _)| found == key)?;
        Some(self.named.remove(at).1)
    }

    /// The value of `key=`, as a `T`.
    pub fn named_as<T: FromStr<Err: Display>>(&mut self, key: &str) -> Done<Option<T>> {
        self.named(key).map(|value| parse(key, &value)).transpose()
    }

    /// All words that are left.
    pub fn rest(&mut self) -> Vec<String> {
        std::mem::take(&mut self.words)
    }

    /// Whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.named.is_empty()
    }

    /// Refuses what is left over.
    pub fn end(&self) -> Done<()> {
        let left = self.named.first().map(|(key, value)| format!("{key}={value}"));
        match self.words.first().cloned().or(left) {
            None => Ok(()),
            Some(word) => {
                let shown: String = word.chars().take(40).collect();
                Err(Refusal::new(format!("`{shown}` is not understood here; {}", self.usage)))
            }
        }
    }
}

/// Reads one value.
pub fn parse<T: FromStr<Err: Display>>(what: &str, text: &str) -> Done<T> {
    text.parse().map_err(|error| Refusal::new(format!("{what}: `{text}`: {error}")))
}

/// Numbers behind commas: `1,3`.
pub fn numbers(what: &str, text: &str) -> Done<Vec<u8>> {
    text.split(',').filter(|part| !part.is_empty()).map(|part| parse(what, part)).collect()
}

fn words(line: &str) -> Done<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            '#' if !quoted && word.is_none() => break,
            blank if blank.is_whitespace() && !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    if quoted {
        return Err(Refusal::new("a quote is not closed"));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> (String, Args) {
        Args::split(line).expect("readable").expect("a command")
    }

    #[test]
    fn lines_are_split_into_words_pairs_and_quotes() {
        let (command, mut args) = split("  substitute \"Juan Soto\" hold=1,3 SS # why not");
        assert_eq!(command, "substitute");
        assert_eq!(args.named("hold").as_deref(), Some("1,3"));
        assert_eq!(args.next().as_deref(), Some("Juan Soto"));
        assert!(args.flag("SS") && !args.flag("SS"));
        assert!(args.is_empty() && args.end().is_ok());
        assert_eq!(Args::split("   # nothing"), Ok(None));
        assert!(Args::split("card \"Soto").is_err() && Args::split(&"x".repeat(3_000)).is_err());
    }

    #[test]
    fn what_is_left_over_is_refused_with_what_is_allowed() {
        let (_, args) = split("roll twice");
        let refusal = args.with_usage("type `roll`".into()).end().expect_err("left over");
        assert!(refusal.message.contains("twice") && refusal.message.contains("type `roll`"));
        assert_eq!(numbers("hold", "1,3"), Ok(vec![1, 3]));
        assert!(numbers("hold", "1,x").is_err());
    }
}
