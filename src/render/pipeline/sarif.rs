//! SARIF 2.1.0: a rule per check, a result per finding; waived ones are suppressed with their reason.

use serde_json::{Value, json};

use crate::report::{DbHealthCheck, Finding, Outcome, Severity};

pub(super) fn text(report: &DbHealthCheck) -> String {
    let rules: Vec<Value> = report
        .checks
        .iter()
        .map(|check| json!({"id": check.id, "shortDescription": {"text": check.title}}))
        .collect();
    let results: Vec<Value> = report
        .checks
        .iter()
        .flat_map(|check| &check.findings)
        .map(|finding| result(finding, report.against_baseline))
        .collect();
    let unseen: Vec<Value> = report
        .checks
        .iter()
        .filter_map(|check| match &check.outcome {
            Outcome::Skipped { reason, remedy } => Some((check, format!("{reason}: {remedy}"))),
            Outcome::Failed { reason } => Some((check, reason.clone())),
            _ => None,
        })
        .map(|(check, text)| {
            json!({"level": "error", "message": {"text": text}, "associatedRule": {"id": check.id}})
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "hangmeas",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": unseen.is_empty(),
                "toolExecutionNotifications": unseen,
            }],
            "results": results,
        }],
    });
    format!("{document:#}\n")
}

fn result(finding: &Finding, against_baseline: bool) -> Value {
    let level = match finding.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut result = json!({
        "ruleId": finding.check,
        "level": level,
        "message": {"text": format!("{}. {}", finding.what, finding.cure.as_deref().unwrap_or_default()).trim_end()},
        "locations": [{"logicalLocations": [{"fullyQualifiedName": finding.object}]}],
        "partialFingerprints": {"hangmeas/v1": finding.key},
    });
    if against_baseline {
        result["baselineState"] = json!(if finding.known { "unchanged" } else { "new" });
    }
    if let (Some(waived), Some(fields)) = (&finding.waived, result.as_object_mut()) {
        let suppression = json!([{"kind": "external", "justification": waived.reason}]);
        fields.insert("suppressions".to_owned(), suppression);
    }
    result
}
