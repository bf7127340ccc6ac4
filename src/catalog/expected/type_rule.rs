//! Types that depend on what the shop has.

use serde::{Deserialize, Serialize};

use crate::catalog::model::{Catalog, Column};

/// Which types will do for a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeRule {
    /// The type of another column (`table.column`), its modifiers aside: ids are integer in Spree 4.2 and bigint
    /// later, and views show them as they are.
    SameAs(String),
    /// A `numeric` with room for so many digits before the point: a shop may have more room than we make.
    IntegerDigits(u32),
}

impl TypeRule {
    /// Whether a live column's type will do.
    pub(in crate::catalog) fn accepts(&self, live_type: &str, live: &Catalog) -> bool {
        match self {
            Self::SameAs(path) => {
                source(path, live).is_none_or(|source| plain(&source.data_type) == plain(live_type))
            }
            Self::IntegerDigits(digits) => room(live_type).is_some_and(|room| room >= *digits),
        }
    }

    /// What must be there, for people.
    pub(in crate::catalog) fn in_words(&self, must: &Column, live: &Catalog) -> String {
        match self {
            Self::SameAs(path) => match source(path, live) {
                Some(source) => format!("{} as {path}", source.data_type),
                None => must.data_type.clone(),
            },
            Self::IntegerDigits(_) => must.data_type.clone(),
        }
    }

    /// Whether the column is the shop's own, so that only its type is judged.
    pub(in crate::catalog) fn only_type(&self) -> bool {
        matches!(self, Self::IntegerDigits(_))
    }
}

fn source<'a>(path: &str, live: &'a Catalog) -> Option<&'a Column> {
    let (table, column) = path.rsplit_once('.')?;
    live.relations.get(table)?.columns.get(column)
}

/// A type without its modifiers: `timestamp without time zone` for `timestamp(6) without time zone`.
pub(super) fn plain(data_type: &str) -> String {
    match (data_type.find('('), data_type.find(')')) {
        (Some(open), Some(close)) if open < close => {
            format!("{}{}", &data_type[..open], &data_type[close + 1..])
        }
        _ => data_type.to_owned(),
    }
}

/// The digits before the point that a `numeric` takes; without modifiers, as good as any number.
fn room(data_type: &str) -> Option<u32> {
    let modifiers = data_type.strip_prefix("numeric")?;
    if modifiers.is_empty() {
        return Some(u32::MAX);
    }
    let (precision, scale) = modifiers
        .strip_prefix('(')?
        .strip_suffix(')')?
        .split_once(',')?;
    precision
        .parse::<u32>()
        .ok()?
        .checked_sub(scale.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_may_have_more_room() {
        let rule = TypeRule::IntegerDigits(10);
        let live = Catalog::default();
        for good in ["numeric(12,2)", "numeric(14,4)", "numeric", "numeric(20,2)"] {
            assert!(rule.accepts(good, &live), "{good}");
        }
        for bad in ["numeric(8,2)", "numeric(12,4)", "integer", "numeric(4,-2)"] {
            assert!(!rule.accepts(bad, &live), "{bad}");
        }
    }

    #[test]
    fn modifiers_do_not_make_another_type() {
        assert_eq!(
            plain("timestamp(6) without time zone"),
            "timestamp without time zone"
        );
        assert_eq!(plain("character varying(255)"), "character varying");
        assert_eq!(plain("bigint"), "bigint");
    }
}
