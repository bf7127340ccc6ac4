//! A table in the words of Rails: the text of the block, as `annotate` 3.2 writes it.

use crate::catalog::{Column, Constraint, ConstraintKind, Relation};

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
    if let Some(default) = column.default.as_deref().and_then(default) {
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

/// The type as Rails names it.
fn kind(data_type: &str) -> String {
    let base = data_type.trim_end_matches("[]");
    let (name, modifier) = base
        .split_once('(')
        .map_or((base, ""), |(name, rest)| (name, rest));
    match name {
        "character varying" | "character" => "string".to_owned(),
        "double precision" | "real" => "float".to_owned(),
        "bytea" => "binary".to_owned(),
        "numeric" => match modifier.trim_end_matches(')') {
            "" => "decimal".to_owned(),
            digits => format!("decimal({})", digits.replace(',', ", ")),
        },
        "timestamp" => "datetime".to_owned(),
        name if name.starts_with("timestamp") => "datetime".to_owned(),
        name => name.to_owned(),
    }
}

/// A default as Ruby shows its value; none for what the server computes.
fn default(expression: &str) -> Option<String> {
    let literal = expression.split("::").next().unwrap_or(expression);
    if literal.contains('(') {
        return None;
    }
    match literal {
        "true" => Some("TRUE".to_owned()),
        "false" => Some("FALSE".to_owned()),
        text if text.starts_with('\'') && text.ends_with('\'') && text.len() >= 2 => {
            let text = text[1..text.len() - 1].replace("''", "'");
            match (text.as_str(), expression.contains("json")) {
                ("{}" | "[]", true) => Some(text),
                _ if expression.ends_with("[]") => Some(text.replace('{', "[").replace('}', "]")),
                _ => Some(format!("\"{text}\"")),
            }
        }
        number => Some(number.to_owned()),
    }
}

fn indexes(relation: &Relation) -> String {
    let shown: Vec<_> = relation
        .indexes
        .iter()
        .filter(|(_, index)| index.constraint.is_none())
        .map(|(name, index)| {
            let definition = index.definition.as_str();
            let using = definition
                .split_once(" USING ")
                .map_or("", |(_, rest)| rest);
            let method = using.split(' ').next().unwrap_or_default();
            let condition = using.split_once(" WHERE ").map(|(_, condition)| condition);
            let mut more = String::new();
            if index.unique {
                more.push_str(" UNIQUE");
            }
            if let Some(condition) = condition {
                more.push_str(&format!(" WHERE {condition}"));
            }
            if method != "btree" {
                more.push_str(&format!(" USING {method}"));
            }
            (
                name.as_str(),
                format!("({}){more}", index.columns.join(",")),
            )
        })
        .collect();
    list("Indexes", &shown)
}

fn foreign_keys(relation: &Relation) -> String {
    let shown: Vec<_> = relation
        .constraints
        .iter()
        .filter_map(|(name, constraint)| {
            let reference = constraint.references.as_ref()?;
            let columns = constraint.columns.join(",");
            let to = reference.columns.join(",");
            Some((
                name.as_str(),
                format!("({columns} => {}.{to})", reference.table),
            ))
        })
        .collect();
    list("Foreign Keys", &shown)
}

fn list(heading: &str, entries: &[(&str, String)]) -> String {
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
    fn types_and_defaults_are_those_of_rails() {
        let kinds = [
            ("character varying", "string"),
            ("character varying[]", "string"),
            ("numeric(10,2)", "decimal(10, 2)"),
            ("timestamp(6) without time zone", "datetime"),
            ("bigint", "bigint"),
            ("double precision", "float"),
        ];
        for (server, rails) in kinds {
            assert_eq!(kind(server), rails);
        }
        let defaults = [
            ("'bronze'::character varying", Some("\"bronze\"")),
            ("'{}'::jsonb", Some("{}")),
            ("'{}'::character varying[]", Some("[]")),
            ("0", Some("0")),
            ("false", Some("FALSE")),
            ("nextval('x_id_seq'::regclass)", None),
            ("now()", None),
        ];
        for (server, rails) in defaults {
            assert_eq!(default(server).as_deref(), rails, "{server}");
        }
    }
}
