//! Rails beside hangmeas: versions written down for it, and its work adopted.

use std::fs;
use std::path::Path;

use crate::support::{Base, Database, Run, hangmeas, server};

/// The application's copies of the guide's migrations, with versions of its own.
const COPIES: [(&str, &str); 8] = [
    ("20240101000001", "add_hangmeas_user_fields"),
    ("20240101000002", "create_xfactor_voting"),
    ("20240101000003", "enhance_store_credits"),
    ("20240101000004", "create_subscriptions"),
    ("20240101000005", "enhance_events_system"),
    ("20240101000006", "create_supporting_tables"),
    ("20240101000007", "create_database_views"),
    ("20240101000008", "add_performance_indexes"),
];

fn application() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("folder");
    let folder = dir.path().join("db/migrate");
    fs::create_dir_all(&folder).expect("folder");
    for (version, name) in COPIES {
        fs::write(folder.join(format!("{version}_{name}.rb")), "").expect("file");
    }
    fs::write(folder.join("20240101000009_create_posts.rb"), "").expect("file");
    dir
}

fn shop() -> Database<'static> {
    let database = server().clone_of(Base::Spree46);
    database.execute("CREATE TABLE IF NOT EXISTS schema_migrations (version varchar PRIMARY KEY)");
    database
        .execute("DELETE FROM schema_migrations; INSERT INTO schema_migrations VALUES ('2019')");
    database
}

fn run(application: &Path, database: &Database<'_>, args: &[&str]) -> Run {
    hangmeas()
        .dir(application)
        .url(database)
        .args(["db"])
        .args(args)
}

fn versions(database: &Database<'_>) -> Vec<String> {
    database.query_text("SELECT version FROM schema_migrations ORDER BY 1")
}

#[test]
fn versions_are_recorded_with_the_migration_and_deleted_with_its_undo() {
    let (application, database) = (application(), shop());
    let config = "[rails]\nrecord_versions = true\n";
    fs::write(application.path().join("hangmeas.toml"), config).expect("file");
    run(application.path(), &database, &["migrate", "--to", "4"])
        .run()
        .success();
    assert_eq!(
        versions(&database),
        ["2019", "20240101000001", "20240101000002"]
    );
    run(application.path(), &database, &["migrate"])
        .run()
        .success();
    assert_eq!(versions(&database).len(), 9);
    run(application.path(), &database, &["rollback", "--to", "2"])
        .run()
        .success();
    assert_eq!(versions(&database), ["2019"]);
}

/// Rails' table refuses a version of the guide, to be written or to be deleted.
const REFUSE: &str = "
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF coalesce(OLD.version, NEW.version) LIKE '2024%' THEN RAISE 'not now'; END IF;
        RETURN coalesce(NEW, OLD);
    END $$;
    CREATE TRIGGER refuse BEFORE INSERT OR DELETE ON schema_migrations
        FOR EACH ROW EXECUTE FUNCTION refuse()";

#[test]
fn a_version_and_its_migration_stand_or_fall_together() {
    let (application, database) = (application(), shop());
    let config = "[rails]\nrecord_versions = true\n";
    fs::write(application.path().join("hangmeas.toml"), config).expect("file");
    let migrate = || run(application.path(), &database, &["migrate", "--to", "4"]).run();
    let applied = || database.value("SELECT max(version) FROM hangmeas.schema_history");
    let votes = || database.value("SELECT to_regclass('xfactor_votes') IS NOT NULL");
    run(application.path(), &database, &["migrate", "--to", "3"])
        .run()
        .success();
    database.execute(REFUSE);
    migrate().exits(5).says("not now");
    assert_eq!((applied(), votes()), ("3".to_owned(), "f".to_owned()));
    database.execute("ALTER TABLE schema_migrations DISABLE TRIGGER refuse");
    migrate().success();
    database.execute("ALTER TABLE schema_migrations ENABLE TRIGGER refuse");
    let undo = run(application.path(), &database, &["rollback", "--to", "3"]);
    undo.run().exits(5).says("not now");
    assert_eq!((applied(), votes()), ("4".to_owned(), "t".to_owned()));
    assert_eq!(versions(&database).len(), 3);
}

#[test]
fn nothing_is_recorded_unless_wanted_or_in_another_tools_table() {
    let (application, database) = (application(), shop());
    run(application.path(), &database, &["migrate"])
        .run()
        .success();
    assert_eq!(versions(&database), ["2019"]);

    let other = server().clone_of(Base::Spree46);
    other.execute(
        "DROP TABLE IF EXISTS schema_migrations; \
         CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)",
    );
    let config = "[rails]\nrecord_versions = true\n";
    fs::write(application.path().join("hangmeas.toml"), config).expect("file");
    let output = run(application.path(), &other, &["migrate"]).run();
    output
        .success()
        .says("no table schema_migrations of Rails' shape");
    assert_eq!(other.value("SELECT count(*) FROM schema_migrations"), "0");
}

/// The state that Rails leaves behind: its schema and versions, and nothing of hangmeas.
fn as_rails_left_it(application: &Path, migrations: usize, up_to: &str) -> Database<'static> {
    let database = shop();
    run(application, &database, &["migrate", "--to", up_to])
        .run()
        .success();
    database.execute("DROP SCHEMA hangmeas CASCADE");
    for (version, _) in &COPIES[..migrations] {
        database.execute(&format!(
            "INSERT INTO schema_migrations VALUES ('{version}')"
        ));
    }
    database
}

#[test]
fn what_rails_applied_is_compared_and_adopted() {
    let application = application();
    let database = as_rails_left_it(application.path(), 8, "15");
    let before = database.value("SELECT count(*) FROM pg_indexes");
    let plan = run(application.path(), &database, &["migrate", "--dry-run"]).run();
    plan.success()
        .answers("V0004__create_xfactor_voting.sql (Rails made it")
        .answers("SET LOCAL hangmeas.adopted")
        .never_says("CREATE TABLE xfactor_votes");
    let output = run(
        application.path(),
        &database,
        &["migrate", "--format", "json"],
    )
    .run();
    let report = output.success().json();
    let modes: Vec<_> = report["applied"]
        .as_array()
        .expect("list")
        .iter()
        .map(|step| {
            (
                step["version"].as_i64().expect("version"),
                step["mode"].as_str().expect("mode").to_owned(),
            )
        })
        .collect();
    assert!(
        modes
            .iter()
            .filter(|(v, _)| (2..=15).contains(v))
            .all(|(_, mode)| mode == "adopted")
    );
    assert!(
        modes
            .iter()
            .filter(|(v, _)| *v > 15)
            .all(|(_, mode)| mode != "adopted")
    );
    let own = "SELECT count(*) FROM pg_indexes WHERE schemaname <> 'hangmeas'";
    assert_eq!(database.value(own), before, "no index was built again");
    run(application.path(), &database, &["status", "--check"])
        .run()
        .success();
}

#[test]
fn what_is_undone_but_stays_in_rails_table_is_told() {
    let application = application();
    let database = as_rails_left_it(application.path(), 8, "15");
    run(application.path(), &database, &["migrate"])
        .run()
        .success();
    let undo = || run(application.path(), &database, &["rollback", "--to", "13"]).run();
    undo().success().says(
        "Rails takes 20240101000008 for applied as before; if that is not meant, before the next \
         run: DELETE FROM public.schema_migrations WHERE version = '20240101000008'",
    );
    run(application.path(), &database, &["migrate"])
        .run()
        .exits(5)
        .says("differs from what hangmeas expects");
    database.execute("DELETE FROM schema_migrations WHERE version = '20240101000008'");
    run(application.path(), &database, &["migrate"])
        .run()
        .success();
}

#[test]
fn a_part_is_adopted_and_the_rest_is_run() {
    let application = application();
    let database = as_rails_left_it(application.path(), 3, "8");
    run(application.path(), &database, &["migrate"])
        .run()
        .success();
    assert_eq!(database.value("SELECT count(*) FROM event_seats"), "0");
}

#[test]
fn differences_and_gaps_are_refused_and_nothing_is_done() {
    let application = application();
    let database = as_rails_left_it(application.path(), 8, "15");
    database.execute(
        "DROP INDEX index_spree_users_on_province; \
         ALTER TABLE vote_packages ALTER sort_order TYPE bigint",
    );
    let output = run(application.path(), &database, &["migrate"]).run();
    output.exits(5).says("differs from what hangmeas expects");
    run(application.path(), &database, &["migrate", "--dry-run"])
        .run()
        .exits(5)
        .says("differs from what hangmeas expects");
    output
        .says("index_spree_users_on_province")
        .says("vote_packages.sort_order");
    assert_eq!(
        database.value("SELECT to_regnamespace('hangmeas') IS NULL"),
        "t"
    );

    let gap = as_rails_left_it(application.path(), 8, "15");
    gap.execute("DELETE FROM schema_migrations WHERE version = '20240101000002'");
    let output = run(application.path(), &gap, &["migrate"]).run();
    output
        .exits(5)
        .says("create_xfactor_voting, which comes before");
}
