//! Commands of psql, which no server understands: `\\i`, `\\copy`, `\\gexec`, ….

use squawk_lexer::tokenize;

/// The first one, and at which byte it begins: a backslash outside of strings, names and comments.
#[must_use]
pub fn psql_command(script: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    let found = tokenize(script).find_map(|token| {
        let start = at;
        at += token.len as usize;
        script[start..at].starts_with('\\').then_some(start)
    })?;
    let word = |c: &char| !c.is_whitespace() && *c != ';';
    let length: usize = script[found..]
        .chars()
        .take_while(word)
        .map(char::len_utf8)
        .sum();
    Some((found, &script[found..found + length]))
}

#[cfg(test)]
mod tests {
    use super::psql_command;

    #[test]
    fn finds_them_outside_of_text() {
        assert_eq!(psql_command("select '\\i'; -- \\i"), None);
        assert_eq!(psql_command("select 1;\n\\i x.sql"), Some((10, "\\i")));
        assert_eq!(psql_command("select 1 \\gexec\n"), Some((9, "\\gexec")));
    }
}
