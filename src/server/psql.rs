//! psql, for a person who wants to look around.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;

use super::binaries::{Binaries, Places};
use super::{Account, process};
use crate::error::{Error, Result};
use crate::postgres::{Host, Target};

/// Replaces this process by psql, connected to `target`. The password travels in psql's
/// environment, never among its arguments. Returns only when that fails.
///
/// # Errors
/// Kind `Configuration` when there is no psql.
pub fn become_psql(
    places: &Places,
    target: &Target,
    args: &[String],
) -> Result<std::convert::Infallible> {
    let program = find(places);
    let mut command = process::interactive(&program);
    command
        .args(args)
        .env("PGHOST", target.host.to_string())
        .env("PGPORT", target.port.to_string())
        .env("PGDATABASE", &target.database)
        .env("PGAPPNAME", &target.application_name)
        .env(
            "PGCONNECT_TIMEOUT",
            target.connect_timeout.as_secs().to_string(),
        );
    if let Host::Tcp(_) = target.host
        && let Some(mode) = &target.sslmode
    {
        command.env("PGSSLMODE", mode);
    }
    if let Some(user) = &target.user {
        command.env("PGUSER", user);
    }
    if let Some(password) = &target.password {
        command.env("PGPASSWORD", password.expose());
    }
    if let Some(options) = &target.options {
        command.env("PGOPTIONS", options);
    }
    let error = command.exec();
    Err(
        Error::configuration(format!("psql cannot be started: {error}")).hint_command(
            "install PostgreSQL's client",
            "apt-get install postgresql-client",
        ),
    )
}

/// Beside the server's programs, or wherever PATH has it.
fn find(places: &Places) -> PathBuf {
    let beside = Binaries::find(places, None, Account::current());
    beside
        .map(|binaries| binaries.program("psql"))
        .ok()
        .filter(|program| program.exists())
        .unwrap_or_else(|| PathBuf::from("psql"))
}
