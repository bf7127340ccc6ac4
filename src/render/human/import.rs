//! `migration import`.

use super::migrations::migrations;
use crate::render::error::hints;
use crate::render::style::{Role, Style};
use crate::render::table::Grid;
use crate::report::{ImportedHistory, MigrationImport, StepMode};

pub(super) fn import(report: &MigrationImport, style: Style) -> String {
    let mut grid = Grid::new(
        style,
        &["version", "migration", "from", "how", "undo", "here"],
    );
    for file in &report.files {
        let how = match file.mode {
            StepMode::StatementByStatement => "statement by statement",
            _ => "one transaction",
        };
        let (role, here) = match file.applied {
            Some(true) => (Role::Good, "✓ ran"),
            Some(false) => (Role::Warn, "· pending"),
            None => (Role::Dim, ""),
        };
        let cells = [
            grid.cell(Role::Strong, format!("V{:04}", file.version)),
            file.name.as_str().into(),
            grid.cell(Role::Dim, &file.from),
            grid.cell(Role::Dim, how),
            if file.undo { "yes" } else { "no" }.into(),
            grid.cell(role, here),
        ];
        grid.row(cells);
    }
    let mut text = grid.text() + &written(report, style);
    if let Some(history) = &report.history {
        text.push_str(&adopted(report, history, style));
    }
    text + &hints(&report.hints, style)
}

fn written(report: &MigrationImport, style: Style) -> String {
    let into = report.into.display();
    let new = report.files.iter().filter(|file| file.written).count();
    let there = report.files.len() - new;
    let there = match there {
        0 => String::new(),
        _ if new == 0 => return format!("{} all of them are in {into} already\n", style.tick()),
        there => format!("; {there} were there"),
    };
    format!(
        "{} {} written to {into}{there}\n",
        style.tick(),
        migrations(new)
    )
}

fn adopted(report: &MigrationImport, history: &ImportedHistory, style: Style) -> String {
    let database = style.paint(Role::Strong, &history.database);
    let Some(table) = &history.table else {
        if !history.applied.is_empty() {
            return already(history.applied.len(), &database, style);
        }
        return format!(
            "{} {database} has no history of {}: nothing ran there, everything is pending\n",
            style.paint(Role::Warn, "!"),
            report.tool
        );
    };
    match (history.applied.len(), history.recorded.len()) {
        (0, _) => format!(
            "{} {table} of {database} says that nothing ran\n",
            style.tick()
        ),
        (applied, 0) => already(applied, &database, style),
        (_, recorded) => format!(
            "{} {} of {table} recorded in the history of {database}: nothing runs again\n",
            style.tick(),
            migrations(recorded)
        ),
    }
}

fn already(applied: usize, database: &str, style: Style) -> String {
    format!(
        "{} {} ran in {database}, as the history of hangmeas says already\n",
        style.tick(),
        migrations(applied)
    )
}
