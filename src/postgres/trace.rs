//! What the log hears of connections and statements: how long they took, never what strings say.

use std::path::Path;
use std::time::Instant;

use super::target::Target;
use crate::report::milliseconds;
use crate::sql_text::summary;

/// Characters of a statement in the log at level debug; at trace, all of them.
const SHORT: usize = 160;

/// A connection is tried: where, how, and whose password goes along.
pub(super) fn connecting(target: &Target, encrypted: bool) {
    log::info!(
        address = target.address().as_str(),
        database = target.database.as_str(),
        user = target.user.as_deref().unwrap_or_default(),
        sslmode = target.tls.mode.word(),
        encrypted,
        password = password(target);
        "connecting"
    );
}

/// Where the password comes from; never what it is.
fn password(target: &Target) -> &'static str {
    match (&target.password, &target.password_source) {
        (None, _) => "none",
        (Some(_), Some(source)) => source.kind(),
        (Some(_), None) => "given",
    }
}

/// The password stands in libpq's password file.
pub(super) fn passfile(path: &Path) {
    log::info!(file = path.display().to_string().as_str(); "password found");
}

/// TLS was agreed on; `verified` tells what is known of the server's certificate.
pub(super) fn encrypted(version: &str, verified: &str) {
    log::info!(version, certificate = verified; "encrypted");
}

/// A connection was not made.
pub(super) fn unconnected(target: &Target, why: &str, began: Instant) {
    log::info!(address = target.address().as_str(), why, ms = milliseconds(began.elapsed()); "not connected");
}

/// A connection was made.
pub(super) fn connected(target: &Target, server_version: &str, began: Instant) {
    log::info!(
        address = target.address().as_str(),
        database = target.database.as_str(),
        server = server_version,
        ms = milliseconds(began.elapsed());
        "connected"
    );
}

/// A message was answered, or not.
pub(super) fn statement(
    script: &str,
    rows: usize,
    began: Instant,
    error: Option<&tokio_postgres::Error>,
) {
    // Looking at the text takes longer than the rest.
    if !log::log_enabled!(log::Level::Debug) {
        return;
    }
    let ms = milliseconds(began.elapsed());
    let whole = log::log_enabled!(log::Level::Trace);
    let sql = summary(script, if whole { usize::MAX } else { SHORT });
    match error {
        None => log::debug!(ms, rows, sql = sql.as_str(); "statement"),
        Some(error) => {
            // The server's words may repeat what strings say; its code does not.
            let code = error.code().map_or("none", |code| code.code());
            log::debug!(ms, sqlstate = code, sql = sql.as_str(); "statement failed");
        }
    }
}
