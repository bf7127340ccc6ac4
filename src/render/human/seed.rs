//! `db seed`.

use std::time::Duration;

use crate::render::error::hints;
use crate::render::progress::duration;
use crate::render::style::{Role, Style};
use crate::render::table::{Cell, Grid};
use crate::report::words::{bytes, thousands};
use crate::report::{DbSeed, DbSeedVerify, RuleOutcome, SeedRefusal};

pub(super) fn seed(report: &DbSeed, style: Style) -> String {
    let database = style.paint(Role::Strong, &report.database);
    let facts = format!(
        "(profile {}, random seed {}, as of {})",
        report.profile, report.random_seed, report.as_of
    );
    let facts = style.paint(Role::Dim, facts);
    let lacks = lacks(report, style);
    if report.already && report.gone.is_empty() {
        return format!("{} {database} has it all already {facts}\n", style.tick());
    }
    if report.already {
        return format!(
            "{} {database} was seeded already {facts}\n{lacks}",
            style.tick()
        );
    }
    let end = if report.dry_run {
        planned(report, style)
    } else {
        format!(
            "{} {} rows seeded into {database} in {} {facts}\n",
            style.tick(),
            thousands(report.rows),
            time(report.milliseconds)
        )
    };
    tables(report, style) + &end + &lacks
}

/// What somebody took from what an earlier run made.
fn lacks(report: &DbSeed, style: Style) -> String {
    let lines = report.gone.iter().map(|gone| {
        format!(
            "  {} of {} rows of {} are gone since\n",
            thousands(gone.rows),
            thousands(gone.of),
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
        let last = match table.milliseconds {
            Some(milliseconds) => time(milliseconds),
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

fn planned(report: &DbSeed, style: Style) -> String {
    let mut text = format!(
        "{} rows, about {}",
        thousands(report.rows),
        bytes(report.bytes)
    );
    if let Some(free) = report.free_bytes {
        text += &format!("; {} left on the server's disk", bytes(free));
    }
    text.push('\n');
    if !report.dropped.is_empty() {
        let (keys, indexes): (Vec<_>, Vec<_>) = report.dropped.iter().partition(|one| one.key);
        let mut names: Vec<&str> = report
            .dropped
            .iter()
            .map(|one| one.table.as_str())
            .collect();
        names.dedup();
        text += &format!(
            "{} indexes and {} foreign keys are dropped for the load and built again, in the same \
             transaction: of {}\n",
            indexes.len(),
            keys.len(),
            names.join(", ")
        );
    }
    if !report.apart.is_empty() {
        text += &format!(
            "{} connections write side by side; filled apart and put in place at the end: {}\n",
            report.connections,
            report.apart.join(", ")
        );
    }
    if let Some(reason) = &report.kept_because {
        text += &format!("indexes and keys stay during the load: {reason}\n");
    }
    if let Some(removed) = report.removed {
        text += &format!(
            "{} rows of earlier seeds are removed first\n",
            thousands(removed)
        );
    }
    text += &style.paint(Role::Dim, "nothing was written");
    text.push('\n');
    match &report.refusal {
        Some(refusal) => text + &refused(refusal, style),
        None => text,
    }
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
