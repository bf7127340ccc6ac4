//! The live schema against what the applied migrations made, as a list of differences and the statements that undo them.

use super::restore::{Phase, Plan};
use crate::catalog::{self, Catalog, Comparison, Difference, ObjectKind, Scope, expected};
use crate::error::Result;
use crate::postgres::Session;
use crate::report::{DbDrift, DriftCandidate, DriftItem, DriftStatement};

/// The command that prints the statements.
pub(super) const RESTORE: &str = "hangmeas db drift --sql";

/// Compares the schema with what the migrations up to a version made of it (`None`: all there are).
///
/// # Errors
/// When the server refuses or the connection breaks.
pub async fn drift(session: &Session, version: Option<u32>, as_sql: bool) -> Result<DbDrift> {
    let live = catalog::read_by(session, &Scope::Expected).await?;
    let compared = compared(&live, version);
    let plan = Plan::new(&compared, &expected().up_to(version), &live);
    let items = compared.differences.iter().enumerate();
    Ok(DbDrift {
        restore: RESTORE.to_owned(),
        database: session.target().database.clone(),
        version,
        items: items
            .map(|(n, difference)| item(difference, plan.withheld(n)))
            .collect(),
        script: script(&plan),
        own_objects: compared.only_live.len(),
        fingerprint: live.fingerprint()?,
        as_sql,
    })
}

/// The statements of [`drift`] alone: what would make a schema again what all migrations made it.
#[must_use]
pub fn statements(live: &Catalog) -> Vec<String> {
    let compared = compared(live, None);
    let plan = Plan::new(&compared, &expected().catalog, live);
    script(&plan).into_iter().map(|it| it.sql).collect()
}

fn compared(live: &Catalog, version: Option<u32>) -> Comparison {
    let mut compared = catalog::verify(live, version);
    compared.differences.sort_by_key(order);
    compared
}

fn script(plan: &Plan) -> Vec<DriftStatement> {
    let statements = plan.script().into_iter();
    statements
        .map(|(phase, item, sql)| DriftStatement {
            item,
            sql,
            rows_decide: phase == Phase::Rows,
        })
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

fn item(difference: &Difference, withheld: Option<&str>) -> DriftItem {
    DriftItem {
        kind: difference.object.kind.word().to_owned(),
        path: difference.object.path(),
        change: difference
            .aspect
            .map_or("missing", |aspect| aspect.word())
            .to_owned(),
        expected: difference.expected.clone(),
        found: match difference.candidates.as_slice() {
            [only] => Some(only.to_string()),
            _ => difference.found.clone(),
        },
        candidates: difference
            .candidates
            .iter()
            .map(|it| DriftCandidate {
                name: it.to_string(),
                rows: it.rows,
            })
            .collect(),
        since: difference.since,
        follows: difference.follows.as_ref().map(ToString::to_string),
        not_restored: withheld.map(str::to_owned),
    }
}
