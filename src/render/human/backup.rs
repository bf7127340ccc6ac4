//! `db backup`, `db restore` and `db backups …`.

use std::time::Duration;

use crate::render::progress::duration;
use crate::render::style::{Role, Style};
use crate::render::table::Grid;
use crate::report::{
    BackupState, BackupsList, BackupsPrune, BackupsVerify, DbBackup, DbRestore, ListedBackup,
};

pub(super) fn backup(report: &DbBackup, style: Style) -> String {
    let mut text = format!(
        "{} {} of {} {}\n",
        style.tick(),
        style.paint(Role::Strong, &report.name),
        report.database,
        style.paint(
            Role::Dim,
            format!(
                "({} tables, {} rows, {} with {}, {})",
                report.tables,
                report.rows,
                size(report.bytes),
                report.compression,
                time(report.milliseconds)
            )
        )
    );
    text.push_str(&format!("  {}\n", report.path.display()));
    for warning in &report.warnings {
        text.push_str(&remark(warning, style));
    }
    if let Some(pruned) = &report.pruned {
        text.push_str(&went(pruned, style));
    }
    text
}

pub(super) fn restore(report: &DbRestore, style: Style) -> String {
    let place = if report.replaced { " in its place" } else { "" };
    let mut text = format!(
        "{} {} restored to {}{place}: {} tables and {} rows are as they were {}\n",
        style.tick(),
        report.backup,
        style.paint(Role::Strong, &report.database),
        report.tables,
        report.rows,
        style.paint(Role::Dim, format!("({})", time(report.milliseconds)))
    );
    if let Some(old) = &report.kept_as {
        text.push_str(&format!("  the former database is {old}\n"));
    }
    for line in &report.remarks {
        text.push_str(&remark(line, style));
    }
    text
}

pub(super) fn list(report: &BackupsList, style: Style) -> String {
    if report.backups.is_empty() {
        let line = format!("no backups in {}", report.dir.display());
        return format!("{}\n", style.paint(Role::Dim, line));
    }
    let headings = [
        "backup",
        "state",
        "environment",
        "size",
        "tables",
        "rows",
        "version",
    ];
    let mut grid = Grid::new(style, &headings);
    for backup in &report.backups {
        let (role, word) = match backup.state {
            BackupState::Complete => (Role::Good, "complete"),
            BackupState::Unreadable => (Role::Bad, "unreadable"),
            BackupState::Partial => (Role::Warn, "not complete"),
        };
        let cells = [
            grid.cell(Role::Strong, &backup.name),
            grid.cell(role, word),
            backup.environment.as_deref().unwrap_or("-").into(),
            backup.bytes.map_or_else(|| "-".to_owned(), size).into(),
            shown(backup.tables).into(),
            shown(backup.rows).into(),
            shown(backup.version.map(|version| format!("V{version:04}"))).into(),
        ];
        grid.row(cells);
    }
    for column in 3..6 {
        grid.right(column);
    }
    let notes = report
        .backups
        .iter()
        .filter_map(|backup| note(backup, style));
    grid.text() + &notes.collect::<String>()
}

fn note(backup: &ListedBackup, style: Style) -> Option<String> {
    let note = backup.note.as_ref()?;
    Some(remark(&format!("{}: {note}", backup.name), style))
}

fn shown(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

pub(super) fn verify(report: &BackupsVerify, style: Style) -> String {
    let name = style.paint(Role::Strong, &report.name);
    let how = time(report.milliseconds);
    let mut text = if report.sound {
        let proof = if report.restored {
            "restored into a scratch database: the same schema, the same rows"
        } else {
            "every checksum is right, every row is in the dump"
        };
        let facts = format!(
            "({} files, {} tables, {} rows, {how})",
            report.files, report.tables, report.rows
        );
        format!(
            "{} {name}: {proof} {}\n",
            style.tick(),
            style.paint(Role::Dim, facts)
        )
    } else {
        format!("{} {name} is not what was written\n", style.cross())
    };
    for line in report.damages.iter().chain(&report.differences) {
        text.push_str(&format!("  {}\n", style.paint(Role::Bad, line)));
    }
    for line in &report.remarks {
        text.push_str(&remark(
            &format!("broken before the backup was made: {line}"),
            style,
        ));
    }
    text
}

pub(super) fn prune(report: &BackupsPrune, style: Style) -> String {
    let mut text = went(report, style);
    if report.deleted.is_empty() && report.partials.is_empty() {
        text = format!(
            "{} nothing to let go, {} stay\n",
            style.tick(),
            report.kept.len()
        );
    }
    for backup in &report.passed_over {
        let line = format!("{} was not touched: {}", backup.name, backup.why);
        text.push_str(&format!("  {}\n", style.paint(Role::Dim, line)));
    }
    text
}

fn went(report: &BackupsPrune, style: Style) -> String {
    let verb = if report.dry_run { "would go" } else { "went" };
    let mut text = String::new();
    for name in &report.deleted {
        text.push_str(&format!("{} {name} {verb}\n", style.paint(Role::Warn, "-")));
    }
    for name in &report.partials {
        text.push_str(&format!(
            "{} {name}, never completed, {verb}\n",
            style.paint(Role::Warn, "-")
        ));
    }
    text
}

fn remark(line: &str, style: Style) -> String {
    format!("{} {line}\n", style.paint(Role::Warn, "!"))
}

fn time(milliseconds: f64) -> String {
    duration(Duration::from_secs_f64(milliseconds.max(0.0) / 1000.0))
}

/// A size as people read it: `512 B`, `1.5 MB`.
#[allow(clippy::cast_precision_loss, reason = "two digits are shown")]
fn size(bytes: u64) -> String {
    let units = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in units {
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    format!("{value:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (1500, "1.5 kB"),
            (999_960, "1.0 MB"),
            (12_345_678_901, "12.3 GB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(size(bytes), text);
        }
    }
}
