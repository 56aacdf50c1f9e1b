//! Inputs out of inputs: changes of the JSON that is in them, and of their bytes.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, RngExt, SeedableRng};
use serde_json::{Value, json};

/// The longest input that is tried, in bytes.
const BYTES_MAX: usize = 32 * 1024;
/// Changes of one input at most.
const CHANGES_MAX: u32 = 6;

/// What readers stumble over.
const WORDS: [&str; 20] = [
    "null",
    "true",
    "-1",
    "0",
    "255",
    "256",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551616",
    "1e400",
    "0.1",
    "\"\"",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "[[[[[[[[[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":{\"a\":",
    "\u{feff}",
    "\u{202e}",
    "\r\n",
    "\\",
];

/// Makes inputs, the same ones from the same seed.
pub struct Mutator {
    chance: ChaCha8Rng,
}

impl Mutator {
    pub fn new(seed: u64) -> Self {
        Self { chance: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// An input like one of the corpus, changed a few times.
    pub fn input(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = self.one_of(corpus).clone();
        for _ in 0..self.chance.random_range(1..=CHANGES_MAX) {
            input = if self.chance.random_bool(0.6) {
                self.change_json(&input, corpus)
            } else {
                self.change_bytes(input, corpus)
            };
        }
        input.truncate(BYTES_MAX);
        input
    }

    fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.chance.random_range(0..of.len())]
    }

    /// One line that is JSON is changed inside; an input without any is left as it is.
    fn change_json(&mut self, input: &[u8], corpus: &[Vec<u8>]) -> Vec<u8> {
        let text = String::from_utf8_lossy(input);
        let mut lines: Vec<_> = text.split('\n').map(str::to_owned).collect();
        let at = self.chance.random_range(0..lines.len());
        let Ok(mut value) = serde_json::from_str::<Value>(&lines[at]) else { return input.to_vec() };
        let donor: &Vec<u8> = self.one_of(corpus);
        let donor = String::from_utf8_lossy(donor).into_owned();
        let donor = donor.lines().find_map(|line| serde_json::from_str(line).ok()).unwrap_or(Value::Null);
        let graft = self.node(&donor).clone();
        self.change(&mut value, graft);
        lines[at] = value.to_string();
        lines.join("\n").into_bytes()
    }

    /// Some value inside this one, or all of it.
    fn node<'a>(&mut self, value: &'a Value) -> &'a Value {
        let children: Vec<&Value> = match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(fields) => fields.values().collect(),
            _ => Vec::new(),
        };
        if children.is_empty() || self.chance.random_bool(0.2) {
            return value;
        }
        let child = *self.one_of(&children);
        self.node(child)
    }

    fn change(&mut self, value: &mut Value, graft: Value) {
        let go_deeper = self.chance.random_bool(0.8);
        match value {
            Value::Array(items) if go_deeper && !items.is_empty() => {
                let at = self.chance.random_range(0..items.len());
                match self.chance.random_range(0..8) {
                    0 => drop(items.remove(at)),
                    1 => items.insert(at, graft),
                    2 => items.insert(at, items[at].clone()),
                    _ => self.change(&mut items[at], graft),
                }
            }
            Value::Object(fields) if go_deeper && !fields.is_empty() => {
                let names: Vec<String> = fields.keys().cloned().collect();
                let name = self.one_of(&names).clone();
                match self.chance.random_range(0..10) {
                    0 => drop(fields.remove(&name)),
                    1 => drop(fields.insert(format!("{name}x"), graft)),
                    2 => drop(fields.insert(name, graft)),
                    _ => {
                        if let Some(field) = fields.get_mut(&name) {
                            self.change(field, graft);
                        }
                    }
                }
            }
            leaf => *leaf = self.leaf(leaf, graft),
        }
    }

    fn leaf(&mut self, old: &Value, graft: Value) -> Value {
        match self.chance.random_range(0..9) {
            0 => Value::Null,
            1 => json!(self.chance.random_bool(0.5)),
            2 => json!(self.chance.next_u64()),
            3 => json!(-i64::from(self.chance.next_u32())),
            4 => json!(self.chance.random_range(0..40)),
            5 => json!("x".repeat(self.chance.random_range(0..300))),
            6 => json!([old]),
            7 => old.as_i64().map_or(Value::Null, |number| json!(number.wrapping_add(1))),
            _ => graft,
        }
    }

    fn change_bytes(&mut self, mut input: Vec<u8>, corpus: &[Vec<u8>]) -> Vec<u8> {
        let at = self.chance.random_range(0..=input.len());
        let length = self.chance.random_range(0..=(input.len() - at).min(64));
        match self.chance.random_range(0..6) {
            0 if at < input.len() => input[at] ^= 1 << self.chance.random_range(0..8),
            1 => drop(input.drain(at..at + length)),
            2 => {
                let word = *self.one_of(&WORDS);
                drop(input.splice(at..at + length, word.bytes()));
            }
            3 => {
                let again = input[at..at + length].to_vec();
                drop(input.splice(at..at, again));
            }
            4 => {
                let other = self.one_of(corpus).clone();
                let from = self.chance.random_range(0..=other.len());
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            _ => input.truncate(at),
        }
        input
    }
}

#[test]
fn the_same_seed_makes_the_same_inputs_and_another_seed_others() {
    let corpus = vec![br#"{"a":[1,2],"b":{"c":"d"}}"#.to_vec(), b"x\n[1]".to_vec()];
    let inputs = |seed| {
        let mut mutator = Mutator::new(seed);
        (0..100).map(|_| mutator.input(&corpus)).collect::<Vec<_>>()
    };
    assert_eq!(inputs(1), inputs(1));
    assert_ne!(inputs(1), inputs(2));
    let still_json = inputs(1).iter().filter(|input| serde_json::from_slice::<Value>(input).is_ok()).count();
    assert!((10..90).contains(&still_json), "{still_json} of 100 are JSON");
}
