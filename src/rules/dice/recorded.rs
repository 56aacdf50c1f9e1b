//! Dice read back from a journal: replay and `verify` decide again with what was thrown.

use super::{Dice, Roll, RollDice};
use crate::rules::event::Event;

/// The dice of a game that has been played, in the order in which they were thrown.
#[derive(Clone, Debug, Default)]
pub struct RecordedDice {
    dice: Vec<RecordedDie>,
    position: u64,
    seed: String,
    fault: Option<String>,
}

#[derive(Clone, Copy, Debug)]
struct RecordedDie {
    number: u64,
    sides: u8,
    face: u8,
}

impl RecordedDice {
    /// The dice on record in `events`, which may be those of one entry or of a whole game.
    /// `seed` is what [`Dice::reveal`] answers.
    #[must_use]
    pub fn new<'a>(events: impl IntoIterator<Item = &'a Event>, seed: impl Into<String>) -> Self {
        let mut dice = Vec::new();
        for event in events {
            if let Event::DiceRolled { roll } = event {
                record(roll, &mut dice);
            }
        }
        let position = dice.first().map_or(0, |die: &RecordedDie| die.number);
        Self { dice, position, seed: seed.into(), fault: None }
    }

    /// Moves to die `position`.
    pub fn seek(&mut self, position: u64) {
        self.position = position;
    }

    /// The first die asked for that is not on record, or is on record with other sides.
    /// Whatever was decided after it is worthless.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }
}

fn record(roll: &Roll, into: &mut Vec<RecordedDie>) {
    for (number, (sides, face)) in (roll.first_die..).zip(roll.dice.faces()) {
        into.push(RecordedDie { number, sides, face });
    }
}

impl RollDice {
    /// Every die as (sides, face), in the order in which they are thrown.
    #[must_use]
    pub fn faces(&self) -> Vec<(u8, u8)> {
        match *self {
            Self::Ab { d6_one, d6_two_a, d6_two_b, chaos_d20, resolution_d20 } => {
                vec![(6, d6_one), (6, d6_two_a), (6, d6_two_b), (20, chaos_d20), (20, resolution_d20)]
            }
            Self::Jump { check_d20, jump_a, jump_b, resolution_d20 } => {
                vec![(20, check_d20), (6, jump_a), (6, jump_b), (20, resolution_d20)]
            }
            Self::Fielding { position: _, d20, d6_a, d6_b, d6_c, d100 } => {
                vec![(20, d20), (6, d6_a), (6, d6_b), (6, d6_c), (100, d100)]
            }
            Self::D20 { d20 } => vec![(20, d20)],
            Self::Injury { d6_a, d6_b, d6_c } => vec![(6, d6_a), (6, d6_b), (6, d6_c)],
        }
    }
}

impl Dice for RecordedDice {
    fn position(&self) -> u64 {
        self.position
    }

    fn die(&mut self, sides: u8) -> u8 {
        let number = self.position;
        self.position += 1;
        let found = self.dice.binary_search_by_key(&number, |die| die.number).map(|at| self.dice[at]);
        let fault = match found {
            Ok(die) if die.sides == sides && (1..=sides).contains(&die.face) => return die.face,
            Ok(die) if die.sides == sides => format!("die {number}, a d{sides}, shows {}", die.face),
            Ok(die) => format!("die {number} is on record as a d{}, a d{sides} was asked for", die.sides),
            Err(_) => format!("die {number} (d{sides}) is not on record"),
        };
        self.fault.get_or_insert(fault);
        1
    }

    fn reveal(&self) -> String {
        self.seed.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RollNumber;

    fn rolled(first_die: u64, dice: RollDice) -> Event {
        let purpose = "at_bat".to_owned();
        Event::DiceRolled { roll: Roll { roll_id: RollNumber(1), first_die, purpose, player_id: None, dice } }
    }

    #[test]
    fn recorded_dice_answer_in_order_and_name_what_is_missing() {
        let at_bat = RollDice::Ab { d6_one: 3, d6_two_a: 4, d6_two_b: 2, chaos_d20: 17, resolution_d20: 9 };
        let events = [rolled(7, at_bat), rolled(12, RollDice::D20 { d20: 20 })];
        let mut dice = RecordedDice::new(&events, "seed");
        assert_eq!(dice.position(), 7);
        let faces: Vec<u8> = [6, 6, 6, 20, 20, 20].into_iter().map(|sides| dice.die(sides)).collect();
        assert_eq!(faces, [3, 4, 2, 17, 9, 20]);
        assert_eq!(dice.fault(), None);
        dice.seek(7);
        assert_eq!(dice.die(20), 1);
        assert!(dice.fault().is_some_and(|fault| fault.contains("die 7 is on record as a d6")));
    }

    #[test]
    fn every_roll_counts_its_dice() {
        let rolls = [
            RollDice::Ab { d6_one: 1, d6_two_a: 1, d6_two_b: 1, chaos_d20: 1, resolution_d20: 1 },
            RollDice::Jump { check_d20: 1, jump_a: 1, jump_b: 1, resolution_d20: 1 },
            RollDice::Fielding {
                position: crate::rules::vocabulary::Position::Catcher,
                d20: 1,
                d6_a: 1,
                d6_b: 1,
                d6_c: 1,
                d100: 1,
            },
            RollDice::D20 { d20: 1 },
            RollDice::Injury { d6_a: 1, d6_b: 1, d6_c: 1 },
        ];
        for roll in rolls {
            assert_eq!(roll.faces().len() as u64, roll.dice_count(), "{roll:?}");
        }
    }
}
