//! "Did you mean": the nearest of the known names.

/// The nearest name, when it is near enough to be what was meant.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&word, name), name))
        .filter(|(distance, name)| {
            *distance <= 1 + name.len() / 4
                || (word.len() >= 3 && (name.starts_with(&word) || word.starts_with(name)))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_is_near() {
        let known = ["development", "test", "staging", "production"];
        for (word, expected) in [
            ("prodution", Some("production")),
            ("prod", Some("production")),
            ("dev", Some("development")),
            ("TEST", Some("test")),
            ("tets", Some("test")),
            ("qa", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
