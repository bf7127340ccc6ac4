//! Directives: lines of the form `-- hangmeas: word` among the comments that open a file.

/// What the directives of one file ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directives {
    /// `no-transaction`: the file runs statement by statement.
    pub no_transaction: bool,
    /// `drops-created`: an undo that drops the tables listed in `hangmeas.created_object`.
    pub drops_created: bool,
    /// Words that hangmeas does not know, with their 1-based line.
    pub unknown: Vec<(usize, String)>,
}

/// The words that may follow `-- hangmeas:`.
pub const KNOWN_DIRECTIVES: [&str; 2] = ["no-transaction", "drops-created"];

/// Reads the directives in the comment lines at the top of a script.
#[must_use]
pub fn directives(script: &str) -> Directives {
    let mut found = Directives::default();
    for (index, line) in script.lines().enumerate() {
        let line = line.trim();
        let Some(comment) = line.strip_prefix("--") else {
            if line.is_empty() {
                continue;
            }
            break;
        };
        let Some(words) = comment.trim_start().strip_prefix("hangmeas:") else {
            continue;
        };
        for word in words.split([',', ' ']).filter(|word| !word.is_empty()) {
            match word {
                "no-transaction" => found.no_transaction = true,
                "drops-created" => found.drops_created = true,
                other => found.unknown.push((index + 1, other.to_owned())),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_leading_comments_only() {
        let found = directives(
            "-- About.\n\n--  hangmeas: no-transaction\nselect 1;\n-- hangmeas: drops-created",
        );
        assert!(found.no_transaction);
        assert!(!found.drops_created);
    }

    #[test]
    fn keeps_unknown_words_with_their_line() {
        let found = directives("-- x\n-- hangmeas: no-transactions\n");
        assert_eq!(found.unknown, [(2, "no-transactions".to_owned())]);
    }
}
