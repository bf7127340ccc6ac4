//! The plan as an answer, and running it: one transaction, which ends only when a second look finds nothing left to do.

use std::time::Duration;

use super::facts::{self, Facts};
use super::names::Names;
use super::plan::{self, Plan};
use super::policy::Purpose;
use super::refusal;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Failure, Session};
use crate::report::{DbGrants, GrantRole};

/// What is missing or too much; nothing is changed.
///
/// # Errors
/// Kind `Refused` for a role that could alter the schema anyway; whatever reading the catalog gives.
pub async fn report(session: &Session, names: &Names) -> Result<DbGrants> {
    begin(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let (facts, plan) = look(session, names).await?;
    end(session, "COMMIT").await?;
    Ok(answer(&facts, plan, names, false))
}

/// Runs it. `lock_timeout` zero waits for ever.
///
/// # Errors
/// The same, and kind `Migration` when the server refuses a statement or a statement had no effect: nothing is
/// changed then.
pub async fn apply(session: &Session, names: &Names, lock_timeout: Duration) -> Result<DbGrants> {
    let limit = lock_timeout.as_millis();
    begin(session, &format!("BEGIN; SET LOCAL lock_timeout = {limit}")).await?;
    match run(session, names).await {
        Ok(answer) => {
            end(session, "COMMIT").await?;
            Ok(answer)
        }
        Err(error) => {
            // The first error is the one to tell; without an answer the server rolls back by itself.
            let _ = session.tidy("ROLLBACK").await;
            Err(error)
        }
    }
}

async fn run(session: &Session, names: &Names) -> Result<DbGrants> {
    let (_, plan) = look(session, names).await?;
    for statement in &plan.statements {
        let done = session.run(&statement.sql).await;
        done.map_err(|failure| refused(failure, &statement.sql))?;
    }
    let (facts, left) = look(session, names).await?;
    if left.statements.is_empty() {
        let notes = left.notes;
        return Ok(answer(&facts, Plan { notes, ..plan }, names, true));
    }
    let lines = left.statements.into_iter().map(|left| left.sql);
    Err(by_another(
        Error::new(
            ErrorKind::Migration,
            format!("{} may not do everything: these had no effect", facts.user),
        )
        .details(lines),
    ))
}

async fn look(session: &Session, names: &Names) -> Result<(Facts, Plan)> {
    let facts = facts::read(session, names).await?;
    refusal::check(&facts, names)?;
    let plan = plan::plan(&facts, names);
    Ok((facts, plan))
}

async fn begin(session: &Session, sql: &str) -> Result<()> {
    let begun = session.run(sql).await;
    begun.map_err(|failure| failure.while_doing("opening a transaction"))?;
    Ok(())
}

async fn end(session: &Session, sql: &str) -> Result<()> {
    let ended = session.run(sql).await;
    ended.map_err(|failure| failure.while_doing("ending the transaction"))?;
    Ok(())
}

fn refused(failure: Failure, sql: &str) -> Error {
    let missing_right = failure.code() == Some("42501");
    let error = failure.while_doing("granting").detail(sql.to_owned());
    if missing_right {
        by_another(error)
    } else {
        error.detail("nothing was changed")
    }
}

fn by_another(error: Error) -> Error {
    error.detail("nothing was changed").hint_command(
        "let an administrator read and run the script; it names every role and object",
        "hangmeas db grants > grants.sql",
    )
}

fn answer(facts: &Facts, plan: Plan, names: &Names, applied: bool) -> DbGrants {
    let role = |purpose: Purpose| {
        let name = names.of(purpose);
        let found = facts.role(name);
        let members = found.map(|role| role.members.iter().map(|member| member.name.clone()));
        GrantRole {
            purpose: purpose.word().to_owned(),
            name: name.to_owned(),
            exists: found.is_some(),
            members: members.map(Iterator::collect).unwrap_or_default(),
        }
    };
    DbGrants {
        database: facts.database.clone(),
        owners: facts.owners.clone(),
        roles: Purpose::ROLES.map(role).to_vec(),
        statements: plan.statements,
        notes: plan.notes,
        applied,
    }
}
