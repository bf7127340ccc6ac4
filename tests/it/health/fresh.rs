//! A complete database, fresh or of a shop: no noise.

use hangmeas::health::{self, Request};
use hangmeas::report::{Outcome, Severity};

use super::server;
use crate::catalog::apply;
use crate::support::{Base, block_on};

/// On every base, everything that is a warning or worse is waived with a reason.
#[test]
fn a_complete_database_has_no_warning_that_is_not_waived() {
    let mut noise = Vec::new();
    for base in Base::ALL {
        let database = server().clone_of(base);
        apply::all(&database);
        let mut request = Request::new(time::macros::date!(2026 - 01 - 01));
        request.data = true;
        let report = block_on(async {
            let session = database.session().await;
            health::run(&session, &request).await.expect("a report")
        });
        let findings = report.findings().into_iter();
        let grave =
            findings.filter(|finding| finding.counts() && finding.severity >= Severity::Warning);
        noise.extend(grave.map(|finding| format!("{base:?}: {} {}", finding.key, finding.what)));
        for check in &report.checks {
            let ran = matches!(
                check.outcome,
                Outcome::Passed | Outcome::Found | Outcome::NotApplicable { .. }
            );
            assert!(ran, "{base:?}: {check:?}");
        }
        assert_eq!(
            report.round_trips, 4,
            "probe, schema and checks, follow-up, COMMIT"
        );
    }
    assert!(noise.is_empty(), "{}", noise.join("\n"));
}
