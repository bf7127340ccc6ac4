//! Which differences only follow from others: the index of a dropped column, the key to a renamed table, the view
//! over a column whose type is another.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::{Aspect, Difference, Verdict};
use crate::catalog::model::{Catalog, Relation};
use crate::catalog::object::{ObjectId, ObjectKind};

/// Fills `follows` of every difference that leans on another.
pub(super) fn attribute(expected: &Catalog, live: &Catalog, differences: &mut [Difference]) {
    let causes: BTreeMap<String, ObjectId> = differences
        .iter()
        .filter(|difference| is_cause(difference))
        .map(|difference| (cause(&difference.object), difference.object.clone()))
        .collect();
    for difference in differences {
        let own = cause(&difference.object);
        difference.causes = leans_on(expected, live, &difference.object, difference.aspect)
            .into_iter()
            .filter(|path| *path != own)
            .filter_map(|path| causes.get(&path).cloned())
            .collect();
        difference.follows = difference.causes.first().cloned();
    }
}

/// Whether others can be wrong because of this.
fn is_cause(difference: &Difference) -> bool {
    let gone = difference.verdict == Verdict::Missing || difference.aspect == Some(Aspect::Name);
    match difference.object.kind {
        ObjectKind::Column => gone || difference.aspect == Some(Aspect::Type),
        ObjectKind::Table | ObjectKind::View | ObjectKind::MaterializedView => true,
        ObjectKind::Sequence | ObjectKind::Extension => gone,
        ObjectKind::PrimaryKey | ObjectKind::UniqueConstraint => {
            difference.aspect != Some(Aspect::Name)
        }
        _ => false,
    }
}

/// The path under which others lean on an object. Sequences and keys have a space of their own, because a column's
/// default and a foreign key lean on them only.
fn cause(object: &ObjectId) -> String {
    match object.kind {
        ObjectKind::Sequence => format!("sequence {}", object.name),
        ObjectKind::Extension => format!("extension {}", object.name),
        ObjectKind::PrimaryKey | ObjectKind::UniqueConstraint => {
            format!("key {}", object.relation.as_deref().unwrap_or(&object.name))
        }
        _ => object.path(),
    }
}

/// What an object is built on, by what must be there and by what is there.
fn leans_on(
    expected: &Catalog,
    live: &Catalog,
    object: &ObjectId,
    aspect: Option<Aspect>,
) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for catalog in [expected, live] {
        match &object.relation {
            Some(relation) => part(catalog, relation, object, aspect, &mut paths),
            None => alone(catalog, object, &mut paths),
        }
    }
    paths
}

fn alone(catalog: &Catalog, object: &ObjectId, paths: &mut BTreeSet<String>) {
    if let Some(relation) = catalog.relations.get(&object.name) {
        read(relation, paths);
    }
    if let Some(sequence) = catalog.sequences.get(&object.name)
        && let Some(owner) = &sequence.owned_by
    {
        paths.insert(owner.clone());
        paths.extend(owner.rsplit_once('.').map(|(table, _)| table.to_owned()));
    }
}

/// What a view reads: columns, and the relations that have them.
fn read(relation: &Relation, paths: &mut BTreeSet<String>) {
    for path in &relation.reads {
        paths.insert(path.clone());
        paths.extend(path.rsplit_once('.').map(|(table, _)| table.to_owned()));
    }
}

fn part(
    catalog: &Catalog,
    name: &str,
    object: &ObjectId,
    aspect: Option<Aspect>,
    paths: &mut BTreeSet<String>,
) {
    let Some(relation) = catalog.relations.get(name) else {
        return;
    };
    // Not on the table itself: where that is gone, its parts are not compared, and where it has another name, they are
    // compared under that one.
    let mut column = |table: &str, column: &str| {
        paths.insert(format!("{table}.{column}"));
    };
    if let Some(constraint) = relation.constraints.get(&object.name) {
        constraint.columns.iter().for_each(|c| column(name, c));
        if let Some(far) = &constraint.references {
            far.columns.iter().for_each(|c| column(&far.table, c));
            paths.insert(far.table.clone());
            paths.insert(format!("key {}", far.table));
        }
    } else if let Some(index) = relation.indexes.get(&object.name) {
        index.columns.iter().for_each(|c| column(name, c));
        if relation.kind.is_view() {
            paths.insert(name.to_owned());
        }
        if index.definition.contains("trgm_ops") {
            paths.insert("extension pg_trgm".to_owned());
        }
    } else if let Some(it) = relation.columns.get(&object.name) {
        // What a view shows follows from what it reads; a default may lean on a sequence.
        if relation.kind.is_view() {
            paths.insert(name.to_owned());
            read(relation, paths);
        }
        if aspect == Some(Aspect::Default)
            && let Some(sequence) = it.default.as_deref().and_then(sequence_of)
        {
            paths.insert(format!("sequence {sequence}"));
        }
    }
}

/// The sequence in `nextval('name'::regclass)`.
fn sequence_of(default: &str) -> Option<&str> {
    default.strip_prefix("nextval('")?.split('\'').next()
}
