//! What the plan holds, from facts made up here.

use super::*;
use crate::grants::facts::{Default, Held, Role};

fn names() -> Names {
    Names {
        app: "app".to_owned(),
        readonly: "reader".to_owned(),
        backup: "keeper".to_owned(),
    }
}

fn object(class: Class, name: &str, held: &[(&str, &str)]) -> Object {
    let held = held.iter().map(|(role, privilege)| Held {
        role: (*role).to_owned(),
        privilege: (*privilege).to_owned(),
        column: false,
        grantable: false,
        grantor: "owner".to_owned(),
    });
    Object {
        class,
        schema: Some("public".to_owned()),
        name: name.to_owned(),
        owner: "owner".to_owned(),
        held: held.collect(),
    }
}

fn role(name: &str) -> Role {
    Role {
        name: name.to_owned(),
        login: false,
        powers: Vec::new(),
        owned: 0,
        member_of: Vec::new(),
        members: Vec::new(),
    }
}

/// The three roles are there and may do nothing yet.
fn facts(major: u32, objects: Vec<Object>) -> Facts {
    Facts {
        database: "shop".to_owned(),
        user: "owner".to_owned(),
        owners: vec!["owner".to_owned()],
        objects,
        defaults: Vec::new(),
        roles: ["app", "reader", "keeper"].map(role).to_vec(),
        row_security: Vec::new(),
        large_objects: 0,
        major,
    }
}

/// The statements, for reading without the quotes around names.
fn sql(facts: &Facts) -> Vec<String> {
    let statements = plan(facts, &names()).statements;
    statements
        .into_iter()
        .map(|one| one.sql.replace('"', ""))
        .collect()
}

#[test]
fn objects_with_the_same_lack_share_a_statement() {
    let tables = ["public.a", "public.b"].map(|name| object(Class::Table, name, &[]));
    let list = sql(&facts(16, tables.to_vec()));
    let grant =
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE\n    public.a,\n    public.b\n    TO app";
    assert!(list.iter().any(|sql| sql == grant), "{list:#?}");
    assert!(
        !list
            .iter()
            .any(|sql| sql.contains("keeper") && sql.contains("public.a"))
    );
}

#[test]
fn what_is_too_much_goes() {
    let held = [
        ("app", "SELECT"),
        ("app", "INSERT"),
        ("app", "UPDATE"),
        ("app", "DELETE"),
        ("app", "TRUNCATE"),
        ("reader", "SELECT"),
        ("public", "INSERT"),
    ];
    let list = sql(&facts(16, vec![object(Class::Table, "public.a", &held)]));
    let about_a: Vec<_> = list.iter().filter(|sql| sql.contains("public.a")).collect();
    assert_eq!(
        about_a,
        [
            "REVOKE INSERT ON TABLE public.a FROM PUBLIC",
            "REVOKE TRUNCATE ON TABLE public.a FROM app"
        ]
    );
}

#[test]
fn what_others_granted_and_what_can_be_passed_on_goes_too() {
    let mut table = object(
        Class::Table,
        "public.a",
        &[
            ("reader", "SELECT"),
            ("reader", "INSERT"),
            ("app", "SELECT"),
        ],
    );
    table.held[1].grantor = "other".to_owned();
    table.held[2].grantable = true;
    let list = sql(&facts(16, vec![table]));
    let at = |wanted: &str| {
        let found = list.iter().position(|sql| sql == wanted);
        found.unwrap_or_else(|| panic!("{wanted}: {list:#?}"))
    };
    at("SET ROLE other;\nREVOKE INSERT ON TABLE public.a FROM reader;\nRESET ROLE");
    let revoke = at("REVOKE GRANT OPTION FOR SELECT ON TABLE public.a FROM app CASCADE");
    assert!(revoke < at("GRANT INSERT, UPDATE, DELETE ON TABLE public.a TO app"));
}

#[test]
fn who_migrates_may_create_before_everybody_may_not() {
    let mut schema = object(
        Class::Schema,
        "public",
        &[("public", "CREATE"), ("public", "USAGE")],
    );
    schema.owner = "postgres".to_owned();
    for held in &mut schema.held {
        held.grantor = "postgres".to_owned();
    }
    let list = sql(&facts(14, vec![schema]));
    let at = |wanted: &str| {
        let found = list.iter().position(|sql| sql == wanted);
        found.unwrap_or_else(|| panic!("{wanted}: {list:#?}"))
    };
    let grant = at("GRANT USAGE, CREATE ON SCHEMA public TO owner");
    assert!(grant < at("REVOKE CREATE ON SCHEMA public FROM PUBLIC"));
    assert!(
        !list
            .iter()
            .any(|sql| sql.contains("USAGE ON SCHEMA public TO app")),
        "by PUBLIC"
    );
}

#[test]
fn a_function_with_its_owners_rights_is_the_applications_alone() {
    let held = [("public", "EXECUTE"), ("reader", "EXECUTE")];
    let routines = vec![
        object(Class::Definer, "public.f()", &held),
        object(Class::Routine, "public.g()", &held),
    ];
    let list = sql(&facts(16, routines));
    let about: Vec<_> = list.iter().filter(|sql| sql.contains("()")).collect();
    assert_eq!(
        about,
        [
            "REVOKE EXECUTE ON ROUTINE public.f() FROM PUBLIC",
            "GRANT EXECUTE ON ROUTINE public.f() TO app",
            "REVOKE EXECUTE ON ROUTINE public.f() FROM reader"
        ]
    );
}

#[test]
fn later_objects_are_provided_for_and_nothing_else() {
    let schema = object(Class::Schema, "public", &[("public", "USAGE")]);
    let mut facts = facts(16, vec![schema]);
    let held = |schema: Option<&str>, role: &str, privilege: &str| Default {
        owner: "owner".to_owned(),
        schema: schema.map(str::to_owned),
        class: "r".to_owned(),
        role: role.to_owned(),
        privilege: privilege.to_owned(),
        grantable: false,
    };
    facts.defaults = vec![
        held(Some("public"), "reader", "SELECT"),
        held(Some("public"), "reader", "DELETE"),
        held(None, "app", "TRIGGER"),
    ];
    let later: Vec<_> = sql(&facts)
        .into_iter()
        .filter(|sql| sql.contains("DEFAULT"))
        .collect();
    let start = "ALTER DEFAULT PRIVILEGES FOR ROLE owner";
    assert_eq!(
        later,
        [
            format!(
                "{start} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app"
            ),
            format!("{start} IN SCHEMA public REVOKE DELETE ON TABLES FROM reader"),
            format!("{start} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app"),
            format!("{start} IN SCHEMA public GRANT SELECT ON SEQUENCES TO reader"),
            format!("{start} IN SCHEMA public GRANT EXECUTE ON ROUTINES TO app"),
            format!("{start} REVOKE TRIGGER ON TABLES FROM app"),
        ]
    );
}

#[test]
fn names_are_quoted_everywhere() {
    let odd = "it's \"100%\"";
    let names = Names {
        backup: odd.to_owned(),
        ..names()
    };
    let mut facts = facts(16, Vec::new());
    facts.large_objects = 1;
    let script: String = plan(&facts, &names)
        .statements
        .into_iter()
        .map(|one| one.sql)
        .collect();
    assert!(script.contains("rolname = 'it''s \"100%\"'"), "{script}");
    assert!(
        script.contains("CREATE ROLE \"it's \"\"100%\"\"\" NOLOGIN"),
        "{script}"
    );
    assert!(script.contains("TO \"it''s \"\"100%%\"\"\"'"), "{script}");
}
