//! Reading a schema: one message, one REPEATABLE READ, READ ONLY transaction, one query per kind of object,
//! however large the schema is.

use serde::de::DeserializeOwned;
use tokio_postgres::SimpleQueryRow;

use super::expected::expected;
use super::model::{Catalog, Relation};
use crate::error::{Error, Result};
use crate::postgres::sql::identifier;
use crate::postgres::{Rows, Session};

/// One query per kind of object. Each answers rows of (kind, owner, name, body), the body as JSON.
const QUERIES: [&str; 9] = [
    include_str!("queries/relations.sql"),
    include_str!("queries/columns.sql"),
    include_str!("queries/constraints.sql"),
    include_str!("queries/indexes.sql"),
    include_str!("queries/triggers.sql"),
    include_str!("queries/functions.sql"),
    include_str!("queries/sequences.sql"),
    include_str!("queries/types.sql"),
    include_str!("queries/extensions.sql"),
];

/// Which schemas to read. `hangmeas`, `information_schema` and `pg_*` are always left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scope {
    /// Those on the session's search path.
    #[default]
    SearchPath,
    /// These, looked up in this order.
    Schemas(Vec<String>),
    /// Those on the session's search path, and where they lack relations that must be there, what may be these elsewhere.
    Expected,
}

/// Reads the schemas on the search path.
///
/// # Errors
/// When the server refuses or the connection breaks.
pub async fn read(session: &Session) -> Result<Catalog> {
    read_by(session, &Scope::SearchPath).await
}

/// Reads the schemas of a scope.
///
/// # Errors
/// When the server refuses or the connection breaks.
pub async fn read_by(session: &Session, scope: &Scope) -> Result<Catalog> {
    let script = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSET LOCAL jit = off;\n{}COMMIT",
        script(scope)
    );
    let rows = session
        .run(&script)
        .await
        .map_err(|failure| failure.while_doing("reading the schema"))?;
    decode(&rows)
}

/// The queries themselves, for a transaction that reads more than the schema. It belongs into a transaction,
/// because it may set the search path for the rest of it.
#[must_use]
pub fn script(scope: &Scope) -> String {
    let (before, candidates, after) = match scope {
        Scope::SearchPath => (String::new(), String::new(), ""),
        Scope::Schemas(names) => {
            let names: Vec<_> = names.iter().map(|name| identifier(name)).collect();
            let path = format!("SET LOCAL search_path TO {};\n", names.join(", "));
            (path, String::new(), "")
        }
        Scope::Expected => (
            String::new(),
            candidates(),
            "SELECT set_config('search_path', current_setting('hangmeas.path'), true);\n",
        ),
    };
    QUERIES.iter().fold(
        before + include_str!("queries/scope.sql") + &candidates,
        |script, query| script + query + "\n",
    ) + after
}

/// The query for what may be a missing relation, of those that must be there.
fn candidates() -> String {
    let expected = expected();
    let ours = expected.catalog.relations.iter();
    let (views, tables): (Vec<_>, Vec<_>) = ours.partition(|(_, relation)| relation.kind.is_view());
    let names = |names: &mut dyn Iterator<Item = &String>| {
        let mut names: Vec<&str> = names.map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        format!("'{{{}}}'", names.join(","))
    };
    let mut tables = tables
        .iter()
        .map(|(name, _)| *name)
        .chain(expected.base.keys());
    include_str!("queries/candidates.sql")
        .replace("{tables}", &names(&mut tables))
        .replace("{views}", &names(&mut views.iter().map(|(name, _)| *name)))
}

/// Builds the model from the rows of [`script`]; rows of other queries are left alone.
///
/// # Errors
/// A defect of hangmeas: an answer of another shape than its query promises.
pub fn decode(rows: &Rows) -> Result<Catalog> {
    let mut catalog = Catalog::default();
    for row in rows {
        if let Some(kind) = kind(row) {
            add(&mut catalog, kind, row)?;
        }
    }
    Ok(catalog)
}

/// The kind of object of a row of ours.
fn kind(row: &SimpleQueryRow) -> Option<&str> {
    let ours = ["kind", "owner", "name", "body"];
    let columns = row.columns();
    let same = columns.len() == ours.len()
        && columns
            .iter()
            .zip(ours)
            .all(|(column, name)| column.name() == name);
    if same { row.get(0) } else { None }
}

fn add(catalog: &mut Catalog, kind: &str, row: &SimpleQueryRow) -> Result<()> {
    let name = row.get(2).unwrap_or_default().to_owned();
    match kind {
        "schema" => catalog.schemas.push(name),
        "relation" => insert(&mut catalog.relations, name, row)?,
        "function" => insert(&mut catalog.functions, name, row)?,
        "sequence" => insert(&mut catalog.sequences, name, row)?,
        "type" => insert(&mut catalog.types, name, row)?,
        "candidate" => insert(&mut catalog.candidates, name, row)?,
        "extension" => insert(&mut catalog.extensions, name, row)?,
        // What belongs to a relation that was left out, because it is an extension's, is left out too.
        part => {
            if let Some(owner) = catalog.relations.get_mut(row.get(1).unwrap_or_default()) {
                add_part(owner, part, name, row)?;
            }
        }
    }
    Ok(())
}

fn add_part(owner: &mut Relation, kind: &str, name: String, row: &SimpleQueryRow) -> Result<()> {
    match kind {
        "column" => insert(&mut owner.columns, name, row),
        "constraint" => insert(&mut owner.constraints, name, row),
        "index" => insert(&mut owner.indexes, name, row),
        "trigger" => insert(&mut owner.triggers, name, row),
        other => Err(Error::bug(format!(
            "the catalog has no place for a `{other}`"
        ))),
    }
}

fn insert<T: DeserializeOwned>(
    place: &mut std::collections::BTreeMap<String, T>,
    name: String,
    row: &SimpleQueryRow,
) -> Result<()> {
    let body = row.get(3).unwrap_or_default();
    let object = serde_json::from_str(body).map_err(|error| {
        Error::bug(format!("the catalog's answer about {name} is unreadable"))
            .detail(body)
            .caused_by(error)
    })?;
    place.insert(name, object);
    Ok(())
}
