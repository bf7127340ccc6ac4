//! Who holds the lock is named; Rails and hangmeas exclude each other; nothing pending needs no lock.

use super::{LOCK_PID, rails_key};
use crate::support::{Own, Proxy, Visitor, server};

const SLOW: [(&str, &str); 1] = [(
    "V1001__slow.sql",
    "SELECT pg_sleep(1.5);\nCREATE TABLE slow (id int);\n",
)];

#[test]
fn the_holder_is_named_at_once_or_while_waiting() {
    let database = server().create("holder");
    let own = Own::files(&SLOW);
    let visitor = Visitor::of(&database, "hangmeas tests");
    let first = own.migrate().url(&database).spawn();
    let pid = visitor.wait_for(LOCK_PID);
    let waiting = own.migrate().url(&database).spawn();
    let refused = own
        .migrate()
        .url(&database)
        .args(["--lock-wait", "0"])
        .run();
    let holder =
        format!("another run: pid {pid} (hangmeas db migrate (development)), user postgres, host ");
    let today = visitor
        .value("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-')")
        .expect("the year");
    refused
        .exits(7)
        .says(&holder)
        .says(&format!("connected since {today}"))
        .says(&format!("pg_terminate_backend({pid})"));
    first.wait().success();
    let waited = waiting.wait();
    waited.success().says(&format!("waiting for {holder}"));
    assert_eq!(
        database.value("SELECT count(*) FROM hangmeas.schema_history"),
        "1"
    );
}

#[test]
fn waiting_is_bounded() {
    let database = server().create("bounded");
    let own = Own::files(&SLOW);
    let rails = Visitor::of(&database, "bin/rails");
    rails.execute(&format!(
        "SELECT pg_advisory_lock({})",
        rails_key(database.name())
    ));
    let output = own
        .migrate()
        .url(&database)
        .args(["--lock-wait", "1s"])
        .run();
    output.exits(7).says("waited 1s");
    assert!(
        (1.0..4.0).contains(&output.took.as_secs_f64()),
        "{:?}",
        output.took
    );
}

#[test]
fn rails_excludes_hangmeas_and_is_excluded() {
    let database = server().create("rails");
    let own = Own::files(&SLOW);
    let rails = Visitor::of(&database, "bin/rails");
    let key = rails_key(database.name());
    rails.execute(&format!("SELECT pg_advisory_lock({key})"));
    let refused = own
        .migrate()
        .url(&database)
        .args(["--lock-wait", "0"])
        .run();
    refused.exits(7).says(&format!(
        "a Rails migration: pid {} (bin/rails)",
        rails.pid()
    ));
    assert_eq!(
        database.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'hangmeas'"),
        "0",
        "nothing is created without the lock"
    );

    let run = own.migrate().url(&database).spawn();
    rails.execute(&format!("SELECT pg_advisory_unlock({key})"));
    Visitor::of(&database, "hangmeas tests").wait_for(LOCK_PID);
    let got = rails.value(&format!("SELECT pg_try_advisory_lock({key})"));
    assert_eq!(got.as_deref(), Some("f"), "Rails must not begin beside us");
    run.wait().success();
    let got = rails.value(&format!("SELECT pg_try_advisory_lock({key})"));
    assert_eq!(got.as_deref(), Some("t"), "and can when we are done");
}

#[test]
fn nothing_pending_takes_no_lock() {
    let database = server().create("nothing");
    let own = Own::files(&SLOW);
    own.migrate().url(&database).run().success();
    let rails = Visitor::of(&database, "bin/rails");
    rails.execute(&format!(
        "SELECT pg_advisory_lock({})",
        rails_key(database.name())
    ));
    let proxy = Proxy::before(&database, None);
    let run = own.migrate().env("DATABASE_URL", proxy.url());
    run.args(["--lock-wait", "0"]).run().success();
    let queries = proxy.queries();
    assert_eq!(queries.len(), 1, "{queries:?}");
    assert!(!queries[0].contains("advisory"), "{queries:?}");
}
