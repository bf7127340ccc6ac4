//! `config …`.

use crate::render::error::hints;
use crate::render::style::{Role, Style};
use crate::render::table::Grid;
use crate::report::{Advice, ConfigCheck, ConfigInit, ConfigShow};

pub(super) fn init(report: &ConfigInit, style: Style) -> String {
    format!(
        "{} wrote {}: every setting at its default, with comments\n",
        style.tick(),
        report.file.display()
    )
}

pub(super) fn show(report: &ConfigShow, style: Style) -> String {
    let mut grid = Grid::new(style, &["setting", "value", "from"]);
    for setting in &report.settings {
        let role = if setting.origin == "default" {
            Role::Dim
        } else {
            Role::Strong
        };
        let key = grid.cell(Role::Command, &setting.key);
        let value = grid.cell(role, &setting.value);
        let origin = grid.cell(Role::Dim, &setting.origin);
        grid.row([key, value, origin]);
    }
    let mut text = grid.text();
    for notice in &report.notices {
        text.push_str(&format!("{} {notice}\n", style.paint(Role::Warn, "!")));
    }
    text
}

pub(super) fn check(report: &ConfigCheck, style: Style) -> String {
    let file = report.file.as_ref();
    let file = file.map_or_else(|| "no file".to_owned(), |file| file.display().to_string());
    let mut text = format!("{} {file}\n", style.paint(Role::Dim, "configuration:"));
    let mut grid = Grid::new(style, &["environment", "database", "protected"]);
    for environment in &report.environments {
        let mark = if environment.selected {
            " (in use)"
        } else {
            ""
        };
        let target = environment
            .target
            .as_deref()
            .unwrap_or("not usable from here");
        let protected = match environment.protected {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unknown",
        };
        grid.row([
            format!("{}{mark}", environment.name),
            target.to_owned(),
            protected.to_owned(),
        ]);
    }
    if !report.environments.is_empty() {
        text.push_str(&grid.text());
    }
    for error in &report.errors {
        text.push_str(&advice(error, &style.cross(), style));
    }
    for warning in &report.warnings {
        text.push_str(&advice(warning, &style.paint(Role::Warn, "!"), style));
    }
    if report.errors.is_empty() {
        text.push_str(&format!("{} the configuration makes sense\n", style.tick()));
    }
    text
}

fn advice(advice: &Advice, mark: &str, style: Style) -> String {
    format!("{mark} {}\n{}", advice.message, hints(&advice.hints, style))
}
