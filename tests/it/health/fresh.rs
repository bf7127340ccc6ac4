//! A complete database, fresh or of a shop: no noise.

use std::collections::BTreeSet;

use hangmeas::health::{self, Request};
use hangmeas::report::{DbHealthCheck, Outcome, Severity};

use super::{migrated, server};
use crate::catalog::apply;
use crate::seed;
use crate::support::{Base, Database, block_on};

/// Everything, whole tables too.
fn full(database: &Database<'_>) -> DbHealthCheck {
    let mut request = Request::new(time::macros::date!(2026 - 01 - 01));
    request.data = true;
    request.exact = true;
    block_on(async {
        let session = database.session().await;
        health::run(&session, &request).await.expect("a report")
    })
}

/// What somebody would have to look at; every check must have run.
fn grave(what: &str, report: &DbHealthCheck) -> Vec<String> {
    for check in &report.checks {
        let ran = matches!(
            check.outcome,
            Outcome::Passed | Outcome::Found | Outcome::NotApplicable { .. }
        );
        assert!(ran, "{what}: {check:?}");
    }
    for finding in report.findings() {
        let waived = finding.waived.as_ref();
        assert!(waived.is_none_or(|it| it.reason.len() > 20), "{finding:?}");
    }
    let findings = report.findings().into_iter();
    findings
        .filter(|finding| finding.counts() && finding.severity >= Severity::Warning)
        .map(|finding| format!("{what}: {} {}", finding.key, finding.what))
        .collect()
}

/// On every base, everything that is a warning or worse is waived with a reason.
#[test]
fn a_complete_database_has_no_warning_that_is_not_waived() {
    let mut noise = Vec::new();
    for base in Base::ALL {
        let database = server().clone_of(base);
        apply::all(&database);
        let report = full(&database);
        noise.extend(grave(&format!("{base:?}"), &report));
        assert_eq!(
            report.round_trips, 4,
            "probe, schema and checks, follow-up, COMMIT"
        );
    }
    assert!(noise.is_empty(), "{}", noise.join("\n"));
}

/// The rows that hangmeas itself writes are no findings either.
#[test]
fn a_seeded_database_has_no_warning_that_is_not_waived() {
    let development = seed::migrated(Base::Spree46);
    seed::seed(&development, &["--profile", "development"]).success();
    let mut noise = grave("development", &full(&development));
    noise.extend(grave("demo", &full(&seed::demo())));
    assert!(noise.is_empty(), "{}", noise.join("\n"));
}

/// A table, a sequence and a function with every fault, which are nobody's business once an extension has them.
#[test]
fn objects_of_extensions_are_never_findings() {
    let database = migrated();
    database.execute(
        "CREATE UNLOGGED TABLE a_tool (a int, b int, c int, season_id bigint, user_id int REFERENCES spree_users)
             WITH (autovacuum_enabled = false);
         ALTER TABLE a_tool ADD CHECK (a > 0) NOT VALID;
         CREATE INDEX a_tool_a ON a_tool (a); CREATE INDEX a_tool_again ON a_tool (a); CREATE INDEX a_tool_ab ON a_tool (a, b);
         CREATE INDEX a_tool_c ON a_tool (c);
         UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a_tool_c'::regclass;
         INSERT INTO a_tool (a) SELECT generate_series(1, 1000); DELETE FROM a_tool WHERE a > 100;
         GRANT SELECT ON a_tool TO PUBLIC;
         ALTER TABLE a_tool DISABLE TRIGGER ALL;
         CREATE FUNCTION a_tool_call() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';
         CREATE SEQUENCE a_tool_numbers AS smallint; SELECT setval('a_tool_numbers', 32000)",
    );
    let mut request = Request::new(time::macros::date!(2026 - 01 - 01));
    for limit in [
        "unused_after",
        "unused_size",
        "dead_rows",
        "changed_rows",
        "table_size",
    ] {
        request.thresholds.set(limit, 0).expect("a limit");
    }
    let checks = || -> BTreeSet<String> {
        let report = block_on(async {
            let session = database.session().await;
            health::run(&session, &request).await.expect("a report")
        });
        let findings = report.findings().into_iter();
        findings
            .filter(|finding| finding.object.contains("a_tool"))
            .map(|finding| finding.check.clone())
            .collect()
    };
    let wanted = [
        "capacity.autovacuum_off",
        "capacity.dead_rows",
        "capacity.sequence",
        "capacity.size",
        "capacity.stale_statistics",
        "capacity.unlogged",
        "constraint.narrow_key",
        "constraint.no_primary_key",
        "constraint.not_valid",
        "constraint.triggers_off",
        "constraint.undeclared",
        "index.duplicate",
        "index.foreign_key",
        "index.invalid",
        "index.prefix",
        "index.unused",
        "security.definer",
        "security.public_tables",
    ];
    let wanted: BTreeSet<String> = wanted.iter().map(|it| (*it).to_owned()).collect();
    let mut found = BTreeSet::new();
    for _ in 0..50 {
        found = checks();
        if found == wanted {
            break;
        }
        // Counters arrive late.
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(found, wanted);
    database.execute(
        "ALTER EXTENSION pg_trgm ADD TABLE a_tool; ALTER EXTENSION pg_trgm ADD FUNCTION a_tool_call();
         ALTER EXTENSION pg_trgm ADD SEQUENCE a_tool_numbers",
    );
    assert_eq!(checks(), BTreeSet::new());
}

/// Statistics that are too young say nothing about what is unused.
#[test]
fn usage_waits_until_statistics_are_old_enough() {
    let database = migrated();
    database.execute("CREATE INDEX idle ON artists (bio)");
    let mut request = Request::new(time::macros::date!(2026 - 01 - 01));
    request.only = vec!["index.unused".to_owned()];
    request.thresholds.set("unused_size", 0).expect("a limit");
    let found = |request: &Request| {
        let report = block_on(async {
            let session = database.session().await;
            health::run(&session, request).await.expect("a report")
        });
        report
            .findings()
            .iter()
            .any(|finding| finding.object == "idle")
    };
    assert!(!found(&request));
    request.thresholds.set("unused_after", 0).expect("a limit");
    assert!(found(&request));
    request
        .thresholds
        .set("unused_size", 1 << 20)
        .expect("a limit");
    assert!(!found(&request), "a small one costs nothing");
}
