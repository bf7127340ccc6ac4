//! Tables and views: by name, then by what they are.

use super::difference::{Aspect, Difference};
use super::{Comparison, Rules, parts, renamed};
use crate::catalog::model::{Catalog, Relation, RelationKind};
use crate::catalog::normal;
use crate::catalog::object::ObjectId;

pub(super) fn compare(
    expected: &Catalog,
    live: &Catalog,
    rules: &Rules<'_>,
    found: &mut Comparison,
) {
    let mut renamed = Vec::new();
    for (name, want) in &expected.relations {
        let object = ObjectId::new(want.kind.into(), name);
        let shop = rules.shop.contains(&name.as_str());
        match live.relations.get(name) {
            Some(have) if shop => parts::compare(name, want, have, live, rules, found),
            Some(have) if have.kind == want.kind => one(&object, want, have, live, rules, found),
            other => match renamed::relation(want, expected, live) {
                Some(heir) if !shop => {
                    renamed.push(heir);
                    let difference = Difference::changed(object.clone(), Aspect::Name, name, heir);
                    found.differences.push(difference);
                    one(&object, want, &live.relations[heir], live, rules, found);
                }
                _ => found.differences.push(match other {
                    Some(have) => {
                        let (want, have) = (want.kind.word(), have.kind.word());
                        Difference::changed(object, Aspect::Kind, want, have)
                    }
                    None => Difference::missing(object, name),
                }),
            },
        }
    }
    let extra = live.relations.iter().filter(|(name, _)| {
        !expected.relations.contains_key(*name) && !renamed.contains(&name.as_str())
    });
    found
        .only_live
        .extend(extra.map(|(name, relation)| ObjectId::new(relation.kind.into(), name)));
}

/// Two of one kind.
fn one(
    object: &ObjectId,
    want: &Relation,
    have: &Relation,
    live: &Catalog,
    rules: &Rules<'_>,
    found: &mut Comparison,
) {
    let mut changed = |aspect, want: String, have: String| {
        if want != have {
            let difference = Difference::changed(object.clone(), aspect, want, have);
            found.differences.push(difference);
        }
    };
    let persistence = |relation: &Relation| {
        if relation.unlogged {
            "unlogged"
        } else {
            "logged"
        }
        .to_owned()
    };
    let security =
        |relation: &Relation| if relation.row_security { "on" } else { "off" }.to_owned();
    changed(Aspect::Unlogged, persistence(want), persistence(have));
    changed(Aspect::RowSecurity, security(want), security(have));
    changed(Aspect::Options, options(want), options(have));
    changed(Aspect::Partition, partition(want), partition(have));
    if let (Some(query), Some(other)) = (&want.definition, &have.definition)
        && normal::query(query) != normal::query(other)
    {
        let difference = Difference::changed(object.clone(), Aspect::Definition, query, other);
        found.differences.push(difference);
    }
    parts::compare(&object.name, want, have, live, rules, found);
}

/// Options that say what a view shows; how a table is stored and vacuumed is the administrator's business.
fn options(relation: &Relation) -> String {
    if relation.kind != RelationKind::View {
        return String::new();
    }
    let mut options = relation.options.clone();
    options.sort();
    options.join(", ")
}

fn partition(relation: &Relation) -> String {
    let texts = [
        &relation.partition_key,
        &relation.partition_of,
        &relation.partition_bound,
    ];
    let texts: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
    texts.join(" ")
}
