//! What points to seeded rows: by a foreign key, from any schema, or only by the custom of Spree and Rails.

use std::collections::{BTreeMap, BTreeSet};

use super::live::{Live, Table};
use crate::error::Result;
use crate::postgres::Session;
use crate::postgres::copy::Wire;
use crate::postgres::sql::{identifier, literal};
use crate::seed::failed;

/// Columns that hold ids of another table wherever they are, mostly without a foreign key.
const CUSTOMARY: [(&str, &str); 14] = [
    ("user_id", "spree_users"),
    ("customer_id", "spree_users"),
    ("referred_by_id", "spree_users"),
    ("referrer_id", "spree_users"),
    ("referred_id", "spree_users"),
    ("recipient_id", "spree_users"),
    ("sender_id", "spree_users"),
    ("order_id", "spree_orders"),
    ("line_item_id", "spree_line_items"),
    ("product_id", "spree_products"),
    ("variant_id", "spree_variants"),
    ("store_id", "spree_stores"),
    ("store_credit_id", "spree_store_credits"),
    ("payment_id", "spree_payments"),
];
/// Columns of Spree's that hold who did it: administrators, where they have a table of their own.
const DOERS: [&str; 5] = [
    "created_by_id",
    "approver_id",
    "canceler_id",
    "refunder_id",
    "performed_by_id",
];
const ADMINS: &str = "spree_admin_users";

/// A column that holds ids of another table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pointer {
    /// The table with the column: its name, with its schema where that is another one.
    pub child: String,
    /// The same as SQL reads it.
    pub from: String,
    /// The column.
    pub column: String,
    /// The column with the class of the record, where that decides which table it is.
    kind: Option<String>,
    /// The tables whose ids it may hold: one, unless the class decides.
    parents: Vec<String>,
}

impl Pointer {
    /// SQL that is true of the rows, as `referring`, that point to a row of ours; `filled` says by table
    /// which rows are ours.
    pub fn condition(&self, filled: &BTreeMap<&str, String>) -> String {
        let column = format!("referring.{}", identifier(&self.column));
        let cases = self.parents.iter().filter_map(|parent| {
            let (made, table) = (filled.get(parent.as_str())?, identifier(parent));
            Some(match self.kind {
                None => format!("{column} IN (SELECT id FROM {table} WHERE {made})"),
                Some(_) => format!(
                    "WHEN {} THEN EXISTS (SELECT FROM {table} WHERE {table}.id = {column} AND ({made}))",
                    literal(&class(parent))
                ),
            })
        });
        let cases: Vec<String> = cases.collect();
        match &self.kind {
            None => cases.concat(),
            Some(kind) => format!(
                "CASE referring.{} {} END",
                identifier(kind),
                cases.join(" ")
            ),
        }
    }
}

/// Everything that may point to these tables.
///
/// # Errors
/// The server's refusal.
pub async fn pointers(
    session: &Session,
    live: &Live,
    parents: &[&str],
) -> Result<BTreeSet<Pointer>> {
    let keys = session.run(include_str!("queries/pointers.sql")).await;
    let keys = keys.map_err(|failure| failed(failure, "reading keys"))?;
    let declared = keys.iter().map(|key| {
        let text = |column| key.get(column).unwrap_or_default().to_owned();
        Pointer {
            child: text("child"),
            from: text("source"),
            column: text("column"),
            kind: None,
            parents: vec![text("parent")],
        }
    });
    let doers = match live.table(ADMINS) {
        Some(_) => ADMINS,
        None => "spree_users",
    };
    let by_custom = live.tables().flat_map(|table| {
        let mut own = customary(table, doers);
        own.extend(polymorphic(table, parents));
        own
    });
    let all = declared.chain(by_custom);
    let ours = |own: &Pointer| {
        own.parents
            .iter()
            .any(|own| parents.contains(&own.as_str()))
    };
    Ok(all.filter(ours).collect())
}

/// Columns of these names, unless another column says what they point to.
fn customary(table: &Table, doers: &str) -> Vec<Pointer> {
    let spree = table.name.starts_with("spree_");
    let doers = DOERS
        .iter()
        .filter(|_| spree)
        .map(|column| (*column, doers));
    let known = CUSTOMARY.iter().copied().chain(doers);
    let known = known.filter(|(column, _)| holds_ids(table, column));
    let sole = known.filter(|(column, _)| type_column(table, column).is_none());
    sole.map(|(column, parent)| pointer(table, column, vec![parent.to_owned()], None))
        .collect()
}

/// Pairs such as `source_type` and `source_id`: the class of a record, and its id.
fn polymorphic(table: &Table, parents: &[&str]) -> Vec<Pointer> {
    let columns = table.columns.iter().map(|column| column.name.as_str());
    let pairs = columns.filter(|column| holds_ids(table, column));
    let pairs = pairs.filter_map(|column| Some((column, type_column(table, column)?)));
    let parents: Vec<String> = parents.iter().map(|own| (*own).to_owned()).collect();
    pairs
        .map(|(column, kind)| pointer(table, column, parents.clone(), Some(kind)))
        .collect()
}

fn pointer(table: &Table, column: &str, parents: Vec<String>, kind: Option<String>) -> Pointer {
    Pointer {
        child: table.name.clone(),
        from: identifier(&table.name),
        column: column.to_owned(),
        kind,
        parents,
    }
}

fn holds_ids(table: &Table, column: &str) -> bool {
    let own = table.columns.iter().find(|own| own.name == column);
    own.is_some_and(|own| matches!(own.wire, Some(Wire::Int4 | Wire::Int8)))
}

fn type_column(table: &Table, column: &str) -> Option<String> {
    let kind = format!("{}_type", column.strip_suffix("_id")?);
    let own = table.columns.iter().find(|own| own.name == kind)?;
    (own.wire == Some(Wire::Text)).then_some(kind)
}

/// The class of a table's records, as Rails names it: `Spree::StoreCredit` of `spree_store_credits`.
fn class(table: &str) -> String {
    let (space, plural) = match table.strip_prefix("spree_") {
        Some(rest) => ("Spree::", rest),
        None => ("", table),
    };
    let one = match plural.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => plural.strip_suffix('s').unwrap_or(plural).to_owned(),
    };
    let words = one.split('_').map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_uppercase() + rest
    });
    space.to_owned() + &words.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn classes_are_named_as_rails_does() {
        for (table, name) in [
            ("spree_store_credits", "Spree::StoreCredit"),
            ("spree_users", "Spree::User"),
            ("loyalty_activities", "LoyaltyActivity"),
            ("topup_promotions", "TopupPromotion"),
        ] {
            assert_eq!(class(table), name);
        }
    }
}
