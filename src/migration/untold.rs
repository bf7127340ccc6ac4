//! What an undo takes away without a word of it in its text: by DROP SCHEMA or CASCADE, in a DO block, under
//! another search_path, by DELETE, or by a name that the table has again only since a later migration was
//! undone. Its transaction looks before it commits, at the tables that it holds a lock on.

use tokio_postgres::SimpleQueryRow;

use super::loss::{Going, counting};
use crate::error::Result;
use crate::postgres::{Failure, Session, sql};
use crate::report::Fate;
use crate::sql_text::Relation;

/// Marks the error of a transaction that took more than it told.
const GOES: &str = "hangmeas saw go: ";

/// The tables that were there before, and what of them may go.
pub(super) struct Untold {
    /// An array of oids, as text.
    tables: String,
    /// An array of their files' numbers, in the same order.
    files: String,
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
               SELECT c.oid, c.relfilenode FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' \
                  AND n.nspname NOT IN ('information_schema', 'hangmeas')) \
             SELECT (SELECT array_agg(oid ORDER BY oid) FROM tables), \
                    (SELECT array_agg(relfilenode ORDER BY oid) FROM tables), \
                    (SELECT string_agg(attrelid || '.' || attnum, ' ') FROM pg_attribute \
                      WHERE attisdropped AND attrelid IN (SELECT oid FROM tables))";
        let rows = session.read(query).await;
        let rows = rows.map_err(|failure| failure.while_doing("looking which tables there are"))?;
        let cell = |index| rows.first().and_then(|row| row.get(index));
        let mut known = told;
        known.extend(cell(2).iter().flat_map(|text| words(text)));
        Ok(Self {
            tables: cell(0).unwrap_or("{}").to_owned(),
            files: cell(1).unwrap_or("{}").to_owned(),
            known,
        })
    }

    /// The statement that fails when anything else went: whole tables, columns, rows that were deleted, and
    /// tables that were emptied by another file in the place of theirs.
    pub fn check(&self) -> String {
        format!(
            "SELECT CASE WHEN gone IS NOT NULL THEN ({} || gone)::int END FROM ( \
               WITH touched AS MATERIALIZED ( \
                 SELECT DISTINCT was.oid, was.file FROM pg_locks l \
                   JOIN unnest('{}'::oid[], '{}'::oid[]) was (oid, file) ON was.oid = l.relation \
                  WHERE l.locktype = 'relation' AND l.pid = pg_backend_pid() \
                    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) \
               SELECT string_agg(key || rows, ' ') AS gone FROM ( \
                 SELECT oid::text AS key, '' AS rows FROM touched \
                  WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = touched.oid) \
                 UNION ALL \
                 SELECT attrelid || '.' || attnum, '' FROM pg_attribute \
                   JOIN touched ON touched.oid = attrelid WHERE attisdropped \
                 UNION ALL \
                 SELECT c.oid || '-', coalesce(':' || nullif(deleted, 0), '') \
                   FROM touched JOIN pg_class c ON c.oid = touched.oid, \
                        pg_stat_get_xact_tuples_deleted(c.oid) deleted \
                  WHERE c.relkind = 'r' AND (deleted > 0 OR ( \
                        c.relfilenode <> touched.file AND pg_relation_size(c.oid) = 0))) went \
                WHERE key <> ALL (string_to_array('{}', ' '))) untold",
            sql::literal(GOES),
            self.tables,
            self.files,
            self.known.join(" ")
        )
    }

    /// What may go.
    pub fn known(&self) -> &[String] {
        &self.known
    }

    /// Lets it go.
    pub fn allow(&mut self, keys: impl IntoIterator<Item = String>) {
        self.known.extend(keys);
    }
}

/// Something that went: its key, and how many rows where the server counted them.
pub(super) struct Gone {
    pub key: String,
    rows: Option<u64>,
}

/// What went, if that is why the transaction failed.
pub(super) fn gone(failure: &Failure) -> Option<Vec<Gone>> {
    let (_, told) = failure.refusal()?.message().split_once(GOES)?;
    let digits = |c: char| c.is_ascii_digit() || ".-: ".contains(c);
    let end = told.find(|c| !digits(c)).unwrap_or(told.len());
    let gone = |word: String| match word.split_once(':') {
        Some((key, rows)) => Gone {
            key: key.to_owned(),
            rows: rows.parse().ok(),
        },
        None => Gone {
            key: word,
            rows: None,
        },
    };
    Some(words(&told[..end]).map(gone).collect())
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_ascii_whitespace().map(str::to_owned)
}

/// The names behind the keys.
///
/// # Errors
/// A lost connection.
pub(super) async fn named(session: &Session, version: i32, gone: &[Gone]) -> Result<Vec<Going>> {
    let keys: Vec<&str> = gone.iter().map(|gone| gone.key.as_str()).collect();
    let query = format!(
        "SELECT CASE WHEN NOT pg_table_is_visible(c.oid) THEN n.nspname END, c.relname, a.attname, key \
           FROM unnest(string_to_array('{}', ' ')) key \
           JOIN pg_class c ON c.oid = split_part(rtrim(key, '-'), '.', 1)::oid \
           JOIN pg_namespace n ON n.oid = c.relnamespace \
           LEFT JOIN pg_attribute a ON a.attrelid = c.oid \
                AND a.attnum = nullif(split_part(key, '.', 2), '')::int",
        keys.join(" ")
    );
    let rows = session.read(&query).await.map_err(counting)?;
    let going = |row: &SimpleQueryRow| {
        let key = row.get(3).unwrap_or_default();
        Going {
            version,
            table: Relation {
                schema: row.get(0).map(str::to_owned),
                name: row.get(1).unwrap_or_default().to_owned(),
            },
            column: row.get(2).map(str::to_owned),
            fate: match key.ends_with('-') {
                true => Fate::Deleted,
                false => Fate::Dropped,
            },
            rows: gone
                .iter()
                .find(|gone| gone.key == key)
                .and_then(|gone| gone.rows),
        }
    };
    Ok(rows.iter().map(going).collect())
}
