//! `server …`.

use std::path::Path;

use crate::render::style::{Role, Style};
use crate::report::{ServerReport, ServerState};

pub(super) fn server(report: &ServerReport, style: Style) -> String {
    let (mark, state) = match report.state {
        ServerState::Running => (style.tick(), "runs"),
        ServerState::Stopped => (style.paint(Role::Warn, "■"), "is stopped"),
        ServerState::Absent => (style.paint(Role::Dim, "-"), "does not exist"),
    };
    if report.action == "remove" && report.changed {
        let folder = report.data_dir.display();
        return format!(
            "{} the local PostgreSQL and its files in {folder} are gone\n",
            style.tick()
        );
    }
    let already = match (report.action, report.changed) {
        ("start", false) => " already",
        ("stop" | "remove", false) => "; there was nothing to do",
        _ => "",
    };
    let mut text = format!("{mark} the local PostgreSQL {state}{already}\n");
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            text.push_str(&format!(
                "  {} {value}\n",
                style.paint(Role::Dim, format!("{name:8}"))
            ));
        }
    };
    let path = |path: &Path| path.display().to_string();
    line("version", report.version.clone());
    line("pid", report.pid.map(|pid| pid.to_string()));
    line(
        "data",
        (report.state != ServerState::Absent).then(|| path(&report.data_dir)),
    );
    line("socket", report.socket_dir.as_deref().map(path));
    line("log", report.log.as_deref().map(path));
    text
}
