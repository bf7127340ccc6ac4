//! Entity diagrams in Mermaid: small enough to be drawn (its limit is 50,000 characters), so columns
//! are keys only, and every picture shows one domain or one table with its neighbours.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, ConstraintKind, Relation};

/// Most relations that one picture shows.
const MOST_LINES: usize = 200;

/// A foreign key.
pub(super) struct Link<'a> {
    pub from: &'a str,
    pub to: &'a str,
    pub columns: &'a [String],
    pub optional: bool,
    pub single: bool,
}

/// Every foreign key of the schema, in order.
pub(super) fn links(catalog: &Catalog) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    for (name, relation) in &catalog.relations {
        if relation.partition_of.is_some() {
            continue;
        }
        for constraint in relation.constraints.values() {
            let Some(reference) = &constraint.references else {
                continue;
            };
            if constraint.kind == ConstraintKind::ForeignKey {
                found.push(Link {
                    from: name,
                    to: &reference.table,
                    columns: &constraint.columns,
                    optional: is_optional(relation, &constraint.columns),
                    single: is_single(relation, &constraint.columns),
                });
            }
        }
    }
    found
}

fn is_optional(relation: &Relation, columns: &[String]) -> bool {
    columns.iter().any(|column| {
        relation
            .columns
            .get(column)
            .is_some_and(|column| column.nullable)
    })
}

fn is_single(relation: &Relation, columns: &[String]) -> bool {
    relation.indexes.values().any(|index| {
        index.unique && index.columns == columns && !index.definition.contains(" WHERE ")
    })
}

/// The picture of some tables and of all keys that go out from them.
pub(super) fn diagram(catalog: &Catalog, tables: &BTreeSet<&str>) -> String {
    draw(catalog, tables, |link| tables.contains(link.from))
}

/// The picture of one table and of all keys from it and to it.
pub(super) fn neighbourhood(catalog: &Catalog, table: &str) -> String {
    let alone = BTreeSet::from([table]);
    draw(catalog, &alone, |link| {
        link.from == table || link.to == table
    })
}

fn draw(catalog: &Catalog, tables: &BTreeSet<&str>, shown: impl Fn(&Link<'_>) -> bool) -> String {
    let mut text = "erDiagram\n".to_owned();
    for table in tables {
        if let Some(relation) = catalog.relations.get(*table) {
            text.push_str(&entity(table, relation));
        }
    }
    let links = links(catalog);
    let lines = links.iter().filter(|link| shown(link)).take(MOST_LINES);
    text + &lines.map(line).collect::<String>()
}

fn entity(name: &str, relation: &Relation) -> String {
    let rows: String = relation
        .columns_in_order()
        .into_iter()
        .filter_map(|(column, facts)| {
            let mark = mark(relation, column)?;
            Some(format!(
                "        {} {} {mark}\n",
                word(&facts.data_type),
                word(column)
            ))
        })
        .collect();
    if rows.is_empty() {
        return format!("    {}\n", quoted(name));
    }
    format!("    {} {{\n{rows}    }}\n", quoted(name))
}

/// `PK`, `FK` or both; none for a column that is no key.
fn mark(relation: &Relation, column: &str) -> Option<&'static str> {
    let is = |kind: ConstraintKind| {
        relation.constraints.values().any(|constraint| {
            constraint.kind == kind && constraint.columns.iter().any(|c| c == column)
        })
    };
    match (
        is(ConstraintKind::PrimaryKey),
        is(ConstraintKind::ForeignKey),
    ) {
        (true, true) => Some("PK,FK"),
        (true, false) => Some("PK"),
        (false, true) => Some("FK"),
        (false, false) => None,
    }
}

fn line(link: &Link<'_>) -> String {
    let parent = if link.optional { "|o" } else { "||" };
    let child = if link.single { "o|" } else { "o{" };
    format!(
        "    {} {parent}--{child} {} : {}\n",
        quoted(link.to),
        quoted(link.from),
        quoted(&link.columns.join(", "))
    )
}

/// A name in quotes, because Mermaid has words of its own (`style`, `one`, `to`); without what it
/// does not take between them.
fn quoted(name: &str) -> String {
    let taken = |c: char| match c {
        '"' => '\'',
        '%' | '\\' => '_',
        c if c.is_control() => ' ',
        c => c,
    };
    format!("\"{}\"", name.chars().map(taken).collect::<String>())
}

/// A type or column, where Mermaid takes a plain word only, which begins with a letter or `_`.
fn word(text: &str) -> String {
    let text = text.replace("timestamp(6) without time zone", "timestamp");
    let text = text.replace("character varying", "varchar");
    let plain: String = text
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    let plain = plain.trim_matches('_');
    if plain.starts_with(char::is_alphabetic) {
        plain.to_owned()
    } else {
        format!("_{plain}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_plain() {
        assert_eq!(word("numeric(10,2)"), "numeric_10_2");
        assert_eq!(word("timestamp(6) without time zone"), "timestamp");
        assert_eq!(word("2fa"), "_2fa");
        assert_eq!(word("!"), "_");
        assert_eq!(quoted("a \"b\""), "\"a 'b'\"");
        assert_eq!(quoted("50%\\\n"), "\"50__ \"");
    }
}
