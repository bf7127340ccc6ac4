//! The guide's four lists, as sections and as findings.

use std::collections::BTreeMap;

use super::check::Check;
use super::restore::{self, Plan};
use crate::catalog::{
    Catalog, Comparison, ConstraintKind, Difference, ObjectKind, RelationKind, expected,
};
use crate::report::words::thousands;
use crate::report::{Finding, Section, SectionRow, Severity};

/// Not unique, but what every free vote is counted by: the guide asks for it.
const VOTES: &str = "index_xfactor_votes_on_user_id_and_episode_id_and_vote_type";

/// How many rows a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// Counted.
    Exact(u64),
    /// The planner's estimate.
    About(u64),
    /// Nobody may look, and nobody has.
    Unknown,
}

impl Rows {
    fn in_words(self) -> String {
        match self {
            Self::Exact(1) => "1 row".to_owned(),
            Self::Exact(rows) => format!("{} rows", thousands(rows)),
            Self::About(rows) => format!("~{} rows", thousands(rows)),
            Self::Unknown => "not analyzed yet".to_owned(),
        }
    }
}

/// The tables that the application needs: those of Hangmeas, and those of Spree that it stands on.
pub(super) fn tables() -> Vec<&'static str> {
    let expected = expected();
    let ours = expected.catalog.relations.iter();
    let mut tables: Vec<&str> = ours
        .filter(|(_, relation)| relation.kind == RelationKind::Table)
        .map(|(name, _)| name.as_str())
        .chain(expected.base.keys().map(String::as_str))
        .collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}

pub(super) fn table_section(live: &Catalog) -> Section {
    let row = |table: &&str| SectionRow {
        good: Some(live.finds(table)),
        name: (*table).to_owned(),
        detail: match expected().since.get(&format!("table {table}")) {
            Some(version) => format!("V{version:04}"),
            None => "Spree".to_owned(),
        },
    };
    Section {
        title: "Required Tables".to_owned(),
        rows: tables().iter().map(row).collect(),
    }
}

pub(super) fn index_section(live: &Catalog, compared: &Comparison) -> Section {
    let mut rows = Vec::new();
    for (table, relation) in &expected().catalog.relations {
        let indexes = relation.indexes.iter();
        let key = indexes
            .filter(|(name, index)| index.constraint.is_none() && (index.unique || *name == VOTES));
        // What stands on a table that is not there is told with the table.
        if !live.finds(table) {
            continue;
        }
        rows.extend(key.map(|(name, index)| {
            let wrong = difference(compared, ObjectKind::Index, table, name);
            SectionRow {
                good: Some(wrong.is_none()),
                name: format!("{table}.{name}"),
                detail: match wrong {
                    Some(wrong) => wrong.to_string(),
                    None => {
                        let kind = if index.unique { "unique " } else { "" };
                        format!("{kind}{}", restore::column_list(&index.columns))
                    }
                },
            }
        }));
    }
    Section {
        title: "Key Indexes".to_owned(),
        rows,
    }
}

pub(super) fn row_section(counts: &BTreeMap<String, Rows>) -> Section {
    let row = |(table, rows): (&String, &Rows)| SectionRow {
        good: None,
        name: table.clone(),
        detail: rows.in_words(),
    };
    Section {
        title: "Table Statistics".to_owned(),
        rows: counts.iter().map(row).collect(),
    }
}

pub(super) fn key_section(live: &Catalog, compared: &Comparison) -> Section {
    let mut rows = Vec::new();
    for (table, relation) in &expected().catalog.relations {
        if !live.finds(table) {
            continue;
        }
        for (name, key) in &relation.constraints {
            let Some(far) = &key.references else { continue };
            let wrong = difference(compared, ObjectKind::ForeignKey, table, name);
            rows.push(SectionRow {
                good: Some(wrong.is_none()),
                name: format!("{table}.{} -> {}", key.columns.join(", "), far.table),
                detail: wrong.map(ToString::to_string).unwrap_or_default(),
            });
        }
    }
    Section {
        title: "Foreign Key Constraints".to_owned(),
        rows,
    }
}

fn difference<'a>(
    compared: &'a Comparison,
    kind: ObjectKind,
    table: &str,
    name: &str,
) -> Option<&'a Difference> {
    compared.differences.iter().find(|difference| {
        let object = &difference.object;
        object.kind == kind && object.relation.as_deref() == Some(table) && object.name == name
    })
}

/// What one of the lists shows with a cross, as findings.
pub(super) fn findings(
    check: &Check,
    severity: Severity,
    compared: &Comparison,
    plan: &Plan,
    version: Option<u32>,
) -> Vec<Finding> {
    let belongs = |(_, difference): &(usize, &Difference)| {
        let object = &difference.object;
        let relation = object
            .relation
            .as_ref()
            .and_then(|owner| expected().catalog.relations.get(owner));
        match check.id {
            "guide.tables" => object.kind == ObjectKind::Table,
            "guide.indexes" => relation
                .and_then(|relation| relation.indexes.get(&object.name))
                .is_some_and(|index| index.unique || object.name == VOTES),
            _ => relation
                .and_then(|relation| relation.constraints.get(&object.name))
                .is_some_and(|key| key.kind == ConstraintKind::ForeignKey),
        }
    };
    let wrong = compared.differences.iter().enumerate().filter(belongs);
    wrong
        .map(|(n, difference)| {
            let cure = cure(difference, &plan.statements(n), version);
            Finding {
                key: format!("{}:{}", check.id, difference.object.path()),
                check: check.id.to_owned(),
                object: difference.object.path(),
                severity,
                what: difference.to_string(),
                why: check.why.to_owned(),
                cure: Some(cure),
                waived: None,
                waiver_ended: None,
                known: false,
            }
        })
        .collect()
}

/// What brings it: a migration that is pending, the statement that restores it, or Spree.
fn cure(difference: &Difference, statements: &[String], version: Option<u32>) -> String {
    let since = difference.since.unwrap_or(1);
    if version.is_some_and(|version| since > version) {
        return "hangmeas db migrate".to_owned();
    }
    match (statements.is_empty(), difference.since) {
        (false, _) => statements.join("; "),
        (true, Some(_)) => "hangmeas db drift".to_owned(),
        (true, None) => "finish or restore the migrations of Spree".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(Rows::About(120_000).in_words(), "~120,000 rows");
    }

    #[test]
    fn all_tables_are_asked_for_not_eleven() {
        let tables = tables();
        assert_eq!(tables.len(), 23 + expected().base.len());
        assert!(tables.contains(&"xfactor_votes") && tables.contains(&"spree_users"));
    }
}
