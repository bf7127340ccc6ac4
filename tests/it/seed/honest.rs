//! Rules are quiet on what honest people write, however they write it, and find what cannot be.

use super::{migrated, seed};
use crate::support::{Base, Database};

/// The rules that are broken, with what they tell.
fn told(database: &Database<'_>) -> Vec<String> {
    let report = seed(database, &["--verify", "--format", "json"]).json();
    let rules = report["rules"].as_array().expect("rules").iter();
    let broken = rules.filter(|rule| rule["total"] != 0);
    let lines = broken.map(|rule| {
        format!(
            "{}: {}",
            rule["rule"].as_str().expect("a name"),
            rule["violations"]
        )
    });
    lines.collect()
}

fn users(database: &Database<'_>, columns: &str, rows: &[&str]) {
    for (nth, row) in rows.iter().enumerate() {
        database.execute(&format!(
            "INSERT INTO spree_users (email, created_at, updated_at, {columns}) \
             VALUES ('u{nth}@example.com', now(), now(), {row})"
        ));
    }
}

/// How many of the users the rule names.
fn named(database: &Database<'_>, rule: &str) -> String {
    let lines = told(database);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].starts_with(rule), "{lines:#?}");
    lines[0].matches("\"object\"").count().to_string()
}

#[test]
fn phones_of_anywhere_are_phones() {
    let database = migrated(Base::Spree42);
    users(
        &database,
        "phone_number",
        &[
            "'012 345 678'",
            "'+855 12 345 679'",
            "'+855 (0)12 345 680'",
            "'00855-96-234-5678'",
            "'85597 345 6781'",
            "'012.345.6781'",
            "'023 880 623'",
            "'019 345 678'",
            "'+66 81 234 5678'",
            "'0066 81 234 5678'",
            "'(855) 555-0100'",
            "'+1 212 555 0100'",
            "'012 345 681 / 017 345 681'",
            "'ask my sister'",
            "''",
            "NULL",
        ],
    );
    database.execute(
        "INSERT INTO sms_vote_logs (phone_number, carrier, created_at, updated_at) \
         SELECT phone, carrier, now(), now() FROM (VALUES ('012345678', 'cellcard'), ('+855962345678', 'smart'), \
             ('0962345678', NULL), ('013345678', 'smart'), ('+66812345678', 'metfone')) \
             AS v (phone, carrier)",
    );
    assert_eq!(told(&database), [""; 0]);
    database.execute(
        "UPDATE sms_vote_logs SET carrier = 'metfone' WHERE phone_number LIKE '%962345678'",
    );
    assert_eq!(named(&database, "sms_carrier_of_number"), "2");
}

#[test]
fn numbers_of_no_carrier_are_told() {
    let database = migrated(Base::Spree5);
    users(
        &database,
        "phone_number",
        &[
            "'020 345 678'",
            "'012 345 67'",
            "'+855 96 234 567'",
            "'0812345678'",
            "'00855 1'",
            "'011 345 678'",
        ],
    );
    assert_eq!(named(&database, "phone_of_carrier"), "5");
}

#[test]
fn homes_are_judged_by_the_names_that_are_known() {
    let database = migrated(Base::Spree46);
    let columns = "province, district, commune, village";
    users(
        &database,
        columns,
        &[
            "'Phnom Penh', 'Chamkar Mon', 'Tonle Basak', 'Phum 1'",
            "'ភ្នំពេញ', 'ចំការមន', 'Tonle Basak', 'ភូមិ ១'",
            "'phnom penh', 'CHAMKAR MON', NULL, ''",
            "'Phnom Penh', NULL, NULL, 'Phum 1'",
            "'Takeo', 'Samraong', NULL, NULL",
            "'Takéo', 'Samraong', NULL, NULL",
            "'Oddar Meanchey', 'Samraong', NULL, NULL",
            "'California', 'Bavel', NULL, NULL",
            "'Kandal', 'Khan Chamkar Mon', 'Street 51', 'House 7'",
            "'Phnom Penh', 'Chamkar Mon', 'Tonle Basak', 'Our village'",
            "NULL, 'Chamkar Mon', NULL, NULL",
        ],
    );
    assert_eq!(told(&database), [""; 0]);
    database.execute("DELETE FROM spree_users");
    users(
        &database,
        columns,
        &[
            "'Kandal', 'Bavel', NULL, NULL",
            "'takeo', 'Bavel', NULL, NULL",
            "'កណ្តាល', 'បវេល', 'Somewhere', NULL",
            "'Kandal', 'Somewhere', 'Tonle Basak', NULL",
            "'Phnom Penh', 'Chamkar Mon', 'Bati', NULL",
            "'Battambang', 'Bavel', 'Bavel', 'Kbal Spean 1'",
            "'Phnom Penh', 'Chamkar Mon', 'Tonle Basak', 'Phum 1'",
        ],
    );
    assert_eq!(named(&database, "home_is_one_path"), "6");
}

#[test]
fn a_name_is_doubted_only_when_both_scripts_are_known() {
    let database = migrated(Base::Spree5);
    let columns = "first_name, last_name, khmer_name";
    users(
        &database,
        columns,
        &[
            "'Dara', 'Sok', 'សុខ ដារា'",
            "'Sok', 'Dara', 'សុខ ដារា'",
            "'Dara', 'Sokh', 'សុខ ដារា'",
            "'Darra', 'Suk', 'សុខ ដារា'",
            "'Jenny', 'Sok', 'គឹម វណ្ណា'",
            "'Vanna', 'Sok', 'គឹម វណ្ណា'",
            "'Dara', 'Sok', 'គឹម វណ្ណា ពៅ'",
            "'Dara', 'Sok', 'Sok Dara'",
            "NULL, NULL, 'សុខ ដារា'",
            "'Dara', 'Sok', NULL",
        ],
    );
    assert_eq!(told(&database), [""; 0]);
    users(&migrated(Base::Spree42), "khmer_name", &["'សុខ ដារា'"]);
    database.execute(
        "UPDATE spree_users SET khmer_name = 'គឹម វណ្ណា' WHERE id = (SELECT min(id) FROM spree_users)",
    );
    assert_eq!(named(&database, "names_belong_together"), "1");
    database.execute("UPDATE spree_users SET khmer_name = NULL, last_name = E'Sok\\u200B' WHERE first_name = 'Jenny'");
    assert_eq!(told(&database).len(), 2);
}

#[test]
fn items_of_an_invoice_are_written_in_many_ways() {
    let database = migrated(Base::Spree5);
    users(&database, "id", &["7"]);
    let invoices = |rows: &str| {
        database.execute("DELETE FROM subscription_invoices");
        database.execute(&format!(
            "INSERT INTO subscription_invoices (user_id, subscription_id, number, amount, currency, line_items, created_at, updated_at) \
             SELECT 7, 1, 'R' || row_number() OVER (), v.amount, v.currency, v.items::jsonb, now(), now() \
               FROM (VALUES {rows}) AS v (amount, currency, items)"
        ));
    };
    database.execute(
        "INSERT INTO subscription_plans (id, name, slug, price, \"interval\", created_at, updated_at) \
         VALUES (1, 'Basic', 'basic', 9.99, 'month', now(), now()); \
         INSERT INTO user_subscriptions (id, user_id, plan_id, status, created_at, updated_at) \
         VALUES (1, 7, 1, 'active', now(), now())",
    );
    invoices(
        r#"(9.99, 'USD', '[]'), (9.99, 'USD', NULL), (9.99, 'USD', 'null'), (9.99, 'USD', '{"amount": 1}'),
           (9.99, 'USD', '[{"amount": 999, "currency": "usd"}]'), (12, 'USD', '[{"amount": 9.99}, {"amount": 2.01}]'),
           (10, 'USD', '[{"amount": 5, "quantity": 2}]'), (9, 'USD', '[{"amount": 10, "discount": 1}]'),
           (11, 'USD', '[{"amount": 10}, {"tax_rate": 10, "amount": null}]'), (8, 'USD', '["a month", 8]'),
           (40000, 'KHR', '[{"amount": 10, "currency": "USD"}]'), (5, 'USD', '[{"amount": "6"}]')"#,
    );
    assert_eq!(told(&database), [""; 0]);
    invoices(
        r#"(9.99, 'USD', '[{"amount": 9.99}, {"amount": 2}]'), (10, 'USD', '[{"amount": 5, "quantity": 3}]')"#,
    );
    assert_eq!(named(&database, "invoice_adds_up"), "2");
    invoices("(0, 'USD', '[]'), (5, 'USD', '[]')");
    database.execute("UPDATE subscription_invoices SET status = 'paid', paid_at = now()");
    assert_eq!(named(&database, "invoice_is_consistent"), "1");
    database.execute("UPDATE user_subscriptions SET payment_method = 'aba_pay'");
    assert_eq!(told(&database), [""; 0]);
}

/// What a rule must not leave to the checks of the schema.
#[test]
fn empty_words_and_oneself_are_no_excuse() {
    let database = super::demo();
    database.execute(
        "ALTER TABLE spree_users DROP CONSTRAINT chk_spree_users_not_own_referrer; \
         UPDATE xfactor_votes SET transaction_id = '' WHERE id = (SELECT min(id) FROM xfactor_votes WHERE vote_type = 'paid'); \
         UPDATE spree_users SET referred_by_id = id, referral_count = referral_count + 1 \
          WHERE id = (SELECT min(id) FROM spree_users WHERE referred_by_id IS NULL AND id > 1)",
    );
    let lines = told(&database);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[0].starts_with("paid_vote_has_payment"), "{lines:#?}");
    assert!(lines[1].starts_with("referrer_was_first"), "{lines:#?}");
}
