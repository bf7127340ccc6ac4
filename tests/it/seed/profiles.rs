//! Each profile on each base: it fits, keeps the rules, and does nothing the second time.

use super::{AS_OF, SMALL, assert_same, checksums, demo, hundred, migrated, seed, small, written};
use crate::support::{Base, Database, hangmeas};

/// The tables that Hangmeas adds to a shop.
const OWN: [&str; 23] = [
    "xfactor_seasons",
    "xfactor_episodes",
    "xfactor_contestants",
    "episode_contestants",
    "xfactor_votes",
    "vote_packages",
    "sms_vote_logs",
    "wallet_transactions",
    "user_payment_methods",
    "subscription_plans",
    "user_subscriptions",
    "subscription_invoices",
    "feature_usages",
    "artists",
    "event_organizers",
    "event_seats",
    "event_checkins",
    "loyalty_activities",
    "achievements",
    "push_notifications",
    "app_banners",
    "topup_promotions",
    "referral_rewards",
];

fn rows(database: &Database<'_>, table: &str) -> u64 {
    let count = database.value(&format!("SELECT count(*) FROM {table}"));
    count.parse().expect("a number")
}

/// Verifies, seeds again with the same arguments, and finds every row as it was.
fn verify_and_repeat(database: &Database<'_>, args: &[&str]) {
    seed(database, &["--verify"]).success().answers("keeps all");
    let before = checksums(database);
    seed(database, args).success().answers("has it all already");
    assert_same(&before, &checksums(database));
}

#[test]
fn development_is_the_guides_world_on_every_base() {
    for base in Base::ALL {
        let database = migrated(base);
        seed(&database, &["--as-of", AS_OF])
            .success()
            .answers("rows seeded");
        for (table, count) in [
            ("spree_users", 5),
            ("xfactor_seasons", 1),
            ("xfactor_contestants", 10),
            ("xfactor_episodes", 5),
            ("episode_contestants", 50),
            ("vote_packages", 4),
            ("subscription_plans", 3),
            ("artists", 5),
            ("event_organizers", 3),
        ] {
            assert_eq!(rows(&database, table), count, "{table} on {}", base.name());
        }
        assert!(rows(&database, "event_seats") > 100);
        assert_eq!(
            database.value(&format!(
                "SELECT string_agg(title, ', ' ORDER BY episode_number) FROM xfactor_episodes \
                 WHERE status = 1 AND timestamp '{AS_OF}' BETWEEN voting_start AND voting_end"
            )),
            "Episode 5: Grand Final",
            "open for voting now, and the last"
        );
        verify_and_repeat(&database, &["--as-of", AS_OF]);
    }
}

#[test]
fn a_record_that_was_deleted_comes_back_alone() {
    let database = migrated(Base::Empty);
    seed(&database, &["--as-of", AS_OF]).success();
    database.execute("DELETE FROM vote_packages WHERE sku = 'VOTE_50'");
    database.execute("UPDATE subscription_plans SET price = 7 WHERE slug = 'basic'");
    seed(&database, &["--as-of", AS_OF])
        .success()
        .answers(" 1 row seeded");
    assert_eq!(rows(&database, "vote_packages"), 4);
    let price = database.value("SELECT price FROM subscription_plans WHERE slug = 'basic'");
    assert_eq!(price, "7.00", "what the shop changed stays");
}

#[test]
fn a_record_beside_an_audience_comes_back_alone() {
    let database = demo();
    let before = rows(&database, "app_banners");
    database.execute("DELETE FROM app_banners WHERE id = (SELECT min(id) FROM app_banners)");
    let votes = rows(&database, "xfactor_votes");
    small(&database, "demo").success().answers("1 row seeded");
    assert_eq!(
        (
            rows(&database, "app_banners"),
            rows(&database, "xfactor_votes")
        ),
        (before, votes)
    );
    small(&database, "demo")
        .success()
        .answers("has it all already");
    seed(&database, &["--verify"]).success();
}

#[test]
fn demo_fills_every_table_on_every_base() {
    for base in Base::ALL {
        let database = migrated(base);
        small(&database, "demo").success();
        for table in OWN {
            assert!(rows(&database, table) > 0, "{table} on {}", base.name());
        }
        assert_eq!(rows(&database, "xfactor_votes"), 2500);
        assert_eq!(rows(&database, "spree_users"), 401);
        assert_eq!(rows(&database, "user_analytics"), 401);
        if base != Base::Empty {
            // Spree adds an order's payments up when it looks at it again.
            let unpaid = "SELECT count(*) FROM spree_orders o WHERE payment_total <> (SELECT COALESCE(SUM(p.amount), 0) \
                          FROM spree_payments p JOIN spree_payment_methods m ON m.id = p.payment_method_id \
                          WHERE p.order_id = o.id AND p.state = 'completed' AND p.created_at = o.completed_at)";
            assert_eq!(database.value(unpaid), "0", "{}", base.name());
        }
        if let Base::Spree5 = base {
            // As Spree's own migration fills the column from `state = 'complete'`.
            let status = database.query_text("SELECT DISTINCT status FROM spree_orders");
            assert_eq!(status, ["placed"]);
        }
        let args = ["--profile", "demo", "--as-of", AS_OF];
        verify_and_repeat(&database, &[&args[..], &SMALL[..]].concat());
    }
}

/// Spree draws R and nine digits; what begins with RH or PH it never draws.
#[test]
fn order_numbers_are_our_own_and_differ() {
    for base in [Base::Empty, Base::Spree46] {
        let database = migrated(base);
        small(&database, "demo").success();
        let orders = rows(&database, "spree_orders");
        hundred(&database, "--append").success();
        let more = rows(&database, "spree_orders") - orders;
        assert!(orders > 0 && more > 0, "{orders} and {more} orders");
        let tables = [("spree_orders", "RH"), ("spree_payments", "PH")];
        // The bare base has no payments.
        let kept = if base == Base::Empty { 1 } else { 2 };
        for (table, prefix) in &tables[..kept] {
            let odd = format!(
                "SELECT number FROM {table} WHERE (number ~ '^{prefix}[0-9]{{9}}$') IS NOT TRUE \
                 UNION ALL SELECT number FROM {table} GROUP BY number HAVING count(*) > 1"
            );
            assert_eq!(database.query_text(&odd), Vec::<String>::new(), "{table}");
        }
    }
}

#[test]
fn load_has_the_size_that_is_asked_for_and_its_indexes() {
    for base in Base::ALL {
        let database = migrated(base);
        let indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1";
        let keys = "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated \
                    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2";
        let before = (database.query_text(indexes), database.query_text(keys));
        let args = [
            "--profile",
            "load",
            "--as-of",
            AS_OF,
            "--users",
            "3000",
            "--votes",
            "25000",
        ];
        let output = seed(&database, &args);
        output.success().answers("indexes and keys");
        assert_eq!(rows(&database, "xfactor_votes"), 25_000);
        assert_eq!(
            (database.query_text(indexes), database.query_text(keys)),
            before
        );
        verify_and_repeat(&database, &args);
    }
}

#[test]
fn reference_is_packages_and_plans_and_nothing_else() {
    for base in Base::ALL {
        let database = migrated(base);
        seed(&database, &["--profile", "reference"])
            .success()
            .answers("7 rows seeded");
        let filled = checksums(&database)
            .into_iter()
            .filter(|line| line.split('|').nth(1) != Some("0"))
            .map(|line| line.split('|').next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>();
        assert_eq!(filled, ["subscription_plans", "vote_packages"]);
        verify_and_repeat(&database, &["--profile", "reference"]);
    }
}

#[test]
fn the_application_can_insert_right_after() {
    let database = migrated(Base::Spree42);
    small(&database, "demo").success();
    for table in OWN
        .iter()
        .chain(&["spree_users", "spree_store_credits", "spree_orders"])
    {
        let behind = database.value(&format!(
            "SELECT nextval(pg_get_serial_sequence('{table}', 'id')) > (SELECT max(id) FROM {table})"
        ));
        assert_eq!(behind, "t", "{table}");
    }
}

#[test]
fn a_dry_run_counts_exactly_and_writes_nothing() {
    let database = migrated(Base::Empty);
    let before = checksums(&database);
    let args = ["--profile", "demo", "--as-of", AS_OF, "--format", "json"];
    let args = [&args[..], &SMALL[..]].concat();
    let dry = seed(&database, &[&args[..], &["--dry-run"]].concat());
    dry.success();
    assert_same(&before, &checksums(&database));
    assert_eq!(
        database.value("SELECT to_regclass('hangmeas.seed_run') IS NULL"),
        "t"
    );
    let (planned, real) = (dry.json(), seed(&database, &args).json());
    let counts = |report: &serde_json::Value| -> Vec<(String, u64)> {
        let tables = report["tables"].as_array().expect("tables");
        tables
            .iter()
            .map(|table| {
                (
                    table["table"].to_string(),
                    table["rows"].as_u64().expect("rows"),
                )
            })
            .collect()
    };
    assert_eq!(counts(&planned), counts(&real));
    assert!(planned["bytes"].as_u64() > Some(100_000));
    assert_eq!(planned["dry_run"], true);

    // Over what is there: what would be removed counts as gone.
    let args = [&args[..], &["--replace"]].concat();
    let before = checksums(&database);
    let dry = seed(&database, &[&args[..], &["--dry-run"]].concat());
    let planned = dry.success().json();
    assert_same(&before, &checksums(&database));
    assert_eq!(planned["removed"], real["rows"]);
    assert_eq!(counts(&planned), counts(&real));
    assert_eq!(counts(&planned), counts(&seed(&database, &args).json()));
}

#[test]
fn after_a_large_seed_no_statistics_are_stale() {
    let database = migrated(Base::Empty);
    let size = ["--users", "11000", "--votes", "25000"];
    let args = ["--profile", "load", "--as-of", AS_OF];
    seed(&database, &[&args[..], &size[..]].concat()).success();
    let stale = ["capacity.stale_statistics", "--format", "json"];
    let args = [&["db", "health-check", "--only"][..], &stale[..]].concat();
    let report = hangmeas().url(&database).args(args).run().json();
    let check = &report["checks"][0];
    assert_eq!(
        (&check["id"], &check["outcome"]),
        (&"capacity.stale_statistics".into(), &"passed".into()),
        "{report}"
    );
    let changed = "SELECT count(*) FROM pg_stat_user_tables WHERE schemaname = 'public' AND n_mod_since_analyze > 0";
    assert_eq!(database.value(changed), "0");
}

#[test]
fn a_profile_of_the_users_own_may_build_on_ours() {
    let database = migrated(Base::Empty);
    let dir = tempfile::tempdir().expect("a folder");
    let text = "include = [\"reference\"]\n[[users]]\nemail = \"me@example.com\"\npassword = \"pw\"\n\
                loyalty_tier = \"bronze\"\nkyc_status = \"pending\"\nbalance = \"12.50\"\njoined = \"-3d\"\n";
    seed(&database, &["--profile", &written(&dir, text)]).success();
    let balance = database.value("SELECT balance FROM user_wallet_balances");
    assert_eq!(balance, "12.50");
    seed(&database, &["--verify"]).success();
}
