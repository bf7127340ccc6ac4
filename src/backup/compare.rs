//! A restored database against the manifest: every row count, every sequence, every view, and what
//! only a server can know: whether indexes and constraints are valid.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::facts::{self, quoted};
use super::manifest::{Manifest, SequenceState};
use crate::catalog;
use crate::error::Result;
use crate::postgres::Session;

const OBJECTS: &str = include_str!("queries/objects.sql");

/// Something that is not as the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which table, sequence, view, index, constraint; or `schema`.
    pub object: String,
    /// What is different.
    pub what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.what)
    }
}

fn difference(object: impl Into<String>, what: impl Into<String>) -> Difference {
    Difference {
        object: object.into(),
        what: what.into(),
    }
}

/// The outcome of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    /// What a faithful restore cannot bring about.
    pub differences: Vec<Difference>,
    /// What was broken before the backup, and still is.
    pub remarks: Vec<Difference>,
}

/// The session's database against what was backed up.
pub(super) async fn compare(session: &Session, manifest: &Manifest) -> Result<Comparison> {
    let relations = facts::relations(session).await?;
    let mut differences = compare_tables(session, manifest, &relations).await?;
    differences.extend(compare_sequences(session, manifest, &relations).await?);
    if relations.large_objects != manifest.large_objects {
        differences.push(difference(
            "large objects",
            format!(
                "{} instead of {}",
                relations.large_objects, manifest.large_objects
            ),
        ));
    }
    let migrations = facts::migrations(session, &relations).await?;
    if migrations != manifest.migrations {
        differences.push(difference(
            "hangmeas.schema_history",
            "other migrations are recorded",
        ));
    }
    if catalog::read(session).await?.fingerprint()? != manifest.fingerprint {
        differences.push(difference("schema", "is not the one that was backed up"));
    }
    let known = |defect: &Difference| manifest.defects.contains(&defect.object);
    let (remarks, new) = defects(session).await?.into_iter().partition(known);
    differences.extend::<Vec<_>>(new);
    Ok(Comparison {
        differences,
        remarks,
    })
}

async fn compare_tables(
    session: &Session,
    manifest: &Manifest,
    relations: &facts::Relations,
) -> Result<Vec<Difference>> {
    let rows = facts::count_rows(session, relations).await?;
    let mut rows: BTreeMap<_, _> = rows
        .into_iter()
        .map(|table| (quoted(&table.schema, &table.name), table.rows))
        .collect();
    let mut found = Vec::new();
    for table in &manifest.tables {
        let shown = format!("{}.{}", table.schema, table.name);
        match rows.remove(&quoted(&table.schema, &table.name)) {
            None => found.push(difference(shown, "the table is missing")),
            Some(rows) if rows != table.rows => {
                found.push(difference(
                    shown,
                    format!("{rows} rows instead of {}", table.rows),
                ));
            }
            Some(_) => {}
        }
    }
    found.extend(
        rows.into_keys()
            .map(|name| difference(name, "a table that was not backed up")),
    );
    Ok(found)
}

async fn compare_sequences(
    session: &Session,
    manifest: &Manifest,
    relations: &facts::Relations,
) -> Result<Vec<Difference>> {
    let now = facts::read_sequences(session, relations).await?;
    let now: BTreeMap<_, _> = now
        .iter()
        .map(|state| (quoted(&state.schema, &state.name), state))
        .collect();
    let differing = manifest.sequences.iter().filter_map(|then| {
        let shown = format!("{}.{}", then.schema, then.name);
        match now.get(&quoted(&then.schema, &then.name)) {
            None => Some(difference(shown, "the sequence is missing")),
            Some(state) if behind(state, then) => Some(difference(
                shown,
                format!("stands at {}, before {}", state.last_value, then.last_value),
            )),
            Some(_) => None,
        }
    });
    Ok(differing.collect())
}

/// Whether it would give a value again that was given before the backup. Values given while the
/// backup ran may be in it or not.
fn behind(now: &SequenceState, then: &SequenceState) -> bool {
    let next = |state: &SequenceState| {
        let step = if state.is_called { state.increment } else { 0 };
        i128::from(state.last_value) + i128::from(step)
    };
    if then.increment < 0 {
        next(now) > next(then)
    } else {
        next(now) < next(then)
    }
}

/// What is there and does not work: invalid indexes, views that fail, sequences that would give a
/// value again. Cheap: no view gives a row, no table is read but through an index.
pub(super) async fn defects(session: &Session) -> Result<Vec<Difference>> {
    let rows = facts::run(session, OBJECTS, "looking at views, indexes and sequences").await?;
    let mut found = Vec::new();
    for row in rows {
        let object = row.get(0).unwrap_or_default();
        match (row.get(1), row.get(2)) {
            (Some(problem), _) => found.push(difference(object, problem)),
            (None, Some(trial)) => found.extend(try_out(session, object, trial).await?),
            (None, None) => {}
        }
    }
    Ok(found)
}

/// Runs a query that answers nothing, or `t` when something is wrong.
async fn try_out(session: &Session, object: &str, trial: &str) -> Result<Option<Difference>> {
    match session.read(trial).await {
        Ok(rows) if rows.first().and_then(|row| row.get(0)) == Some("t") => Ok(Some(difference(
            object,
            "stands below the greatest value in use",
        ))),
        Ok(_) => Ok(None),
        // Lost, cancelled or locked: that says nothing about the object.
        Err(failure) if failure.is_lost() || matches!(failure.code(), Some("57014" | "55P03")) => {
            Err(super::backup_error(
                failure,
                &format!("trying out {object}"),
            ))
        }
        Err(failure) => {
            facts::run(session, "ROLLBACK", "ending a failed trial").await?;
            Ok(Some(difference(object, failure.to_string())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(increment: i64, last_value: i64, is_called: bool) -> SequenceState {
        SequenceState {
            schema: "public".to_owned(),
            name: "s".to_owned(),
            increment,
            last_value,
            is_called,
        }
    }

    #[test]
    fn a_sequence_may_not_fall_back() {
        let then = sequence(1, 10, true);
        assert!(!behind(&sequence(1, 10, true), &then));
        assert!(!behind(&sequence(1, 12, true), &then));
        assert!(!behind(&sequence(1, 11, false), &then));
        assert!(behind(&sequence(1, 10, false), &then));
        assert!(behind(&sequence(1, 9, true), &then));
        let down = sequence(-1, -10, true);
        assert!(!behind(&sequence(-1, -11, true), &down));
        assert!(behind(&sequence(-1, -9, true), &down));
        assert!(!behind(
            &sequence(1, i64::MAX, true),
            &sequence(1, i64::MAX, true)
        ));
    }
}
