//! The index: tables by domain, with a diagram of each.

use std::collections::BTreeSet;

use super::Notes;
use super::domain::Domain;
use super::markdown::{block, page, table, table_link, text as plain};
use super::{mermaid, size};
use crate::catalog::{Catalog, Relation};

/// Its comment; of a table of the shop what is added to it.
fn about(name: &str, relation: &Relation, notes: &Notes) -> String {
    match &relation.comment {
        Some(comment) => plain(comment),
        None if notes.partial.contains(name) => {
            let added = relation
                .columns
                .values()
                .filter(|column| column.comment.is_some())
                .count();
            match added {
                0 => "A table of Spree Commerce.".to_owned(),
                added => format!("A table of Spree Commerce, with {added} columns of Hangmeas."),
            }
        }
        None => String::new(),
    }
}

/// A domain with more tables than this gets no diagram: nobody could read it.
const MOST_TABLES: usize = 25;

/// `README.md`.
pub(super) fn text(catalog: &Catalog, notes: &Notes) -> String {
    let mut text = page("The schema");
    let relations = catalog.relations.values();
    let (views, tables): (Vec<_>, Vec<_>) = relations.partition(|relation| relation.kind.is_view());
    text.push_str(&format!(
        "\n{} tables, {} [views](views.md), {} [functions](functions.md), [triggers](triggers.md), \
         [extensions and types](extensions.md), and all of it in [one picture](schema.svg).\n",
        tables.len(),
        views.len(),
        catalog.functions.len()
    ));
    for domain in Domain::ALL {
        text.push_str(&of_domain(catalog, domain, notes));
    }
    text
}

fn of_domain(catalog: &Catalog, domain: Domain, notes: &Notes) -> String {
    let tables = domain.tables(catalog);
    if tables.is_empty() {
        return String::new();
    }
    let owned = tables
        .iter()
        .any(|(name, _)| notes.owners.contains_key(*name));
    let rows: Vec<_> = tables
        .iter()
        .map(|(name, relation)| {
            let mut row = vec![table_link("", name), about(name, relation, notes)];
            if owned {
                row.push(
                    notes
                        .owners
                        .get(*name)
                        .map(|owner| plain(owner))
                        .unwrap_or_default(),
                );
            }
            if !notes.sizes.is_empty() {
                row.push(notes.sizes.get(*name).map(size::short).unwrap_or_default());
            }
            row
        })
        .collect();
    let mut headings = vec!["table", ""];
    headings.extend(owned.then_some("owner"));
    headings.extend((!notes.sizes.is_empty()).then_some("size"));
    let mut text = format!(
        "\n## {}\n\n{}\n{}",
        domain.title(),
        domain.about(),
        table(&headings, &rows)
    );
    if tables.len() <= MOST_TABLES {
        let names: BTreeSet<&str> = tables.iter().map(|(name, _)| *name).collect();
        text.push_str(&format!(
            "\n{}",
            block("mermaid", &mermaid::diagram(catalog, &names))
        ));
    }
    text
}
