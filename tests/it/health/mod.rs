//! The health check against real servers.

mod added;
mod case;
mod changes;
mod commands;
mod formats;
mod fresh;
mod fuzz;
mod golden;
mod moved;
mod pages;
mod restoring;
mod roles;
mod size;
mod standby;
mod told;
mod trial;
mod watch;

use std::sync::OnceLock;

use crate::catalog::apply;
use crate::support::{Base, Database, Server};

/// A server of its own: some cases change its settings, which the tests next door must not see.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| {
        let server = Server::start(&[
            "wal_level=logical",
            "archive_mode=on",
            "wal_keep_size=0",
            "fsync=off",
        ]);
        server.administer(&[
            "CREATE ROLE watcher LOGIN",
            "GRANT pg_monitor TO watcher",
            "CREATE ROLE clerk LOGIN",
        ]);
        server
    })
}

/// Who else looks at every golden case: a monitor, and a plain role of the application.
pub const ROLES: [&str; 2] = ["watcher", "clerk"];

/// A complete, empty Hangmeas database.
pub fn migrated() -> Database<'static> {
    static TEMPLATE: OnceLock<Database<'static>> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let database = server().clone_of(Base::Empty);
        apply::all(&database);
        // The schema of the migrations' history is nobody else's.
        database.execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk;
             ALTER DEFAULT PRIVILEGES IN SCHEMA public
                 GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO clerk",
        );
        database
    });
    server().copy_of(template)
}
