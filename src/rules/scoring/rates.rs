//! Rates, as the official scorer computes them (OBR 9.21): one whole number over another, rounded half up. None where
//! there is nothing to divide by.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Outs of the nine innings that an earned run average is stated for.
const NINE_INNINGS: i64 = 27;
/// Outs of an inning.
const INNING: i64 = 3;

/// `numerator / denominator` to so many places.
fn rate(numerator: i64, denominator: i64, places: u32) -> Option<f64> {
    if denominator <= 0 {
        return None;
    }
    let unit = 10_i128.pow(places);
    let (over, under) = (i128::from(numerator) * unit, i128::from(denominator));
    let rounded = (2 * over + under).div_euclid(2 * under);
    // Both are whole numbers far below 2^53.
    Some(rounded as f64 / unit as f64)
}

/// Won games over those that were won or lost (OBR 9.21(a)), to three places.
#[must_use]
pub fn winning_percentage(won: i64, lost: i64) -> Option<f64> {
    rate(won, won + lost, 3)
}

/// Games behind the leader: half of what the two records differ by.
#[must_use]
pub fn games_behind(leader: (i64, i64), own: (i64, i64)) -> f64 {
    ((leader.0 - leader.1) - (own.0 - own.1)) as f64 / 2.0
}

/// Innings of so many outs, as they are written: `17.2` is seventeen and two thirds.
#[must_use]
pub fn innings(outs: i64) -> String {
    format!("{}.{}", outs / INNING, outs % INNING)
}

/// What a batter's rates are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the fields are the scorer's own abbreviations")]
pub struct BattingCounts {
    pub ab: i64,
    pub h: i64,
    pub double: i64,
    pub triple: i64,
    pub hr: i64,
    pub bb: i64,
    pub hbp: i64,
    pub sf: i64,
}

/// A batter's rates, to three places.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct BattingRates {
    /// Batting average: hits over at-bats (OBR 9.21(b)).
    pub avg: Option<f64>,
    /// On-base percentage: hits, walks and hit by pitch over at-bats, walks, hit by pitch and sacrifice flies (9.21(f)).
    pub obp: Option<f64>,
    /// Slugging percentage: total bases over at-bats (9.21(c)).
    pub slg: Option<f64>,
    /// On-base plus slugging, of the two before they are rounded; not an official figure.
    pub ops: Option<f64>,
}

impl BattingRates {
    /// The rates of these counts.
    #[must_use]
    pub fn of(counts: &BattingCounts) -> Self {
        let BattingCounts { ab, h, double, triple, hr, bb, hbp, sf } = *counts;
        let bases = h + double + 2 * triple + 3 * hr;
        let (on_base, chances) = (h + bb + hbp, ab + bb + hbp + sf);
        Self {
            avg: rate(h, ab, 3),
            obp: rate(on_base, chances, 3),
            slg: rate(bases, ab, 3),
            ops: rate(on_base * ab + bases * chances, chances * ab, 3),
        }
    }
}

/// What a pitcher's rates are made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "the fields are the scorer's own abbreviations")]
pub struct PitchingCounts {
    pub outs: i64,
    pub h: i64,
    pub er: i64,
    pub bb: i64,
    pub so: i64,
    pub hr: i64,
    pub won: i64,
    pub lost: i64,
}

/// A pitcher's rates.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PitchingRates {
    /// Innings pitched as they are written: `17.2` is seventeen and two thirds (OBR 9.02(c)(1)).
    pub ip: String,
    /// Earned run average: earned runs in nine innings, to two places (9.21(e)).
    pub era: Option<f64>,
    /// Walks and hits an inning, to three places; not an official figure.
    pub whip: Option<f64>,
    /// Strikeouts in nine innings, to two places.
    pub so9: Option<f64>,
    /// Walks in nine innings, to two places.
    pub bb9: Option<f64>,
    /// Home runs in nine innings, to two places.
    pub hr9: Option<f64>,
    /// Won decisions over all of his, to three places.
    pub pct: Option<f64>,
}

impl PitchingRates {
    /// The rates of these counts.
    #[must_use]
    pub fn of(counts: &PitchingCounts) -> Self {
        let PitchingCounts { outs, h, er, bb, so, hr, won, lost } = *counts;
        let in_nine = |count: i64| rate(count * NINE_INNINGS, outs, 2);
        Self {
            ip: innings(outs),
            era: in_nine(er),
            whip: rate((bb + h) * INNING, outs, 3),
            so9: in_nine(so),
            bb9: in_nine(bb),
            hr9: in_nine(hr),
            pct: winning_percentage(won, lost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rates_of_seasons_that_everybody_knows() {
        // Ted Williams 1941, Babe Ruth 1920, Bob Gibson 1968, as the record books have them.
        let williams =
            BattingCounts { ab: 456, h: 185, double: 33, triple: 3, hr: 37, bb: 147, hbp: 3, sf: 0 };
        let rates = BattingRates::of(&williams);
        assert_eq!((rates.avg, rates.obp, rates.slg), (Some(0.406), Some(0.553), Some(0.735)));
        assert_eq!(rates.ops, Some(1.287));
        let ruth = BattingCounts { ab: 458, h: 172, double: 36, triple: 9, hr: 54, bb: 150, hbp: 3, sf: 0 };
        assert_eq!(BattingRates::of(&ruth).slg, Some(0.847));
        let gibson = PitchingCounts { outs: 914, h: 198, er: 38, bb: 62, so: 268, hr: 11, won: 22, lost: 9 };
        let rates = PitchingRates::of(&gibson);
        assert_eq!((rates.ip.as_str(), rates.era, rates.whip), ("304.2", Some(1.12), Some(0.853)));
        assert_eq!((rates.so9, rates.pct), (Some(7.92), Some(0.71)));
    }

    #[test]
    fn nothing_is_divided_by_nothing_and_halves_go_up() {
        assert_eq!(BattingRates::of(&BattingCounts::default()), BattingRates::default());
        let walked = BattingRates::of(&BattingCounts { bb: 1, ..BattingCounts::default() });
        assert_eq!((walked.avg, walked.obp, walked.ops), (None, Some(1.0), None));
        let chased = PitchingRates::of(&PitchingCounts { er: 3, ..PitchingCounts::default() });
        assert_eq!((chased.ip.as_str(), chased.era), ("0.0", None));
        assert_eq!(rate(1, 16, 3), Some(0.063));
        assert_eq!(rate(1, 2_000, 3), Some(0.001));
        assert!((games_behind((10, 2), (8, 5)) - 2.5).abs() < f64::EPSILON);
    }
}
