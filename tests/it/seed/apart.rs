//! Which tables further connections may fill: none that would lose something, or whose rows would be
//! looked at meanwhile; and what others do to such a table before the run ends.

use super::interruption::{COPIES, alone, schema, started};
use super::parallel::{COPYING, apart};
use super::{assert_same, checksums, loading, migrated, seed};
use crate::support::{Base, Database, Process, hangmeas};

/// One table is large enough, and not the one that it points to.
const ARGS: [&str; 12] = loading("4500", "6000", "3");
const JSON: [&str; 2] = ["--format", "json"];

/// What keeps `loyalty_activities` in its place.
const SPECIAL: [(&str, &str); 12] = [
    (
        "settings of what is stored apart from its rows",
        "ALTER TABLE loyalty_activities SET (toast.autovacuum_enabled = false)",
    ),
    (
        "an access method",
        "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE other () USING heap2; \
         ALTER TABLE loyalty_activities RENAME TO old; \
         CREATE TABLE loyalty_activities (LIKE old INCLUDING ALL) USING heap2; DROP TABLE old CASCADE",
    ),
    (
        "a place of its primary key",
        "ALTER INDEX loyalty_activities_pkey SET TABLESPACE elsewhere",
    ),
    (
        "a subscription",
        "CREATE SUBSCRIPTION apart CONNECTION 'dbname=nowhere' PUBLICATION apart WITH (connect = false); \
         INSERT INTO pg_subscription_rel SELECT oid, 'loyalty_activities'::regclass, 'r' FROM pg_subscription",
    ),
    (
        "a check of whole rows",
        "ALTER TABLE loyalty_activities ADD CHECK (loyalty_activities IS DISTINCT FROM NULL)",
    ),
    (
        "a check of the table",
        "ALTER TABLE loyalty_activities ADD CHECK (tableoid = 'loyalty_activities'::regclass)",
    ),
    (
        "a function in a check",
        "ALTER TABLE loyalty_activities ADD CHECK (known(user_id))",
    ),
    (
        "a function in a default",
        "ALTER TABLE loyalty_activities ADD COLUMN fine boolean DEFAULT known(1)",
    ),
    (
        "a function in an index",
        "CREATE INDEX ON loyalty_activities (known(user_id))",
    ),
    (
        "a table of the name that arrays of it have",
        "ALTER TABLE loyalty_activities RENAME TO old; CREATE TABLE _loyalty_activities (); \
         ALTER TABLE old RENAME TO loyalty_activities",
    ),
    (
        "privileges on its rows' type",
        "REVOKE USAGE ON TYPE loyalty_activities FROM PUBLIC",
    ),
    (
        "keys that are not looked at",
        "ALTER TABLE loyalty_activities DISABLE TRIGGER ALL",
    ),
];

fn plan(database: &Database<'_>) -> crate::support::Output {
    seed(database, &[&ARGS[2..], &["--dry-run"], &JSON].concat())
}

#[test]
fn what_a_copy_would_lose_or_not_see_keeps_the_table_in_its_place() {
    let plain = migrated(Base::Empty);
    assert_eq!(apart(&plan(&plain)), ["loyalty_activities"]);
    plain.server().administer(&[
        "SET allow_in_place_tablespaces = on",
        "CREATE TABLESPACE elsewhere LOCATION ''",
    ]);
    for (what, special) in SPECIAL {
        let database = migrated(Base::Empty);
        database.execute(
            "CREATE FUNCTION known(bigint) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS \
             $$ BEGIN RETURN (SELECT count(*) >= 0 FROM spree_users); END $$",
        );
        database.execute(special);
        assert_eq!(apart(&plan(&database)), Vec::<String>::new(), "{what}");
        if what == "a subscription" {
            database.execute("ALTER SUBSCRIPTION apart SET (slot_name = NONE)");
            database.execute("DROP SUBSCRIPTION apart");
        }
    }
    drop(plain);
}

#[test]
fn a_logical_slot_gets_the_rows_under_the_name_of_their_table() {
    let server = crate::support::Server::start(&["wal_level=logical"]);
    let database = server.create("slot");
    let migrate = hangmeas().url(&database).args(["db", "migrate", "--quiet"]);
    migrate.run().success();
    assert_eq!(apart(&plan(&database)), ["loyalty_activities"]);
    database.execute("SELECT pg_create_logical_replication_slot('apart', 'pgoutput')");
    assert_eq!(apart(&plan(&database)), Vec::<String>::new());
    database.execute("SELECT pg_drop_replication_slot('apart')");
}

#[test]
fn what_cannot_be_made_again_is_not_dropped() {
    let database = migrated(Base::Empty);
    let table = "loyalty_activities";
    database.execute(&format!(
        "CREATE INDEX leaning ON {table} (points); ALTER INDEX leaning DEPENDS ON EXTENSION plpgsql; \
         ALTER TABLE {table} DISABLE TRIGGER ALL"
    ));
    let before = schema(&database);
    let output = seed(&database, &[&ARGS[2..], &JSON].concat());
    output.success();
    let dropped = output.json()["dropped"].to_string();
    assert!(dropped.contains("index_loyalty_activities_on_user_id"));
    assert!(!dropped.contains("leaning"), "{dropped}");
    assert_same(&before, &schema(&database));
    let leaning =
        "SELECT count(*) FROM pg_depend WHERE objid = 'leaning'::regclass AND deptype = 'x'";
    assert_eq!(database.value(leaning), "1");
}

#[test]
fn settings_of_the_database_move_no_table_and_end_no_run() {
    let database = migrated(Base::Empty);
    let name = database.name();
    let major = database.server().major();
    database.server().administer(&[
        "SET allow_in_place_tablespaces = on",
        "CREATE TABLESPACE usual LOCATION ''",
        &format!("ALTER DATABASE \"{name}\" SET default_tablespace = 'usual'"),
        &format!("ALTER DATABASE \"{name}\" SET statement_timeout = '200ms'"),
        &format!("ALTER DATABASE \"{name}\" SET idle_in_transaction_session_timeout = '50ms'"),
    ]);
    if major >= 17 {
        let limit = format!("ALTER DATABASE \"{name}\" SET transaction_timeout = '200ms'");
        database.server().administer(&[&limit]);
    }
    let output = seed(&database, &[&ARGS[2..], &JSON].concat());
    output.success();
    assert_eq!(apart(&output), ["loyalty_activities"]);
    let moved = "SELECT count(*) FROM pg_class WHERE reltablespace <> 0 AND relnamespace = 'public'::regnamespace";
    assert_eq!(database.value(moved), "0");
}

#[test]
fn readers_who_begin_meanwhile_are_no_deadlock() {
    let database = migrated(Base::Empty);
    let process = started(&database, &ARGS, COPYING);
    database.execute(
        "BEGIN; SELECT FROM spree_users LIMIT 1; SELECT FROM loyalty_activities LIMIT 1; COMMIT",
    );
    process.wait().success();
}

#[test]
fn privileges_that_are_given_meanwhile_stay() {
    let database = migrated(Base::Empty);
    let process = started(&database, &ARGS, COPYING);
    database.execute("GRANT SELECT ON loyalty_activities TO pg_monitor");
    process.wait().success();
    let granted = "SELECT has_table_privilege('pg_monitor', 'loyalty_activities', 'SELECT')";
    assert_eq!(database.value(granted), "t");
}

#[test]
fn a_change_that_would_be_lost_is_a_refusal() {
    let database = migrated(Base::Empty);
    let process = started(&database, &ARGS, COPYING);
    database.execute("GRANT SELECT (points) ON loyalty_activities TO pg_monitor");
    let before = (checksums(&database), schema(&database));
    process
        .wait()
        .exits(9)
        .says("loyalty_activities was changed while its rows were written elsewhere")
        .says("nothing was written; run the same command again");
    assert_same(&before.0, &checksums(&database));
    assert_same(&before.1, &schema(&database));
    assert_eq!(database.value(COPIES), "0");
}

/// A seed that waits for another one.
fn waiting(database: &Database<'_>) -> Process {
    let args = [&ARGS[..], &JSON].concat();
    let run = hangmeas().url(database).env("HANGMEAS_LOCK_TIMEOUT", "0");
    let process = run.args(args).spawn();
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                 AND wait_event_type = 'Lock' AND query LIKE 'LOCK TABLE%'";
    while database.value(waits) == "0" {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    process
}

#[test]
fn copies_of_a_run_that_is_killed_are_removed_by_the_one_that_waits() {
    let database = migrated(Base::Empty);
    let process = started(&database, &ARGS, COPYING);
    let second = waiting(&database);
    process.signal("KILL");
    process.wait();
    let output = second.wait();
    output.success().never_says("not ours");
    alone(&database);
    assert_eq!(database.value(COPIES), "0");
}

#[test]
fn a_run_sees_what_it_has_waited_for() {
    let database = migrated(Base::Empty);
    let name = database.name();
    let strict =
        format!("ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'repeatable read'");
    database.server().administer(&[&strict]);
    let process = started(&database, &ARGS, COPYING);
    let second = waiting(&database);
    process.wait().success().never_says("not analyzed");
    let output = second.wait();
    output.success().never_says("not analyzed");
    assert_eq!(output.json()["already"], true);
}

#[test]
fn an_undo_removes_copies_that_lean_on_its_tables() {
    let database = migrated(Base::Empty);
    let process = started(&database, &ARGS, COPYING);
    process.signal("KILL");
    process.wait();
    alone(&database);
    assert_eq!(database.value(COPIES), "1");
    let undo = ["db", "rollback", "--to", "0", "--discard-data"];
    let output = hangmeas().url(&database).args(undo).run();
    output.success().says("removed the schema hangmeas_seed");
}
