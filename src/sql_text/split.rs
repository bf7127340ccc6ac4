//! Splitting a script into statements, as psql does: at semicolons outside quotes, comments,
//! parentheses and `BEGIN ATOMIC … END` bodies.

use std::ops::Range;

use squawk_lexer::{TokenKind, tokenize};

/// Words of one statement that are kept. Longer ones hold data, and what they do stands before it.
const MOST_WORDS: usize = 100_000;

/// One significant token of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word<'a> {
    /// A bare word, folded to lower case as the server folds it.
    Bare(String),
    /// A quoted identifier, its quotes taken off.
    Quoted(String),
    /// Anything else, as written.
    Other(&'a str),
}

impl Word<'_> {
    /// Whether this is the given keyword (lower case), unquoted.
    #[must_use]
    pub fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Bare(word) if word == keyword)
    }

    /// The identifier this word stands for, if it can be one.
    #[must_use]
    pub fn identifier(&self) -> Option<&str> {
        match self {
            Self::Bare(word) | Self::Quoted(word) => Some(word),
            Self::Other(_) => None,
        }
    }
}

/// A statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'a> {
    /// The statement's text, from its first word, without the closing semicolon.
    pub text: &'a str,
    /// Byte offset of `text` in the script.
    pub start: usize,
    /// Its significant tokens: no comments, no white space. Of a very long statement, the first
    /// `MOST_WORDS`.
    pub words: Vec<Word<'a>>,
    /// Byte ranges in `text` of the words, one each.
    pub spans: Vec<Range<usize>>,
}

impl Statement<'_> {
    /// Whether the statement begins with these keywords (lower case).
    #[must_use]
    pub fn starts_with(&self, keywords: &[&str]) -> bool {
        self.words.len() >= keywords.len()
            && keywords
                .iter()
                .zip(&self.words)
                .all(|(keyword, word)| word.is(keyword))
    }

    /// Whether the keyword (lower case) stands in it, outside of quotes and comments.
    #[must_use]
    pub fn contains(&self, keyword: &str) -> bool {
        self.words.iter().any(|word| word.is(keyword))
    }

    /// The text with every bare `keyword` blanked out, its length kept, so that error positions
    /// still point at the right place.
    #[must_use]
    pub fn without_keyword(&self, keyword: &str) -> String {
        let mut text = self.text.to_owned();
        for (word, span) in self.words.iter().zip(&self.spans) {
            if word.is(keyword) {
                text.replace_range(span.clone(), &" ".repeat(span.len()));
            }
        }
        text
    }
}

/// Splits a script into its statements; empty ones are left out.
#[must_use]
pub fn split(script: &str) -> Vec<Statement<'_>> {
    statements(script).collect()
}

/// The statements of a script one after the other, as [`split`] finds them: of a large script, one
/// is in memory at a time.
pub fn statements(script: &str) -> impl Iterator<Item = Statement<'_>> {
    let mut tokens = tokenize(script);
    let mut at = 0;
    let mut draft = Draft::default();
    std::iter::from_fn(move || {
        for token in tokens.by_ref() {
            let range = at..at + token.len as usize;
            at = range.end;
            if draft.ends_with(token.kind) {
                let statement = std::mem::take(&mut draft).finish(script, range.start);
                if statement.is_some() {
                    return statement;
                }
            } else {
                draft.take(script, token.kind, range);
            }
        }
        std::mem::take(&mut draft).finish(script, script.len())
    })
}

/// Cuts a script between statements, into parts of at least `size` bytes each but the last. Together
/// they are the script; what cannot be cut stays whole.
#[must_use]
pub fn parts(script: &str, size: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    if script.len() > size {
        for statement in statements(script) {
            if statement.start - from >= size {
                parts.push(from..statement.start);
                from = statement.start;
            }
        }
    }
    parts.push(from..script.len());
    parts
}

#[derive(Default)]
struct Draft<'a> {
    words: Vec<Word<'a>>,
    ranges: Vec<Range<usize>>,
    /// Open parentheses.
    depth: usize,
    /// Open `BEGIN ATOMIC` and, inside it, `CASE`.
    blocks: usize,
    /// Whether the last word was BEGIN.
    after_begin: bool,
}

impl<'a> Draft<'a> {
    fn ends_with(&self, kind: TokenKind) -> bool {
        kind == TokenKind::Semi && self.depth == 0 && self.blocks == 0
    }

    fn take(&mut self, script: &'a str, kind: TokenKind, range: Range<usize>) {
        let text = &script[range.clone()];
        let word = match kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {
                return;
            }
            TokenKind::Ident => Word::Bare(text.to_lowercase()),
            TokenKind::QuotedIdent { .. } => Word::Quoted(unquote(text)),
            TokenKind::OpenParen => {
                self.depth += 1;
                Word::Other(text)
            }
            TokenKind::CloseParen => {
                self.depth = self.depth.saturating_sub(1);
                Word::Other(text)
            }
            _ => Word::Other(text),
        };
        self.track_blocks(&word);
        if self.words.len() < MOST_WORDS {
            self.words.push(word);
            self.ranges.push(range);
        }
    }

    fn track_blocks(&mut self, word: &Word<'_>) {
        let atomic = self.after_begin && word.is("atomic");
        if atomic || (self.blocks > 0 && word.is("case")) {
            self.blocks += 1;
        } else if self.blocks > 0 && word.is("end") {
            self.blocks -= 1;
        }
        self.after_begin = word.is("begin");
    }

    fn finish(self, script: &'a str, end: usize) -> Option<Statement<'a>> {
        let start = self.ranges.first()?.start;
        let from_start = |range: &Range<usize>| range.start - start..range.end - start;
        Some(Statement {
            text: script[start..end].trim_end(),
            start,
            spans: self.ranges.iter().map(from_start).collect(),
            words: self.words,
        })
    }
}

fn unquote(text: &str) -> String {
    text.strip_prefix('"')
        .and_then(|inner| inner.strip_suffix('"'))
        .unwrap_or(text)
        .replace("\"\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(script: &str) -> Vec<&str> {
        split(script)
            .into_iter()
            .map(|statement| statement.text)
            .collect()
    }

    #[test]
    fn splits_at_semicolons_outside_of_everything() {
        assert_eq!(
            texts("select 1; select ';' ;; -- x;\n select $a$;$a$"),
            ["select 1", "select ';'", "select $a$;$a$"]
        );
        assert_eq!(
            texts("/* ; /* ; */ */ select \"a;b\", E'\\';'"),
            ["select \"a;b\", E'\\';'"]
        );
    }

    #[test]
    fn keeps_rule_and_atomic_bodies_whole() {
        let rule = "create rule r as on insert to t do (select 1; select 2)";
        let body = "create function f() returns int begin atomic select 1; \
                    select case when true then 1 end; end";
        assert_eq!(
            texts(&format!("{rule};{body}; select 3")),
            [rule, body, "select 3"]
        );
    }

    #[test]
    fn blanks_a_keyword_without_moving_anything() {
        let script = "create index CONCURRENTLY \"concurrently\" on t (x)";
        let statement = &split(script)[0];
        let blanked = statement.without_keyword("concurrently");
        assert_eq!(
            blanked,
            "create index              \"concurrently\" on t (x)"
        );
        assert_eq!(blanked.len(), script.len());
    }

    #[test]
    fn parts_are_the_script_cut_between_statements() {
        let script = "select ';';  -- a;\n select 2; select (3;4);\n-- end";
        let cut = |size| -> Vec<&str> {
            let ranges = parts(script, size).into_iter();
            ranges.map(|range| &script[range]).collect()
        };
        assert_eq!(cut(1000), [script]);
        let each = [
            "select ';';  -- a;\n ",
            "select 2; ",
            "select (3;4);\n-- end",
        ];
        assert_eq!(cut(1), each);
        assert_eq!(cut(15), [each[0], &format!("{}{}", each[1], each[2])]);
        assert_eq!(parts("", 1).len(), 1);
    }

    #[test]
    fn khmer_text_does_not_confuse_offsets() {
        let script = "-- ខ្មែរ\nselect 'សុខ;'; select 2";
        let statements = split(script);
        assert_eq!(statements.len(), 2);
        assert_eq!(&script[statements[1].start..], "select 2");
    }
}
