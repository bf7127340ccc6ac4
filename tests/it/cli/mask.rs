//! Takes out of an output what differs from run to run: times, dates, process ids, names, widths.

/// The text with known names replaced, then everything that a clock or the system chose.
pub fn masked(text: &str, known: &[(String, &str)]) -> String {
    let mut text = text.to_owned();
    for (name, mask) in known {
        text = text.replace(name, mask);
    }
    for (pattern, mask) in [
        ("99999999T999999Z", "MOMENT"),
        ("99999999-999999", "MOMENT"),
        ("9999-99-99", "DATE"),
        ("99:99:99", "TIME"),
    ] {
        text = replaced(&text, pattern, mask);
    }
    for unit in [" ms", " s", " kB", " MB", " GB"] {
        text = before(&text, unit);
    }
    // A second more or less.
    let text = text.replace("N s", "N ms");
    let lines: Vec<String> = text.lines().map(narrow).collect();
    let mut text = lines.join("\n");
    for word in ["pid ", "  pid  ", "  version  ", "TIME."] {
        text = after(&text, word, |c| c.is_ascii_digit());
    }
    after(&text, "fingerprint ", |c| c.is_ascii_hexdigit())
}

/// Replaces what looks like the pattern, in which 9 stands for any digit.
fn replaced(text: &str, pattern: &str, mask: &str) -> String {
    let fits = |rest: &str| {
        rest.len() >= pattern.len()
            && rest
                .bytes()
                .zip(pattern.bytes())
                .all(|(is, wanted)| match wanted {
                    b'9' => is.is_ascii_digit(),
                    wanted => is == wanted,
                })
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if fits(rest) {
            out.push_str(mask);
            rest = &rest[pattern.len()..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Replaces numbers before a unit.
fn before(text: &str, unit: &str) -> String {
    let mut parts = text.split(unit).peekable();
    let mut out = String::new();
    while let Some(part) = parts.next() {
        let Some(next) = parts.peek() else {
            out.push_str(part);
            break;
        };
        let number = |c: char| c.is_ascii_digit() || c == '.';
        let head = part.trim_end_matches(number);
        let is_unit = head.len() < part.len() && !next.starts_with(char::is_alphanumeric);
        out.push_str(if is_unit { head } else { part });
        out.push_str(if is_unit { "N" } else { "" });
        out.push_str(unit);
    }
    out
}

/// Replaces what fits after a word.
fn after(text: &str, word: &str, fits: impl Fn(char) -> bool + Copy) -> String {
    let mut parts = text.split(word);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(fits);
        out.push_str(word);
        out.push_str(if rest.len() < part.len() { "N" } else { "" });
        out.push_str(rest);
    }
    out
}

/// Columns are as wide as the widest time: blanks and lines between them are made short, but not in
/// front of a caret.
fn narrow(line: &str) -> String {
    let body = line.trim_start_matches(' ');
    if body.starts_with('|') {
        return line.to_owned();
    }
    let mut out = line[..line.len() - body.len()].to_owned();
    let mut last = [' ', ' '];
    for c in body.chars() {
        if matches!(c, ' ' | '─') && last == [c, c] {
            continue;
        }
        out.push(c);
        last = [last[1], c];
    }
    out.trim_end().to_owned()
}

#[test]
fn masks_what_changes_and_nothing_else() {
    let known = [("/tmp/x1".to_owned(), "HERE")];
    let text =
        "in /tmp/x1 took 12.5 ms, pid 77;  2026-01-02 10:11:12\n  a     b ─────  1 step\n |    ^";
    assert_eq!(
        masked(text, &known),
        "in HERE took N ms, pid N;  DATE TIME\n  a  b ──  1 step\n |    ^"
    );
}
