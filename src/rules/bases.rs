//! The two encodings of the bases, as two types, because mixing them up gives wrong ground balls (RULES 0.2).

use super::decision::Base;

/// Occupied bases as a bit field: 1 = first, 2 = second, 4 = third. The form of `on_base_code`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Bases(u8);

/// Occupied bases as the ground-ball charts number them: 3 is "third only" and 4 "first and second".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChartCode(u8);

impl Bases {
    /// Every combination, empty to loaded.
    pub const ALL: [Self; 8] = [Self(0), Self(1), Self(2), Self(3), Self(4), Self(5), Self(6), Self(7)];

    /// The bases with this bit field; bits above 4 are ignored.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 7)
    }

    /// The bit field, 0 to 7.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether a runner is on `base`; home never has one.
    #[must_use]
    pub const fn has(self, base: Base) -> bool {
        self.0 & (1 << (base as u8 - 1)) & 7 != 0
    }

    /// Whether nobody is on base.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The same bases in the numbering of the charts.
    #[must_use]
    pub const fn chart_code(self) -> ChartCode {
        ChartCode([0, 1, 2, 4, 3, 5, 6, 7][self.0 as usize])
    }
}

impl ChartCode {
    /// The number in the chart, 0 to 7.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The same bases as a bit field.
    #[must_use]
    pub const fn bases(self) -> Bases {
        Bases([0, 1, 2, 4, 3, 5, 6, 7][self.0 as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_three_and_four_differ_and_the_map_is_its_own_inverse() {
        for bases in Bases::ALL {
            assert_eq!(bases.chart_code().bases(), bases);
            let differs = bases.chart_code().number() != bases.bits();
            assert_eq!(differs, matches!(bases.bits(), 3 | 4), "{bases:?}");
        }
    }

    #[test]
    fn bits_are_bases() {
        let corners = Bases::from_bits(5);
        assert!(corners.has(Base::First) && !corners.has(Base::Second) && corners.has(Base::Third));
        assert!(!Bases::from_bits(7).has(Base::Home));
    }
}
