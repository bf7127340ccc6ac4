//! Databases as a whole: creating one in which Khmer can be searched, and dropping one.

use super::interrupt::Interrupt;
use super::session::{Failure, Session};
use super::sql;
use super::target::Target;
use crate::error::{Error, ErrorKind, Result};
use crate::report::{DbCreate, DbDrop};

/// Databases of every cluster; the first that lets us in is where others are created and dropped.
const MAINTENANCE: [&str; 2] = ["postgres", "template1"];

/// Locales under which Khmer letters are letters, best first. Under `C` they are not, and trigram
/// search finds nothing.
const LOCALES: [&str; 4] = ["C.UTF-8", "C.utf8", "en_US.UTF-8", "en_US.utf8"];

/// Creates the database of `target`, UTF-8, from template0. One that exists is left as it is.
///
/// # Errors
/// Kind `Connection` when the server cannot be reached; `Migration` when it refuses.
pub async fn create(target: &Target, interrupt: &Interrupt) -> Result<DbCreate> {
    let session = maintenance(target, interrupt).await?;
    let name = &target.database;
    let created = if exists(&session, name).await? {
        false
    } else {
        create_in_first_locale(&session, name).await?
    };
    drop(session);
    let session = Session::open(target, interrupt).await?;
    let query = "SELECT pg_encoding_to_char(encoding), datctype, 'ខ' ~ '[[:alpha:]]' \
                 FROM pg_database WHERE datname = current_database()";
    let rows = session.read(query).await;
    let rows = rows.map_err(|failure| failure.while_doing("looking at the database"))?;
    let text = |index| {
        rows.first()
            .and_then(|row| row.get(index))
            .unwrap_or_default()
    };
    Ok(DbCreate {
        database: name.clone(),
        server: session.server(),
        created,
        encoding: text(0).to_owned(),
        lc_ctype: text(1).to_owned(),
        khmer_search: text(2) == "t",
    })
}

/// Drops the database of `target`; `force` disconnects whoever uses it. None there is no error.
///
/// # Errors
/// Kind `Refused` when somebody uses it; `Connection` when the server cannot be reached.
pub async fn drop_database(target: &Target, force: bool, interrupt: &Interrupt) -> Result<DbDrop> {
    let name = &target.database;
    if MAINTENANCE.contains(&name.as_str()) || name == "template0" {
        return Err(Error::refused(format!(
            "{name} belongs to the server itself: it is not dropped"
        )));
    }
    let session = maintenance(target, interrupt).await?;
    let dropped = exists(&session, name).await?;
    let force = if force { " WITH (FORCE)" } else { "" };
    let statement = format!("DROP DATABASE IF EXISTS {}{force}", sql::identifier(name));
    if let Err(failure) = session.run(&statement).await {
        if failure.code() == Some("55006") {
            return Err(in_use(&session, name).await);
        }
        return Err(failure.while_doing(&format!("dropping database {name}")));
    }
    Ok(DbDrop {
        database: name.clone(),
        server: session.server(),
        dropped,
    })
}

/// A session to a database from which others can be made, renamed and dropped.
///
/// # Errors
/// Kind `Connection` when none of them lets us in.
pub async fn maintenance(target: &Target, interrupt: &Interrupt) -> Result<Session> {
    let mut refusal = None;
    for database in MAINTENANCE {
        match Session::open(&target.with_database(database), interrupt).await {
            Ok(session) => return Ok(session),
            // There is no such database, or its door is shut for us: try the next.
            Err(error) if matches!(error.code(), Some("3D000" | "42501" | "28000")) => {
                refusal.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    Err(refusal.unwrap_or_else(|| Error::bug("no maintenance database was tried")))
}

async fn exists(session: &Session, name: &str) -> Result<bool> {
    let query = format!(
        "SELECT 1 FROM pg_database WHERE datname = {}",
        sql::literal(name)
    );
    let rows = session.read(&query).await;
    let rows = rows.map_err(|failure| failure.while_doing("looking for the database"))?;
    Ok(!rows.is_empty())
}

/// Creates it in the first locale that the server has; false when somebody else was faster.
async fn create_in_first_locale(session: &Session, name: &str) -> Result<bool> {
    let mut refusal = None;
    for locale in LOCALES {
        let statement = format!(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE '{locale}' LC_CTYPE '{locale}'",
            sql::identifier(name)
        );
        match session.run(&statement).await {
            Ok(_) => return Ok(true),
            Err(failure) => match failure.code() {
                Some("42P04" | "23505") => return Ok(false),
                Some("42809" | "22023") => refusal = Some(failure), // no such locale here
                _ => return Err(cannot_create(session, name, failure)),
            },
        }
    }
    Err(refusal.map_or_else(
        || Error::bug("no locale was tried"),
        |failure| {
            cannot_create(session, name, failure).hint(format!(
                "the server has none of the locales {}: install one and run again",
                LOCALES.join(", ")
            ))
        },
    ))
}

fn cannot_create(session: &Session, name: &str, failure: Failure) -> Error {
    if failure.code() != Some("42501") {
        return failure.while_doing(&format!("creating database {name}"));
    }
    let user = session.target().user.as_deref();
    let user = user.map_or_else(|| "ROLE".to_owned(), sql::identifier);
    Error::new(
        ErrorKind::Migration,
        format!("the role may not create database {name}: {failure}"),
    )
    .sqlstate("42501")
    .hint(format!(
        "as a superuser: ALTER ROLE {user} CREATEDB, or CREATE DATABASE {} OWNER {user} \
         TEMPLATE template0 LC_CTYPE 'C.UTF-8'",
        sql::identifier(name)
    ))
}

async fn in_use(session: &Session, name: &str) -> Error {
    let query = format!(
        "SELECT format('pid %s (%s), user %s, %s', pid, coalesce(nullif(application_name, ''), \
         'unnamed'), usename, coalesce(state, 'state unknown')) FROM pg_stat_activity \
         WHERE datname = {} ORDER BY pid LIMIT 10",
        sql::literal(name)
    );
    let users = session.read(&query).await.unwrap_or_default();
    let lines = users.iter().filter_map(|row| row.get(0)).map(str::to_owned);
    Error::new(ErrorKind::Refused, format!("database {name} is in use"))
        .details(lines)
        .hint("close these connections, or disconnect them with --force")
}
