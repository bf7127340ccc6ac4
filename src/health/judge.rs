//! From what was seen to findings: one result per check.

use super::check::{Check, Program, Work};
use super::execute::Answer;
use super::facts::Obstacle;
use super::request::{Backup, MigrationFault, Migrations, Request};
use super::run::Seen;
use super::{conformity, guide, numbers, trial, waiver};
use crate::report::{CheckResult, Finding, Outcome, Severity};

/// What becomes of a check that cannot judge here.
pub(super) fn blocked(check: &Check, obstacle: Obstacle) -> CheckResult {
    let outcome = match obstacle {
        Obstacle::NotApplicable(reason) => Outcome::NotApplicable { reason },
        Obstacle::Blind(reason, remedy) => Outcome::Skipped { reason, remedy },
    };
    CheckResult {
        id: check.id.to_owned(),
        group: check.group,
        title: check.title.to_owned(),
        outcome,
        milliseconds: None,
        total: 0,
        findings: Vec::new(),
    }
}

/// What becomes of a check that ran.
pub(super) fn judge(check: &Check, request: &Request, seen: &Seen) -> CheckResult {
    let severity = check.severity.here(request.protected);
    let answer = seen.first.by_label.get(check.id);
    let (mut findings, failed) = match check.work {
        Work::Query(_) | Work::Rule(_) => from_rows(check, severity, answer),
        Work::Program(program) => from_program(check, program, severity, request, seen),
    };
    let total = answer
        .and_then(|answer| answer.rows.first()?.get(4)?.as_ref()?.parse().ok())
        .unwrap_or(findings.len());
    for finding in &mut findings {
        waiver::apply(finding, &request.waivers, request.today);
        finding.known = request
            .baseline
            .as_ref()
            .is_some_and(|known| known.contains(&finding.key));
    }
    let outcome = match failed {
        Some(outcome) => outcome,
        None if findings.iter().any(Finding::counts) => Outcome::Found,
        None => Outcome::Passed,
    };
    CheckResult {
        id: check.id.to_owned(),
        group: check.group,
        title: check.title.to_owned(),
        outcome,
        milliseconds: answer.map(|answer| answer.milliseconds),
        total,
        findings,
    }
}

/// Findings of a query; or what became of it instead.
fn from_rows(
    check: &Check,
    severity: Severity,
    answer: Option<&Answer>,
) -> (Vec<Finding>, Option<Outcome>) {
    let Some(answer) = answer else {
        return (Vec::new(), None);
    };
    if let Some(reason) = answer.refusal.clone() {
        return (Vec::new(), Some(Outcome::Failed { reason }));
    }
    let text = |row: &[Option<String>], column: usize| row.get(column).cloned().flatten();
    let one = |row: &Vec<Option<String>>| {
        let own = match text(row, 1).as_deref() {
            Some("error") => Severity::Error,
            Some("warning") => Severity::Warning,
            Some("note") => Severity::Note,
            _ => severity,
        };
        finding(
            check,
            own,
            text(row, 0).unwrap_or_default(),
            text(row, 2).unwrap_or_default(),
            text(row, 3),
        )
    };
    (answer.rows.iter().map(one).collect(), None)
}

fn finding(
    check: &Check,
    severity: Severity,
    object: String,
    what: String,
    cure: Option<String>,
) -> Finding {
    Finding {
        key: format!("{}:{object}", check.id),
        check: check.id.to_owned(),
        object,
        severity,
        what,
        why: check.why.to_owned(),
        cure,
        waived: None,
        waiver_ended: None,
        known: false,
    }
}

fn from_program(
    check: &Check,
    program: Program,
    severity: Severity,
    request: &Request,
    seen: &Seen,
) -> (Vec<Finding>, Option<Outcome>) {
    let plain = |findings| (findings, None);
    match program {
        Program::GuideTables | Program::GuideIndexes | Program::GuideKeys => {
            plain(guide::findings(
                check,
                severity,
                &seen.complete,
                &seen.complete_plan,
                request.version,
            ))
        }
        Program::GuideRows => plain(Vec::new()),
        Program::Conformity(kinds) => plain(conformity::findings(
            check,
            kinds,
            severity,
            &seen.compared,
            &seen.plan,
        )),
        Program::Migrations => migrations(check, severity, request),
        Program::Runs => {
            let broken = trial::troubles(&seen.live, &seen.known, &seen.second, request.exact);
            plain(
                broken
                    .into_iter()
                    .map(|it| {
                        let severity = it.severity.unwrap_or(severity);
                        finding(check, severity, it.object, it.what, Some(it.cure))
                    })
                    .collect(),
            )
        }
        Program::Orphans => {
            let labels = seen.second.by_label.iter();
            let orphans = labels.filter(|(label, _)| label.starts_with("orphans "));
            let mut all = Vec::new();
            for (_, answer) in orphans {
                match from_rows(check, severity, Some(answer)) {
                    (findings, None) => all.extend(findings),
                    (_, failed) => return (all, failed),
                }
            }
            plain(all)
        }
        Program::Numbers(_) => from_rows(check, severity, seen.second.by_label.get(numbers::LABEL)),
        Program::BackupAge => backup(check, severity, request),
    }
}

fn migrations(
    check: &Check,
    severity: Severity,
    request: &Request,
) -> (Vec<Finding>, Option<Outcome>) {
    let Migrations::Told(faults) = &request.migrations else {
        let reason = "nobody looked at the history of migrations".to_owned();
        return (Vec::new(), Some(Outcome::NotApplicable { reason }));
    };
    let one = |fault: &MigrationFault| {
        let (object, what) = (fault.migration.clone(), fault.state.clone());
        finding(check, severity, object, what, Some(fault.cure.clone()))
    };
    (faults.iter().map(one).collect(), None)
}

fn backup(check: &Check, severity: Severity, request: &Request) -> (Vec<Finding>, Option<Outcome>) {
    let cure = Some("hangmeas db backup".to_owned());
    let object = || "backup".to_owned();
    let limit = request.thresholds.get("backup_age");
    let finding = match &request.backup {
        Backup::Unknown => {
            let reason = "no folder of backups is known".to_owned();
            return (Vec::new(), Some(Outcome::NotApplicable { reason }));
        }
        Backup::None { dir } => {
            let what = format!("there is no backup of this database in {}", dir.display());
            Some(finding(check, severity, object(), what, cure))
        }
        Backup::Made { age, name } if age.as_secs() > limit => {
            let hours = age.as_secs() / 3600;
            let what = format!("the newest backup, {name}, is {hours} hours old");
            Some(finding(check, severity, object(), what, cure))
        }
        Backup::Made { .. } => None,
    };
    (finding.into_iter().collect(), None)
}
