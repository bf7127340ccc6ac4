//! Errors: what happened, where, why, what to do next.

use std::fmt::Write as _;

use serde::Serialize;
use unicode_width::UnicodeWidthChar as _;

use super::khmer::columns;
use super::style::{Role, Style};
use crate::error::{Error, ErrorKind, Excerpt, Hint};
use crate::report::SCHEMA_VERSION;

/// The most columns of a source line that are shown.
const LINE: usize = 100;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a serde_json::Value>,
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
                data: error.known_data(),
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
    text + &hints(error.hints(), style)
}

/// What to do next, as lines.
pub(super) fn hints(hints: &[Hint], style: Style) -> String {
    let mut text = String::new();
    for hint in hints {
        let said = folded(&hint.text, style.width());
        let _ = write!(text, "  {} {said}", style.paint(Role::Good, "→"));
        match &hint.command {
            Some(command) => {
                let _ = writeln!(text, ":\n      {}", style.paint(Role::Command, command));
            }
            None => text.push('\n'),
        }
    }
    text
}

/// The text of a hint in lines that fit, colon included, each below the first one's beginning.
fn folded(text: &str, width: Option<u16>) -> String {
    const BEFORE: usize = 4;
    let room = width.map_or(usize::MAX, |width| {
        usize::from(width).saturating_sub(BEFORE + 1)
    });
    let (mut lines, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let wide = columns(word);
        if used > 0 && used + 1 + wide > room {
            lines = lines + "\n" + &" ".repeat(BEFORE);
            used = 0;
        } else if used > 0 {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += wide;
    }
    lines
}

/// File, line and column, the line itself or the part around the place, and a caret under it.
fn excerpt(place: &Excerpt, style: Style) -> String {
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    let bar = style.paint(Role::Dim, "|");
    let characters: Vec<char> = place.text.chars().collect();
    let at = (place.column - 1).min(characters.len());
    let (before, after) = around(&characters[..at], &characters[at..]);
    format!(
        "{margin} {} {}:{}:{}\n{margin} {bar}\n{number} {bar} {before}{after}\n{margin} {bar} {}{}\n",
        style.paint(Role::Dim, "-->"),
        place.file,
        place.line,
        place.column,
        " ".repeat(columns(&before)),
        style.paint(Role::Bad, "^")
    )
}

/// What stands before and after a place, cut so that both fit into [`LINE`] columns, most of them
/// before the place only where nothing follows it.
fn around(before: &[char], after: &[char]) -> (String, String) {
    let shown = |characters: &[char]| {
        let text: String = characters.iter().collect();
        text.replace('\t', "    ")
    };
    let (before, after) = (shown(before), shown(after));
    if columns(&before) + columns(&after) <= LINE {
        return (before, after);
    }
    let room_before = (LINE / 2).max(LINE.saturating_sub(columns(&after)));
    let before = if columns(&before) > room_before {
        // A sign that stands on the letter before it must not begin the line.
        let starts = before.char_indices().filter(|(_, c)| c.width() > Some(0));
        let mut starts = starts.map(|(at, _)| &before[at..]);
        let rest = starts.find(|rest| columns(rest) < room_before);
        format!("…{}", rest.unwrap_or_default())
    } else {
        before
    };
    let room = LINE.saturating_sub(columns(&before));
    if columns(&after) <= room {
        return (before, after);
    }
    let ends = after.char_indices().filter(|(_, c)| c.width() > Some(0));
    let mut ends = ends.map(|(at, _)| &after[..at]).rev();
    let kept = ends.find(|kept| columns(kept) < room).unwrap_or_default();
    let after = format!("{kept}…");
    (before, after)
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
        let width = columns("'ខ្មែ'");
        assert_eq!(lines[3], format!("   | {}^", " ".repeat(width)));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        for (left, right) in [(2_000, 2_000), (3, 2_000), (2_000, 3), (60, 60), (40, 40)] {
            for filler in ["x", "ខ្មែរ "] {
                let text = format!("{}NOPE{}", filler.repeat(left), filler.repeat(right));
                let column = filler.repeat(left).chars().count() + 1;
                let place = Excerpt {
                    file: "f".to_owned(),
                    line: 7,
                    column,
                    text,
                };
                let shown = excerpt(&place, Style::new(false));
                let lines: Vec<&str> = shown.lines().collect();
                assert!(columns(lines[2]) <= LINE + 4, "{shown}");
                let (before, _) = lines[2].split_once("NOPE").expect("the place itself");
                let (blanks, _) = lines[3].split_once('^').expect("a caret");
                assert_eq!(columns(before), columns(blanks), "{shown}");
                if left == 2_000 {
                    assert!(before.starts_with("7 | …"), "{shown}");
                }
            }
        }
    }

    #[test]
    fn hints_fit_the_terminal() {
        assert_eq!(folded("one two three", None), "one two three");
        assert_eq!(folded("one two three", Some(12)), "one two\n    three");
        assert_eq!(folded("longest", Some(5)), "longest");
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
