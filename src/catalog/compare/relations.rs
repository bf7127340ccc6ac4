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
    let mut taken: Vec<&str> = Vec::new();
    for (name, want) in &expected.relations {
        let object = ObjectId::new(want.kind.into(), name);
        let shop = rules.is_shop(name);
        let there = live.relations.get(name).filter(|_| live.finds(name));
        let same_kind = |have: &&Relation| have.kind == want.kind || shop && !have.kind.is_view();
        let mut heirs = Vec::new();
        let mut have = there.filter(same_kind);
        if have.is_none() {
            heirs = renamed::relations(name, Some(want), rules, expected, live);
            heirs.retain(|heir| !taken.contains(heir));
            if let [heir] = heirs.as_slice() {
                taken.push(heir);
                let moved = Difference::moved(object.clone(), heir, live.candidate(heir));
                found.differences.push(moved);
                have = live.relations.get(*heir);
            }
        }
        if let Some(have) = have.or(there.filter(|_| shop && heirs.is_empty())) {
            if shop {
                parts::compare(name, want, have, live, rules, found);
            } else {
                one(&object, want, have, live, rules, found);
            }
            continue;
        }
        let mut difference = match there {
            Some(have) => {
                let (want, have) = (want.kind.word(), have.kind.word());
                Difference::changed(object, Aspect::Kind, want, have)
            }
            None => Difference::missing(object, name),
        };
        difference.candidates = heirs.iter().map(|heir| live.candidate(heir)).collect();
        found.differences.push(difference);
    }
    let extra = live.relations.iter().filter(|(name, _)| {
        !expected.relations.contains_key(*name)
            && !taken.contains(&name.as_str())
            && !live.is_elsewhere(name)
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
