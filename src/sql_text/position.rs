//! From a character offset (as PostgreSQL counts) to line, column and the text of the line.

/// A place in a script; line and column are 1-based, the column counts characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// The whole line, without its end.
    pub text: String,
}

/// The place of the `character`-th character (0-based) of `script`; past the end, the last place.
#[must_use]
pub fn place(script: &str, character: usize) -> Place {
    let byte = script
        .char_indices()
        .nth(character)
        .map_or(script.len(), |(byte, _)| byte);
    let before = &script[..byte];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let text = script[line_start..].lines().next().unwrap_or_default();
    Place {
        line: before.matches('\n').count() + 1,
        column: script[line_start..byte].chars().count() + 1,
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_not_bytes() {
        let script = "-- ខ្មែរ\nSELECT 'សុខ', nope;\n";
        let character = script.chars().position(|c| c == 'n').unwrap_or_default();
        let found = place(script, character);
        assert_eq!((found.line, found.column), (2, 15));
        assert_eq!(found.text, "SELECT 'សុខ', nope;");
    }

    #[test]
    fn past_the_end_is_the_end() {
        assert_eq!(
            place("ab\ncd", 99),
            Place {
                line: 2,
                column: 3,
                text: "cd".to_owned()
            }
        );
    }
}
