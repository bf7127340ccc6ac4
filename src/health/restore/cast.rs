//! Giving a column another type without losing what its rows say.

/// What a type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Number,
    Time,
    Text,
    Other,
}

fn class(data_type: &str) -> Class {
    let begins = |words: &[&str]| words.iter().any(|word| data_type.starts_with(word));
    if data_type.ends_with("[]") {
        Class::Other
    } else if begins(&["smallint", "integer", "bigint", "numeric", "real", "double"]) {
        Class::Number
    } else if begins(&["date", "timestamp"]) {
        Class::Time
    } else if begins(&["text", "character"]) {
        Class::Text
    } else {
        Class::Other
    }
}

/// A cast of an expression; by way of text where PostgreSQL has none of its own.
fn cast(expression: &str, from: &str, to: &str) -> String {
    let direct = class(from) == class(to) && class(from) != Class::Other
        || class(from) == Class::Text
        || class(to) == Class::Text
        || matches!((from, to), ("boolean", "integer") | ("integer", "boolean"));
    if direct {
        format!("{expression}::{to}")
    } else {
        format!("{expression}::text::{to}")
    }
}

/// Digits of a `numeric`: before and after the point.
fn digits(data_type: &str) -> Option<(i64, i64)> {
    match data_type {
        "smallint" => return Some((5, 0)),
        "integer" => return Some((10, 0)),
        "bigint" => return Some((19, 0)),
        _ => {}
    }
    let modifiers = data_type.strip_prefix("numeric(")?.strip_suffix(')')?;
    let (precision, scale) = modifiers.split_once(',')?;
    let scale: i64 = scale.parse().ok()?;
    Some((precision.parse::<i64>().ok()? - scale, scale))
}

/// Whether every value of a type is one of the other.
fn fits(from: &str, to: &str) -> bool {
    match (class(from), class(to)) {
        (Class::Number, Class::Number) => match (digits(from), digits(to)) {
            (Some((before, after)), Some((room, scale))) => before <= room && after <= scale,
            (Some(_), None) => to == "numeric",
            _ => from == to,
        },
        (Class::Text, Class::Text) => !to.contains('('),
        (Class::Time, Class::Time) => from == "date" && to.contains("without") && !to.contains('('),
        _ => matches!((from, to), ("json", "jsonb") | ("jsonb", "json")),
    }
}

/// The type in which a value is compared before and after; none where a cast fails rather than loses.
fn wide(from: &str, to: &str) -> Option<&'static str> {
    let whole = |data_type: &str| matches!(data_type, "smallint" | "integer" | "bigint");
    match (class(from), class(to)) {
        (Class::Number, Class::Number) if whole(from) && whole(to) => None,
        (Class::Number | Class::Text, Class::Number) => Some("numeric"),
        (Class::Time | Class::Text, Class::Time) => Some("timestamp"),
        (Class::Text, Class::Text) => Some("text"),
        (Class::Number, _) if to == "boolean" => Some("integer"),
        _ => None,
    }
}

/// A column that gets its type.
pub(super) struct Retype<'a> {
    pub table: &'a str,
    pub column: &'a str,
    /// The type that it has.
    pub from: &'a str,
    /// The type that it must have, with its collation.
    pub to: &'a str,
    pub collation: &'a str,
    pub default: Option<&'a str>,
}

impl Retype<'_> {
    /// The statement. Where rows may not fit, or an index or check of the shop may not understand the type, it leaves the
    /// column with a warning rather than lose digits or stop the script.
    pub(super) fn statement(&self) -> String {
        let Self {
            table,
            column,
            from,
            to,
            collation,
            default,
        } = self;
        let default = default.map_or_else(String::new, |default| {
            format!(", ALTER COLUMN {column} SET DEFAULT {default}")
        });
        let alter = format!(
            "ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT, \
             ALTER COLUMN {column} TYPE {to}{collation} USING {}{default}",
            cast(column, from, to)
        );
        if from == to || fits(from, to) {
            return alter;
        }
        let guard = wide(from, to).map(|wide| {
            let before = cast(column, from, wide);
            let after = cast(&cast(column, from, to), to, wide);
            format!(
                "    IF EXISTS (SELECT FROM {table} WHERE {before} IS DISTINCT FROM {after}) THEN\n        \
                 RAISE data_exception USING MESSAGE = 'rows would lose a part of their value';\n    END IF;\n"
            )
        });
        let quoted = |text: &str| text.replace('\'', "''").replace('%', "%%");
        format!(
            "DO $restore$ BEGIN\n{}    {alter};\n\
             EXCEPTION WHEN data_exception OR undefined_function OR datatype_mismatch THEN\n    \
             RAISE WARNING '{} stays {}: %', SQLERRM;\nEND $restore$",
            guard.unwrap_or_default(),
            quoted(&format!("{table}.{column}")),
            quoted(from),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_lose_is_guarded() {
        let retype = |from, to| {
            let retype = Retype {
                table: "t",
                column: "c",
                from,
                to,
                collation: "",
                default: None,
            };
            retype.statement()
        };
        for (from, to) in [
            ("integer", "bigint"),
            ("numeric(8,2)", "numeric(10,2)"),
            ("text", "character varying"),
            ("date", "timestamp without time zone"),
            ("jsonb", "json"),
        ] {
            assert!(retype(from, to).starts_with("ALTER TABLE t"), "{from} {to}");
        }
        for (from, to) in [
            ("numeric", "bigint"),
            ("numeric(12,4)", "numeric(12,2)"),
            ("text", "character varying(10)"),
            ("timestamp without time zone", "date"),
            ("integer", "boolean"),
        ] {
            assert!(retype(from, to).contains("IS DISTINCT FROM"), "{from} {to}");
        }
        assert!(retype("jsonb", "date").contains("USING c::text::date"));
    }
}
