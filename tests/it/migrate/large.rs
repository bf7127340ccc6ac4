//! Large files: sent in parts, in one transaction; errors stand where they are.

use std::fmt::Write as _;

use crate::support::{Own, Proxy, Visitor, server};

const ROWS: usize = 60_000;

/// Some megabytes, the last line `end`.
fn rows(end: &str) -> String {
    let mut sql = "CREATE TABLE words (id int, word text);\n".to_owned();
    for id in 0..ROWS {
        let _ = writeln!(
            sql,
            "INSERT INTO words VALUES ({id}, 'ពាក្យ; និង word {id}');"
        );
    }
    assert!(sql.len() > 3 * 1024 * 1024);
    sql + end
}

#[test]
fn goes_in_parts_and_is_whole_or_not_there() {
    let database = server().create("large");
    let own = Own::files(&[("V0001__words.sql", &rows("SELECT nope;\n"))]);
    own.write("V0002__next.sql", "CREATE TABLE next (id int);\n");
    let output = own.migrate().url(&database).run();
    let line = ROWS + 2;
    output
        .exits(5)
        .says("column \"nope\" does not exist")
        .says(&format!("V0001__words.sql:{line}:8"));
    assert_eq!(
        database
            .value("SELECT to_regnamespace('hangmeas') IS NULL AND to_regclass('words') IS NULL"),
        "t"
    );
    own.write("V0001__words.sql", &rows("SELECT 1 / 0;\n"));
    own.migrate()
        .url(&database)
        .run()
        .exits(5)
        .says("division by zero")
        .says(&format!("V0001__words.sql:{line}:1"));
    own.write("V0001__words.sql", &rows("SELECT 1;\n"));
    let proxy = Proxy::before(&database, None);
    let run = own.migrate().env("DATABASE_URL", proxy.url()).run();
    run.success();
    assert_eq!(
        database.value("SELECT count(*) || '/' || count(DISTINCT id) FROM words"),
        format!("{ROWS}/{ROWS}")
    );
    let longest = proxy.queries().iter().map(String::len).max();
    assert!(longest < Some(1200 * 1024), "{longest:?}");
}

#[test]
fn a_busy_table_in_a_later_part_begins_the_file_anew() {
    let database = server().create("large");
    database.execute("CREATE TABLE busy (id int)");
    let own = Own::files(&[(
        "V0001__words.sql",
        &rows("ALTER TABLE busy ADD COLUMN note text;\n"),
    )]);
    let holder = Visitor::of(&database, "holder");
    holder.execute("BEGIN; SELECT * FROM busy");
    let run = own
        .migrate()
        .url(&database)
        .args(["--lock-timeout", "200ms", "--lock-retry-for", "60s"])
        .spawn();
    holder.wait_for(
        "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'busy'::regclass",
    );
    std::thread::sleep(std::time::Duration::from_millis(500));
    holder.execute("COMMIT");
    run.wait().success().says("attempt 1: ");
    assert_eq!(
        database.value("SELECT count(*) FROM words"),
        ROWS.to_string()
    );
}
