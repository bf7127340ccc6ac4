//! Backups that are known to restore: made by `pg_dump` in one snapshot together with the row count
//! of every table, published by a rename, checked by checksum, by content and by a real restore.
//!
//! Nothing here trusts an exit status alone, and nothing is deleted that is not proved replaceable.
//! Prints nothing, reads no environment variables: where the tools are and what is wanted come in.

mod checksum;
mod child;
mod compare;
mod contents;
mod create;
mod facts;
mod globals;
mod guard;
mod holders;
mod manifest;
mod name;
mod preflight;
mod restore;
mod retention;
mod scratch;
mod store;
mod swap;
mod talk;
mod tools;
mod verify;

pub use checksum::{Damage, FileEntry};
pub use compare::Difference;
pub use create::{Created, Request, create};
pub use manifest::{
    DatabaseFacts, Extension, Globals, Grant, Manifest, SequenceState, Setting, TableRows,
};
pub use name::{BackupName, Stamp};
pub use restore::{RestoreRequest, Restored, restore};
pub use retention::{Policy, Prune, Pruned, plan_prune, prune};
pub use store::{Entry, State, Store};
pub use tools::{Tool, Tools};
pub use verify::{Verdict, verify_by_restore, verify_files};

use crate::error::{Error, ErrorKind};
use crate::postgres::Failure;

/// A statement of ours failed: unless the connection is the matter, or the user, it is the backup or
/// restore that failed.
fn backup_error(failure: Failure, what: &str) -> Error {
    let error = failure.while_doing(what);
    match error.kind() {
        ErrorKind::Connection | ErrorKind::Interrupted => error,
        _ => error.with_kind(ErrorKind::Backup),
    }
}
