//! Errors: what happened, where, why, what to do next.

use std::fmt::Write as _;

use serde::Serialize;

use super::style::{Role, Style};
use crate::error::{Error, ErrorKind, Excerpt, Hint};
use crate::report::SCHEMA_VERSION;

/// An error as a JSON document.
#[derive(Serialize)]
pub(super) struct ErrorDocument<'a> {
    schema_version: u32,
    error: Body<'a>,
}

#[derive(Serialize)]
struct Body<'a> {
    kind: ErrorKind,
    exit_status: u8,
    message: &'a str,
    details: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a Excerpt>,
    hints: &'a [Hint],
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<&'a str>,
}

impl<'a> ErrorDocument<'a> {
    pub fn new(error: &'a Error) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            error: Body {
                kind: error.kind(),
                exit_status: error.kind().exit_status(),
                message: error.message(),
                details: error.detail_lines(),
                place: error.place(),
                hints: error.hints(),
                sqlstate: error.code(),
            },
        }
    }
}

/// An error as lines for people.
pub(super) fn text(error: &Error, style: Style) -> String {
    let mut text = format!("{} {}", style.paint(Role::Bad, "error:"), error.message());
    if let Some(code) = error.code() {
        let _ = write!(
            text,
            " {}",
            style.paint(Role::Dim, format!("(SQLSTATE {code})"))
        );
    }
    text.push('\n');
    if let Some(place) = error.place() {
        text.push_str(&excerpt(place, style));
    }
    for line in error.detail_lines() {
        let _ = writeln!(text, "  {line}");
    }
    for hint in error.hints() {
        let _ = write!(text, "  {} {}", style.paint(Role::Good, "→"), hint.text);
        match &hint.command {
            Some(command) => {
                let _ = writeln!(text, ":\n      {}", style.paint(Role::Command, command));
            }
            None => text.push('\n'),
        }
    }
    text
}

/// File, line and column, the line itself, and a caret under the place.
fn excerpt(place: &Excerpt, style: Style) -> String {
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    let bar = style.paint(Role::Dim, "|");
    let before: String = place.text.chars().take(place.column - 1).collect();
    let width = unicode_width::UnicodeWidthStr::width(before.replace('\t', "    ").as_str());
    format!(
        "{margin} {} {}:{}:{}\n{margin} {bar}\n{number} {bar} {}\n{margin} {bar} {}{}\n",
        style.paint(Role::Dim, "-->"),
        place.file,
        place.line,
        place.column,
        place.text.replace('\t', "    "),
        " ".repeat(width),
        style.paint(Role::Bad, "^")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_place_after_khmer() {
        let place = Excerpt {
            file: "V1__x.sql".to_owned(),
            line: 12,
            column: 7,
            text: "'ខ្មែ' x".to_owned(),
        };
        let lines: Vec<String> = excerpt(&place, Style::new(false))
            .lines()
            .map(str::to_owned)
            .collect();
        assert_eq!(lines[0], "   --> V1__x.sql:12:7");
        assert_eq!(lines[2], "12 | 'ខ្មែ' x");
        let width = unicode_width::UnicodeWidthStr::width("'ខ្មែ'");
        assert_eq!(lines[3], format!("   | {}^", " ".repeat(width)));
    }

    #[test]
    fn hints_with_commands_can_be_pasted() {
        let error = Error::refused("no")
            .detail("why")
            .hint_command("do", "hangmeas x");
        assert_eq!(
            text(&error, Style::new(false)),
            "error: no\n  why\n  → do:\n      hangmeas x\n"
        );
    }
}
