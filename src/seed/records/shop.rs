//! What Spree needs before it shows a balance or an order or lets an administrator in: the default
//! store, the category and the types of store credits, a payment method.

use super::{Cells, Desk};
use crate::error::Result;

/// Ids of the shop's own records.
#[derive(Debug, Clone, Copy)]
pub struct Shop {
    /// The default store.
    pub store: i64,
    /// The category of store credits.
    pub credit_category: i64,
    /// Types of store credits: expiring, non-expiring.
    pub credit_types: (i64, i64),
    /// The category that products are shipped in, where the base has such.
    pub shipping: Option<i64>,
    /// How orders are paid, where the base has payments.
    pub payment_method: Option<i64>,
}

/// Finds or plans them.
///
/// # Errors
/// The server's refusal.
pub async fn shop(desk: &mut Desk<'_>) -> Result<Shop> {
    let store = format!(
        r#"SELECT id FROM {} WHERE "default" ORDER BY id LIMIT 1"#,
        desk.rows("spree_stores")
    );
    let store = match desk.value(&store).await? {
        Some(id) => id,
        None => desk.add("spree_stores", new_store()),
    };
    let category = named(desk, "spree_store_credit_categories", "Default", None).await?;
    let expiring = named(desk, "spree_store_credit_types", "Expiring", Some(1)).await?;
    let lasting = named(desk, "spree_store_credit_types", "Non-expiring", Some(2)).await?;
    let shipping = if desk.live.table("spree_shipping_categories").is_some() {
        Some(named(desk, "spree_shipping_categories", "Default", None).await?)
    } else {
        None
    };
    let payment_method = if desk.live.table("spree_payment_methods").is_some() {
        Some(khqr(desk).await?)
    } else {
        None
    };
    Ok(Shop {
        payment_method,
        store,
        credit_category: category,
        credit_types: (expiring, lasting),
        shipping,
    })
}

async fn named(
    desk: &mut Desk<'_>,
    table: &'static str,
    name: &'static str,
    priority: Option<i64>,
) -> Result<i64> {
    if let Some(id) = desk.existing(table, "name", [name]).await?.get(name) {
        return Ok(*id);
    }
    let mut cells: Cells = vec![("name", name.into())];
    cells.extend(priority.map(|priority| ("priority", priority.into())));
    Ok(desk.add(table, cells))
}

/// The payment method of seeded orders: one that only the back office offers, of a class that every
/// Spree has.
async fn khqr(desk: &mut Desk<'_>) -> Result<i64> {
    let known = desk
        .existing("spree_payment_methods", "name", ["KHQR"])
        .await?;
    if let Some(id) = known.get("KHQR") {
        return Ok(*id);
    }
    let cells: Cells = vec![
        ("type", "Spree::PaymentMethod::Check".into()),
        ("name", "KHQR".into()),
        ("active", true.into()),
        ("display_on", "back_end".into()),
        ("auto_capture", true.into()),
    ];
    Ok(desk.add("spree_payment_methods", cells))
}

fn new_store() -> Cells {
    vec![
        ("name", "Hangmeas".into()),
        ("url", "shop.hangmeas.example".into()),
        ("code", "hangmeas".into()),
        ("mail_from_address", "no-reply@hangmeas.example".into()),
        ("customer_support_email", "help@hangmeas.example".into()),
        ("default", true.into()),
        ("default_currency", "USD".into()),
        ("supported_currencies", "USD,KHR".into()),
        ("default_locale", "en".into()),
        ("supported_locales", "en,km".into()),
    ]
}
