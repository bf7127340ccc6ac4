//! Names that the script needs and something else has: that is renamed, not dropped.

use std::collections::{BTreeMap, BTreeSet};

use super::relation::alter_word;
use super::step::{Phase, Step};
use super::{Part, Scene, name};
use crate::catalog::Catalog;

/// Who has which name among tables, views, indexes and sequences: the word by which ALTER takes it.
fn taken(live: &Catalog) -> BTreeMap<&str, &'static str> {
    let mut taken = BTreeMap::new();
    for (relation, it) in &live.relations {
        taken.insert(relation.as_str(), alter_word(it.kind));
        taken.extend(it.indexes.keys().map(|index| (index.as_str(), "INDEX")));
    }
    taken.extend(live.sequences.keys().map(|it| (it.as_str(), "SEQUENCE")));
    taken
}

/// Sets aside what has a name that a step makes.
pub(super) fn make_way(scene: &Scene<'_>, parts: &mut [Part]) {
    let taken = taken(scene.live);
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
        let made: Vec<String> = steps.iter().filter_map(|step| step.makes.clone()).collect();
        for wanted in made {
            let Some(kind) = taken.get(wanted.as_str()) else {
                continue;
            };
            if freed.contains(&wanted) || scene.renames.is_live_name(&wanted) {
                continue;
            }
            let sql = format!(
                "ALTER {kind} {} RENAME TO {}",
                name(&wanted),
                name(&free(&wanted, &taken))
            );
            steps.push(Step::new(Phase::Aside, sql));
        }
    }
}

/// A name like this one that nothing has, within the 63 bytes of PostgreSQL.
fn free(wanted: &str, taken: &BTreeMap<&str, &'static str>) -> String {
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
        if !taken.contains_key(other.as_str()) {
            return other;
        }
        number += 1;
    }
}
