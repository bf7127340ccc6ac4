//! Tables that somebody put into another schema or called otherwise: they are told with what they are now, and brought
//! back with their rows; where several fit, a person decides.

use super::restoring::{run_script, shop};
use crate::support::{Database, hangmeas};

const VOTES: &str = "INSERT INTO sms_vote_logs (phone_number, message_content, created_at, updated_at)
    SELECT '+85512' || n, 'VOTE ' || n, now(), now() FROM generate_series(1, 1234) n; ANALYZE sms_vote_logs";

fn drift(database: &Database<'_>, args: &[&str]) -> crate::support::Output {
    let command = hangmeas().url(database).args(["db", "drift"]);
    command.args(args).run()
}

#[test]
fn a_moved_table_is_told_and_comes_back_with_its_rows() {
    let database = shop();
    database.execute(VOTES);
    let before = drift(&database, &["--format", "json"]).json()["fingerprint"].clone();
    database.execute("CREATE SCHEMA old; ALTER TABLE sms_vote_logs SET SCHEMA old");
    let health = ["db", "health-check", "--only", "conformity,guide"];
    hangmeas()
        .url(&database)
        .args(health)
        .run()
        .exits(1)
        .answers("table sms_vote_logs is missing; old.sms_vote_logs looks like it (1,234 rows by estimate)")
        .answers("ALTER TABLE old.sms_vote_logs SET SCHEMA public")
        .answers("✗  sms_vote_logs ")
        .never_says("CREATE TABLE")
        .never_says("sms_vote_logs_pkey")
        .never_says("sms_vote_logs_id_seq");
    let told = drift(&database, &["--format", "json"]).json();
    assert_ne!(told["fingerprint"], before);
    assert_eq!(told["items"].as_array().map(Vec::len), Some(1), "{told:#}");
    let item = &told["items"][0];
    assert_eq!(item["change"], "schema");
    assert_eq!(item["found"], "old.sms_vote_logs");
    assert_eq!(item["candidates"][0]["rows"], 1234);
    drift(&database, &[]).answers("+ old.sms_vote_logs (1,234 rows by estimate)");
    run_script(&database, &drift(&database, &["--sql"]).stdout).expect("the script");
    assert_eq!(
        database.value("SELECT count(*) FROM public.sms_vote_logs"),
        "1234"
    );
    let after = drift(&database, &["--format", "json"]);
    assert_eq!(after.exits(0).json()["fingerprint"], before);
}

#[test]
fn a_view_in_its_place_makes_way() {
    let database = shop();
    database.execute(VOTES);
    database.execute(
        "CREATE SCHEMA old; ALTER TABLE sms_vote_logs SET SCHEMA old;
         ALTER TABLE old.sms_vote_logs RENAME TO sms_vote_logs_2025;
         ALTER TABLE old.sms_vote_logs_2025 RENAME COLUMN message_content TO said;
         CREATE VIEW sms_vote_logs AS SELECT * FROM old.sms_vote_logs_2025;
         ALTER TABLE spree_users SET SCHEMA old;
         CREATE VIEW spree_users AS SELECT * FROM old.spree_users;
         ALTER VIEW voting_statistics SET SCHEMA old",
    );
    let script = drift(&database, &["--sql"]);
    script
        .answers("ALTER VIEW sms_vote_logs RENAME TO sms_vote_logs_aside")
        .answers("ALTER TABLE old.sms_vote_logs_2025 RENAME TO sms_vote_logs")
        .answers("ALTER VIEW old.voting_statistics SET SCHEMA public");
    run_script(&database, &script.stdout).expect("the script");
    assert_eq!(
        database.value("SELECT count(message_content) FROM sms_vote_logs"),
        "1234"
    );
    drift(&database, &[]).exits(0);
}

#[test]
fn where_two_fit_a_person_decides() {
    let database = shop();
    database.execute(VOTES);
    database.execute(
        "CREATE SCHEMA old; ALTER TABLE sms_vote_logs SET SCHEMA old;
         CREATE TABLE sms_vote_logs_old (LIKE old.sms_vote_logs INCLUDING ALL)",
    );
    hangmeas()
        .url(&database)
        .args(["db", "health-check", "--only", "conformity.table"])
        .run()
        .exits(1)
        .answers("table sms_vote_logs is missing; old.sms_vote_logs (1,234 rows by estimate) and sms_vote_logs_old look like it");
    drift(&database, &[]).answers("? sms_vote_logs_old");
    let script = drift(&database, &["--sql"]);
    script
        .answers("-- NOT RESTORED: table sms_vote_logs: missing: old.sms_vote_logs and sms_vote_logs_old look like it")
        .never_says("CREATE TABLE");
    run_script(&database, &script.stdout).expect("the script");
    database.execute("DROP TABLE sms_vote_logs_old");
    run_script(&database, &drift(&database, &["--sql"]).stdout).expect("the script");
    drift(&database, &[]).exits(0);
}

#[test]
fn another_table_of_that_name_is_not_it() {
    let database = shop();
    database.execute(
        "DROP TABLE sms_vote_logs CASCADE; CREATE SCHEMA old;
         CREATE TABLE old.sms_vote_logs (id bigserial PRIMARY KEY, said text);
         CREATE TABLE old.spree_users (id bigint)",
    );
    let script = drift(&database, &["--sql"]);
    script
        .answers("CREATE TABLE sms_vote_logs")
        .never_says("old.");
    run_script(&database, &script.stdout).expect("the script");
    drift(&database, &[]).exits(0);
}
