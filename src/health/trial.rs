//! A trial of what the migrations made: views and functions are run, on rows, as far as that costs little.

use std::collections::BTreeMap;

use super::execute::{Answer, Answers, Query};
use super::followup::Known;
use super::quoting::name;
use crate::catalog::{Catalog, Relation, RelationKind, expected};
use crate::report::Severity;

/// A view of at most so many bytes of tables is computed whole.
const SMALL: u64 = 16 << 20;

/// How long one view or function may take, unless all rows are asked for.
const LIMIT: &str = "1s";

/// Views that are made of more bytes than are computed without being asked to.
fn large<'a>(
    live: &'a Catalog,
    known: &'a BTreeMap<String, Known>,
) -> impl Iterator<Item = (&'a str, &'a Relation, u64)> {
    ours(live, known)
        .filter(|(_, _, it)| it.made_of > SMALL)
        .map(|(view, relation, it)| (view, relation, it.made_of))
}

/// Views of Hangmeas that are there and may be read.
fn ours<'a>(
    live: &'a Catalog,
    known: &'a BTreeMap<String, Known>,
) -> impl Iterator<Item = (&'a str, &'a Relation, &'a Known)> {
    let views = expected().catalog.relations.iter();
    views
        .filter(|(_, must)| must.kind.is_view())
        .filter_map(|(view, _)| {
            let relation = live.relations.get(view).filter(|it| it.kind.is_view())?;
            let known = known.get(view).filter(|it| it.readable)?;
            Some((view.as_str(), relation, known))
        })
}

/// One query per view and function of Hangmeas that is there.
pub(super) fn queries(live: &Catalog, known: &BTreeMap<String, Known>, exact: bool) -> Vec<Query> {
    let query = |label: String, sql: String| Query {
        label,
        sql,
        limit: (!exact).then_some(LIMIT),
    };
    let mut queries = Vec::new();
    for (view, relation, it) in ours(live, known) {
        let whole = exact || it.made_of <= SMALL;
        let right = name(view);
        let materialized = relation.kind == RelationKind::MaterializedView;
        if it.populated {
            // Counting whole rows computes every column.
            let sql = if whole && !materialized {
                format!("SELECT NULL::text FROM {right} HAVING count({right}) < 0")
            } else {
                format!("SELECT NULL::text FROM {right} LIMIT 0")
            };
            queries.push(query(format!("run view {view}"), sql));
        }
        if whole && materialized {
            queries.push(query(format!("run refresh of {view}"), refresh(relation)));
        }
    }
    for function in expected().catalog.functions.keys() {
        if live.functions.contains_key(function)
            && let Some(call) = call(function, live)
        {
            let sql = format!("SELECT NULL::text FROM {call} answer HAVING count(answer) < 0");
            queries.push(query(format!("run function {function}"), sql));
        }
    }
    queries
}

/// What a refresh does: all rows are computed, and must suit the unique indexes. A row tells why they do not.
fn refresh(relation: &Relation) -> String {
    let query = relation.definition.as_deref().unwrap_or_default();
    let query = query.trim().trim_end_matches(';');
    let mut sql = format!(
        "WITH refreshed AS MATERIALIZED ({query})\n\
         SELECT NULL::text FROM refreshed HAVING count(refreshed) < 0"
    );
    for index in relation.indexes.values() {
        let plain = index.definition.ends_with(')') && !index.definition.contains(" WHERE ");
        if !(index.unique && plain && !index.columns.is_empty()) {
            continue;
        }
        let columns: Vec<String> = index.columns.iter().map(|it| name(it)).collect();
        let there: Vec<String> = columns
            .iter()
            .map(|it| format!("{it} IS NOT NULL"))
            .collect();
        sql.push_str(&format!(
            "\nUNION ALL SELECT * FROM (SELECT 'two rows have the same {list}' FROM refreshed \
             WHERE {} GROUP BY {list} HAVING count(*) > 1 LIMIT 1) doubled",
            there.join(" AND "),
            list = columns.join(", ")
        ));
    }
    sql
}

/// `f(a bigint, b text)` as a call with harmless arguments, `f('0'::bigint, '0'::text)`; a user is one who ordered.
fn call(function: &str, live: &Catalog) -> Option<String> {
    let (name, arguments) = function.strip_suffix(')')?.split_once('(')?;
    let orders = live.relations.get("spree_orders");
    let orders = orders.is_some_and(|it| it.columns.contains_key("user_id"));
    let typed = arguments
        .split(", ")
        .filter(|argument| !argument.is_empty());
    let values: Vec<String> = typed
        .map(|argument| match argument.split_once(' ') {
            Some(("user_id", data_type)) if orders => format!(
                "coalesce((SELECT user_id FROM spree_orders WHERE user_id IS NOT NULL LIMIT 1), 0)::{data_type}"
            ),
            Some((_, data_type)) => format!("'0'::{data_type}"),
            None => format!("'0'::{argument}"),
        })
        .collect();
    Some(format!("{name}({})", values.join(", ")))
}

/// One thing that does not run, or was not run.
pub(super) struct Trouble {
    pub object: String,
    pub what: String,
    pub severity: Option<Severity>,
    pub cure: String,
}

const EXACT: &str = "hangmeas db health-check --only conformity.runs --exact";

/// What did not run, was not run, or has nothing to show.
pub(super) fn troubles(
    live: &Catalog,
    known: &BTreeMap<String, Known>,
    answers: &Answers,
    exact: bool,
) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    for (label, answer) in &answers.by_label {
        if let Some(object) = label.strip_prefix("run ") {
            troubles.extend(of_answer(object, answer));
        }
    }
    for (view, it) in known {
        let ours = expected().catalog.relations.contains_key(view);
        if ours && !it.populated && live.relations.contains_key(view) {
            troubles.push(Trouble {
                object: view.clone(),
                what: format!("materialized view {view} was never filled: every query of it fails"),
                severity: None,
                cure: format!("REFRESH MATERIALIZED VIEW {}", name(view)),
            });
        }
    }
    if !exact {
        troubles.extend(large(live, known).map(|(view, relation, bytes)| Trouble {
            object: view.to_owned(),
            what: format!(
                "{} {view} was planned, but not computed: its tables have {} MB",
                relation.kind.word(),
                bytes >> 20
            ),
            severity: Some(Severity::Note),
            cure: EXACT.to_owned(),
        }));
    }
    troubles
}

/// `object` is `view NAME`, `refresh of NAME` or `function NAME(ARGUMENTS)`.
fn of_answer(object: &str, answer: &Answer) -> Option<Trouble> {
    let bare = object
        .strip_prefix("function ")
        .or_else(|| object.strip_prefix("view "))
        .or_else(|| object.strip_prefix("refresh of "))?;
    let trouble = |what, severity, cure: &str| Trouble {
        object: bare.to_owned(),
        what,
        severity,
        cure: cure.to_owned(),
    };
    if answer.expired {
        let what = format!("{object} took longer than {LIMIT}, so nobody knows whether it runs");
        return Some(trouble(what, Some(Severity::Note), EXACT));
    }
    let told = answer.rows.first().and_then(|row| row.first()?.as_deref());
    let reason = answer.refusal.as_deref().or(told)?;
    let what = format!("{object} does not run: {reason}");
    Some(trouble(what, None, "hangmeas db drift"))
}

#[cfg(test)]
mod tests {
    use super::call;
    use crate::catalog::Catalog;

    #[test]
    fn calls_have_an_argument_of_every_type() {
        let call = |function| call(function, &Catalog::default());
        assert_eq!(call("f(a bigint)").as_deref(), Some("f('0'::bigint)"));
        assert_eq!(
            call("f(a bigint, b character varying)").as_deref(),
            Some("f('0'::bigint, '0'::character varying)")
        );
        assert_eq!(call("f()").as_deref(), Some("f()"));
    }
}
