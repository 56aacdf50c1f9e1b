//! A card's line prepared for play: from chances by field to units in order (RULES 4.2, 4.4).

use super::{ByHand, PlayerCard, RatingLine};
use crate::id::CardId;
use crate::rules::charts::CHARTS;
use crate::rules::charts::bunts::Grade;
use crate::rules::charts::ratings::RatingField;
use crate::rules::resolution::CardRead;
use crate::rules::vocabulary::Hand;
use std::ops::Range;
use std::str::FromStr;
use std::sync::OnceLock;
use thiserror::Error;

/// A card that can't be played with.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("card {card_id} ({name}): {problem}")]
pub struct CardError {
    /// Whose.
    pub card_id: CardId,
    /// His name.
    pub name: String,
    /// Where, and what is wrong there.
    pub problem: String,
}

/// A line as cumulative units: a field owns the units from the end of the field before it to its own end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardLine {
    ends: Box<[(u16, RatingField)]>,
}

/// Both lines of a card, by the opponent's hand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardLines {
    left: CardLine,
    right: CardLine,
}

impl CardLine {
    /// Prepares a line.
    ///
    /// # Errors
    /// Says which field is unknown or impossible, or what the units add up to instead of 2,160.
    pub fn prepare(line: &RatingLine, card: CardRead) -> Result<Self, String> {
        let table = &CHARTS.ratings;
        let order = match card {
            CardRead::Batting => &table.batting,
            CardRead::Pitching => &table.pitching,
        };
        for (name, chances) in &line.0 {
            let known = RatingField::from_str(name).is_ok_and(|field| order.contains(&field));
            if !known {
                return Err(format!("`{name}` is not a field of a {card} line"));
            }
            if !(0.0..=108.0).contains(chances) {
                return Err(format!("{name} = {chances}: chances are 0 to 108"));
            }
        }
        let mut ends = Vec::with_capacity(order.len());
        let mut total = 0_u16;
        for &field in order {
            let chances = line.0.get(field.as_str()).copied().unwrap_or_default();
            total += units(chances);
            ends.push((total, field));
        }
        if total != table.units_total {
            let chances = f64::from(total) / 20.0;
            return Err(format!("{total} units ({chances} chances); a line has exactly 2160 (108 chances)"));
        }
        Ok(Self { ends: ends.into_boxed_slice() })
    }

    /// The field that owns unit `index`: the first whose cumulative units exceed it.
    ///
    /// # Panics
    /// If `index` is 2,160 or more, which no column, row and split add up to.
    #[must_use]
    pub fn field(&self, index: u16) -> RatingField {
        let at = self.ends.partition_point(|(end, _)| *end <= index);
        self.ends[at].1
    }
}

impl CardLine {
    /// The fields that can come up, each with its units: of 2,160 in the order of column, row and split.
    pub fn shares(&self) -> impl Iterator<Item = (RatingField, Range<u16>)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, _)| *end));
        let fields = self.ends.iter().zip(starts).map(|((end, field), start)| (*field, start..*end));
        fields.filter(|(_, units)| !units.is_empty())
    }
}

/// Chances in twentieths, to the nearest. At most 27 fields of 2,160 units: the sum fits into a u16.
fn units(chances: f64) -> u16 {
    (chances * 20.0).round() as u16
}

impl CardLines {
    /// Prepares both lines.
    ///
    /// # Errors
    /// As [`CardLine::prepare`], naming each line that is wrong.
    pub fn prepare(ratings: &ByHand<RatingLine>, card: CardRead) -> Result<Self, String> {
        let prepare = |name: &str, line| {
            CardLine::prepare(line, card).map_err(|problem| format!("{card}.ratings.{name}: {problem}"))
        };
        match (prepare("vs_L", &ratings.left), prepare("vs_R", &ratings.right)) {
            (Ok(left), Ok(right)) => Ok(Self { left, right }),
            (Err(left), Err(right)) => Err(format!("{left}; {right}")),
            (Err(one), _) | (_, Err(one)) => Err(one),
        }
    }

    /// The line against an opponent of this hand.
    #[must_use]
    pub const fn versus(&self, hand: Hand) -> &CardLine {
        match hand {
            Hand::Left => &self.left,
            Hand::Right => &self.right,
        }
    }
}

/// The lines of a card, made ready when they are read first. All games that share the card share them.
#[derive(Debug, Default)]
pub struct ReadyLines {
    batting: OnceLock<Option<CardLines>>,
    pitching: OnceLock<Option<CardLines>>,
}

impl Clone for ReadyLines {
    /// Nothing is ready in a copy: who copies a card may change it.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for ReadyLines {
    /// They follow from the card.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl PlayerCard {
    /// A card's lines, ready to be read; none where there are none, or none that is sound.
    #[must_use]
    pub fn lines(&self, card: CardRead) -> Option<&CardLines> {
        let (ready, ratings) = match card {
            CardRead::Batting => (&self.ready.batting, self.batting.as_ref().map(|card| &card.ratings)),
            CardRead::Pitching => (&self.ready.pitching, self.pitching.as_ref().map(|card| &card.ratings)),
        };
        let prepare = || ratings.and_then(|ratings| CardLines::prepare(ratings, card).ok());
        ready.get_or_init(prepare).as_ref()
    }

    /// Whether the card can be played with: lines of exactly 2,160 units, grades A to D, numbers within bounds.
    ///
    /// # Errors
    /// Names the card, and each place with what is wrong there.
    pub fn check(&self) -> Result<(), CardError> {
        let checks =
            [Self::check_batting, Self::check_pitching, Self::check_fielding, Self::check_injury_rating];
        let problems: Vec<_> = checks.iter().filter_map(|check| check(self).err()).collect();
        if problems.is_empty() {
            return Ok(());
        }
        Err(CardError { card_id: self.card_id, name: self.name.clone(), problem: problems.join("; ") })
    }

    fn check_batting(&self) -> Result<(), String> {
        let Some(batting) = &self.batting else { return Ok(()) };
        CardLines::prepare(&batting.ratings, CardRead::Batting)?;
        for (name, grade) in [("bunting", &batting.bunting), ("hit_and_run", &batting.hit_and_run)] {
            grade.parse::<Grade>().map_err(|problem| format!("batting.{name}: {problem}"))?;
        }
        if !(1..=20).contains(&batting.running) {
            return Err(format!("batting.running = {}: allowed is 1 to 20", batting.running));
        }
        if batting.steal_jump_36ths > 36 {
            let jump = batting.steal_jump_36ths;
            return Err(format!("batting.steal_jump_36ths = {jump}: allowed is 0 to 36"));
        }
        if u16::from(batting.pull_rate) + u16::from(batting.center_rate) > 100 {
            return Err("batting.pull_rate and batting.center_rate add up to more than 100".to_owned());
        }
        Ok(())
    }

    fn check_injury_rating(&self) -> Result<(), String> {
        match self.injury_rating.as_deref().filter(|rating| !CHARTS.injuries.has(rating)) {
            Some(rating) => Err(format!("injury_rating = `{rating}`: must be class and rating, as `1p70`")),
            None => Ok(()),
        }
    }

    fn check_pitching(&self) -> Result<(), String> {
        let Some(pitching) = &self.pitching else { return Ok(()) };
        CardLines::prepare(&pitching.ratings, CardRead::Pitching).map(drop)
    }

    fn check_fielding(&self) -> Result<(), String> {
        match self.fielding.iter().find(|at| !(1..=5).contains(&at.rating.range)) {
            Some(at) => {
                Err(format!("fielding at {}: range = {}, allowed is 1 to 5", at.position, at.rating.range))
            }
            None => Ok(()),
        }
    }
}
