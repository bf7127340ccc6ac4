//! Views that must go and come: those that say something else, and those over columns whose type changes.

use std::collections::BTreeMap;

use super::relation::alter_word;
use super::step::{Phase, Step};
use super::{Part, Scene, create, name, stays_away, withhold_followers};
use crate::catalog::{Aspect, Catalog, Difference, ObjectKind, Relation};

/// How many views there are at most from a relation down to a table.
pub(super) fn depth(catalog: &Catalog, relation: &str) -> usize {
    below(catalog, relation, 0)
}

fn below(catalog: &Catalog, relation: &str, seen: usize) -> usize {
    let Some(it) = catalog
        .relations
        .get(relation)
        .filter(|it| it.kind.is_view() && seen < 20)
    else {
        return 0;
    };
    let under = it.reads.iter().map(|path| relation_of(catalog, path));
    let under = under.map(|other| below(catalog, other, seen + 1));
    1 + under.max().unwrap_or(0)
}

/// The relation in `relation` or `relation.column`.
fn relation_of<'a>(catalog: &Catalog, path: &'a str) -> &'a str {
    match path.rsplit_once('.') {
        Some((relation, _)) if !catalog.relations.contains_key(path) => relation,
        _ => path,
    }
}

/// What must go: the view by its right name, and the difference for which it goes.
type Gone = BTreeMap<String, usize>;

/// Fills in the steps of views, and withholds what a view of the shop stands in the way of.
pub(super) fn remake(scene: &Scene<'_>, parts: &mut [Part]) {
    loop {
        match gone(scene, parts) {
            Ok(gone) => {
                apply(scene, parts, &gone);
                return;
            }
            Err((difference, reason)) => {
                parts[difference] = Part::Withheld(reason);
                withhold_followers(scene.differences, parts);
            }
        }
    }
}

/// All views that must go; or the difference that cannot be restored, and why.
fn gone(scene: &Scene<'_>, parts: &[Part]) -> Result<Gone, (usize, String)> {
    let mut gone = Gone::new();
    let mut queue: Vec<(String, usize)> = Vec::new();
    for (n, difference) in scene.differences.iter().enumerate() {
        if !matches!(parts[n], Part::Steps(_)) {
            continue;
        }
        if let Some(view) = view_made_anew(scene, difference) {
            gone.entry(view.clone()).or_insert(n);
            queue.push((view, n));
        }
        queue.extend(moved(scene, difference).map(|path| (path, n)));
    }
    while let Some((path, n)) = queue.pop() {
        for (view, is) in &scene.live.relations {
            let reads = || is.reads.iter().map(|read| scene.renames.right_path(read));
            let under = |read: String| read == path || read.starts_with(&format!("{path}."));
            if !is.kind.is_view() || !reads().any(under) {
                continue;
            }
            let right = scene.renames.right_name(view);
            let ours = scene
                .expected
                .relations
                .get(&right)
                .filter(|it| it.kind.is_view());
            let aside = scene.differences[n].aspect == Some(Aspect::Kind);
            match ours {
                Some(must) => {
                    if let Some(what) = waits_for(scene, parts, must) {
                        return Err((n, format!("it waits, with {view}, for {what}")));
                    }
                    if !gone.contains_key(&right) {
                        gone.insert(right.clone(), n);
                        queue.push((right, n));
                    }
                }
                // A relation that is only set aside may be read as before.
                None if aside => {}
                None => {
                    let kind = is.kind.word();
                    let reason = format!(
                        "drop the {kind} {view} of the shop, which reads it, first, and create it anew afterwards"
                    );
                    return Err((n, reason));
                }
            }
        }
    }
    Ok(gone)
}

/// The view that a difference makes anew.
fn view_made_anew(scene: &Scene<'_>, difference: &Difference) -> Option<String> {
    let object = &difference.object;
    let view = object.relation.as_ref().unwrap_or(&object.name);
    let must = scene
        .expected
        .relations
        .get(view)
        .filter(|it| it.kind.is_view())?;
    let is = scene.live(view).filter(|it| it.kind.is_view())?;
    let anew = match (object.kind, difference.aspect) {
        (ObjectKind::Column, aspect) => aspect != Some(Aspect::Name),
        (ObjectKind::View | ObjectKind::MaterializedView, Some(Aspect::Kind)) => true,
        (ObjectKind::View | ObjectKind::MaterializedView, Some(Aspect::Definition)) => {
            !create::shows_the_same(must, is)
        }
        _ => false,
    };
    anew.then(|| view.clone())
}

/// What views cannot read while a difference is restored: a column, or a whole relation.
fn moved(scene: &Scene<'_>, difference: &Difference) -> Option<String> {
    let object = &difference.object;
    let table = object.relation.as_ref();
    match (object.kind, difference.aspect?) {
        (ObjectKind::Column, Aspect::Type | Aspect::Collation) => Some(object.path()),
        // A grouping by the key leans on it.
        (ObjectKind::PrimaryKey, Aspect::Definition) => table.cloned(),
        (ObjectKind::Table, Aspect::Kind) => Some(object.name.clone()),
        (ObjectKind::View | ObjectKind::MaterializedView, Aspect::Kind) => {
            let is = scene.live.relations.get(&object.name)?;
            (!is.kind.is_view()).then(|| object.name.clone())
        }
        _ => None,
    }
}

/// What a view needs that stays missing.
fn waits_for(scene: &Scene<'_>, parts: &[Part], must: &Relation) -> Option<String> {
    let mut withheld = scene
        .differences
        .iter()
        .zip(parts)
        .filter(|(it, part)| matches!(part, Part::Withheld(_)) && stays_away(it));
    withheld
        .find(|(it, _)| {
            let path = it.object.path();
            must.reads
                .iter()
                .any(|read| *read == path || read.starts_with(&format!("{path}.")))
        })
        .map(|(it, _)| it.object.to_string())
}

fn apply(scene: &Scene<'_>, parts: &mut [Part], gone: &Gone) {
    for (view, difference) in gone {
        let (Some(must), Some(is)) = (scene.expected.relations.get(view), scene.live(view)) else {
            continue;
        };
        let rank = depth(scene.live, scene.renames.live_name(view));
        let sql = format!("DROP {} {}", alter_word(is.kind), name(view));
        // What reads others goes first.
        let mut drop = Step::new(Phase::Detach, sql)
            .ranked(100 - rank.min(100))
            .frees(view);
        for index in is.indexes.keys() {
            drop = drop.frees(&scene.renames.right_name(index));
        }
        let mut steps = vec![drop];
        steps.extend(create::view(view, must, depth(scene.expected, view)));
        put(parts, *difference, steps);
    }
    for (n, difference) in scene.differences.iter().enumerate() {
        let object = &difference.object;
        let view = object.relation.as_ref().unwrap_or(&object.name);
        if !scene
            .expected
            .relations
            .get(view)
            .is_some_and(|it| it.kind.is_view())
        {
            continue;
        }
        match gone.get(view) {
            // All about it is right when it is made anew.
            Some(owner) if *owner != n && difference.aspect != Some(Aspect::Name) => {
                if matches!(parts[n], Part::Steps(_)) {
                    parts[n] = Part::WithAnother;
                }
            }
            None if difference.aspect == Some(Aspect::Definition) && object.relation.is_none() => {
                if let Some(must) = scene.expected.relations.get(view)
                    && matches!(parts[n], Part::Steps(_))
                {
                    let step = create::replace_view(view, must, depth(scene.expected, view));
                    put(parts, n, vec![step]);
                }
            }
            _ => {}
        }
    }
}

fn put(parts: &mut [Part], difference: usize, steps: Vec<Step>) {
    if let Some(Part::Steps(all)) = parts.get_mut(difference) {
        all.extend(steps);
    }
}
