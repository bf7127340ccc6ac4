//! Names as a person would write them: quoted only where PostgreSQL needs it.

use crate::postgres::sql::identifier;

/// Words that PostgreSQL takes as a name only in quotes.
const RESERVED: &str = " all analyse analyze and any array as asc asymmetric authorization between binary both case cast \
    check collate collation column concurrently constraint create cross current_catalog current_date current_role \
    current_schema current_time current_timestamp current_user default deferrable desc distinct do else end except false \
    fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral \
    leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps \
    placing primary references returning right select session_user similar some symmetric system_user table tablesample \
    then to trailing true union unique user using variadic verbose when where window with ";

/// A name, quoted only where it must be.
pub(super) fn name(name: &str) -> String {
    let plain = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && !RESERVED.contains(&format!(" {name} "));
    if plain {
        name.to_owned()
    } else {
        identifier(name)
    }
}
