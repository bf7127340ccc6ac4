//! A cast of an array, as a cast of each of its elements. `status IN ('a', 'b')` is stored as
//! `ARRAY['a'::varchar, 'b'::varchar]::text[]`; after a dump and restore the server prints
//! `ARRAY['a'::varchar::text, 'b'::varchar::text]`. Both mean the same.

/// Pushes every cast of an `ARRAY[…]` into it.
pub(super) fn distribute(mut words: Vec<String>) -> Vec<String> {
    let mut from = 0;
    while let Some(found) = words[from..].iter().position(|word| word == "array") {
        let at = from + found;
        from = at + 1;
        if let Some(cast) = cast_at(&words, at) {
            let written = cast.written();
            words.splice(at..cast.end, written);
        }
    }
    words
}

/// `array [ elements ] : : kind [ ]`.
struct Cast<'a> {
    elements: Vec<&'a [String]>,
    kind: &'a [String],
    /// After its last word.
    end: usize,
}

/// The cast of the array that begins at `at`, if there is one.
fn cast_at(words: &[String], at: usize) -> Option<Cast<'_>> {
    let is = |place: usize, word: &str| words.get(place).is_some_and(|found| found == word);
    if !is(at + 1, "[") {
        return None;
    }
    let close = closing(words, at + 1)?;
    if !(is(close + 1, ":") && is(close + 2, ":")) {
        return None;
    }
    let kind = close + 3;
    let bracket = kind + words[kind..].iter().position(|word| word == "[")?;
    let of_type = |word: &String| is_plain(word) || ["(", ")", ","].contains(&word.as_str());
    if bracket == kind || !words[kind..bracket].iter().all(of_type) || !is(bracket + 1, "]") {
        return None;
    }
    Some(Cast {
        elements: elements(&words[at + 2..close]),
        kind: &words[kind..bracket],
        end: bracket + 2,
    })
}

/// A name or a number.
fn is_plain(word: &str) -> bool {
    word.chars().all(|c| c.is_alphanumeric() || c == '_')
}

impl Cast<'_> {
    /// `array [ element : : kind , … ]`, as the server prints it.
    fn written(&self) -> Vec<String> {
        let mut out = vec!["array".to_owned(), "[".to_owned()];
        for (n, element) in self.elements.iter().enumerate() {
            if n > 0 {
                out.push(",".to_owned());
            }
            let operation = has_operator(element);
            out.extend(operation.then(|| "(".to_owned()));
            out.extend_from_slice(element);
            out.extend(operation.then(|| ")".to_owned()));
            out.extend([":", ":"].map(str::to_owned));
            out.extend_from_slice(self.kind);
        }
        out.push("]".to_owned());
        out
    }
}

/// Whether the element is an operation, which must stand in parentheses before it can be cast.
fn has_operator(element: &[String]) -> bool {
    let mut depth = 0_i32;
    element.iter().any(|word| {
        match word.as_str() {
            "[" | "(" => depth += 1,
            "]" | ")" => depth -= 1,
            ":" | "." => {}
            other => return depth == 0 && !is_plain(other) && !other.contains('\''),
        }
        false
    })
}

/// Where the bracket that opens at `open` closes.
fn closing(words: &[String], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (n, word) in words.iter().enumerate().skip(open) {
        match word.as_str() {
            "[" | "(" => depth += 1,
            "]" | ")" => {
                depth -= 1;
                if depth == 0 {
                    return Some(n);
                }
            }
            _ => {}
        }
    }
    None
}

/// The pieces between commas outside any bracket.
fn elements(words: &[String]) -> Vec<&[String]> {
    let mut depth = 0_i32;
    words
        .split(|word| {
            match word.as_str() {
                "[" | "(" => depth += 1,
                "]" | ")" => depth -= 1,
                _ => {}
            }
            depth == 0 && word == ","
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::catalog::normal::definition;

    #[test]
    fn a_dump_and_restore_changes_no_list() {
        for (before, after) in [
            (
                "CHECK (s::text = ANY (ARRAY['a'::character varying, 'b, ['::character varying]::text[]))",
                "CHECK (s::text = ANY (ARRAY['a'::character varying::text, 'b, ['::character varying::text]))",
            ),
            (
                "x = ANY (ARRAY[f(1, 2), a + 3]::numeric(10,2)[])",
                "x = ANY (ARRAY[f(1, 2)::numeric(10,2), (a + 3)::numeric(10,2)])",
            ),
        ] {
            assert_eq!(definition(before), definition(after));
        }
        let kept = "x = ANY (ARRAY[1, 2])";
        assert!(definition(kept).contains("array [ 1 , 2 ]"));
        assert_ne!(definition(kept), definition("x = ANY (ARRAY[1, 3])"));
        assert_eq!(definition("(ARRAY[1])[1]"), "( array [ 1 ] ) [ 1 ]");
    }
}
