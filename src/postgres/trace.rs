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

/// A message, told when it is answered, or not. Its time is that of waiting for it.
pub(super) struct Statement {
    /// None when nobody listens: looking at the text takes longer than the rest.
    sql: Option<String>,
    began: Instant,
}

impl Statement {
    pub(super) fn new(script: &str) -> Self {
        let whole = log::log_enabled!(log::Level::Trace);
        let length = if whole { usize::MAX } else { SHORT };
        let heard = log::log_enabled!(log::Level::Debug);
        Self {
            sql: heard.then(|| summary(script, length)),
            began: Instant::now(),
        }
    }

    /// From now on it is waited for.
    pub(super) fn begin(&mut self) {
        self.began = Instant::now();
    }

    pub(super) fn end(&self, rows: usize, error: Option<&tokio_postgres::Error>) {
        let Some(sql) = self.sql.as_deref() else {
            return;
        };
        let ms = milliseconds(self.began.elapsed());
        match error {
            None => log::debug!(ms, rows, sql; "statement"),
            Some(error) => {
                // The server's words may repeat what strings say; its code does not.
                let code = error.code().map_or("none", |code| code.code());
                log::debug!(ms, sqlstate = code, sql; "statement failed");
            }
        }
    }
}
