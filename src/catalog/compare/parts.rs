//! The parts of a relation: columns, constraints, indexes, triggers.

use super::difference::{Aspect, Difference};
use super::{Comparison, Rules, renamed};
use crate::catalog::model::{Catalog, Column, Constraint, Index, Relation};
use crate::catalog::normal;
use crate::catalog::object::{ObjectId, ObjectKind};

pub(super) fn compare(
    name: &str,
    want: &Relation,
    have: &Relation,
    live: &Catalog,
    rules: &Rules<'_>,
    found: &mut Comparison,
) {
    let shop = rules.is_shop(name);
    columns(name, want, have, live, rules, found);
    constraints(name, want, have, shop, found);
    indexes(name, want, have, shop, found);
    for (trigger, must) in &want.triggers {
        let object = ObjectId::of(ObjectKind::Trigger, name, trigger);
        found.differences.extend(match have.triggers.get(trigger) {
            None => Some(Difference::missing(object, &must.definition)),
            Some(is)
                if normal::definition(&must.definition) != normal::definition(&is.definition) =>
            {
                let (must, is) = (&must.definition, &is.definition);
                Some(Difference::changed(object, Aspect::Definition, must, is))
            }
            Some(is) if must.enabled != is.enabled => {
                let (must, is) = (&must.enabled, &is.enabled);
                Some(Difference::changed(object, Aspect::Enabled, must, is))
            }
            Some(_) => None,
        });
    }
    let extra = have
        .triggers
        .keys()
        .filter(|t| !shop && !want.triggers.contains_key(*t));
    found
        .only_live
        .extend(extra.map(|part| ObjectId::of(ObjectKind::Trigger, name, part)));
}

fn columns(
    name: &str,
    want: &Relation,
    have: &Relation,
    live: &Catalog,
    rules: &Rules<'_>,
    found: &mut Comparison,
) {
    let mut renamed = Vec::new();
    for (column, must) in &want.columns {
        let object = ObjectId::of(ObjectKind::Column, name, column);
        let rule = rules.type_of(name, column);
        let Some(is) = have.columns.get(column) else {
            let heir = renamed::column(column, must, want, have, rules.is_shop(name));
            found.differences.push(match heir {
                Some(other) => {
                    renamed.push(other);
                    Difference::changed(object, Aspect::Name, column, other)
                }
                None => Difference::missing(object, must.declaration()),
            });
            continue;
        };
        let right_type = match rule {
            Some(rule) => rule.accepts(&is.data_type, live),
            None => must.data_type == is.data_type,
        };
        if !right_type {
            let said =
                rule.map_or_else(|| must.data_type.clone(), |rule| rule.in_words(must, live));
            let difference = Difference::changed(object.clone(), Aspect::Type, said, &is.data_type);
            found.differences.push(difference);
        }
        // Of a column that is the shop's, only the type is ours.
        if !rule.is_some_and(|rule| rule.only_type()) {
            found.differences.extend(facts(&object, must, is));
        }
    }
    let extra = have.columns.keys().filter(|column| {
        !rules.is_shop(name)
            && !want.columns.contains_key(*column)
            && !renamed.contains(&column.as_str())
    });
    found
        .only_live
        .extend(extra.map(|part| ObjectId::of(ObjectKind::Column, name, part)));
}

/// Everything about a column but its type.
fn facts(object: &ObjectId, must: &Column, is: &Column) -> Vec<Difference> {
    let null = |column: &Column| Some(if column.nullable { "NULL" } else { "NOT NULL" }.to_owned());
    let pairs = [
        (Aspect::Nullability, null(must), null(is)),
        (Aspect::Default, must.default.clone(), is.default.clone()),
        (
            Aspect::Generated,
            must.generated.clone(),
            is.generated.clone(),
        ),
        (Aspect::Identity, must.identity.clone(), is.identity.clone()),
        (
            Aspect::Collation,
            must.collation.clone(),
            is.collation.clone(),
        ),
    ];
    let said = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    pairs
        .into_iter()
        .filter(|(_, must, is)| must != is)
        .map(|(aspect, must, is)| Difference::changed(object.clone(), aspect, said(must), said(is)))
        .collect()
}

fn constraints(name: &str, want: &Relation, have: &Relation, shop: bool, found: &mut Comparison) {
    let same = |must: &Constraint, is: &Constraint| {
        must.kind == is.kind
            && normal::definition(&must.definition) == normal::definition(&is.definition)
    };
    let mut renamed = Vec::new();
    for (constraint, must) in &want.constraints {
        let object = ObjectId::of(must.kind.into(), name, constraint);
        let state = |it: &Constraint| {
            if it.validated {
                "validated"
            } else {
                "NOT VALID"
            }
        };
        let watch = |it: &Constraint| if it.unwatched { "off" } else { "on" };
        let free = |other: &str| {
            !want.constraints.contains_key(other) && !renamed.contains(&other.to_owned())
        };
        let is = match have.constraints.get(constraint) {
            Some(is) => {
                if !same(must, is) {
                    let (must, is) = (&must.definition, &is.definition);
                    let aspect = Aspect::Definition;
                    found
                        .differences
                        .push(Difference::changed(object.clone(), aspect, must, is));
                }
                is
            }
            None => {
                let mut all = have.constraints.iter();
                let Some((other, is)) = all.find(|(other, is)| free(other) && same(must, is))
                else {
                    found
                        .differences
                        .push(Difference::missing(object, &must.definition));
                    continue;
                };
                renamed.push(other.clone());
                let difference =
                    Difference::changed(object.clone(), Aspect::Name, constraint, other);
                found.differences.push(difference);
                is
            }
        };
        let facts = [
            (Aspect::Enabled, watch(must), watch(is)),
            (Aspect::Validity, state(must), state(is)),
        ];
        let others = facts.into_iter().filter(|(_, must, is)| must != is);
        found.differences.extend(
            others.map(|(aspect, must, is)| Difference::changed(object.clone(), aspect, must, is)),
        );
    }
    let extra = have.constraints.iter().filter(|(other, _)| {
        !shop && !want.constraints.contains_key(*other) && !renamed.contains(other)
    });
    found
        .only_live
        .extend(extra.map(|(part, it)| ObjectId::of(it.kind.into(), name, part)));
}

fn indexes(name: &str, want: &Relation, have: &Relation, shop: bool, found: &mut Comparison) {
    let alone = |index: &Index| index.constraint.is_none();
    let same =
        |must: &Index, is: &Index| normal::index(&must.definition) == normal::index(&is.definition);
    let mut renamed = Vec::new();
    for (index, must) in want.indexes.iter().filter(|(_, index)| alone(index)) {
        let object = ObjectId::of(ObjectKind::Index, name, index);
        let is = have.indexes.get(index);
        if is.is_some_and(|is| !is.valid || !is.ready) {
            let difference =
                Difference::changed(object.clone(), Aspect::Validity, "valid", "invalid");
            found.differences.push(difference);
        }
        found.differences.extend(match is {
            Some(is) if !same(must, is) => {
                let (must, is) = (&must.definition, &is.definition);
                Some(Difference::changed(object, Aspect::Definition, must, is))
            }
            Some(_) => None,
            None => {
                let free = |other: &str| {
                    !want.indexes.contains_key(other) && !renamed.contains(&other.to_owned())
                };
                let heir = have
                    .indexes
                    .iter()
                    .find(|(other, is)| free(other) && is.valid && same(must, is));
                Some(match heir {
                    Some((other, _)) => {
                        renamed.push(other.clone());
                        Difference::changed(object, Aspect::Name, index, other)
                    }
                    None => Difference::missing(object, &must.definition),
                })
            }
        });
    }
    let extra = have.indexes.iter().filter(|(other, is)| {
        !shop && alone(is) && !want.indexes.contains_key(*other) && !renamed.contains(other)
    });
    found
        .only_live
        .extend(extra.map(|(part, _)| ObjectId::of(ObjectKind::Index, name, part)));
}
