//! Judging a live schema by what the migrations must have made of it.

use super::{Expected, Family, expected};
use crate::catalog::compare::{Comparison, Difference, Rules, compare_by};
use crate::catalog::model::Catalog;
use crate::catalog::object::{ObjectId, ObjectKind};

/// Judges a live schema by all migrations up to a version (`None`: all there are). Objects of the shop are listed
/// apart and are no differences.
#[must_use]
pub fn verify(live: &Catalog, up_to: Option<u32>) -> Comparison {
    verify_by(expected(), live, up_to)
}

fn verify_by(expected: &Expected, live: &Catalog, up_to: Option<u32>) -> Comparison {
    let rules = Rules {
        types: Some(&expected.types),
        shop: expected.base.keys().map(String::as_str).collect(),
    };
    let wanted = expected.up_to(up_to);
    let mut found = compare_by(&wanted, live, &rules);
    // A table of the shop that is gone is told once, below.
    found.differences.retain(|difference| {
        difference.object.relation.is_some() || !expected.base.contains_key(&difference.object.name)
    });
    for difference in &mut found.differences {
        difference.since = expected.since(&difference.object);
    }
    found
        .only_live
        .retain(|object| !expected.base.contains_key(&object.name));
    let base = base(expected, live);
    found.differences.splice(0..0, base);
    found
}

/// What the shop must bring and does not.
fn base(expected: &Expected, live: &Catalog) -> Vec<Difference> {
    let mut missing = Vec::new();
    for (table, columns) in &expected.base {
        let Some(relation) = live.relations.get(table) else {
            let object = ObjectId::new(ObjectKind::Table, table);
            missing.push(Difference::missing(
                object,
                format!("{table}, a table of Spree"),
            ));
            continue;
        };
        for (column, family) in columns {
            if !relation.columns.contains_key(column) {
                let object = ObjectId::of(ObjectKind::Column, table, column);
                missing.push(Difference::missing(object, family.in_words()));
            }
        }
    }
    missing
}

impl Family {
    /// What people call it.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Id => "integer or bigint",
            Self::Num => "numeric",
            Self::Text => "text",
            Self::Time => "timestamp",
            Self::Flag => "boolean",
        }
    }
}
