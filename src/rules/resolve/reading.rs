//! Reading the at-bat roll off one of the two cards (RULES 4.4).

use super::Resolver;
use crate::rules::charts::CHARTS;
use crate::rules::charts::ratings::{FieldLocation, RatingField};
use crate::rules::dice::roller::AtBatDice;
use crate::rules::outcome::PlayOutcome;
use crate::rules::resolution::{CardRead, CardReading};

/// What stands on the card.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) card: CardRead,
    pub(super) field: RatingField,
    pub(super) outcome: PlayOutcome,
    pub(super) location: FieldLocation,
}

impl Resolver<'_, '_> {
    /// Reads the field that the dice point at, and keeps the reading.
    pub(super) fn read_card(&mut self, dice: AtBatDice, split: u8) -> Reading {
        let situation = self.situation;
        let card = if dice.d6_one <= 3 { CardRead::Batting } else { CardRead::Pitching };
        let (player, versus) = match card {
            CardRead::Batting => (situation.batter, situation.pitcher_card.throws),
            CardRead::Pitching => (situation.pitcher, situation.bats),
        };
        let index = unit_index(dice, split);
        let lines = situation.cards.lines(player.card_id, card);
        // Line-ups of an auto-mode game admit only players with the lines they need; a player who has lost
        // them since can only make an out.
        let field = lines.map_or(RatingField::Strikeout, |lines| lines.versus(versus).field(index));
        let result = CHARTS.ratings.result(field);
        self.resolution.card = Some(CardReading {
            card,
            column: dice.d6_one,
            row: dice.d6_two_a + dice.d6_two_b,
            split,
            versus,
            index,
            field: field.as_str().to_owned(),
            outcome: result.outcome,
        });
        Reading { card, field, outcome: result.outcome, location: result.location }
    }
}

/// The unit of the line that column, row and split point at: 0 to 2159, each equally likely on its card.
fn unit_index(dice: AtBatDice, split: u8) -> u16 {
    let column = u16::from((dice.d6_one - 1) % 3);
    let row = u16::from(dice.d6_two_a - 1) * 6 + u16::from(dice.d6_two_b - 1);
    (column * 36 + row) * 20 + u16::from(split - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_of_each_card_comes_up_once() {
        let mut seen = vec![[0_u8; 2]; 2160];
        for d6_one in 1..=6 {
            for d6_two_a in 1..=6 {
                for d6_two_b in 1..=6 {
                    for split in 1..=20 {
                        let dice = AtBatDice { d6_one, d6_two_a, d6_two_b, chaos_d20: 1, resolution_d20: 1 };
                        seen[usize::from(unit_index(dice, split))][usize::from(d6_one > 3)] += 1;
                    }
                }
            }
        }
        assert!(seen.iter().all(|cards| *cards == [1, 1]));
    }
}
