//! Tables, views and functions from nothing, with their comments.

use super::step::{Phase, Step};
use super::{Scene, name};
use crate::catalog::{Column, ConstraintKind, Function, Index, Relation, RelationKind};
use crate::postgres::sql::literal;

fn comment(on: &str, text: Option<&String>) -> Option<Step> {
    let text = text?;
    Some(Step::new(
        Phase::Comment,
        format!("COMMENT ON {on} IS {}", literal(text)),
    ))
}

pub(super) fn column_comment(table: &str, column: &str, it: &Column) -> Option<Step> {
    comment(
        &format!("COLUMN {}.{}", name(table), name(column)),
        it.comment.as_ref(),
    )
}

pub(super) fn index_comment(index: &str, it: &Index) -> Option<Step> {
    comment(&format!("INDEX {}", name(index)), it.comment.as_ref())
}

/// The comments of a relation and of its columns and indexes.
fn comments(relation: &str, it: &Relation) -> Vec<Step> {
    let kind = it.kind.word().to_uppercase();
    let kind = kind.trim_start_matches("PARTITIONED ");
    let mut all: Vec<Step> = comment(&format!("{kind} {}", name(relation)), it.comment.as_ref())
        .into_iter()
        .collect();
    all.extend(
        it.columns
            .iter()
            .filter_map(|(column, it)| column_comment(relation, column, it)),
    );
    all.extend(
        it.indexes
            .iter()
            .filter_map(|(index, it)| index_comment(index, it)),
    );
    all
}

fn with_options(it: &Relation) -> String {
    if it.options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", it.options.join(", "))
    }
}

impl Scene<'_> {
    /// A table with all that belongs to it.
    pub(super) fn create_table(&self, table: &str, must: &Relation) -> Vec<Step> {
        let right = name(table);
        let mut all = self.sequences_of(table, None);
        let columns: Vec<String> = must
            .columns_in_order()
            .into_iter()
            .map(|(column, it)| format!("    {} {}", name(column), it.declaration()))
            .collect();
        let sql = format!(
            "CREATE {}TABLE {right} (\n{}\n){}",
            if must.unlogged { "UNLOGGED " } else { "" },
            columns.join(",\n"),
            with_options(must)
        );
        all.push(Step::new(Phase::Table, sql).makes(table));
        all.extend(must.constraints.iter().map(|(constraint, it)| {
            let sql = format!(
                "ALTER TABLE {right} ADD CONSTRAINT {} {}",
                name(constraint),
                it.definition
            );
            match it.kind {
                ConstraintKind::ForeignKey | ConstraintKind::Check => {
                    Step::new(Phase::Constraint, sql)
                }
                _ => Step::new(Phase::Key, sql).makes(constraint),
            }
        }));
        let indexes = must
            .indexes
            .iter()
            .filter(|(_, index)| index.constraint.is_none());
        all.extend(
            indexes.map(|(index, it)| Step::new(Phase::Index, it.definition.clone()).makes(index)),
        );
        let triggers = must.triggers.values();
        all.extend(triggers.map(|it| Step::new(Phase::Trigger, it.definition.clone())));
        all.extend(comments(table, must));
        all
    }
}

/// A view or materialized view with its indexes.
pub(super) fn view(view: &str, must: &Relation, rank: usize) -> Vec<Step> {
    let kind = must.kind.word().to_uppercase();
    let mut all = vec![
        Step::new(
            Phase::View,
            format!(
                "CREATE {kind} {}{} AS {}",
                name(view),
                with_options(must),
                query(must)
            ),
        )
        .ranked(2 * rank)
        .makes(view),
    ];
    all.extend(must.indexes.iter().map(|(index, it)| {
        Step::new(Phase::View, it.definition.clone())
            .ranked(2 * rank + 1)
            .makes(index)
    }));
    all.extend(comments(view, must));
    all
}

/// A plain view that says something else under the same columns; its privileges stay.
pub(super) fn replace_view(view: &str, must: &Relation, rank: usize) -> Step {
    let sql = format!(
        "CREATE OR REPLACE VIEW {}{} AS {}",
        name(view),
        with_options(must),
        query(must)
    );
    Step::new(Phase::View, sql).ranked(2 * rank)
}

fn query(must: &Relation) -> &str {
    let query = must.definition.as_deref().unwrap_or_default();
    query.trim().trim_end_matches(';')
}

/// Whether a relation is a plain view that shows the same columns in the same order.
pub(super) fn shows_the_same(must: &Relation, is: &Relation) -> bool {
    let shown = |it: &Relation| -> Vec<(String, String)> {
        let columns = it.columns_in_order().into_iter();
        columns
            .map(|(name, column)| (name.to_owned(), column.data_type.clone()))
            .collect()
    };
    must.kind == RelationKind::View && is.kind == RelationKind::View && shown(must) == shown(is)
}

pub(super) fn function(function: &str, must: &Function) -> Vec<Step> {
    let definition = must.definition.as_deref().unwrap_or_default().trim();
    let mut all = vec![Step::new(Phase::Function, definition.to_owned())];
    all.extend(comment(
        &format!("ROUTINE {function}"),
        must.comment.as_ref(),
    ));
    all
}
