//! Errors of the connection, in words that help: who could not be reached, why, what to try.

use tokio_postgres::Error as PgError;

use super::session::{Failure, OLDEST_SUPPORTED_MAJOR, interrupted};
use super::target::{Host, Target};
use crate::error::{Error, ErrorKind};

fn connection(message: String) -> Error {
    Error::new(ErrorKind::Connection, message)
}

/// No answer within the connect timeout.
pub(super) fn timed_out(target: &Target) -> Error {
    connection(format!(
        "no answer from PostgreSQL at {} within {:?}",
        target.address(),
        target.connect_timeout
    ))
    .hint_command(
        "check the host and the firewall, and see which settings are used",
        "hangmeas config show",
    )
}

/// The server speaks, but is too old.
pub(super) fn too_old(target: &Target, version: &str) -> Error {
    connection(format!(
        "PostgreSQL {version} at {} is too old: hangmeas needs {OLDEST_SUPPORTED_MAJOR} or newer",
        target.address()
    ))
    .hint("upgrade the server with pg_upgrade, or by dump and restore")
}

/// The connection could not be made.
pub(super) fn refused(target: &Target, error: PgError) -> Error {
    let user = target
        .user
        .as_deref()
        .unwrap_or("the operating-system user");
    match error.code().map(|code| code.code().to_owned()).as_deref() {
        Some("3D000") => connection(format!(
            "database \"{}\" does not exist on {}",
            target.database,
            target.address()
        ))
        .sqlstate("3D000")
        .hint_command("create it", "hangmeas db create"),
        Some(code @ ("28P01" | "28000")) => {
            let message = error.as_db_error().map_or("", |refusal| refusal.message());
            connection(format!("PostgreSQL at {} refuses {user}: {message}", target.address()))
                .sqlstate(code)
                .hint_command(
                    "check username and password (DATABASE_USERNAME, DATABASE_PASSWORD) and where they come from",
                    "hangmeas config show",
                )
        }
        Some("53300") => connection(format!(
            "PostgreSQL at {} has no free connection slot (max_connections)",
            target.address()
        ))
        .sqlstate("53300")
        .hint("close idle clients or raise max_connections, then run again"),
        Some("57P03") => connection(format!(
            "PostgreSQL at {} is starting up or shutting down",
            target.address()
        ))
        .sqlstate("57P03")
        .hint("wait a moment and run again"),
        Some(code) => {
            let message = error.as_db_error().map_or("", |refusal| refusal.message());
            connection(format!(
                "PostgreSQL at {} refused the connection: {message}",
                target.address()
            ))
            .sqlstate(code)
        }
        None => unreachable_server(target, error),
    }
}

fn unreachable_server(target: &Target, error: PgError) -> Error {
    let cause = root_cause(&error);
    if cause.contains("password missing") {
        return connection(format!(
            "PostgreSQL at {} asks for a password, and none is configured",
            target.address()
        ))
        .hint("set DATABASE_PASSWORD or PGPASSWORD in the environment");
    }
    let hint = match target.host {
        Host::Tcp(_) => "is the server running, and does it listen on that host and port?",
        Host::Socket(_) => "is the server running, and is its socket in that folder?",
    };
    connection(format!(
        "cannot reach PostgreSQL at {}: {cause}",
        target.address()
    ))
    .hint(hint)
    .hint_command(
        "see which settings are used, and where they come from",
        "hangmeas config show",
    )
    .caused_by(error)
}

/// The innermost cause, in its own words.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// A statement of our own failed.
pub(super) fn failed(what: &str, failure: &Failure) -> Error {
    if failure.is_interrupt() {
        return interrupted().detail(format!("while {what}"));
    }
    if failure.is_abandoned() {
        return interrupted().detail(format!("while {what}; the server gave no answer any more"));
    }
    let message = format!("{what} failed: {failure}");
    let (code, detail, hint) = match failure.refusal() {
        None => {
            return connection(message).hint("run the same command again when the server is back");
        }
        Some(refusal) => (
            refusal.code().code().to_owned(),
            refusal.detail().map(str::to_owned),
            refusal.hint().map(str::to_owned),
        ),
    };
    let kind = if code.starts_with("57P") {
        ErrorKind::Connection
    } else {
        ErrorKind::Migration
    };
    let mut error = Error::new(kind, message).sqlstate(&code).details(detail);
    if let Some(hint) = hint {
        error = error.hint(hint);
    }
    if code == "42501" {
        error = error.hint("connect as the owner of the database, or ask for the missing right");
    }
    error
}
