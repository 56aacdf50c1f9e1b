//! The figures that a player's season is compared by, and how far a simulation may be from them.

use super::tally::share;
use crate::league::SeasonLine;

/// Standard errors that chance is given: with some three hundred figures compared, one is farther off in about
/// fifty simulations.
const STANDARD_ERRORS: f64 = 4.0;

/// A figure of a line.
pub(super) struct Measure {
    pub(super) name: &'static str,
    /// What stands for it in the picture.
    pub(super) letter: char,
    of: Of,
    /// How far off batters and pitchers may be for other reasons than chance. Nobody has less than half of the
    /// league's rate, for half of the results stand on the opponent's card. The average opponents bring as many
    /// left-handers against any pitcher, where real managers sent right-handers against a left-hander. Others
    /// field behind a pitcher than in 2019, and nobody walks a batter on purpose as often.
    allowance: (f64, f64),
}

/// What a figure is a mean of.
enum Of {
    Hits,
    TimesOnBase,
    Bases,
    PlateAppearances(fn(&SeasonLine) -> u64),
}

/// In the order in which they are shown.
pub(super) const FIGURES: [Measure; 6] = [
    Measure { name: "AVG", letter: 'a', of: Of::Hits, allowance: (0.013, 0.020) },
    Measure { name: "OBP", letter: 'o', of: Of::TimesOnBase, allowance: (0.018, 0.020) },
    Measure { name: "SLG", letter: 's', of: Of::Bases, allowance: (0.028, 0.042) },
    Measure { name: "HR%", letter: 'h', of: Of::PlateAppearances(|line| line.hr), allowance: (0.007, 0.011) },
    Measure {
        name: "BB%",
        letter: 'b',
        of: Of::PlateAppearances(|line| line.bb - line.ibb),
        allowance: (0.014, 0.018),
    },
    Measure { name: "K%", letter: 'k', of: Of::PlateAppearances(|line| line.so), allowance: (0.008, 0.040) },
];

impl Measure {
    pub(super) fn value(&self, line: &SeasonLine) -> f64 {
        match self.of {
            Of::Hits => line.avg(),
            Of::TimesOnBase => line.obp(),
            Of::Bases => line.slg(),
            Of::PlateAppearances(count) => line.per_pa(count(line)),
        }
    }

    /// The value as it is shown.
    pub(super) fn shown(&self, value: f64) -> String {
        match self.of {
            Of::PlateAppearances(_) => format!("{:.1}", value * 100.0),
            _ => format!("{value:.3}"),
        }
    }

    /// How far `simulated` may be from `real`.
    pub(super) fn bound(&self, simulated: &SeasonLine, real: &SeasonLine, pitches: bool) -> f64 {
        let times = match self.of {
            Of::Hits | Of::Bases => simulated.ab,
            Of::TimesOnBase => simulated.ab + simulated.bb + simulated.hbp + simulated.sf,
            Of::PlateAppearances(_) => simulated.pa,
        };
        let error = (self.variance(real) * share(1, times)).sqrt();
        STANDARD_ERRORS.mul_add(error, if pitches { self.allowance.1 } else { self.allowance.0 })
    }

    fn variance(&self, line: &SeasonLine) -> f64 {
        let mean = self.value(line);
        match self.of {
            Of::Bases => {
                let squares = line.h + 3 * line.double + 8 * line.triple + 15 * line.hr;
                share(squares, line.ab) - mean * mean
            }
            _ => mean * (1.0 - mean),
        }
    }
}
