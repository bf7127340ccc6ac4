//! What the tests of backups share: a migrated database with rows, the tools, requests.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use hangmeas::backup::{
    BackupName, Created, Request, RestoreRequest, Restored, Store, Tools, Verdict,
};
use hangmeas::error::Result;
use hangmeas::postgres::{Interrupt, Target};
use hangmeas::progress::Silent;
use hangmeas::server::Places;

use crate::catalog::apply;
use crate::support::{Base, Database, block_on, server};

/// A database with everything that the migrations make, and no rows.
pub fn migrated() -> Database<'static> {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let database = server().clone_of(Base::Empty);
        apply::all(&database);
        let name = database.name().to_owned();
        // It goes with the server.
        std::mem::forget(database);
        name
    });
    server().database("backup", template)
}

/// The same with some rows.
pub fn shop() -> Database<'static> {
    let database = migrated();
    database.execute(
        "INSERT INTO artists (name, khmer_name, created_at, updated_at) \
           SELECT 'Artist ' || n, 'តារា ' || n, now(), now() FROM generate_series(1, 2000) n; \
         INSERT INTO xfactor_seasons (name, created_at, updated_at) \
           SELECT 'Season ' || n, now(), now() FROM generate_series(1, 50) n; \
         REFRESH MATERIALIZED VIEW user_analytics",
    );
    database
}

/// PostgreSQL's client programs beside those of the test server.
pub fn tools() -> Tools {
    tools_in(&server().binaries().folder)
}

/// Those of one folder.
pub fn tools_in(folder: &Path) -> Tools {
    let places = Places {
        bin_dir: Some(folder.to_path_buf()),
        ..Places::default()
    };
    block_on(Tools::find(&places, server().major())).expect("pg_dump beside the test server")
}

pub fn request(target: Target, dir: &Path) -> Request {
    Request {
        target,
        environment: "test".to_owned(),
        store: Store::at(dir),
        jobs: 2,
        lock_timeout: Duration::from_secs(2),
    }
}

pub fn backup(database: &Database<'_>, dir: &Path) -> Created {
    try_backup(&request(database.target(), dir))
        .unwrap_or_else(|error| panic!("{error}: {:?}", error.detail_lines()))
}

pub fn try_backup(request: &Request) -> Result<Created> {
    block_on(hangmeas::backup::create(
        request,
        &tools(),
        &Interrupt::never(),
        &Silent,
    ))
}

pub fn name_of(created: &Created) -> BackupName {
    BackupName::parse(&created.manifest.name).expect("its name")
}

pub fn verify(dir: &Path, name: &BackupName) -> Result<Verdict> {
    let never = Interrupt::never();
    block_on(hangmeas::backup::verify_files(
        &Store::at(dir),
        name,
        &tools(),
        &never,
    ))
}

pub fn verify_by_restore(dir: &Path, name: &BackupName) -> Result<Verdict> {
    let (store, tools, never) = (Store::at(dir), tools(), Interrupt::never());
    let server = server().target("postgres");
    block_on(hangmeas::backup::verify_by_restore(
        &store, name, &server, 2, &tools, &never, &Silent,
    ))
}

pub fn restore_request(dir: &Path, name: &BackupName, into: &str) -> RestoreRequest {
    RestoreRequest {
        target: server().target(into),
        store: Store::at(dir),
        name: name.clone(),
        jobs: 2,
        replace: false,
        disconnect: false,
        keep_old: false,
        owners: true,
    }
}

pub fn restore(request: &RestoreRequest) -> Result<Restored> {
    block_on(hangmeas::backup::restore(
        request,
        &tools(),
        &Interrupt::never(),
        &Silent,
    ))
}

/// Every table with a checksum over its rows, and every sequence.
pub fn content(database: &Database<'_>) -> Vec<String> {
    let tables = database.query_text(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
          WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1",
    );
    let hashes = tables.iter().map(|table| {
        let hash = database.value(&format!(
            "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\")), '') FROM {table} t"
        ));
        format!("{table} {hash}")
    });
    let mut list: Vec<_> = hashes.collect();
    list.extend(database.query_text(
        "SELECT schemaname || '.' || sequencename || ' ' || coalesce(last_value, 0) FROM pg_sequences ORDER BY 1",
    ));
    list
}

/// The folders in a store that bear the name of a backup.
pub fn published(dir: &Path) -> Vec<String> {
    let files = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    names
        .filter(|name| BackupName::parse(name).is_some())
        .collect()
}

/// Does something at the end of a scope, however it is left.
pub struct OnDrop<F: FnMut()>(pub F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
