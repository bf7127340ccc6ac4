//! Values of profiles: amounts of money and times relative to the day of the seeding.

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::seed::clock::{Micros, parse_offset};

/// An amount of money in hundredths, written `"0.99"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Cents(pub i64);

impl Cents {
    /// As SQL reads it.
    #[must_use]
    pub fn sql(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }

    fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !numeric(whole) || !numeric(fraction) || fraction.len() > 2 || whole.len() > 12 {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = format!("{fraction:0<2}").parse().ok()?;
        Some(Self(sign * (whole * 100 + fraction)))
    }
}

impl<'de> Deserialize<'de> for Cents {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = String::deserialize(source)?;
        Self::parse(&text)
            .ok_or_else(|| D::Error::custom(format!("`{text}` is no amount, such as \"0.99\"")))
    }
}

/// A time before or after the day of the seeding, written `"-4w +20h"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Offset(pub Micros);

impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let text = String::deserialize(source)?;
        parse_offset(&text).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Cents;

    #[test]
    fn amounts_are_exact() {
        assert_eq!(Cents::parse("0.99"), Some(Cents(99)));
        assert_eq!(Cents::parse("100"), Some(Cents(10_000)));
        assert_eq!(Cents::parse("-1.5"), Some(Cents(-150)));
        for wrong in ["", ".", "1.234", "1e3", "one", "--1"] {
            assert_eq!(Cents::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Cents(-150).sql(), "-1.50");
        assert_eq!(Cents(5).sql(), "0.05");
    }
}
