//! Many dice: every face as often as every other, and no die tells anything about another one.
//!
//! A hundred million where the program is optimised (`cargo test --release --test integration dice`), fewer
//! where it is not; `DUGOUT_DICE` says another number. Each table is judged at a significance of 6 in 10 million.
//! The seeds are fixed, so that for a number of dice this holds or fails for ever.

use dugout::fairness::{DiceKey, Seed};
use dugout::rules::vocabulary::BySide;
use std::collections::BTreeMap;

const DICE_VARIABLE: &str = "DUGOUT_DICE";
const DICE_DEFAULT: u64 = if cfg!(debug_assertions) { 300_000 } else { 100_000_000 };

/// Dice of each kind of unfair dice that must be found.
const UNFAIR_DICE: u64 = 100_000;

/// The dice that are thrown in games.
const SIDES: [u8; 3] = [6, 20, 100];

/// Games whose dice are thrown, of each number of sides.
const GAMES: u8 = 4;

/// Dice of one at-bat roll: the same die of the next roll is so many dice on.
const DICE_IN_ROLL: usize = 5;

/// Standard deviations that chi-square may be off: six in ten million tables of fair dice are farther.
const DEVIATIONS_MAX: f64 = 5.0;

/// How often each of `cells` equally likely things was seen.
struct Counts {
    cells: Vec<u64>,
}

impl Counts {
    fn new(cells: usize) -> Self {
        Self { cells: vec![0; cells] }
    }

    fn of(cells: usize, seen: impl Iterator<Item = usize>) -> Self {
        let mut counts = Self::new(cells);
        seen.for_each(|cell| counts.cells[cell] += 1);
        counts
    }

    fn add(&mut self, other: &Self) {
        self.cells.iter_mut().zip(&other.cells).for_each(|(own, other)| *own += other);
    }

    /// How many standard deviations chi-square is from what even chances give, by the cube-root approximation of
    /// Wilson and Hilferty. Negative: more even than chance would have it.
    fn deviation(&self) -> f64 {
        let number = |count: u64| f64::from(u32::try_from(count).expect("fewer than 2^32 dice"));
        let expected = number(self.cells.iter().sum()) / number(self.cells.len() as u64);
        let chi: f64 = self.cells.iter().map(|&seen| (number(seen) - expected).powi(2) / expected).sum();
        let freedom = number(self.cells.len() as u64 - 1);
        let spread = 2.0 / (9.0 * freedom);
        ((chi / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
    }
}

/// What is counted of a game's dice, each counted once in every table: faces, neighbours, the same die of the
/// next roll.
fn tables(dice: &[u8], sides: usize) -> BTreeMap<&'static str, Counts> {
    let pair = |(a, b): (&u8, &u8)| usize::from(*a) * sides + usize::from(*b);
    let neighbours = dice.chunks_exact(2).map(|two| pair((&two[0], &two[1])));
    let next_roll = dice.chunks_exact(2 * DICE_IN_ROLL).flat_map(|rolls| {
        let (first, second) = rolls.split_at(DICE_IN_ROLL);
        first.iter().zip(second).map(pair)
    });
    BTreeMap::from([
        ("faces", Counts::of(sides, dice.iter().map(|face| usize::from(*face)))),
        ("neighbours", Counts::of(sides * sides, neighbours)),
        ("the next roll", Counts::of(sides * sides, next_roll)),
    ])
}

/// The first dice of a game, counted from 0.
fn thrown(seed: [u8; 32], sides: u8, count: u64) -> Vec<u8> {
    let key = DiceKey::new(&Seed::new(seed), &BySide { away: None, home: None });
    (0..count).map(|n| key.die(n, sides) - 1).collect()
}

/// Everything about the dice of one number of sides.
fn judge(sides: u8, dice_of_game: u64) -> Vec<(&'static str, f64)> {
    let faces = usize::from(sides);
    let mut sums: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut previous: Option<Vec<u8>> = None;
    for game in 0..GAMES {
        // Seeds that differ in one bit or two: the closest that two games can be.
        let mut seed = [sides; 32];
        seed[31] = game;
        let dice = thrown(seed, sides, dice_of_game);
        let mut tables = tables(&dice, faces);
        if let Some(previous) = previous.filter(|_| game % 2 == 1) {
            let pairs = previous.iter().zip(&dice).map(|(a, b)| usize::from(*a) * faces + usize::from(*b));
            tables.insert("the same die of another game", Counts::of(faces * faces, pairs));
        }
        for (name, table) in tables {
            sums.entry(name).or_insert_with(|| Counts::new(table.cells.len())).add(&table);
        }
        previous = Some(dice);
    }
    sums.into_iter().map(|(name, counts)| (name, counts.deviation())).collect()
}

#[test]
fn dice_are_uniform_and_independent() {
    let named = std::env::var(DICE_VARIABLE).ok();
    let dice = named.map_or(DICE_DEFAULT, |count| count.parse().expect("a number of dice"));
    let dice_of_game = dice / (SIDES.len() as u64 * u64::from(GAMES));
    let started = std::time::Instant::now();
    let judged = std::thread::scope(|scope| {
        let threads = SIDES.map(|sides| scope.spawn(move || (sides, judge(sides, dice_of_game))));
        threads.map(|thread| thread.join().expect("no die panics"))
    });
    println!("{dice} dice in {:.1} s; deviations of chi-square:", started.elapsed().as_secs_f64());
    for (sides, deviations) in judged {
        for (what, deviation) in deviations {
            println!("d{sides:<3} {what:30} {deviation:6.2}");
            assert!(deviation.abs() < DEVIATIONS_MAX, "d{sides}, {what}: {deviation}");
        }
    }
}

#[test]
fn unfair_dice_are_found() {
    // Taken from a hundred without refusing any, low faces come up more often: 17 times against 16.
    let fair = thrown([1; 32], 100, UNFAIR_DICE);
    let biased: Vec<u8> = fair.iter().map(|face| face % 6).collect();
    assert!(tables(&biased, 6)["faces"].deviation() > DEVIATIONS_MAX, "bias");
    // Fair faces, but the second of two repeats the first in one case of fifty.
    let mut sticky = thrown([2; 32], 6, UNFAIR_DICE);
    for at in (1..sticky.len()).step_by(100) {
        sticky[at] = sticky[at - 1];
    }
    let tables = tables(&sticky, 6);
    assert!(tables["faces"].deviation().abs() < DEVIATIONS_MAX, "the faces alone look fair");
    assert!(tables["neighbours"].deviation() > DEVIATIONS_MAX, "dependence");
}
