//! Who stands in the way is named at every attempt, with what it is, and what to do about it.

use std::process::Stdio;

use super::people;
use crate::support::{Database, Output, Own, Server, Visitor, command_as_server, skipped};

/// Fails because somebody is in the way; each attempt and the error at the end must say so.
#[track_caller]
fn stays_busy(database: &Database<'_>, own: &Own, says: &[&str], cure: &str) -> Output {
    let run = own.migrate().url(database);
    // A second and a half: the server's own look for a deadlock ends no wraparound vacuum.
    let limits = ["--lock-timeout", "1500ms", "--lock-retry-for", "2500ms"];
    let output = run.args(limits).run();
    output
        .exits(5)
        .says("people stayed busy")
        .says("2 attempts")
        .says(cure);
    let attempts = output
        .stderr
        .lines()
        .filter(|line| line.contains("attempt 1: people is busy"));
    let blocked = output
        .stderr
        .lines()
        .filter(|line| line.contains("blocked by"));
    for line in attempts.chain(blocked) {
        for word in says {
            assert!(line.contains(word), "`{word}`\n{}", output.shown());
        }
    }
    output.says("attempt 1: people is busy").says("blocked by");
    output
}

#[test]
fn an_idle_transaction() {
    let (database, own) = people();
    let holder = Visitor::of(&database, "forgetful");
    holder.execute("BEGIN; UPDATE people SET email = 'b'");
    let pid = holder.pid();
    let says = [
        &format!("pid {pid} (forgetful, user postgres): idle in transaction for "),
        "s; its last statement: ",
    ];
    let cure = format!("SELECT pg_terminate_backend({pid})");
    stays_busy(&database, &own, &says, &cure);
}

#[test]
fn an_idle_transaction_that_failed() {
    let (database, own) = people();
    let holder = Visitor::of(&database, "confused");
    holder.execute("BEGIN; SAVEPOINT here; LOCK people IN ROW SHARE MODE; SAVEPOINT there");
    assert!(holder.try_execute("SELECT 1/0").is_err());
    let says = ["(confused, user postgres): idle in transaction (aborted) for "];
    stays_busy(&database, &own, &says, "end the forgotten transaction");
}

#[test]
fn a_running_statement() {
    let (database, own) = people();
    let holder = Visitor::of(&database, "report");
    let pid = holder.pid();
    let thread = std::thread::spawn(move || holder.try_execute("SELECT pg_sleep(60) FROM people"));
    let visitor = Visitor::of(&database, "visitor");
    visitor.wait_for("SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()");
    let says = [
        &format!("pid {pid} (report, user postgres): active for "),
        "SELECT pg_sleep(60) FROM people",
    ];
    stays_busy(&database, &own, &says, "wait for the statement, or end it");
    visitor.execute(&format!("SELECT pg_terminate_backend({pid})"));
    assert!(thread.join().expect("the report").is_err());
}

#[test]
fn a_prepared_transaction() {
    let (database, own) = people();
    let gid = format!("paper of {}", database.name());
    database.execute("UPDATE people SET email = email");
    let holder = Visitor::of(&database, "coordinator");
    holder.execute(&format!(
        "BEGIN; UPDATE people SET email = 'b'; PREPARE TRANSACTION '{gid}'"
    ));
    let says = [
        &format!("the prepared transaction '{gid}' of user postgres, "),
        "s old, without a session",
    ];
    let cure = format!("ROLLBACK PREPARED '{gid}'");
    stays_busy(&database, &own, &says, &cure);
    holder.execute(&cure);
    own.migrate().url(&database).run().success();
}

#[test]
fn a_backup_by_pg_dump() {
    let (database, own) = people();
    let program = database.server().binaries().program("pg_dump");
    if !program.exists() {
        return skipped("these programs of PostgreSQL have no pg_dump");
    }
    database.execute(
        "INSERT INTO people (email) SELECT repeat('x', 1000) FROM generate_series(1, 10000)",
    );
    // Nobody reads what it writes, so it stays in the middle of the table.
    let mut dump = command_as_server(&program)
        .arg(database.url())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pg_dump");
    let visitor = Visitor::of(&database, "visitor");
    let pid = visitor.wait_for(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'pg_dump' AND datname = current_database() AND query LIKE 'COPY public.people%'",
    );
    let says = [
        &format!("pid {pid} (pg_dump, user postgres): a backup by pg_dump, active for "),
        "COPY public.people",
    ];
    stays_busy(&database, &own, &says, "let the backup finish");
    dump.kill().expect("pg_dump");
    dump.wait().expect("its end");
    own.migrate().url(&database).run().success();
}

#[test]
fn a_vacuum_against_wraparound() {
    let server = Server::start(&["autovacuum_naptime=1s"]);
    let database = server.create("old");
    // As slow as it gets: a tenth of a second for each page.
    database.execute(
        "CREATE TABLE people (id bigserial PRIMARY KEY, email text) WITH (fillfactor = 10,
             autovacuum_freeze_max_age = 100000, autovacuum_vacuum_cost_limit = 1,
             autovacuum_vacuum_cost_delay = 100, autovacuum_analyze_threshold = 1000000);
         INSERT INTO people (email) SELECT repeat('x', 500) FROM generate_series(1, 500)",
    );
    // Every turn is a transaction: the table becomes as old as the limit.
    database.execute(
        "DO $$ BEGIN FOR i IN 1..100100 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$",
    );
    let visitor = Visitor::of(&database, "visitor");
    let pid = visitor.wait_for(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'
            AND query LIKE 'autovacuum: VACUUM public.people (to prevent wraparound)'",
    );
    let own = Own::files(&[("V1001__add.sql", super::ADD)]);
    let says = [
        &format!(
            "pid {pid} (autovacuum worker): vacuum against transaction-id wraparound, which does not give way, active for "
        ),
        "autovacuum: VACUUM public.people (to prevent wraparound)",
    ];
    stays_busy(&database, &own, &says, "let the vacuum finish");
}
