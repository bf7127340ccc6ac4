//! A run that is stopped, however brutally, leaves nothing where anybody looks: neither rows nor a
//! missing index.

use std::time::{Duration, Instant};

use hangmeas::postgres::{Interrupt, Session};

use super::{AS_OF, assert_same, checksums, migrated, seed};
use crate::support::{Base, Database, Process, block_on, hangmeas};

const ARGS: [&str; 10] = [
    "db",
    "seed",
    "--profile",
    "load",
    "--as-of",
    AS_OF,
    "--users",
    "3000",
    "--votes",
    "120000",
];

/// Whether copies of tables are there that further connections fill.
pub(super) const COPIES: &str = "SELECT count(*) FROM pg_namespace WHERE nspname = 'hangmeas_seed'";

/// All that tables have beside their rows.
pub(super) fn schema(database: &Database<'_>) -> Vec<String> {
    let queries = [
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated, conislocal \
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT oid::regclass, relkind, relowner::regrole, relacl::text, reloptions::text, \
         relpersistence, relreplident, obj_description(oid, 'pg_class') \
         FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT attrelid::regclass, attname, attnum, format_type(atttypid, atttypmod), attnotnull, \
         attstorage, attcollation, col_description(attrelid, attnum), pg_get_expr(adbin, adrelid), \
         pg_get_serial_sequence(attrelid::regclass::text, attname) \
         FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum \
         JOIN pg_class c ON c.oid = attrelid AND c.relkind = 'r' \
         AND c.relnamespace = 'public'::regnamespace WHERE attnum > 0 ORDER BY 1, 3",
        "SELECT tgrelid::regclass, tgenabled, tgtype FROM pg_trigger ORDER BY 1, 2, 3",
    ];
    let all = queries.iter().flat_map(|query| database.query_text(query));
    all.collect()
}

/// Starts a seed and lets it run until the server is doing this.
pub(super) fn started(database: &Database<'_>, args: &[&str], query: &str) -> Process {
    let mut process = hangmeas().url(database).args(args).spawn();
    let doing = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' \
         AND state = 'active' AND query LIKE '{query}'",
        database.name()
    );
    let began = Instant::now();
    // One connection for all looks, because what is looked for may last some milliseconds only; to
    // another database, because indexes stay while somebody else uses this one.
    block_on(async {
        let elsewhere = database.server().target("postgres");
        let session = Session::open(&elsewhere, &Interrupt::never()).await;
        let session = session.expect("a connection");
        while session.run(&doing).await.expect("a look")[0].get(0) == Some("0") {
            assert!(process.is_running(), "it ended before `{query}` was seen");
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "`{query}` was not seen"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    process
}

/// Waits until nobody else uses the database.
pub(super) fn alone(database: &Database<'_>) {
    let others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                  AND pid <> pg_backend_pid()";
    let began = Instant::now();
    while database.value(others) != "0" {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "the server goes on"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn killed_while_loading_nothing_is_left() {
    let database = migrated(Base::Empty);
    let before = (checksums(&database), schema(&database));
    let process = started(&database, &ARGS, "COPY \"xfactor_votes\"%");
    process.signal("KILL");
    process.wait();
    alone(&database);
    assert_same(&before.0, &checksums(&database));
    assert_same(&before.1, &schema(&database));
    let args = [
        "--profile",
        "load",
        "--as-of",
        AS_OF,
        "--users",
        "300",
        "--votes",
        "900",
    ];
    seed(&database, &args).success();
    seed(&database, &["--verify"]).success();
}

#[test]
fn killed_while_building_indexes_nothing_is_left() {
    let database = migrated(Base::Empty);
    let before = (checksums(&database), schema(&database));
    let process = started(&database, &ARGS, "CREATE%INDEX%xfactor_votes%");
    process.signal("KILL");
    process.wait();
    alone(&database);
    assert_same(&before.0, &checksums(&database));
    assert_same(&before.1, &schema(&database));
}

#[test]
fn killed_at_any_moment_it_leaves_nothing_and_the_next_run_is_whole() {
    let database = migrated(Base::Empty);
    let before = (checksums(&database), schema(&database));
    let whole = migrated(Base::Empty);
    let began = Instant::now();
    hangmeas().url(&whole).args(ARGS).run().success();
    let length = began.elapsed();
    let mut killed = 0;
    for nth in 0..10 {
        let keep: &[&str] = if nth % 2 == 0 {
            &[]
        } else {
            &["--keep-indexes"]
        };
        let process = hangmeas().url(&database).args(ARGS).args(keep).spawn();
        // From the first millisecond to about the end of a run.
        std::thread::sleep(length.mul_f64(f64::from(nth) / 11.0));
        let mut process = process;
        if !process.is_running() {
            break;
        }
        process.signal("KILL");
        process.wait();
        alone(&database);
        if database.value("SELECT count(*) FROM xfactor_votes") != "0" {
            // It was faster this time, and had just committed.
            break;
        }
        killed += 1;
        assert_same(&before.0, &checksums(&database));
        assert_same(&before.1, &schema(&database));
    }
    assert!(killed >= 4, "only {killed} runs were killed");
    let migrate = hangmeas().url(&database).args(["db", "migrate", "--quiet"]);
    migrate.run().success();
    hangmeas().url(&database).args(ARGS).run().success();
    assert_same(&checksums(&whole), &checksums(&database));
    assert_same(&schema(&whole), &schema(&database));
}

#[test]
fn interrupted_it_says_so_and_nothing_is_left() {
    let database = migrated(Base::Empty);
    let before = (checksums(&database), schema(&database));
    for signal in ["INT", "TERM"] {
        let process = started(&database, &ARGS, "COPY \"xfactor_votes\"%");
        process.signal(signal);
        process.wait().exits(130);
        alone(&database);
        assert_eq!(
            (checksums(&database), schema(&database)),
            before,
            "{signal}"
        );
        assert_eq!(database.value(COPIES), "0");
    }
}

#[test]
fn interrupted_while_analyzing_it_keeps_the_rows_and_the_next_run_analyzes() {
    let database = migrated(Base::Empty);
    // An index whose statistics take long.
    database.execute(
        "CREATE FUNCTION slow(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN \
         IF current_query() LIKE '%ANALYZE %' THEN PERFORM pg_sleep(15); END IF; RETURN $1; END $$",
    );
    database.execute("CREATE INDEX slow_to_analyze ON app_banners (slow(id))");
    let process = started(&database, &ARGS, "%ANALYZE %");
    process.signal("INT");
    process
        .wait()
        .exits(130)
        .says("interrupted while making statistics: the rows are all there")
        .says("hangmeas db seed --profile load --users 3000 --votes 120000 --as-of 2026-06-10");
    alone(&database);
    assert_eq!(
        database.value("SELECT count(*) FROM xfactor_votes"),
        "120000"
    );
    database.execute("DROP FUNCTION slow CASCADE");
    let before = checksums(&database);
    let unknown = "SELECT relname FROM pg_stat_user_tables WHERE relname IN \
                   ('push_notifications', 'spree_users', 'user_analytics', 'xfactor_votes') \
                   AND last_analyze IS NULL AND last_autoanalyze IS NULL";
    assert_ne!(database.query_text(unknown), Vec::<String>::new());
    let again = hangmeas().url(&database).args(ARGS).run();
    again.success().answers("has it all already");
    assert_same(&before, &checksums(&database));
    assert_eq!(database.query_text(unknown), Vec::<String>::new());
}

#[test]
fn a_world_without_an_audience_gets_its_statistics_too() {
    let database = migrated(Base::Empty);
    database.execute(
        "CREATE FUNCTION slow(bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN \
         IF current_query() LIKE '%ANALYZE %' THEN PERFORM pg_sleep(15); END IF; RETURN $1; END $$",
    );
    database.execute("CREATE INDEX slow_to_analyze ON artists (slow(id))");
    let process = started(&database, &["db", "seed"], "%ANALYZE %");
    process.signal("TERM");
    process.wait().exits(130).says("hangmeas db seed\n");
    alone(&database);
    database.execute("DROP FUNCTION slow CASCADE");
    let unknown = "SELECT relname FROM pg_stat_user_tables WHERE relname IN \
                   ('event_seats', 'spree_users', 'user_analytics', 'xfactor_contestants') \
                   AND last_analyze IS NULL AND last_autoanalyze IS NULL";
    assert_ne!(database.query_text(unknown), Vec::<String>::new());
    seed(&database, &[]).success().answers("has it all already");
    assert_eq!(database.query_text(unknown), Vec::<String>::new());
}

#[test]
fn nobody_sees_half_of_it() {
    let database = migrated(Base::Empty);
    let mut process = started(&database, &ARGS, "COPY \"xfactor_votes\"%");
    // Users were copied before votes; whoever looks waits or sees none.
    let seen = database.try_execute(
        "SET lock_timeout = '50ms'; DO $$ BEGIN IF (SELECT count(*) FROM referral_rewards) > 0 \
         OR (SELECT count(*) FROM spree_roles) > 0 THEN RAISE 'half of it'; END IF; END $$",
    );
    assert!(process.is_running());
    if let Err(error) = seen {
        assert_eq!(
            error.code().map(tokio_postgres::error::SqlState::code),
            Some("55P03"),
            "{error:?}"
        );
    }
    process.signal("KILL");
    process.wait();
}
