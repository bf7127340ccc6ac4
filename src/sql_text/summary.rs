//! A statement for a log: one line, no comments, and nothing of what its strings say.

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

/// Stands for a string, a bit string or a dollar-quoted body.
const HIDDEN: &str = "'…'";

/// The script on one line, of at most `limit` characters: strings, in which passwords may stand, are
/// hidden; names and numbers stay.
#[must_use]
pub fn summary(script: &str, limit: usize) -> String {
    let mut line = String::new();
    let mut gap = false;
    let mut at = 0;
    for token in tokenize(script) {
        let text = &script[at..at + token.len as usize];
        at += token.len as usize;
        let shown = match token.kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {
                gap = true;
                continue;
            }
            TokenKind::Literal {
                kind: LiteralKind::Int { .. } | LiteralKind::Numeric { .. },
            } => text,
            // What the scanner does not know may be anything.
            TokenKind::Literal { .. } | TokenKind::Unknown => HIDDEN,
            _ => text,
        };
        if gap && !line.is_empty() {
            line.push(' ');
        }
        gap = false;
        line.push_str(shown);
        if line.chars().count() > limit {
            return line.chars().take(limit).chain(['…']).collect();
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_hidden_and_lines_joined() {
        let script = "-- secret\nALTER ROLE \"app\"\n  PASSWORD 'hunter2' VALID UNTIL E'2026\\'';";
        assert_eq!(
            summary(script, 200),
            "ALTER ROLE \"app\" PASSWORD '…' VALID UNTIL '…';"
        );
        assert_eq!(summary("DO $x$ hunter2 $x$", 200), "DO '…'");
        assert_eq!(
            summary("SELECT U&'hunter2', X'1F', 42", 200),
            "SELECT '…', '…', 42"
        );
        assert!(!summary("SELECT 'hunter2", 200).contains("hunter2"));
    }

    #[test]
    fn long_ones_are_cut_at_a_character() {
        assert_eq!(summary("SELECT ខ្មែរ", 9), "SELECT ខ្…");
        assert_eq!(summary("", 9), "");
    }
}
