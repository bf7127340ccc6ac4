//! `db health-check`, `db drift` and `explain`, as a person or a pipeline calls them.

use hangmeas::health;

use crate::catalog::apply;
use crate::support::{Base, Database, hangmeas, server};

fn migrated(base: Base) -> Database<'static> {
    let database = server().clone_of(base);
    hangmeas()
        .url(&database)
        .args(["db", "migrate"])
        .run()
        .success();
    database
}

#[test]
fn an_empty_schema_is_told_as_the_guide_tells_it() {
    let database = server().create("guide");
    let output = hangmeas().url(&database).args(["db", "health-check"]).run();
    output
        .exits(1)
        .answers("=== Database Health Check ===")
        .answers("📊 Required Tables:")
        .answers("🔍 Key Indexes:")
        .answers("📈 Table Statistics:")
        .answers("🔒 Foreign Key Constraints:")
        .answers("hangmeas db migrate");
    compare_with_snapshot(&output.stdout, database.name());
    // The guide's own eleven are among them.
    for table in [
        "spree_users",
        "xfactor_seasons",
        "xfactor_episodes",
        "xfactor_contestants",
        "xfactor_votes",
        "vote_packages",
        "subscription_plans",
        "user_subscriptions",
        "wallet_transactions",
        "event_seats",
        "artists",
    ] {
        output.answers(&format!("✗  {table} "));
    }
}

/// The whole text, as it is kept beside the golden cases; HANGMEAS_BLESS=1 keeps it anew.
fn compare_with_snapshot(text: &str, database: &str) {
    let head = text.split('\n').position(|line| line.starts_with(database));
    let stable: Vec<String> = text
        .lines()
        .enumerate()
        .filter(|(at, _)| Some(*at) != head)
        // How long it took, and what the server of the tests lacks.
        .filter(|(_, line)| !line.contains(" ms)") && !line.starts_with('·'))
        .map(|(_, line)| line.trim_end().to_owned())
        .collect();
    let told = stable.join("\n") + "\n";
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/health_of_nothing.txt"
    );
    if std::env::var_os("HANGMEAS_BLESS").is_some() {
        std::fs::write(path, &told).expect("the snapshot");
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), told);
}

#[test]
fn a_migrated_shop_is_well() {
    let database = migrated(Base::Spree46);
    let run = |args: &[&str]| hangmeas().url(&database).args(args).run();
    run(&["db", "health-check"])
        .exits(0)
        .answers("✓  xfactor_votes ")
        .answers("index_xfactor_votes_on_user_id_and_episode_id_and_vote_type")
        .answers("xfactor_votes.user_id -> spree_users")
        .answers("0 rows");
    run(&["db", "drift"])
        .exits(0)
        .answers("is as the migrations made it: version");
    run(&["db", "drift", "--sql"])
        .exits(0)
        .answers("-- nothing to restore");
    run(&["explain", "index.invalid"])
        .exits(0)
        .answers("# index.invalid");
    run(&["explain", "index.invlaid"])
        .exits(2)
        .says("hangmeas explain index.invalid");
    run(&["db", "health-check", "--only", "indexes"])
        .exits(2)
        .says("did you mean `index`?");
    run(&[
        "db",
        "health-check",
        "--only",
        "index.invalid, index.prefix",
    ])
    .exits(0)
    .answers("in 2 checks");
    let checks = health::all().filter(|check| check.id.starts_with("data."));
    run(&["db", "health-check", "--only", "data"])
        .exits(0)
        .answers(&format!("nothing found in {} checks", checks.count()));
    run(&["db", "health-check", "--only", "data", "--skip", "data"])
        .exits(2)
        .says("no check is left to run: --skip data leaves out all of --only data");
    run(&["db", "health-check", "-h"])
        .exits(0)
        .answers("sarif, github, nagios, prometheus]");
    for args in [
        ["--format", "nagios", "db", "health-check"],
        ["db", "--format=nagios", "health-check", "--quiet"],
        ["db", "health-check", "--format", "nagios"],
    ] {
        run(&args).exits(0).answers("HANGMEAS OK - ");
    }
    run(&["db", "status", "--format", "junit"])
        .exits(2)
        .says("db health-check");
}

/// What is printed can be pasted: it names the database as the call did, without its password.
#[test]
fn suggested_commands_bear_the_flags_of_the_call() {
    let database = migrated(Base::Empty);
    database.execute("DROP VIEW voting_statistics; DROP TABLE topup_promotions, artists CASCADE");
    let url = database.url();
    let secret = url.replace("postgres@", "postgres:QZX@");
    let run = |args: &[&str]| {
        let run = hangmeas().args(args);
        run.args(["--env", "test", "--database-url", &secret]).run()
    };
    let flags = format!(
        "--env test --database-url '{}'",
        secret.replace("QZX", "[redacted]")
    );
    run(&["db", "health-check"])
        .exits(1)
        .answers(&format!("→ hangmeas {flags} db drift --sql\n"))
        .answers(&format!("→ hangmeas {flags} db backup\n"))
        .answers(&format!("→ hangmeas {flags} db grants\n"))
        .never_says("QZX");
    let report = run(&[
        "db",
        "health-check",
        "--only",
        "operations.backup_age",
        "--format",
        "json",
    ])
    .json();
    assert_eq!(
        report["checks"][0]["findings"][0]["cure"],
        format!("hangmeas {flags} db backup")
    );
    run(&["db", "drift", "--migrations-dir", "."])
        .exits(1)
        .answers(&format!(
            "hangmeas {flags} db drift --sql --migrations-dir '"
        ));
    run(&["db", "annotate", "--check", "--out", "our pages"])
        .exits(1)
        .answers(&format!("hangmeas {flags} db annotate --out 'our pages'\n"))
        .never_says("QZX");
}

#[test]
fn drift_is_told_and_its_statements_restore() {
    let database = migrated(Base::Spree42);
    database.execute("ALTER TABLE artists DROP COLUMN genre; DROP VIEW voting_statistics; CREATE TABLE mine (id int)");
    let run = |args: &[&str]| hangmeas().url(&database).args(args).run();
    run(&["db", "drift"])
        .exits(1)
        .answers("column artists.genre: missing")
        .answers("index artists.index_artists_on_genre: missing (V0010, follows from column artists.genre)")
        .answers("view voting_statistics: missing");
    let output = run(&["db", "drift", "--sql"]);
    let sql = output.exits(1).stdout.clone();
    for statement in hangmeas::sql_text::split(&sql) {
        database.execute(statement.text);
    }
    run(&["db", "drift"]).exits(0);
    assert!(apply::read(&database).relations.contains_key("mine"));
}

#[test]
fn every_form_of_answer_is_what_its_readers_expect() {
    let database = migrated(Base::Empty);
    database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'index_artists_on_name'::regclass");
    let run = |format: &str| {
        let args = [
            "db",
            "health-check",
            "--only",
            "index.invalid,index.duplicate",
            "--format",
            format,
        ];
        let output = hangmeas().url(&database).args(args).run();
        let status = if format == "nagios" { 2 } else { 1 };
        output.exits(status).stdout.clone()
    };
    let json: serde_json::Value = serde_json::from_str(&run("json")).expect("JSON");
    assert_eq!(json["schema_version"], 1);
    assert_eq!(
        json["checks"][0]["findings"][0]["key"],
        "index.invalid:index_artists_on_name"
    );
    assert_eq!(json["checks"][1]["outcome"], "passed");
    let sarif: serde_json::Value = serde_json::from_str(&run("sarif")).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "index.invalid");
    let junit = run("junit");
    assert!(
        junit.contains("<testsuite name=\"index\" tests=\"2\" failures=\"1\""),
        "{junit}"
    );
    assert!(run("github").starts_with("::error title=index.invalid::index index_artists_on_name"));
    assert!(run("nagios").starts_with("HANGMEAS CRITICAL - 1 error,"));
    assert!(run("prometheus").contains("check=\"index.invalid\"} 1\n"));
}

#[test]
fn waivers_and_baselines_decide_the_exit_status() {
    let database = migrated(Base::Empty);
    database.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'index_artists_on_name'::regclass");
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        let run = hangmeas().url(&database).dir(folder.path());
        run.args(["db", "health-check", "--only", "index"])
            .args(args)
            .run()
    };
    let output = run(&["--format", "json"]);
    std::fs::write(folder.path().join("before.json"), &output.exits(1).stdout).expect("a file");
    run(&["--baseline", "before.json"])
        .exits(0)
        .answers("1 known from the baseline");
    run(&["--baseline", "nowhere.json"])
        .exits(2)
        .says("nowhere.json");
    let waive = |until: &str| {
        let text = format!(
            "[[waivers]]\nfinding = \"index.invalid:*\"\nreason = \"it is built again tonight\"\nuntil = \"{until}\"\n"
        );
        std::fs::write(folder.path().join("hangmeas.toml"), text).expect("a file");
    };
    waive("2999-12-31");
    run(&[]).exits(0);
    waive("2020-01-31");
    run(&[]).exits(1).answers("ended on 2020-01-31");
    let check = || {
        let run = hangmeas().url(&database).dir(folder.path());
        run.args(["config", "check"]).run()
    };
    check().exits(0).answers("ended on 2020-01-31");
    waive("soon");
    run(&[]).exits(3).says("which is no day");
    check().exits(3).answers("which is no day");
}

/// A person can copy the key of a finding, sees what is waived, and hears of waivers that waive nothing.
#[test]
fn waivers_are_told_to_people() {
    let database = migrated(Base::Empty);
    database.execute("CREATE INDEX \"an \"\"odd\"\" one\" ON artists (name); CREATE INDEX again ON artists (genre)");
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        let run = hangmeas().url(&database).dir(folder.path());
        run.args(args).run()
    };
    let check = ["db", "health-check", "--only", "index", "--verbose"];
    let output = run(&check);
    output
        .answers("· index.prefix:index_achievements_on_user_id: ")
        .answers("(built in)");
    let keys = output.stdout.lines();
    let keys: Vec<&str> = keys
        .filter_map(|line| line.split_once("waive with: "))
        .map(|(_, key)| key)
        .collect();
    assert_eq!(keys.len(), 2, "{}", output.stdout);
    let waive = |findings: &[&str]| {
        let waivers = findings.iter().map(|finding| {
            format!("[[waivers]]\n{finding}\nreason = \"it goes with the next release\"\nuntil = \"2999-12-31\"\n")
        });
        let text: String = waivers.collect();
        std::fs::write(folder.path().join("hangmeas.toml"), text).expect("a file");
    };
    waive(&keys);
    let output = run(&check);
    output
        .exits(0)
        .answers("nothing found in")
        .answers("index.duplicate:again: it goes with the next release (until 2999-12-31)");
    waive(&[
        "finding = \"index.duplcate:again\"",
        "finding = \"index.duplicate:agan\"",
        "finding = \"again\"",
    ]);
    run(&check[..4])
        .answers("the waiver of index.duplcate:again is of no check: was index.duplicate:again meant?")
        .answers("the waiver of index.duplicate:agan matches nothing any more: was index.duplicate:again meant?")
        .answers("the waiver of again is of no check: hangmeas explain --list has all");
    run(&["config", "check"])
        .exits(0)
        .answers("hangmeas.toml:2: the waiver of index.duplcate:again is of no check")
        .answers("was index.duplicate:again meant?");
}

/// The backups that count are the complete ones of this database and environment, in the folder of the settings.
#[test]
fn the_last_backup_known_to_hangmeas_has_an_age() {
    let database = migrated(Base::Empty);
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        hangmeas()
            .url(&database)
            .dir(folder.path())
            .args(args)
            .run()
    };
    let check = ["db", "health-check", "--only", "operations.backup_age"];
    run(&check)
        .exits(0)
        .answers("there is no backup of this database in");
    run(&["db", "backup", "--env", "test"]).success();
    run(&check).exits(0).answers("there is no backup");
    // Backups of one second would have one name.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    run(&["db", "backup"]).success();
    run(&check).exits(0).answers("nothing found in 1 check");
    std::fs::write(
        folder.path().join("hangmeas.toml"),
        "[health]\nbackup_age = \"1s\"\n",
    )
    .expect("a file");
    std::thread::sleep(std::time::Duration::from_millis(2500));
    run(&check).exits(0).answers("the newest backup, ");
}
