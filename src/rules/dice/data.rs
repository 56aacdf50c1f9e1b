//! A roll as `rolls.roll_data` keeps it: its dice, what they add up to and what they trigger
//! (`dice.toml [roll_record]`).

use super::{Roll, RollDice};
use crate::rules::charts::CHARTS;
use serde_json::{Map, Value, json};

impl Roll {
    /// The roll with everything that can be read off its dice alone.
    ///
    /// # Panics
    /// Never: a roll serializes to an object.
    #[must_use]
    pub fn data(&self) -> Value {
        let mut data = serde_json::to_value(self).expect("a roll has string keys and no failing serializer");
        if let (Value::Object(data), Value::Object(read)) = (&mut data, self.dice.read()) {
            data.extend(read);
        }
        data
    }
}

impl RollDice {
    /// Totals and triggers.
    fn read(&self) -> Value {
        let triggers = &CHARTS.triggers;
        match *self {
            Self::Ab { d6_two_a, d6_two_b, chaos_d20, .. } => json!({
                "d6_two_total": d6_two_a + d6_two_b,
                "check_wild_pitch": triggers.wild_pitch.contains(&chaos_d20),
                "check_passed_ball": triggers.passed_ball.contains(&chaos_d20),
            }),
            Self::Jump { check_d20, jump_a, jump_b, .. } => json!({
                "jump_total": jump_a + jump_b,
                "is_pickoff_check": triggers.pickoff.contains(&check_d20),
                "is_balk_check": triggers.balk.contains(&check_d20),
            }),
            Self::Fielding { d6_a, d6_b, d6_c, d100, .. } => json!({
                "error_total": d6_a + d6_b + d6_c,
                "is_rare_play": triggers.rare_play.contains(&d100),
            }),
            Self::Injury { d6_a, d6_b, d6_c } => json!({ "injury_total": d6_a + d6_b + d6_c }),
            Self::D20 { .. } => Value::Object(Map::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RollNumber;
    use crate::rules::vocabulary::Position;

    /// The keys that `dice.toml` lists for each kind of roll.
    fn keys(kind: &str) -> Vec<String> {
        let text = include_str!("../charts/data/dice.toml");
        let table: toml::Table = toml::from_str(text).expect("TOML");
        let list = table["roll_record"][format!("roll_data_{kind}").as_str()].clone();
        list.try_into().expect("a list of keys")
    }

    #[test]
    fn every_kind_of_roll_has_the_keys_of_the_record() {
        let rolls = [
            ("ab", RollDice::Ab { d6_one: 1, d6_two_a: 2, d6_two_b: 5, chaos_d20: 1, resolution_d20: 4 }),
            ("jump", RollDice::Jump { check_d20: 2, jump_a: 3, jump_b: 6, resolution_d20: 11 }),
            (
                "fielding",
                RollDice::Fielding {
                    position: Position::Shortstop,
                    d20: 7,
                    d6_a: 1,
                    d6_b: 4,
                    d6_c: 6,
                    d100: 1,
                },
            ),
            ("d20", RollDice::D20 { d20: 20 }),
        ];
        for (kind, dice) in rolls {
            let roll =
                Roll { roll_id: RollNumber(1), first_die: 0, purpose: "x".to_owned(), player_id: None, dice };
            let data = roll.data();
            for key in keys(kind) {
                assert!(data.get(&key).is_some(), "{kind}: {key} is missing in {data}");
            }
            let total = |key: &str, total: u8| {
                assert!(data.get(key).is_none_or(|value| *value == total), "{data}");
            };
            total("d6_two_total", 7);
            total("jump_total", 9);
            total("error_total", 11);
            for trigger in ["check_wild_pitch", "is_balk_check", "is_rare_play"] {
                assert!(data.get(trigger).is_none_or(|value| *value == true), "{data}");
            }
        }
    }
}
