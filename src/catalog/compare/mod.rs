//! Two schemas against each other: what must be there and what is there. Objects are found by name, and where the
//! name is gone by what they are: a renamed index, key or view is one difference, not two. What only follows from
//! another difference (the index of a dropped column) says so.

mod difference;
mod follow;
mod parts;
mod relations;
mod renamed;

use std::collections::BTreeMap;

pub use difference::{Aspect, Difference, Verdict};
pub(super) use renamed::relations as candidates;

use super::expected::{Family, TypeRule};
use super::model::{Catalog, Relation, Sequence};
use super::object::{ObjectId, ObjectKind};

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What is missing or other than it must be, those that follow from others among them.
    pub differences: Vec<Difference>,
    /// What only the live schema has: a shop's own objects, which are nobody's fault.
    pub only_live: Vec<ObjectId>,
}

impl Comparison {
    /// The differences that follow from no other.
    pub fn roots(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|d| d.follows.is_none())
    }

    /// Finds out which differences follow from others.
    pub(super) fn attribute(&mut self, expected: &Catalog, live: &Catalog) {
        follow::attribute(expected, live, &mut self.differences);
    }
}

/// How strictly to judge; by default, everything must be equal.
#[derive(Debug, Default)]
pub(super) struct Rules<'a> {
    /// Types that depend on the shop, by `relation.column`.
    pub types: Option<&'a BTreeMap<String, TypeRule>>,
    /// Relations of which only the parts are judged, because they are the shop's; with the columns that they must have.
    pub base: Option<&'a BTreeMap<String, BTreeMap<String, Family>>>,
}

impl Rules<'_> {
    fn type_of(&self, relation: &str, column: &str) -> Option<&TypeRule> {
        self.types?.get(&format!("{relation}.{column}"))
    }

    /// The columns that a relation of the shop must have; none for others.
    fn shop(&self, relation: &str) -> Option<&BTreeMap<String, Family>> {
        self.base?.get(relation)
    }

    fn is_shop(&self, relation: &str) -> bool {
        self.shop(relation).is_some()
    }
}

/// Compares all of two schemas; comments, positions of columns and the schemas' names do not count.
#[must_use]
pub fn compare(expected: &Catalog, live: &Catalog) -> Comparison {
    compare_by(expected, live, &Rules::default())
}

pub(super) fn compare_by(expected: &Catalog, live: &Catalog, rules: &Rules<'_>) -> Comparison {
    let mut found = Comparison::default();
    relations::compare(expected, live, rules, &mut found);
    functions(expected, live, &mut found);
    sequences(expected, live, &mut found);
    types(expected, live, &mut found);
    for name in expected.extensions.keys() {
        if !live.extensions.contains_key(name) {
            let object = ObjectId::new(ObjectKind::Extension, name);
            found.differences.push(Difference::missing(object, name));
        }
    }
    let extra = live
        .extensions
        .keys()
        .filter(|name| !expected.extensions.contains_key(*name));
    found
        .only_live
        .extend(extra.map(|name| ObjectId::new(ObjectKind::Extension, name)));
    found.attribute(expected, live);
    found.differences.sort_by(|a, b| a.object.cmp(&b.object));
    found.only_live.sort();
    found
}

fn functions(expected: &Catalog, live: &Catalog, found: &mut Comparison) {
    let spare: BTreeMap<_, _> = live
        .functions
        .iter()
        .filter(|(name, _)| !expected.functions.contains_key(*name))
        .collect();
    let mut taken = Vec::new();
    for (name, want) in &expected.functions {
        let object = ObjectId::new(ObjectKind::Function, name);
        let definition = want.definition.as_deref().unwrap_or(name);
        let Some(have) = live.functions.get(name) else {
            let same_name = |other: &&&String| bare(other) == bare(name);
            let difference = match spare.keys().find(same_name) {
                Some(other) => {
                    taken.push(other.as_str());
                    Difference::changed(object, Aspect::Signature, name, *other)
                }
                None => Difference::missing(object, definition),
            };
            found.differences.push(difference);
            continue;
        };
        for (aspect, want, have) in [
            (
                Aspect::Returns,
                want.returns.as_deref(),
                have.returns.as_deref(),
            ),
            (
                Aspect::Definition,
                want.definition.as_deref().map(str::trim),
                have.definition.as_deref().map(str::trim),
            ),
        ] {
            if want != have {
                found.differences.push(Difference::changed(
                    object,
                    aspect,
                    want.unwrap_or("nothing"),
                    have.unwrap_or("nothing"),
                ));
                break;
            }
        }
    }
    let extra = spare.keys().filter(|name| !taken.contains(&name.as_str()));
    found
        .only_live
        .extend(extra.map(|name| ObjectId::new(ObjectKind::Function, *name)));
}

/// A function's name without its arguments.
fn bare(function: &str) -> &str {
    function.split_once('(').map_or(function, |(name, _)| name)
}

fn sequences(expected: &Catalog, live: &Catalog, found: &mut Comparison) {
    let mut taken = Vec::new();
    let moved: Vec<&str> = found
        .differences
        .iter()
        .filter(|it| it.candidates.len() == 1)
        .filter_map(|it| it.found.as_deref())
        .collect();
    // What lies elsewhere counts only together with its table.
    let counts = |(name, it): &(&String, &Sequence)| {
        let owner = it.owned_by.as_deref().and_then(|it| it.rsplit_once('.'));
        !live.is_elsewhere(name) || owner.is_some_and(|(table, _)| moved.contains(&table))
    };
    let there: BTreeMap<&String, &Sequence> = live.sequences.iter().filter(counts).collect();
    for (name, want) in &expected.sequences {
        let object = ObjectId::new(ObjectKind::Sequence, name);
        let Some(have) = there.get(name) else {
            let heir = there.iter().find(|(other, have)| {
                !expected.sequences.contains_key(**other)
                    && have.owned_by == want.owned_by
                    && want.owned_by.is_some()
            });
            found.differences.push(match heir {
                Some((other, _)) => {
                    taken.push(other.as_str());
                    Difference::changed(object, Aspect::Name, name, other)
                }
                None => Difference::missing(object, name),
            });
            continue;
        };
        if want.owned_by != have.owned_by {
            let said = |owner: &Option<String>| owner.clone().unwrap_or_else(|| "nothing".into());
            found.differences.push(Difference::changed(
                object.clone(),
                Aspect::OwnedBy,
                said(&want.owned_by),
                said(&have.owned_by),
            ));
        }
        // As it is told, without its owner.
        if want.to_string() != have.to_string() {
            found
                .differences
                .push(Difference::changed(object, Aspect::Definition, want, have));
        }
    }
    let extra = there.keys().filter(|name| {
        !expected.sequences.contains_key(**name)
            && !taken.contains(&name.as_str())
            && !live.is_elsewhere(name)
    });
    found
        .only_live
        .extend(extra.map(|name| ObjectId::new(ObjectKind::Sequence, *name)));
}

fn types(expected: &Catalog, live: &Catalog, found: &mut Comparison) {
    for (name, want) in &expected.types {
        let object = ObjectId::new(ObjectKind::Type, name);
        match live.types.get(name) {
            None => found.differences.push(Difference::missing(object, want)),
            Some(have) if have.without_comment() != want.without_comment() => found
                .differences
                .push(Difference::changed(object, Aspect::Definition, want, have)),
            Some(_) => {}
        }
    }
    let extra = live
        .types
        .keys()
        .filter(|name| !expected.types.contains_key(*name));
    found
        .only_live
        .extend(extra.map(|name| ObjectId::new(ObjectKind::Type, name)));
}

impl Catalog {
    /// All objects, each once: relations with their parts, then what stands alone.
    #[must_use]
    pub fn objects(&self) -> Vec<ObjectId> {
        let mut objects = Vec::new();
        for (name, relation) in &self.relations {
            objects.push(ObjectId::new(relation.kind.into(), name));
            objects.extend(relation.parts(name));
        }
        let mut alone = |kind, names: Vec<&String>| {
            objects.extend(names.into_iter().map(|name| ObjectId::new(kind, name)));
        };
        alone(ObjectKind::Function, self.functions.keys().collect());
        alone(ObjectKind::Sequence, self.sequences.keys().collect());
        alone(ObjectKind::Type, self.types.keys().collect());
        alone(ObjectKind::Extension, self.extensions.keys().collect());
        objects
    }
}

impl Relation {
    /// Whether it has this part.
    #[must_use]
    pub fn has(&self, part: &ObjectId) -> bool {
        match part.kind {
            ObjectKind::Column => self.columns.contains_key(&part.name),
            ObjectKind::Index => self.indexes.contains_key(&part.name),
            ObjectKind::Trigger => self.triggers.contains_key(&part.name),
            _ => self.constraints.contains_key(&part.name),
        }
    }

    /// Its columns, constraints, indexes (those behind constraints left out) and triggers.
    fn parts(&self, name: &str) -> Vec<ObjectId> {
        let columns = self
            .columns
            .keys()
            .map(|part| ObjectId::of(ObjectKind::Column, name, part));
        let constraints = self
            .constraints
            .iter()
            .map(|(part, constraint)| ObjectId::of(constraint.kind.into(), name, part));
        let indexes = self
            .indexes
            .iter()
            .filter(|(_, index)| index.constraint.is_none())
            .map(|(part, _)| ObjectId::of(ObjectKind::Index, name, part));
        let triggers = self
            .triggers
            .keys()
            .map(|part| ObjectId::of(ObjectKind::Trigger, name, part));
        columns
            .chain(constraints)
            .chain(indexes)
            .chain(triggers)
            .collect()
    }
}
