//! V0001 on a shop: it adopts what is whole, and refuses what is not before the first change.

use super::{on, state, verified};
use crate::support::{Base, Database, server};

const TABLES: &str = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";

#[test]
fn on_a_shop_the_base_creates_nothing() {
    for base in [Base::Spree42, Base::Spree46, Base::Spree5] {
        let database = server().clone_of(base);
        let before = database.value(TABLES);
        on(&database, &["db", "migrate", "--to", "1"]).success();
        assert_eq!(database.value(TABLES), before, "{base:?}");
        assert_eq!(
            database.value("SELECT count(*) FROM hangmeas.created_object WHERE kind = 'table'"),
            "0"
        );
        verified(&database, Some(1));
        on(&database, &["db", "rollback", "--to", "0"]).success();
        assert_eq!(database.value(TABLES), before);
    }
}

#[test]
fn a_shop_off_the_search_path_is_seen() {
    let database = server().clone_of(Base::Spree46);
    database.execute("ALTER SCHEMA public RENAME TO shop; CREATE SCHEMA public");
    let output = on(&database, &["db", "migrate"]);
    output.exits(5).says("shop.spree_users").says("search_path");
    assert_eq!(
        database.value("SELECT to_regclass('public.spree_users') IS NULL"),
        "t"
    );
}

#[test]
fn on_an_empty_database_undo_drops_only_what_it_created() {
    let database = server().clone_of(Base::Empty);
    database.execute("CREATE TABLE public.mine (id int)");
    on(&database, &["db", "migrate", "--to", "1"]).success();
    on(&database, &["db", "rollback"]).success();
    assert_eq!(
        database
            .query_text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
        ["mine"]
    );
    assert_eq!(
        database.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'hangmeas'"),
        "0"
    );
}

#[track_caller]
fn refused(database: &Database<'_>, named: &[&str]) {
    let before = state(database);
    let output = on(database, &["db", "migrate"]);
    output.exits(5);
    for name in named {
        output.says(name);
    }
    assert_eq!(state(database), before, "something was left behind");
    // The same with JSON.
    let error = on(database, &["db", "migrate", "--format", "json"]).json();
    assert_eq!(error["error"]["kind"], "migration");
}

#[test]
fn a_part_of_a_shop_is_refused_naming_what_is_missing() {
    let database = server().clone_of(Base::Spree46);
    database.execute(
        "DROP TABLE spree_store_credits, spree_roles CASCADE;
         ALTER TABLE spree_users DROP COLUMN email;",
    );
    refused(
        &database,
        &[
            "HM001",
            "spree_store_credits",
            "spree_users.email",
            "docs/adopting.md",
        ],
    );
}

#[test]
fn something_else_is_no_shop() {
    let database = server().clone_of(Base::Empty);
    database.execute("CREATE TABLE public.spree_users (name text)");
    refused(&database, &["HM001", "\n  table spree_orders\n"]);
    on(&database, &["db", "migrate"]).never_says("PL/pgSQL");
}

#[test]
fn a_name_that_is_taken_is_found_before_the_first_change() {
    let database = server().clone_of(Base::Spree46);
    database.execute(
        "CREATE TABLE public.artists (id int);
         ALTER TABLE spree_users ADD COLUMN phone_number text;",
    );
    refused(&database, &["HM002", "artists", "phone_number"]);
}
