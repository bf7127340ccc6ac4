//! `db create`, `drop`, `setup`, `reset`.

use super::migrations::migrate;
use super::seed::seed;
use crate::render::style::{Role, Style};
use crate::report::{DbCreate, DbDrop, DbReset, DbSetup};

pub(super) fn create(report: &DbCreate, style: Style) -> String {
    let done = if report.created {
        "created"
    } else {
        "is there already"
    };
    let search = if report.khmer_search {
        ""
    } else {
        ", Khmer cannot be searched"
    };
    let facts = format!(
        "({}, LC_CTYPE {}{search}; {})",
        report.encoding, report.lc_ctype, report.server
    );
    format!(
        "{} database {} {done} {}\n",
        style.tick(),
        style.paint(Role::Strong, &report.database),
        style.paint(Role::Dim, facts)
    )
}

pub(super) fn drop(report: &DbDrop, style: Style) -> String {
    let database = style.paint(Role::Strong, &report.database);
    if report.dropped {
        format!("{} database {database} dropped\n", style.tick())
    } else {
        format!(
            "{} database {database} was not there\n",
            style.paint(Role::Dim, "-")
        )
    }
}

pub(super) fn setup(report: &DbSetup, style: Style) -> String {
    let seeded = report.seed.as_ref();
    let seeded = seeded.map_or_else(String::new, |report| seed(report, style));
    create(&report.create, style) + &migrate(&report.migrate, style) + &seeded
}

pub(super) fn reset(report: &DbReset, style: Style) -> String {
    drop(&report.drop, style) + &setup(&report.setup, style)
}
