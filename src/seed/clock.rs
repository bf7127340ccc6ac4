//! Time as the seeds count it: microseconds since the Unix epoch, in UTC, with the hours of
//! Cambodia (UTC+7, no summer time). Reads no clock: "now" is an argument of every run.

use crate::error::{Error, Result};

/// Microseconds since the Unix epoch, UTC; also a length of time.
pub type Micros = i64;

/// One second.
pub const SECOND: Micros = 1_000_000;
/// One minute.
pub const MINUTE: Micros = 60 * SECOND;
/// One hour.
pub const HOUR: Micros = 60 * MINUTE;
/// One day.
pub const DAY: Micros = 24 * HOUR;
/// One week.
pub const WEEK: Micros = 7 * DAY;
/// How far the clocks of Phnom Penh are ahead of UTC.
const AHEAD: Micros = 7 * HOUR;

/// The day of the calendar in Phnom Penh, in days since the Unix epoch.
#[must_use]
pub fn local_day(at: Micros) -> i32 {
    i32::try_from((at + AHEAD).div_euclid(DAY)).unwrap_or_default()
}

/// The moment when this day of Phnom Penh begins.
#[must_use]
pub fn midnight(local_day: i32) -> Micros {
    i64::from(local_day) * DAY - AHEAD
}

/// The latest Sunday at `hour` o'clock in Phnom Penh that is not after `at`.
#[must_use]
pub fn sunday_before(at: Micros, hour: i64) -> Micros {
    // Day 0 was a Thursday, day 3 the first Sunday.
    let shifted = at + AHEAD - hour * HOUR - 3 * DAY;
    shifted.div_euclid(WEEK) * WEEK + 3 * DAY + hour * HOUR - AHEAD
}

/// The month of a day, counted from year 0: months of one year apart differ by 12.
#[must_use]
pub fn month(local_day: i32) -> i32 {
    let (year, month, _) = civil(local_day);
    year * 12 + month - 1
}

/// Year, month and day of a day since the Unix epoch (Howard Hinnant's civil_from_days).
#[must_use]
pub fn civil(day: i32) -> (i32, i32, i32) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = (shifted_month + 2) % 12 + 1;
    (year + era * 400 + i32::from(month <= 2), month, day)
}

/// A length of time such as `-4w +20h`: signed numbers of weeks, days, hours and minutes; a sign
/// counts until the next one.
///
/// # Errors
/// A configuration error that names the text.
pub fn parse_offset(text: &str) -> Result<Micros> {
    let wrong = || {
        Error::configuration(format!("`{text}` is no length of time"))
            .hint("write it like `-4w +20h`: weeks w, days d, hours h, minutes m")
    };
    let (mut total, mut sign, mut number) = (0, 1, None::<i64>);
    for letter in text.chars() {
        match (letter, number) {
            (' ', None) => {}
            ('+', None) => sign = 1,
            ('-', None) => sign = -1,
            (digit, _) if digit.is_ascii_digit() => {
                let digit = i64::from(digit as u8 - b'0');
                number = Some(number.unwrap_or(0) * 10 + digit);
                if number > Some(100_000) {
                    return Err(wrong());
                }
            }
            (unit, Some(count)) => {
                let length = match unit {
                    'w' => WEEK,
                    'd' => DAY,
                    'h' => HOUR,
                    'm' => MINUTE,
                    _ => return Err(wrong()),
                };
                total += sign * count * length;
                number = None;
            }
            _ => return Err(wrong()),
        }
    }
    if number.is_some() || text.trim().is_empty() {
        return Err(wrong());
    }
    Ok(total)
}

/// A time as SQL reads it, `2026-11-25 12:00:00.000000`.
#[must_use]
pub fn sql(at: Micros) -> String {
    let day = i32::try_from(at.div_euclid(DAY)).unwrap_or_default();
    let (year, month, date) = civil(day);
    let rest = at.rem_euclid(DAY);
    let (hour, minute) = (rest / HOUR, rest % HOUR / MINUTE);
    let (second, micros) = (rest % MINUTE / SECOND, rest % SECOND);
    format!("{year:04}-{month:02}-{date:02} {hour:02}:{minute:02}:{second:02}.{micros:06}")
}

/// A day as SQL reads it, `2026-11-25`.
#[must_use]
pub fn sql_day(day: i32) -> String {
    let (year, month, date) = civil(day);
    format!("{year:04}-{month:02}-{date:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_calendar() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(sql(951_782_400 * SECOND + 1), "2000-02-29 00:00:00.000001");
        assert_eq!(month(31) - month(0), 1);
    }

    #[test]
    fn sundays_are_sundays_in_phnom_penh() {
        // 2026-11-25 is a Wednesday.
        let now = 1_795_600_000 * SECOND;
        let sunday = sunday_before(now, 19);
        assert_eq!(sql(sunday), "2026-11-22 12:00:00.000000");
        assert_eq!(sunday_before(sunday, 19), sunday);
        assert_eq!(sunday_before(sunday - 1, 19), sunday - WEEK);
    }

    #[test]
    fn a_day_begins_at_local_midnight() {
        let day = local_day(1_795_600_000 * SECOND);
        assert_eq!(local_day(midnight(day)), day);
        assert_eq!(local_day(midnight(day) - 1), day - 1);
    }

    #[test]
    fn reads_offsets() {
        assert_eq!(parse_offset("-4w +20h").unwrap(), -4 * WEEK + 20 * HOUR);
        assert_eq!(parse_offset("-1d 12h").unwrap(), -36 * HOUR);
        assert_eq!(parse_offset("0m").unwrap(), 0);
        for wrong in ["", "4", "4x", "h", "- w", "9999999d"] {
            assert!(parse_offset(wrong).is_err(), "{wrong}");
        }
    }
}
