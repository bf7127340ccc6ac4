//! psql, for a person who wants to look around.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;

use super::binaries::{Binaries, Places};
use super::{Account, process};
use crate::error::{Error, Result};
use crate::postgres::{LIBPQ_VARIABLES, Target, libpq_variables};

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
    command.args(args);
    for name in LIBPQ_VARIABLES {
        command.env_remove(name);
    }
    command.envs(libpq_variables(target));
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
