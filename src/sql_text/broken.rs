//! Text that no server could read as it was meant: something opened and not closed, a NUL byte.

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

/// What is broken, and at which byte it begins.
#[must_use]
pub fn broken(script: &str) -> Option<(usize, &'static str)> {
    let nul = script.find('\0').map(|at| (at, "a NUL byte"));
    let mut at = 0;
    let open = tokenize(script).find_map(|token| {
        let start = at;
        at += token.len as usize;
        Some((start, unclosed(token.kind)?))
    });
    nul.into_iter().chain(open).min()
}

fn unclosed(kind: TokenKind) -> Option<&'static str> {
    match kind {
        TokenKind::BlockComment { terminated: false } => Some("a comment that is not closed"),
        TokenKind::QuotedIdent {
            terminated: false, ..
        } => Some("a quoted name that is not closed"),
        TokenKind::Literal {
            kind:
                LiteralKind::Str { terminated: false }
                | LiteralKind::NationalStr { terminated: false }
                | LiteralKind::ByteStr { terminated: false }
                | LiteralKind::BitStr { terminated: false }
                | LiteralKind::DollarQuotedString { terminated: false }
                | LiteralKind::UnicodeEscStr { terminated: false }
                | LiteralKind::EscStr { terminated: false },
        } => Some("a string that is not closed"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn finds_what_is_not_closed() {
        assert_eq!(broken("select 'a'; /* b */ select \"c\", $x$d$x$"), None);
        for (script, at) in [
            ("select 'abc;", 7),
            ("select 1 /* abc", 9),
            ("do $x$ begin end;", 3),
            ("select \"abc", 7),
            ("select 1;\0", 9),
        ] {
            assert_eq!(broken(script).expect(script).0, at, "{script:?}");
        }
    }
}
