//! Databases that exist for a moment: to restore into, or replaced and about to be dropped. Each
//! carries a comment of ours, and only what carries it is ever dropped.

use super::facts::run;
use super::manifest::DatabaseFacts;
use super::name::Stamp;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::database::maintenance;
use crate::postgres::sql::{identifier, literal};
use crate::postgres::{Interrupt, Session, Target};

/// Begins the comment of a database that we made, or replaced, and may drop.
const MARK: &str = "hangmeas: being restored from ";
const REPLACED: &str = "hangmeas: replaced by ";

/// How long to wait for another restore of the same database. One that was just killed gives its
/// place back when the server has noticed.
const PATIENCE: &str = "10s";

/// For what a database exists beside the one that it is named after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// It will take its place.
    Restore,
    /// It proves a backup.
    Verify,
    /// It was there before a restore.
    Before,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Self::Restore => "_restore_",
            Self::Verify => "_verify_",
            Self::Before => "_before_",
        }
    }

    /// The name of a database for this purpose: at most 63 bytes.
    pub fn name(self, database: &str, stamp: Stamp) -> String {
        format!("{}{stamp}", self.prefix(database))
    }

    /// How all such names begin: the database's name, shortened at a character if need be, so that
    /// the longest word and a time still fit.
    fn prefix(self, database: &str) -> String {
        const ROOM: usize = 63 - "_restore_20261123T031500Z".len();
        let mut end = database.len().min(ROOM);
        while !database.is_char_boundary(end) {
            end -= 1;
        }
        format!("{}{}", &database[..end], self.word())
    }
}

/// A database that is not yet, or never, anybody's.
#[derive(Debug, Clone)]
pub(super) struct Scratch {
    /// Its name.
    pub name: String,
}

/// Makes sure that no other restore for this purpose and database is at work on the server, for as
/// long as the session lasts; then drops what killed ones left.
pub(super) async fn hold(session: &Session, purpose: Purpose, database: &str) -> Result<()> {
    let prefix = purpose.prefix(database);
    let key = literal(&prefix);
    let script = format!(
        "SET lock_timeout = '{PATIENCE}'; SELECT pg_advisory_lock(hashtext('hangmeas'), hashtext({key})); \
         RESET lock_timeout"
    );
    if let Err(failure) = session.run(&script).await {
        let waited = failure.code() == Some("55P03");
        let error = super::backup_error(failure, "looking whether another restore is at work");
        return Err(if waited {
            Error::new(
                ErrorKind::Locked,
                format!("another run of hangmeas restores {database} just now"),
            )
            .hint_command(
                "wait until it is done, or see who it is",
                "psql -d postgres -c \"SELECT pid, application_name, query FROM pg_stat_activity WHERE application_name LIKE 'hangmeas%'\"",
            )
        } else {
            error
        });
    }
    drop_abandoned(session, &prefix).await?;
    if purpose == Purpose::Restore {
        drop_abandoned(session, &Purpose::Before.prefix(database)).await?;
    }
    Ok(())
}

/// Makes an empty database with the encoding and locale of the one in the backup, and marks it.
pub(super) async fn create(
    session: &Session,
    name: &str,
    facts: &DatabaseFacts,
    backup: &str,
) -> Result<Scratch> {
    let quoted = identifier(name);
    let mut script = format!(
        "CREATE DATABASE {quoted} TEMPLATE template0 ALLOW_CONNECTIONS false \
         ENCODING {} LC_COLLATE {} LC_CTYPE {}",
        literal(&facts.encoding),
        literal(&facts.collate),
        literal(&facts.ctype)
    );
    let locale = facts.locale.as_deref().map(literal);
    let rules = facts.icu_rules.as_deref().map(literal);
    match (facts.locale_provider.as_deref(), locale) {
        (Some("i"), Some(locale)) => {
            script.push_str(&format!(" LOCALE_PROVIDER icu ICU_LOCALE {locale}"));
            if let Some(rules) = rules {
                script.push_str(&format!(" ICU_RULES {rules}"));
            }
        }
        (Some("b"), Some(locale)) => {
            script.push_str(&format!(" LOCALE_PROVIDER builtin BUILTIN_LOCALE {locale}"));
        }
        _ => {}
    }
    run(session, &script, &format!("creating the database {name}"))
        .await
        .map_err(|error| {
            let user = session.target().user.as_deref().unwrap_or("ROLE");
            if error.code() == Some("42501") {
                error.hint_command(
                    "restoring needs the right to make databases",
                    format!("psql -c 'ALTER ROLE {user} CREATEDB'"),
                )
            } else {
                error
            }
        })?;
    let mark = literal(&format!("{MARK}{backup}"));
    // Nobody gets in before it is marked: so one without a mark, left by a run that was killed right
    // here, is known to be empty. On a connection of its own, because a late request to cancel what
    // made it must not hit its mark.
    let marker = maintenance(session.target(), &Interrupt::never()).await?;
    let script = format!(
        "COMMENT ON DATABASE {quoted} IS {mark}; ALTER DATABASE {quoted} ALLOW_CONNECTIONS true"
    );
    run(&marker, &script, "marking the database").await?;
    Ok(Scratch {
        name: name.to_owned(),
    })
}

/// The statement that lets a later run drop a database if this one does not come to it.
pub(super) fn mark_replaced(name: &str, backup: &str) -> String {
    let (name, mark) = (identifier(name), literal(&format!("{REPLACED}{backup}")));
    format!("COMMENT ON DATABASE {name} IS {mark}")
}

/// A condition on `pg_database d`: made or replaced by us, and nobody else's by now.
fn ours() -> String {
    format!(
        "(starts_with(shobj_description(d.oid, 'pg_database'), {}) \
          OR starts_with(shobj_description(d.oid, 'pg_database'), {}) \
          OR (shobj_description(d.oid, 'pg_database') IS NULL AND NOT d.datallowconn AND NOT d.datistemplate))",
        literal(MARK),
        literal(REPLACED)
    )
}

/// Drops the database if it carries our mark.
pub(super) async fn drop_marked(session: &Session, scratch: &Scratch) -> Result<()> {
    let script = format!(
        "SELECT 1 FROM pg_database d WHERE d.datname = {} AND {}",
        literal(&scratch.name),
        ours()
    );
    let found = run(session, &script, "looking for the scratch database").await?;
    if !found.is_empty() {
        let script = format!("DROP DATABASE {} WITH (FORCE)", identifier(&scratch.name));
        run(session, &script, "dropping the scratch database").await?;
    }
    Ok(())
}

/// Drops it after a failure or an interrupt, for which the session at hand may be of no use any more.
pub(super) async fn drop_after_failure(target: &Target, scratch: &Scratch) {
    if let Ok(session) = maintenance(target, &Interrupt::never()).await {
        // What happened before is the error to tell; the mark lets a later run drop it.
        let _ = drop_marked(&session, scratch).await;
    }
}

/// Databases that a killed run left. Whoever is still connected works for that run in vain.
async fn drop_abandoned(session: &Session, prefix: &str) -> Result<()> {
    let script = format!(
        "SELECT d.datname FROM pg_database d \
          WHERE starts_with(d.datname, {prefix}) AND substr(d.datname, length({prefix}) + 1) ~ '^[0-9]{{8}}T[0-9]{{6}}Z$' \
            AND {ours}",
        prefix = literal(prefix),
        ours = ours()
    );
    for row in run(session, &script, "looking for abandoned databases").await? {
        if let Some(name) = row.get(0) {
            let name = name.to_owned();
            drop_marked(session, &Scratch { name }).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn derived_names_fit_and_are_found_again() {
        let stamp = Stamp::of(datetime!(2026-11-23 03:15 UTC));
        let name = Purpose::Restore.name("shop", stamp);
        assert_eq!(name, "shop_restore_20261123T031500Z");
        let long = "ខ".repeat(21);
        for purpose in [Purpose::Restore, Purpose::Verify, Purpose::Before] {
            let name = purpose.name(&long, stamp);
            assert!(name.len() <= 63 && name.ends_with("_20261123T031500Z"));
            assert!(name.starts_with(&purpose.prefix(&long)), "{name}");
        }
    }
}
