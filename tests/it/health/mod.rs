//! The health check against real servers.

mod case;
mod commands;
mod fresh;
mod fuzz;
mod golden;
mod pages;
mod roles;
mod told;

use std::sync::OnceLock;

use crate::catalog::apply;
use crate::support::{Base, Database, Server};

/// A server of its own: some cases change its settings, which the tests next door must not see.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        Server::start(&[
            "wal_level=logical",
            "archive_mode=on",
            "wal_keep_size=0",
            "fsync=off",
        ])
    })
}

/// A complete, empty Hangmeas database.
pub fn migrated() -> Database<'static> {
    static TEMPLATE: OnceLock<Database<'static>> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let database = server().clone_of(Base::Empty);
        apply::all(&database);
        database
    });
    server().copy_of(template)
}
