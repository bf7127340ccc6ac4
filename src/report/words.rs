//! Numbers as they are told: in the sentences of reports and errors, in JSON, in the tables of
//! `render`.

use std::fmt;
use std::time::Duration;

/// A time in milliseconds, to the microsecond: clocks say more than they know.
#[must_use]
pub fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

/// `1234567` as `1,234,567`.
#[must_use]
pub fn thousands(number: u64) -> String {
    grouped(&number.to_string())
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// ` (1,234 rows by estimate)`; nothing where there is no estimate.
#[must_use]
pub fn by_estimate(rows: Option<u64>) -> String {
    match rows {
        Some(rows) => format!(" ({} by estimate)", count(rows, "row")),
        None => String::new(),
    }
}

/// `1 error`, `2 errors`, `1,234 indexes`.
#[must_use]
pub fn count<N: From<u8> + PartialEq + fmt::Display>(number: N, word: &str) -> String {
    let plural = match word.ends_with('x') {
        _ if number == N::from(1) => "",
        true => "es",
        false => "s",
    };
    format!("{} {word}{plural}", grouped(&number.to_string()))
}

/// Bytes as people read them, in decimal units: `12 B`, `1.5 kB`, `25 MB`.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let mut amount = bytes as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if amount < 1000.0 {
            let decimals = usize::from(unit != "B" && amount < 10.0);
            return format!("{amount:.decimals$} {unit}");
        }
        amount /= 1000.0;
    }
    format!("{amount:.1} TB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_decimals() {
        assert_eq!(milliseconds(Duration::from_nanos(12_345_678)), 12.346);
        assert_eq!(milliseconds(Duration::from_secs(2)), 2000.0);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(count(1_u64, "row"), "1 row");
        assert_eq!(count(0_u64, "row"), "0 rows");
        assert_eq!(count(1_234_usize, "index"), "1,234 indexes");
        assert_eq!(by_estimate(Some(1)), " (1 row by estimate)");
    }

    #[test]
    fn sizes_are_read_by_people() {
        assert_eq!(bytes(12), "12 B");
        assert_eq!(bytes(1_500), "1.5 kB");
        assert_eq!(bytes(25_000_000), "25 MB");
        assert_eq!(bytes(9_900_000_000_000), "9.9 TB");
    }
}
