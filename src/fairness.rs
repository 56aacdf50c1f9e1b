//! Fair dice: a secret seed, its published commitment, both managers' entropy, and die n derived from them.
//!
//! Shared by the host, which rolls, and `verify`, which recomputes. Pure functions: no I/O, no clock, no
//! source of chance; whoever makes a seed hands in the bytes.

use crate::rules::dice::Dice;
use crate::rules::text::is_lower_hex;
use crate::rules::vocabulary::BySide;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

type HmacSha256 = Hmac<Sha256>;

/// Separates these keys from anything else that may ever be derived from a seed.
const KEY_DOMAIN: &[u8] = b"dugout dice key v1";

/// 32-bit words in one HMAC block.
const BLOCK_WORDS: usize = 8;

/// The secret of one game's dice. It can't be serialized; it leaves only through [`Seed::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; 32]);

/// Does not compile once the seed can be serialized: then two implementations fit, and none can be chosen.
const _: fn() = || {
    trait CannotBeSent<Which> {
        fn holds() {}
    }
    struct CanBeSerialized;
    impl<T: ?Sized> CannotBeSent<()> for T {}
    impl<T: ?Sized + serde::Serialize> CannotBeSent<CanBeSerialized> for T {}
    <Seed as CannotBeSent<_>>::holds();
};

impl Seed {
    /// A seed of these bytes, which must come from a cryptographic source.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one place that stores them.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// SHA-256 of the seed in lower-case hexadecimal: published before the first pitch.
    #[must_use]
    pub fn commitment(&self) -> String {
        hex::encode(Sha256::digest(self.0))
    }

    /// The seed in lower-case hexadecimal: published when the game is over, not before.
    #[must_use]
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(secret)")
    }
}

impl FromStr for Seed {
    type Err = String;

    /// Reads a revealed seed: 64 digits of lower-case hexadecimal.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = || "a dice seed is 64 digits of lower-case hexadecimal".to_owned();
        if text.len() != 64 || !is_lower_hex(text) {
            return Err(allowed());
        }
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| allowed())?;
        Ok(Self(bytes))
    }
}

/// The key of one game's dice: the seed mixed with what the managers contributed.
#[derive(Clone)]
pub struct DiceKey {
    mac: HmacSha256,
}

impl DiceKey {
    /// Mixes the managers' entropy (hexadecimal, as they sent it) into the seed.
    #[must_use]
    pub fn new(seed: &Seed, entropy: &BySide<Option<String>>) -> Self {
        let mut mac = keyed(&seed.0);
        mac.update(KEY_DOMAIN);
        for (_, share) in entropy.iter() {
            let text = share.as_deref().unwrap_or_default();
            // The length keeps the two shares apart: no share can be read as part of the other.
            mac.update(&[u8::from(share.is_some())]);
            mac.update(&(text.len() as u64).to_be_bytes());
            mac.update(text.as_bytes());
        }
        Self { mac: keyed(&mac.finalize().into_bytes()) }
    }

    /// Die number `n` of the game: 1 to `sides`, every face equally likely. A die without sides shows 1.
    #[must_use]
    pub fn die(&self, n: u64, sides: u8) -> u8 {
        let sides = u32::from(sides.max(1));
        // The largest multiple of `sides` that fits: words at or above it would favour the low faces.
        let bound = (1_u64 << 32) / u64::from(sides) * u64::from(sides);
        for counter in 0_u32.. {
            for word in self.block(n, counter) {
                if u64::from(word) < bound {
                    let face = word % sides + 1;
                    return u8::try_from(face).expect("a face is at most the number of sides, a u8");
                }
            }
        }
        unreachable!("each word is accepted with a probability above one half")
    }

    fn block(&self, n: u64, counter: u32) -> [u32; BLOCK_WORDS] {
        let mut mac = self.mac.clone();
        mac.update(&n.to_be_bytes());
        mac.update(&counter.to_be_bytes());
        let bytes = mac.finalize().into_bytes();
        std::array::from_fn(|word| {
            let at = word * 4;
            u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        })
    }
}

impl fmt::Debug for DiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DiceKey(secret)")
    }
}

fn keyed(key: &[u8]) -> HmacSha256 {
    HmacSha256::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// The dice of a live game, from a position on.
#[derive(Clone, Debug)]
pub struct SeededDice {
    seed: Seed,
    entropy: BySide<Option<String>>,
    key: DiceKey,
    position: u64,
}

impl SeededDice {
    /// The dice of the game with this seed and entropy, die `position` next.
    #[must_use]
    pub fn new(seed: Seed, entropy: &BySide<Option<String>>, position: u64) -> Self {
        let key = DiceKey::new(&seed, entropy);
        Self { seed, entropy: entropy.clone(), key, position }
    }

    /// Takes up the dice at another position, after a refused command or a rollback, and with what the managers have
    /// contributed by now. The key is derived again only where that has changed.
    pub fn take_up(&mut self, entropy: &BySide<Option<String>>, position: u64) {
        if self.entropy != *entropy {
            self.key = DiceKey::new(&self.seed, entropy);
            self.entropy.clone_from(entropy);
        }
        self.position = position;
    }
}

impl Dice for SeededDice {
    fn position(&self) -> u64 {
        self.position
    }

    fn die(&mut self, sides: u8) -> u8 {
        let face = self.key.die(self.position, sides);
        self.position += 1;
        face
    }

    fn reveal(&self) -> String {
        self.seed.reveal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seed(byte: u8) -> Seed {
        Seed::new([byte; 32])
    }

    fn no_entropy() -> BySide<Option<String>> {
        BySide { away: None, home: None }
    }

    #[test]
    fn the_commitment_is_the_hash_of_the_seed() {
        // SHA-256 of 32 zero bytes, a published test value.
        assert_eq!(seed(0).commitment(), "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    }

    #[test]
    fn a_seed_never_shows_in_debug_output() {
        let dice = SeededDice::new(seed(7), &no_entropy(), 0);
        let shown = format!("{:?} {:?}", seed(7), dice);
        assert!(!shown.contains("07") && !shown.contains("7, 7"), "{shown}");
    }

    #[test]
    fn a_revealed_seed_reads_back() {
        assert_eq!(seed(0xab).reveal().parse::<Seed>().expect("hexadecimal"), seed(0xab));
        for wrong in ["", "ab", &"A".repeat(64), &"g".repeat(64), &"é".repeat(32)] {
            assert!(wrong.parse::<Seed>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn entropy_changes_the_dice_and_sides_are_not_interchangeable() {
        let shares = [
            no_entropy(),
            BySide { away: Some("00".repeat(16)), home: None },
            BySide { away: None, home: Some("00".repeat(16)) },
            BySide { away: Some(String::new()), home: None },
        ];
        let sequences: Vec<Vec<u8>> = shares
            .iter()
            .map(|entropy| (0..32).map(|n| DiceKey::new(&seed(1), entropy).die(n, 20)).collect())
            .collect();
        for (index, sequence) in sequences.iter().enumerate() {
            assert!(!sequences[index + 1..].contains(sequence), "share {index} changes nothing");
        }
    }

    #[test]
    fn dice_that_are_taken_up_are_those_that_begin_there() {
        let mut dice = SeededDice::new(seed(1), &no_entropy(), 0);
        let shares = BySide { away: Some("00".repeat(16)), home: None };
        for (entropy, position) in [(&no_entropy(), 7), (&shares, 7), (&shares, 3), (&no_entropy(), 7)] {
            dice.take_up(entropy, position);
            let mut anew = SeededDice::new(seed(1), entropy, position);
            let faces = |dice: &mut SeededDice| (0..16).map(|_| dice.die(100)).collect::<Vec<_>>();
            assert_eq!(faces(&mut dice), faces(&mut anew), "from {position} with {entropy:?}");
        }
    }

    #[test]
    fn the_sequence_of_dice_is_pinned() {
        let entropy = BySide { away: Some("0123456789abcdef0123456789abcdef".into()), home: None };
        let mut dice = SeededDice::new(seed(42), &entropy, 0);
        let rolled: Vec<u8> =
            [6, 6, 6, 20, 20, 100, 20, 6, 6, 100, 3, 1].into_iter().map(|sides| dice.die(sides)).collect();
        assert_eq!(rolled, PINNED);
        assert_eq!(dice.position(), 12);
    }

    /// The dice of every game on record depend on this: a change of it is a change of the format.
    /// The numbers come from a second implementation, in another language.
    const PINNED: [u8; 12] = [2, 5, 2, 5, 14, 61, 11, 5, 6, 16, 3, 1];

    #[test]
    fn faces_are_uniform() {
        // Chi-square at the 0.001 level; the seeds are fixed, so this holds or fails for ever.
        for (sides, critical) in [(6_u8, 20.515_f64), (20, 43.820), (100, 148.230)] {
            let key = DiceKey::new(&seed(sides), &no_entropy());
            let rolls = 20_000_u32;
            let mut faces = vec![0_u32; usize::from(sides)];
            for n in 0..u64::from(rolls) {
                faces[usize::from(key.die(n, sides)) - 1] += 1;
            }
            let expected = f64::from(rolls) / f64::from(sides);
            let chi: f64 = faces.iter().map(|&seen| (f64::from(seen) - expected).powi(2) / expected).sum();
            assert!(chi < critical, "d{sides}: chi-square {chi}, critical {critical}");
        }
    }

    proptest! {
        #[test]
        fn a_die_shows_one_of_its_faces(bytes: [u8; 32], n: u64, sides in 1_u8..=255) {
            let key = DiceKey::new(&Seed::new(bytes), &no_entropy());
            let face = key.die(n, sides);
            prop_assert!((1..=sides).contains(&face));
            prop_assert_eq!(face, key.die(n, sides), "die n is the same whoever asks");
        }
    }
}
