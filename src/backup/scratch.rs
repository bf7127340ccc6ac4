//! Databases that exist for a moment: to restore into. Each carries a comment of ours, and only what
//! carries it is ever dropped.

use super::facts::run;
use super::manifest::DatabaseFacts;
use crate::error::Result;
use crate::postgres::database::maintenance;
use crate::postgres::sql::{identifier, literal};
use crate::postgres::{Interrupt, Session, Target};

/// Begins the comment of a database that we made and may drop.
const MARK: &str = "hangmeas: being restored from ";

/// A database that is not yet, or never, anybody's.
#[derive(Debug, Clone)]
pub(super) struct Scratch {
    /// Its name.
    pub name: String,
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
        "CREATE DATABASE {quoted} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
        literal(&facts.encoding),
        literal(&facts.collate),
        literal(&facts.ctype)
    );
    let locale = facts.locale.as_deref().map(literal);
    match (facts.locale_provider.as_deref(), locale) {
        (Some("i"), Some(locale)) => {
            script.push_str(&format!(" LOCALE_PROVIDER icu ICU_LOCALE {locale}"));
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
    // Whoever stops us now must not leave a database behind that nobody knows as ours, and a late
    // request to cancel what made it must not hit its mark: so on a connection of its own.
    let marker = maintenance(session.target(), &Interrupt::never()).await?;
    let script = format!("COMMENT ON DATABASE {quoted} IS {mark}");
    run(&marker, &script, "marking the database").await?;
    Ok(Scratch {
        name: name.to_owned(),
    })
}

/// Drops the database if it carries our mark.
pub(super) async fn drop_marked(session: &Session, scratch: &Scratch) -> Result<()> {
    let script = format!(
        "SELECT 1 FROM pg_database WHERE datname = {} AND shobj_description(oid, 'pg_database') LIKE {}",
        literal(&scratch.name),
        literal(&format!("{MARK}%"))
    );
    let ours = run(session, &script, "looking for the scratch database").await?;
    if !ours.is_empty() {
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

/// Databases that a killed run left: they carry the mark and nobody is connected.
pub(super) async fn drop_abandoned(session: &Session, prefix: &str) -> Result<()> {
    let script = format!(
        "SELECT d.datname FROM pg_database d \
          WHERE starts_with(d.datname, {}) AND shobj_description(d.oid, 'pg_database') LIKE {} \
            AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
        literal(prefix),
        literal(&format!("{MARK}%"))
    );
    for row in run(session, &script, "looking for abandoned databases").await? {
        if let Some(name) = row.get(0) {
            let name = name.to_owned();
            drop_marked(session, &Scratch { name }).await?;
        }
    }
    Ok(())
}

/// A name of at most 63 bytes: the database's, shortened at a character if need be, and the suffix.
pub(super) fn derived_name(database: &str, suffix: &str) -> String {
    let mut end = database.len().min(63 - suffix.len());
    while !database.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{suffix}", &database[..end])
}

#[cfg(test)]
mod tests {
    use super::derived_name;

    #[test]
    fn derived_names_fit() {
        assert_eq!(derived_name("shop", "_restore_1"), "shop_restore_1");
        let long = derived_name(&"ខ".repeat(21), "_restore_20261123T031500Z");
        assert!(
            long.len() <= 63 && long.ends_with("_restore_20261123T031500Z"),
            "{long}"
        );
    }
}
