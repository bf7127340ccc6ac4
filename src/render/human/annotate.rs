//! `db annotate`.

use crate::render::style::{Role, Style};
use crate::report::{DbAnnotate, PageChange};

pub(super) fn annotate(report: &DbAnnotate, style: Style) -> String {
    let mut text = String::new();
    for page in &report.changed {
        let word = match (page.change, report.check) {
            (PageChange::Add, true) => "missing",
            (PageChange::Update, true) => "stale",
            (PageChange::Remove, true) => "without a table",
            (PageChange::Add, false) => "new",
            (PageChange::Update, false) => "updated",
            (PageChange::Remove, false) => "removed",
        };
        text.push_str(&format!(
            "  {} {}\n",
            page.path,
            style.paint(Role::Dim, word)
        ));
    }
    for model in report.models.iter().filter(|model| model.changed) {
        let word = if report.check { "stale" } else { "updated" };
        text.push_str(&format!(
            "  {} {}\n",
            model.path.display(),
            style.paint(Role::Dim, word)
        ));
    }
    for model in report.models.iter().filter(|model| model.table.is_none()) {
        let line = format!("{}: the schema has no table for it", model.path.display());
        text.push_str(&format!("{} {line}\n", style.paint(Role::Warn, "!")));
    }
    text + &summary(report, style)
}

fn summary(report: &DbAnnotate, style: Style) -> String {
    let mut what = Vec::new();
    if let Some(out) = &report.out {
        what.push(format!("{} pages in {}", report.pages, out.display()));
    }
    if !report.models.is_empty() {
        what.push(format!("{} models", report.models.len()));
    }
    let what = if what.is_empty() {
        "no models".to_owned()
    } else {
        what.join(", ")
    };
    if report.check && !report.is_fresh() {
        return format!(
            "{} {what}: not what the schema says\n  make them new: {}\n",
            style.cross(),
            style.paint(Role::Command, &report.again)
        );
    }
    format!(
        "{} {what}: {}\n",
        style.tick(),
        style.paint(Role::Dim, "as the schema says")
    )
}
