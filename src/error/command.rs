//! Commands that a reader can paste: words as a shell wants them, and the flags that were given before.

use std::fmt;

/// A word of a command to paste: in quotes where a shell needs them.
#[must_use]
pub fn shell_word(word: impl fmt::Display) -> String {
    let word = word.to_string();
    match shlex::try_quote(&word) {
        Ok(quoted) => quoted.into_owned(),
        // What no shell can be told stays as it is.
        Err(_) => word,
    }
}

/// The same, always in quotes.
#[must_use]
pub fn in_quotes(word: impl fmt::Display) -> String {
    format!("'{}'", word.to_string().replace('\'', r"'\''"))
}

/// Commands that read migration files.
const ON_FILES: [&str; 9] = [
    "db drift",
    "db health-check",
    "db migrate",
    "db rollback",
    "db status",
    "db setup",
    "db reset",
    "migration accept",
    "migration new",
];

/// Commands that look at no database.
const OFFLINE: [&str; 3] = ["explain", "completions", "man"];

/// A command of hangmeas with the flags that chose the database, and on migrations with those that chose their files;
/// anything else as it is.
#[must_use]
pub fn flagged(command: &str, database: &str, files: &str) -> String {
    let Some(rest) = command.strip_prefix("hangmeas ") else {
        return command.to_owned();
    };
    let word = rest.split(' ').next().unwrap_or_default();
    if OFFLINE.contains(&word) {
        return command.to_owned();
    }
    let on_files = ON_FILES.iter().any(|start| rest.starts_with(start));
    let missing = on_files && !rest.contains("--migrations-dir") && !rest.contains("--no-bundled");
    let words = ["hangmeas", database, rest, if missing { files } else { "" }];
    let words = words.into_iter().filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{flagged, in_quotes, shell_word};

    #[test]
    fn a_command_that_looks_at_no_database_needs_no_flags() {
        let with = |command| flagged(command, "--database-url 'a'", "--no-bundled");
        assert_eq!(with("hangmeas explain --list"), "hangmeas explain --list");
        assert_eq!(
            with("hangmeas db drift"),
            "hangmeas --database-url 'a' db drift --no-bundled"
        );
    }

    #[test]
    fn a_shell_reads_the_word_that_was_meant() {
        for word in [
            "shop",
            "my own.toml",
            "it's",
            "a\"b",
            "$HOME",
            "`id`",
            "ខ្មែរ",
            "!x",
            "",
        ] {
            for pasted in [shell_word(word), in_quotes(word)] {
                assert_eq!(
                    shlex::split(&pasted),
                    Some(vec![word.to_owned()]),
                    "{pasted}"
                );
            }
        }
        assert_eq!(shell_word("shop"), "shop");
        assert_eq!(in_quotes("shop"), "'shop'");
    }
}
