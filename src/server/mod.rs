//! The managed local PostgreSQL: finds the programs, makes a cluster of its own, starts it, stops
//! it, removes it. Nothing here is used for a server that somebody else runs.
//!
//! The one room besides `backup` that starts child processes. It prints nothing and reads no
//! environment: where to look comes in as a plain value.

mod account;
mod binaries;
mod folder;
mod initdb;
mod install;
mod lock;
mod managed;
mod postmaster;
mod process;
mod psql;
mod socket;
mod start;

pub use account::Account;
pub use binaries::{Binaries, Places, candidates, version};
pub use managed::{Managed, Running, Status, Step};
pub use psql::become_psql;
