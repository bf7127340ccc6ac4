//! PgBouncer: session mode works and gets clean connections back; transaction mode is refused.

use crate::support::{Base, Database, Own, Pooler, Visitor, hangmeas, server, skipped};

const LOCKS: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

fn settings_are_clean(pooler: &Pooler, database: &Database<'_>) {
    let visitor = Visitor::at(pooler.folder(), database.name(), "hangmeas tests");
    let changed = "SELECT string_agg(name || ' = ' || setting, ', ') FROM pg_settings
        WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding')";
    assert_eq!(visitor.value(changed), None);
}

#[test]
fn session_mode_works() {
    let Some(program) = Pooler::program() else {
        return skipped("PgBouncer is not installed");
    };
    let pooler = Pooler::start(&program, server(), "session", 10);
    let database = server().clone_of(Base::Spree46);
    database.execute(crate::crash::shop::ROWS);
    let migrate = || {
        hangmeas()
            .env("DATABASE_URL", pooler.url(&database))
            .args(["db", "migrate"])
            .run()
    };
    migrate().success();
    assert_eq!(database.value(LOCKS), "0");
    settings_are_clean(&pooler, &database);
    migrate().success();
}

#[test]
fn transaction_mode_is_refused_and_leaves_nothing_behind() {
    let Some(program) = Pooler::program() else {
        return skipped("PgBouncer is not installed");
    };
    for size in [2, 20] {
        let pooler = Pooler::start(&program, server(), "transaction", size);
        let database = server().create("pooled");
        let run = |args: &[&str]| {
            hangmeas()
                .env("DATABASE_URL", pooler.url(&database))
                .args(args)
                .run()
        };
        for _ in 0..3 {
            let refused = run(&["db", "migrate"]);
            refused
                .exits(4)
                .says("a pooler in transaction mode")
                .says("pool_mode = session");
        }
        assert_eq!(database.value(LOCKS), "0");
        assert_eq!(
            database.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'hangmeas'"),
            "0"
        );
        settings_are_clean(&pooler, &database);
        run(&["db", "status"]).success();
        run(&["db", "migrate", "--dry-run"]).success();
        // Directly it works at once: no lock was left on a pooled connection.
        let direct = hangmeas()
            .url(&database)
            .args(["db", "migrate", "--lock-wait", "0"]);
        direct.run().success();
    }
}

#[test]
fn transaction_mode_is_refused_while_others_use_the_pool() {
    let Some(program) = Pooler::program() else {
        return skipped("PgBouncer is not installed");
    };
    let pooler = Pooler::start(&program, server(), "transaction", 4);
    let database = server().create("pooled");
    let busy: Vec<_> = (0..2)
        .map(|_| {
            let visitor = Visitor::at(pooler.folder(), database.name(), "hangmeas tests");
            visitor.execute("BEGIN");
            visitor
        })
        .collect();
    let run = hangmeas().env("DATABASE_URL", pooler.url(&database));
    let refused = run.args(["db", "migrate"]).run();
    refused.exits(4).says("a pooler in transaction mode");
    drop(busy);
    assert_eq!(database.value(LOCKS), "0");
}

#[test]
fn a_pool_of_one_is_explained() {
    let Some(program) = Pooler::program() else {
        return skipped("PgBouncer is not installed");
    };
    let pooler = Pooler::start(&program, server(), "session", 1);
    let database = server().create("pooled");
    let own = Own::files(&[("V1001__x.sql", "SELECT 1;\n")]);
    let refused = own
        .migrate()
        .env("DATABASE_URL", pooler.url(&database))
        .run();
    refused
        .exits(4)
        .says("no second session")
        .says("at least two");
    assert!(refused.took.as_secs() < 30, "{:?}", refused.took);
}
