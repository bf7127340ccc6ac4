//! `db migrate`, `rollback`, `status` and `migration …`.

use std::time::Duration;

use crate::render::error::hints;
use crate::render::progress::duration;
use crate::render::style::{Role, Style};
use crate::render::table::Grid;
use crate::report::{
    AppliedStep, DbMigrate, DbRollback, DbStatus, MigrationAccept, MigrationList, MigrationNew,
    PlannedStep, StateKind, StepMode, words,
};
use crate::sql_text::summary;

/// Characters of a statement that are shown.
const STATEMENT: usize = 200;

pub(super) fn migrate(report: &DbMigrate, style: Style) -> String {
    if report.dry_run {
        return planned(report, style);
    }
    let version = at_version(report.version);
    let left = match report.pending {
        0 => String::new(),
        pending => format!(", {} pending", migrations(pending)),
    };
    let database = style.paint(Role::Strong, &report.database);
    if report.applied.is_empty() {
        let how = if report.hints.is_empty() {
            "is up to date"
        } else {
            "stays as it is"
        };
        let line = format!("{} {database} {how}: {version}{left}\n", style.tick());
        return line + &hints(&report.hints, style);
    }
    format!(
        "{}{} {} applied to {database} in {}: {version}{left}\n",
        steps(&report.applied, style),
        style.tick(),
        migrations(report.applied.len()),
        time(report.milliseconds),
    )
}

/// SQL that psql could run, with its origin in comments.
fn planned(report: &DbMigrate, style: Style) -> String {
    if report.planned.is_empty() {
        return format!("{}\n", style.paint(Role::Dim, "-- nothing is pending"));
    }
    let script = |step: &PlannedStep| {
        let how = match step.mode {
            StepMode::Transaction => "one transaction",
            StepMode::StatementByStatement => "statement by statement, each noted in the journal",
            StepMode::Adopted => "Rails made it: was compared, only the row is written",
        };
        let head = format!("-- {} ({how})", step.file);
        format!("{}\n{}", style.paint(Role::Command, head), step.sql)
    };
    report
        .planned
        .iter()
        .map(script)
        .collect::<Vec<_>>()
        .join("\n")
}

pub(super) fn rollback(report: &DbRollback, style: Style) -> String {
    let database = style.paint(Role::Strong, &report.database);
    let version = at_version(report.version);
    if report.undone.is_empty() {
        return format!(
            "{} nothing to undo in {database}: {version}\n",
            style.tick()
        );
    }
    let mut text = steps(&report.undone, style);
    for data in &report.discarded {
        let rows = words::count(data.rows, "row");
        let line = format!("{rows} of {} went", data.object);
        text.push_str(&format!("{} {line}\n", style.paint(Role::Warn, "!")));
    }
    text + &format!(
        "{} {} undone in {database} in {}: {version}\n",
        style.tick(),
        migrations(report.undone.len()),
        time(report.milliseconds),
    )
}

fn steps(steps: &[AppliedStep], style: Style) -> String {
    let mut grid = Grid::new(
        style,
        &["version", "migration", "how", "statements", "time"],
    );
    for step in steps {
        let mut how = match step.mode {
            StepMode::Transaction => "one transaction".to_owned(),
            StepMode::StatementByStatement => "statement by statement".to_owned(),
            StepMode::Adopted => "was there, checked".to_owned(),
        };
        if step.retries > 0 {
            how.push_str(&format!(", {} more attempts", step.retries));
        }
        let version = grid.cell(Role::Strong, format!("V{:04}", step.version));
        let how = grid.cell(Role::Dim, how);
        grid.row([
            version,
            step.name.as_str().into(),
            how,
            step.statements.into(),
            time(step.milliseconds).into(),
        ]);
    }
    grid.right(3);
    grid.right(4);
    grid.spare(3);
    let plain = |step: &AppliedStep| step.mode == StepMode::Transaction && step.retries == 0;
    if steps.iter().all(plain) {
        grid.spare(2);
    }
    grid.text()
}

pub(super) fn status(report: &DbStatus, style: Style) -> String {
    let mut grid = Grid::new(
        style,
        &[
            "version",
            "migration",
            "state",
            "applied on (UTC)",
            "undo",
            "from",
        ],
    );
    for migration in &report.migrations {
        let (role, state) = match migration.state {
            StateKind::Applied => (Role::Good, "✓ applied"),
            StateKind::Pending => (Role::Warn, "· pending"),
            StateKind::HalfWay => (Role::Bad, "✗ half-way"),
            StateKind::UndoHalfWay => (Role::Bad, "✗ undo half-way"),
            StateKind::Changed => (Role::Bad, "✗ changed on disk"),
            StateKind::Missing => (Role::Bad, "✗ file missing"),
        };
        let state = grid.cell(role, state);
        let applied = migration.applied_on.as_deref().unwrap_or_default();
        let seconds = applied.get(..19).unwrap_or(applied).replace('T', " ");
        let source = grid.cell(Role::Dim, folder(&migration.source));
        grid.row([
            format!("V{:04}", migration.version).into(),
            migration.name.as_str().into(),
            state,
            seconds.into(),
            if migration.undo { "yes" } else { "no" }.into(),
            source,
        ]);
    }
    for column in [5, 4, 3] {
        grid.spare(column);
    }
    let half_way = report.half_way();
    let summary = match (report.pending, report.differing()) {
        _ if half_way > 0 => {
            let line = format!("{} half-way", migrations(half_way));
            format!("{} {line}", style.cross())
        }
        (_, differing) if differing > 0 => {
            let line = format!("{} not as applied", migrations(differing));
            format!("{} {line}", style.cross())
        }
        (0, _) => format!("{} nothing is pending", style.tick()),
        (pending, _) => {
            let line = format!("{} pending", migrations(pending));
            format!("{} {line}", style.paint(Role::Warn, "·"))
        }
    };
    format!(
        "{} {}\n{}{summary}\n{}",
        style.paint(Role::Strong, &report.database),
        style.paint(Role::Dim, format!("on {}", report.server)),
        grid.text(),
        hints(&report.hints, style)
    )
}

pub(super) fn list(report: &MigrationList, style: Style) -> String {
    let mut grid = Grid::new(
        style,
        &["version", "migration", "what it is for", "undo", "from"],
    );
    for migration in &report.migrations {
        let source = grid.cell(Role::Dim, folder(&migration.source));
        grid.row([
            format!("V{:04}", migration.version).into(),
            migration.name.as_str().into(),
            migration.about.as_str().into(),
            if migration.undo { "yes" } else { "no" }.into(),
            source,
        ]);
    }
    grid.spare(4);
    grid.spare(3);
    grid.text()
}

pub(super) fn new(report: &MigrationNew, style: Style) -> String {
    format!(
        "{} V{:04} is yours to fill:\n  {}\n  {}\n",
        style.tick(),
        report.version,
        report.file.display(),
        report.undo.display()
    )
}

pub(super) fn accept(report: &MigrationAccept, style: Style) -> String {
    let name = report.name.as_deref().unwrap_or_default();
    let name = format!("V{:04} {name}", report.version);
    let what = match report.was {
        StateKind::Changed => ": the text on disk counts as the one that ran",
        StateKind::Missing => ": forgotten",
        StateKind::HalfWay => ": forgotten that it began; what it did stays",
        StateKind::UndoHalfWay => ": forgotten that its undo began; what that did stays",
        StateKind::Applied | StateKind::Pending => " is as it was applied: nothing to accept",
    };
    let mut text = format!("{} {}{what}\n", style.tick(), name.trim_end());
    for begun in &report.begun {
        let mark = if begun.done { "done" } else { "perhaps" };
        let line = format!("  {mark}: {}", summary(&begun.statement, STATEMENT));
        text.push_str(&format!("{}\n", style.paint(Role::Dim, line)));
    }
    text
}

/// Where the file lies; its name is said beside.
fn folder(source: &str) -> &str {
    source.rsplit_once('/').map_or(source, |(folder, _)| folder)
}

fn at_version(version: Option<i32>) -> String {
    version.map_or_else(
        || "no migration is applied".to_owned(),
        |version| format!("version {version}"),
    )
}

pub(super) fn migrations(count: usize) -> String {
    words::count(count, "migration")
}

fn time(milliseconds: f64) -> String {
    duration(Duration::from_secs_f64(milliseconds / 1000.0))
}
