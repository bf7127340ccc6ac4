//! Every base to the Hangmeas schema, and back.

use std::collections::BTreeSet;

use super::{catalog, dump, history, on, state, verified};
use crate::support::{Base, server};

/// Up, again, all the way down: on each base.
fn there_and_back(base: Base) {
    let database = server().clone_of(base);
    let before = dump(&database);
    let shape_before = catalog(&database);

    let first = on(&database, &["db", "migrate", "--format", "json"]);
    let report = first.success().json();
    let all = hangmeas::migration::Source::load(true, None).expect("bundled");
    let count = all.migrations().len();
    assert_eq!(
        report["applied"].as_array().map(Vec::len),
        Some(count),
        "{base:?}"
    );
    assert_eq!(history(&database).len(), count);
    verified(&database, None);
    assert_eq!(
        database.value("SELECT count(*) FROM hangmeas.migration_journal"),
        "0"
    );
    assert_eq!(
        database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
        "0"
    );
    assert_eq!(
        database.value(
            "SELECT count(*) FROM pg_constraint WHERE NOT convalidated AND conname ~ '^(chk|fk)_'"
        ),
        "0"
    );

    let migrated = state(&database);
    on(&database, &["db", "migrate"])
        .success()
        .answers("up to date");
    assert_eq!(
        state(&database),
        migrated,
        "the second run changed something"
    );

    on(&database, &["db", "rollback", "--to", "0"]).success();
    assert_eq!(
        dump(&database),
        before,
        "{base:?}: pg_dump -s after the undo"
    );
    assert_eq!(catalog(&database), shape_before);
    on(&database, &["db", "rollback", "--to", "0"])
        .success()
        .answers("nothing to undo");
    on(&database, &["db", "migrate"]).success();
    verified(&database, None);
}

#[test]
fn empty_there_and_back() {
    there_and_back(Base::Empty);
}

#[test]
fn spree_4_2_there_and_back() {
    there_and_back(Base::Spree42);
}

#[test]
fn spree_4_6_there_and_back() {
    there_and_back(Base::Spree46);
}

#[test]
fn spree_5_there_and_back() {
    there_and_back(Base::Spree5);
}

/// What Rails added to the shop, asked of the live database, and nothing more than that beside `chk_`.
#[test]
fn on_spree_4_6_it_is_what_rails_would_have_built() {
    let database = server().clone_of(Base::Spree46);
    let names = |kind: &str, sql: &str| -> BTreeSet<String> {
        let rows = database.query_text(sql);
        rows.into_iter()
            .map(|row| format!("{kind} {row}"))
            .collect()
    };
    let objects = || -> BTreeSet<String> {
        [
            names("relation", "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r','v','m')"),
            names("index", "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'i'"),
            names("key", "SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('f','c')"),
            names("column", "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'public'"),
            names("function", "SELECT format('%s(%s)', proname, pg_get_function_identity_arguments(p.oid)) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"),
        ]
        .into_iter()
        .flatten()
        .collect()
    };
    let before = objects();
    on(&database, &["db", "migrate"]).success();
    let after = objects();
    let rails: serde_json::Value =
        serde_json::from_str(&crate::support::fixture("expected_schema.json")).expect("JSON");
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, _)| key.clone())
            .collect()
    };
    let mut told = BTreeSet::new();
    let mut told_columns = BTreeSet::new();
    for kind in ["tables", "views"] {
        for (name, relation) in rails[kind].as_object().expect("relations") {
            told.insert(format!("relation {name}"));
            told.extend(
                keys(&relation["indexes"])
                    .iter()
                    .map(|index| format!("index {index}")),
            );
            told.extend(
                keys(&relation["foreign_keys"])
                    .iter()
                    .map(|key| format!("key {key}")),
            );
            told_columns.extend(
                keys(&relation["columns"])
                    .iter()
                    .map(|column| format!("{name}.{column}")),
            );
        }
    }
    told.extend(
        keys(&rails["functions"])
            .iter()
            .map(|name| format!("function {name}")),
    );
    let added: Vec<&String> = after.difference(&before).collect();
    let added_objects: BTreeSet<&str> = added
        .iter()
        .map(|object| object.as_str())
        .filter(|object| !object.starts_with("column ") && !object.starts_with("key chk_"))
        .filter(|object| !object.ends_with("_pkey"))
        .collect();
    let told_objects: BTreeSet<&str> = told
        .iter()
        .map(String::as_str)
        .filter(|object| !before.contains(*object))
        .filter(|object| !object.ends_with("_pkey"))
        .collect();
    assert_eq!(added_objects, told_objects);
    for column in added
        .iter()
        .filter_map(|object| object.strip_prefix("column "))
    {
        let name = column.split(' ').next().expect("a name");
        assert!(
            told_columns.contains(name) || column.contains("numeric"),
            "{column}"
        );
    }
}
