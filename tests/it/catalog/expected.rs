//! The expected schema is what the migrations make, and it judges right on every base.

use std::collections::BTreeSet;

use hangmeas::catalog::{Expected, expected, verify};

use super::{apply, derive};
use crate::support::{Base, fixture, server};

#[test]
fn schema_json_is_what_the_migrations_make() {
    let path = format!("{}/sql/schema.json", env!("CARGO_MANIFEST_DIR"));
    let made = derive::expected(&server().clone_of(Base::Empty));
    if std::env::var_os("HANGMEAS_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&made).expect("JSON");
        std::fs::write(&path, text + "\n").expect("sql/schema.json is written");
        return;
    }
    let text = std::fs::read_to_string(&path).expect("sql/schema.json");
    let told: Expected = serde_json::from_str(&text).expect("sql/schema.json");
    if server().major() == 15 {
        assert!(
            told == made,
            "sql/schema.json is stale: run this test with HANGMEAS_BLESS=1"
        );
    }
    assert!(
        &told == expected(),
        "the program was built with another sql/schema.json"
    );
    assert_eq!(
        told.since.keys().collect::<Vec<_>>(),
        made.since.keys().collect::<Vec<_>>()
    );
}

#[test]
fn every_base_is_judged_right() {
    for base in Base::ALL {
        let database = server().clone_of(base);
        apply::all(&database);
        let live = apply::read(&database);
        let found = verify(&live, None);
        assert!(
            found.differences.is_empty(),
            "{base:?}: {:#?}",
            found.differences
        );
    }
}

#[test]
fn every_migration_is_judged_by_what_is_there_after_it() {
    let database = server().clone_of(Base::Spree42);
    database.execute("CREATE SCHEMA hangmeas");
    for file in apply::files("migrations") {
        let before = verify(&apply::read(&database), Some(file.version));
        let makes = expected()
            .since
            .values()
            .any(|since| *since == file.version);
        assert_eq!(!before.differences.is_empty(), makes, "V{}", file.version);
        assert!(
            before
                .differences
                .iter()
                .all(|d| d.since == Some(file.version)),
            "V{}: {:#?}",
            file.version,
            before.differences
        );
        apply::apply(&database, &file);
        let after = verify(&apply::read(&database), Some(file.version));
        assert!(
            after.differences.is_empty(),
            "V{}: {:#?}",
            file.version,
            after.differences
        );
    }
}

#[test]
fn a_base_without_its_tables_is_told_once_per_table() {
    let database = server().clone_of(Base::Empty);
    let found = verify(&apply::read(&database), Some(1));
    let missing: BTreeSet<_> = found.differences.iter().map(|d| d.object.path()).collect();
    let needed: BTreeSet<_> = expected().base.keys().cloned().collect();
    assert_eq!(missing, needed);
}

/// The same facts, printed by another query over a schema that Rails built.
#[test]
fn it_agrees_with_what_rails_built() {
    let rails: serde_json::Value =
        serde_json::from_str(&fixture("expected_schema.json")).expect("JSON");
    let ours = &expected().catalog;
    let tables = rails["tables"].as_object().expect("tables");
    let views = rails["views"].as_object().expect("views");
    let relations: BTreeSet<&String> = tables.keys().chain(views.keys()).collect();
    assert_eq!(relations, ours.relations.keys().collect());
    for (name, table) in tables {
        let relation = &ours.relations[name];
        let columns: Vec<_> = table["columns"].as_object().into_iter().flatten().collect();
        assert_eq!(
            columns
                .iter()
                .map(|(column, _)| *column)
                .collect::<BTreeSet<_>>(),
            relation.columns.keys().collect(),
            "{name}"
        );
        for (column, told) in columns {
            let is = &relation.columns[column];
            assert_eq!(told["type"], is.data_type, "{name}.{column}");
            assert_eq!(told["not_null"], !is.nullable, "{name}.{column}");
            assert_eq!(
                told["default"].as_str(),
                is.default.as_deref(),
                "{name}.{column}"
            );
        }
        let names = |kind: &str| -> BTreeSet<String> {
            let objects = table[kind].as_object();
            objects
                .into_iter()
                .flatten()
                .map(|(name, _)| name.clone())
                .collect()
        };
        let indexes = relation
            .indexes
            .iter()
            .filter(|(_, i)| i.constraint.is_none());
        assert_eq!(
            names("indexes"),
            indexes.map(|(n, _)| n.clone()).collect(),
            "{name}"
        );
        let keys = relation
            .constraints
            .keys()
            .filter(|name| name.starts_with("fk_"));
        assert_eq!(names("foreign_keys"), keys.cloned().collect(), "{name}");
    }
    for (name, view) in views {
        for (column, told) in view["columns"].as_object().expect("columns") {
            assert_eq!(
                *told, ours.relations[name].columns[column].data_type,
                "{name}.{column}"
            );
        }
    }
    let functions = rails["functions"].as_object().expect("functions");
    assert_eq!(
        functions.keys().collect::<BTreeSet<_>>(),
        ours.functions.keys().collect()
    );
}
