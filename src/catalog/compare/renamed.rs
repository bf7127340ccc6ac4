//! Who took a missing object's place under another name. Only sure cases count: an identical view, a table with
//! the same columns, a column that took the missing one's place in an index or constraint.

use std::collections::BTreeMap;

use super::Rules;
use crate::catalog::expected::Family;
use crate::catalog::model::{Catalog, Column, ConstraintKind, Relation, RelationKind};
use crate::catalog::normal;

/// The live relations that may be the wanted one under another name or in another schema. A table of the shop, of which
/// only some columns are known (`want` is what Hangmeas adds to it), must also bear its name or key.
pub(in crate::catalog) fn relations<'a>(
    name: &str,
    want: Option<&Relation>,
    rules: &Rules<'_>,
    expected: &Catalog,
    live: &'a Catalog,
) -> Vec<&'a str> {
    let needed = |other: &str| expected.relations.contains_key(other) || rules.is_shop(other);
    let spare = live
        .relations
        .iter()
        .filter(|(other, _)| live.is_elsewhere(other) || !needed(other));
    let same_type = |column: &str, must: &Column, is: &Column| {
        let rule = rules.type_of(name, column);
        is.data_type == must.data_type || rule.is_some_and(|it| it.accepts(&is.data_type, live))
    };
    let bare = |other: &str| live.candidate(other).name;
    let fits = |(other, have): &(&String, &Relation)| match (rules.shop(name), want) {
        (Some(columns), _) => {
            let keyed = primary_key(have).is_some() || !columns.contains_key("id");
            let named = bears_the_name(name, &bare(other), have);
            keyed && named && has_columns(columns, want, have)
        }
        (None, Some(want)) => is_the_same(name, &bare(other), want, have, same_type),
        (None, None) => false,
    };
    spare
        .filter(fits)
        .map(|(other, _)| other.as_str())
        .collect()
}

/// A view that says the same, or a table with the same primary key and columns. Where it bears the name or the key, half
/// of the columns will do, and where only its schema is another, it may have lost its key.
fn is_the_same(
    name: &str,
    bare: &str,
    want: &Relation,
    have: &Relation,
    same_type: impl Fn(&str, &Column, &Column) -> bool,
) -> bool {
    if have.kind != want.kind {
        return false;
    }
    if let (Some(want), Some(have)) = (&want.definition, &have.definition) {
        return normal::query(want) == normal::query(have);
    }
    let same = want.columns.iter().filter(|(column, must)| {
        let is = have.columns.get(*column);
        is.is_some_and(|is| same_type(column, must, is))
    });
    let (wanted, same) = (want.columns.len(), same.count());
    let enough = 2 * same >= wanted;
    match primary_key(have) {
        None => bare == name && enough,
        key if key != primary_key(want) => false,
        Some(_) if bears_the_name(name, bare, have) => enough,
        Some(_) => wanted > 1 && same == wanted && have.columns.len() == wanted,
    }
}

fn primary_key(relation: &Relation) -> Option<&[String]> {
    let mut all = relation.constraints.values();
    all.find(|it| it.kind == ConstraintKind::PrimaryKey)
        .map(|it| it.columns.as_slice())
}

fn bears_the_name(name: &str, other: &str, have: &Relation) -> bool {
    other.contains(name) || have.constraints.contains_key(&format!("{name}_pkey"))
}

fn has_columns(
    columns: &BTreeMap<String, Family>,
    want: Option<&Relation>,
    have: &Relation,
) -> bool {
    let of_the_shop = |(column, family): (&String, &Family)| {
        let is = have.columns.get(column);
        is.is_some_and(|is| family.takes(&is.data_type))
    };
    let added = want.into_iter().flat_map(|want| want.columns.keys());
    have.kind == RelationKind::Table
        && columns.iter().all(of_the_shop)
        && added.into_iter().all(|it| have.columns.contains_key(it))
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
