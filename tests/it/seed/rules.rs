//! Every rule finds what breaks it: one planted violation each, and none before.

use hangmeas::invariants::{self, RULES};
use hangmeas::postgres::Session;

use super::{demo, seed};
use crate::support::{block_on, hangmeas};

/// For each rule a statement that breaks it in the demo. Checks of the schema that would refuse it are
/// dropped first, for the rule must not rely on them.
const PLANTS: &[(&str, &str)] = &[
    (
        "votes_of_user",
        "UPDATE spree_users SET total_votes_cast = total_votes_cast + 1 WHERE id = 5",
    ),
    (
        "votes_of_contestant",
        "UPDATE xfactor_contestants SET total_votes_received = 1 WHERE id = 1",
    ),
    (
        "votes_of_episode",
        "UPDATE xfactor_episodes SET total_votes = 1 WHERE id = 1",
    ),
    (
        "votes_of_season",
        "UPDATE xfactor_seasons SET total_votes_cast = 1",
    ),
    (
        "revenue_of_season",
        "UPDATE xfactor_seasons SET total_revenue = total_revenue + 0.01",
    ),
    (
        "vote_in_window",
        "UPDATE xfactor_votes v SET created_at = e.voting_end + interval '1 second' \
                        FROM xfactor_episodes e WHERE e.id = v.episode_id AND v.id = 1 AND v.vote_type IS NOT NULL",
    ),
    (
        "vote_after_signup",
        "UPDATE spree_users SET created_at = (SELECT max(created_at) FROM xfactor_votes) + interval '1 day' \
                           WHERE id = (SELECT user_id FROM xfactor_votes WHERE id = 1)",
    ),
    (
        "vote_for_performer",
        "DELETE FROM episode_contestants WHERE (episode_id, contestant_id) = \
                            (SELECT episode_id, contestant_id FROM xfactor_votes WHERE id = 1)",
    ),
    (
        "eliminated_stay_out",
        "UPDATE episode_contestants SET eliminated = true WHERE episode_id = \
                             (SELECT min(id) FROM xfactor_episodes)",
    ),
    (
        "one_winner",
        "UPDATE xfactor_contestants SET status = 2 WHERE final_rank = 2",
    ),
    (
        "sms_vote_logged",
        "DELETE FROM sms_vote_logs WHERE id = (SELECT min(id) FROM sms_vote_logs WHERE vote_id IS NOT NULL)",
    ),
    (
        "sms_log_of_sms_vote",
        "UPDATE sms_vote_logs SET vote_id = (SELECT min(id) FROM xfactor_votes WHERE vote_type = 'free') \
                             WHERE id = (SELECT min(id) FROM sms_vote_logs)",
    ),
    (
        "sms_carrier_of_number",
        "UPDATE sms_vote_logs SET carrier = CASE carrier WHEN 'smart' THEN 'metfone' ELSE 'smart' END WHERE id = 1",
    ),
    (
        "paid_vote_has_payment",
        "UPDATE xfactor_votes SET transaction_id = NULL WHERE id = \
                               (SELECT min(id) FROM xfactor_votes WHERE vote_type = 'paid')",
    ),
    (
        "bundle_vote_has_package",
        "UPDATE xfactor_votes SET metadata = '{}' WHERE id = \
                                 (SELECT min(id) FROM xfactor_votes WHERE vote_type = 'bundle')",
    ),
    (
        "wallet_arithmetic",
        "UPDATE wallet_transactions SET balance_after = balance_after + 1 WHERE id = 1",
    ),
    (
        "wallet_runs_on",
        "UPDATE wallet_transactions SET balance_before = 3, balance_after = 3 + amount WHERE id = 1",
    ),
    (
        "wallet_is_credit",
        "UPDATE spree_store_credits SET amount = amount + 100 WHERE id = 1",
    ),
    (
        "wallet_transfer_pairs",
        "DELETE FROM wallet_transactions WHERE id = \
                               (SELECT min(id) FROM wallet_transactions WHERE transaction_type = 'transfer_in')",
    ),
    (
        "credit_not_overdrawn",
        "UPDATE spree_store_credits SET amount_used = amount + 1 WHERE id = 1",
    ),
    (
        "riel_in_hundreds",
        "UPDATE wallet_transactions SET amount = amount + 1 WHERE id = \
                          (SELECT min(id) FROM wallet_transactions WHERE currency = 'KHR')",
    ),
    (
        "tickets_are_seats",
        "UPDATE spree_products SET tickets_sold = tickets_sold + 1 WHERE id = 1",
    ),
    (
        "seats_are_bought",
        "UPDATE event_seats SET line_item_id = NULL WHERE id = \
                          (SELECT min(id) FROM event_seats WHERE status = 'sold')",
    ),
    (
        "checkin_has_ticket",
        "UPDATE event_checkins SET user_id = user_id % 400 + 2 WHERE id = 1",
    ),
    (
        "referral_codes_differ",
        "DROP INDEX index_spree_users_on_referral_code; UPDATE spree_users SET referral_code = \
                               (SELECT referral_code FROM spree_users WHERE id = 5) WHERE id = 6",
    ),
    (
        "referrals_counted",
        "UPDATE spree_users SET referral_count = referral_count + 1 WHERE id = 5",
    ),
    (
        "referrer_was_first",
        "UPDATE spree_users SET created_at = timestamp '2026-06-09' WHERE id = \
                            (SELECT min(referred_by_id) FROM spree_users)",
    ),
    (
        "reward_has_referral",
        "UPDATE referral_rewards SET referred_id = (SELECT min(id) FROM spree_users \
                             WHERE referred_by_id IS NULL AND id > 1) WHERE id = 1",
    ),
    (
        "points_add_up",
        "UPDATE spree_users SET loyalty_points = loyalty_points + 1 WHERE id = 5",
    ),
    (
        "tier_follows_points",
        "UPDATE spree_users SET loyalty_tier = 'gold' WHERE id = \
                             (SELECT min(id) FROM spree_users WHERE loyalty_tier = 'bronze')",
    ),
    (
        "promotion_uses_counted",
        "UPDATE topup_promotions SET usage_count = usage_count + 1 WHERE id = 1",
    ),
    (
        "usage_within_plan",
        "UPDATE feature_usages SET usage_count = 500 WHERE id = \
                           (SELECT min(id) FROM feature_usages WHERE feature_name = 'monthly_bonus_votes')",
    ),
    (
        "invoice_is_consistent",
        "UPDATE subscription_invoices SET paid_at = NULL WHERE id = \
                               (SELECT min(id) FROM subscription_invoices WHERE status = 'paid')",
    ),
    (
        "invoice_adds_up",
        "UPDATE subscription_invoices SET amount = amount + 1 WHERE id = 1",
    ),
    (
        "identity_from_15",
        "UPDATE spree_users SET id_card_number = '900000001', date_of_birth = current_date - 3650 WHERE id = 5",
    ),
    (
        "phones_differ",
        "UPDATE spree_users SET phone_number = '+855' || substr((SELECT phone_number FROM spree_users \
                       WHERE id = 5), 2) WHERE id = 6",
    ),
    (
        "phone_of_carrier",
        "UPDATE spree_users SET phone_number = '+855 20 345 678' WHERE id = 5",
    ),
    (
        "names_belong_together",
        "UPDATE spree_users SET khmer_name = 'គឹម វណ្ណា', last_name = 'Sok', first_name = 'Dara' WHERE id = 5",
    ),
    (
        "home_is_one_path",
        "UPDATE spree_users SET province = 'Kandal', district = 'Bavel' WHERE id = 5",
    ),
    (
        "active_after_acts",
        "UPDATE spree_users SET last_active_at = created_at - interval '2 days' WHERE id = \
                           (SELECT min(user_id) FROM xfactor_votes WHERE vote_type = 'free')",
    ),
    (
        "not_in_future",
        "UPDATE loyalty_activities SET created_at = now() + interval '1 day' WHERE id = 1",
    ),
    (
        "khmer_in_order",
        "UPDATE spree_users SET khmer_name = E'\\u179F\\u17BB\\u200B\\u1781' WHERE id = 5",
    ),
];

const WITHOUT_CHECKS: &str = "DO $$ DECLARE c record; BEGIN \
    FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'c' \
             AND connamespace = 'public'::regnamespace LOOP \
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP; END $$";

async fn broken(session: &Session, name: &str) -> u64 {
    let rule = invariants::Rule::named(name).unwrap_or_else(|| panic!("no rule {name}"));
    let outcome = invariants::check(session, rule, 3).await;
    let outcome =
        outcome.unwrap_or_else(|error| panic!("{name}: {error}: {:?}", error.detail_lines()));
    assert_eq!(outcome.total == 0, outcome.violations.is_empty());
    for violation in &outcome.violations {
        assert!(
            !violation.object.is_empty() && !violation.problem.is_empty(),
            "{violation:?}"
        );
    }
    outcome.total
}

/// Runs the statements that the rule says.
async fn cure(session: &Session, rule: &invariants::Rule) {
    let query = format!("SELECT DISTINCT cure FROM (\n{}\n) violation", rule.query());
    let rows = session.run(&query).await.expect("the cures");
    for row in rows {
        let statement = row.get(0).expect("a statement").to_owned();
        let done = session.run(&statement).await;
        done.unwrap_or_else(|failure| panic!("{statement}: {failure}"));
    }
}

#[test]
fn each_rule_finds_its_violation_and_only_then() {
    let database = demo();
    database.execute(WITHOUT_CHECKS);
    block_on(async {
        let session = database.session().await;
        for rule in RULES {
            let plant = PLANTS.iter().find(|(name, _)| *name == rule.name);
            let (name, plant) =
                plant.unwrap_or_else(|| panic!("{} has no violation here", rule.name));
            assert_eq!(broken(&session, name).await, 0, "{name} holds before");
            // Two references to what goes are not what is tested here.
            let script = format!("BEGIN; SET LOCAL session_replication_role = replica; {plant}");
            session
                .run(&script)
                .await
                .unwrap_or_else(|failure| panic!("{name}: {failure}"));
            assert!(broken(&session, name).await > 0, "{name} is broken now");
            if rule.has_statements() {
                cure(&session, rule).await;
                assert_eq!(broken(&session, name).await, 0, "{name} is cured");
            }
            session.run("ROLLBACK").await.expect("the way back");
        }
    });
}

#[test]
fn the_book_names_every_rule() {
    let book = include_str!("../../../docs/seeds.md");
    let missing = RULES
        .iter()
        .filter(|rule| !book.contains(&format!("`{}`", rule.name)));
    let missing: Vec<_> = missing.map(|rule| rule.name).collect();
    assert!(missing.is_empty(), "not in docs/seeds.md: {missing:?}");
}

#[test]
fn verify_lists_violations_by_rule_and_says_no() {
    let database = demo();
    seed(&database, &["--verify"]).exits(0);
    database.execute(
        "UPDATE spree_users SET referral_count = referral_count + 1 WHERE id BETWEEN 2 AND 30",
    );
    let output = seed(&database, &["--verify"]);
    output
        .exits(1)
        .answers("referrals_counted: 29")
        .answers("and 19 more")
        .answers(&format!("breaks 1 of {} rules", RULES.len()));
    let report = seed(&database, &["--verify", "--format", "json"]).json();
    assert_eq!(report["broken"], 1);
    let rules = report["rules"].as_array().expect("rules");
    let rule = rules
        .iter()
        .find(|rule| rule["rule"] == "referrals_counted")
        .expect("the rule");
    assert_eq!(
        (&rule["total"], rule["violations"].as_array().map(Vec::len)),
        (&29.into(), Some(10))
    );
}

#[test]
fn rules_also_run_on_data_that_nobody_here_generated() {
    let database = super::migrated(crate::support::Base::Spree5);
    database.execute(
        "INSERT INTO spree_users (email, created_at, updated_at) VALUES ('a@b.kh', now(), now()); \
         INSERT INTO loyalty_activities (user_id, points, activity_type, created_at, updated_at) \
         SELECT id, 6000, 'earn', now(), now() FROM spree_users",
    );
    let output = seed(&database, &["--verify"]);
    output
        .exits(1)
        .answers("points_add_up: 1")
        .answers("tier_follows_points: 1");
}

/// What failed moved nothing; who writes no balances for it says nothing that is wrong.
#[test]
fn a_movement_of_any_status_keeps_the_ledger() {
    let database = demo();
    let broken = |balances: &str| {
        database.execute(&format!(
            "DELETE FROM wallet_transactions WHERE notes = 'planted'; \
             INSERT INTO wallet_transactions (user_id, transaction_type, amount, currency, balance_before, balance_after, \
                 status, notes, created_at, updated_at) \
             SELECT user_id, 'topup', {balances}, 'failed', 'planted', max(created_at) + interval '1 minute', max(created_at) \
               FROM wallet_transactions WHERE currency = 'USD' AND user_id = (SELECT min(user_id) FROM wallet_transactions \
              WHERE currency = 'USD') GROUP BY user_id"
        ));
        let report = seed(&database, &["--verify", "--format", "json"]).json();
        let rules = report["rules"].as_array().expect("rules").iter();
        let broken = rules.filter(|rule| rule["total"] != 0);
        let names = broken.map(|rule| rule["rule"].as_str().unwrap_or_default().to_owned());
        names.collect::<Vec<_>>()
    };
    let holds = "(array_agg(balance_after ORDER BY created_at DESC, id DESC))[1]";
    assert_eq!(
        broken(&format!("5, 'USD', {holds}, {holds}")),
        ["wallet_arithmetic"]
    );
    assert_eq!(
        broken(&format!("5, 'USD', {holds}, NULL")),
        ["wallet_arithmetic"]
    );
    assert_eq!(broken(&format!("0, 'USD', {holds}, {holds}")), [""; 0]);
    assert_eq!(broken("5, 'USD', NULL, NULL"), [""; 0]);
}

/// What a shop may have written in columns where anything goes: the rules tell, they do not fail.
#[test]
fn odd_data_breaks_rules_and_not_the_check() {
    let database = demo();
    database.execute(WITHOUT_CHECKS);
    database.execute(
        "UPDATE xfactor_votes SET metadata = '[1]' WHERE id % 3 = 0; UPDATE xfactor_votes SET metadata = '7' WHERE id % 3 = 1; \
         UPDATE subscription_plans SET features = '[]' WHERE id = 1; \
         UPDATE subscription_plans SET features = '{\"monthly_bonus_votes\": \"many\"}' WHERE id = 2; \
         UPDATE wallet_transactions SET metadata = 'null' WHERE id % 2 = 0; \
         UPDATE spree_users SET phone_number = 'unknown ' || id, loyalty_tier = NULL, date_of_birth = 'infinity', \
                id_card_number = '', total_votes_cast = NULL WHERE id % 5 = 0; \
         UPDATE xfactor_seasons SET status = 9, total_revenue = NULL; \
         UPDATE xfactor_episodes SET voting_start = NULL, voting_end = '-infinity' WHERE id = 2; \
         UPDATE push_notifications SET sent_at = '2999-01-01' WHERE id = 1; \
         UPDATE xfactor_contestants SET bio = E'\\u1780\\u200B\\u1781' WHERE id = 1",
    );
    seed(&database, &["--verify"])
        .exits(1)
        .answers("bundle_vote_has_package: ")
        .answers("votes_of_user: ")
        .answers("notification 1: is of 2999-01-01")
        .answers("contestant 1: has an invisible character");
}

/// The rules are checked side by side, by no more sessions than `pool` allows, and by fewer where the server has no room.
#[test]
fn rules_are_shared_by_a_few_sessions() {
    let database = demo();
    database.execute("UPDATE spree_users SET referral_count = referral_count + 1 WHERE id < 40");
    let role = format!("{}_verifier", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN CONNECTION LIMIT 2; GRANT pg_read_all_data TO {role}"
    ));
    let theirs = database.url().replacen("postgres@", &format!("{role}@"), 1);
    let verify = |url: String, pool: &str| {
        let run = hangmeas().env("DATABASE_URL", url);
        let args = ["db", "seed", "--verify", "--format", "json", "-v"];
        let output = run.env("RAILS_MAX_THREADS", pool).args(args).run();
        let told = |what: &str| {
            output
                .stderr
                .lines()
                .filter(|line| line.contains(what))
                .count()
        };
        let (opened, refused) = (told("info  connected"), told("no further session"));
        output.exits(1);
        (output.json()["rules"].clone(), opened, refused)
    };
    let (alone, opened, refused) = verify(database.url(), "1");
    assert_eq!((opened, refused), (1, 0));
    assert_eq!(alone.as_array().map(Vec::len), Some(RULES.len()));
    assert_eq!(verify(database.url(), "3"), (alone.clone(), 3, 0));
    assert_eq!(verify(database.url(), "25"), (alone.clone(), 4, 0));
    assert_eq!(verify(theirs, "4"), (alone, 2, 2));
    database.execute(&format!("DROP ROLE {role}"));
}
