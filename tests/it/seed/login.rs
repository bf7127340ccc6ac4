//! The accounts of the development profile open, and Spree would show their balances.

use super::{AS_OF, hundred, migrated, seed};
use crate::support::{Base, Database};

/// Authlogic's SHA-512 of `admin123` with the salt `HangmeasSeedSalt0001`, as Spree 4 stores it.
const ADMIN: &str = "45c1a89990b1381bd84b1b91a70c3fdd0e36ab65fdb5fc7273803ab1216144b0\
                     ad1ddd9d575fd1959d0dc7226752a5a8eff371bf30a6e279175b6d1142e65f3b";

fn password(database: &Database<'_>, email: &str) -> String {
    database.value(&format!(
        "SELECT encrypted_password || '|' || COALESCE(password_salt, '') FROM spree_users WHERE email = '{email}'"
    ))
}

#[test]
fn the_administrator_logs_in_to_spree_4() {
    for base in [Base::Empty, Base::Spree42, Base::Spree46] {
        let database = migrated(base);
        seed(&database, &["--as-of", AS_OF]).success();
        let stored = password(&database, "admin@hangmeas.com");
        assert_eq!(
            stored,
            format!("{ADMIN}|HangmeasSeedSalt0001"),
            "{}",
            base.name()
        );
    }
}

#[test]
fn the_administrator_logs_in_to_spree_5() {
    let database = migrated(Base::Spree5);
    seed(&database, &["--as-of", AS_OF]).success();
    let stored = password(&database, "admin@hangmeas.com");
    let hash = stored.trim_end_matches('|');
    assert!(bcrypt::verify("admin123", hash).expect("a hash"));
    assert!(!bcrypt::verify("password123", hash).expect("a hash"));
    let gold = password(&database, "gold@example.com");
    assert!(bcrypt::verify("password123", gold.trim_end_matches('|')).expect("a hash"));
}

#[test]
fn an_administrator_of_a_shop_that_keeps_them_apart_is_one_of_them() {
    let database = migrated(Base::Spree5);
    database.execute(
        "CREATE TABLE spree_admin_users (id bigserial PRIMARY KEY, encrypted_password varchar(128), \
         password_salt varchar(128), email varchar UNIQUE, login varchar, sign_in_count int NOT NULL DEFAULT 0, \
         deleted_at timestamp, created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL); \
         INSERT INTO spree_admin_users (email, created_at, updated_at) VALUES ('chief@shop.kh', now(), now())",
    );
    seed(&database, &["--as-of", AS_OF]).success();
    let admins = database.query_text(
        "SELECT a.email, ru.user_type, ru.resource_type FROM spree_role_users ru JOIN spree_admin_users a ON a.id = ru.user_id",
    );
    assert_eq!(admins, ["admin@hangmeas.com|Spree::AdminUser|Spree::Store"]);
    let hash = database
        .value("SELECT encrypted_password FROM spree_admin_users WHERE email LIKE 'admin@%'");
    assert!(bcrypt::verify("admin123", &hash).expect("a hash"));
    let givers = database.query_text(
        "SELECT DISTINCT a.email FROM spree_store_credits c JOIN spree_admin_users a ON a.id = c.created_by_id",
    );
    assert_eq!(givers, ["admin@hangmeas.com"]);
    seed(&database, &["--as-of", AS_OF])
        .success()
        .answers("has it all already");
    hundred(&database, "--append").success();
    assert_eq!(
        database.value("SELECT count(*) FROM spree_admin_users"),
        "2"
    );
}

#[test]
fn the_administrator_has_the_role_and_only_the_administrator() {
    for base in Base::ALL {
        let database = migrated(base);
        seed(&database, &["--as-of", AS_OF]).success();
        let admins = database.query_text(
            "SELECT u.email, u.login = u.email FROM spree_role_users ru JOIN spree_users u ON u.id = ru.user_id \
             JOIN spree_roles r ON r.id = ru.role_id WHERE r.name = 'admin'",
        );
        assert_eq!(admins, ["admin@hangmeas.com|t"], "{}", base.name());
    }
}

#[test]
fn spree_shows_the_balances() {
    for base in Base::ALL {
        let database = migrated(base);
        seed(&database, &["--as-of", AS_OF]).success();
        // What Spree adds up: credits of a category and a type, given by somebody, in the default store.
        let of_store = match base {
            Base::Spree42 => "",
            _ => "AND c.store_id = (SELECT id FROM spree_stores WHERE \"default\")",
        };
        let balances = database.query_text(&format!(
            "SELECT u.email, SUM(c.amount - c.amount_used - c.amount_authorized) FROM spree_store_credits c \
             JOIN spree_users u ON u.id = c.user_id \
             JOIN spree_store_credit_categories k ON k.id = c.category_id AND k.name = 'Default' \
             JOIN spree_store_credit_types t ON t.id = c.type_id \
             JOIN spree_users giver ON giver.id = c.created_by_id \
             WHERE c.deleted_at IS NULL AND c.currency = 'USD' {of_store} GROUP BY 1 ORDER BY 2"
        ));
        let expected = ["bronze|100", "silver|150", "gold|200", "platinum|250"].map(|line| {
            let (tier, amount) = line.split_once('|').expect("two parts");
            format!("{tier}@example.com|{amount}.00")
        });
        assert_eq!(balances, expected, "{}", base.name());
    }
}
