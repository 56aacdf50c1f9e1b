//! A moment that somebody outside has read off a clock: the rules take it as they take dice. Pure arithmetic.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// A moment in UTC, to the microsecond: on the wire RFC 3339 with six decimals and `Z`, as `recorded_at` is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("format" = "date-time"))]
pub struct Moment(i64);

impl Moment {
    /// 1 January 1970: where no clock runs, every moment is as good.
    pub const EPOCH: Self = Self(0);
    const FIRST: i64 = -62_135_596_800 * MICROS_PER_SECOND;
    const LAST: i64 = 253_402_300_800 * MICROS_PER_SECOND - 1;

    /// So many microseconds after 1 January 1970; what lies outside of the years 1 to 9999 is their first or last
    /// moment.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        if micros < Self::FIRST {
            return Self(Self::FIRST);
        }
        Self(if micros > Self::LAST { Self::LAST } else { micros })
    }

    /// Microseconds since 1 January 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The moment so many seconds later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u32) -> Self {
        Self::from_micros(self.0.saturating_add(seconds as i64 * MICROS_PER_SECOND))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(MICROS_PER_SECOND);
        let micros = self.0.rem_euclid(MICROS_PER_SECOND);
        let (year, month, day) = civil(seconds.div_euclid(SECONDS_PER_DAY));
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

impl FromStr for Moment {
    type Err = String;

    /// Reads what is written here, and nothing else.
    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || "not a moment in UTC with six decimals, as 2026-04-01T18:05:30.000000Z".to_owned();
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = text.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
            digits?.parse().ok()
        };
        let parts = || {
            let days = days_of(number(0, 4)?, number(5, 7)?, number(8, 10)?);
            let of_day = number(11, 13)? * 3_600 + number(14, 16)? * 60 + number(17, 19)?;
            Some((days * SECONDS_PER_DAY + of_day) * MICROS_PER_SECOND + number(20, 26)?)
        };
        // A date that does not exist, or a 61st minute, is written otherwise than it was read.
        let read = parts().map(Self::from_micros).ok_or_else(refused)?;
        if read.to_string() == text { Ok(read) } else { Err(refused()) }
    }
}

impl TryFrom<String> for Moment {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

/// Days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// From 1 March of the year 0, with which the count of an era begins, to 1 January 1970.
const TO_1970: i64 = 719_468;

/// Year, month and day of the Gregorian calendar, so many days after 1 January 1970. Years are counted from March, so
/// that the leap day is a year's last.
const fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + TO_1970;
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (era * 400 + year_of_era + (month <= 2) as i64, month, day)
}

/// The other way round.
const fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - (month <= 2) as i64;
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = (month + 9) % 12;
    let of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * ERA + 365 * year_of_era + year_of_era / 4 - year_of_era / 100 + of_year - TO_1970
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, SecondsFormat};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_written_as_chrono_writes_it_and_read_again(micros in Moment::FIRST..=Moment::LAST) {
            let moment = Moment::from_micros(micros);
            let other = DateTime::from_timestamp_micros(micros).expect("within chrono's years");
            prop_assert_eq!(moment.to_string(), other.to_rfc3339_opts(SecondsFormat::Micros, true));
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        }

        #[test]
        fn what_is_not_written_so_is_refused(text in "\\PC{0,30}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{15}Z") {
            if let Ok(moment) = text.parse::<Moment>() {
                prop_assert_eq!(moment.to_string(), text);
            }
        }
    }

    #[test]
    fn the_ends_of_time_and_what_lies_beyond() {
        assert_eq!(Moment::from_micros(i64::MIN).to_string(), "0001-01-01T00:00:00.000000Z");
        assert_eq!(Moment::from_micros(i64::MAX).to_string(), "9999-12-31T23:59:59.999999Z");
        assert_eq!(Moment::EPOCH.plus_seconds(90).to_string(), "1970-01-01T00:01:30.000000Z");
        for text in ["2026-02-29T00:00:00.000000Z", "2026-01-01T24:00:00.000000Z", "2026-01-01T00:00:00Z", ""]
        {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
