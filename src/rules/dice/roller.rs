//! Throws rolls for a play and keeps the record of each before anyone sees its faces.

use super::{Dice, Roll, RollDice};
use crate::id::{LineupId, RollNumber};
use crate::rules::event::Event;
use crate::rules::vocabulary::Position;

/// An at-bat roll (RULES 1.1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtBatDice {
    pub d6_one: u8,
    pub d6_two_a: u8,
    pub d6_two_b: u8,
    pub chaos_d20: u8,
    pub resolution_d20: u8,
}

/// A jump roll (RULES 1.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct JumpDice {
    pub check_d20: u8,
    pub jump_a: u8,
    pub jump_b: u8,
    pub resolution_d20: u8,
}

/// A fielding roll (RULES 1.3).
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldingDice {
    pub d20: u8,
    pub error_total: u8,
    pub d100: u8,
}

/// The rolls of one command, numbered on from those before it.
pub(crate) struct Roller<'a> {
    dice: &'a mut dyn Dice,
    next: RollNumber,
    rolled: Vec<Event>,
}

impl<'a> Roller<'a> {
    pub(crate) fn new(dice: &'a mut dyn Dice, next: RollNumber) -> Self {
        Self { dice, next, rolled: Vec::with_capacity(4) }
    }

    pub(crate) fn at_bat(&mut self, batter: LineupId) -> AtBatDice {
        let first = self.dice.position();
        let dice = AtBatDice {
            d6_one: self.dice.die(6),
            d6_two_a: self.dice.die(6),
            d6_two_b: self.dice.die(6),
            chaos_d20: self.dice.die(20),
            resolution_d20: self.dice.die(20),
        };
        let AtBatDice { d6_one, d6_two_a, d6_two_b, chaos_d20, resolution_d20 } = dice;
        let faces = RollDice::Ab { d6_one, d6_two_a, d6_two_b, chaos_d20, resolution_d20 };
        self.record(first, "at_bat", Some(batter), faces);
        dice
    }

    pub(crate) fn jump(&mut self, runner: Option<LineupId>) -> JumpDice {
        let first = self.dice.position();
        let dice = JumpDice {
            check_d20: self.dice.die(20),
            jump_a: self.dice.die(6),
            jump_b: self.dice.die(6),
            resolution_d20: self.dice.die(20),
        };
        let JumpDice { check_d20, jump_a, jump_b, resolution_d20 } = dice;
        self.record(first, "jump", runner, RollDice::Jump { check_d20, jump_a, jump_b, resolution_d20 });
        dice
    }

    pub(crate) fn fielding(&mut self, position: Position, fielder: LineupId) -> FieldingDice {
        let first = self.dice.position();
        let d20 = self.dice.die(20);
        let [d6_a, d6_b, d6_c] = std::array::from_fn(|_| self.dice.die(6));
        let d100 = self.dice.die(100);
        let faces = RollDice::Fielding { position, d20, d6_a, d6_b, d6_c, d100 };
        self.record(first, "fielding", Some(fielder), faces);
        FieldingDice { d20, error_total: d6_a + d6_b + d6_c, d100 }
    }

    pub(crate) fn d20(&mut self, purpose: &str, player: Option<LineupId>) -> u8 {
        let first = self.dice.position();
        let d20 = self.dice.die(20);
        self.record(first, purpose, player, RollDice::D20 { d20 });
        d20
    }

    /// The total of an injury roll.
    pub(crate) fn injury(&mut self, player: LineupId) -> u8 {
        let first = self.dice.position();
        let [d6_a, d6_b, d6_c] = std::array::from_fn(|_| self.dice.die(6));
        self.record(first, "injury", Some(player), RollDice::Injury { d6_a, d6_b, d6_c });
        d6_a + d6_b + d6_c
    }

    /// The rolls since the last time, as events.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.rolled)
    }

    /// The secret behind the dice.
    pub(crate) fn reveal(&self) -> String {
        self.dice.reveal()
    }

    fn record(&mut self, first_die: u64, purpose: &str, player_id: Option<LineupId>, dice: RollDice) {
        let roll = Roll { roll_id: self.next, first_die, purpose: purpose.to_owned(), player_id, dice };
        self.next = self.next.next();
        self.rolled.push(Event::DiceRolled { roll });
    }
}
