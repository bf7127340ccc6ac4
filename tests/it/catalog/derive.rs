//! Makes the expected schema out of the migrations: the schema is read after each of them, and what is new is its.

use std::collections::{BTreeMap, BTreeSet};

use hangmeas::catalog::{Catalog, Expected, Family, ObjectId, ObjectKind, TypeRule, key};

use super::apply::{self, File};
use crate::support::Database;

/// Columns of views that show a column of the shop as it is.
const SHOWN: [(&str, &str); 5] = [
    (
        "user_wallet_balances.user_id",
        "spree_store_credits.user_id",
    ),
    (
        "user_wallet_balances.currency",
        "spree_store_credits.currency",
    ),
    ("user_analytics.id", "spree_users.id"),
    ("user_analytics.email", "spree_users.email"),
    ("user_analytics.member_since", "spree_users.created_at"),
];

/// Applies every migration to an empty database and notes what each makes.
pub fn expected(database: &Database<'_>) -> Expected {
    let files = apply::files("migrations");
    database.execute("CREATE SCHEMA hangmeas");
    apply::apply(database, &files[0]);
    let base = apply::read(database);
    let mut before = base.clone();
    let mut since = BTreeMap::new();
    let mut types = BTreeMap::new();
    for file in &files[1..] {
        apply::apply(database, file);
        let after = apply::read(database);
        for object in made(&before, &after) {
            since.insert(key(&object), file.version);
        }
        for column in widened(&before, &after) {
            since.insert(key(&column), file.version);
            types.insert(column.path(), TypeRule::IntegerDigits(10));
        }
        before = after;
    }
    for (shown, source) in SHOWN {
        types.insert(shown.to_owned(), TypeRule::SameAs(source.to_owned()));
    }
    Expected {
        base: needed(&files[0]),
        catalog: only(before, &base, &since),
        since,
        types,
    }
}

/// What a migration made. Nothing else may change: the expected schema knows one state of every object.
fn made(before: &Catalog, after: &Catalog) -> Vec<ObjectId> {
    let known: BTreeSet<ObjectId> = before.objects().into_iter().collect();
    let comparison = hangmeas::catalog::compare(before, after);
    let others: Vec<_> = comparison
        .differences
        .iter()
        .filter(|difference| difference.object.kind != ObjectKind::Column)
        .collect();
    assert!(
        others.is_empty(),
        "a later migration changes what an earlier one made: {others:?}"
    );
    let all = after.objects();
    all.into_iter()
        .filter(|object| !known.contains(object))
        .collect()
}

/// Columns whose type another migration changed: those of the shop that are made wider.
fn widened(before: &Catalog, after: &Catalog) -> Vec<ObjectId> {
    let comparison = hangmeas::catalog::compare(before, after);
    comparison
        .differences
        .into_iter()
        .map(|difference| {
            assert!(
                difference.expected.starts_with("numeric("),
                "unforeseen: {difference}"
            );
            difference.object
        })
        .collect()
}

/// The schema without what no migration after the first made.
fn only(mut all: Catalog, base: &Catalog, since: &BTreeMap<String, u32>) -> Catalog {
    all.schemas.clear();
    for object in all.objects() {
        let shop = object.relation.is_none() && base.relations.contains_key(&object.name);
        if !shop && !since.contains_key(&key(&object)) {
            all.remove(&object);
        }
    }
    all.relations.retain(|name, relation| {
        !base.relations.contains_key(name)
            || relation.columns.len() + relation.constraints.len() + relation.indexes.len() > 0
    });
    all
}

/// What the first migration asks of a shop: the list in its own text.
fn needed(first: &File) -> BTreeMap<String, BTreeMap<String, Family>> {
    let mut needed: BTreeMap<String, BTreeMap<String, Family>> = BTreeMap::new();
    for line in first.sql.lines() {
        let words: Vec<&str> = line.split('\'').collect();
        let [before, table, _, family, _, columns, ..] = words.as_slice() else {
            continue;
        };
        if before.trim() != "(" && before.trim() != "(VALUES" && !before.trim().ends_with('(') {
            continue;
        }
        let family = match *family {
            "id" => Family::Id,
            "num" => Family::Num,
            "text" => Family::Text,
            "time" => Family::Time,
            "flag" => Family::Flag,
            _ => continue,
        };
        let columns = columns.trim_matches(['{', '}']).split(',');
        needed
            .entry((*table).to_owned())
            .or_default()
            .extend(columns.map(|column| (column.to_owned(), family)));
    }
    assert_eq!(needed.len(), 14, "the tables that V0001 checks");
    needed
}
