//! Errors of migrations: file, line, caret, what the server said, what to do.

use super::file::Script;
use crate::error::{Error, ErrorKind};
use crate::postgres::{Failure, interrupted, read_only};
use crate::sql_text;
use tokio_postgres::error::{DbError, ErrorPosition};

/// SQLSTATE of V0001 on a database that is not a whole shop.
const NO_SHOP: &str = "HM001";

/// Where a script's text stands in the message that was sent.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Offset {
    /// Characters before it.
    pub characters: usize,
    /// Statements before it.
    pub statements: usize,
    /// 0-based character of the script at which the sent part begins.
    pub script_start: usize,
}

/// A script that the server did not take.
pub(super) fn script_failed(
    what: &str,
    script: &Script,
    offset: Offset,
    failure: &Failure,
) -> Error {
    if failure.is_interrupt() {
        return interrupted();
    }
    if failure.is_abandoned() {
        return interrupted().detail(format!(
            "the server did not answer any more: whether {what} was committed, the next run looks up"
        ));
    }
    let Some(refusal) = failure.refusal() else {
        return Error::new(
            ErrorKind::Connection,
            format!("the connection to the server was lost while {what} ran"),
        )
        .hint_command("see where it stands", "hangmeas db status");
    };
    let code = refusal.code().code();
    if code == NO_SHOP {
        return no_shop(what, refusal);
    }
    let mut error = Error::new(
        ErrorKind::Migration,
        format!("{what}: {}", refusal.message()),
    )
    .sqlstate(code)
    .details(refusal.detail().map(|text| format!("detail: {text}")))
    .details(context(refusal))
    .excerpt(excerpt(script, offset, failure));
    if let Some(hint) = refusal.hint() {
        error = error.hint(hint);
    }
    advise(error, code)
}

/// V0001 found a part of a shop: what is missing stands on lines of its own, and where it looked is
/// nobody's concern.
fn no_shop(what: &str, refusal: &DbError) -> Error {
    let message = refusal.message();
    let (message, missing) = message.split_once("; ").unwrap_or((message, ""));
    let error = Error::new(ErrorKind::Migration, format!("{what}: {message}"))
        .sqlstate(NO_SHOP)
        .details(
            missing
                .split(", ")
                .filter(|part| !part.is_empty())
                .map(str::to_owned),
        );
    let error = match refusal.hint() {
        Some(hint) => error.hint(hint),
        None => error,
    };
    error.hint(
        "a database without Spree gets the tables that are needed; docs/adopting.md tells more",
    )
}

fn advise(error: Error, code: &str) -> Error {
    match code {
        "42501" if error.hints().is_empty() => error.hint(
            "connect as the owner of the tables and the schema, or let the owner grant what is \
             missing (GRANT CREATE ON SCHEMA public TO …)",
        ),
        "2D000" => error.hint(
            "hangmeas itself begins and commits, here too: take COMMIT and ROLLBACK out of the \
             block or procedure",
        ),
        "25006" => read_only(error),
        "57014" => error.hint("the statement timeout ended it, or somebody with pg_cancel_backend"),
        _ if code.starts_with("57P") => error
            .with_kind(ErrorKind::Connection)
            .hint_command("run again when the server is back", "hangmeas db migrate"),
        _ => error,
    }
}

/// The call stack of PL/pgSQL, shortened: what failed, and the line of the innermost function.
fn context(refusal: &DbError) -> Vec<String> {
    let lines = || refusal.where_().into_iter().flat_map(str::lines);
    let function = lines().find(|line| line.starts_with("PL/pgSQL"));
    let shown = lines()
        .take(1)
        .chain(function.filter(|line| lines().next() != Some(line)));
    shown.map(|line| format!("in: {line}")).collect()
}

/// By the server's position; without one, the statement that failed is known by counting.
fn excerpt(script: &Script, offset: Offset, failure: &Failure) -> Option<crate::error::Excerpt> {
    let position = failure.refusal().and_then(DbError::position);
    if let Some(ErrorPosition::Original(position)) = position {
        let at = (*position as usize).checked_sub(1 + offset.characters)?;
        let at = at + offset.script_start;
        let inside = at < script.sql.chars().count();
        return inside.then(|| script.excerpt(at));
    }
    let index = failure.completed().checked_sub(offset.statements)?;
    let rest_at = script
        .sql
        .char_indices()
        .nth(offset.script_start)
        .map_or(0, |(byte, _)| byte);
    let statement = sql_text::statements(&script.sql[rest_at..]).nth(index)?;
    let byte = rest_at + statement.start;
    Some(script.excerpt(script.sql[..byte].chars().count()))
}
