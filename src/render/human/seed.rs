//! `db seed`.

use std::time::Duration;

use crate::render::error::hints;
use crate::render::progress::duration;
use crate::render::style::{Role, Style};
use crate::render::table::{Cell, Grid};
use crate::report::words::{bytes, count, thousands};
use crate::report::{DbSeed, DbSeedVerify, RuleOutcome, SeedRefusal};

pub(super) fn seed(report: &DbSeed, style: Style) -> String {
    let database = style.paint(Role::Strong, &report.database);
    let (tick, end) = (style.tick(), facts(report, style) + &lacks(report, style));
    if report.already {
        let all = match report.gone.as_slice() {
            [] => "has it all already",
            _ => "was seeded already",
        };
        return format!("{tick} {database} {all}\n{end}");
    }
    if report.dry_run {
        return tables(report, style) + &planned(report, style) + &lacks(report, style);
    }
    format!(
        "{}{tick} {} seeded into {database} in {}\n{end}",
        tables(report, style),
        count(report.rows, "row"),
        time(report.milliseconds)
    )
}

/// Which data it is, and what it took the place of.
fn facts(report: &DbSeed, style: Style) -> String {
    let facts = format!("  profile {}", data(report));
    let removed = match report.removed {
        Some(removed) if !report.dry_run => {
            format!(
                "\n  {} of earlier seeds removed first",
                count(removed, "row")
            )
        }
        _ => String::new(),
    };
    style.paint(Role::Dim, facts + &removed) + "\n"
}

/// The profile, the seed of chance, and the moment.
fn data(report: &DbSeed) -> String {
    let mut data = format!("{}, random seed {}", report.profile, report.random_seed);
    if let Some(moment) = &report.as_of {
        data += &format!(", as of {moment}");
    }
    data
}

/// What somebody took from what an earlier run made.
fn lacks(report: &DbSeed, style: Style) -> String {
    let lines = report.gone.iter().map(|gone| {
        let are = if gone.rows == 1 { "is" } else { "are" };
        format!(
            "  {} of {} of {} {are} gone since\n",
            thousands(gone.rows),
            count(gone.of, "row"),
            gone.table
        )
    });
    lines.collect::<String>() + &hints(&report.hints, style)
}

fn tables(report: &DbSeed, style: Style) -> String {
    let last = if report.dry_run { "size" } else { "time" };
    let mut grid = Grid::new(style, &["table", "rows", "there", last]);
    for table in &report.tables {
        let found = if table.found == 0 {
            String::new()
        } else {
            thousands(table.found)
        };
        // What is there already takes neither room nor time.
        let last = match table.milliseconds {
            Some(milliseconds) => time(milliseconds),
            None if table.rows == 0 => String::new(),
            None => bytes(table.bytes),
        };
        let cells = [table.table.clone(), thousands(table.rows), found, last];
        grid.row(cells.map(Cell::from));
    }
    if report.building_milliseconds >= 1.0 {
        let cells = [
            format!("{} indexes and keys", report.dropped.len()),
            String::new(),
            String::new(),
            time(report.building_milliseconds),
        ];
        grid.row(cells.map(Cell::from));
    }
    for column in 1..4 {
        grid.right(column);
    }
    grid.text()
}

/// What a run would do, beside the rows of each table.
fn planned(report: &DbSeed, style: Style) -> String {
    let mut grid = Grid::plain(style);
    grid.row(["profile", &data(report)]);
    let mut size = format!(
        "{}, about {}",
        count(report.rows, "row"),
        bytes(report.bytes)
    );
    if let Some(free) = report.free_bytes {
        size += &format!("; {} left on the server's disk", bytes(free));
    }
    grid.row(["size", &size]);
    if let Some(removed) = report.removed {
        let removed = format!("first, {} of earlier seeds", count(removed, "row"));
        grid.row(["removed", &removed]);
    }
    if !report.dropped.is_empty() {
        let (keys, indexes): (Vec<_>, Vec<_>) = report.dropped.iter().partition(|one| one.key);
        let tables = report.dropped.iter().map(|one| one.table.as_str());
        let mut tables: Vec<&str> = tables.collect();
        tables.dedup();
        let dropped = format!(
            "{} and {}, for the load; built again in the same transaction: of {}",
            count(indexes.len() as u64, "index"),
            count(keys.len() as u64, "foreign key"),
            tables.join(", ")
        );
        grid.row(["dropped", &dropped]);
    }
    if let Some(reason) = &report.kept_because {
        grid.row(["kept", &format!("all indexes and keys: {reason}")]);
    }
    if !report.apart.is_empty() {
        let apart = format!(
            "{} connections write side by side; filled apart and put in place at the end: {}",
            report.connections,
            report.apart.join(", ")
        );
        grid.row(["apart", &apart]);
    }
    let mut text = grid.text() + &style.paint(Role::Dim, "nothing was written") + "\n";
    if let Some(refusal) = &report.refusal {
        text += &refused(refusal, style);
    }
    text
}

fn refused(refusal: &SeedRefusal, style: Style) -> String {
    let mut text = format!(
        "{} without --dry-run this is refused: {}\n",
        style.cross(),
        refusal.message
    );
    for line in &refusal.details {
        text += &format!("  {line}\n");
    }
    text + &hints(&refusal.hints, style)
}

pub(super) fn verify(report: &DbSeedVerify, style: Style) -> String {
    let rules = report.rules.len();
    let database = style.paint(Role::Strong, &report.database);
    if report.broken == 0 {
        return format!("{} {database} keeps all {rules} rules\n", style.tick());
    }
    let broken = report.rules.iter().filter(|rule| rule.total > 0);
    let list: String = broken.map(|rule| outcome(rule, style)).collect();
    format!(
        "{list}{} {database} breaks {} of {rules} rules\n",
        style.cross(),
        report.broken
    )
}

fn outcome(rule: &RuleOutcome, style: Style) -> String {
    let name = style.paint(Role::Strong, &rule.rule);
    let demand = style.paint(Role::Dim, &rule.demand);
    let mut text = format!(
        "{} {name}: {}  {demand}\n",
        style.cross(),
        thousands(rule.total)
    );
    for violation in &rule.violations {
        text += &format!("    {}: {}\n", violation.object, violation.problem);
    }
    let shown = rule.violations.len() as u64;
    if rule.total > shown {
        text += &format!("    and {} more\n", thousands(rule.total - shown));
    }
    text
}

fn time(milliseconds: f64) -> String {
    duration(Duration::from_secs_f64(milliseconds / 1000.0))
}
