//! `db grants`: a script that can be run as it is, and what became of it.

use crate::render::style::{Role, Style};
use crate::report::DbGrants;

pub(super) fn grants(report: &DbGrants, style: Style) -> String {
    if report.applied {
        applied(report, style)
    } else {
        script(report)
    }
}

fn applied(report: &DbGrants, style: Style) -> String {
    let database = style.paint(Role::Strong, &report.database);
    let tick = style.tick();
    let mut text = match report.statements.len() {
        0 => format!("{tick} nothing was missing in {database}\n"),
        1 => format!("{tick} 1 statement applied to {database}\n"),
        count => format!("{tick} {count} statements applied to {database}\n"),
    };
    for role in &report.roles {
        let members = match role.members.as_slice() {
            [] => "no members".to_owned(),
            members => format!("members: {}", members.join(", ")),
        };
        let members = style.paint(Role::Dim, members);
        text.push_str(&format!("  {:<8} {}  {members}\n", role.purpose, role.name));
    }
    for note in &report.notes {
        text.push_str(&format!(
            "{}\n",
            style.paint(Role::Dim, format!("- {note}"))
        ));
    }
    text
}

/// Everything beside the statements is a comment, and nobody's name can end one.
fn script(report: &DbGrants) -> String {
    let mut text = String::new();
    let comment = |words: &str| {
        let line: String = words
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        format!("-- {line}\n")
    };
    let names: Vec<_> = report.roles.iter().map(|role| role.name.as_str()).collect();
    let names = names.join(", ");
    let database = &report.database;
    if report.statements.is_empty() {
        text += &comment(&format!(
            "Nothing is missing and nothing is too much in database {database}: {names}."
        ));
    } else {
        text += &comment(&format!(
            "Who may do what in database {database}: {names}. Only what is missing or too much."
        ));
    }
    for note in &report.notes {
        text += &comment(note);
    }
    if report.statements.is_empty() {
        return text;
    }
    text += "\nBEGIN;\n";
    let mut about = "";
    for statement in &report.statements {
        if statement.about != about {
            about = &statement.about;
            text += "\n";
            text += &comment(about);
        }
        text += &statement.sql;
        text += ";\n";
    }
    text += "\nCOMMIT;\n";
    text
}
