//! Own migrations whose statements would do harm if they ran twice, and nobody would notice.

use std::path::PathBuf;
use std::sync::OnceLock;

use crate::support::Database;

const FILES: [(&str, &str); 2] = [
    (
        "V1001__counted.sql",
        "CREATE TABLE counted (what text, times int);\n\
         INSERT INTO counted SELECT what, 0 FROM unnest(ARRAY['whole', 'first', 'second', 'third']) what;\n\
         UPDATE counted SET times = times + 1 WHERE what = 'whole';\n",
    ),
    (
        "V1002__counted_step_by_step.sql",
        "-- hangmeas: no-transaction\n\
         UPDATE counted SET times = times + 1 WHERE what = 'first';\n\
         CREATE INDEX CONCURRENTLY counted_what ON counted (what);\n\
         UPDATE counted SET times = times + 1 WHERE what = 'second';\n\
         SET statement_timeout = '1min';\n\
         UPDATE counted SET times = times + 1 WHERE what = 'third';\n",
    ),
];

/// The folder of the files.
pub fn folder() -> PathBuf {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, sql) in FILES {
            std::fs::write(folder.path().join(name), sql).expect("a migration");
        }
        folder
    });
    folder.path().to_path_buf()
}

/// Each of its statements was committed once.
#[track_caller]
pub fn assert_once(database: &Database<'_>) {
    let rows =
        database.query_text("SELECT what, times FROM counted WHERE times <> 1 OR what IS NULL");
    assert!(
        rows.is_empty(),
        "done another number of times than once: {rows:?}"
    );
}
