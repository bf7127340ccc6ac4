//! How often things are: shares and averages of an audience of some thousands, while a season runs, beside what they
//! are modelled on. Bounds leave room for another seed.

use super::realism::{assert_between, share};
use super::{AS_OF, demo, load};

fn all_between(shares: &[(&str, &str, f64, f64)]) {
    for (what, query, low, high) in shares {
        assert_between(what, share(load(), query), *low, *high);
    }
}

fn of_users(condition: &str) -> String {
    format!("SELECT avg(({condition})::int) FROM spree_users WHERE id > 1")
}

#[test]
fn a_third_was_seen_this_week_while_a_season_runs() {
    let week = format!("timestamp '{AS_OF}' - interval '7 days'");
    let voted = format!(
        "SELECT count(DISTINCT user_id)::numeric / (SELECT count(*) FROM spree_users) \
         FROM xfactor_votes WHERE created_at > {week}"
    );
    assert_between("voted this week", share(load(), &voted), 0.15, 0.30);
    let seen = of_users(&format!("last_active_at > {week}"));
    assert_between("seen this week", share(load(), &seen), 0.32, 0.38);
    let gone = "SELECT count(*) FROM spree_users u JOIN (SELECT user_id, max(created_at) AS at FROM xfactor_votes \
                GROUP BY 1) v ON v.user_id = u.id WHERE u.last_active_at NOT BETWEEN v.at AND timestamp '2026-06-10'";
    assert_eq!(load().value(gone), "0", "voted after they were last seen");
    let first = "SELECT count(*) FROM achievements a JOIN (SELECT user_id, min(created_at) AS at FROM xfactor_votes \
                 GROUP BY 1) v USING (user_id) WHERE a.name = 'First vote' AND a.achieved_at <> v.at";
    assert_eq!(load().value(first), "0", "a first vote of another time");
    let at_once = "SELECT max(n) FROM (SELECT count(*)::numeric / (SELECT count(*) FROM spree_users) AS n \
                   FROM spree_users GROUP BY date_trunc('hour', last_active_at)) x";
    assert_between("seen in one hour", share(load(), at_once), 0.0, 0.06);
}

/// What users do by themselves, and when.
const ACTS: [(&str, &str); 14] = [
    ("votes", "SELECT user_id, created_at FROM xfactor_votes"),
    ("messages", "SELECT user_id, created_at FROM sms_vote_logs"),
    (
        "money moved",
        "SELECT user_id, created_at FROM wallet_transactions \
         WHERE transaction_type IN ('topup', 'purchase', 'transfer_out')",
    ),
    (
        "ways of paying",
        "SELECT user_id, GREATEST(created_at, verified_at) FROM user_payment_methods",
    ),
    ("orders", "SELECT user_id, completed_at FROM spree_orders"),
    (
        "check-ins",
        "SELECT user_id, checked_in_at FROM event_checkins",
    ),
    (
        "subscriptions",
        "SELECT user_id, GREATEST(created_at, cancelled_at, pause_start) FROM user_subscriptions",
    ),
    ("usages", "SELECT user_id, updated_at FROM feature_usages"),
    (
        "notifications read",
        "SELECT user_id, read_at FROM push_notifications WHERE read_at IS NOT NULL",
    ),
    (
        "deeds, and points redeemed",
        "SELECT user_id, created_at FROM loyalty_activities WHERE reference_type IS NULL",
    ),
    (
        "signing up",
        "SELECT id, GREATEST(created_at, phone_verified_at) FROM spree_users",
    ),
    (
        "signing in",
        "SELECT id, current_sign_in_at FROM spree_users WHERE id > 1",
    ),
    (
        "a first week",
        "SELECT referred_id, qualified_at FROM referral_rewards WHERE qualified_at IS NOT NULL",
    ),
    (
        "days of usage",
        "SELECT user_id, usage_date - interval '7 hours' FROM feature_usages",
    ),
];

#[test]
fn nobody_acts_after_being_seen_last() {
    for (name, database) in [("demo", &demo()), ("load", load())] {
        for (what, acts) in ACTS {
            let late = format!(
                "SELECT count(*) FILTER (WHERE last_active_at < at) || ' of ' || LEAST(count(*), 20) \
                 FROM ({acts}) act (user_id, at) JOIN spree_users u ON u.id = user_id"
            );
            assert_eq!(database.value(&late), "0 of 20", "{name}: {what}");
        }
    }
}

/// Sign-ups by the day of Phnom Penh, what the days around had on average that were neither of the show nor the day
/// after, and whether a day is such a one.
const BY_DAY: &str = "WITH shows AS (SELECT DISTINCT (air_date + interval '7 hours')::date AS day FROM xfactor_episodes), \
    days AS (SELECT day::date, count(u.id) AS n, day::date IN (SELECT day FROM shows) AS show, day::date - 1 IN \
        (SELECT day FROM shows) AS after FROM generate_series(timestamp '2024-03-01', '2026-06-08', '1 day') day \
        LEFT JOIN spree_users u ON (u.created_at + interval '7 hours')::date = day AND u.id > 1 GROUP BY day), \
    around AS (SELECT *, avg(n) FILTER (WHERE NOT show AND NOT after) OVER w AS usual FROM days \
        WINDOW w AS (ORDER BY day ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING))";

#[test]
fn days_differ_and_shows_bring_people() {
    let of = |what: &str| share(load(), &format!("{BY_DAY} SELECT {what}"));
    let times = of("avg(n) / avg(usual) FROM around WHERE show");
    assert_between("times a usual day when a show is on", times, 3.0, 6.0);
    let after = of("avg(n) / avg(usual) FROM around WHERE after AND NOT show");
    assert_between("and on the day after", after, 1.1, 2.0);
    let evening = "avg((extract(hour FROM created_at + interval '7 hours') BETWEEN 18 AND 22)::int) FROM spree_users \
                   JOIN shows ON day = (created_at + interval '7 hours')::date";
    assert_between("of them in the evening", of(evening), 0.7, 0.95);
    // Of people who come by chance the variance is the average; days differ by more than that.
    let noise = "sum((n - usual) * (n - usual)) / sum(usual) * 7 / 6 FROM around WHERE NOT show AND NOT after";
    assert_between("variance beside the average", of(noise), 0.9, 2.0);
}

#[test]
fn users_have_their_shares() {
    for (what, condition, low, high) in [
        ("in Phnom Penh", "province = 'Phnom Penh'", 0.25, 0.31),
        ("women", "gender = 'female'", 0.50, 0.56),
        ("bronze", "loyalty_tier = 'bronze'", 0.69, 0.75),
        ("silver", "loyalty_tier = 'silver'", 0.16, 0.22),
        ("gold", "loyalty_tier = 'gold'", 0.055, 0.09),
        ("platinum", "loyalty_tier = 'platinum'", 0.01, 0.03),
        ("Khmer", "language_preference = 'km'", 0.75, 0.81),
        ("Android", "device_type = 'android'", 0.79, 0.85),
        ("newest release", "app_version = '4.2.0'", 0.52, 0.58),
        ("not yet checked", "kyc_status = 'pending'", 0.52, 0.58),
        ("verified", "kyc_status = 'verified'", 0.35, 0.41),
        ("rejected", "kyc_status = 'rejected'", 0.05, 0.09),
        ("referred", "referred_by_id IS NOT NULL", 0.23, 0.28),
        (
            "Metfone",
            "phone_number ~ '^0(31|6[0678]|71|88|90|97)'",
            0.37,
            0.43,
        ),
        (
            "Smart",
            "phone_number ~ '^0(1[056]|69|70|8[167]|9[368])'",
            0.35,
            0.41,
        ),
        (
            "Cellcard",
            "phone_number ~ '^0(1[1247]|61|7[6789]|8[59]|9[259])'",
            0.17,
            0.23,
        ),
    ] {
        assert_between(what, share(load(), &of_users(condition)), low, high);
    }
    let median = "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY date '2026-06-10' - date_of_birth) / 365.25 \
                  FROM spree_users WHERE id > 1";
    assert_between("median age", share(load(), median), 23.0, 26.0);
}

#[test]
fn a_few_bring_many() {
    all_between(&[
        (
            "of those who bring one, who bring a second",
            "SELECT avg((referral_count > 1)::int) FROM spree_users WHERE referral_count > 0",
            0.38,
            0.56,
        ),
        (
            "and ten or more",
            "SELECT avg((referral_count >= 10)::int) FROM spree_users WHERE referral_count > 0",
            0.03,
            0.09,
        ),
        (
            "the most of one",
            "SELECT max(referral_count) FROM spree_users",
            50.0,
            101.0,
        ),
    ]);
}

#[test]
fn a_few_pay_for_many_votes() {
    for kinds in ["'paid'", "'paid', 'bundle'", "'paid', 'bundle', 'sms'"] {
        let whales = format!(
            "SELECT sum(n) FILTER (WHERE rank <= payers * 0.01) / sum(n) FROM (SELECT sum(vote_count) AS n, count(*) \
             OVER () AS payers, row_number() OVER (ORDER BY sum(vote_count) DESC) AS rank FROM xfactor_votes \
             WHERE vote_type IN ({kinds}) GROUP BY user_id) x"
        );
        assert_between(kinds, share(load(), &whales), 0.25, 0.60);
    }
    all_between(&[
        (
            "free rows",
            "SELECT avg((vote_type = 'free')::int) FROM xfactor_votes",
            0.66,
            0.74,
        ),
        (
            "paid and bundled votes",
            "SELECT sum(vote_count) FILTER (WHERE vote_type IN ('paid', 'bundle'))::numeric / sum(vote_count) \
             FROM xfactor_votes",
            0.75,
            0.95,
        ),
        (
            "confirmed messages",
            "SELECT avg((status = 'confirmed')::int) FROM sms_vote_logs",
            0.92,
            0.96,
        ),
        (
            "median seconds until they are",
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM confirmed_at - created_at)) \
             FROM sms_vote_logs WHERE status = 'confirmed'",
            2.5,
            3.5,
        ),
        (
            "99 in 100",
            "SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM confirmed_at - created_at)) \
             FROM sms_vote_logs WHERE status = 'confirmed'",
            80.0,
            200.0,
        ),
    ]);
}

#[test]
fn wallets_are_used_unevenly_and_run_on() {
    let uneven = "SELECT variance(n) / avg(n) FROM (SELECT count(t.id) AS n FROM (SELECT DISTINCT user_id FROM \
                  wallet_transactions) w LEFT JOIN wallet_transactions t ON t.user_id = w.user_id \
                  AND t.transaction_type = 'topup' GROUP BY w.user_id) x";
    assert_between("spread of top-ups", share(load(), uneven), 1.2, 2.5);
    let amounts = "SELECT string_agg(DISTINCT currency || ' ' || trunc(amount), ', ') FROM wallet_transactions \
                   WHERE transaction_type = 'topup' AND status = 'completed'";
    let amounts = load().value(amounts);
    let mut amounts: Vec<&str> = amounts.split(", ").collect();
    amounts.sort_unstable();
    let usual =
        "KHR 10000, KHR 20000, KHR 4000, KHR 50000, USD 1, USD 10, USD 2, USD 20, USD 5, USD 50";
    assert_eq!(amounts, usual.split(", ").collect::<Vec<_>>());
    let wrong = "SELECT count(*) FROM wallet_transactions WHERE balance_after IS DISTINCT FROM balance_before + amount";
    assert_eq!(load().value(wrong), "0", "movements of any status");
    let summed = "SELECT count(*) FROM (SELECT user_id, currency, sum(amount) AS moved, (array_agg(balance_after \
                  ORDER BY created_at DESC, id DESC))[1] AS holds FROM wallet_transactions GROUP BY 1, 2) x \
                  WHERE moved <> holds";
    assert_eq!(
        load().value(summed),
        "0",
        "wallets that are not their movements"
    );
    all_between(&[
        (
            "top-ups that failed",
            "SELECT avg((status = 'failed')::int) FROM wallet_transactions WHERE transaction_type = 'topup'",
            0.035,
            0.065,
        ),
        (
            "of which it is known what was asked for, and nothing moved",
            "SELECT avg((amount = 0 AND metadata ->> 'asked' ~ '^[1-9][0-9]*[.]00$' AND store_credit_id IS NULL)::int) \
             FROM wallet_transactions WHERE status = 'failed'",
            1.0,
            1.0,
        ),
    ]);
}

#[test]
fn subscriptions_are_sold_and_end() {
    all_between(&[
        (
            "basic",
            "SELECT avg((p.slug = 'basic')::int) FROM user_subscriptions s JOIN subscription_plans p ON p.id = s.plan_id",
            0.56,
            0.68,
        ),
        (
            "premium",
            "SELECT avg((p.slug = 'premium')::int) FROM user_subscriptions s JOIN subscription_plans p ON p.id = s.plan_id",
            0.25,
            0.35,
        ),
        (
            "paid after the trial",
            "SELECT avg((EXISTS (SELECT FROM subscription_invoices i WHERE i.subscription_id = s.id))::int) \
             FROM user_subscriptions s WHERE trial_end <= timestamp '2026-06-10'",
            0.39,
            0.53,
        ),
        (
            "cancelled in a month",
            "SELECT (SELECT count(*) FROM user_subscriptions WHERE status = 'cancelled')::numeric / count(*) \
             FROM subscription_invoices WHERE status = 'paid'",
            0.08,
            0.13,
        ),
        (
            "payments that failed at first",
            "SELECT avg((status = 'failed' OR paid_at > created_at + interval '1 day')::int) \
             FROM subscription_invoices WHERE status IN ('paid', 'failed')",
            0.045,
            0.08,
        ),
    ]);
}
