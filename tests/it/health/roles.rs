//! Lack of rights never looks like health: the same database as superuser, as a monitor and as an application.

use std::collections::BTreeMap;

use hangmeas::health::{self, Request};
use hangmeas::postgres::{Interrupt, Session};
use hangmeas::report::{DbHealthCheck, Outcome, Severity};

use super::{migrated, server};
use crate::support::{Database, block_on};

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
        "CREATE ROLE {monitor} LOGIN; GRANT pg_monitor TO {monitor};
         CREATE ROLE {app} LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app};
         -- A sequence at its end, which only some may see.
         CREATE TABLE shelf (id serial PRIMARY KEY); SELECT setval('shelf_id_seq', 2147483000)"
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
    assert!(lacks.contains_key("security.md5") && lacks.contains_key("security.plain_pin"));
    assert!(!lacks.contains_key("activity.blocked"));
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
    assert!(lacks.contains_key("capacity.sequence") && !lacks.contains_key("security.plain_pin"));
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
