//! The moment in which a restored database gets its name: what is in the way, and the one transaction
//! that puts the new in the place of the old.

use std::time::Duration;

use super::compare::Difference;
use super::facts::{self, run};
use super::manifest::{Manifest, Setting};
use super::restore::RestoreRequest;
use super::scratch::{self, Scratch};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::sql::{identifier, literal};
use crate::postgres::{Interrupt, Session};

/// How often the swap is tried while sessions come and go.
const TRIES: u32 = 5;

/// What bears the name now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occupied {
    /// Nothing.
    No,
    /// A database without any object.
    Empty,
    /// A database with something in it.
    Full,
}

const OBJECTS: &str = include_str!("queries/emptiness.sql");

/// Looks at what is in the way, and refuses before any work is done.
pub(super) async fn look(
    session: &Session,
    request: &RestoreRequest,
    interrupt: &Interrupt,
) -> Result<Occupied> {
    let name = &request.target.database;
    if session.target().database == *name {
        return Err(
            Error::refused(format!("{name} is the server's own database"))
                .hint("name another with --into"),
        );
    }
    if !facts::database_exists(session, name).await? {
        return Ok(Occupied::No);
    }
    let inside = Session::open(&request.target, interrupt).await?;
    let rows = run(&inside, OBJECTS, "looking whether the database is empty").await?;
    let row = rows.first();
    let count = row.and_then(|row| row.get(0)).unwrap_or_default();
    let own_process = row.and_then(|row| row.get(1)).unwrap_or_default();
    drop(inside);
    if count == "0" {
        return Ok(Occupied::Empty);
    }
    if !request.replace {
        let dir = request.store.dir().display();
        let restore = format!("hangmeas db restore {} --dir '{dir}'", request.name);
        return Err(Error::refused(format!(
            "database {name} is not empty: it has {count} objects"
        ))
        .hint_command(
            "restore into a database of its own",
            format!("{restore} --into '{name}_restored'"),
        )
        .hint_command(
            "or put the backup in its place",
            format!("{restore} --into '{name}' --replace"),
        ));
    }
    if !request.disconnect {
        refuse_sessions(session, name, own_process).await?;
    }
    Ok(Occupied::Full)
}

/// Names those who are connected: a database in use cannot be renamed. Our own session there may still
/// be on its way out.
async fn refuse_sessions(session: &Session, database: &str, own_process: &str) -> Result<()> {
    let script = format!(
        "SELECT format('%s (process %s, user %s)', coalesce(nullif(application_name, ''), 'a client'), pid, usename) \
           FROM pg_stat_activity \
          WHERE datname = {} AND backend_type = 'client backend' AND pid <> {} ORDER BY pid LIMIT 10",
        literal(database),
        literal(own_process)
    );
    let rows = run(session, &script, "looking for sessions").await?;
    if rows.is_empty() {
        return Ok(());
    }
    let lines = rows.iter().filter_map(|row| row.get(0).map(str::to_owned));
    Err(Error::refused(format!(
        "others are connected to {database}, so it cannot be replaced"
    ))
    .details(lines)
    .hint("stop the application first, or let hangmeas end these sessions with --disconnect"))
}

/// Gives the database beside the owner, settings and privileges that the original had. What the role
/// may not set is told, and no reason to stop.
pub(super) async fn set_properties(
    session: &Session,
    side: &Scratch,
    manifest: &Manifest,
    owners: bool,
) -> Result<Vec<Difference>> {
    let name = identifier(&side.name);
    let facts = &manifest.database;
    let mut scripts: Vec<(String, String)> = Vec::new();
    for setting in &facts.settings {
        scripts.push((format!("setting {}", setting.name), set(&name, setting)));
    }
    if owners {
        if let Some(grants) = &facts.grants {
            let revoke = format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC");
            scripts.push(("privileges".to_owned(), revoke));
            for grant in grants {
                let role = grant
                    .role
                    .as_deref()
                    .map_or("PUBLIC".to_owned(), identifier);
                let option = if grant.grantable {
                    " WITH GRANT OPTION"
                } else {
                    ""
                };
                let script = format!(
                    "GRANT {} ON DATABASE {name} TO {role}{option}",
                    grant.privilege
                );
                scripts.push((format!("privileges of {role}"), script));
            }
        }
        let owner = format!(
            "ALTER DATABASE {name} OWNER TO {}",
            identifier(&facts.owner)
        );
        scripts.push(("owner".to_owned(), owner));
    }
    let mut remarks = Vec::new();
    for (object, script) in scripts {
        if let Err(failure) = session.run(&script).await {
            if failure.is_lost() {
                return Err(super::backup_error(
                    failure,
                    "setting the database's properties",
                ));
            }
            remarks.push(Difference {
                object,
                what: format!("could not be set: {failure}"),
            });
        }
    }
    Ok(remarks)
}

/// Lists of names are stored with their quotes and must not get others around them.
fn set(database: &str, setting: &Setting) -> String {
    const LISTS: [&str; 4] = [
        "search_path",
        "temp_tablespaces",
        "local_preload_libraries",
        "session_preload_libraries",
    ];
    let value = if LISTS.contains(&setting.name.as_str()) && !setting.value.is_empty() {
        setting.value.clone()
    } else {
        literal(&setting.value)
    };
    let name: Vec<_> = setting.name.split('.').map(identifier).collect();
    let name = name.join(".");
    match &setting.role {
        None => format!("ALTER DATABASE {database} SET {name} TO {value}"),
        Some(role) => {
            let role = identifier(role);
            format!("ALTER ROLE {role} IN DATABASE {database} SET {name} TO {value}")
        }
    }
}

/// What goes where.
pub(super) struct Place<'a> {
    pub request: &'a RestoreRequest,
    pub manifest: &'a Manifest,
    /// The restored database.
    pub side: &'a Scratch,
    /// What bears the name now.
    pub occupied: Occupied,
    /// The name that it gets.
    pub old: &'a str,
}

impl Place<'_> {
    /// The one transaction. Comment and limit come only now: the comment was our mark, and the limit
    /// could have kept us out.
    fn script(&self) -> String {
        let facts = &self.manifest.database;
        let name = &self.request.target.database;
        let (from, to, away) = (
            identifier(&self.side.name),
            identifier(name),
            identifier(self.old),
        );
        let mut statements = vec!["BEGIN".to_owned()];
        if self.occupied != Occupied::No {
            if self.request.disconnect {
                statements.push(format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}",
                    literal(name)
                ));
            }
            statements.push(format!("ALTER DATABASE {to} RENAME TO {away}"));
            if !self.keeps_old() {
                statements.push(scratch::mark_replaced(self.old, &self.manifest.name));
            }
        }
        let comment = facts.comment.as_deref().map_or("NULL".to_owned(), literal);
        statements.push(format!("ALTER DATABASE {from} RENAME TO {to}"));
        statements.push(format!("COMMENT ON DATABASE {to} IS {comment}"));
        let limit = facts.connection_limit;
        statements.push(format!("ALTER DATABASE {to} CONNECTION LIMIT {limit}"));
        statements.push("COMMIT".to_owned());
        statements.join("; ")
    }

    fn keeps_old(&self) -> bool {
        self.occupied == Occupied::Full && self.request.keep_old
    }
}

/// Puts the database beside in the place of the old one; the name under which the old one is kept.
pub(super) async fn swap(session: &Session, place: &Place<'_>) -> Result<Option<String>> {
    let name = &place.request.target.database;
    let script = place.script();
    let mut tries = 0;
    while let Err(failure) = session.run(&script).await {
        tries += 1;
        let in_use = failure.code() == Some("55006");
        if !failure.is_lost() {
            // Whatever it says: the session ends soon, and with it the transaction.
            let _ = session.tidy("ROLLBACK").await;
        }
        if !in_use || tries == TRIES {
            let error = super::backup_error(failure, "putting the restored database in its place");
            return Err(unswapped(error, name, place.side));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    if place.occupied == Occupied::No {
        return Ok(None);
    }
    if place.keeps_old() {
        return Ok(Some(place.old.to_owned()));
    }
    let script = format!("DROP DATABASE {}", identifier(place.old));
    let dropped = session.tidy(&script).await;
    dropped.map_err(|failure| failure.while_doing("dropping the replaced database"))?;
    Ok(None)
}

fn unswapped(error: Error, name: &str, side: &Scratch) -> Error {
    let kind = match error.kind() {
        ErrorKind::Connection | ErrorKind::Interrupted => error.kind(),
        _ => ErrorKind::Backup,
    };
    error
        .with_kind(kind)
        .detail(format!("{name} is untouched; the restored database is complete and named {}", side.name))
        .hint_command(
            "when nobody is connected, put it in place yourself",
            format!(
                "psql -d postgres -c 'ALTER DATABASE {} RENAME TO {}' -c 'ALTER DATABASE {} RENAME TO {}'",
                identifier(name),
                identifier(&format!("{name}_old")),
                identifier(&side.name),
                identifier(name)
            ),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_quoted_by_their_kind() {
        let setting = |role: Option<&str>, name: &str, value: &str| Setting {
            role: role.map(str::to_owned),
            name: name.to_owned(),
            value: value.to_owned(),
        };
        assert_eq!(
            set("\"d\"", &setting(None, "search_path", "shop, \"a b\"")),
            "ALTER DATABASE \"d\" SET \"search_path\" TO shop, \"a b\""
        );
        assert_eq!(
            set("\"d\"", &setting(Some("r"), "app.mode", "it's")),
            "ALTER ROLE \"r\" IN DATABASE \"d\" SET \"app\".\"mode\" TO 'it''s'"
        );
    }
}
