//! Files that are sent ahead: whatever ends one of them, nothing behind it is applied, and the next run
//! applies the rest, once.

use std::time::{Duration, Instant};

use crate::support::{Database, Fault, Output, Own, Proxy, Side, Trouble, Visitor, server};

const FILES: i32 = 12;

/// Where the middle is.
const MIDDLE: i32 = 5;

const SLEEPING: &str = "SELECT count(*) > 0 FROM pg_stat_activity
    WHERE wait_event = 'PgSleep' AND datname = current_database()";

fn name(version: i32) -> String {
    format!("V{version:04}__count.sql")
}

/// Counts how often a file ran; needs no other file.
fn counts(version: i32) -> String {
    format!("UPDATE counted SET times = times + 1 WHERE version = {version};\n")
}

/// A database that counts, and files each of which would succeed without the others.
fn counted() -> (Database<'static>, Own) {
    let database = server().create("ahead");
    database.execute(&format!(
        "CREATE TABLE counted (version int PRIMARY KEY, times int, twin int UNIQUE DEFERRABLE INITIALLY DEFERRED);
         INSERT INTO counted SELECT n, 0, n FROM generate_series(1, {FILES}) n"
    ));
    let own = Own::files(&[]);
    for version in 1..=FILES {
        own.write(&name(version), &counts(version));
    }
    (database, own)
}

/// The history is 1 to `last`, and each of these files was run once, the others not.
#[track_caller]
fn assert_applied(database: &Database<'_>, last: i32) {
    let applied = database.query_text("SELECT version FROM hangmeas.schema_history ORDER BY 1");
    let expected: Vec<String> = (1..=last).map(|version| version.to_string()).collect();
    assert_eq!(applied, expected);
    let wrong = database.query_text(&format!(
        "SELECT version, times FROM counted WHERE times <> CASE WHEN version <= {last} THEN 1 ELSE 0 END"
    ));
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn applied(database: &Database<'_>) -> i32 {
    let there = database.value("SELECT to_regclass('hangmeas.schema_history') IS NOT NULL");
    if there == "f" {
        return 0;
    }
    let count = database.value("SELECT count(*) FROM hangmeas.schema_history");
    count.parse().expect("a number")
}

#[track_caller]
fn finish(database: &Database<'_>, own: &Own) {
    own.migrate().url(database).run().success();
    assert_applied(database, FILES);
}

#[test]
fn an_error_in_the_middle_stops_what_was_sent_behind_it() {
    // One that is seen before BEGIN, one in the transaction, one at COMMIT.
    for (wrong, place) in [
        (
            "SELECT 1;\nUPDATTE counted SET times = 9;\n",
            "__count.sql:2:1",
        ),
        (
            "SELECT 1;\nUPDATE nowhere SET times = 9;\n",
            "__count.sql:2:8",
        ),
        ("UPDATE counted SET twin = 1 WHERE version = 2;\n", ""),
    ] {
        let (database, own) = counted();
        own.write(&name(MIDDLE), wrong);
        let output = own.migrate().url(&database).run();
        output
            .exits(5)
            .says(&format!("V{MIDDLE:04} count: "))
            .says(place)
            .never_says(&format!("V{:04}", MIDDLE + 1));
        assert_applied(&database, MIDDLE - 1);
        own.write(&name(MIDDLE), &counts(MIDDLE));
        finish(&database, &own);
    }
}

#[test]
fn the_next_file_is_on_its_way_while_one_runs() {
    let (database, own) = counted();
    own.write(&name(1), &format!("SELECT pg_sleep(1);\n{}", counts(1)));
    let proxy = Proxy::before(&database, None);
    let run = own.migrate().env("DATABASE_URL", proxy.url()).spawn();
    let visitor = Visitor::of(&database, "hangmeas tests");
    visitor.wait_for(SLEEPING);
    let next = counts(2);
    let began = Instant::now();
    while !proxy.queries().iter().any(|query| query.contains(&next)) {
        assert_eq!(
            visitor.value(SLEEPING).as_deref(),
            Some("t"),
            "not sent ahead"
        );
        assert!(began.elapsed() < Duration::from_secs(1));
    }
    run.wait().success();
    assert_applied(&database, FILES);
}

#[test]
fn a_busy_table_in_the_middle_is_tried_again_alone() {
    let (database, own) = counted();
    database.execute("CREATE TABLE busy (id int)");
    let add = "ALTER TABLE busy ADD COLUMN note text;\n".to_owned();
    own.write(&name(MIDDLE), &(add + &counts(MIDDLE)));
    let holder = Visitor::of(&database, "holder");
    holder.execute("BEGIN; SELECT * FROM busy");
    let run = own
        .migrate()
        .url(&database)
        .args(["--lock-timeout", "200ms", "--lock-retry-for", "30s"])
        .spawn();
    std::thread::sleep(Duration::from_millis(900));
    assert_applied(&database, MIDDLE - 1);
    holder.execute("COMMIT");
    run.wait().success().says("busy is busy");
    assert_applied(&database, FILES);
}

#[test]
fn the_lock_lost_in_the_middle_stops_everything_behind() {
    let (database, own) = counted();
    own.write(
        &name(MIDDLE),
        &format!("SELECT pg_sleep(1.5);\n{}", counts(MIDDLE)),
    );
    let run = own.migrate().url(&database).spawn();
    let visitor = Visitor::of(&database, "hangmeas tests");
    visitor.wait_for(SLEEPING);
    let holder = visitor.wait_for(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            GROUP BY pid HAVING count(*) = 2",
    );
    visitor.execute(&format!("SELECT pg_terminate_backend({holder})"));
    run.wait()
        .exits(4)
        .says("the connection that holds the lock was closed");
    assert_applied(&database, MIDDLE);
    finish(&database, &own);
}

#[test]
fn an_interrupt_in_the_middle_rolls_one_back_and_stops() {
    let (database, own) = counted();
    own.write(
        &name(MIDDLE),
        &format!("{}SELECT pg_sleep(60);\n", counts(MIDDLE)),
    );
    let run = own.migrate().url(&database).spawn();
    Visitor::of(&database, "hangmeas tests").wait_for(SLEEPING);
    run.signal("INT");
    run.wait()
        .exits(130)
        .says(&format!("V{MIDDLE:04} count was rolled back"));
    assert_applied(&database, MIDDLE - 1);
    own.write(&name(MIDDLE), &counts(MIDDLE));
    finish(&database, &own);
}

/// Runs with trouble; what was applied is a beginning of the files. Returns how many.
fn disturbed(database: &Database<'_>, own: &Own, trouble: Trouble) -> (Output, i32) {
    let proxy = Proxy::before(database, Some(trouble));
    let run = own.migrate().env("DATABASE_URL", proxy.url()).spawn();
    proxy.victim(run.pid());
    let output = run.wait();
    Visitor::of(database, "hangmeas tests").wait_for(
        "SELECT 'gone' WHERE NOT EXISTS (SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'hangmeas%migrate%')",
    );
    let last = applied(database);
    if last > 0 {
        assert_applied(database, last);
    }
    (output, last)
}

#[test]
fn cut_at_any_answer_each_file_committed_is_told_of() {
    let mut looked_up = 0;
    for message in 1.. {
        let (database, own) = counted();
        let (output, last) = disturbed(
            &database,
            &own,
            Trouble::new(Side::Server, message, Fault::Cut),
        );
        if output.code() == Some(0) {
            break;
        }
        output.exits(4);
        for version in 1..=last {
            let label = format!("V{version:04} count");
            let landed = output.stderr.contains(&format!("✓ {label}"));
            if !landed {
                output.says(&format!("{label} was committed"));
                looked_up += 1;
            }
        }
        finish(&database, &own);
    }
    assert!(looked_up > 0, "no file was looked up");
}

#[test]
fn killed_at_any_message_the_next_run_applies_the_rest_once() {
    let mut cut_short = 0;
    for message in 1.. {
        let (database, own) = counted();
        let (output, last) = disturbed(
            &database,
            &own,
            Trouble::new(Side::Client, message, Fault::KillAfter),
        );
        if output.code() == Some(0) {
            break;
        }
        assert_eq!(output.code(), None, "{}", output.shown());
        cut_short += i32::from(last > 0 && last < FILES);
        finish(&database, &own);
    }
    assert!(cut_short > 0, "never killed in the middle");
}
