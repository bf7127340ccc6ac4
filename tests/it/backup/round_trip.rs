//! What goes in comes out.

use std::sync::atomic::{AtomicBool, Ordering};

use hangmeas::backup::Globals;
use hangmeas::error::ErrorKind;

use super::support::*;
use crate::support::server;

#[test]
fn a_backup_restores_to_the_same() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let created = backup(&database, dir.path());
    let name = name_of(&created);
    assert_eq!(created.warnings, Vec::<String>::new());
    assert_eq!(published(dir.path()), [name.to_string()]);
    assert!(matches!(created.manifest.globals, Globals::File(_)));
    let artists = created
        .manifest
        .tables
        .iter()
        .find(|table| table.name == "artists");
    assert_eq!(artists.map(|table| table.rows), Some(2000));

    let ending = match created.manifest.compression.as_str() {
        "zstd" => ".zst",
        _ => ".gz",
    };
    let mut data = created.manifest.files.iter();
    assert!(data.any(|file| file.path.contains(".dat") && file.path.ends_with(ending)));

    let verdict = verify(dir.path(), &name).expect("verify");
    assert!(verdict.is_sound(), "{verdict:?}");
    let verdict = verify_by_restore(dir.path(), &name).expect("verify by restore");
    assert!(verdict.is_sound() && verdict.restored, "{verdict:?}");

    let into = server().unused_name("restored");
    let restored = restore(&restore_request(dir.path(), &name, &into)).expect("restore");
    assert_eq!(restored.remarks, []);
    let copy = server().adopt(into);
    assert_eq!(content(&copy), content(&database));
    assert_eq!(copy.value("SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = current_database()"), "");
}

/// The folder is private, and the list of checksums is one that everybody's tool understands.
#[test]
fn others_can_neither_read_it_nor_need_us_to_check_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let database = migrated();
    let dir = tempfile::tempdir().expect("folder");
    let store = dir.path().join("backups");
    let created = backup(&database, &store);
    for folder in [&store, &created.path] {
        let mode = std::fs::metadata(folder)
            .expect("facts")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
    }
    let sums = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(&created.path)
        .output();
    match sums {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) => crate::support::skipped(&format!("sha256sum: {error}")),
    }
}

/// Rows that come while the dump runs are in neither the dump nor the counts.
#[test]
fn counts_and_dump_share_a_snapshot() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let stop = AtomicBool::new(false);
    let created = std::thread::scope(|scope| {
        // Also when the backup fails.
        let _stop = OnDrop(|| stop.store(true, Ordering::Relaxed));
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                database.execute(
                    "INSERT INTO artists (name, created_at, updated_at) \
                     SELECT 'x', now(), now() FROM generate_series(1, 100)",
                );
            }
        });
        backup(&database, dir.path())
    });
    let name = name_of(&created);
    let verdict = verify_by_restore(dir.path(), &name).expect("verify");
    assert!(verdict.is_sound(), "{verdict:?}");
}

/// Names, types and objects that are easily got wrong.
#[test]
fn odd_databases_survive() {
    let database = server().create("odd name=x' y");
    database.execute(
        "CREATE SCHEMA \"a.b c\"; \
         CREATE TABLE \"a.b c\".\"COPY x (y\" (\"id \"\"q\" serial, t text); \
         INSERT INTO \"a.b c\".\"COPY x (y\" (t) VALUES (E'\\\\.'), (E'line\\nCOPY public.x (a) FROM stdin;\\n\\\\.'), (NULL); \
         CREATE TABLE no_columns (); INSERT INTO no_columns DEFAULT VALUES; \
         CREATE TABLE parted (k int, v text) PARTITION BY LIST (k); \
         CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1); \
         CREATE TABLE parted_x PARTITION OF parted DEFAULT; \
         INSERT INTO parted SELECT n % 3, n FROM generate_series(1, 99) n; \
         CREATE TABLE parent (x int); CREATE TABLE child () INHERITS (parent); \
         INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2), (3); \
         CREATE UNLOGGED TABLE fast (x int); INSERT INTO fast VALUES (1); \
         CREATE TABLE generated (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS IDENTITY); \
         INSERT INTO generated (a) VALUES (1), (2); \
         CREATE SEQUENCE down INCREMENT -3 MAXVALUE -1; SELECT nextval('down'), nextval('down'); \
         CREATE SEQUENCE unused START 5; \
         CREATE TABLE low (id serial PRIMARY KEY); INSERT INTO low VALUES (100); \
         CREATE MATERIALIZED VIEW never AS SELECT 1 AS x WITH NO DATA; \
         CREATE FUNCTION boom() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'boom'; END $$; \
         SELECT lo_from_bytea(0, 'large'); \
         DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path TO public, \"a.b c\"', current_database()); \
                     EXECUTE format('ALTER DATABASE %I SET \"hangmeas.mode\" TO ''it''''s''', current_database()); END $$",
    );
    let dir = tempfile::tempdir().expect("folder");
    let created = backup(&database, dir.path());
    let name = name_of(&created);
    assert_eq!(created.manifest.large_objects, 1);
    assert!(
        created
            .manifest
            .defects
            .iter()
            .any(|defect| defect.contains("low_id_seq"))
    );
    let verdict = verify(dir.path(), &name).expect("verify");
    assert!(verdict.is_sound(), "{verdict:?}");
    let into = server().unused_name("odd=\\' two");
    let restored = restore(&restore_request(dir.path(), &name, &into)).expect("restore");
    assert_eq!(restored.remarks.len(), 2, "{:?}", restored.remarks);
    let copy = server().adopt(into);
    let skip = |list: Vec<String>| -> Vec<String> {
        list.into_iter()
            .filter(|line| !line.contains("never"))
            .collect()
    };
    database.execute("REFRESH MATERIALIZED VIEW never");
    copy.execute("REFRESH MATERIALIZED VIEW never");
    assert_eq!(skip(content(&copy)), skip(content(&database)));
    assert_eq!(copy.value("SHOW search_path"), "public, \"a.b c\"");
    assert_eq!(copy.value("SHOW hangmeas.mode"), "it's");
}

#[test]
fn a_database_with_something_in_it_is_left_alone() {
    let database = shop();
    let dir = tempfile::tempdir().expect("folder");
    let name = name_of(&backup(&database, dir.path()));
    let before = content(&database);
    let error = restore(&restore_request(dir.path(), &name, database.name())).expect_err("full");
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.hints().iter().any(|hint| {
        hint.command
            .as_deref()
            .is_some_and(|c| c.contains("--into"))
    }));
    assert_eq!(content(&database), before);

    let empty = server().create("empty");
    restore(&restore_request(dir.path(), &name, empty.name())).expect("empty ones may be filled");
    assert_eq!(content(&empty), before);
}
