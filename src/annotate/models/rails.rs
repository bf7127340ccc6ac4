//! A table in the words of Rails: the text of the block, as `annotate` 3.2 writes it.

use super::value;
use crate::catalog::{Column, Constraint, ConstraintKind, Index, Relation};

/// Width of a type, as in the gem.
const TYPE_WIDTH: usize = 16;

/// The block of a table, with its line ends.
pub(super) fn block(table: &str, relation: &Relation) -> String {
    let mut text = format!("# == Schema Information\n#\n# Table name: {table}\n#\n");
    let columns = relation.columns_in_order();
    let widest = columns
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0)
        + 1;
    for (name, column) in columns {
        let kind = kind(&column.data_type);
        let attributes = attributes(name, column, relation).join(", ");
        let line = format!("#  {name:widest$}:{kind:TYPE_WIDTH$} {attributes}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str("#\n");
    text.push_str(&indexes(relation));
    text.push_str(&foreign_keys(relation));
    text
}

fn attributes(name: &str, column: &Column, relation: &Relation) -> Vec<String> {
    let mut list = Vec::new();
    let default = column.default.as_deref();
    if let Some(default) = default.and_then(|text| value::shown(text, &column.data_type)) {
        list.push(format!("default({default})"));
    }
    if !column.nullable {
        list.push("not null".to_owned());
    }
    let is_key = |constraint: &Constraint| {
        constraint.kind == ConstraintKind::PrimaryKey
            && constraint.columns.iter().any(|c| c == name)
    };
    if relation.constraints.values().any(is_key) {
        list.push("primary key".to_owned());
    }
    if column.data_type.ends_with("[]") {
        list.push("is an Array".to_owned());
    }
    list
}

/// The type as Rails names it, with its limit or its digits.
pub(super) fn kind(data_type: &str) -> String {
    let base = data_type.trim_end_matches("[]");
    let (name, modifier) = base
        .split_once('(')
        .map_or((base, ""), |(name, rest)| (name, rest));
    let modifier = modifier.trim_end_matches(')');
    match name {
        "character varying" | "character" if !modifier.is_empty() => format!("string({modifier})"),
        "character varying" | "character" => "string".to_owned(),
        "smallint" => "integer".to_owned(),
        "double precision" | "real" => "float".to_owned(),
        "bytea" => "binary".to_owned(),
        "numeric" => match modifier.split_once(',') {
            Some((precision, scale)) => format!("decimal({precision}, {scale})"),
            None if modifier.is_empty() => "decimal(, )".to_owned(),
            None => format!("decimal({modifier}, 0)"),
        },
        name if name.starts_with("timestamp") => "datetime".to_owned(),
        name if name.starts_with("time") => "time".to_owned(),
        name => name.to_owned(),
    }
}

/// Every index but the primary key's.
fn indexes(relation: &Relation) -> String {
    let is_primary = |index: &Index| {
        let constraint = index.constraint.as_ref();
        let constraint = constraint.and_then(|name| relation.constraints.get(name));
        constraint.is_some_and(|constraint| constraint.kind == ConstraintKind::PrimaryKey)
    };
    let shown = relation
        .indexes
        .iter()
        .filter(|(_, index)| !is_primary(index))
        .map(|(name, index)| (name.clone(), index_text(index)));
    list("Indexes", &shown.collect::<Vec<_>>())
}

fn index_text(index: &Index) -> String {
    let definition = index.definition.as_str();
    let (_, using) = definition.split_once(" USING ").unwrap_or(("", definition));
    let (method, rest) = using.split_once(" (").unwrap_or((using, ""));
    let (keys, rest) = rest.split_at(closing(rest));
    let mut text = format!("({})", key_text(keys));
    if index.unique {
        text.push_str(" UNIQUE");
    }
    if let Some((_, condition)) = rest.split_once(" WHERE ") {
        text.push_str(&format!(" WHERE {condition}"));
    }
    if method != "btree" {
        text.push_str(&format!(" USING {method}"));
    }
    text
}

/// Where the bracket closes that was opened before the text.
fn closing(text: &str) -> usize {
    let mut depth = 1;
    for (place, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return place;
        }
    }
    text.len()
}

/// Columns with their order but without their operators; expressions as they stand.
fn key_text(keys: &str) -> String {
    if keys.contains('(') {
        return keys.to_owned();
    }
    let columns = keys.split(", ").map(|key| {
        let (name, more) = key.split_once(' ').unwrap_or((key, ""));
        let order = more
            .split(' ')
            .filter(|word| ["DESC", "NULLS", "FIRST", "LAST"].contains(word));
        let words: Vec<&str> = std::iter::once(name.trim_matches('"'))
            .chain(order)
            .collect();
        words.join(" ")
    });
    columns.collect::<Vec<_>>().join(",")
}

fn foreign_keys(relation: &Relation) -> String {
    let mut shown: Vec<_> = relation
        .constraints
        .iter()
        .filter_map(|(name, constraint)| {
            let reference = constraint.references.as_ref()?;
            let columns = constraint.columns.join(",");
            let to = reference.columns.join(",");
            let mut text = format!("({columns} => {}.{to})", reference.table);
            for event in ["DELETE", "UPDATE"] {
                if let Some(action) = action(&constraint.definition, event) {
                    text.push_str(&format!(" ON {event} => {action}"));
                }
            }
            Some((shortened(name), text))
        })
        .collect();
    shown.sort();
    list("Foreign Keys", &shown)
}

/// A name that Rails made up is nothing to read.
fn shortened(name: &str) -> String {
    let made_up = name.strip_prefix("fk_rails_").is_some_and(|rest| {
        rest.len() == 10
            && rest
                .chars()
                .all(|c| c.is_ascii_hexdigit() && !c.is_uppercase())
    });
    if made_up { "fk_rails_..." } else { name }.to_owned()
}

/// What happens to the row, in the word of Rails; none for the default.
fn action(definition: &str, event: &str) -> Option<&'static str> {
    let (_, action) = definition.split_once(&format!(" ON {event} "))?;
    [
        ("CASCADE", "cascade"),
        ("SET NULL", "nullify"),
        ("RESTRICT", "restrict"),
    ]
    .into_iter()
    .find_map(|(sql, rails)| action.starts_with(sql).then_some(rails))
}

fn list(heading: &str, entries: &[(String, String)]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let widest = entries
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = format!("# {heading}\n#\n");
    for (name, what) in entries {
        text.push_str(&format!("#  {name:widest$}  {what}\n"));
    }
    text + "#\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_rails() {
        let kinds = [
            ("character varying", "string"),
            ("character varying[]", "string"),
            ("character varying(128)", "string(128)"),
            ("numeric(10,2)", "decimal(10, 2)"),
            ("numeric", "decimal(, )"),
            ("smallint", "integer"),
            ("timestamp(6) without time zone", "datetime"),
            ("time without time zone", "time"),
            ("bigint", "bigint"),
            ("double precision", "float"),
        ];
        for (server, rails) in kinds {
            assert_eq!(kind(server), rails);
        }
    }

    #[test]
    fn indexes_are_those_of_rails() {
        let index = |definition: &str, unique| Index {
            definition: format!("CREATE INDEX i ON t USING {definition}"),
            unique,
            valid: true,
            ready: true,
            constraint: None,
            columns: Vec::new(),
            comment: None,
        };
        let shown = [
            (
                "btree (a, b DESC NULLS LAST)",
                true,
                "(a,b DESC NULLS LAST) UNIQUE",
            ),
            ("gin (name gin_trgm_ops)", false, "(name) USING gin"),
            (
                "btree (a) WHERE (kind = 'paid')",
                false,
                "(a) WHERE (kind = 'paid')",
            ),
            (
                "btree (lower((name)::text), b)",
                false,
                "(lower((name)::text), b)",
            ),
            ("btree (a) INCLUDE (b)", false, "(a)"),
        ];
        for (definition, unique, rails) in shown {
            assert_eq!(index_text(&index(definition, unique)), rails);
        }
    }

    #[test]
    fn keys_say_what_happens() {
        let definition = "FOREIGN KEY (a) REFERENCES t(id) ON UPDATE RESTRICT ON DELETE SET NULL";
        assert_eq!(action(definition, "DELETE"), Some("nullify"));
        assert_eq!(action(definition, "UPDATE"), Some("restrict"));
        assert_eq!(shortened("fk_rails_212faaafc7"), "fk_rails_...");
        assert_eq!(shortened("fk_rails_users"), "fk_rails_users");
    }
}
