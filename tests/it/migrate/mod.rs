//! `db migrate`, `rollback`, `status`, `migration …` against real servers.

mod adoption;
mod ahead;
mod bases;
mod data;
mod dry_run;
mod history;
mod large;
mod own_files;
mod refusals;
mod sql_errors;

use std::fs;
use std::path::Path;

use hangmeas::catalog::{self, Catalog};

use crate::support::{Database, Output, block_on, command_as_server, hangmeas, server, skipped};

/// Runs `hangmeas …` on the database.
pub fn on(database: &Database<'_>, args: &[&str]) -> Output {
    hangmeas().url(database).args(args).run()
}

/// Runs it on the database, with the own migrations of a folder and no others.
pub fn on_folder(database: &Database<'_>, folder: &Path, args: &[&str]) -> Output {
    hangmeas()
        .url(database)
        .args(args)
        .arg("--no-bundled")
        .arg("--migrations-dir")
        .arg(folder)
        .run()
}

/// A folder with these files; names may have folders of their own.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        write(&dir, name, text);
    }
    dir
}

/// Writes a file into a folder.
pub fn write(dir: &tempfile::TempDir, name: &str, text: &str) {
    let path = dir.path().join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("its folder");
    fs::write(&path, text).expect("a file");
}

/// The schema of a database.
pub fn catalog(database: &Database<'_>) -> Catalog {
    block_on(async {
        let session = database.session().await;
        catalog::read(&session)
            .await
            .unwrap_or_else(|error| panic!("{error}: {:?}", error.detail_lines()))
    })
}

/// The schema equals what the migrations up to a version must have made.
#[track_caller]
pub fn verified(database: &Database<'_>, up_to: Option<u32>) {
    let found = catalog::verify(&catalog(database), up_to);
    assert!(found.differences.is_empty(), "{:#?}", found.differences);
}

/// Everything that a run could have touched, as lines: each row of the catalogs with the transaction
/// that wrote it, and the rows of schema hangmeas.
pub fn state(database: &Database<'_>) -> Vec<String> {
    let mut lines = database.query_text(
        "SELECT 'class', c.oid, relname, relkind, relfilenode, c.xmin
           FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname !~ '^pg_(toast|temp)'
         UNION ALL SELECT 'column', attrelid, attname, '', attnum, xmin FROM pg_attribute
                    WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace::regnamespace::text !~ '^pg_')
         UNION ALL SELECT 'constraint', oid, conname, contype, 0, xmin FROM pg_constraint
         UNION ALL SELECT 'function', oid, proname, '', 0, xmin FROM pg_proc
         UNION ALL SELECT 'schema', oid, nspname, '', 0, xmin FROM pg_namespace WHERE nspname !~ '^pg_'
         UNION ALL SELECT 'extension', oid, extname, '', 0, xmin FROM pg_extension
         ORDER BY 1, 2, 3",
    );
    if database.value("SELECT to_regclass('hangmeas.schema_history') IS NOT NULL") == "t" {
        lines.extend(history(database));
        lines.extend(database.query_text(
            "SELECT version, direction, ordinal, state FROM hangmeas.migration_journal ORDER BY 1, 2, 3",
        ));
    }
    lines
}

/// The rows of the history: `1|spree_base`.
pub fn history(database: &Database<'_>) -> Vec<String> {
    database.query_text("SELECT version, name FROM hangmeas.schema_history ORDER BY version")
}

/// `pg_dump -s`; none, and said so, where the server's programs have none.
pub fn dump(database: &Database<'_>) -> Option<String> {
    let program = server().binaries().program("pg_dump");
    if !program.exists() {
        skipped(&format!("{} is missing", program.display()));
        return None;
    }
    let output = command_as_server(&program)
        .args(["--schema-only", "--no-password", "--dbname"])
        .arg(database.url())
        .output()
        .expect("pg_dump");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    // Newer ones write a random key.
    let lines = text.lines().filter(|line| !line.starts_with('\\'));
    Some(lines.collect::<Vec<_>>().join("\n"))
}
