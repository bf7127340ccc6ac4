//! Rails beside hangmeas: the application's own copies of the guide's migrations, by the names of
//! their files, and Rails' table of versions.
//!
//! What Rails applied, hangmeas compares with the expected schema and adopts; what hangmeas applies,
//! it writes down for Rails if that is wanted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::history::History;
use super::source::Source;
use crate::catalog::{self, Difference};
use crate::error::{Error, ErrorKind, Result};
use crate::postgres::{Session, sql};

/// The guide's migrations by Rails' file name, and the versions that do the same here.
const GUIDE: [(&str, &[i32]); 8] = [
    ("add_hangmeas_user_fields", &[2, 3]),
    ("create_xfactor_voting", &[4]),
    ("enhance_store_credits", &[5, 6, 7, 8]),
    ("create_subscriptions", &[9]),
    ("enhance_events_system", &[10, 11]),
    ("create_supporting_tables", &[12]),
    ("create_database_views", &[13]),
    ("add_performance_indexes", &[14, 15]),
];

/// How many differences an error shows.
const DIFFERENCES_SHOWN: usize = 12;

/// The table by Rails' shape, not dbmate's or golang-migrate's, which bears the same name.
const TABLE: &str = "\
SELECT quote_ident(n.nspname) || '.schema_migrations' FROM pg_class c \
JOIN pg_namespace n ON n.oid = c.relnamespace \
WHERE c.oid = to_regclass('schema_migrations') AND (SELECT array_agg(a.attname || ' ' || \
format_type(a.atttypid, NULL)) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 \
AND NOT a.attisdropped) = '{version character varying}'";

/// What the application's folder says.
#[derive(Debug, Clone, Default)]
pub struct Rails {
    /// Rails' version by the guide's name.
    versions: BTreeMap<String, String>,
    record: bool,
}

/// Rails' table in one database.
#[derive(Debug, Clone, Default)]
pub(super) struct RailsTable {
    /// Its quoted name, when there is one of Rails' shape.
    name: Option<String>,
    /// The versions in it.
    versions: BTreeSet<String>,
}

impl Rails {
    /// Reads the file names of the application's `db/migrate`. `record`: applied versions are to be
    /// written into Rails' table.
    ///
    /// # Errors
    /// A folder that cannot be read, or two files of one name.
    pub fn load(dir: &Path, record: bool) -> Result<Self> {
        let unreadable = |error: std::io::Error| {
            Error::configuration(format!("{} cannot be read: {error}", dir.display()))
                .hint("[rails] dir names the application's db/migrate")
        };
        let mut versions = BTreeMap::new();
        for entry in fs::read_dir(dir).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.file_name();
            let file = file.to_string_lossy();
            let Some((version, name)) = parts(&file) else {
                continue;
            };
            if let Some(other) = versions.insert(name.to_owned(), version.to_owned()) {
                return Err(Error::configuration(format!(
                    "{} has {name} twice: {other} and {version}",
                    dir.display()
                )));
            }
        }
        Ok(Self { versions, record })
    }

    /// Whether Rails' table matters.
    pub(super) fn is_there(&self) -> bool {
        self.record || !self.versions.is_empty()
    }

    /// What stands in the way of writing versions down, in sentences; nothing when that is not
    /// wanted.
    pub(super) fn obstacles(&self, table: &RailsTable) -> Vec<String> {
        if !self.record {
            return Vec::new();
        }
        if table.name.is_none() {
            return vec![
                "no table schema_migrations of Rails' shape: versions are not recorded".to_owned(),
            ];
        }
        let missing = GUIDE
            .iter()
            .filter(|(name, _)| !self.versions.contains_key(*name));
        missing
            .map(|(name, _)| format!("no file *_{name}.rb: its version is not recorded for Rails"))
            .collect()
    }

    /// Rails' version that is complete with `ours`, if the application has it.
    fn complete_with(&self, ours: i32) -> Option<&str> {
        let (name, _) = GUIDE.iter().find(|(_, list)| list.last() == Some(&ours))?;
        self.versions.get(*name).map(String::as_str)
    }

    /// SQL that tells Rails about an applied version, for the migration's own transaction.
    pub(super) fn record(&self, table: &RailsTable, ours: i32) -> Option<String> {
        let (table, version) = (table.name.as_ref()?, self.complete_with(ours)?);
        self.record.then(|| {
            let version = sql::literal(version);
            format!("INSERT INTO {table} (version) VALUES ({version}) ON CONFLICT DO NOTHING")
        })
    }

    /// SQL that tells Rails about an undone version, for the undo's own transaction.
    pub(super) fn forget(&self, table: &RailsTable, ours: i32) -> Option<String> {
        let (table, version) = (table.name.as_ref()?, self.complete_with(ours)?);
        self.record.then(|| {
            format!(
                "DELETE FROM {table} WHERE version = {}",
                sql::literal(version)
            )
        })
    }

    /// After the undo of a version: what Rails goes on taking for applied, because it is not ours to
    /// delete; a sentence.
    pub(super) fn left_applied(&self, table: &RailsTable, ours: i32) -> Option<String> {
        let (name, version) = (table.name.as_ref()?, self.complete_with(ours)?);
        (!self.record && table.versions.contains(version)).then(|| {
            format!(
                "Rails takes {version} for applied as before; if that is not meant, before the next \
                 run: DELETE FROM {name} WHERE version = {}",
                sql::literal(version)
            )
        })
    }

    /// The pending versions whose work Rails has done already, all of them compared.
    ///
    /// # Errors
    /// What Rails made differs from what must be there, or has a gap.
    pub(super) async fn adoptable(
        &self,
        session: &Session,
        table: &RailsTable,
        history: &History,
    ) -> Result<Vec<i32>> {
        let applied = |name: &str| {
            let version = self.versions.get(name);
            version.is_some_and(|version| table.versions.contains(version))
        };
        let pending = GUIDE
            .iter()
            .filter(|(_, ours)| ours.iter().all(|version| history.get(*version).is_none()));
        let (done, open): (Vec<_>, Vec<_>) = pending.partition(|(name, _)| applied(name));
        let Some(last) = done.iter().flat_map(|(_, ours)| ours.iter()).max().copied() else {
            return Ok(Vec::new());
        };
        if let Some((name, _)) = open.iter().find(|(_, ours)| ours.iter().any(|v| *v < last)) {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("Rails applied some of the guide's migrations, but not {name}, which comes before"),
            )
            .hint_command("finish them in Rails, then run again", "rails db:migrate"));
        }
        let live = catalog::read(session).await?;
        let up_to = u32::try_from(last).unwrap_or_default();
        let found = catalog::verify(&live, Some(up_to));
        let differences: Vec<&Difference> = found.roots().collect();
        if differences.is_empty() {
            Ok(done
                .iter()
                .flat_map(|(_, ours)| ours.iter().copied())
                .collect())
        } else {
            Err(differs(&differences))
        }
    }
}

impl RailsTable {
    /// Reads it in two short reads; nothing when there is none of Rails' shape.
    pub async fn read(session: &Session) -> Result<Self> {
        let doing =
            |failure: crate::postgres::Failure| failure.while_doing("reading schema_migrations");
        let rows = session.read(TABLE).await.map_err(doing)?;
        let Some(name) = rows.first().and_then(|row| row.get(0)).map(str::to_owned) else {
            return Ok(Self::default());
        };
        let rows = session
            .read(&format!("SELECT version FROM {name}"))
            .await
            .map_err(doing)?;
        let versions = rows.iter().filter_map(|row| row.get(0).map(str::to_owned));
        Ok(Self {
            versions: versions.collect(),
            name: Some(name),
        })
    }
}

/// The names of everything that the versions make, one a line: V0001 then does not take them for
/// somebody else's.
pub(super) fn adopted_names(source: &Source, versions: &[i32]) -> String {
    if versions.is_empty() || !source.bundled() {
        return String::new();
    }
    let mut names = BTreeSet::new();
    for (key, since) in &catalog::expected().since {
        if !i32::try_from(*since).is_ok_and(|since| versions.contains(&since)) {
            continue;
        }
        for kind in [
            "column ",
            "table ",
            "view ",
            "materialized view ",
            "sequence ",
            "function ",
        ] {
            if let Some(name) = key.strip_prefix(kind) {
                names.insert(name.split('(').next().unwrap_or(name).to_owned());
            }
        }
        for kind in ["index ", "primary key "] {
            if let Some((_, name)) = key.strip_prefix(kind).and_then(|path| path.split_once('.')) {
                names.insert(name.to_owned());
            }
        }
    }
    names.into_iter().collect::<Vec<_>>().join("\n")
}

/// `20240101000000_add_hangmeas_user_fields.rb`, if it is one of the guide's.
fn parts(file: &str) -> Option<(&str, &str)> {
    let (version, name) = file.strip_suffix(".rb")?.split_once('_')?;
    let digits = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let known = GUIDE.iter().any(|(known, _)| *known == name);
    (digits && known).then_some((version, name))
}

fn differs(differences: &[&Difference]) -> Error {
    let shown = differences.iter().take(DIFFERENCES_SHOWN);
    let mut error = Error::new(
        ErrorKind::Migration,
        format!(
            "Rails applied the guide's migrations here, but the schema differs from what hangmeas \
             expects in {} places",
            differences.len()
        ),
    )
    .details(shown.map(ToString::to_string));
    if differences.len() > DIFFERENCES_SHOWN {
        error = error.detail(format!(
            "… and {} more",
            differences.len() - DIFFERENCES_SHOWN
        ));
    }
    error
        .hint("bring the schema there with a Rails migration, then run again")
        .hint_command(
            "all differences, and the SQL that mends them",
            "hangmeas db drift --sql",
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_guides_files_by_name() {
        assert_eq!(
            parts("20240115093000_create_xfactor_voting.rb"),
            Some(("20240115093000", "create_xfactor_voting"))
        );
        assert_eq!(parts("20240115093000_create_posts.rb"), None);
        assert_eq!(parts("create_xfactor_voting.rb"), None);
        assert_eq!(parts("2024_create_xfactor_voting.sql"), None);
    }

    #[test]
    fn the_guide_covers_the_bundled_files_without_gap() {
        let versions: Vec<i32> = GUIDE
            .iter()
            .flat_map(|(_, ours)| ours.iter().copied())
            .collect();
        assert_eq!(versions, (2..=15).collect::<Vec<_>>());
    }

    #[test]
    fn records_a_version_with_the_last_of_its_files() {
        let dir = tempfile::tempdir().expect("folder");
        fs::write(
            dir.path()
                .join("20240101000000_add_hangmeas_user_fields.rb"),
            "",
        )
        .expect("file");
        let table = RailsTable {
            name: Some("public.schema_migrations".to_owned()),
            ..RailsTable::default()
        };
        let rails = Rails::load(dir.path(), true).expect("rails");
        assert_eq!(rails.record(&table, 2), None);
        assert!(
            rails
                .record(&table, 3)
                .expect("sql")
                .contains("'20240101000000'")
        );
        assert!(rails.forget(&table, 3).expect("sql").starts_with("DELETE"));
        assert_eq!(rails.record(&RailsTable::default(), 3), None);
        let silent = Rails::load(dir.path(), false).expect("rails");
        assert_eq!(silent.record(&table, 3), None);
    }

    #[test]
    fn adopted_names_are_those_of_the_versions() {
        let source = Source::beside(true).expect("bundled");
        let names = adopted_names(&source, &[4]);
        let has = |name: &str| names.lines().any(|line| line == name);
        assert!(has("xfactor_votes") && has("xfactor_votes_pkey") && has("xfactor_votes_id_seq"));
        assert!(has("index_xfactor_votes_on_user_id") && !has("wallet_transactions"));
        assert_eq!(adopted_names(&source, &[]), "");
    }
}
