//! A shop with a few rows in it, so that files run statement by statement, and a witness that writes
//! down every change of the schema that was committed.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use hangmeas::catalog;

use crate::support::{Base, Database, block_on, server};

/// A row in every table that a statement-by-statement file works on.
pub const ROWS: &str = "
INSERT INTO spree_users (id, email, created_at, updated_at)
    SELECT n, 'user' || n || '@example.com', now(), now() FROM generate_series(1, 20) n;
INSERT INTO spree_store_credits (user_id, amount, created_at, updated_at)
    SELECT n, n, now(), now() FROM generate_series(1, 20) n;
INSERT INTO spree_products (name, slug, created_at, updated_at)
    SELECT 'product ' || n, 'product-' || n, now(), now() FROM generate_series(1, 20) n;
INSERT INTO spree_orders (number, user_id, created_at, updated_at)
    SELECT 'R' || n, n, now(), now() FROM generate_series(1, 20) n;
INSERT INTO spree_line_items (order_id, quantity, price, created_at, updated_at)
    SELECT n, 1, 1, now(), now() FROM generate_series(1, 20) n;";

/// Notes command and object of each committed change, and lives outside of the schemas that count.
const WITNESS: &str = "
CREATE SCHEMA witness;
CREATE TABLE witness.ddl (command text NOT NULL, object text NOT NULL);
CREATE FUNCTION witness.note() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO witness.ddl SELECT command_tag, object_identity FROM pg_event_trigger_ddl_commands()
     WHERE NOT in_extension;
END $$;
CREATE EVENT TRIGGER witness ON ddl_command_end EXECUTE FUNCTION witness.note();";

/// How often each change was committed.
pub type Changes = BTreeMap<String, usize>;

/// The database that shops are copied from.
fn template() -> &'static Database<'static> {
    static TEMPLATE: OnceLock<Database<'static>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let database = server().clone_of(Base::Spree46);
        database.execute(ROWS);
        database.execute(WITNESS);
        database
    })
}

/// A shop of a test's own.
pub fn open() -> Database<'static> {
    server().copy_of(template())
}

/// What the witness saw.
pub fn changes(database: &Database<'_>) -> Changes {
    let rows = database.query_text("SELECT command || ' ' || object FROM witness.ddl");
    let mut changes = Changes::new();
    for row in rows {
        *changes.entry(row).or_default() += 1;
    }
    changes
}

/// What is not as it should be after a migration that ended well; empty when all is.
pub fn flaws(database: &Database<'_>, version: Option<u32>) -> Vec<String> {
    let mut flaws = block_on(async {
        let session = database.session().await;
        let live = catalog::read(&session).await.expect("the catalog");
        let found = catalog::verify(&live, version);
        let lines = found.differences.iter();
        lines.map(|line| format!("{line:?}")).collect::<Vec<_>>()
    });
    let leftovers = "
        SELECT 'invalid index ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid
        UNION ALL SELECT 'journal of V' || version FROM hangmeas.migration_journal
        UNION ALL SELECT 'lock of pid ' || l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                   WHERE locktype = 'advisory' AND datname = current_database()";
    flaws.extend(database.query_text(leftovers));
    flaws
}

/// Sessions of the program in this database.
pub fn sessions(database: &Database<'_>) -> Vec<String> {
    database.query_text(
        "SELECT state || ': ' || left(query, 80) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name NOT LIKE 'hangmeas tests%'
            AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
    )
}

/// Changes that were committed more or less often than expected. An index may have come into being
/// without the witness: its build commits before the witness writes.
pub fn differing(found: &Changes, expected: &Changes) -> Vec<String> {
    let names = found.keys().chain(expected.keys());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names.dedup();
    let count = |changes: &Changes, name: &String| changes.get(name).copied().unwrap_or(0);
    names
        .into_iter()
        .filter(|name| !name.starts_with("DROP INDEX"))
        .map(|name| (name, count(found, name), count(expected, name)))
        .filter(|(name, found, expected)| {
            let unseen = name.starts_with("CREATE INDEX") && found < expected;
            found != expected && !unseen
        })
        .map(|(name, found, expected)| format!("{name}: {found} times instead of {expected}"))
        .collect()
}

/// The progress where nothing was ever migrated.
pub const NOTHING: &str = "nothing";

/// How many files are applied, by a progress.
pub fn applied(progress: &str) -> usize {
    progress.matches('V').count()
}

/// How far a migration is: it changes with every statement that was committed.
pub fn progress(database: &Database<'_>) -> String {
    let there = "SELECT to_regclass('hangmeas.schema_history') IS NOT NULL";
    if database.value(there) != "t" {
        return NOTHING.to_owned();
    }
    database
        .query_text(
            "SELECT 'V' || version FROM hangmeas.schema_history
             UNION ALL SELECT concat_ws(' ', version, ordinal, state) FROM hangmeas.migration_journal
             UNION ALL SELECT count(*) || ' indexes' FROM pg_index WHERE indisvalid",
        )
        .join(", ")
}

/// Nothing of a killed program lives on in the server, at the latest after two seconds.
#[track_caller]
pub fn assert_quiet(database: &Database<'_>) {
    let deadline = Instant::now() + Duration::from_secs(2);
    loop {
        let left = sessions(database);
        if left.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "still in the server: {left:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
