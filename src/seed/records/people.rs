//! Users of the profile: the account, its roles, and behind every number of theirs the rows that add
//! up to it: store credit and wallet for the balance, an activity for the points.

use std::collections::{HashMap, HashSet};

use super::shop::Shop;
use super::{Cells, Desk, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::seed::clock::{DAY, Micros};
use crate::seed::failed;
use crate::seed::password::Hasher;
use crate::seed::profile::User;
use crate::seed::random::Key;
use crate::seed::vocabulary::normalised;

/// What others have already.
#[derive(Debug, Default)]
pub struct Taken {
    /// Phones, normalised.
    pub phones: HashSet<u64>,
}

impl Taken {
    /// Reads the phones of all users.
    ///
    /// # Errors
    /// The server's refusal.
    pub async fn read(desk: &Desk<'_>, session: &crate::postgres::Session) -> Result<Self> {
        let users = desk.rows("spree_users");
        let query = format!("SELECT phone_number FROM {users} WHERE phone_number <> ''");
        let rows = session.run(&query).await;
        let rows = rows.map_err(|failure| failed(failure, "reading the phones of users"))?;
        let phones = rows.iter().filter_map(|row| normalised(row.get(0)?));
        Ok(Self {
            phones: phones.collect(),
        })
    }
}

/// Finds or plans the users of the profile: the id of who gives credits, an administrator if there is
/// one.
///
/// # Errors
/// The server's refusal, a password that cannot be hashed, a phone that somebody else has.
pub async fn people(
    desk: &mut Desk<'_>,
    users: &[User],
    shop: &Shop,
    hasher: &Hasher,
    taken: &mut Taken,
) -> Result<Option<i64>> {
    let emails = users.iter().map(|user| user.email.as_str());
    let mut ids = desk.existing("spree_users", "lower(email)", emails).await?;
    let mut admins = Admins::find(desk, users).await?;
    let names: HashSet<&str> = users
        .iter()
        .flat_map(|user| user.roles.iter().map(String::as_str))
        .collect();
    let mut roles = desk.existing("spree_roles", "lower(name)", names).await?;
    for (nth, user) in users.iter().enumerate() {
        if ids.contains_key(&user.email) {
            continue;
        }
        claim_phone(user, taken)?;
        let stored = hasher.hash(&user.password, nth as u64 + 1)?;
        let mut cells = account(desk, user, nth as u64);
        cells.push(("encrypted_password", Value::Text(stored.hash.clone())));
        cells.push(("password_salt", Value::text(stored.salt)));
        let id = desk.add("spree_users", cells);
        ids.insert(user.email.clone(), id);
        let holder = admins.account(desk, user, id, &stored.hash);
        for role in &user.roles {
            give_role(desk, &mut roles, role, holder, shop);
        }
        let giver = giver(users, admins.ids.as_ref().unwrap_or(&ids));
        fill_wallet(desk, user, id, giver.unwrap_or(id), shop);
        earn_points(desk, user, id);
    }
    let first = users.first().and_then(|user| ids.get(&user.email)).copied();
    Ok(giver(users, admins.ids.as_ref().unwrap_or(&ids)).or(first))
}

fn giver(users: &[User], ids: &HashMap<String, i64>) -> Option<i64> {
    let mut admins = users
        .iter()
        .filter(|user| user.roles.iter().any(|role| role == "admin"));
    admins.find_map(|admin| ids.get(&admin.email)).copied()
}

/// Administrators, where the shop keeps them apart from its customers, as Spree 5's starter does.
struct Admins {
    /// Ids of their accounts by email; none where they are users like others.
    ids: Option<HashMap<String, i64>>,
}

impl Admins {
    async fn find(desk: &mut Desk<'_>, users: &[User]) -> Result<Self> {
        if desk.live.table("spree_admin_users").is_none() {
            return Ok(Self { ids: None });
        }
        let emails = users.iter().filter(|user| !user.roles.is_empty());
        let emails = emails.map(|user| user.email.as_str());
        let ids = desk.existing("spree_admin_users", "lower(email)", emails);
        Ok(Self {
            ids: Some(ids.await?),
        })
    }

    /// Who holds the roles of a user: the account of that name, which is made where it is missing, or
    /// the user. Its id and its class.
    fn account(
        &mut self,
        desk: &mut Desk<'_>,
        user: &User,
        id: i64,
        hash: &str,
    ) -> (i64, &'static str) {
        let Some(ids) = self.ids.as_mut().filter(|_| !user.roles.is_empty()) else {
            return (id, "Spree::User");
        };
        let add = || {
            desk.add(
                "spree_admin_users",
                vec![
                    ("email", user.email.as_str().into()),
                    ("login", user.email.as_str().into()),
                    ("encrypted_password", hash.into()),
                    ("password_digest", hash.into()),
                    ("first_name", Value::text(user.first_name.as_deref())),
                    ("last_name", Value::text(user.last_name.as_deref())),
                ],
            )
        };
        let own = *ids.entry(user.email.clone()).or_insert_with(add);
        (own, "Spree::AdminUser")
    }
}

fn claim_phone(user: &User, taken: &mut Taken) -> Result<()> {
    let Some(phone) = user.phone_number.as_deref().and_then(normalised) else {
        return Ok(());
    };
    if taken.phones.insert(phone) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Seed,
        format!(
            "the phone of {} is that of another user already",
            user.email
        ),
    )
    .hint("give that user of the profile another phone, in a profile of your own"))
}

fn account(desk: &Desk<'_>, user: &User, nth: u64) -> Cells {
    let joined = desk.as_of + user.joined.0;
    let code = Key::new(nth, &user.email).row(0).below(36_u64.pow(6));
    let verified = user.kyc_status == "verified";
    vec![
        ("email", user.email.as_str().into()),
        ("login", user.email.as_str().into()),
        ("phone_number", Value::text(user.phone_number.as_deref())),
        ("first_name", Value::text(user.first_name.as_deref())),
        ("last_name", Value::text(user.last_name.as_deref())),
        ("khmer_name", Value::text(user.khmer_name.as_deref())),
        ("loyalty_tier", user.loyalty_tier.as_str().into()),
        ("loyalty_points", user.loyalty_points.into()),
        ("total_spent", user.total_spent.into()),
        ("referral_code", Value::Text(format!("SEED{code:09}"))),
        ("language_preference", "en".into()),
        ("kyc_status", user.kyc_status.as_str().into()),
        (
            "verification_level",
            user.verification_level.as_deref().unwrap_or("basic").into(),
        ),
        ("id_card_verified_at", Value::Null),
        (
            "phone_verified_at",
            if verified {
                Value::Time(joined)
            } else {
                Value::Null
            },
        ),
        ("confirmed_at", Value::Time(joined)),
        ("last_active_at", Value::Time(desk.as_of)),
        ("created_at", Value::Time(joined)),
    ]
}

fn give_role(
    desk: &mut Desk<'_>,
    roles: &mut HashMap<String, i64>,
    role: &str,
    (user, class): (i64, &str),
    shop: &Shop,
) {
    let role_id = match roles.get(role) {
        Some(id) => *id,
        None => desk.add("spree_roles", vec![("name", role.into())]),
    };
    roles.insert(role.to_owned(), role_id);
    // Spree 5 gives a role on something: an administrator's is on the store.
    desk.add(
        "spree_role_users",
        vec![
            ("role_id", role_id.into()),
            ("user_id", user.into()),
            ("user_type", class.into()),
            ("resource_type", "Spree::Store".into()),
            ("resource_id", shop.store.into()),
            ("store_id", shop.store.into()),
        ],
    );
}

/// The moment when what a user brings was booked.
fn booked(desk: &Desk<'_>, user: &User) -> Micros {
    (desk.as_of + user.joined.0 + DAY).min(desk.as_of)
}

fn fill_wallet(desk: &mut Desk<'_>, user: &User, id: i64, giver: i64, shop: &Shop) {
    if user.balance.0 <= 0 {
        return;
    }
    let at = Value::Time(booked(desk, user));
    let credit = desk.add(
        "spree_store_credits",
        vec![
            ("user_id", id.into()),
            ("category_id", shop.credit_category.into()),
            ("created_by_id", giver.into()),
            ("amount", user.balance.into()),
            ("amount_used", Value::Cents(0)),
            ("amount_authorized", Value::Cents(0)),
            ("memo", "Initial balance".into()),
            ("currency", "USD".into()),
            ("type_id", shop.credit_types.1.into()),
            ("store_id", shop.store.into()),
            ("transaction_type", "topup".into()),
            ("source_type", "seed".into()),
            ("reference_number", Value::Text(format!("SEED-{id}"))),
            ("created_at", at.clone()),
        ],
    );
    desk.add(
        "spree_store_credit_events",
        vec![
            ("store_credit_id", credit.into()),
            ("action", "allocation".into()),
            ("amount", user.balance.into()),
            ("authorization_code", Value::Text(format!("{credit}-SEED"))),
            ("user_total_amount", user.balance.into()),
            ("created_at", at.clone()),
        ],
    );
    desk.add(
        "wallet_transactions",
        vec![
            ("user_id", id.into()),
            ("store_credit_id", credit.into()),
            ("transaction_type", "topup".into()),
            ("amount", user.balance.into()),
            ("currency", "USD".into()),
            ("balance_before", Value::Cents(0)),
            ("balance_after", user.balance.into()),
            ("status", "completed".into()),
            ("reference_type", "Spree::StoreCredit".into()),
            ("reference_id", credit.into()),
            ("notes", "Initial balance".into()),
            ("created_at", at),
        ],
    );
}

fn earn_points(desk: &mut Desk<'_>, user: &User, id: i64) {
    if user.loyalty_points <= 0 {
        return;
    }
    let at = Value::Time(booked(desk, user));
    desk.add(
        "loyalty_activities",
        vec![
            ("user_id", id.into()),
            ("points", user.loyalty_points.into()),
            ("activity_type", "adjust".into()),
            ("reason", "opening points".into()),
            ("created_at", at),
        ],
    );
}
