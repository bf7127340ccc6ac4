//! `db drift`: a diff, or the statements that undo it.

use crate::render::style::{Role, Style};
use crate::report::{DbDrift, DriftCandidate, DriftItem, words};

pub(super) fn drift(report: &DbDrift, style: Style) -> String {
    if report.as_sql {
        return sql(report);
    }
    let version = match report.version {
        Some(0) => "no migration is applied".to_owned(),
        Some(version) => format!("version {version}"),
        None => "all migrations".to_owned(),
    };
    if report.items.is_empty() {
        return format!(
            "{} {} is as the migrations made it: {version}, {} objects of its own\n{}\n",
            style.tick(),
            style.paint(Role::Strong, &report.database),
            report.own_objects,
            style.paint(Role::Dim, format!("fingerprint {}", report.fingerprint))
        );
    }
    let mut text: String = report
        .items
        .iter()
        .map(|item| self::item(item, style))
        .collect();
    let roots = report
        .items
        .iter()
        .filter(|item| item.follows.is_none())
        .count();
    let roots = words::count(roots, "difference");
    text.push_str(&format!(
        "{} {roots} in {} ({version}); what would restore it: {}\n",
        style.cross(),
        style.paint(Role::Strong, &report.database),
        style.paint(Role::Command, &report.restore)
    ));
    text
}

fn item(item: &DriftItem, style: Style) -> String {
    let since = match item.since {
        Some(version) => format!("V{version:04}"),
        None => "Spree".to_owned(),
    };
    let name = style.paint(Role::Strong, format!("{} {}", item.kind, item.path));
    let why = match &item.follows {
        Some(root) => format!(", follows from {root}"),
        None => String::new(),
    };
    let mut text = format!(
        "{name}: {} {}\n",
        item.change,
        style.paint(Role::Dim, format!("({since}{why})"))
    );
    let mut lines = |sign: char, role: Role, body: &str| {
        for line in body.trim_end().lines() {
            text.push_str(&style.paint(role, format!("  {sign} {line}")));
            text.push('\n');
        }
    };
    lines('-', Role::Bad, &item.expected);
    match item.candidates.as_slice() {
        [] => item
            .found
            .iter()
            .for_each(|found| lines('+', Role::Good, found)),
        [only] => lines('+', Role::Good, &candidate(only)),
        several => several
            .iter()
            .for_each(|it| lines('?', Role::Dim, &candidate(it))),
    }
    text
}

fn candidate(it: &DriftCandidate) -> String {
    format!("{}{}", it.name, words::by_estimate(it.rows))
}

/// A script for psql; what no statement can restore stays a comment.
fn sql(report: &DbDrift) -> String {
    if report.items.is_empty() {
        return "-- nothing to restore\n".to_owned();
    }
    let mut text = String::new();
    if report
        .script
        .iter()
        .any(|it| report.items[it.item].kind == "function")
    {
        text.push_str("SET check_function_bodies = off;\n");
    }
    let mut before = None;
    let mut rows_decide = false;
    for statement in &report.script {
        if statement.rows_decide && !rows_decide {
            rows_decide = true;
            text.push_str(
                "-- The rows decide about the rest: what fails names the rows to mend first.\n",
            );
        }
        if before != Some(statement.item) {
            let item = &report.items[statement.item];
            text.push_str(&format!(
                "-- {} {}: {}\n",
                item.kind, item.path, item.change
            ));
            before = Some(statement.item);
        }
        text.push_str(&format!("{};\n", statement.sql));
    }
    for item in &report.items {
        if let Some(reason) = &item.not_restored {
            let DriftItem {
                kind, path, change, ..
            } = item;
            text.push_str(&format!(
                "-- NOT RESTORED: {kind} {path}: {change}: {reason}\n"
            ));
        }
    }
    text
}
