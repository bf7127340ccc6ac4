//! What the audience looks like: shares, curves, and numbers that follow from others.

use super::{demo, load};
use crate::support::Database;

pub(super) fn share(database: &Database<'_>, query: &str) -> f64 {
    database.value(query).parse().expect("a share")
}

pub(super) fn assert_between(what: &str, value: f64, low: f64, high: f64) {
    assert!(
        (low..=high).contains(&value),
        "{what}: {value} is not within {low} and {high}"
    );
}

#[test]
fn votes_come_as_they_do() {
    let database = demo();
    for (kind, low, high) in [
        ("free", 0.62, 0.78),
        ("sms", 0.07, 0.17),
        ("paid", 0.07, 0.17),
        ("bundle", 0.03, 0.10),
    ] {
        let of_kind = format!("SELECT avg((vote_type = '{kind}')::int) FROM xfactor_votes");
        assert_between(kind, share(&database, &of_kind), low, high);
    }
    let early = "SELECT avg((v.created_at < e.air_date + interval '2 hours')::int) \
                 FROM xfactor_votes v JOIN xfactor_episodes e ON e.id = v.episode_id";
    assert_between("while on air", share(&database, early), 0.485, 0.515);
    let late = "SELECT avg((v.created_at >= e.voting_end - interval '1 hour')::int) \
                FROM xfactor_votes v JOIN xfactor_episodes e ON e.id = v.episode_id";
    assert_between("in the last hour", share(&database, late), 0.285, 0.315);
    let voters = "SELECT count(DISTINCT user_id)::numeric / (SELECT count(*) FROM spree_users) FROM xfactor_votes";
    assert_between("voters", share(&database, voters), 0.25, 0.45);
    let free = database.value(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM xfactor_votes WHERE vote_type = 'free' \
         GROUP BY user_id, episode_id) x",
    );
    assert_eq!(free, "3", "free votes of an evening");
    let in_order = "SELECT bool_and(ok) FROM (SELECT created_at >= LAG(created_at, 1, created_at) \
                    OVER (PARTITION BY episode_id ORDER BY id) AS ok FROM xfactor_votes) x";
    assert_eq!(
        database.value(in_order),
        "t",
        "rows arrive in the order of time"
    );
}

#[test]
fn users_are_cambodian() {
    let database = demo();
    let capital = "SELECT avg((province = 'Phnom Penh')::int) FROM spree_users";
    assert_between("Phnom Penh", share(&database, capital), 0.18, 0.38);
    let women = "SELECT avg((gender = 'female')::int) FROM spree_users";
    assert_between("women", share(&database, women), 0.44, 0.62);
    let bronze = "SELECT avg((loyalty_tier = 'bronze')::int) FROM spree_users";
    assert_between("bronze", share(&database, bronze), 0.64, 0.80);
    let khmer = "SELECT avg((language_preference = 'km')::int) FROM spree_users";
    assert_between("readers of Khmer", share(&database, khmer), 0.68, 0.86);
    let recent =
        "SELECT avg((last_active_at > timestamp '2026-06-03')::int) FROM spree_users WHERE id > 1";
    assert_between("seen this week", share(&database, recent), 0.25, 0.45);
    let cards = "SELECT count(*), count(DISTINCT id_card_number), min(length(id_card_number)), \
                 max(length(id_card_number)) FROM spree_users WHERE id_card_number IS NOT NULL";
    let cards = database.query_text(cards).remove(0);
    let parts: Vec<&str> = cards.split('|').collect();
    assert_eq!(
        (parts[0], parts[2], parts[3]),
        (parts[1], "9", "9"),
        "identity numbers"
    );
}

#[test]
fn nobody_is_too_young() {
    let database = demo();
    let wrong = database.query_text(
        "SELECT id, date_of_birth, created_at, id_card_verified_at FROM spree_users \
         WHERE created_at < date_of_birth + interval '13 years' \
            OR id_card_verified_at < date_of_birth + interval '15 years' \
            OR (id_card_number IS NOT NULL AND created_at < date_of_birth + interval '15 years' - interval '3 days')",
    );
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_bonus_is_gone_when_its_time_is_over() {
    let database = load();
    let over = format!("expires_at <= timestamp '{}'", super::AS_OF);
    let wrong = database.query_text(&format!(
        "SELECT id, amount, amount_used, expired FROM spree_store_credits \
         WHERE {over} AND amount_used < amount OR expired IS DISTINCT FROM (id IN \
               (SELECT store_credit_id FROM wallet_transactions WHERE transaction_type = 'expiry'))",
    ));
    assert_eq!(wrong, Vec::<String>::new());
    let taken = database.query_text(&format!(
        "SELECT t.id FROM wallet_transactions t LEFT JOIN spree_store_credits c ON c.id = t.store_credit_id \
         WHERE t.transaction_type = 'expiry' AND (t.created_at = c.expires_at AND t.amount < 0 AND {over}) IS NOT TRUE",
    ));
    assert_eq!(taken, Vec::<String>::new());
    let expired = "SELECT count(*) > 0 FROM spree_store_credits WHERE expired";
    assert_eq!(database.value(expired), "t", "some are not spent in time");
    let late = "SELECT count(*) FROM spree_store_credit_events e JOIN spree_store_credits c ON c.id = e.store_credit_id \
                WHERE e.created_at > c.expires_at";
    assert_eq!(database.value(late), "0", "spent after its time");
}

#[test]
fn money_spent_is_money_paid() {
    let database = demo();
    let wrong = database.query_text(
        "SELECT u.id, u.total_spent FROM spree_users u WHERE u.total_spent <> \
         COALESCE((SELECT sum(amount_paid) FROM xfactor_votes WHERE user_id = u.id), 0) \
         + COALESCE((SELECT sum(total) FROM spree_orders WHERE user_id = u.id AND state = 'complete'), 0) \
         + COALESCE((SELECT sum(amount) FROM subscription_invoices WHERE user_id = u.id AND status = 'paid'), 0)",
    );
    assert!(wrong.is_empty(), "{wrong:?}");
    let by_wallet = database.query_text(
        "SELECT t.id FROM wallet_transactions t LEFT JOIN subscription_invoices i ON i.id = t.reference_id \
         WHERE t.reference_type = 'SubscriptionInvoice' \
           AND (i.id IS NULL OR i.user_id <> t.user_id OR i.amount <> -t.amount OR i.payment_method <> 'wallet')",
    );
    assert!(by_wallet.is_empty(), "{by_wallet:?}");
    let uses = database.query_text(
        "SELECT c.id FROM spree_store_credits c LEFT JOIN (SELECT store_credit_id, \
           sum(amount) FILTER (WHERE action = 'allocation') AS given, \
           COALESCE(sum(amount) FILTER (WHERE action = 'capture'), 0) AS used \
         FROM spree_store_credit_events GROUP BY 1) e ON e.store_credit_id = c.id \
         WHERE e.given IS DISTINCT FROM c.amount OR e.used <> c.amount_used",
    );
    assert!(uses.is_empty(), "events and credits differ: {uses:?}");
}

#[test]
fn the_eliminated_get_no_more_votes_and_one_wins() {
    let database = demo();
    let late = database.value(
        "SELECT count(*) FROM xfactor_votes v JOIN xfactor_contestants c ON c.id = v.contestant_id \
         WHERE c.status = 1 AND v.created_at > (c.eliminated_date + 1)::timestamp",
    );
    assert_eq!(late, "0");
    let ranks = database.query_text("SELECT final_rank FROM xfactor_contestants ORDER BY 1");
    let expected: Vec<String> = (1..=12).map(|rank| rank.to_string()).collect();
    assert_eq!(ranks, expected);
    let winner = "SELECT final_rank FROM xfactor_contestants WHERE status = 2";
    assert_eq!(database.value(winner), "1");
    let stored = "SELECT bool_and(total_votes = (SELECT sum(value::int) FROM jsonb_each_text(voting_results))) \
                  FROM xfactor_episodes";
    assert_eq!(
        database.value(stored),
        "t",
        "the results of an episode add up"
    );
}

#[test]
fn nights_are_quiet() {
    let database = demo();
    for (table, of) in [
        ("wallet_transactions", "created_at"),
        ("loyalty_activities", "created_at"),
        ("push_notifications", "created_at"),
        ("user_payment_methods", "created_at"),
        ("achievements", "achieved_at"),
        ("spree_orders", "completed_at"),
        ("spree_users", "last_active_at"),
        ("xfactor_votes", "created_at"),
    ] {
        let share = |hours: &str| {
            share(
                &database,
                &format!(
                    "SELECT avg((extract(hour FROM {of} + interval '7 hours') IN ({hours}))::int) FROM {table}"
                ),
            )
        };
        let (night, evening) = (share("2, 3, 4"), share("18, 19, 20, 21"));
        assert!(night < 0.05, "{table}: {night} between two and five");
        assert!(evening > 0.25, "{table}: {evening} between six and ten");
    }
}

#[test]
fn no_moment_and_no_amount_is_everybodys() {
    let database = demo();
    let same =
        "SELECT max(n) FROM (SELECT count(*) AS n FROM spree_users GROUP BY last_active_at) x";
    assert_between(
        "users seen in one instant",
        share(&database, same),
        1.0,
        2.0,
    );
    let points = "SELECT max(points) FROM loyalty_activities";
    assert_between(
        "points for one deed",
        share(&database, points),
        100.0,
        3_000.0,
    );
    let spent = "SELECT -sum(amount) FILTER (WHERE transaction_type = 'purchase') / sum(amount) \
                 FILTER (WHERE transaction_type IN ('topup', 'bonus') AND status = 'completed') \
                 FROM wallet_transactions WHERE currency = 'USD'";
    assert_between(
        "money spent of that topped up",
        share(&database, spent),
        0.3,
        0.95,
    );
    let minutes = "SELECT stddev(n) / avg(n) FROM (SELECT count(*) AS n FROM xfactor_votes v JOIN xfactor_episodes e \
                   ON e.id = v.episode_id AND v.created_at < e.air_date + interval '2 hours' \
                   GROUP BY e.id, floor(extract(epoch FROM v.created_at - e.air_date) / 360)) x";
    assert_between("waves within a show", share(&database, minutes), 0.08, 0.6);
}

#[test]
fn a_user_is_the_same_everywhere() {
    let database = demo();
    let device = "SELECT count(*) FROM xfactor_votes v JOIN spree_users u ON u.id = v.user_id \
                  WHERE v.metadata ->> 'device' <> u.device_type";
    assert_eq!(database.value(device), "0", "the device of a vote");
    let networks = "SELECT max(n) FROM (SELECT count(DISTINCT ip_address) AS n FROM xfactor_votes GROUP BY user_id) x";
    assert_between("networks of a user", share(&database, networks), 2.0, 4.0);
    let unasked = "SELECT count(*) FROM push_notifications n JOIN spree_users u ON u.id = n.user_id \
                   WHERE u.push_token IS NULL";
    assert_eq!(
        database.value(unasked),
        "0",
        "notifications without a token"
    );
    let careful =
        "SELECT count(*) > 0 FROM spree_users WHERE two_factor_enabled AND push_token IS NULL";
    assert_eq!(
        database.value(careful),
        "t",
        "one chance does not decide two things"
    );
    let signed_in = "SELECT count(*) FROM spree_users WHERE id > 1 AND NOT (created_at <= last_sign_in_at \
                     AND last_sign_in_at <= current_sign_in_at AND current_sign_in_at <= last_active_at)";
    assert_eq!(database.value(signed_in), "0", "signing in");
    let defaults = "SELECT count(*) FROM (SELECT count(*) FILTER (WHERE \"default\") AS own \
                    FROM user_payment_methods GROUP BY user_id) x WHERE own <> 1";
    assert_eq!(database.value(defaults), "0", "one default way of paying");
    let several =
        "SELECT max(n) FROM (SELECT count(*) AS n FROM user_payment_methods GROUP BY user_id) x";
    assert_between("ways of paying", share(&database, several), 2.0, 3.0);
}

#[test]
fn a_season_is_told_in_its_order() {
    let database = demo();
    let early = "SELECT count(*) FROM push_notifications n WHERE notification_type IN ('live', 'vote_open', 'vote_counted', \
                 'vote_reminder') AND NOT EXISTS (SELECT FROM xfactor_episodes e WHERE n.created_at \
                 BETWEEN e.air_date - interval '11 minutes' AND e.voting_end)";
    assert_eq!(
        database.value(early),
        "0",
        "notifications of a show that is not on"
    );
    let twice = "SELECT count(*) FROM (SELECT FROM xfactor_contestants GROUP BY season_id, stage_name HAVING count(*) > 1) x";
    assert_eq!(database.value(twice), "0", "two of one name on stage");
    let songs = "SELECT count(*) FROM (SELECT FROM episode_contestants GROUP BY episode_id, song_performed HAVING count(*) > 1) x";
    assert_eq!(database.value(songs), "0", "one song twice in an evening");
    let late = "SELECT count(*) FROM xfactor_episodes e JOIN xfactor_seasons s ON s.id = e.season_id \
                WHERE s.created_at > e.air_date OR e.created_at > e.air_date";
    assert_eq!(database.value(late), "0", "made before it was on air");
}

/// Keys whose rows are rightly older than what they point to: a seat is there before it is sold, a
/// message before its vote is counted.
const EARLIER: [&str; 2] = ["event_seats.line_item_id", "sms_vote_logs.vote_id"];

#[test]
fn nothing_is_older_than_what_it_belongs_to() {
    let database = demo();
    let keys = database.query_text(
        "SELECT k.conrelid::regclass::text, a.attname::text, k.confrelid::regclass::text FROM pg_constraint k \
         JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] WHERE k.contype = 'f' \
         UNION ALL VALUES ('spree_orders', 'store_id', 'spree_stores'), ('spree_line_items', 'order_id', 'spree_orders'), \
         ('spree_line_items', 'variant_id', 'spree_variants'), ('spree_store_credits', 'user_id', 'spree_users'), \
         ('spree_store_credits', 'category_id', 'spree_store_credit_categories')",
    );
    assert!(keys.len() > 35, "{keys:?}");
    for key in keys {
        let parts: Vec<&str> = key.split('|').collect();
        let (child, column, parent) = (parts[0], parts[1], parts[2]);
        let older = database.value(&format!(
            "SELECT count(*) FROM {child} c JOIN {parent} p ON p.id = c.{column} WHERE c.created_at < p.created_at"
        ));
        let expected = EARLIER.contains(&format!("{child}.{column}").as_str());
        assert!(older == "0" || expected, "{child}.{column}: {older}");
    }
    let ended = "SELECT count(*) FROM user_subscriptions WHERE status = 'expired' AND current_period_end > timestamp '2026-06-10'";
    assert_eq!(database.value(ended), "0", "expired before its period ends");
    let waiting = "SELECT count(*) FROM push_notifications WHERE status = 'pending' AND created_at < timestamp '2026-06-09'";
    assert_eq!(database.value(waiting), "0", "pending for more than a day");
    let deed = "SELECT max(points) FROM loyalty_activities WHERE reason = 'daily visit'";
    assert_between("points of a visit", share(&database, deed), 5.0, 100.0);
}

#[test]
fn nothing_is_later_than_the_day() {
    let database = demo();
    let columns = database.query_text(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' \
         AND data_type LIKE 'timestamp%' AND table_name IN (SELECT relname FROM pg_class WHERE relkind = 'r') \
         AND column_name NOT IN ('expires_at', 'current_period_end', 'trial_end', 'end_date', 'sale_end_date', \
             'event_date', 'event_end_date', 'reserved_until', 'sale_start_date', 'start_date', \
             'air_date', 'voting_start', 'voting_end')",
    );
    assert!(columns.len() > 60);
    for line in columns {
        let (table, column) = line.split_once('|').expect("two columns");
        let query = format!(
            "SELECT count(*) FROM \"{table}\" WHERE \"{column}\" > timestamp '{}'",
            super::AS_OF
        );
        assert_eq!(database.value(&query), "0", "{table}.{column}");
    }
}
