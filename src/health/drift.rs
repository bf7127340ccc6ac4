//! The live schema against what the applied migrations made, as a list of differences and the statements that undo them.

use super::restore;
use crate::catalog::{self, Catalog, Difference, ObjectKind, Verdict, expected};
use crate::error::Result;
use crate::postgres::Session;
use crate::report::{DbDrift, DriftItem};

/// The command that prints the statements.
pub(super) const RESTORE: &str = "hangmeas db drift --sql";

/// Compares the schema with what the migrations up to a version made of it (`None`: all there are).
///
/// # Errors
/// When the server refuses or the connection breaks.
pub async fn drift(session: &Session, version: Option<u32>, as_sql: bool) -> Result<DbDrift> {
    let live = catalog::read(session).await?;
    let compared = catalog::verify(&live, version);
    let mut differences: Vec<&Difference> = compared.differences.iter().collect();
    differences.sort_by_key(|difference| order(difference));
    Ok(DbDrift {
        restore: RESTORE.to_owned(),
        database: session.target().database.clone(),
        version,
        items: differences.into_iter().map(item).collect(),
        own_objects: compared.only_live.len(),
        fingerprint: live.fingerprint()?,
        as_sql,
    })
}

/// The statements of [`drift`] alone: what would make a schema again what all migrations made it.
#[must_use]
pub fn statements(live: &Catalog) -> Vec<String> {
    let compared = catalog::verify(live, None);
    let mut differences: Vec<&Difference> = compared.differences.iter().collect();
    differences.sort_by_key(|difference| order(difference));
    differences
        .into_iter()
        .flat_map(|difference| item(difference).sql)
        .collect()
}

/// What others need comes first.
fn order(difference: &Difference) -> u8 {
    match difference.object.kind {
        ObjectKind::Extension | ObjectKind::Type => 0,
        ObjectKind::Table => 1,
        ObjectKind::Column => 2,
        ObjectKind::Sequence => 3,
        ObjectKind::PrimaryKey | ObjectKind::UniqueConstraint => 4,
        ObjectKind::Index => 5,
        ObjectKind::Check | ObjectKind::Exclusion | ObjectKind::ForeignKey => 6,
        ObjectKind::View => 7,
        ObjectKind::MaterializedView => 8,
        ObjectKind::Function | ObjectKind::Trigger => 9,
    }
}

fn item(difference: &Difference) -> DriftItem {
    // What follows from another difference is right again with it, unless it went with it. A sequence comes back with
    // its table or column.
    let restored_with_another = difference.follows.is_some()
        && (difference.verdict == Verdict::Changed
            || difference.object.kind == ObjectKind::Sequence);
    DriftItem {
        kind: difference.object.kind.word().to_owned(),
        path: difference.object.path(),
        change: difference
            .aspect
            .map_or("missing", |aspect| aspect.word())
            .to_owned(),
        expected: difference.expected.clone(),
        found: difference.found.clone(),
        since: difference.since,
        follows: difference.follows.as_ref().map(ToString::to_string),
        sql: if restored_with_another {
            Vec::new()
        } else {
            restore::statements(difference, &expected().catalog)
        },
    }
}
