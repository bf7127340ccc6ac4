//! What a seed refuses, and what it leaves alone.

use std::sync::Mutex;

use hangmeas::seed::{Mode, Request, disk, profile};

use super::{AS_OF, SMALL, assert_same, checksums, hundred, migrated, seed, small, written};
use crate::support::{Base, block_on, hangmeas, server, skipped};

#[test]
fn an_empty_database_is_told_to_migrate() {
    let database = server().create("unmigrated");
    seed(&database, &[])
        .exits(9)
        .says("there is no table")
        .says("hangmeas db migrate");
    seed(&database, &["--verify"])
        .exits(9)
        .says("checking the rule votes_of_user")
        .says("is not migrated")
        .says("hangmeas db migrate");
}

#[test]
fn other_data_is_not_mixed_with_unless_asked() {
    let database = migrated(Base::Empty);
    small(&database, "demo").success();
    let first = checksums(&database);
    let other = [
        "--profile",
        "demo",
        "--as-of",
        AS_OF,
        "--users",
        "200",
        "--votes",
        "500",
    ];
    seed(&database, &other)
        .exits(9)
        .says("--append")
        .says("--replace")
        .says("xfactor_votes");
    assert_same(&first, &checksums(&database));

    seed(&database, &[&other[..], &["--append"]].concat()).success();
    let users = database.value("SELECT count(*) FROM spree_users");
    assert_eq!(users, "601", "the administrator is there once");
    seed(&database, &["--verify"]).success();

    seed(&database, &[&other[..], &["--replace"]].concat()).success();
    assert_eq!(database.value("SELECT count(*) FROM spree_users"), "201");
    assert_eq!(
        database.value("SELECT count(*) FROM hangmeas.seed_run"),
        "1"
    );
    seed(&database, &["--verify"]).success();
}

#[test]
fn a_dry_run_tells_its_plan_and_that_the_run_would_be_refused() {
    let database = migrated(Base::Empty);
    seed(&database, &["--as-of", AS_OF]).success();
    let args = ["--profile", "demo", "--as-of", AS_OF];
    let args = [&args[..], &SMALL[..]].concat();
    let before = checksums(&database);
    let dry = seed(&database, &[&args[..], &["--dry-run"]].concat());
    dry.exits(1)
        .answers("xfactor_votes                  2,500")
        .answers("without --dry-run this is refused")
        .answers("earlier runs seeded development")
        .answers(
            "hangmeas db seed --profile demo --users 400 --votes 2500 --as-of 2026-06-10 --append",
        );
    let dry = [&args[..], &["--dry-run", "--format", "json"]].concat();
    let planned = seed(&database, &dry).exits(1).json();
    let hints = planned["refusal"]["hints"].as_array().expect("hints");
    let command = hints[0]["command"].as_str().expect("a command");
    assert!(command.ends_with(" --append"), "{command}");
    assert_same(&before, &checksums(&database));

    seed(&database, &args).exits(9).says("--append");
    let added = seed(
        &database,
        &[&args[..], &["--append", "--format", "json"]].concat(),
    );
    assert_eq!(added.success().json()["rows"], planned["rows"]);
    // What is there already is no refusal.
    seed(&database, &["--as-of", AS_OF, "--dry-run"])
        .success()
        .answers("has it all already");
}

#[test]
fn rows_of_others_under_the_numbers_of_a_seed_are_not_removed() {
    let database = migrated(Base::Empty);
    small(&database, "demo").success();
    let tables = database.value(
        "SELECT string_agg(quote_ident(relname), ', ') FROM pg_class WHERE relkind = 'r' \
         AND relnamespace = 'public'::regnamespace",
    );
    database.execute(&format!("TRUNCATE {tables} RESTART IDENTITY"));
    database.execute(
        "INSERT INTO spree_users (email, login, created_at, updated_at) \
         SELECT 'real' || n || '@shop.kh', 'real' || n, timestamp '2026-07-01', now() FROM generate_series(1, 20) n",
    );
    hundred(&database, "--replace").success();
    let real = "SELECT count(*) FROM spree_users WHERE email LIKE '%@shop.kh'";
    assert_eq!(database.value(real), "20");
}

#[test]
fn rows_of_a_real_shop_are_never_touched() {
    let database = migrated(Base::Spree46);
    database.execute(
        "INSERT INTO spree_stores (name, code, \"default\", created_at, updated_at) VALUES ('Real', 'real', true, now(), now()); \
         INSERT INTO spree_users (email, login, phone_number, created_at, updated_at) \
         SELECT 'real' || n || '@shop.kh', 'real' || n, '09655' || (10000 + n), now() - interval '1 day', now() \
           FROM generate_series(1, 50) n; \
         INSERT INTO spree_products (name, slug, created_at, updated_at) VALUES ('Shirt', 'shirt', now(), now()); \
         INSERT INTO spree_orders (number, user_id, state, total, created_at, updated_at) \
         SELECT 'R1', id, 'complete', 10, now(), now() FROM spree_users WHERE email = 'real1@shop.kh'",
    );
    let real = "SELECT md5(string_agg(t, '' ORDER BY t)) FROM (SELECT u::text AS t FROM spree_users u WHERE email LIKE '%@shop.kh' \
                UNION ALL SELECT o::text FROM spree_orders o WHERE number = 'R1' \
                UNION ALL SELECT p::text FROM spree_products p WHERE slug = 'shirt' \
                UNION ALL SELECT s::text FROM spree_stores s WHERE code = 'real') x";
    let before = database.value(real);
    small(&database, "demo").success();
    assert_eq!(database.value(real), before);
    assert_eq!(
        database.value("SELECT count(*) FROM spree_stores"),
        "1",
        "the shop's store serves"
    );
    hundred(&database, "--replace").success();
    assert_eq!(database.value(real), before);
    assert_eq!(database.value("SELECT count(*) FROM spree_users"), "151");
}

#[test]
fn made_up_rows_that_a_shop_uses_are_not_removed() {
    let database = migrated(Base::Empty);
    small(&database, "demo").success();
    database.execute(
        "INSERT INTO user_payment_methods (user_id, payment_type, created_at, updated_at) \
         SELECT max(id), 'card', now(), now() FROM spree_users",
    );
    let before = checksums(&database);
    seed(&database, &["--profile", "demo", "--replace"])
        .exits(9)
        .says("user_payment_methods.user_id")
        .says("--append");
    seed(&database, &["--profile", "demo", "--replace", "--dry-run"]).exits(1);
    assert_same(&before, &checksums(&database));
}

#[test]
fn votes_of_a_shop_for_seeded_contestants_stay() {
    let database = migrated(Base::Empty);
    small(&database, "demo").success();
    database.execute(
        "ALTER TABLE xfactor_votes DROP CONSTRAINT fk_rails_212faaafc7, ADD FOREIGN KEY (episode_id) \
         REFERENCES xfactor_episodes ON DELETE CASCADE",
    );
    database.execute(
        "INSERT INTO spree_users (email, created_at, updated_at) VALUES ('own@shop.test', now(), now()); \
         INSERT INTO xfactor_votes (user_id, contestant_id, episode_id, vote_type, created_at, updated_at) \
         SELECT max(u.id), p.contestant_id, p.episode_id, 'free', now(), now() \
           FROM spree_users u, episode_contestants p WHERE p.id = 1 GROUP BY 2, 3",
    );
    let before = checksums(&database);
    let replace = ["--profile", "demo", "--replace"];
    seed(&database, &[&replace[..], &["--dry-run"]].concat())
        .exits(1)
        .answers("xfactor_votes.episode_id");
    seed(&database, &replace)
        .exits(9)
        .says("xfactor_votes.episode_id");
    assert_same(&before, &checksums(&database));
}

#[test]
fn orders_of_seeded_users_keep_their_user() {
    let database = migrated(Base::Spree46);
    small(&database, "demo").success();
    // Spree has no foreign key here. Numbers are drawn by Spree like this one.
    database.execute(
        "INSERT INTO spree_orders (number, user_id, state, created_at, updated_at) \
         SELECT 'R' || 700000000 + max(id) + 1, 5, 'cart', timestamp '2026-06-11', now() FROM spree_orders",
    );
    let before = checksums(&database);
    let args = ["--profile", "demo", "--as-of", AS_OF];
    seed(&database, &[&args[..], &SMALL[..], &["--replace"]].concat())
        .exits(9)
        .says("spree_orders.user_id of 1 row")
        .says("--append");
    seed(
        &database,
        &[&args[..], &SMALL[..], &["--replace", "--dry-run"]].concat(),
    )
    .exits(1)
    .answers("without --dry-run this is refused: what earlier runs made is in use");
    assert_same(&before, &checksums(&database));
    hundred(&database, "--append").success();
    database.execute("DELETE FROM spree_orders WHERE state = 'cart'");
    hundred(&database, "--replace").success();
    assert_eq!(database.value("SELECT count(*) FROM spree_users"), "101");
}

#[test]
fn a_protected_database_takes_no_fake_data() {
    let database = migrated(Base::Empty);
    let production = |args: &[&str]| {
        let run = hangmeas()
            .url(&database)
            .args(["--env", "production", "db", "seed"]);
        run.args(args).run()
    };
    let refused = production(&["--profile", "demo"]);
    refused
        .exits(8)
        .says("protected")
        .says("--allow-fake-data-in");
    production(&["--profile", "development"]).exits(8);
    production(&["--profile", "demo", "--allow-fake-data-in", "another"])
        .exits(8)
        .says("another");
    production(&[]).success().answers("profile reference");
    let args = [
        "--profile",
        "demo",
        "--as-of",
        AS_OF,
        "--allow-fake-data-in",
        database.name(),
    ];
    production(&[&args[..], &SMALL[..]].concat()).success();
}

#[test]
fn what_does_not_fit_the_disk_is_not_begun() {
    let database = migrated(Base::Empty);
    let free = block_on(async { disk::free(&database.session().await).await });
    let Some(free) = free.filter(|free| *free < 2_000_000_000_000) else {
        return skipped("the free space of the server's disk is not known, or is terabytes");
    };
    let size = ["--users", "4000000", "--votes", "4000000000"];
    let args = [&["--profile", "load", "--dry-run"][..], &size[..]].concat();
    let output = seed(&database, &args);
    output
        .exits(8)
        .says("the server's disk has")
        .says("--scale");
    assert!(free > 0);
    assert!(
        !output.stderr.contains("drawing"),
        "it is known before anything is drawn"
    );
}

#[test]
fn what_rows_will_take_is_known_before_they_are_drawn() {
    let database = migrated(Base::Empty);
    let dir = tempfile::tempdir().expect("a folder");
    let quiet = "include = ['reference']\n[crowd]\nusers = 20000\nvotes = 0\nbegan = '-10d'\n\
                 events = { count = 1, seats = 20 }\n\
                 shows = [{ slug = 's', name = 'S', contestants = 3, episodes = 2, finale = '-1w' }]\n\
                 rates = { referred = 0.0, voters = 0.0, subscribers = 0.0, wallets = 0.0, \
                 notifications = 0.0, payment_methods = 0.0 }\n";
    for (profile, scale, most) in [
        ("demo", 5.0, 1.35),
        ("load", 0.02, 1.35),
        (&written(&dir, quiet), 1.0, 1.35),
    ] {
        let request = Request {
            profile: profile::find(profile, |path| std::fs::read_to_string(path)).expect("one"),
            random_seed: 1,
            as_of: 1_780_000_000_000_000,
            as_of_given: true,
            scale,
            users: None,
            votes: None,
            mode: Mode::Fresh,
            workers: 1,
            connections: 1,
            keep_indexes: false,
            command: String::new(),
        };
        let estimate = disk::estimate(&request).expect("an estimate") as f64;
        let scale = scale.to_string();
        let args = ["--profile", profile, "--scale", &scale, "--as-of", AS_OF];
        let args = [&args[..], &["--dry-run", "--format", "json"]].concat();
        let planned = seed(&database, &args).json()["bytes"].as_f64();
        let times = planned.expect("bytes") / estimate;
        assert!((1.0..most).contains(&times), "{profile}: {times}");
    }
}

#[test]
fn senseless_arguments_are_usage_errors() {
    let database = migrated(Base::Empty);
    for args in [
        &["--profile", "nothing"][..],
        &["--as-of", "yesterday"],
        &["--as-of", "2999-01-01"],
        &["--as-of", "0001-01-01"],
        &["--as-of", "2026-02-30"],
        &["--profile", "demo", "--scale", "0"],
        &["--profile", "demo", "--scale", "-1"],
        &["--users", "5"],
        &["--profile", "load", "--users", "0"],
        &["--profile", "load", "--users", "1"],
        &["--profile", "load", "--scale", "0.0000001"],
        &["--profile", "load", "--users", "4000000000"],
        &["--profile", "load", "--votes", "5000000000"],
        &["--append", "--replace"],
        &["--verify", "--profile", "demo"],
        &["--workers", "0"],
    ] {
        let output = seed(&database, args);
        output.exits(2);
    }
    let absent = seed(&database, &["--profile", "./not-there.toml"]);
    absent
        .exits(3)
        .says("looked for /")
        .says("development, demo, load, reference");
    seed(&database, &["--scale", "2", "--workers", "1", "--replace"])
        .exits(2)
        .says("db seed --profile load --scale 2 --workers 1 --replace");
    seed(&database, &["--as-of", "2026-11-01T10:00"])
        .exits(2)
        .says("00:00 UTC")
        .says("2026-11-25T19:00:00+07:00");
}

#[test]
fn one_is_told_as_one() {
    let database = migrated(Base::Empty);
    let args = ["--profile", "load", "--users", "20000", "--votes", "0"];
    let args = [&args[..], &["--dry-run", "--as-of", AS_OF]].concat();
    block_on(async {
        let _session = database.session().await;
        seed(&database, &args)
            .success()
            .answers("1 other session uses the database");
    });
    seed(&database, &["--as-of", AS_OF]).success();
    database.execute("DELETE FROM app_banners; DELETE FROM vote_packages WHERE sku = 'VOTE_50'");
    let found = seed(&database, &["--as-of", AS_OF, "--dry-run"]);
    found.success().answers("1 row, about");
    assert!(!found.stdout.contains(" 0 B"), "{}", found.stdout);
}

#[test]
fn a_profile_that_cannot_be_meant_is_refused_with_file_and_key() {
    let database = migrated(Base::Empty);
    let dir = tempfile::tempdir().expect("a folder");
    let before = checksums(&database);
    let user = "[[users]]\nemail = \"me@example.com\"\npassword = \"pw\"\nloyalty_tier = \"bronze\"\n\
                kyc_status = \"pending\"\njoined = \"-3d\"\n";
    for (text, says) in [
        (
            "phone_number = \"12\"",
            "phone_number \"12\" is no mobile number",
        ),
        ("phone_number = \"+1 555\"", "such as \"012345678\""),
        ("balance = \"-5\"", "balance \"-5.00\" is below 0"),
    ] {
        let path = written(&dir, &format!("{user}{text}\n"));
        let refused = seed(&database, &["--profile", &path]);
        refused
            .exits(3)
            .says(&path)
            .says("users me@example.com: ")
            .says(says);
    }
    for nothing in ["", "# nothing but words\n"] {
        let path = written(&dir, nothing);
        let refused = seed(&database, &["--profile", &path]);
        refused
            .exits(3)
            .says("there is nothing to seed: the profile ")
            .says(&path)
            .says("include = [\"reference\"]");
    }
    assert_same(&before, &checksums(&database));
}

#[test]
fn a_busy_table_is_waited_for_only_as_long_as_allowed() {
    static ALONE: Mutex<()> = Mutex::new(());
    let _guard = ALONE.lock();
    let database = migrated(Base::Empty);
    let session = block_on(async {
        let session = database.session().await;
        let lock = "BEGIN; LOCK TABLE spree_users IN ROW EXCLUSIVE MODE";
        session.run(lock).await.expect("a lock");
        seed(&database, &["--profile", "development"]).says("spree_users");
        session.run("ROLLBACK").await.expect("the end");
        session
    });
    drop(session);
    assert_eq!(database.value("SELECT count(*) FROM spree_users"), "0");
}
