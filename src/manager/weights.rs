//! What a player is worth by his cards, in runs: for choices that reach farther than the next play.
//!
//! Linear weights: each result counts what it adds on average to the runs of an inning, by the run expectancies of
//! the real seasons, against an out.

use super::x_check::error_chances;
use crate::rules::card::{ByHand, FieldingRating, PitchingCard, PlayerCard, RatingLine};
use crate::rules::charts::CHARTS;
use crate::rules::charts::range::RangeCode;
use crate::rules::vocabulary::{Bats, Hand, Position};

/// What a field of a line adds, in hundredths of a run above an out; all others are outs. Half of the ballpark
/// results are hits.
const FIELDS: &[(&str, f64)] = &[
    ("homerun", 165.0),
    ("bp_homerun", 83.0),
    ("triple", 130.0),
    ("double_three", 110.0),
    ("double_two", 102.0),
    ("double_pull", 102.0),
    ("double_cf", 102.0),
    ("single_two", 78.0),
    ("single_one", 70.0),
    ("single_center", 73.0),
    ("bp_single", 38.0),
    ("walk", 58.0),
    ("hbp", 60.0),
];
/// Chances of both cards together; half of the plate appearances are read from each.
const CHANCES: f64 = 216.0;
/// Plate appearances out of [`CHANCES`] that test the fielder of a position, in scorer's order (RULES 4.2).
const CHECKS: [f64; 9] = [1.0, 3.0, 2.0, 6.0, 3.0, 7.0, 2.0, 3.0, 2.0];
/// What errors of no, one, two and three bases add, in runs.
const ERRORS: [f64; 4] = [0.0, 0.5, 0.7, 0.9];

/// Chances of 108 on a line for these fields together.
pub(super) fn chances(line: &RatingLine, fields: &[&str]) -> f64 {
    fields.iter().filter_map(|field| line.0.get(*field)).sum()
}

/// The line of a card against an opponent of this hand.
pub(super) const fn line(ratings: &ByHand<RatingLine>, hand: Hand) -> &RatingLine {
    match hand {
        Hand::Left => &ratings.left,
        Hand::Right => &ratings.right,
    }
}

/// Runs that a line adds to a plate appearance.
fn runs(line: &RatingLine) -> f64 {
    let hundredths: f64 =
        FIELDS.iter().filter_map(|(field, worth)| line.0.get(*field).map(|chances| chances * worth)).sum();
    hundredths / 100.0 / CHANCES
}

/// Runs that a batter adds to a plate appearance against a pitcher of this hand; none without a card.
pub(super) fn batting(card: &PlayerCard, throws: Hand) -> f64 {
    card.batting.as_ref().map_or(0.0, |batting| runs(line(&batting.ratings, throws)))
}

/// The same where this share of the plate appearances is against left-handers.
pub(super) fn batting_against(card: &PlayerCard, left_share: f64) -> f64 {
    left_share.mul_add(batting(card, Hand::Left), (1.0 - left_share) * batting(card, Hand::Right))
}

/// Runs that a pitcher's card allows in a plate appearance of such a batter.
pub(super) fn pitching(card: &PitchingCard, throws: Hand, bats: Bats) -> f64 {
    runs(line(&card.ratings, bats.against(throws)))
}

/// The same against batters of both hands alike.
pub(super) fn pitching_on_average(card: &PitchingCard) -> f64 {
    f64::midpoint(runs(&card.ratings.left), runs(&card.ratings.right))
}

/// What fatigue adds to that in a plate appearance (RULES 7.5): outs on his card that become singles.
pub(super) fn fatigue(card: &PitchingCard, throws: Hand, bats: Bats) -> f64 {
    let line = line(&card.ratings, bats.against(throws));
    let table = &CHARTS.fatigue;
    let outs: f64 = table.out_fields.iter().filter_map(|field| line.0.get(field.as_str())).sum();
    let strikeouts = chances(line, &["strikeout"]);
    let singles = outs * f64::from(table.out_d20_max) + strikeouts * f64::from(table.strikeout_d20_max);
    singles / 20.0 / CHANCES * 0.78
}

/// Runs that a fielder allows in a plate appearance by what reaches him; without a rating, as the rules have it.
pub(super) fn fielding(position: Position, rating: Option<FieldingRating>) -> f64 {
    let Some(place) = Position::FIELD.iter().position(|field| *field == position) else { return 0.0 };
    let tables = &CHARTS.xcheck;
    let range = rating.map_or(tables.missing_range, |rating| rating.range);
    let error = rating.map_or(tables.missing_error, |rating| rating.error);
    let column = usize::from(range.clamp(1, tables.range_max)) - 1;
    let clean: f64 = (1..=20).map(|d20| code(CHARTS.range.row(position, d20)[column])).sum::<f64>() / 20.0;
    let errors: f64 =
        error_chances(position, error).iter().zip(ERRORS).map(|(chance, runs)| chance * runs).sum();
    CHECKS[place] / CHANCES * (clean + errors)
}

/// What a code of the range table adds above a plain out; a ground ball A turns two often enough.
const fn code(code: RangeCode) -> f64 {
    match code {
        RangeCode::Si1 => 0.70,
        RangeCode::Si2 => 0.78,
        RangeCode::Do2 => 1.02,
        RangeCode::Do3 => 1.10,
        RangeCode::Tr3 => 1.30,
        RangeCode::Spd => 0.39,
        RangeCode::G1 => -0.10,
        RangeCode::F1 => 0.08,
        _ => 0.0,
    }
}
