//! Applies the migrations of `sql/` without the runner: what they make is the measure of the expected schema.

use std::path::PathBuf;

use hangmeas::catalog::{self, Catalog};
use hangmeas::sql_text::{directives, split};

use crate::support::Database;

/// A migration file.
pub struct File {
    pub version: u32,
    pub sql: String,
}

/// The files of a folder of `sql/` (`migrations` or `undo`), in the order of their versions.
pub fn files(folder: &str) -> Vec<File> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("sql")
        .join(folder);
    let mut files: Vec<File> = std::fs::read_dir(folder)
        .expect("the folder of migrations")
        .map(|entry| entry.expect("an entry").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy();
            File {
                version: name[1..5].parse().expect("four digits"),
                sql: std::fs::read_to_string(&path).expect("readable SQL"),
            }
        })
        .collect();
    files.sort_by_key(|file| file.version);
    files
}

/// Applies one file.
pub fn apply(database: &Database<'_>, file: &File) {
    if directives(&file.sql).no_transaction {
        for statement in split(&file.sql) {
            database.execute(statement.text);
        }
    } else {
        database.execute(&format!("BEGIN;\n{}\n;COMMIT", file.sql));
    }
}

/// Applies all migrations up to a version.
pub fn up_to(database: &Database<'_>, version: u32) {
    database.execute("CREATE SCHEMA IF NOT EXISTS hangmeas");
    for file in files("migrations") {
        if file.version <= version {
            apply(database, &file);
        }
    }
}

/// Applies all migrations.
pub fn all(database: &Database<'_>) {
    up_to(database, u32::MAX);
}

/// The schema of a database.
pub fn read(database: &Database<'_>) -> Catalog {
    crate::support::block_on(async {
        let session = database.session().await;
        catalog::read(&session)
            .await
            .unwrap_or_else(|error| panic!("{error}: {:?}", error.detail_lines()))
    })
}
