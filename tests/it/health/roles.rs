//! Lack of rights never looks like health: the same database as superuser, as a monitor and as an application.

use std::collections::BTreeMap;

use hangmeas::health::{self, Request};
use hangmeas::postgres::{Interrupt, Session};
use hangmeas::report::{DbHealthCheck, Outcome, Severity};

use super::{ROLES, migrated, server};
use crate::support::{Base, Database, block_on, hangmeas};

/// Roles of the whole server: each test has its own.
fn check_as(database: &Database<'_>, role: &str) -> DbHealthCheck {
    let mut target = database.target();
    target.user = Some(role.to_owned());
    let request = Request::new(time::macros::date!(2026 - 01 - 01));
    block_on(async {
        let session = Session::open(&target, &Interrupt::never())
            .await
            .expect("a session");
        health::run(&session, &request).await.expect("a report")
    })
}

fn skipped(report: &DbHealthCheck) -> BTreeMap<String, String> {
    let checks = report.checks.iter();
    checks
        .filter_map(|check| match &check.outcome {
            Outcome::Skipped { remedy, .. } => Some((check.id.clone(), remedy.clone())),
            _ => None,
        })
        .collect()
}

#[test]
fn what_cannot_be_seen_is_skipped_with_the_grant_that_it_lacks() {
    let database = migrated();
    let name = database.name();
    let (monitor, app) = (format!("{name}_monitor"), format!("{name}_app"));
    database.execute(&format!(
        "-- A sequence at its end, which only some may see.
         CREATE TABLE shelf (id serial PRIMARY KEY); SELECT setval('shelf_id_seq', 2147483000);
         CREATE ROLE {monitor} LOGIN; GRANT pg_monitor TO {monitor};
         CREATE ROLE {app} LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}"
    ));
    let found = |report: &DbHealthCheck| {
        report
            .findings()
            .iter()
            .any(|finding| finding.key == "capacity.sequence:shelf_id_seq")
    };

    let report = check_as(&database, "postgres");
    assert_eq!(skipped(&report), BTreeMap::new());
    assert!(found(&report));

    let report = check_as(&database, &monitor);
    let lacks = skipped(&report);
    assert!(!found(&report));
    assert_eq!(
        lacks["capacity.sequence"],
        format!("GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {monitor}")
    );
    let blind: Vec<&str> = lacks.keys().map(String::as_str).collect();
    assert_eq!(
        blind,
        [
            "capacity.sequence",
            "conformity.runs",
            "constraint.orphans",
            "constraint.sequence_behind",
            "index.bloat",
            "operations.analytics",
            "security.md5",
            "security.plain_identity",
            "security.plain_payment_data",
            "security.plain_pin",
        ]
    );
    assert!(
        !report.is_well(Severity::Error),
        "what was not seen is not well"
    );

    let report = check_as(&database, &app);
    let lacks = skipped(&report);
    assert_eq!(
        lacks["activity.blocked"],
        format!("GRANT pg_monitor TO {app}")
    );
    let blind: Vec<&str> = lacks.keys().map(String::as_str).collect();
    assert_eq!(
        blind,
        [
            "activity.blocked",
            "activity.connections",
            "activity.idle_in_transaction",
            "activity.long_transaction",
            "capacity.sequence",
            "constraint.sequence_behind",
            "operations.pending_restart",
            "operations.replication_lag",
            "security.md5",
            "security.plain_connection",
        ]
    );
    let failed = |outcome: &Outcome| matches!(outcome, Outcome::Failed { .. });
    assert!(
        !report.checks.iter().any(|check| failed(&check.outcome)),
        "{report:#?}"
    );

    // With the printed grants, the same checks look.
    for remedy in lacks
        .values()
        .filter(|remedy| remedy.starts_with("GRANT") && !remedy.contains("or run"))
    {
        database.execute(remedy.split(", or GRANT").next().expect("a statement"));
    }
    let report = check_as(&database, &app);
    let left: Vec<String> = skipped(&report).into_keys().collect();
    assert_eq!(left, ["security.md5"]);
    assert!(found(&report));
    database.execute(&format!(
        "DROP OWNED BY {app}; DROP OWNED BY {monitor}; DROP ROLE {app}; DROP ROLE {monitor}"
    ));
}

/// Without USAGE on the schema its tables are not on the search path: every one would look missing, every fault gone.
#[test]
fn a_schema_that_may_not_be_looked_into_is_no_empty_one() {
    let database = migrated();
    let role = format!("{}_outside", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC"
    ));
    let report = check_as(&database, &role);
    let lacks = skipped(&report);
    for check in &report.checks {
        let group = check.id.split('.').next().unwrap_or_default();
        if ["guide", "index", "constraint"].contains(&group) {
            assert_eq!(
                lacks[&check.id],
                format!("GRANT USAGE ON SCHEMA public TO {role}")
            );
        }
    }
    assert!(!report.is_well(Severity::Error));
    database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

/// The program itself, for roles that may not read the history of migrations either.
#[test]
fn the_command_answers_every_role() {
    let database = server().clone_of(Base::Empty);
    hangmeas()
        .url(&database)
        .args(["db", "migrate"])
        .run()
        .success();
    for role in ROLES {
        let url = database.url().replace("//postgres@", &format!("//{role}@"));
        let run = |args: &[&str]| {
            let run = hangmeas().env("DATABASE_URL", &url);
            run.args(["db", "health-check"]).args(args).run()
        };
        run(&[])
            .exits(1)
            .answers("conformity.migrations: could not look: this role may not read the history")
            .answers(&format!("GRANT USAGE ON SCHEMA hangmeas TO {role}"));
        run(&["--only", "index.invalid,conformity.table"]).exits(0);
        run(&["--only", "security.md5"]).exits(1);
        let drift = hangmeas().env("DATABASE_URL", &url);
        drift
            .args(["db", "drift"])
            .run()
            .exits(0)
            .says("all of them are expected");
    }
}

/// The two grants that the book names.
#[test]
fn two_roles_of_postgresql_see_everything() {
    let database = migrated();
    let role = format!("{}_monitoring", database.name());
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT pg_monitor, pg_read_all_data TO {role}"
    ));
    let report = check_as(&database, &role);
    assert_eq!(skipped(&report), BTreeMap::new());
    database.execute(&format!("DROP ROLE {role}"));
}

/// Row security hides rows without an error, from who may read all data too.
#[test]
fn rows_that_row_security_hides_are_not_taken_for_all() {
    let database = migrated();
    let role = format!("{}_filtered", database.name());
    database.execute(&format!(
        "INSERT INTO spree_users (email, pin_code, created_at, updated_at) VALUES ('a@example.com', '1234', now(), now());
         ANALYZE spree_users;
         ALTER TABLE spree_users ENABLE ROW LEVEL SECURITY;
         CREATE ROLE {role} LOGIN; GRANT pg_monitor, pg_read_all_data TO {role}"
    ));
    let report = check_as(&database, &role);
    let lacks = skipped(&report);
    for blind in ["constraint.orphans", "security.plain_pin"] {
        assert_eq!(lacks[blind], format!("ALTER ROLE {role} BYPASSRLS"));
    }
    let counted = report.sections.iter().flat_map(|section| &section.rows);
    let mut counted = counted.filter(|row| row.name == "spree_users");
    assert!(
        counted.any(|row| row.detail.contains("~1 row")),
        "{report:#?}"
    );
    database.execute(&lacks["security.plain_pin"]);
    let report = check_as(&database, &role);
    assert_eq!(skipped(&report), BTreeMap::new());
    let mut findings = report.findings().into_iter();
    assert!(findings.any(|finding| finding.check == "security.plain_pin"));
    database.execute(&format!("DROP ROLE {role}"));
}

#[test]
fn the_role_itself_is_judged() {
    let database = migrated();
    let owner = format!("{}_owner", database.name());
    database.execute(&format!(
        "CREATE ROLE {owner} LOGIN; ALTER TABLE artists OWNER TO {owner}"
    ));
    let told = |role: &str, check: &str| {
        let report = check_as(&database, role);
        report
            .findings()
            .iter()
            .any(|finding| finding.check == check)
    };
    assert!(told("postgres", "security.superuser"));
    assert!(!told(&owner, "security.superuser"));
    assert!(told(&owner, "security.owner"));
    // The application at work is judged too, whoever asks.
    assert!(!told("watcher", "security.owner"));
    block_on(async {
        let mut target = database.target();
        target.user = Some(owner.clone());
        target.application_name = "puma".to_owned();
        let application = Session::open(&target, &Interrupt::never())
            .await
            .expect("a session");
        assert!(told("watcher", "security.owner"));
        drop(application);
    });
    database.execute(&format!(
        "ALTER TABLE artists OWNER TO postgres; DROP ROLE {owner}"
    ));
}

#[test]
fn production_must_have_what_a_laptop_need_not() {
    let database = migrated();
    let severity = |protected: bool| {
        let mut request = Request::new(time::macros::date!(2026 - 01 - 01));
        request.protected = protected;
        request.only = vec!["security.superuser".to_owned()];
        block_on(async {
            let session = database.session().await;
            let report = health::run(&session, &request).await.expect("a report");
            report.findings()[0].severity
        })
    };
    assert_eq!(severity(false), Severity::Note);
    assert_eq!(severity(true), Severity::Error);
    assert_eq!(server().major(), database.server().major());
}
