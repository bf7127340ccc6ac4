//! What the Hangmeas migrations make, on top of the tables of Spree: `sql/schema.json`, generated from the
//! migrations by a test and compiled in.

mod type_rule;
mod verify;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

pub use type_rule::TypeRule;
pub use verify::verify;

use super::model::Catalog;

static TEXT: &str = include_str!("../../../sql/schema.json");

/// Which types a column of Spree may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// `integer` or `bigint`.
    Id,
    /// A number.
    Num,
    /// A text.
    Text,
    /// A date with a time.
    Time,
    /// A boolean.
    Flag,
}

/// The expected schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// What the shop must bring: its tables and those of their columns that Hangmeas reads.
    pub base: BTreeMap<String, BTreeMap<String, Family>>,
    /// The migration that makes each object, by kind and path: `column spree_users.phone_number`.
    pub since: BTreeMap<String, u32>,
    /// Types that depend on the shop, by `relation.column`.
    pub types: BTreeMap<String, TypeRule>,
    /// Everything that the migrations make; of the tables in `base`, only what is added or changed.
    pub catalog: Catalog,
}

/// The expected schema of this build.
///
/// # Panics
/// Never in a release: a test reads the same text.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "the text is compiled in and a test reads it"
)]
pub fn expected() -> &'static Expected {
    static EXPECTED: OnceLock<Expected> = OnceLock::new();
    EXPECTED.get_or_init(|| serde_json::from_str(TEXT).expect("sql/schema.json is readable"))
}

impl Expected {
    /// The migration that makes an object; none for what no migration makes.
    #[must_use]
    pub fn since(&self, object: &super::ObjectId) -> Option<u32> {
        self.since.get(&key(object)).copied()
    }

    /// What must be there after the migrations up to a version (all of them for `None`).
    #[must_use]
    pub fn up_to(&self, version: Option<u32>) -> Catalog {
        let mut catalog = self.catalog.clone();
        let Some(version) = version else {
            return catalog;
        };
        for object in self.catalog.objects() {
            if self.since(&object).is_some_and(|since| since > version) {
                catalog.remove(&object);
            }
        }
        catalog.relations.retain(|name, relation| {
            let parts =
                relation.columns.len() + relation.constraints.len() + relation.indexes.len();
            parts > 0 || !self.base.contains_key(name)
        });
        catalog
    }
}

/// The key of an object in `since`.
#[must_use]
pub fn key(object: &super::ObjectId) -> String {
    format!("{} {}", object.kind.word(), object.path())
}
