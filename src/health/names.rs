//! Names of what must be there, as arrays for queries.

use crate::catalog::expected;
use crate::postgres::sql::literal;

/// Fills in `{relations}`, `{triggers}` and `{functions}`, where a query has them.
pub(super) fn fill(sql: &str) -> String {
    if !sql.contains("{relations}") {
        return sql.to_owned();
    }
    let expected = expected();
    let ours = &expected.catalog.relations;
    let relations = ours.keys().chain(expected.base.keys()).cloned();
    let triggers = ours.iter().flat_map(|(relation, it)| {
        let own = it.triggers.keys();
        own.map(move |trigger| format!("{relation}.{trigger}"))
    });
    sql.replace("{relations}", &array(relations))
        .replace("{triggers}", &array(triggers))
        .replace(
            "{functions}",
            &array(expected.catalog.functions.keys().cloned()),
        )
}

fn array(names: impl Iterator<Item = String>) -> String {
    let quoted: Vec<String> = names
        .map(|name| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    literal(&format!("{{{}}}", quoted.join(",")))
}
