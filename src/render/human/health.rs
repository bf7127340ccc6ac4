//! `db health-check` and `explain`.

use crate::render::style::{Role, Style};
use crate::render::table::Grid;
use crate::report::{
    CheckResult, DbHealthCheck, Explain, Finding, Group, IdleWaiver, Outcome, Section, Severity,
    Waived, words,
};

/// Longer statements that restore the schema are found in `db drift --sql`.
const LONGEST_CURE: usize = 140;

pub(super) fn check(report: &DbHealthCheck, style: Style) -> String {
    let sections = report.sections.iter();
    let sections: String = sections
        .map(|section| self::section(section, style))
        .collect();
    head(report, style) + &sections + &found(report, style)
}

/// The same without the guide's lists.
pub(in crate::render) fn brief(report: &DbHealthCheck, style: Style) -> String {
    head(report, style) + &found(report, style)
}

fn head(report: &DbHealthCheck, style: Style) -> String {
    let title = style.paint(Role::Strong, "=== Database Health Check ===");
    let rest = format!(
        "as {} on PostgreSQL {}{}, environment {}",
        report.role,
        report.server_version,
        if report.standby { " (a standby)" } else { "" },
        report.environment
    );
    format!(
        "{title}\n{} {}\n",
        style.paint(Role::Strong, &report.database),
        style.paint(Role::Dim, rest)
    )
}

fn found(report: &DbHealthCheck, style: Style) -> String {
    let mut text = String::new();
    let findings = report.findings();
    let counting = findings.iter().filter(|finding| finding.counts());
    let single = counting.filter(|finding| !finding.check.starts_with("guide."));
    let mut lines: Vec<String> = report
        .checks
        .iter()
        .filter_map(|check| listed(report, check, style))
        .collect();
    lines.extend(single.map(|finding| line(report, finding, style)));
    let unseen = unseen(report, style);
    if !lines.is_empty() || !unseen.is_empty() {
        text.push_str(&format!("\n{}\n", style.paint(Role::Strong, "Findings:")));
        text.push_str(&lines.concat());
        text.push_str(&unseen);
    }
    if report.detailed {
        text.push_str(&set_aside(report, style));
    }
    for waiver in &report.idle_waivers {
        text.push_str(&format!(
            "{} {}\n",
            style.paint(Role::Warn, "!"),
            idle(waiver)
        ));
    }
    format!("{text}\n{}\n", summary(report, style))
}

/// What does not count, and why.
fn set_aside(report: &DbHealthCheck, style: Style) -> String {
    let mut text = String::new();
    let findings = report.checks.iter().flat_map(|check| &check.findings);
    for finding in findings {
        let why = match &finding.waived {
            Some(Waived { reason, until }) => match until {
                Some(day) => format!("{reason} (until {day})"),
                None => format!("{reason} (built in)"),
            },
            None if finding.known => "known from the baseline".to_owned(),
            None => continue,
        };
        let key = style.paint(Role::Strong, &finding.key);
        text.push_str(&format!("{} {key}: {why}\n", style.paint(Role::Dim, "·")));
    }
    if text.is_empty() {
        return text;
    }
    let heading = style.paint(Role::Strong, "Waived or known, so they do not count:");
    format!("\n{heading}\n{text}")
}

fn idle(waiver: &IdleWaiver) -> String {
    let meant = match &waiver.meant {
        Some(near) => format!("was {near} meant?"),
        None if waiver.of_no_check => "hangmeas explain --list has all".to_owned(),
        None => "take it out of hangmeas.toml".to_owned(),
    };
    let what = if waiver.of_no_check {
        "is of no check"
    } else {
        "matches nothing any more"
    };
    format!("the waiver of {} {what}: {meant}", waiver.finding)
}

/// The key, as a waiver takes it.
fn key(report: &DbHealthCheck, finding: &Finding, style: Style) -> String {
    if !report.detailed {
        return String::new();
    }
    let key = toml::Value::String(finding.key.clone());
    let key = style.paint(Role::Dim, format!("waive with: finding = {key}"));
    format!("    {key}\n")
}

fn section(section: &Section, style: Style) -> String {
    let mark = match section.title.as_str() {
        "Required Tables" => "📊 ",
        "Key Indexes" => "🔍 ",
        "Table Statistics" => "📈 ",
        "Foreign Key Constraints" => "🔒 ",
        _ => "",
    };
    let title = style.paint(Role::Strong, format!("{mark}{}:", section.title));
    if section.rows.is_empty() {
        return format!(
            "\n{title}\n  {}\n",
            style.paint(Role::Dim, "none: their tables are missing")
        );
    }
    let mut grid = Grid::plain(style);
    for row in &section.rows {
        let mark = match row.good {
            Some(true) => grid.cell(Role::Good, "✓"),
            Some(false) => grid.cell(Role::Bad, "✗"),
            None => "".into(),
        };
        let detail = grid.cell(Role::Dim, &row.detail);
        grid.row([mark, row.name.as_str().into(), detail]);
    }
    if section.rows.iter().all(|row| row.good.is_none()) {
        grid.right(2);
    }
    format!("\n{title}\n{}", grid.text())
}

/// What the sections show with crosses, in one line per section.
fn listed(report: &DbHealthCheck, check: &CheckResult, style: Style) -> Option<String> {
    let counting: Vec<&Finding> = check
        .findings
        .iter()
        .filter(|finding| finding.counts())
        .collect();
    let (first, more) = counting.split_first()?;
    if check.group != Group::Guide {
        return None;
    }
    if more.is_empty() {
        return Some(line(report, first, style));
    }
    let same = more.iter().all(|finding| finding.cure == first.cure);
    let cure = first.cure.as_deref().filter(|_| same);
    Some(format!(
        "{} {}: {} of them are not as they must be → {}\n{}",
        style.cross(),
        style.paint(Role::Strong, &check.id),
        counting.len(),
        style.paint(Role::Command, cure.unwrap_or(&report.restore)),
        counting
            .iter()
            .map(|finding| key(report, finding, style))
            .collect::<String>()
    ))
}

fn line(report: &DbHealthCheck, finding: &Finding, style: Style) -> String {
    let mark = match finding.severity {
        Severity::Error => style.cross(),
        Severity::Warning => style.paint(Role::Warn, "!"),
        Severity::Note => style.paint(Role::Dim, "·"),
    };
    let cure = match finding.cure.as_deref() {
        None => String::new(),
        Some(cure) => format!(
            " → {}",
            style.paint(Role::Command, shown(report, finding, cure))
        ),
    };
    let ended = finding.waiver_ended.as_ref();
    let ended = ended.map(|waived| style.paint(Role::Warn, self::ended(waived)));
    format!(
        "{mark} {}: {}{cure}{}\n{}",
        style.paint(Role::Strong, &finding.check),
        finding.what,
        ended.unwrap_or_default(),
        key(report, finding, style)
    )
}

fn shown<'a>(report: &'a DbHealthCheck, finding: &'a Finding, cure: &'a str) -> &'a str {
    let long = cure.chars().count() > LONGEST_CURE || cure.contains('\n');
    let restores = ["guide.", "conformity."];
    let restores = restores
        .iter()
        .any(|group| finding.check.starts_with(group));
    if long && restores {
        &report.restore
    } else {
        cure
    }
}

fn ended(waived: &Waived) -> String {
    let day = waived.until.as_deref().unwrap_or_default();
    format!(" (the waiver \"{}\" ended on {day})", waived.reason)
}

/// Checks that could not look, those that lack the same in one line; and those that broke.
fn unseen(report: &DbHealthCheck, style: Style) -> String {
    let mut text = String::new();
    let mut blind: Vec<(&String, &String, Vec<&str>)> = Vec::new();
    for check in &report.checks {
        let Outcome::Skipped { reason, remedy } = &check.outcome else {
            continue;
        };
        match blind
            .iter_mut()
            .find(|(why, cure, _)| (*why, *cure) == (reason, remedy))
        {
            Some((_, _, ids)) => ids.push(&check.id),
            None => blind.push((reason, remedy, vec![&check.id])),
        }
    }
    for (reason, remedy, ids) in blind {
        text.push_str(&format!(
            "{} {}: could not look: {reason} → {}\n",
            style.paint(Role::Warn, "?"),
            style.paint(Role::Strong, ids.join(", ")),
            style.paint(Role::Command, remedy)
        ));
    }
    for check in &report.checks {
        let id = style.paint(Role::Strong, &check.id);
        if let Outcome::Failed { reason } = &check.outcome {
            text.push_str(&format!("{} {id}: broke: {reason}\n", style.cross()));
        }
        let listed = check.findings.len();
        if check.total > listed && listed > 0 {
            let more = check.total - listed;
            text.push_str(&format!("  {id}: and {more} more like these\n"));
        }
    }
    text
}

fn summary(report: &DbHealthCheck, style: Style) -> String {
    let summary = &report.summary;
    let mut parts = Vec::new();
    for (count, word) in [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.notes, "note"),
    ] {
        if count > 0 {
            parts.push(words::count(count, word));
        }
    }
    if parts.is_empty() {
        parts.push("nothing found".to_owned());
    }
    let bad = summary.errors + summary.failed > 0;
    let unsure = summary.warnings + summary.skipped > 0;
    let mark = match (bad, unsure) {
        (true, _) => style.cross(),
        (false, true) => style.paint(Role::Warn, "!"),
        (false, false) => style.tick(),
    };
    let mut rest = String::new();
    for (count, what) in [
        (summary.waived, "waived"),
        (summary.known, "known from the baseline"),
        (summary.skipped, "could not look"),
        (summary.failed, "broke"),
    ] {
        if count > 0 {
            rest.push_str(&format!(", {count} {what}"));
        }
    }
    let found = summary.errors + summary.warnings + summary.notes > 0;
    let explain = style.paint(Role::Command, "hangmeas explain ID");
    let more = match (found, report.detailed) {
        (true, true) => format!("; {explain} tells more"),
        (true, false) => format!("; {explain} tells more, --verbose the keys for waivers"),
        (false, _) => String::new(),
    };
    format!(
        "{mark} {} in {}{rest} ({:.0} ms){more}",
        parts.join(", "),
        words::count(summary.checks, "check"),
        report.milliseconds
    )
}

pub(super) fn explain(report: &Explain, style: Style) -> String {
    if let Some(page) = &report.page {
        return page.clone();
    }
    let mut grid = Grid::new(style, &["check", "what it looks for", "severity"]);
    for check in &report.checks {
        let severity = if check.severity == check.severity_when_protected {
            check.severity.to_string()
        } else {
            format!(
                "{}; {} in production",
                check.severity, check.severity_when_protected
            )
        };
        let id = grid.cell(Role::Strong, &check.id);
        grid.row([id, check.title.as_str().into(), severity.into()]);
    }
    grid.text()
}
