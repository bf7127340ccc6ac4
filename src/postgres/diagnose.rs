//! Errors of the connection, in words that help: who could not be reached, why, what to try.

mod encryption;

use tokio_postgres::Error as PgError;

use super::connect::Rejected;
use super::session::{Failure, OLDEST_SUPPORTED_MAJOR, interrupted};
use super::sql::identifier;
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
    let Some(refusal) = error.as_db_error() else {
        return unreachable_server(target, error);
    };
    let at = target.address();
    let (code, message) = (refusal.code().code(), refusal.message());
    let found = match code {
        "3D000" => connection(format!(
            "database \"{}\" does not exist on {at}",
            target.database
        ))
        .hint_command("create it", "hangmeas db create"),
        "28000" if message.contains("pg_hba.conf") => connection(format!(
            "PostgreSQL at {at} lets {} not in: {message}",
            user(target)
        ))
        .hint(
            "a line of the server's pg_hba.conf must allow this user, database and address; after \
             the change: SELECT pg_reload_conf()",
        )
        .hint("some servers take encrypted connections only: sslmode=require"),
        "28P01" | "28000" => connection(format!(
            "PostgreSQL at {at} refuses {}: {message}",
            user(target)
        ))
        .hint_command(
            "check username and password (DATABASE_USERNAME, DATABASE_PASSWORD) and where they come from",
            "hangmeas config show",
        ),
        "53300" => connection(format!(
            "PostgreSQL at {at} has no free connection slot (max_connections)"
        ))
        .hint("close idle clients or raise max_connections, then run again"),
        "57P03" => connection(format!("PostgreSQL at {at} is starting up or shutting down"))
            .hint("wait a moment and run again, or let hangmeas wait: --wait 60s"),
        "42501" => connection(format!(
            "PostgreSQL at {at} refuses {}: {message}",
            user(target)
        ))
        .hint(format!(
            "as the owner of the database: GRANT CONNECT ON DATABASE {} TO {}",
            identifier(&target.database),
            target.user.as_deref().map_or("…".to_owned(), identifier)
        )),
        _ => connection(format!("PostgreSQL at {at} refused the connection: {message}")),
    };
    found.sqlstate(code)
}

fn user(target: &Target) -> &str {
    let user = target.user.as_deref();
    user.unwrap_or("the operating-system user")
}

fn unreachable_server(target: &Target, error: PgError) -> Error {
    if let Some(error) = encryption::explain(target, &error) {
        return error;
    }
    let (at, mut cause) = (target.address(), root_cause(&error));
    // What a server of another kind leaves behind when it hangs up.
    if cause == "bytes remaining on stream" {
        cause = "what answers there does not speak as PostgreSQL does".to_owned();
    }
    if wants_password(&error) {
        return connection(format!(
            "PostgreSQL at {at} asks {} for a password, and none is configured",
            user(target)
        ))
        .hint(
            "set DATABASE_PASSWORD or PGPASSWORD in the environment, or password_file or \
               password_command in hangmeas.toml, or add a line to ~/.pgpass",
        );
    }
    let hint = match target.host {
        Host::Tcp(_) => "is the server running, and does it listen on that host and port?",
        Host::Socket(_) => "is the server running, and is its socket in that folder?",
    };
    connection(format!("cannot reach PostgreSQL at {at}: {cause}"))
        .hint(hint)
        .hint_command(
            "see which settings are used, and where they come from",
            "hangmeas config show",
        )
        .caused_by(error)
}

/// Whether the server asks for a password, and there was none to give.
pub(super) fn wants_password(error: &PgError) -> bool {
    error.code().is_none() && root_cause(error).contains("password missing")
}

/// What a person is asked.
pub(super) fn password_question(target: &Target) -> String {
    format!(
        "Password for user {} at {}: ",
        user(target),
        target.address()
    )
}

/// Whether the server may take connections in a moment: it says that it is starting, or there is
/// nobody yet, or somebody (a container's proxy) who hangs up.
pub(super) fn is_starting(error: &PgError) -> bool {
    match error.code() {
        Some(code) => code.code() == "57P03",
        None => io_cause(error).is_some() && !is_handshake(error),
    }
}

/// Whether the server refused who we are, or how we came (`pg_hba.conf` chooses by encryption).
pub(super) fn is_authentication(error: &PgError) -> bool {
    error
        .code()
        .is_some_and(|code| code.code().starts_with("28"))
}

/// Whether encryption failed.
pub(super) fn is_handshake(error: &PgError) -> bool {
    // The kind of error is private; its text is not.
    error
        .to_string()
        .starts_with("error performing TLS handshake")
}

/// A server of the wrong kind for `target_session_attrs`.
pub(super) fn wrong_kind(target: &Target, standby: bool, read_only: bool) -> Error {
    let is = match (standby, read_only) {
        (true, _) => "a standby",
        (false, true) => "read-only",
        (false, false) => "a primary that can write",
    };
    connection(format!(
        "PostgreSQL at {} is {is}, and target_session_attrs asks for {}",
        target.address(),
        target.session_kind.word()
    ))
}

/// No server will do.
pub(super) fn none_left(target: &Target, mut tried: Vec<Rejected>) -> Rejected {
    if tried.len() == 1
        && let Some(only) = tried.pop()
    {
        return only;
    }
    let again = tried.iter().any(|rejected| rejected.try_again);
    let lines = tried.iter().map(|rejected| rejected.error.to_string());
    let error = connection(format!("none of the servers {} will do", target.address()))
        .details(lines)
        .hint_command(
            "see which settings are used, and where they come from",
            "hangmeas config show",
        );
    Rejected {
        error,
        try_next: false,
        try_again: again,
    }
}

/// The last error of a target for which we waited.
pub(super) fn waited(error: Error, target: &Target, in_vain: bool) -> Error {
    if in_vain && !target.wait.is_zero() {
        error.detail(format!("waited {:?} for it", target.wait))
    } else {
        error
    }
}

/// The innermost cause, in its own words.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

fn io_cause<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a std::io::Error> {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref() {
            return Some(io);
        }
        cause = inner.source();
    }
    None
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
    match code.as_str() {
        "42501" => error.hint("connect as the owner of the database, or ask for the missing right"),
        "25006" => read_only(error),
        _ => error,
    }
}

/// Advice for a server that lets nothing be written (SQLSTATE 25006).
#[must_use]
pub fn read_only(error: Error) -> Error {
    error
        .detail(
            "nothing can be written here: the server is a standby, or default_transaction_read_only \
             is on for it, this database or this role",
        )
        .hint_command(
            "see which",
            "hangmeas db console -- -c \"SELECT pg_is_in_recovery(), name, setting, source FROM \
             pg_settings WHERE name = 'default_transaction_read_only'\"",
        )
        .hint("a standby: connect to the primary (with several hosts, target_session_attrs=read-write finds it)")
        .hint("otherwise: ALTER DATABASE or ALTER ROLE … RESET default_transaction_read_only")
}
