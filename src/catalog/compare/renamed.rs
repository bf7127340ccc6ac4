//! Who took a missing object's place under another name. Only sure cases count: an identical view, a table with
//! the same columns, a column that took the missing one's place in an index or constraint.

use crate::catalog::model::{Catalog, Column, Relation};
use crate::catalog::normal;

/// The live relation that is the wanted one under another name.
pub(super) fn relation<'a>(
    want: &Relation,
    expected: &Catalog,
    live: &'a Catalog,
) -> Option<&'a str> {
    let same = |have: &Relation| {
        if have.kind != want.kind {
            return false;
        }
        match (&want.definition, &have.definition) {
            (Some(want), Some(have)) => normal::query(want) == normal::query(have),
            _ => want.columns.len() > 1 && shape(want) == shape(have),
        }
    };
    let mut candidates = live
        .relations
        .iter()
        .filter(|(name, have)| !expected.relations.contains_key(*name) && same(have));
    let only = candidates.next()?;
    candidates.next().is_none().then_some(only.0.as_str())
}

fn shape(relation: &Relation) -> Vec<(&str, &str, bool)> {
    let columns = relation.columns.iter();
    columns
        .map(|(name, column)| (name.as_str(), column.data_type.as_str(), column.nullable))
        .collect()
}

/// The live column that is the wanted one under another name.
pub(super) fn column<'a>(
    name: &str,
    must: &Column,
    want: &Relation,
    have: &'a Relation,
    shop: bool,
) -> Option<&'a str> {
    let alike = |is: &Column| {
        (&is.data_type, is.nullable, &is.default) == (&must.data_type, must.nullable, &must.default)
    };
    let mut spare = have
        .columns
        .iter()
        .filter(|(other, is)| !want.columns.contains_key(*other) && alike(is))
        .map(|(other, _)| other.as_str());
    let in_its_place = |other: &&str| took_the_place(name, other, want, have);
    if let Some(heir) = spare.clone().find(in_its_place) {
        return Some(heir);
    }
    // Without that evidence: the only other column there is, in a table where every column is known.
    let only = spare.next()?;
    let missing = want
        .columns
        .keys()
        .filter(|column| !have.columns.contains_key(*column))
        .count();
    (!shop && missing == 1 && spare.next().is_none()).then_some(only)
}

/// Whether an index or constraint of the same name has `other` wherever it must have `name`.
fn took_the_place(name: &str, other: &str, want: &Relation, have: &Relation) -> bool {
    let swapped = |must: &str, is: &str| {
        let must = normal::definition(must);
        let is = normal::definition(is);
        must != is
            && must.split(' ').count() == is.split(' ').count()
            && must
                .split(' ')
                .zip(is.split(' '))
                .all(|(must, is)| must == is || (must == name && is == other))
    };
    let by_index = want.indexes.iter().any(|(index, must)| {
        have.indexes
            .get(index)
            .is_some_and(|is| swapped(&must.definition, &is.definition))
    });
    by_index
        || want.constraints.iter().any(|(constraint, must)| {
            have.constraints
                .get(constraint)
                .is_some_and(|is| swapped(&must.definition, &is.definition))
        })
}
