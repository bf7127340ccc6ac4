//! `hangmeas server …`.

use super::context::Context;
use crate::cli::ServerCommand;
use crate::error::{Error, Result};
use crate::report::{Answer, Report, ServerReport, ServerState};
use crate::server::{Managed, Status};

pub(super) fn run(context: &Context, command: &ServerCommand) -> Result<Answer> {
    let settings = context.settings()?;
    let places = context.places(&settings)?;
    let managed = Managed::new(places.clone());
    let before = matches!(managed.status(), Status::Running(_));
    let (action, changed) = match command {
        ServerCommand::Status(_) => ("status", false),
        ServerCommand::Start(_) => {
            managed.ensure_running(&|step| context.tell(step))?;
            ("start", !before)
        }
        ServerCommand::Stop(_) => ("stop", managed.stop()?),
        ServerCommand::Remove { yes, .. } => {
            if !yes && managed.status() != Status::Absent {
                return Err(Error::refused(format!(
                    "this would delete every database of the local PostgreSQL in {}",
                    places.data_dir.display()
                ))
                .hint_command("if that is meant", "hangmeas server remove --yes"));
            }
            ("remove", managed.remove()?)
        }
    };
    let report = describe(&managed, action, changed, places.data_dir);
    // `status` answers whether it runs.
    let good = action != "status" || report.state == ServerState::Running;
    Ok(Answer::when(good, Report::Server(report)))
}

fn describe(
    managed: &Managed,
    action: &'static str,
    changed: bool,
    data_dir: std::path::PathBuf,
) -> ServerReport {
    let status = managed.status();
    let mut report = ServerReport {
        action,
        changed,
        state: ServerState::Absent,
        data_dir,
        socket_dir: None,
        pid: None,
        version: None,
        log: None,
    };
    match status {
        Status::Absent => return report,
        Status::Stopped { version } => {
            report.state = ServerState::Stopped;
            report.version = Some(version.to_string());
        }
        Status::Running(running) => {
            report.state = ServerState::Running;
            report.version = Some(running.version.to_string());
            report.pid = Some(running.pid);
            report.socket_dir = Some(running.socket_folder);
        }
    }
    report.log = Some(managed.log_file());
    report
}
