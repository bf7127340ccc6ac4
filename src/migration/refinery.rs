//! The only place that names refinery: it gives checksums, checks a folder against the history and
//! decides the order; we execute, because it knows no lock, no retry and no work outside a
//! transaction.

use std::collections::HashSet;
use std::future::Future;
use std::hash::{Hash as _, Hasher as _};

use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use refinery_core::{Migration, Target};
use siphasher::sip::SipHasher13;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::file::MigrationFile;
use super::history::{Applied, HISTORY_TABLE};
use crate::error::{Error, Result};

/// refinery's checksum of a migration. It is computed here, because refinery takes a regular
/// expression and a copy of the text for it; a test holds the two together.
pub(super) fn checksum(version: i32, name: &str, sql: &str) -> u64 {
    let mut hasher = SipHasher13::new();
    name.hash(&mut hasher);
    version.hash(&mut hasher);
    sql.hash(&mut hasher);
    hasher.finish()
}

fn unapplied(version: i32, name: &str, sql: &str) -> Result<Migration> {
    Migration::unapplied(&format!("V{version}__{name}"), sql)
        .map_err(|error| Error::bug(format!("V{version}__{name}: {error}")))
}

/// Lets refinery compile its regular expression, for which it takes a millisecond, while a connection
/// is waited for.
pub(super) fn warm_up() {
    let _ = std::thread::Builder::new().spawn(|| unapplied(1, "warm_up", ""));
}

/// Executes one migration after the other; called in refinery's order.
pub(super) trait Execute<'a>: Send {
    /// Runs the migration and, in the same transaction as its last effect, `record`: the statement
    /// that writes its row into the history. It may return before the end, and tell an error with
    /// one of the next.
    fn execute(
        &mut self,
        file: &'a MigrationFile,
        record: &str,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Lets refinery drive `execute` over what is pending of `files`, up to and including `to`.
///
/// # Errors
/// What `execute` returned, or refinery's refusal, which a plan made before should have prevented.
pub(super) async fn drive<'a, E: Execute<'a>>(
    execute: &mut E,
    files: &[&'a MigrationFile],
    applied: &[Applied],
    to: Option<i32>,
) -> Result<()> {
    let applied = applied.iter().map(restored).collect::<Result<Vec<_>>>()?;
    let done: HashSet<i32> = applied.iter().map(Migration::version).collect();
    // Of what is applied, refinery needs no text.
    let migrations = files.iter().map(|file| match done.contains(&file.version) {
        true => Ok(as_applied(file)),
        false => unapplied(file.version, &file.name, &file.script.sql),
    });
    let migrations = migrations.collect::<Result<Vec<_>>>()?;
    let pending = files.iter().copied();
    let pending = pending.filter(|file| !done.contains(&file.version));
    let mut gate = Gate {
        execute,
        applied,
        pending: pending.collect::<Vec<_>>().into_iter(),
        failure: None,
    };
    let target = to.map_or(Target::Latest, Target::Version);
    let outcome = gate
        .migrate(&migrations, true, true, false, target, HISTORY_TABLE)
        .await;
    match (outcome, gate.failure) {
        (_, Some(failure)) => Err(failure),
        (Err(error), None) => Err(Error::bug(format!(
            "refinery refused a checked plan: {error}"
        ))),
        (Ok(_), None) => Ok(()),
    }
}

fn restored(row: &Applied) -> Result<Migration> {
    let broken = |what: &str| Error::bug(format!("history row V{} has no {what}", row.version));
    let on = OffsetDateTime::parse(&row.applied_on, &Rfc3339).map_err(|_| broken("time"))?;
    let checksum = row.checksum.ok_or_else(|| broken("checksum"))?;
    Ok(Migration::applied(
        row.version,
        row.name.clone(),
        on,
        checksum,
    ))
}

fn as_applied(file: &MigrationFile) -> Migration {
    let on = OffsetDateTime::UNIX_EPOCH;
    Migration::applied(file.version, file.name.clone(), on, file.checksum)
}

struct Gate<'e, 'f, E> {
    execute: &'e mut E,
    applied: Vec<Migration>,
    pending: std::vec::IntoIter<&'f MigrationFile>,
    failure: Option<Error>,
}

/// Tells refinery to stop; the error itself waits in the gate.
#[derive(Debug)]
struct Stopped;

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stopped {}

impl<'f, E: Execute<'f>> AsyncTransaction for Gate<'_, 'f, E> {
    type Error = Stopped;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(
        &'a mut self,
        mut queries: T,
    ) -> Result<usize, Stopped> {
        let (Some(sql), Some(record)) = (queries.next(), queries.next()) else {
            return Ok(0); // the assertion of the history table: it is there already
        };
        let outcome = match self.pending.next() {
            Some(file) if file.script.sql == sql => self.execute.execute(file, record).await,
            _ => Err(Error::bug("refinery and the plan disagree about the order")),
        };
        outcome.map(|()| 2).map_err(|error| {
            self.failure = Some(error);
            Stopped
        })
    }
}

impl<'f, E: Execute<'f>> AsyncQuery<Vec<Migration>> for Gate<'_, 'f, E> {
    async fn query<'a>(&'a mut self, _query: &'a str) -> Result<Vec<Migration>, Stopped> {
        Ok(self.applied.clone())
    }
}

impl<'f, E: Execute<'f>> AsyncMigrate for Gate<'_, 'f, E> {}

#[cfg(test)]
mod tests {
    use super::{checksum, unapplied};

    #[test]
    fn checksums_are_those_of_refinery() {
        for (version, name, sql) in [
            (1, "a", ""),
            (1001, "add_sponsor", "CREATE TABLE sponsor (id int);\n"),
            (i32::MAX, "ខ្មែរ", "SELECT 'សុខ';\n"),
        ] {
            let theirs = unapplied(version, name, sql).expect("a migration");
            assert_eq!(theirs.checksum(), checksum(version, name, sql), "{name}");
        }
    }
}
