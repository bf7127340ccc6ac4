//! Reading a schema.

use hangmeas::catalog::{self, Scope, compare};

use super::apply;
use crate::support::{Base, server};

#[test]
fn a_fingerprint_knows_the_schema_and_nothing_else() {
    let database = server().clone_of(Base::Spree46);
    let print = || apply::read(&database).fingerprint().expect("a fingerprint");
    let before = print();
    database.execute("INSERT INTO spree_roles (name, created_at, updated_at) VALUES ('a', now(), now()); ANALYZE");
    assert_eq!(print(), before, "rows and statistics do not count");
    database.execute("CREATE SCHEMA other; CREATE TABLE other.thing (id int); CREATE SCHEMA hangmeas; CREATE TABLE hangmeas.thing (id int)");
    assert_eq!(print(), before, "other schemas do not count");
    for (change, back) in [
        ("CREATE TABLE mine (id int)", "DROP TABLE mine"),
        (
            "COMMENT ON TABLE spree_users IS 'people'",
            "COMMENT ON TABLE spree_users IS NULL",
        ),
        (
            "ALTER TABLE spree_users ALTER COLUMN login SET DEFAULT 'x'",
            "ALTER TABLE spree_users ALTER COLUMN login DROP DEFAULT",
        ),
        ("CREATE TYPE mood AS ENUM ('a')", "DROP TYPE mood"),
        ("CREATE SEQUENCE mine", "DROP SEQUENCE mine"),
        (
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "DROP FUNCTION mine",
        ),
    ] {
        database.execute(change);
        assert_ne!(print(), before, "{change}");
        database.execute(back);
        assert_eq!(print(), before, "{back}");
    }
}

#[test]
fn undoing_every_migration_gives_the_same_fingerprint() {
    for base in [Base::Spree42, Base::Spree5] {
        let database = server().clone_of(base);
        let before = apply::read(&database);
        apply::all(&database);
        for file in apply::files("undo").iter().rev() {
            apply::apply(&database, file);
        }
        let after = apply::read(&database);
        let found = compare(&before, &after);
        assert!(
            found.differences.is_empty() && found.only_live.is_empty(),
            "{found:#?}"
        );
        assert_eq!(
            before.fingerprint().expect("one"),
            after.fingerprint().expect("one")
        );
    }
}

#[test]
fn objects_of_extensions_are_left_out() {
    let database = server().create("extensions");
    database.execute("CREATE EXTENSION pg_trgm; CREATE EXTENSION pg_stat_statements");
    let live = apply::read(&database);
    assert!(live.extensions.contains_key("pg_trgm"));
    assert!(
        live.functions.is_empty() && live.relations.is_empty(),
        "{live:#?}"
    );
}

#[tokio::test]
async fn the_scope_decides_which_schemas_are_read() {
    let database = server().create("scope");
    database.execute(
        "CREATE SCHEMA shop; CREATE TABLE shop.a (id bigserial PRIMARY KEY);
         CREATE TABLE public.b (id int UNIQUE, CHECK (id > 0));
         CREATE TABLE public.a (id int)",
    );
    let session = database.session().await;
    let read = async |scope: &Scope| {
        let script = format!("BEGIN;\n{}COMMIT", catalog::script(scope));
        let rows = session.run(&script).await.expect("rows");
        catalog::decode(&rows).expect("a catalog")
    };
    let usual = read(&Scope::SearchPath).await;
    assert_eq!(usual.schemas, ["public"]);
    assert_eq!(usual.relations.keys().collect::<Vec<_>>(), ["a", "b"]);
    let both = read(&Scope::Schemas(vec!["shop".into(), "public".into()])).await;
    assert_eq!(
        both.relations.keys().collect::<Vec<_>>(),
        ["a", "b", "public.a"]
    );
    let id = &both.relations["a"].columns["id"];
    assert_eq!(id.default.as_deref(), Some("nextval('a_id_seq'::regclass)"));
    assert_eq!(both.sequences["a_id_seq"].owned_by.as_deref(), Some("a.id"));
}
