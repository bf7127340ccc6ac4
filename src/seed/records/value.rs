//! Values of fixed records.

use crate::postgres::sql::literal;
use crate::seed::clock::{self, Micros};
use crate::seed::profile::Cents;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// None.
    Null,
    /// A whole number.
    Int(i64),
    /// Money, in hundredths.
    Cents(i64),
    /// Degrees, in ten-thousandths.
    Degrees(i64),
    /// Text.
    Text(String),
    /// Truth.
    Bool(bool),
    /// A moment.
    Time(Micros),
    /// A day, in days since the Unix epoch.
    Day(i32),
    /// A JSON document.
    Json(String),
    /// A list of texts.
    Texts(Vec<String>),
}

impl Value {
    /// Text, or none.
    pub fn text(value: Option<impl Into<String>>) -> Self {
        value.map_or(Self::Null, |text| Self::Text(text.into()))
    }

    /// As SQL reads it; the type is that of the column.
    #[must_use]
    pub fn sql(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Cents(cents) => Cents(*cents).sql(),
            Self::Degrees(parts) => {
                let sign = if *parts < 0 { "-" } else { "" };
                format!("{sign}{}.{:04}", parts.abs() / 10_000, parts.abs() % 10_000)
            }
            Self::Text(text) | Self::Json(text) => literal(text),
            Self::Bool(truth) => truth.to_string(),
            Self::Time(at) => literal(&clock::sql(*at)),
            Self::Day(day) => literal(&clock::sql_day(*day)),
            Self::Texts(texts) if texts.is_empty() => "'{}'".to_owned(),
            Self::Texts(texts) => {
                let items: Vec<String> = texts.iter().map(|text| literal(text)).collect();
                format!("ARRAY[{}]::varchar[]", items.join(", "))
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Cents> for Value {
    fn from(cents: Cents) -> Self {
        Self::Cents(cents.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        assert_eq!(Value::from("it's").sql(), "'it''s'");
        assert_eq!(Value::Cents(-205).sql(), "-2.05");
        assert_eq!(Value::Degrees(1_155_000).sql(), "115.5000");
        assert_eq!(
            Value::Texts(vec!["a,b".to_owned()]).sql(),
            "ARRAY['a,b']::varchar[]"
        );
    }
}
