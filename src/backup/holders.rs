//! Who held the table for which a backup waited in vain.

use std::time::Duration;

use crate::error::Error;
use crate::postgres::{Interrupt, Session, Target, lockers, named};

/// Says in an error about a locked table which table it was, who holds it, and how to end that.
/// Other errors stay as they are, and so does this one when nobody holds a table any more.
pub(super) async fn name(error: Error, target: &Target, waited: Duration) -> Error {
    if !is_about_a_lock(&error) {
        return error;
    }
    let Ok(session) = Session::open(target, &Interrupt::never()).await else {
        return error;
    };
    let found = lockers(&session).await.unwrap_or_default();
    let Some(first) = found.first() else {
        return error;
    };
    let about = Error::new(
        error.kind(),
        format!(
            "table {} stayed locked for {waited:?}, so nothing was backed up",
            first.relation
        ),
    );
    named(about, &found)
        .hint_command("or wait longer", "hangmeas db backup --lock-timeout 5min")
        .caused_by(error)
}

/// Of our own statement, or of `pg_dump`, whose `--lock-wait-timeout` is a statement timeout.
fn is_about_a_lock(error: &Error) -> bool {
    error.code() == Some("55P03") || says_locked(error.detail_lines())
}

/// Whether the messages of `pg_dump` are those about a table that stayed locked.
pub(super) fn says_locked<'a>(messages: impl IntoIterator<Item = &'a String> + Clone) -> bool {
    let said = |text: &str| {
        let mut lines = messages.clone().into_iter();
        lines.any(|line| line.contains(text))
    };
    (said("LOCK TABLE") && said("timeout")) || said("could not obtain lock")
}
