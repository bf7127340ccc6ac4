//! Several connections that write side by side: the same rows and the same schema as of one, all or
//! nothing to whoever looks, and nothing left of a run that did not end.

use std::time::Duration;

use super::interruption::{COPIES, alone, schema, started};
use super::{assert_same, checksums, loading, migrated, seed};
use crate::support::{Base, Database, hangmeas};

/// Large enough for some tables that are filled apart.
const ARGS: [&str; 12] = loading("5000", "180000", "3");
/// Queries by which copies are filled.
pub(super) const COPYING: &str = "COPY hangmeas_seed.%";

fn run(database: &Database<'_>, workers: &str) -> crate::support::Output {
    let args = ["--workers", workers, "--format", "json"];
    seed(database, &[&ARGS[2..10], &args[..]].concat())
}

pub(super) fn apart(output: &crate::support::Output) -> Vec<String> {
    let list = output.json()["apart"].as_array().expect("a list").clone();
    list.iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}

#[test]
fn as_many_connections_as_wanted_give_the_same_rows_and_schema() {
    for base in [Base::Empty, Base::Spree5] {
        let (one, three) = (migrated(base), migrated(base));
        for database in [&one, &three] {
            // Privileges go with a table, and belong to roles that are there.
            database.execute(
                "GRANT SELECT ON loyalty_activities TO PUBLIC; \
                 GRANT SELECT, INSERT ON sms_vote_logs TO pg_monitor WITH GRANT OPTION",
            );
        }
        let before = schema(&three);
        let alone = run(&one, "1");
        alone.success();
        assert_eq!(apart(&alone), Vec::<String>::new());
        assert_eq!(alone.json()["connections"], 1);
        let together = run(&three, "3");
        together.success();
        let tables = apart(&together);
        assert!(
            tables.contains(&"loyalty_activities".to_owned()),
            "{tables:?}"
        );
        assert!(tables.contains(&"sms_vote_logs".to_owned()), "{tables:?}");
        assert_eq!(together.json()["connections"], 3);
        assert_same(&checksums(&one), &checksums(&three));
        assert_same(&before, &schema(&three));
        assert_same(&schema(&one), &schema(&three));
        let next = "INSERT INTO loyalty_activities (user_id, activity_type, points, created_at, updated_at) \
                    SELECT min(id), 'earn', 1, now(), now() FROM spree_users";
        three.execute(next);
        hangmeas().url(&three).args(["db", "drift"]).run().success();
    }
}

#[test]
fn the_plan_says_which_tables_are_filled_apart() {
    let database = migrated(Base::Empty);
    let plan = seed(&database, &[&ARGS[2..], &["--dry-run"]].concat());
    plan.success()
        .answers("3 connections write side by side; filled apart and put in place at the end:");
    let json = seed(
        &database,
        &[&ARGS[2..], &["--dry-run", "--format", "json"]].concat(),
    );
    let real = run(&database, "3");
    assert_eq!(apart(&json), apart(&real));
    let mut kept = migrated(Base::Empty);
    for flag in ["--keep-indexes", "--workers=1"] {
        let args = [&ARGS[2..10], &[flag, "--format", "json"]].concat();
        let output = seed(&kept, &args);
        output.success();
        assert_eq!(apart(&output), Vec::<String>::new(), "{flag}");
        kept = migrated(Base::Empty);
    }
}

#[test]
fn what_hangs_on_a_table_keeps_it_in_its_place() {
    let database = migrated(Base::Empty);
    database.execute(
        "CREATE VIEW points AS SELECT sum(points) FROM loyalty_activities; \
         CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; \
         CREATE TRIGGER noted BEFORE DELETE ON sms_vote_logs FOR EACH ROW EXECUTE FUNCTION noted(); \
         ALTER TABLE wallet_transactions SET (fillfactor = 90)",
    );
    let before = schema(&database);
    let output = run(&database, "3");
    output.success();
    let tables = apart(&output);
    for table in ["loyalty_activities", "sms_vote_logs", "wallet_transactions"] {
        assert!(!tables.contains(&table.to_owned()), "{tables:?}");
    }
    assert_same(&before, &schema(&database));
    assert_ne!(database.value("SELECT * FROM points"), "0");
}

#[test]
fn nobody_sees_half_of_it() {
    let database = migrated(Base::Empty);
    let mut process = started(&database, &ARGS, COPYING);
    let look = "SELECT (SELECT count(*) FROM spree_users WHERE id > 1) = 0, \
                (SELECT count(*) FROM loyalty_activities) = 0, (SELECT count(*) FROM xfactor_votes) = 0, \
                (SELECT count(*) FROM sms_vote_logs) = 0";
    let mut seen = database.query_text(look);
    while process.is_running() {
        seen.extend(database.query_text(look));
        std::thread::sleep(Duration::from_millis(5));
    }
    process.wait().success();
    seen.extend(database.query_text(look));
    seen.dedup();
    let (nothing, everything) = ("t|t|t|t", "f|f|f|f");
    assert!(
        seen == [everything] || seen == [nothing, everything],
        "{seen:?}"
    );
}

#[test]
fn killed_it_leaves_copies_that_migrate_removes() {
    let database = migrated(Base::Empty);
    let before = (checksums(&database), schema(&database));
    let process = started(&database, &ARGS, COPYING);
    process.signal("KILL");
    process.wait();
    alone(&database);
    assert_eq!(database.value(COPIES), "1");
    assert_same(&before.0, &checksums(&database));
    let migrate = || hangmeas().url(&database).args(["db", "migrate"]).run();
    migrate().success().says("removed the schema hangmeas_seed");
    assert_same(&before.1, &schema(&database));
    assert_eq!(database.value(COPIES), "0");
    migrate().success().never_says("hangmeas_seed");
}

#[test]
fn killed_while_it_builds_the_next_run_begins_anew() {
    let database = migrated(Base::Empty);
    let whole = migrated(Base::Empty);
    run(&whole, "3").success();
    let process = started(&database, &ARGS, "CREATE%INDEX%hangmeas_seed.%");
    process.signal("KILL");
    process.wait();
    alone(&database);
    assert_eq!(database.value(COPIES), "1");
    run(&database, "2").success();
    assert_same(&checksums(&whole), &checksums(&database));
    assert_same(&schema(&whole), &schema(&database));
    assert_eq!(database.value(COPIES), "0");
}

#[test]
fn migrate_leaves_the_copies_of_a_seed_at_work() {
    let database = migrated(Base::Empty);
    let process = started(&database, &ARGS, COPYING);
    let migrate = hangmeas().url(&database).args(["db", "migrate"]).run();
    migrate.success().never_says("hangmeas_seed");
    process.wait().success();
}

#[test]
fn interrupted_it_tidies_up() {
    let database = migrated(Base::Empty);
    let before = (checksums(&database), schema(&database));
    for (signal, moment) in [("INT", COPYING), ("TERM", "CREATE%INDEX%hangmeas_seed.%")] {
        let process = started(&database, &ARGS, moment);
        process.signal(signal);
        process.wait().exits(130);
        alone(&database);
        assert_same(&before.0, &checksums(&database));
        assert_same(&before.1, &schema(&database));
        assert_eq!(database.value(COPIES), "0");
    }
}

#[test]
fn a_refusal_on_any_connection_stops_all_and_leaves_nothing() {
    for (table, refusal) in [
        ("loyalty_activities", "CHECK (id < 20000)"),
        ("xfactor_votes", "CHECK (id < 150000)"),
    ] {
        let database = migrated(Base::Empty);
        database.execute(&format!("ALTER TABLE {table} ADD CONSTRAINT own {refusal}"));
        let before = (checksums(&database), schema(&database));
        let output = seed(&database, &ARGS[2..]);
        output
            .exits(9)
            .says(&format!("filling {table}"))
            .says("own");
        alone(&database);
        assert_same(&before.0, &checksums(&database));
        assert_same(&before.1, &schema(&database));
        assert_eq!(database.value(COPIES), "0");
    }
}

#[test]
fn without_room_for_a_second_connection_one_does_it_all() {
    let database = migrated(Base::Empty);
    let role = database.server().unused_name("single");
    database.server().administer(&[
        &format!("CREATE ROLE \"{role}\" LOGIN CONNECTION LIMIT 1"),
        &format!("ALTER DATABASE \"{}\" OWNER TO \"{role}\"", database.name()),
    ]);
    database.execute(&format!("GRANT ALL ON SCHEMA public TO \"{role}\""));
    database.execute(&format!(
        "DO $$ DECLARE t regclass; BEGIN FOR t IN SELECT oid FROM pg_class WHERE relkind IN ('r', 'v', 'm') \
         AND relnamespace IN ('public'::regnamespace, 'hangmeas'::regnamespace) LOOP \
         EXECUTE format('ALTER TABLE %s OWNER TO %I', t, '{role}'); END LOOP; END $$; \
         ALTER SCHEMA hangmeas OWNER TO \"{role}\""
    ));
    let server = database.server();
    let url = server
        .url(database.name())
        .replacen("postgres@", &format!("{role}@"), 1);
    let output = hangmeas().env("DATABASE_URL", url).args(ARGS).run();
    output
        .success()
        .says("one connection writes it all: no second one");
    assert_eq!(
        database.value("SELECT count(*) FROM xfactor_votes"),
        "180000"
    );
}

#[test]
fn what_is_replaced_is_filled_apart_as_well() {
    let database = migrated(Base::Empty);
    let first = run(&database, "3");
    first.success();
    let before = (checksums(&database), schema(&database));
    let again = |more: &[&str]| {
        let args = [&ARGS[2..], &["--replace", "--format", "json"], more].concat();
        seed(&database, &args)
    };
    let (plan, real) = (again(&["--dry-run"]), again(&[]));
    real.success();
    for output in [plan, real] {
        assert_eq!(apart(&first), apart(&output));
        assert_eq!(first.json()["dropped"], output.json()["dropped"]);
    }
    assert_same(&before.0, &checksums(&database));
    assert_same(&before.1, &schema(&database));
    // A row of somebody else's stays, and its table in its place.
    database.execute(
        "INSERT INTO sms_vote_logs (phone_number, short_code, created_at, updated_at) \
         VALUES ('012345678', 'mine', now(), now())",
    );
    for output in [again(&["--dry-run"]), again(&[])] {
        assert!(!apart(&output).contains(&"sms_vote_logs".to_owned()));
    }
    let mine = "SELECT count(*) FROM sms_vote_logs WHERE short_code = 'mine'";
    assert_eq!(database.value(mine), "1");
}

#[test]
fn a_schema_of_somebody_else_is_left_alone() {
    let database = migrated(Base::Empty);
    database
        .execute("CREATE SCHEMA hangmeas_seed; CREATE TABLE hangmeas_seed.mine AS SELECT 1 AS one");
    let migrate = hangmeas().url(&database).args(["db", "migrate"]);
    migrate.run().success().never_says("hangmeas_seed");
    let output = run(&database, "3");
    output.success();
    output.says("one connection writes it all: there is a schema hangmeas_seed that is not ours");
    assert_eq!(database.value("SELECT one FROM hangmeas_seed.mine"), "1");
}
