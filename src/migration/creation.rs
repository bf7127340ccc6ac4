//! The first thing that hangmeas makes in a database: its own schema, with history and journal.
//! Where it can, it does so in the transaction of the first file, so that a first file that fails
//! leaves nothing behind.

use super::history::CREATE;
use super::run::Run;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Failure, sql};

/// Creates them in a transaction of their own, before a file that has none.
pub(super) async fn create(run: &Run<'_>) -> Result<()> {
    let message = format!("{}{CREATE};\nCOMMIT", run.opening(run.limits.lock));
    let created = run.persist("schema hangmeas", &message).await;
    created.map(drop).map_err(|stuck| {
        run.stuck_error("schema hangmeas", &stuck)
            .unwrap_or_else(|| failed(run, stuck.failure))
    })
}

/// The error for a CREATE that the server refused.
pub(super) fn failed(run: &Run<'_>, failure: Failure) -> Error {
    let target = run.work.session.target();
    if failure.code() != Some("42501") {
        return failure.while_doing("creating schema hangmeas");
    }
    let database = &target.database;
    let role = target.user.as_deref();
    Error::new(
        ErrorKind::Migration,
        format!("the role may not create schema hangmeas in database {database}: {failure}"),
    )
    .sqlstate("42501")
    .hint(format!(
        "as the owner of the database: GRANT CREATE ON DATABASE {} TO {}",
        sql::identifier(database),
        role.map_or("THE_ROLE".to_owned(), sql::identifier),
    ))
}
