//! The second run over what an earlier one made: a profile that has changed, rows that somebody took.

use super::{AS_OF, assert_same, checksums, demo, migrated, seed, small, written};
use crate::support::{Base, hangmeas};

/// A small audience of a profile of one's own; `rate` of its users vote.
fn mine(rate: &str) -> String {
    format!(
        "include = ['reference'] # packages and plans\n\
         [crowd]\nusers = 60\nvotes = 300\nbegan = '-300d'\nevents = {{ count = 1, seats = 20 }}\n\
         shows = [{{ slug = 'mine', name = 'Mine', contestants = 3, episodes = 2, finale = '-3w' }}]\n\
         rates = {{ voters = {rate} }}\n"
    )
}

#[test]
fn a_profile_that_has_changed_is_other_data() {
    let database = migrated(Base::Empty);
    let dir = tempfile::tempdir().expect("a folder");
    let path = written(&dir, &mine("0.5"));
    let args = ["--profile", &path, "--as-of", AS_OF];
    seed(&database, &args).success();
    let first = checksums(&database);
    let words = mine("0.50").replace("# packages and plans", "\n\n# words");
    written(&dir, &words);
    seed(&database, &args)
        .success()
        .answers("has it all already");

    written(&dir, &mine("0.9"));
    seed(&database, &args)
        .exits(9)
        .says("the profile mine has changed since: in crowd")
        .says("--append")
        .says("--replace");
    seed(&database, &[&args[..], &["--dry-run"]].concat())
        .exits(1)
        .answers("the profile mine has changed since: in crowd");
    assert_same(&first, &checksums(&database));
    seed(&database, &[&args[..], &["--replace"]].concat()).success();
    seed(&database, &args)
        .success()
        .answers("has it all already");
    assert_ne!(first, checksums(&database));

    // What shapes no row is added like any record.
    let banner = "[[banners]]\ntitle='B'\nimage_url='x'\nlink_type='url'\nlink_value='y'\n\
                  target_audience='all'\nstart='-1d'\nend='+1d'\n";
    written(&dir, &format!("{}{banner}", mine("0.9")));
    seed(&database, &args).success().answers("1 row seeded");
    seed(&database, &args)
        .success()
        .answers("has it all already");
}

#[test]
fn what_an_older_hangmeas_wrote_down_is_taken_as_it_is() {
    let database = migrated(Base::Empty);
    let dir = tempfile::tempdir().expect("a folder");
    let path = written(&dir, &mine("0.5"));
    let args = ["--profile", &path, "--as-of", AS_OF];
    seed(&database, &args).success();
    database.execute("ALTER TABLE hangmeas.seed_run DROP digests, DROP generated");
    let before = checksums(&database);
    seed(&database, &args)
        .success()
        .answers("has it all already");
    written(&dir, &mine("0.9"));
    seed(&database, &args)
        .success()
        .answers("has it all already");
    assert_same(&before, &checksums(&database));
    seed(&database, &[&args[..], &["--append"]].concat()).success();
    assert_eq!(
        database.value(
            "SELECT string_agg((digests IS NULL)::text, ' ' ORDER BY id) FROM hangmeas.seed_run"
        ),
        "true false"
    );
    seed(&database, &args)
        .success()
        .answers("has it all already");
    for command in ["drift", "migrate"] {
        let run = hangmeas().url(&database).args(["db", command]);
        run.run().success();
    }
    // The old row does not say what was generated: who empties a table undoes it, as before.
    written(&dir, &mine("0.5"));
    database.execute("DELETE FROM sms_vote_logs");
    seed(&database, &args).exits(9).says("--replace");
}

#[test]
fn data_that_is_there_is_told_with_its_moment_and_whether_it_has_aged() {
    let database = migrated(Base::Empty);
    seed(&database, &["--as-of", AS_OF]).success();
    // As it was then, the finale is open.
    let same = seed(&database, &["--as-of", AS_OF, "--format", "json"]).json();
    assert_eq!(
        (&same["as_of"], &same["hints"]),
        (&"2026-06-10T00:00:00Z".into(), &serde_json::json!([]))
    );
    let now = seed(&database, &["--format", "json"]).success().json();
    assert_eq!(now["as_of"], "2026-06-10T00:00:00Z");
    let hint = &now["hints"][0];
    let text = hint["text"].as_str().expect("a text");
    assert!(
        text.contains("\"Episode 5: Grand Final\" ended on"),
        "{text}"
    );
    let command = hint["command"].as_str().expect("a command");
    assert!(command.ends_with("db seed --replace"), "{command}");
    seed(&database, &["--as-of", "2026-06-11"])
        .success()
        .answers("as of 2026-06-10T00:00:00Z")
        .answers("the data is as of 2026-06-10T00:00:00Z; to seed it anew")
        .answers("db seed --as-of 2026-06-11 --replace");
    hangmeas()
        .url(&database)
        .args(["db", "setup"])
        .run()
        .success()
        .answers("ended on");
    let rows = seed(&database, &["--replace"]);
    rows.success()
        .answers("588 rows of earlier seeds removed first");
    let again = seed(&database, &["--replace", "--format", "json"]).json();
    assert_eq!(
        (&again["removed"], &again["rows"]),
        (&588.into(), &588.into())
    );
    seed(&database, &["--format", "json"]).success();

    // Records that nobody seeded have no moment.
    let database = migrated(Base::Empty);
    seed(&database, &["--profile", "reference"]).success();
    database.execute("DELETE FROM hangmeas.seed_run");
    let found = seed(&database, &["--profile", "reference", "--format", "json"]).json();
    assert_eq!(
        (&found["already"], &found["as_of"]),
        (&true.into(), &serde_json::Value::Null)
    );
}

#[test]
fn rows_that_somebody_took_are_told() {
    let database = demo();
    let votes: u64 = database
        .value("SELECT count(*) FROM xfactor_votes")
        .parse()
        .expect("a number");
    let took = "DELETE FROM sms_vote_logs; DELETE FROM xfactor_votes WHERE id % 2 = 0";
    let logs = database.value("SELECT count(*) FROM sms_vote_logs");
    database.execute(took);
    let left: u64 = database
        .value("SELECT count(*) FROM xfactor_votes")
        .parse()
        .expect("a number");
    let before = checksums(&database);
    let says = format!(
        "{} of 2,500 rows of xfactor_votes are gone since",
        hangmeas::report::words::thousands(votes - left)
    );
    small(&database, "demo")
        .success()
        .answers("was seeded already")
        .answers(&says)
        .answers(&format!(
            "{logs} of {logs} rows of sms_vote_logs are gone since"
        ))
        .answers(
            "hangmeas db seed --profile demo --users 400 --votes 2500 --as-of 2026-06-10 --replace",
        );
    assert_same(&before, &checksums(&database));
    let size = ["--as-of", AS_OF, "--users", "400", "--votes", "2500"];
    let args = [&["--profile", "demo", "--format", "json"], &size[..]].concat();
    let told = seed(&database, &[&args[..], &["--dry-run"]].concat())
        .success()
        .json();
    let gone = told["gone"].as_array().expect("tables");
    assert_eq!(gone.len(), 2, "{told}");
    assert_eq!(gone[1]["table"], "xfactor_votes");
    assert_eq!(gone[1]["rows"], votes - left);
    assert_eq!(gone[1]["of"], votes);
    assert!(
        told["hints"][0]["command"]
            .as_str()
            .expect("a command")
            .ends_with(" --replace")
    );

    // Fixed records come back, and are missed no more.
    database.execute("DELETE FROM app_banners; DELETE FROM topup_promotions");
    small(&database, "demo")
        .success()
        .answers(" 7 rows seeded")
        .answers(&says);
    let told = seed(&database, &args).success().json();
    assert_eq!(
        (
            told["already"].as_bool(),
            told["gone"].as_array().map(Vec::len)
        ),
        (Some(true), Some(2))
    );
    seed(&database, &[&args[..], &["--replace"]].concat()).success();
    small(&database, "demo")
        .success()
        .answers("has it all already");
    seed(&database, &["--verify"]).success();
}

#[test]
fn nothing_is_missed_right_after_a_seed_on_any_base() {
    for base in Base::ALL {
        let database = migrated(base);
        small(&database, "demo").success();
        hangmeas()
            .url(&database)
            .args(["db", "drift"])
            .run()
            .success();
        let args = ["--profile", "demo", "--as-of", AS_OF, "--format", "json"];
        let size = ["--users", "400", "--votes", "2500"];
        let told = seed(&database, &[&args[..], &size[..]].concat())
            .success()
            .json();
        assert_eq!(told["gone"], serde_json::json!([]), "{}", base.name());
        assert_eq!(told["already"], true);
        let generated =
            database.value("SELECT count(*) FROM hangmeas.seed_run, jsonb_object_keys(generated)");
        assert!(
            generated.parse::<u32>().expect("a number") > 20,
            "{generated}"
        );
        // A second audience is counted apart from the first.
        seed(&database, &[&args[..], &size[..], &["--append"]].concat()).success();
        let told = seed(&database, &[&args[..], &size[..]].concat())
            .success()
            .json();
        assert_eq!(told["gone"], serde_json::json!([]), "{}", base.name());
        // Whichever it was that lost one.
        database.execute(
            "DELETE FROM push_notifications WHERE id IN \
             (SELECT jsonb_array_elements(generated -> 'push_notifications')::bigint FROM hangmeas.seed_run)",
        );
        let told = seed(&database, &[&args[..], &size[..]].concat())
            .success()
            .json();
        assert_eq!(told["gone"][0]["rows"], 4, "{told}");
    }
}

#[test]
fn promotions_need_no_audience_and_come_back_with_what_they_gave() {
    let database = migrated(Base::Empty);
    let dir = tempfile::tempdir().expect("a folder");
    let promotion = "[[promotions]]\nname='Q'\npromotion_type='fixed'\nbonus_amount='1'\nminimum_amount='5'\n\
                     start='-2d'\nend='+2d'\n";
    let path = written(&dir, promotion);
    seed(&database, &["--profile", &path])
        .success()
        .answers("topup_promotions                  1");
    seed(&database, &["--profile", &path])
        .success()
        .answers("has it all already");

    let database = demo();
    let counts = "SELECT string_agg(name || usage_count, ', ' ORDER BY id) FROM topup_promotions";
    let before = database.value(counts);
    database.execute("DELETE FROM topup_promotions");
    small(&database, "demo").success().answers("3 rows seeded");
    assert_eq!(database.value(counts), before);
}

#[test]
fn a_dry_run_foresees_whatever_points_to_seeded_rows() {
    let database = migrated(Base::Spree5);
    small(&database, "demo").success();
    // As in a shop that was adopted without these keys.
    for key in database.query_text(
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint \
         WHERE contype = 'f' AND conrelid IN ('spree_users'::regclass, 'spree_store_credits'::regclass)",
    ) {
        database.execute(&key);
    }
    let order = "INSERT INTO spree_orders (number, state, created_at, updated_at";
    let args = ["--profile", "demo", "--as-of", AS_OF];
    for (makes, column, undoes) in [
        (
            "INSERT INTO spree_users (email, referred_by_id, created_at, updated_at) \
             VALUES ('own@shop.kh', 7, now(), now())"
                .to_owned(),
            "spree_users.referred_by_id",
            "DELETE FROM spree_users WHERE email = 'own@shop.kh'",
        ),
        (
            "INSERT INTO spree_store_credits (recipient_id, amount, created_at, updated_at) \
             VALUES (7, 1, now(), now())"
                .to_owned(),
            "spree_store_credits.recipient_id",
            "DELETE FROM spree_store_credits WHERE recipient_id = 7 AND user_id IS NULL",
        ),
        (
            format!("{order}, created_by_id) SELECT 'R7', 'cart', now(), now(), 7"),
            "spree_orders.created_by_id",
            "DELETE FROM spree_orders WHERE number = 'R7'",
        ),
        (
            "INSERT INTO spree_payments (amount, source_type, source_id, created_at, updated_at) \
             VALUES (1, 'Spree::StoreCredit', 7, now(), now())"
                .to_owned(),
            "spree_payments.source_id",
            "DELETE FROM spree_payments WHERE source_type = 'Spree::StoreCredit' AND source_id = 7 AND amount = 1 AND order_id IS NULL",
        ),
        (
            "CREATE SCHEMA crm; CREATE TABLE crm.note (person bigint REFERENCES public.spree_users (id)); \
             INSERT INTO crm.note VALUES (7)"
                .to_owned(),
            "crm.note.person",
            "DROP SCHEMA crm CASCADE",
        ),
    ] {
        database.execute(&makes);
        let before = checksums(&database);
        let dry = seed(&database, &[&args[..], &["--replace", "--dry-run"]].concat());
        dry.exits(1).answers(column);
        let run = seed(&database, &[&args[..], &["--replace"]].concat());
        run.exits(9).says(column).says("--append");
        assert_same(&before, &checksums(&database));
        database.execute(undoes);
    }
    // What only looks like it is not in the way.
    database.execute(
        "INSERT INTO spree_payments (amount, source_type, source_id, created_at, updated_at) \
         VALUES (1, 'Spree::CreditCard', 7, now(), now()); \
         CREATE TABLE tickets_of_others (user_id varchar, order_id uuid); \
         INSERT INTO tickets_of_others VALUES ('7', gen_random_uuid())",
    );
    seed(
        &database,
        &[&args[..], &["--replace", "--dry-run"]].concat(),
    )
    .success();
    seed(&database, &[&args[..], &["--replace"]].concat()).success();
}
