//! Durations as people write them: `2s`, `500ms`, `10min`, `1h`, `0`.

use std::time::Duration;

/// Largest timeout that PostgreSQL takes, in milliseconds.
const LARGEST: u64 = i32::MAX as u64;

const UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1000),
    ("min", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// Reads a duration; a number other than 0 needs its unit.
///
/// # Errors
/// What was expected, as a phrase.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let expected = || "a duration such as 500ms, 2s, 10min or 1h, or 0".to_owned();
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    if number.is_empty() {
        return Err(expected());
    }
    let unit = unit.trim();
    if unit.is_empty() && !number.bytes().all(|digit| digit == b'0') {
        return Err(format!(
            "a duration with its unit, such as {number}s or {number}ms"
        ));
    }
    let factor = if unit.is_empty() {
        Some(1)
    } else {
        UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .map(|(_, factor)| *factor)
    };
    let factor = factor.ok_or_else(expected)?;
    let milliseconds = number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor));
    milliseconds
        .filter(|milliseconds| *milliseconds <= LARGEST)
        .map(Duration::from_millis)
        .ok_or_else(|| "a duration of at most 24d, as PostgreSQL allows".to_owned())
}

/// Writes a duration in its largest whole unit, zero as `0`.
#[must_use]
pub fn format_duration(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    if milliseconds == 0 {
        return "0".to_owned();
    }
    UNITS
        .iter()
        .rev()
        .find(|(_, factor)| milliseconds.is_multiple_of(u128::from(*factor)))
        .map_or_else(
            || format!("{milliseconds}ms"),
            |(name, factor)| format!("{}{name}", milliseconds / u128::from(*factor)),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes() {
        for (text, milliseconds, shown) in [
            ("0", 0, "0"),
            ("0s", 0, "0"),
            ("500ms", 500, "500ms"),
            ("2s", 2000, "2s"),
            ("90 s", 90_000, "90s"),
            ("120s", 120_000, "2min"),
            ("10min", 600_000, "10min"),
            ("1h", 3_600_000, "1h"),
            ("24d", 2_073_600_000, "24d"),
        ] {
            let duration = parse_duration(text).expect(text);
            assert_eq!(duration, Duration::from_millis(milliseconds), "{text}");
            assert_eq!(format_duration(duration), shown);
        }
        for (text, expected) in [
            ("", "such as"),
            ("s", "such as"),
            ("-1s", "such as"),
            ("1.5s", "such as"),
            ("5m", "such as"),
            ("5", "5s or 5ms"),
            ("25d", "at most"),
            ("99999999999999999999h", "at most"),
        ] {
            let error = parse_duration(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
