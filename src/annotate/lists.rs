//! The pages that list: views, functions, triggers, extensions and types.

use super::markdown::{block, code, page, section, table, table_link, text as plain};
use crate::catalog::{Catalog, Function, RelationKind, UserType};

/// `views.md`.
pub(super) fn views(catalog: &Catalog) -> String {
    let mut text = page("Views");
    let views = catalog
        .relations
        .iter()
        .filter(|(_, relation)| relation.kind.is_view());
    let mut none = true;
    for (name, view) in views {
        none = false;
        text.push_str(&format!("\n## {}\n", plain(name)));
        if let Some(comment) = &view.comment {
            text.push_str(&format!("\n{}\n", plain(comment)));
        }
        if view.kind == RelationKind::MaterializedView {
            text.push_str("\nMaterialized: as fresh as its last refresh.\n");
        }
        let rows = view.columns_in_order().into_iter().map(|(name, column)| {
            let comment = column.comment.as_deref().map(plain).unwrap_or_default();
            vec![code(name), code(&column.data_type), comment]
        });
        text.push_str(&table(
            &["column", "type", "what it means"],
            &rows.collect::<Vec<_>>(),
        ));
        let indexes = view
            .indexes
            .iter()
            .map(|(name, index)| vec![code(name), super::purpose::serves(index)]);
        text.push_str(&table(&["index", "serves"], &indexes.collect::<Vec<_>>()));
        let read: Vec<_> = view
            .reads
            .iter()
            .filter(|read| catalog.relations.contains_key(*read))
            .collect();
        if !read.is_empty() {
            let links: Vec<_> = read.iter().map(|read| reading(catalog, read)).collect();
            text.push_str(&format!("\nReads {}.\n", links.join(", ")));
        }
        let definition = view.definition.as_deref().unwrap_or_default();
        text.push_str(&format!("\n{}", block("sql", definition)));
    }
    if none {
        text.push_str("\nThere are none.\n");
    }
    text
}

fn reading(catalog: &Catalog, name: &str) -> String {
    let view = catalog
        .relations
        .get(name)
        .is_some_and(|relation| relation.kind.is_view());
    if view {
        format!("[{}](#{})", plain(name), super::markdown::anchor(name))
    } else {
        table_link("", name)
    }
}

/// `functions.md`.
pub(super) fn functions(catalog: &Catalog) -> String {
    let mut text = page("Functions");
    if catalog.functions.is_empty() {
        text.push_str("\nThere are none.\n");
    }
    for (signature, function) in &catalog.functions {
        text.push_str(&format!("\n## {}\n", plain(signature)));
        if let Some(comment) = &function.comment {
            text.push_str(&format!("\n{}\n", plain(comment)));
        }
        text.push_str(&facts(function));
        let tables = catalog
            .relations
            .keys()
            .filter(|name| mentions(function, name));
        let links: Vec<_> = tables
            .map(|name| reading_from_functions(catalog, name))
            .collect();
        if !links.is_empty() {
            text.push_str(&format!(
                "\nNames {} (by the words of its body).\n",
                links.join(", ")
            ));
        }
        if let Some(definition) = &function.definition {
            text.push_str(&format!("\n{}", block("sql", definition)));
        }
    }
    text
}

fn reading_from_functions(catalog: &Catalog, name: &str) -> String {
    let view = catalog
        .relations
        .get(name)
        .is_some_and(|relation| relation.kind.is_view());
    if view {
        format!(
            "[{}](views.md#{})",
            plain(name),
            super::markdown::anchor(name)
        )
    } else {
        table_link("", name)
    }
}

fn facts(function: &Function) -> String {
    let rights = if function.security_definer {
        "its owner"
    } else {
        "whoever calls it"
    };
    let rows = vec![
        vec!["kind".to_owned(), plain(&function.kind)],
        vec![
            "returns".to_owned(),
            code(function.returns.as_deref().unwrap_or("nothing")),
        ],
        vec!["language".to_owned(), plain(&function.language)],
        vec!["volatility".to_owned(), plain(&function.volatility)],
        vec!["runs with the rights of".to_owned(), rights.to_owned()],
    ];
    table(&["", ""], &rows)
}

/// Whether the body has the name as a word.
pub(super) fn mentions(function: &Function, name: &str) -> bool {
    let body = function.definition.as_deref().unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    body.match_indices(name).any(|(at, _)| {
        let before = body[..at].chars().next_back().is_some_and(is_word);
        let after = body[at + name.len()..].chars().next().is_some_and(is_word);
        !before && !after
    })
}

/// `triggers.md`.
pub(super) fn triggers(catalog: &Catalog) -> String {
    let mut rows = Vec::new();
    for (name, relation) in &catalog.relations {
        for (trigger, facts) in &relation.triggers {
            rows.push(vec![
                table_link("", name),
                code(trigger),
                code(&facts.definition),
                facts.enabled.clone(),
            ]);
        }
    }
    let mut text = page("Triggers");
    if rows.is_empty() {
        text.push_str("\nThere are none: counters and balances are kept by the application.\n");
    }
    text + &table(&["table", "trigger", "", "enabled"], &rows)
}

/// `extensions.md`.
pub(super) fn extensions(catalog: &Catalog) -> String {
    let extensions = catalog
        .extensions
        .keys()
        .map(|name| vec![code(name), about(name).to_owned()]);
    let mut text = page("Extensions and types");
    text.push_str(&section(
        "Extensions",
        &table(&["extension", ""], &extensions.collect::<Vec<_>>()),
    ));
    let types = catalog.types.iter().map(|(name, kind)| {
        let (what, comment) = described(kind);
        vec![
            code(name),
            what,
            comment.as_deref().map(plain).unwrap_or_default(),
        ]
    });
    text + &section(
        "Types",
        &table(&["type", "", "what it means"], &types.collect::<Vec<_>>()),
    )
}

fn about(extension: &str) -> &'static str {
    match extension {
        "pg_trgm" => "search by any part of a text, Khmer or Latin",
        "plpgsql" => "the procedural language that every database has",
        "pg_stat_statements" => "which statements take how much time",
        "pgcrypto" => "hashes and random values",
        "citext" => "text that does not tell capitals apart",
        _ => "",
    }
}

fn described(kind: &UserType) -> (String, Option<String>) {
    match kind {
        UserType::Enum { labels, comment } => {
            let labels: Vec<_> = labels.iter().map(|label| code(label)).collect();
            (format!("one of {}", labels.join(", ")), comment.clone())
        }
        UserType::Domain {
            base,
            checks,
            comment,
            ..
        } => {
            let checks: Vec<_> = checks.values().map(|check| code(check)).collect();
            (
                format!("{} {}", code(base), checks.join(", "))
                    .trim_end()
                    .to_owned(),
                comment.clone(),
            )
        }
    }
}
