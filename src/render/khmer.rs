//! How many columns text takes on a terminal.
//!
//! Terminals (tmux, xterm, VTE, the Linux console) go by `wcwidth`: each letter takes one column, also
//! one that a coeng puts below another. unicode-width counts such a pair, and ៘ and ឤ, as newer
//! standards would have them drawn. Stand-ins of the same width as on the terminal keep it from that.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr as _;

/// What Khmer text is measured by: the sign, and a character of its width on a terminal that text
/// never holds (a variation selector, and two of private use).
const STAND_INS: [(char, char); 3] = [
    ('\u{17d2}', '\u{e01ef}'),
    ('\u{17a4}', '\u{f17a4}'),
    ('\u{17d8}', '\u{f17d8}'),
];

/// The columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    measurable(text).width()
}

/// The text with stand-ins, for what measures by itself.
pub(super) fn measurable(text: &str) -> Cow<'_, str> {
    replaced(text, |(sign, stand_in)| (sign, stand_in))
}

/// The text without stand-ins.
pub(super) fn readable(text: &str) -> Cow<'_, str> {
    replaced(text, |(sign, stand_in)| (stand_in, sign))
}

fn replaced(text: &str, pair: impl Fn((char, char)) -> (char, char)) -> Cow<'_, str> {
    let pairs = STAND_INS.map(pair);
    if !text.contains(pairs.map(|(from, _)| from)) {
        return Cow::Borrowed(text);
    }
    let other = |c: char| {
        let found = pairs.iter().find(|(from, _)| *from == c);
        found.map_or(c, |(_, to)| *to)
    };
    Cow::Owned(text.chars().map(other).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As tmux moves its cursor, which is what glibc's wcwidth adds up to.
    #[test]
    fn text_is_as_wide_as_on_a_terminal() {
        for (text, expected) in [
            ("ស្រីមុំ", 3),
            ("ព្រះសីហនុ", 6),
            ("ខ្មែរ", 4),
            ("ភ្នំពេញ", 5),
            ("ស្ត្រី", 3),
            ("អង្គរ", 4),
            ("ក៏", 1),
            ("ច្រើន", 4),
            ("កោះកុង", 5),
            ("។ល។ ៘", 5),
            ("Sok Dara 🎤", 11),
        ] {
            assert_eq!(columns(text), expected, "{text}");
            assert_eq!(readable(&measurable(text)), text);
        }
    }

    /// Every Khmer letter and sign under a coeng: those of Unicode's classes Mn take no column.
    #[test]
    fn every_letter_below_another_takes_a_column() {
        for letter in '\u{1780}'..='\u{17b3}' {
            assert_eq!(columns(&format!("ក\u{17d2}{letter}")), 2, "{letter}");
        }
    }
}
