//! Names that the script needs and something else has: that is renamed, not dropped.

use std::collections::{BTreeMap, BTreeSet};

use super::relation::alter_word;
use super::step::{Phase, Step};
use super::{Part, Scene, name};
use crate::catalog::Catalog;

/// Who has which name among tables, views, indexes and sequences: the word by which ALTER takes it, and its path.
type Taken = BTreeMap<String, (&'static str, String)>;

/// What the search path finds.
fn taken(live: &Catalog) -> Taken {
    let here = |name: &&String| !live.is_elsewhere(name);
    let entry = |it: &String, word| (it.clone(), (word, name(it)));
    let mut taken = Taken::new();
    for (relation, it) in live.relations.iter().filter(|(name, _)| here(name)) {
        taken.extend([entry(relation, alter_word(it.kind))]);
        taken.extend(it.indexes.keys().map(|index| entry(index, "INDEX")));
    }
    let sequences = live.sequences.keys().filter(here);
    taken.extend(sequences.map(|it| entry(it, "SEQUENCE")));
    taken
}

/// Indexes that come with what is brought back from another schema.
fn coming(scene: &Scene<'_>) -> Taken {
    let mut coming = Taken::new();
    for difference in scene.differences {
        let [there] = difference.candidates.as_slice() else {
            continue;
        };
        let is = difference.found.as_ref();
        let relation = is.and_then(|found| scene.live.relations.get(found));
        if let (Some(schema), Some(relation)) = (&there.schema, relation) {
            let indexes = relation.indexes.keys();
            coming.extend(indexes.map(|index| {
                let path = format!("{}.{}", name(schema), name(index));
                (index.clone(), ("INDEX", path))
            }));
        }
    }
    coming
}

/// Sets aside what has a name that a step makes.
pub(super) fn make_way(scene: &Scene<'_>, parts: &mut [Part]) {
    let (taken, coming) = (taken(scene.live), coming(scene));
    let steps = parts.iter().filter_map(|part| match part {
        Part::Steps(steps) => Some(steps),
        _ => None,
    });
    let freed: BTreeSet<String> = steps
        .flatten()
        .flat_map(|step| step.frees.clone())
        .collect();
    for part in parts {
        let Part::Steps(steps) = part else {
            continue;
        };
        let made = steps.iter().filter_map(|step| {
            let made = step.makes.clone()?;
            let in_the_way = taken.get(&made).or_else(|| coming.get(&made));
            Some((made, in_the_way?))
        });
        let brought = steps.iter().flat_map(|step| &step.brings);
        let brought = brought.filter_map(|it| Some((it.clone(), taken.get(it)?)));
        let all: Vec<_> = made.chain(brought).collect();
        for (wanted, (kind, path)) in all {
            if freed.contains(&wanted) || scene.renames.is_live_name(&wanted) {
                continue;
            }
            let free = free(&wanted, |it| {
                taken.contains_key(it) || coming.contains_key(it)
            });
            let sql = format!("ALTER {kind} {path} RENAME TO {}", name(&free));
            steps.push(Step::new(Phase::Aside, sql));
        }
    }
}

/// A name like this one that nothing has, within the 63 bytes of PostgreSQL.
fn free(wanted: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut number = 1;
    loop {
        let end = if number == 1 {
            "_aside".to_owned()
        } else {
            format!("_aside_{number}")
        };
        let mut stem = wanted.to_owned();
        while stem.len() + end.len() > 63 {
            stem.pop();
        }
        let other = stem + &end;
        if !is_taken(&other) {
            return other;
        }
        number += 1;
    }
}
