//! Connections as users have them: encrypted, to one of several servers, with passwords from many
//! places. Where psql is at hand, its libpq is the judge.

mod certificates;
mod credentials;
mod encryption;
mod hosts;
mod prompt;
mod secrets;
mod waiting;

use hangmeas::config::{Connection, Overrides, Settings, Variables};
use hangmeas::error::Error;
use hangmeas::postgres::{Interrupt, Secret, Session, Target};

use crate::support::block_on;

/// The target that hangmeas makes of a URL and variables.
pub(crate) fn target(url: &str, variables: &[(&str, &str)]) -> Target {
    let overrides = Overrides {
        database_url: Some(Secret::new(url)),
        ..Overrides::default()
    };
    let variables = Variables::from_pairs(variables.iter().copied());
    let dir = tempfile::tempdir().expect("an empty folder");
    match Settings::load(&overrides, &variables, dir.path())
        .expect("settings")
        .connection
    {
        Connection::Server(target) => *target,
        Connection::Managed { .. } => panic!("no server named by {url}"),
    }
}

/// Connects and tells whether the connection is encrypted.
pub(crate) fn encrypted(target: &Target) -> Result<bool, Error> {
    let rows = ask(
        target,
        "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    )?;
    Ok(rows == "t")
}

/// The one value of a query.
pub(crate) fn ask(target: &Target, sql: &str) -> Result<String, Error> {
    block_on(async {
        let session = Session::open(target, &Interrupt::never()).await?;
        let rows = session.read(sql).await.expect("rows");
        Ok(rows[0].get(0).unwrap_or_default().to_owned())
    })
}
