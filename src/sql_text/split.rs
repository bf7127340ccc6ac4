//! Splitting a script into statements, as psql does: at semicolons outside quotes, comments,
//! parentheses and `BEGIN ATOMIC … END` bodies.

use std::ops::Range;

use squawk_lexer::{TokenKind, tokenize};

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
    /// Its significant tokens: no comments, no white space.
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
    let mut splitter = Splitter {
        script,
        statements: Vec::new(),
        current: Draft::default(),
    };
    let mut at = 0;
    for token in tokenize(script) {
        let range = at..at + token.len as usize;
        at = range.end;
        splitter.take(token.kind, range);
    }
    splitter.finish(script.len());
    splitter.statements
}

#[derive(Default)]
struct Draft<'a> {
    words: Vec<Word<'a>>,
    ranges: Vec<Range<usize>>,
    /// Open parentheses.
    depth: usize,
    /// Open `BEGIN ATOMIC` and, inside it, `CASE`.
    blocks: usize,
}

struct Splitter<'a> {
    script: &'a str,
    statements: Vec<Statement<'a>>,
    current: Draft<'a>,
}

impl<'a> Splitter<'a> {
    fn take(&mut self, kind: TokenKind, range: Range<usize>) {
        let text = &self.script[range.clone()];
        let word = match kind {
            TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment { .. } => {
                return;
            }
            TokenKind::Semi if self.current.depth == 0 && self.current.blocks == 0 => {
                self.finish(range.start);
                return;
            }
            TokenKind::Ident => Word::Bare(text.to_lowercase()),
            TokenKind::QuotedIdent { .. } => Word::Quoted(unquote(text)),
            TokenKind::OpenParen => {
                self.current.depth += 1;
                Word::Other(text)
            }
            TokenKind::CloseParen => {
                self.current.depth = self.current.depth.saturating_sub(1);
                Word::Other(text)
            }
            _ => Word::Other(text),
        };
        self.track_blocks(&word);
        self.current.words.push(word);
        self.current.ranges.push(range);
    }

    fn track_blocks(&mut self, word: &Word<'_>) {
        let draft = &mut self.current;
        let atomic = word.is("atomic") && draft.words.last().is_some_and(|last| last.is("begin"));
        if atomic || (draft.blocks > 0 && word.is("case")) {
            draft.blocks += 1;
        } else if draft.blocks > 0 && word.is("end") {
            draft.blocks -= 1;
        }
    }

    fn finish(&mut self, end: usize) {
        let draft = std::mem::take(&mut self.current);
        let Some(first) = draft.ranges.first() else {
            return;
        };
        let start = first.start;
        let text = self.script[start..end].trim_end();
        let spans = draft
            .ranges
            .iter()
            .map(|r| r.start - start..r.end - start)
            .collect();
        self.statements.push(Statement {
            text,
            start,
            words: draft.words,
            spans,
        });
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
    fn khmer_text_does_not_confuse_offsets() {
        let script = "-- ខ្មែរ\nselect 'សុខ;'; select 2";
        let statements = split(script);
        assert_eq!(statements.len(), 2);
        assert_eq!(&script[statements[1].start..], "select 2");
    }
}
