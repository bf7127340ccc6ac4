//! Everything that needs a real server or the built program: one binary, so that one throw-away
//! PostgreSQL serves all of it. `support` has the server, the databases and the program.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests start programs, read the environment and fail loudly"
)]

mod annotate;
mod backup;
mod busy;
mod catalog;
mod cli;
mod completions;
mod connection;
mod crash;
mod docs;
mod grants;
mod health;
mod import;
mod lock;
mod log;
mod migrate;
mod packages;
mod rails;
mod seed;
mod server;
mod shell;
mod support;
mod supported;
mod terminal;
