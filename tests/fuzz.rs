//! Hostile input for everything that reads: frames, published journals, journal rows, snapshots, configuration.
//!
//! Each target runs for `DUGOUT_FUZZ_SECONDS` (2 where not set; a minute each in CI) on inputs that a seeded mutator makes out
//! of a corpus. `DUGOUT_FUZZ_SEED` chooses the seed. There is no feedback from coverage: the corpus has every
//! kind of input, and the changes know JSON. An input that fails is written to a file, to be kept in
//! `tests/fuzz/corpus` once it is understood.

mod mutate;
mod played;
mod seeds;
mod targets;

use mutate::Mutator;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

fn setting(name: &str, default: u64) -> u64 {
    let Ok(text) = std::env::var(name) else { return default };
    text.parse().unwrap_or_else(|_| panic!("{name}: `{text}` is not a number"))
}

/// Tries the corpus as it is, then inputs made out of it until the time is over.
fn fuzz(name: &str, seeds: Vec<String>, target: fn(&[u8])) {
    let corpus: Vec<Vec<u8>> =
        seeds::kept(name).into_iter().chain(seeds.into_iter().map(Into::into)).collect();
    corpus.iter().for_each(|input| attempt(name, input, "the corpus", target));
    let seed = setting("DUGOUT_FUZZ_SEED", 1);
    let until = Instant::now() + Duration::from_secs(setting("DUGOUT_FUZZ_SECONDS", 2));
    let mut mutator = Mutator::new(seed);
    let mut tried: u64 = 0;
    while Instant::now() < until {
        let input = mutator.input(&corpus);
        attempt(name, &input, &format!("input {tried} of DUGOUT_FUZZ_SEED={seed}"), target);
        tried += 1;
    }
    println!("{name}: {tried} inputs from {} of the corpus, seed {seed}", corpus.len());
    assert!(tried > 0, "{name}: not one input was tried");
}

/// Fails, with the input in a file, where the target fails.
fn attempt(name: &str, input: &[u8], which: &str, target: fn(&[u8])) {
    if catch_unwind(|| target(input)).is_ok() {
        return;
    }
    let path = std::env::temp_dir().join(format!("dugout-fuzz-{name}-{}", std::process::id()));
    let kept = std::fs::write(&path, input).map(|()| path.display().to_string());
    panic!(
        "{name} fails at {which}; the input is in {kept:?}: {}",
        String::from_utf8_lossy(&input[..input.len().min(2_000)])
    );
}

#[test]
fn frames_are_read_or_refused() {
    fuzz("frame", seeds::frames(), targets::frame);
}

#[test]
fn journals_are_verified_or_refused() {
    fuzz("journal", seeds::journals(), targets::journal);
}

#[test]
fn journal_rows_are_read_or_refused() {
    fuzz("row", seeds::rows(), targets::row);
}

#[test]
fn snapshots_are_opened_or_refused() {
    fuzz("snapshot", seeds::snapshots(), targets::snapshot);
}

#[test]
fn settings_are_taken_or_refused() {
    fuzz("settings", seeds::settings(), targets::settings);
}

#[test]
fn a_target_that_fails_is_noticed() {
    let found = catch_unwind(|| attempt("frame", b"~", "here", |input| assert!(!input.contains(&b'~'))));
    assert!(found.is_err(), "the input that fails is not noticed");
}
