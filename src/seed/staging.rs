//! Large tables on which nothing hangs are filled apart, by several connections at once: as copies of
//! the same shape in a schema of their own, each committed when it is done. The run's one transaction
//! then puts them in the place of the empty ones, so that whoever looks sees all or nothing. A run
//! that was killed leaves that schema and nothing else; the next one, or `db migrate`, removes it.

use serde::Serialize;

use super::bare::Dropped;
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::sql::{identifier, literal};
use crate::postgres::{Rows, Session};
use crate::seed::failed;

/// The schema of the copies.
pub const SCHEMA: &str = "hangmeas_seed";
/// Its comment, by which it is known to be ours.
const MARK: &str = "Copies of tables that hangmeas db seed is filling.";
/// The advisory lock of a run, for as long as its transaction: whoever gets it knows that no copy is
/// in use.
const LOCK: i64 = 1_750_322_942;

const STAGEABLE: &str = include_str!("queries/stageable.sql");

/// A table that is filled apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Apart {
    /// Its name.
    pub table: String,
    /// Its schema, quoted.
    #[serde(skip)]
    home: String,
    /// Its name with its schema, quoted.
    #[serde(skip)]
    qualified: String,
    /// Name and definition of the index of its primary key.
    #[serde(skip)]
    primary: Option<(String, String)>,
    /// Sequences that belong to it, each with its column.
    #[serde(skip)]
    sequences: Vec<(String, String)>,
    /// What else a copy lacks.
    #[serde(skip)]
    rest: Vec<String>,
    /// Number of its other indexes and its foreign keys.
    #[serde(skip)]
    parts: usize,
}

impl Apart {
    /// The quoted name of the copy.
    #[must_use]
    pub fn copy(&self) -> String {
        format!("{SCHEMA}.{}", identifier(&self.table))
    }

    fn create(&self) -> String {
        // Autovacuum would keep indexes from being built.
        format!(
            "CREATE TABLE {} (LIKE {} INCLUDING ALL EXCLUDING INDEXES) WITH (autovacuum_enabled = false)",
            self.copy(),
            self.qualified
        )
    }

    /// What builds the copy's indexes: their names, and the statements.
    ///
    /// # Errors
    /// None that a user could bring about.
    pub fn indexes(&self, dropped: &[Dropped]) -> Result<Vec<(String, String)>> {
        let others = dropped
            .iter()
            .filter(|one| one.table == self.table && !one.key);
        let others = others.map(|one| (&one.name, &one.definition));
        let primary = self
            .primary
            .iter()
            .map(|(name, definition)| (name, definition));
        let on = |table: &str| format!(" ON {table} USING ");
        let (here, there) = (on(&self.qualified), on(&self.copy()));
        let all = primary.chain(others).map(|(name, definition)| {
            if definition.contains(&here) {
                Ok((name.clone(), definition.replacen(&here, &there, 1)))
            } else {
                Err(Error::bug(format!(
                    "an index that is not on {here}: {definition}"
                )))
            }
        });
        all.collect()
    }

    /// Statements that put the filled copy in the place of the empty table, but for foreign keys.
    fn settle(&self) -> Vec<String> {
        let (table, copy) = (&self.qualified, self.copy());
        let mut script = Vec::new();
        for (sequence, _) in &self.sequences {
            script.push(format!("ALTER SEQUENCE {sequence} OWNED BY NONE"));
        }
        script.push(format!("DROP TABLE {table}"));
        script.push(format!("ALTER TABLE {copy} RESET (autovacuum_enabled)"));
        script.push(format!("ALTER TABLE {copy} SET SCHEMA {}", self.home));
        for (sequence, column) in &self.sequences {
            let column = identifier(column);
            script.push(format!(
                "ALTER SEQUENCE {sequence} OWNED BY {table}.{column}"
            ));
        }
        if let Some((name, _)) = &self.primary {
            let name = identifier(name);
            script.push(format!(
                "ALTER TABLE {table} ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {name}"
            ));
        }
        script.extend(self.rest.iter().cloned());
        script
    }
}

/// Which of these tables can be filled apart: empty ones on which nothing hangs, with nothing that a
/// copy would lose. `rows` is what to select from, to see the rows of a table that stay.
///
/// # Errors
/// The server's refusal.
pub async fn stageable(
    session: &Session,
    tables: &[&str],
    (dropped, rows): (&[Dropped], impl Fn(&str) -> String),
) -> Result<Vec<Apart>> {
    let mut all = replaceable(session, tables).await?;
    all.retain(|apart| {
        apart.parts
            == dropped
                .iter()
                .filter(|one| one.table == apart.table)
                .count()
    });
    only_empty(session, all, rows).await
}

/// Which of these tables can be replaced by a copy, with all that the copy lacks.
async fn replaceable(session: &Session, tables: &[&str]) -> Result<Vec<Apart>> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let list: Vec<String> = tables
        .iter()
        .map(|table| format!("({})", literal(table)))
        .collect();
    let found = session
        .run(&STAGEABLE.replace("/* tables */", &list.join(", ")))
        .await;
    let found = found.map_err(|failure| failed(failure, "looking what can be filled apart"))?;
    let mut all: Vec<Apart> = Vec::new();
    for row in &found {
        let text = |column| row.get(column).unwrap_or_default().to_owned();
        let (name, more) = (text("name"), text("text"));
        match (text("kind").as_str(), all.last_mut()) {
            ("table", _) => all.push(Apart {
                table: text("table_name"),
                qualified: name,
                parts: more.parse().unwrap_or(usize::MAX),
                ..Apart::default()
            }),
            ("home", Some(apart)) => apart.home = name,
            ("primary", Some(apart)) => apart.primary = Some((name, more)),
            ("sequence", Some(apart)) => apart.sequences.push((name, more)),
            ("comment", Some(apart)) => apart.rest.push(format!(
                "COMMENT ON TABLE {} IS {}",
                apart.qualified,
                literal(&more)
            )),
            ("grant", Some(apart)) => apart.rest.push(more),
            _ => return Err(Error::bug("a part of no table")),
        }
    }
    Ok(all)
}

async fn only_empty(
    session: &Session,
    mut all: Vec<Apart>,
    rows: impl Fn(&str) -> String,
) -> Result<Vec<Apart>> {
    if all.is_empty() {
        return Ok(all);
    }
    let looks = all.iter().map(|apart| {
        format!(
            "SELECT {} WHERE EXISTS (SELECT FROM {})",
            literal(&apart.table),
            rows(&apart.table)
        )
    });
    let looks: Vec<String> = looks.collect();
    let rows = session.run(&looks.join(" UNION ALL ")).await;
    let rows = rows.map_err(|failure| failed(failure, "looking which tables are empty"))?;
    let filled: Vec<&str> = rows.iter().filter_map(|row| row.get(0)).collect();
    all.retain(|apart| !filled.contains(&apart.table.as_str()));
    Ok(all)
}

/// SQL that takes the lock of a run.
#[must_use]
pub fn hold() -> String {
    format!("SELECT pg_advisory_xact_lock({LOCK})")
}

/// Whether the schema is there, and ours: a schema of the same name may be somebody else's.
fn look() -> String {
    format!(
        "SELECT obj_description(oid, 'pg_namespace') IS NOT DISTINCT FROM '{MARK}' \
         FROM pg_namespace WHERE nspname = '{SCHEMA}'"
    )
}

fn is_ours(rows: &Rows) -> bool {
    rows.first().and_then(|row| row.get(0)) == Some("t")
}

/// Whether the name of the copies' schema is taken by somebody else.
///
/// # Errors
/// The server's refusal.
pub async fn is_taken(session: &Session) -> Result<bool> {
    let rows = session.run(&look()).await;
    let rows = rows.map_err(|failure| failed(failure, "looking for the schema of the copies"))?;
    Ok(!rows.is_empty() && !is_ours(&rows))
}

/// Makes the empty copies, and commits them. Those that are there were left by a run that was killed
/// while this one waited for its lock.
///
/// # Errors
/// The server's refusal.
pub async fn create(session: &Session, all: &[Apart], limits: &str) -> Result<()> {
    let tables: Vec<String> = all.iter().map(Apart::create).collect();
    // Who waits to change one of the tables waits for this run, and would be waited for.
    let script = format!(
        "BEGIN; {limits}; SET LOCAL lock_timeout = '10s'; SET LOCAL client_min_messages = warning; \
         DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}; \
         COMMENT ON SCHEMA {SCHEMA} IS '{MARK}';\n{};\nCOMMIT",
        tables.join(";\n")
    );
    let done = session.run(&script).await;
    done.map(drop)
        .map_err(|failure| failed(failure, &format!("making tables in the schema {SCHEMA}")))
}

/// Keeps everybody out of the tables until the end of the transaction.
///
/// # Errors
/// The server's refusal.
pub async fn lock(session: &Session, all: &[Apart]) -> Result<()> {
    let names: Vec<&str> = all.iter().map(|apart| apart.qualified.as_str()).collect();
    let script = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names.join(", "));
    let done = session.run(&script).await;
    done.map(drop)
        .map_err(|failure| failed(failure, "locking the tables that are filled apart"))
}

/// Puts the copies in the place of the empty tables, in the transaction of the session, with the
/// privileges that these have by now: GRANT waits for no lock.
///
/// # Errors
/// The server's refusal; a table that can no longer be replaced.
pub async fn settle(session: &Session, all: &[Apart]) -> Result<()> {
    let names: Vec<&str> = all.iter().map(|apart| apart.table.as_str()).collect();
    let now = replaceable(session, &names).await?;
    let lost = |name: &&&str| now.iter().all(|apart| apart.table != **name);
    if let Some(changed) = names.iter().find(lost) {
        return Err(Error::new(
            ErrorKind::Seed,
            format!("{changed} was changed while its rows were written elsewhere"),
        )
        .detail("a privilege on a column, a publication or the like, which a copy of it would lose")
        .hint("nothing was written; run the same command again"));
    }
    let script: Vec<String> = now.iter().flat_map(Apart::settle).collect();
    let script = format!("{};\nDROP SCHEMA {SCHEMA}", script.join(";\n"));
    let done = session.run(&script).await;
    done.map(drop)
        .map_err(|failure| failed(failure, "putting filled tables in place"))
}

/// Removes the copies that a run left which was killed; those of a run under way stay. Whether there
/// was anything to remove.
///
/// # Errors
/// The server's refusal.
pub async fn clear(session: &Session) -> Result<bool> {
    let what = format!("removing the schema {SCHEMA}");
    let tidy = async |script: &str| {
        let done = session.tidy(script).await;
        done.map_err(|failure| failed(failure, &what))
    };
    if !is_ours(&tidy(&look()).await?) {
        return Ok(false);
    }
    // The server may need a moment to notice that a killed run is gone.
    let script = format!(
        "DO $$ BEGIN IF pg_try_advisory_xact_lock({LOCK}) \
         THEN SET LOCAL lock_timeout = '10s'; SET LOCAL client_min_messages = warning; \
         DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; END IF; END $$; {}",
        look()
    );
    Ok(!is_ours(&tidy(&script).await?))
}
