//! The page of one table.

use super::Notes;
use super::domain::Domain;
use super::expression::readable;
use super::markdown::{block, code, page, section, table, table_link, text as plain};
use super::{mermaid, purpose, size};
use crate::catalog::{Catalog, ConstraintKind, Relation};

/// Way from a table's page to the folder of pages.
const UP: &str = "../";

/// The page.
pub(super) fn text(catalog: &Catalog, name: &str, relation: &Relation, notes: &Notes) -> String {
    let mut text = page(&plain(name));
    text.push_str(&head(name, relation, notes));
    text.push_str(&section("Columns", &columns(relation)));
    text.push_str(&section("Indexes", &indexes(relation)));
    text.push_str(&section("Points to", &points_to(catalog, relation)));
    text.push_str(&section("Pointed to by", &pointed_to_by(catalog, name)));
    text.push_str(&section("Checks", &checks(relation)));
    text.push_str(&section("Triggers", &triggers(relation)));
    text.push_str(&section("Partitions", &partitions(catalog, name)));
    text.push_str(&section("Read by", &read_by(catalog, name)));
    text.push_str(&section("Neighbours", &neighbours(catalog, name)));
    text
}

fn head(name: &str, relation: &Relation, notes: &Notes) -> String {
    let domain = Domain::of(name);
    let mut lines = Vec::new();
    if let Some(comment) = &relation.comment {
        lines.push(plain(comment));
    }
    let mut facts = vec![format!(
        "[{}]({UP}README.md#{})",
        domain.title(),
        domain.title().to_lowercase()
    )];
    if let Some(owner) = notes.owners.get(name) {
        facts.push(format!("owner: {}", plain(owner)));
    }
    if relation.unlogged {
        facts.push("unlogged: empty after a crash".to_owned());
    }
    if relation.row_security {
        facts.push("row-level security".to_owned());
    }
    if let Some(key) = &relation.partition_key {
        facts.push(format!("partitioned by {}", code(key)));
    }
    if let Some(size) = notes.sizes.get(name) {
        facts.push(size::told(size));
    }
    lines.push(facts.join(" · "));
    lines.extend(
        notes
            .notes
            .get(name)
            .map(|note| format!("> {}", plain(note))),
    );
    format!("\n{}\n", lines.join("\n\n"))
}

fn columns(relation: &Relation) -> String {
    let rows: Vec<_> = relation
        .columns_in_order()
        .into_iter()
        .map(|(name, column)| {
            let mut default = column
                .default
                .as_deref()
                .map(shown_default)
                .unwrap_or_default();
            if let Some(expression) = &column.generated {
                default = format!("generated: {}", code(expression));
            } else if let Some(identity) = &column.identity {
                default = format!("identity, {identity}");
            }
            vec![
                code(name),
                code(&column.data_type),
                if column.nullable { "yes" } else { "" }.to_owned(),
                default,
                column.comment.as_deref().map(plain).unwrap_or_default(),
            ]
        })
        .collect();
    table(
        &["column", "type", "may be empty", "default", "what it means"],
        &rows,
    )
}

/// A serial is what everybody calls it; other defaults stand as they are.
fn shown_default(default: &str) -> String {
    if default.starts_with("nextval(") {
        "the next number".to_owned()
    } else {
        code(&readable(default))
    }
}

fn indexes(relation: &Relation) -> String {
    let rows: Vec<_> = relation
        .indexes
        .iter()
        .map(|(name, index)| {
            let mut serves = purpose::serves(index);
            if !index.valid {
                serves = format!("**not valid**, no query uses it: {serves}");
            }
            let kind = match &index.constraint {
                Some(constraint) => match relation.constraints.get(constraint).map(|c| c.kind) {
                    Some(ConstraintKind::PrimaryKey) => "primary key",
                    _ => "constraint",
                },
                None if index.unique => "unique",
                None => "",
            };
            vec![code(name), kind.to_owned(), serves]
        })
        .collect();
    table(&["index", "", "serves"], &rows)
}

fn points_to(catalog: &Catalog, relation: &Relation) -> String {
    let keys = relation
        .constraints
        .iter()
        .filter_map(|(name, constraint)| {
            let reference = constraint.references.as_ref()?;
            Some(vec![
                code(&constraint.columns.join(", ")),
                format!(
                    "{} {}",
                    known(catalog, &reference.table),
                    code(&reference.columns.join(", "))
                ),
                on_delete(&constraint.definition).to_owned(),
                named(name, constraint.validated),
            ])
        });
    table(
        &["column", "table", "when that row goes", "key"],
        &keys.collect::<Vec<_>>(),
    )
}

/// A constraint's name, and whether rows may be older than it.
fn named(name: &str, validated: bool) -> String {
    let open = if validated { "" } else { ", not validated" };
    format!("{}{open}", code(name))
}

/// A link, where the table has a page.
fn known(catalog: &Catalog, table: &str) -> String {
    if catalog.relations.contains_key(table) {
        table_link(UP, table)
    } else {
        plain(table)
    }
}

fn on_delete(definition: &str) -> &'static str {
    let Some((_, action)) = definition.split_once(" ON DELETE ") else {
        return "refused";
    };
    match action {
        action if action.starts_with("CASCADE") => "this one goes too",
        action if action.starts_with("SET NULL") => "the column is emptied",
        action if action.starts_with("SET DEFAULT") => "the column gets its default",
        _ => "refused",
    }
}

fn pointed_to_by(catalog: &Catalog, name: &str) -> String {
    let rows = mermaid::links(catalog)
        .into_iter()
        .filter(|link| link.to == name)
        .map(|link| {
            let many = if link.single {
                "at most one row"
            } else {
                "many rows"
            };
            vec![
                table_link(UP, link.from),
                code(&link.columns.join(", ")),
                many.to_owned(),
            ]
        });
    table(&["table", "column", ""], &rows.collect::<Vec<_>>())
}

fn checks(relation: &Relation) -> String {
    let kinds = [ConstraintKind::Check, ConstraintKind::Exclusion];
    let rows = relation
        .constraints
        .iter()
        .filter(|(_, constraint)| kinds.contains(&constraint.kind))
        .map(|(name, constraint)| {
            let definition = code(&readable(&constraint.definition));
            vec![named(name, constraint.validated), definition]
        });
    table(&["check", ""], &rows.collect::<Vec<_>>())
}

fn triggers(relation: &Relation) -> String {
    let rows = relation.triggers.iter().map(|(name, trigger)| {
        vec![
            code(name),
            code(&trigger.definition),
            trigger.enabled.clone(),
        ]
    });
    table(&["trigger", "", "enabled"], &rows.collect::<Vec<_>>())
}

fn partitions(catalog: &Catalog, name: &str) -> String {
    let parts = catalog
        .relations
        .iter()
        .filter(|(_, relation)| relation.partition_of.as_deref() == Some(name));
    let rows = parts.map(|(part, relation)| {
        vec![
            code(part),
            code(relation.partition_bound.as_deref().unwrap_or_default()),
        ]
    });
    table(&["partition", "rows"], &rows.collect::<Vec<_>>())
}

/// Views and functions that read the table. Of functions only the words of the body are known.
fn read_by(catalog: &Catalog, name: &str) -> String {
    let views = catalog.relations.iter().filter(|(_, view)| {
        view.reads
            .iter()
            .any(|read| read == name || read.strip_prefix(name).is_some_and(|r| r.starts_with('.')))
    });
    let mut lines: Vec<_> = views
        .map(|(view, _)| {
            format!(
                "- view [{}]({UP}views.md#{})\n",
                plain(view),
                super::markdown::anchor(view)
            )
        })
        .collect();
    let functions = catalog
        .functions
        .iter()
        .filter(|(_, function)| super::lists::mentions(function, name));
    lines.extend(functions.map(|(signature, _)| {
        let anchor = super::markdown::anchor(signature);
        format!(
            "- function [{}]({UP}functions.md#{anchor}), by the words of its body\n",
            plain(signature)
        )
    }));
    lines.concat()
}

fn neighbours(catalog: &Catalog, name: &str) -> String {
    let links = mermaid::links(catalog);
    if !links
        .iter()
        .any(|link| link.from == name || link.to == name)
    {
        return String::new();
    }
    block("mermaid", &mermaid::neighbourhood(catalog, name))
}
