//! Reports as text for people.

mod annotate;
mod backup;
mod config;
mod database;
mod drift;
mod grants;
mod health;
mod import;
mod migrations;
mod seed;
mod server;
mod shell;

use super::style::Style;
use crate::report::Report;

pub(super) use health::brief as health_in_brief;

/// The report as text, with a line end.
pub(super) fn text(report: &Report, style: Style) -> String {
    match report {
        Report::BackupsList(report) => backup::list(report, style),
        Report::BackupsPrune(report) => backup::prune(report, style),
        Report::BackupsVerify(report) => backup::verify(report, style),
        Report::DbAnnotate(report) => annotate::annotate(report, style),
        Report::DbBackup(report) => backup::backup(report, style),
        Report::DbRestore(report) => backup::restore(report, style),
        Report::Completions(report) => report.script.clone(),
        Report::ConfigCheck(report) => config::check(report, style),
        Report::ConfigInit(report) => config::init(report, style),
        Report::ConfigShow(report) => config::show(report, style),
        Report::DbCreate(report) => database::create(report, style),
        Report::DbDrift(report) => drift::drift(report, style),
        Report::DbGrants(report) => grants::grants(report, style),
        Report::DbHealthCheck(report) => health::check(report, style),
        Report::Explain(report) => health::explain(report, style),
        Report::DbDrop(report) => database::drop(report, style),
        Report::DbMigrate(report) => migrations::migrate(report, style),
        Report::DbReset(report) => database::reset(report, style),
        Report::DbRollback(report) => migrations::rollback(report, style),
        Report::DbSeed(report) => seed::seed(report, style),
        Report::DbSeedVerify(report) => seed::verify(report, style),
        Report::DbSetup(report) => database::setup(report, style),
        Report::DbStatus(report) => migrations::status(report, style),
        Report::Man(report) => shell::man(report, style),
        Report::MigrationAccept(report) => migrations::accept(report, style),
        Report::MigrationImport(report) => import::import(report, style),
        Report::MigrationList(report) => migrations::list(report, style),
        Report::MigrationNew(report) => migrations::new(report, style),
        Report::Server(report) => server::server(report, style),
    }
}
