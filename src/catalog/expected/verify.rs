//! Judging a live schema by what the migrations must have made of it.

use std::collections::BTreeSet;

use super::type_rule::plain;
use super::{Expected, Family, expected};
use crate::catalog::compare::{Aspect, Comparison, Difference, Rules, candidates, compare_by};
use crate::catalog::model::{Catalog, Relation};
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
        base: Some(&expected.base),
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
    let base = base(expected, &wanted, live, &rules);
    let moved = |object: &ObjectId| {
        base.iter()
            .any(|it| it.found.as_ref() == Some(&object.name) && !it.candidates.is_empty())
    };
    found.only_live.retain(|object| !moved(object));
    found.differences.splice(0..0, base);
    found.attribute(&wanted, live);
    found
}

/// What the shop must bring and does not: tables, columns, and the keys that foreign keys of Hangmeas point to.
fn base(
    expected: &Expected,
    wanted: &Catalog,
    live: &Catalog,
    rules: &Rules<'_>,
) -> Vec<Difference> {
    let mut found = Vec::new();
    for (table, columns) in &expected.base {
        let there = live.relations.get(table).filter(|_| live.finds(table));
        let at_its_place = there.filter(|it| !it.kind.is_view());
        let Some(relation) = at_its_place.or_else(|| moved(table, wanted, live, rules, &mut found))
        else {
            continue;
        };
        for (column, family) in columns {
            let object = ObjectId::of(ObjectKind::Column, table, column);
            match relation.columns.get(column) {
                None => found.push(Difference::missing(object, family.in_words())),
                Some(is) if !family.takes(&is.data_type) => found.push(Difference::changed(
                    object,
                    Aspect::Type,
                    family.in_words(),
                    &is.data_type,
                )),
                Some(_) => {}
            }
        }
        let keys = keys_needed(&expected.catalog, table).into_iter();
        found.extend(
            keys.filter(|columns| !is_key(relation, columns))
                .map(|columns| {
                    let object =
                        ObjectId::of(ObjectKind::PrimaryKey, table, format!("{table}_pkey"));
                    Difference::missing(object, format!("PRIMARY KEY ({})", columns.join(", ")))
                }),
        );
    }
    found
}

/// A table of the shop that is not found: what it is now, if that is clear.
fn moved<'a>(
    table: &str,
    wanted: &Catalog,
    live: &'a Catalog,
    rules: &Rules<'_>,
    found: &mut Vec<Difference>,
) -> Option<&'a Relation> {
    let object = ObjectId::new(ObjectKind::Table, table);
    let heirs = candidates(table, wanted.relations.get(table), rules, wanted, live);
    if let [heir] = heirs.as_slice() {
        found.push(Difference::moved(object, heir, live.candidate(heir)));
        return live.relations.get(*heir);
    }
    // A view may stand in for the table.
    let view = live.relations.get(table).filter(|_| live.finds(table));
    if view.is_some() && heirs.is_empty() {
        return view;
    }
    let mut missing = Difference::missing(object, format!("{table}, a table of Spree"));
    missing.candidates = heirs.iter().map(|heir| live.candidate(heir)).collect();
    found.push(missing);
    None
}

/// The columns of a table that foreign keys point to.
fn keys_needed<'a>(catalog: &'a Catalog, table: &str) -> BTreeSet<&'a [String]> {
    let constraints = catalog
        .relations
        .values()
        .flat_map(|it| it.constraints.values());
    constraints
        .filter_map(|constraint| constraint.references.as_ref())
        .filter(|reference| reference.table == table)
        .map(|reference| reference.columns.as_slice())
        .collect()
}

/// Whether a foreign key may point to these columns.
fn is_key(relation: &Relation, columns: &[String]) -> bool {
    let unique = |definition: &str| {
        let plain = definition.split_once(" USING btree ");
        plain.is_some_and(|(_, rest)| {
            rest == format!("({})", columns.join(", "))
                || rest.starts_with(&format!("({}) INCLUDE", columns.join(", ")))
        })
    };
    relation
        .indexes
        .values()
        .any(|index| index.unique && index.valid && unique(&index.definition))
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

    /// Whether a column of this type will do. Types that PostgreSQL does not bring, such as domains, will.
    pub(in crate::catalog) fn takes(self, data_type: &str) -> bool {
        let families: &[Self] = match plain(data_type).as_str() {
            "integer" | "bigint" => &[Self::Id, Self::Num],
            "smallint" | "numeric" | "real" | "double precision" | "money" => &[Self::Num],
            "text" | "character varying" | "character" => &[Self::Text],
            "date" | "timestamp without time zone" | "timestamp with time zone" => &[Self::Time],
            "boolean" => &[Self::Flag],
            "json" | "jsonb" | "bytea" | "uuid" => &[],
            _ => return true,
        };
        families.contains(&self)
    }
}
