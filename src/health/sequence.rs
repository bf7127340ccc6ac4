//! The statements that make a sequence again what the migrations made it.

use super::quoting::name;
use crate::catalog::{Aspect, Catalog, Difference, Sequence};

pub(super) fn create_sequence(sequence: &str, must: &Sequence) -> String {
    format!("CREATE SEQUENCE {} AS {}", name(sequence), must.data_type)
}

pub(super) fn sequence(
    difference: &Difference,
    must: &Sequence,
    expected: &Catalog,
) -> Vec<String> {
    let right = name(&difference.object.name);
    let owner = must
        .owned_by
        .as_deref()
        .and_then(|path| path.rsplit_once('.'));
    let owned = owner.map(|(table, column)| (name(table), name(column)));
    let own = owned
        .as_ref()
        .map(|(table, column)| format!("ALTER SEQUENCE {right} OWNED BY {table}.{column}"));
    match (difference.aspect, &owned) {
        (None, Some((table, column))) => {
            let default = owner.and_then(|(table, column)| {
                expected
                    .relations
                    .get(table)?
                    .columns
                    .get(column)?
                    .default
                    .clone()
            });
            let mut all = vec![create_sequence(&difference.object.name, must)];
            all.extend(own);
            all.extend(default.map(|default| {
                format!("ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {default}")
            }));
            all.push(format!(
                "SELECT setval('{right}', coalesce(max({column}), 0) + 1, false) FROM {table}"
            ));
            all
        }
        (None, None) => vec![create_sequence(&difference.object.name, must)],
        (Some(Aspect::OwnedBy), _) => own.into_iter().collect(),
        _ => vec![format!(
            "ALTER SEQUENCE {right} AS {} INCREMENT {} MINVALUE {} MAXVALUE {} START {}{}",
            must.data_type,
            must.increment,
            must.minimum,
            must.maximum,
            must.start,
            if must.cycle { " CYCLE" } else { " NO CYCLE" }
        )],
    }
}
