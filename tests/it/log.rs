//! The log: what is in it, in which form, and what never is.

use serde_json::Value;

use crate::support::{Base, hangmeas, server};

/// The records of a JSON log; stderr holds nothing else.
fn records(stderr: &str) -> Vec<Value> {
    let parse =
        |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    stderr.lines().map(parse).collect()
}

#[test]
fn nothing_is_logged_unless_wanted() {
    let database = server().clone_of(Base::Empty);
    let output = hangmeas().url(&database).args(["db", "status"]).run();
    assert_eq!(output.success().stderr, "");
}

#[test]
fn verbosity_adds_settings_then_statements() {
    let database = server().clone_of(Base::Empty);
    let run = |flag: &str| hangmeas().url(&database).args(["db", "status", flag]).run();
    let once = run("-v");
    once.success()
        .says("connected")
        .says("environment=")
        .says("end command=\"db status\"");
    once.never_says("statement ms=");
    let twice = run("-vv");
    twice
        .success()
        .says("statement ms=")
        .says("hangmeas.schema_history");
    twice.says("origin=\"variable DATABASE_URL\"");
    assert!(
        !twice.stdout.contains("statement ms="),
        "stdout is the answer"
    );
}

#[test]
fn a_json_log_is_json_to_the_last_line() {
    let database = server().clone_of(Base::Empty);
    let run = |args: &[&str]| {
        hangmeas()
            .url(&database)
            .env("HANGMEAS_LOG", "debug,json")
            .args(args)
            .run()
    };
    let output = run(&["db", "migrate", "--to", "3"]);
    let log = records(&output.success().stderr);
    let find = |message: &str| {
        log.iter()
            .find(|record| record["message"] == message)
            .unwrap_or_else(|| panic!("no {message} in {}", output.stderr))
    };
    assert_eq!(find("connected")["database"], database.name());
    assert!(find("statement")["ms"].as_f64().is_some());
    assert_eq!(find("V0003 index_hangmeas_user_fields")["outcome"], "done");
    assert_eq!(find("end")["status"], 0);
    for record in &log {
        for key in ["time", "level", "target", "message"] {
            assert!(record[key].is_string(), "{key} in {record}");
        }
    }
    let output = run(&["db", "migrate", "--to", "999"]);
    let log = records(&output.exits(2).stderr);
    let error = log
        .iter()
        .find(|record| record["level"] == "error")
        .expect("the error");
    assert_eq!(error["status"], 2);
    assert!(error["message"].as_str().expect("text").contains("V0999"));
    let output = run(&["db", "migrat"]);
    let log = records(&output.exits(2).stderr);
    assert_eq!(log[0]["commands"], "hangmeas db migrate");
}

#[test]
fn each_attempt_to_connect_is_told() {
    let database = server().clone_of(Base::Empty);
    let url = database.url().replace("host=", "host=/no/where,");
    let output = hangmeas()
        .env("DATABASE_URL", url)
        .env("PGPASSWORD", "s3cr3t")
        .env("HANGMEAS_LOG", "info,json")
        .args(["db", "status"])
        .run();
    let log = records(&output.success().never_says("s3cr3t").stderr);
    let about = |message: &str| -> Vec<&Value> {
        log.iter()
            .filter(|record| record["message"] == message)
            .collect()
    };
    let (tried, failed, made) = (
        about("connecting"),
        about("not connected"),
        about("connected"),
    );
    assert!(
        tried.len() == 2 && failed.len() == 1 && made.len() == 1,
        "{}",
        output.stderr
    );
    assert_eq!(tried[0]["address"], "/no/where/.s.PGSQL.5432");
    assert_eq!(tried[0]["password"], "given");
    assert!(
        failed[0]["why"]
            .as_str()
            .expect("text")
            .contains("No such file")
    );
    assert!(failed[0]["ms"].as_f64().is_some());
}

#[test]
fn an_unknown_level_is_refused() {
    let output = hangmeas()
        .env("HANGMEAS_LOG", "loud")
        .args(["migration", "list"])
        .run();
    output.exits(3).says("HANGMEAS_LOG: \"loud\"");
}

#[test]
fn neither_passwords_nor_strings_of_statements_are_logged() {
    const SECRET: &str = "s3cr3t-ខ្មែរ";
    let database = server().clone_of(Base::Empty);
    let folder = tempfile::tempdir().expect("folder");
    let sql = format!(
        "DO $$ BEGIN PERFORM '{SECRET}'; END $$;\nCOMMENT ON SCHEMA public IS '{SECRET}'; -- {SECRET}\n"
    );
    std::fs::write(folder.path().join("V0001__x.sql"), sql).expect("file");
    let url = database.url();
    let with_password = url.replacen("://", &format!("://postgres:{SECRET}@"), 1);
    for url in [&url, &with_password] {
        for form in ["trace", "trace,json"] {
            hangmeas()
                .env("DATABASE_URL", url)
                .env("HANGMEAS_LOG", form)
                .args(["db", "migrate", "-vvv", "--no-bundled", "--migrations-dir"])
                .arg(folder.path())
                .run()
                .never_says(SECRET);
        }
    }
}
