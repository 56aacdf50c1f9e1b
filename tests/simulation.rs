//! Deterministic simulation: the host's own actors, on a simulated clock, network and database, under whatever
//! can go wrong. One seed is one schedule, on any machine, as often as one likes.
//!
//! `DUGOUT_SIMULATION_SEED=n` runs the schedule of one seed and prints its trace; `DUGOUT_SIMULATION_SCHEDULES=n`
//! runs that many instead of the usual number.

mod absences;
mod checks;
mod client;
mod database;
mod hosts;
mod ledger;
mod network;
mod owners;
mod process;
mod random;
mod record;
mod schedule;
mod trace;
mod weather;

use database::Honesty;
use dugout::id::Seq;
use dugout::league::League;
use schedule::{Outcome, run};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;
use trace::Counts;

/// Schedules of an ordinary test run.
const SCHEDULES: u64 = 120;
/// Each schedule has a thread to itself while it runs; so many run at a time.
const THREADS: usize = 2;
/// Seeds whose schedules are run twice and compared.
const REPEATED: std::ops::Range<u64> = 0..8;
/// Seeds of which one at least has a clock that runs while nobody is there.
const TIMELESS: std::ops::Range<u64> = 0..60;
/// Seeds whose schedules are run on a database that forgets.
const FORGETFUL: std::ops::Range<u64> = 0..6;

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}: `{text}` is not a number")))
}

/// What was found out by many schedules.
#[derive(Default)]
struct Findings {
    counts: Counts,
    broken: Option<(u64, Outcome)>,
}

fn run_all(seeds: std::ops::Range<u64>) -> Findings {
    let (next, found) = (AtomicU64::new(seeds.start), Mutex::new(Findings::default()));
    let (stop, league) = (AtomicBool::new(false), League::bundled());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let outcome = run(seed, &league, Honesty::Honest);
                    let mut found = found.lock().expect("nobody panics while holding it");
                    for (name, count) in &outcome.counts {
                        *found.counts.entry(name).or_default() += count;
                    }
                    *found.counts.entry("schedules").or_default() += 1;
                    if outcome.broken.is_some()
                        && found.broken.as_ref().is_none_or(|(first, _)| seed < *first)
                    {
                        stop.store(true, Ordering::Relaxed);
                        found.broken = Some((seed, outcome));
                    }
                }
            });
        }
    });
    found.into_inner().expect("nobody panicked while holding it")
}

#[test]
fn no_schedule_breaks_a_promise() {
    let seeds = match setting("DUGOUT_SIMULATION_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..setting("DUGOUT_SIMULATION_SCHEDULES").unwrap_or(SCHEDULES),
    };
    let only_one = seeds.end - seeds.start == 1;
    let began = Instant::now();
    let found = run_all(seeds);
    println!("{:.1} s: {:?}", began.elapsed().as_secs_f64(), found.counts);
    if let Some((seed, Outcome { trace, broken, .. })) = found.broken {
        println!("{}", trace.join("\n"));
        panic!(
            "seed {seed}: {}\nagain: DUGOUT_SIMULATION_SEED={seed} cargo test --test integration \
             simulation::no_schedule -- --nocapture",
            broken.unwrap_or_default()
        );
    }
    let everything = [
        "kills",
        "stops",
        "freezes",
        "outages",
        "panics",
        "lost results",
        "settled",
        "closed",
        "takeovers",
        "elsewhere",
        "refused changes",
        "deadlines missed",
        "deadlines moved",
        "clocks run out",
    ];
    if !only_one {
        for name in everything {
            assert!(found.counts.contains_key(name), "no schedule had any of `{name}`");
        }
    }
}

/// Runs a schedule twice, and gives what came of both.
fn run_twice(seed: u64, league: &League, honesty: Honesty) -> Outcome {
    let (first, second) = (run(seed, league, honesty), run(seed, league, honesty));
    let differs = first.trace.iter().zip(&second.trace).position(|(one, other)| one != other);
    if let Some(at) = differs {
        panic!("seed {seed}, line {at}:\n  {}\n  {}", first.trace[at], second.trace[at]);
    }
    assert_eq!(first.trace.len(), second.trace.len(), "seed {seed}: one trace is longer");
    assert_eq!(first.broken, second.broken, "seed {seed}");
    first
}

#[test]
fn a_seed_repeats_its_schedule() {
    let league = League::bundled();
    for seed in REPEATED {
        run_twice(seed, &league, Honesty::Honest);
    }
}

#[test]
fn a_database_that_forgets_is_caught_and_caught_again_by_the_same_seed() {
    let (league, honesty) = (League::bundled(), Honesty::Forgetful { after: Seq(3) });
    let caught = FORGETFUL.filter(|seed| run_twice(*seed, &league, honesty).broken.is_some()).count();
    // In a few schedules nobody plays as far as that.
    assert!(caught * 2 > FORGETFUL.count(), "only {caught} schedules noticed it");
}

#[test]
fn clocks_that_charge_for_absences_are_caught() {
    let league = League::bundled();
    let caught = TIMELESS.flat_map(|seed| run(seed, &league, Honesty::Timeless).broken).next();
    let caught = caught.expect("nobody noticed that time was not given back");
    assert!(caught.contains("nobody could play"), "{caught}");
}
