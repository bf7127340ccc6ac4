//! Expressions as people would write them: without the casts that the server adds, lists as `IN`. It
//! prints them differently after a dump and restore, and here they read alike again.

/// Types of several words.
const LONG: [&str; 4] = [
    "character varying",
    "double precision",
    "bit varying",
    "character",
];

/// The expression without casts, `= ANY (ARRAY[…])` as `IN (…)`.
pub(super) fn readable(expression: &str) -> String {
    let text = without_casts(expression);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(" = ANY (ARRAY[") {
        let Some((list, tail)) = after.split_once("])") else {
            break;
        };
        out.push_str(&format!("{before} IN ({list})"));
        rest = tail;
    }
    out + rest
}

fn without_casts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '\'' {
            let end = quoted(rest);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if let Some(after) = rest.strip_prefix("::") {
            rest = after_type(after);
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The length of the literal at the start of the text; a doubled quote does not end it.
fn quoted(text: &str) -> usize {
    let mut at = 1;
    while let Some(found) = text[at..].find('\'') {
        at += found + 1;
        if !text[at..].starts_with('\'') {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// What follows the type at the start of the text.
fn after_type(text: &str) -> &str {
    let long = LONG.iter().find_map(|name| text.strip_prefix(name));
    let is_name = |c: char| c.is_alphanumeric() || "_.\"".contains(c);
    let mut rest = long.unwrap_or_else(|| text.trim_start_matches(is_name));
    if let Some((digits, after)) = rest
        .strip_prefix('(')
        .and_then(|inner| inner.split_once(')'))
        && digits.chars().all(|c| c.is_ascii_digit() || c == ',')
    {
        rest = after;
    }
    for zone in [" without time zone", " with time zone"] {
        rest = rest.strip_prefix(zone).unwrap_or(rest);
    }
    while let Some(after) = rest.strip_prefix("[]") {
        rest = after;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn casts_go_and_lists_read_as_lists() {
        let cases = [
            (
                "CHECK (s::text = ANY (ARRAY['a::b'::character varying, 'it''s'::character varying]::text[]))",
                "CHECK (s IN ('a::b', 'it''s'))",
            ),
            (
                "CHECK (s::text = ANY (ARRAY['a'::character varying::text]))",
                "CHECK (s IN ('a'))",
            ),
            ("CHECK (amount >= 0::numeric(10,2))", "CHECK (amount >= 0)"),
            (
                "'2026-01-01 00:00:00'::timestamp(6) without time zone",
                "'2026-01-01 00:00:00'",
            ),
            ("CHECK (a > b)", "CHECK (a > b)"),
            ("'{}'::character varying[]", "'{}'"),
        ];
        for (given, expected) in cases {
            assert_eq!(readable(given), expected);
        }
    }
}
