//! A screen that is drawn anew (`--watch`): the head and the sum always, between them as much as there is room for.

use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;
use unicode_width::UnicodeWidthStr as _;

use super::style::{Role, Style};
use crate::cli::Terminal;
use crate::config::format_duration;

/// Clears the screen and begins at its top.
const CLEAR: &str = "\x1b[2J\x1b[H";

/// Lines at the top that always stay: when it was drawn, what it is, of which database.
const HEAD: usize = 3;

/// The first of these texts that fits below a line with the time; if none does, as much as fits of the last.
pub(super) fn draw(texts: &[String], pause: Duration, terminal: &Terminal, style: Style) -> String {
    let now = OffsetDateTime::now_utc();
    let now = now.format(format_description!(
        "[year]-[month]-[day] [hour]:[minute]:[second]"
    ));
    let top = style.paint(
        Role::Dim,
        format!(
            "{} UTC, every {}; Ctrl-C ends it",
            now.unwrap_or_default(),
            format_duration(pause)
        ),
    );
    // The line end of the last line needs a row of its own.
    let room = terminal
        .height
        .map(|rows| usize::from(rows).saturating_sub(1));
    let columns = terminal.width.map_or(usize::MAX, usize::from);
    let mut shown = String::new();
    for text in texts {
        shown = format!("{top}\n{text}");
        if room
            .is_none_or(|room| shown.lines().map(|line| rows(line, columns)).sum::<usize>() <= room)
        {
            return format!("{CLEAR}{shown}");
        }
    }
    format!(
        "{CLEAR}{}",
        cut(&shown, room.unwrap_or(usize::MAX), columns)
    )
}

/// Head and last line, and from the top what fits between them.
fn cut(text: &str, room: usize, columns: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let head = HEAD.min(lines.len());
    let Some((last, between)) = lines[head..].split_last() else {
        return text.to_owned();
    };
    let of = |lines: &[&str]| lines.iter().map(|line| rows(line, columns)).sum::<usize>();
    // One row says what is left out.
    let mut left = room.saturating_sub(of(&lines[..head]) + rows(last, columns) + 1);
    let fits = |line: &&&str| match left.checked_sub(rows(line, columns)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let kept = between.iter().take_while(fits).count();
    let out = between.len() - kept;
    let mut kept: Vec<&str> = lines[..head + kept].to_vec();
    let told = format!("… {out} more lines: in a larger window, or without --watch");
    kept.extend([told.as_str(), last]);
    kept.join("\n") + "\n"
}

/// Rows that a line takes, colours left out.
fn rows(line: &str, columns: usize) -> usize {
    let mut plain = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain.width().div_ceil(columns.max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_take_no_room_and_long_lines_more() {
        assert_eq!(rows("", 80), 1);
        assert_eq!(rows("\x1b[1mabcd\x1b[0m", 4), 1);
        assert_eq!(rows("abcde", 4), 2);
    }

    #[test]
    fn head_and_sum_stay() {
        let text = "top\nhead\nhead\n1\n2\n3\n4\nsum\n";
        assert_eq!(
            cut(text, 7, 80),
            "top\nhead\nhead\n1\n2\n… 2 more lines: in a larger window, or without --watch\nsum\n"
        );
        assert_eq!(cut(text, 2, 80).lines().last(), Some("sum"));
    }
}
