//! What an index is good for, in words: the queries that it serves.

use super::expression::readable;
use super::markdown::code;
use crate::catalog::Index;

/// The pieces of `CREATE INDEX … USING method (columns) … WHERE condition`.
struct Parts<'a> {
    method: &'a str,
    columns: Vec<&'a str>,
    condition: Option<&'a str>,
}

fn parts(definition: &str) -> Option<Parts<'_>> {
    let (_, rest) = definition.split_once(" USING ")?;
    let (method, rest) = rest.split_once(" (")?;
    let end = closing(rest)?;
    let condition = rest[end..]
        .split_once(" WHERE ")
        .map(|(_, condition)| condition);
    Some(Parts {
        method,
        columns: split(&rest[..end]),
        condition,
    })
}

/// Where the parenthesis closes that was open before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn split(columns: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let pieces = columns.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0 && c == ','
    });
    pieces.map(str::trim).collect()
}

/// One sentence.
pub(super) fn serves(index: &Index) -> String {
    let Some(parts) = parts(&index.definition) else {
        return String::new();
    };
    let columns = parts.columns.join(", ");
    let what = if parts
        .columns
        .iter()
        .any(|column| column.contains("_trgm_ops"))
    {
        let names: Vec<_> = parts.columns.iter().map(|column| bare(column)).collect();
        format!("search by any part of {}", code(&names.join(", ")))
    } else {
        match parts.method {
            "brin" => format!("long spans of {}, in the order rows arrive", code(&columns)),
            "gin" => format!(
                "what {} contains ({})",
                code(&columns),
                code(&contains(&columns))
            ),
            "btree" if index.unique => format!("the one row with a given {}", code(&columns)),
            "btree" => lookups(&parts.columns),
            method => format!("{method} searches by {}", code(&columns)),
        }
    };
    match parts.condition {
        Some(condition) => format!("{what}, among rows with {}", code(&readable(condition))),
        None => what,
    }
}

fn bare(column: &str) -> &str {
    column.split(' ').next().unwrap_or(column)
}

fn contains(columns: &str) -> String {
    format!("{} @> …", bare(columns))
}

/// `WHERE a = … AND b = …`, and what its beginning serves too.
fn lookups(columns: &[&str]) -> String {
    let condition: Vec<_> = columns
        .iter()
        .map(|column| format!("{} = …", bare(column)))
        .collect();
    let whole = code(&format!("WHERE {}", condition.join(" AND ")));
    match columns {
        [one] => format!("{whole}, or ordered by {}", code(one)),
        [.., last] => format!("{whole}, or the beginning of it ordered by {}", code(last)),
        [] => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(definition: &str) -> Index {
        Index {
            definition: definition.to_owned(),
            unique: definition.contains("UNIQUE"),
            valid: true,
            ready: true,
            constraint: None,
            columns: Vec::new(),
            comment: None,
        }
    }

    #[test]
    fn indexes_say_what_they_serve() {
        let cases = [
            (
                "CREATE UNIQUE INDEX i ON t USING btree (a, b)",
                "the one row with a given `a, b`",
            ),
            (
                "CREATE INDEX i ON t USING gin (name gin_trgm_ops)",
                "search by any part of `name`",
            ),
            (
                "CREATE INDEX i ON t USING gin (metadata)",
                "what `metadata` contains (`metadata @> …`)",
            ),
            (
                "CREATE INDEX i ON t USING brin (created_at)",
                "long spans of `created_at`, in the order rows arrive",
            ),
            (
                "CREATE INDEX i ON t USING btree (created_at) WHERE kind = 'paid'::text",
                "`WHERE created_at = …`, or ordered by `created_at`, among rows with `kind = 'paid'`",
            ),
            (
                "CREATE INDEX i ON t USING btree (lower(a), b DESC)",
                "`WHERE lower(a) = … AND b = …`, or the beginning of it ordered by `b DESC`",
            ),
        ];
        for (definition, expected) in cases {
            assert_eq!(serves(&index(definition)), expected);
        }
    }
}
