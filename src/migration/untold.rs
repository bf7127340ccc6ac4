//! What an undo drops without a word of it in its text: by DROP SCHEMA or CASCADE, in a DO block, under
//! another search_path, or by a name that the table has again only since a later migration was undone. Its
//! transaction looks before it commits.

use super::loss::{Going, counting};
use crate::error::Result;
use crate::postgres::{Failure, Session, sql};
use crate::sql_text::Relation;

/// Marks the error of a transaction that dropped more than it told.
const GOES: &str = "hangmeas saw go: ";

/// The tables that were there before, and what of them may go.
pub(super) struct Untold {
    /// An array of oids, as text.
    tables: String,
    /// Keys as those of [`super::loss::Loss`].
    known: Vec<String>,
}

impl Untold {
    /// Looks what there is; `told` may go.
    ///
    /// # Errors
    /// A lost connection.
    pub async fn look(session: &Session, told: Vec<String>) -> Result<Self> {
        let query = "WITH tables AS ( \
               SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' \
                  AND n.nspname NOT IN ('information_schema', 'hangmeas')) \
             SELECT (SELECT array_agg(oid) FROM tables), \
                    (SELECT string_agg(attrelid || '.' || attnum, ' ') FROM pg_attribute \
                      WHERE attisdropped AND attrelid IN (SELECT oid FROM tables))";
        let rows = session.read(query).await;
        let rows = rows.map_err(|failure| failure.while_doing("looking which tables there are"))?;
        let cell = |index| rows.first().and_then(|row| row.get(index));
        let mut known = told;
        known.extend(keys(cell(1).unwrap_or_default()));
        Ok(Self {
            tables: cell(0).unwrap_or("{}").to_owned(),
            known,
        })
    }

    /// The statement that fails when anything else went.
    pub fn check(&self) -> String {
        let tables = format!("'{}'::oid[]", self.tables);
        format!(
            "SELECT CASE WHEN gone IS NOT NULL THEN ({} || gone)::int END FROM ( \
               SELECT string_agg(key, ' ') AS gone FROM ( \
                 SELECT was::text AS key FROM unnest({tables}) was \
                  WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = was) \
                 UNION ALL \
                 SELECT attrelid || '.' || attnum FROM pg_attribute \
                  WHERE attisdropped AND attrelid = ANY ({tables})) went \
                WHERE key <> ALL (string_to_array('{}', ' '))) untold",
            sql::literal(GOES),
            self.known.join(" ")
        )
    }

    /// Lets it go.
    pub fn allow(&mut self, keys: Vec<String>) {
        self.known.extend(keys);
    }
}

/// The keys of what went, if that is why the transaction failed.
pub(super) fn gone(failure: &Failure) -> Option<Vec<String>> {
    let (_, told) = failure.refusal()?.message().split_once(GOES)?;
    let digits = |c: char| c.is_ascii_digit() || c == '.' || c == ' ';
    let end = told.find(|c| !digits(c)).unwrap_or(told.len());
    Some(keys(&told[..end]).collect())
}

fn keys(text: &str) -> impl Iterator<Item = String> {
    text.split_ascii_whitespace().map(str::to_owned)
}

/// The names behind the keys.
///
/// # Errors
/// A lost connection.
pub(super) async fn named(session: &Session, version: i32, keys: &[String]) -> Result<Vec<Going>> {
    let query = format!(
        "SELECT CASE WHEN NOT pg_table_is_visible(c.oid) THEN n.nspname END, c.relname, a.attname \
           FROM unnest(string_to_array('{}', ' ')) key \
           JOIN pg_class c ON c.oid = split_part(key, '.', 1)::oid \
           JOIN pg_namespace n ON n.oid = c.relnamespace \
           LEFT JOIN pg_attribute a ON a.attrelid = c.oid \
                AND a.attnum = nullif(split_part(key, '.', 2), '')::int",
        keys.join(" ")
    );
    let rows = session.read(&query).await.map_err(counting)?;
    let going = |row: &tokio_postgres::SimpleQueryRow| Going {
        version,
        table: Relation {
            schema: row.get(0).map(str::to_owned),
            name: row.get(1).unwrap_or_default().to_owned(),
        },
        column: row.get(2).map(str::to_owned),
    };
    Ok(rows.iter().map(going).collect())
}
