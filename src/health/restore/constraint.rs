//! Constraints, indexes and triggers.

use super::step::{Phase, Step};
use super::{Scene, create, name};
use crate::catalog::{Aspect, Constraint, ConstraintKind, Difference, Index, Relation, Verdict};

fn is_key(constraint: &Constraint) -> bool {
    !matches!(
        constraint.kind,
        ConstraintKind::ForeignKey | ConstraintKind::Check
    )
}

fn drop_constraint(table: &str, constraint: &str, is: &Constraint) -> Step {
    let sql = format!(
        "ALTER TABLE {} DROP CONSTRAINT {}",
        name(table),
        name(constraint)
    );
    // What points to a key goes before it.
    let step = Step::new(Phase::Detach, sql).ranked(FOREIGN_KEYS + usize::from(is_key(is)));
    if is_key(is) {
        step.frees(constraint)
    } else {
        step
    }
}

/// After all views.
const FOREIGN_KEYS: usize = 1_000;

pub(super) fn constraint(
    scene: &Scene<'_>,
    difference: &Difference,
    owner: &str,
    relation: &Relation,
) -> Vec<Step> {
    let constraint = &difference.object.name;
    let Some(must) = relation.constraints.get(constraint) else {
        return Vec::new();
    };
    if difference.aspect == Some(Aspect::Validity) {
        return vec![validate(owner, constraint)];
    }
    let mut all = Vec::new();
    // It may bear another name, until the renames.
    let is = scene.live(owner).and_then(|it| {
        let mut all = it.constraints.iter();
        all.find(|(live, _)| scene.renames.right_name(live) == *constraint)
            .map(|(_, is)| is)
    });
    if difference.verdict == Verdict::Changed
        && let Some(is) = is
    {
        if is_key(is) {
            all.extend(pointing_at(scene, owner, is));
        }
        all.push(drop_constraint(owner, constraint, is));
    }
    all.extend(add(owner, constraint, must));
    all
}

fn validate(table: &str, constraint: &str) -> Step {
    let sql = format!(
        "ALTER TABLE {} VALIDATE CONSTRAINT {}",
        name(table),
        name(constraint)
    );
    Step::new(Phase::Rows, sql).ranked(1)
}

/// A constraint, in the way that blocks least.
fn add(table: &str, constraint: &str, must: &Constraint) -> Vec<Step> {
    let add = format!(
        "ALTER TABLE {} ADD CONSTRAINT {} {}",
        name(table),
        name(constraint),
        must.definition
    );
    if is_key(must) {
        return vec![Step::new(Phase::Key, add).makes(constraint)];
    }
    vec![
        Step::new(Phase::Constraint, format!("{add} NOT VALID")),
        validate(table, constraint),
    ]
}

/// Foreign keys that hang on a key: they go before it and come after.
fn pointing_at(scene: &Scene<'_>, owner: &str, key: &Constraint) -> Vec<Step> {
    let mut all = Vec::new();
    for (table, relation) in &scene.live.relations {
        let table = scene.renames.right_name(table);
        for (foreign, is) in &relation.constraints {
            let Some(far) = &is.references else {
                continue;
            };
            if scene.renames.right_name(&far.table) != owner || far.columns != key.columns {
                continue;
            }
            let right = scene.renames.right_name(foreign);
            let must = scene
                .expected
                .relations
                .get(&table)
                .and_then(|it| it.constraints.get(&right));
            let mut back = must.unwrap_or(is).clone();
            back.definition = scene.renames.applied(&back.definition, &table);
            all.push(drop_constraint(&table, &right, is));
            all.extend(add(&table, &right, &back));
        }
    }
    all
}

/// A key of the shop that foreign keys of Hangmeas point to.
pub(super) fn key_of_the_shop(scene: &Scene<'_>, difference: &Difference, owner: &str) -> Step {
    let primary = scene.live(owner).is_some_and(|it| {
        it.constraints
            .values()
            .any(|it| it.kind == ConstraintKind::PrimaryKey)
    });
    let (right, definition) = if primary {
        let unique = difference.expected.replacen("PRIMARY KEY", "UNIQUE", 1);
        (format!("{owner}_key_for_hangmeas"), unique)
    } else {
        (difference.object.name.clone(), difference.expected.clone())
    };
    let sql = format!(
        "ALTER TABLE {} ADD CONSTRAINT {} {definition}",
        name(owner),
        name(&right)
    );
    Step::new(Phase::Key, sql).makes(&right)
}

pub(super) fn index(
    scene: &Scene<'_>,
    difference: &Difference,
    owner: &str,
    relation: &Relation,
) -> Vec<Step> {
    let index = &difference.object.name;
    let Some(must) = relation.indexes.get(index) else {
        return Vec::new();
    };
    let right = name(index);
    if difference.aspect == Some(Aspect::Validity) {
        let sql = format!("REINDEX INDEX CONCURRENTLY {right}");
        return vec![Step::new(index_phase(must), sql)];
    }
    let mut all = Vec::new();
    if difference.aspect.is_some() {
        let live = scene.live(owner);
        let constraint = live.and_then(|it| {
            let of = it.indexes.get(index)?.constraint.as_ref()?;
            Some((of, it.constraints.get(of)?))
        });
        match constraint {
            Some((of, is)) => {
                all.extend(pointing_at(scene, owner, is));
                all.push(drop_constraint(owner, of, is));
            }
            None => {
                let sql = format!("DROP INDEX CONCURRENTLY {right}");
                all.push(
                    Step::new(Phase::Detach, sql)
                        .ranked(FOREIGN_KEYS + 1)
                        .frees(index),
                );
            }
        }
    }
    let sql = must
        .definition
        .replacen(" INDEX ", " INDEX CONCURRENTLY ", 1);
    all.push(Step::new(index_phase(must), sql).makes(index));
    all.extend(create::index_comment(index, must));
    all
}

/// Doubles among the rows stop a unique index.
fn index_phase(must: &Index) -> Phase {
    if must.unique {
        Phase::Rows
    } else {
        Phase::Index
    }
}

pub(super) fn trigger(difference: &Difference, owner: &str, relation: &Relation) -> Vec<Step> {
    let trigger = &difference.object.name;
    let Some(must) = relation.triggers.get(trigger) else {
        return Vec::new();
    };
    let (table, right) = (name(owner), name(trigger));
    let mut all = Vec::new();
    if difference.aspect == Some(Aspect::Definition) {
        let sql = format!("DROP TRIGGER {right} ON {table}");
        all.push(Step::new(Phase::Detach, sql));
    }
    if difference.aspect != Some(Aspect::Enabled) {
        all.push(Step::new(Phase::Trigger, must.definition.clone()));
    }
    let firing = match must.enabled.as_str() {
        "disabled" => "DISABLE",
        "replica" => "ENABLE REPLICA",
        "always" => "ENABLE ALWAYS",
        _ => "ENABLE",
    };
    if difference.aspect == Some(Aspect::Enabled) || firing != "ENABLE" {
        let sql = format!("ALTER TABLE {table} {firing} TRIGGER {right}");
        all.push(Step::new(Phase::Trigger, sql).ranked(1));
    }
    all
}
