//! SQL as text: splitting into statements, the `-- hangmeas:` directives, what a statement does, a line
//! for the log, and
//! turning a server's error position into line and column. Pure functions; no I/O.
//!
//! Words come from `squawk-lexer`, which follows PostgreSQL's own scanner.

mod broken;
mod directive;
mod effect;
mod position;
mod psql;
mod quote;
mod split;
mod summary;

pub use broken::broken;
pub use directive::{Directives, KNOWN_DIRECTIVES, directives};
pub use effect::{Effect, Relation, effect};
pub use position::{Place, place};
pub use psql::psql_command;
pub use quote::identifier;
pub use split::{Statement, Word, parts, split, statements};
pub use summary::summary;

/// The text as hangmeas reads it: without a byte-order mark, lines ending in LF. Two files that
/// differ only in these are the same migration.
#[must_use]
pub fn canonical(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    if text.contains('\r') {
        text.replace("\r\n", "\n")
    } else {
        text
    }
}
