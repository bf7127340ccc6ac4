//! One migration file: its name, its text, its undo.

use crate::error::{Error, Result};
use crate::sql_text::{self, Directives, Effect};

/// The first version of own migrations beside the bundled ones.
pub const FIRST_OWN_VERSION: i32 = 1001;

/// Bytes of the longest statement that, with what surrounds it, a server still takes.
const LONGEST_STATEMENT: usize = 1024 * 1024 * 1024 - 64 * 1024;

/// Where a migration comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Compiled into hangmeas.
    Bundled,
    /// A file of the project's own folder.
    Own,
}

/// The text of one SQL file and how people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The file as shown to people.
    pub shown: String,
    /// Its text, without byte-order mark, lines ending in LF.
    pub sql: String,
    /// Its directives.
    pub directives: Directives,
}

impl Script {
    /// A script from a file's text.
    #[must_use]
    pub fn new(shown: impl Into<String>, text: impl Into<String>) -> Self {
        let sql = sql_text::canonical(text.into());
        Self {
            shown: shown.into(),
            directives: sql_text::directives(&sql),
            sql,
        }
    }

    /// Refuses what would not run as the file says: an unknown directive, transaction control, a
    /// statement that the server refuses in a transaction, or none at all.
    ///
    /// # Errors
    /// A configuration error that names file and line.
    pub fn check(&self) -> Result<()> {
        if let Some((line, word)) = self.directives.unknown.first() {
            return Err(Error::configuration(format!(
                "{}:{line}: unknown directive `{word}`",
                self.shown
            ))
            .hint(format!(
                "known are: {}",
                sql_text::KNOWN_DIRECTIVES.join(", ")
            )));
        }
        if let Some((byte, what)) = sql_text::broken(&self.sql) {
            return Err(self.refused_at(
                byte,
                what,
                "close it, and save the file as plain UTF-8 text",
            ));
        }
        for statement in sql_text::statements(&self.sql) {
            let problem = match sql_text::effect(&statement) {
                _ if too_long(statement.text.len()).is_some() => too_long(statement.text.len()),
                Effect::TransactionControl(word) => Some((
                    format!("{word} in a migration: hangmeas itself begins and commits"),
                    format!("remove {word}"),
                )),
                Effect::OutsideTransaction(what) => self.refused_in_transaction(&what),
                Effect::CreateIndexConcurrently { index, .. } => self
                    .refused_in_transaction("CREATE INDEX CONCURRENTLY")
                    .or_else(|| index.is_none().then(nameless)),
                Effect::DropIndexConcurrently { .. } => {
                    self.refused_in_transaction("DROP INDEX CONCURRENTLY")
                }
                _ if copies_to_us(&statement) => Some((
                    "COPY with STDIN or STDOUT: a migration has no one who reads or writes rows"
                        .to_owned(),
                    "use INSERT, or COPY with a file of the server".to_owned(),
                )),
                _ => None,
            };
            if let Some((message, hint)) = problem {
                return Err(self.refused_at(statement.start, &message, &hint));
            }
        }
        match sql_text::psql_command(&self.sql) {
            None if sql_text::statements(&self.sql).next().is_none() => {
                Err(self.without_statement())
            }
            None => Ok(()),
            Some((byte, command)) => Err(self.refused_at(
                byte,
                &format!("{command} is a command of psql: the server does not know it"),
                "write in SQL what it did: the text of the other file, INSERT for \\copy; a dump: \
                 without its lines that begin with a backslash",
            )),
        }
    }

    fn without_statement(&self) -> Error {
        let (file, blank) = (&self.shown, self.sql.trim().is_empty());
        let what = if blank {
            "is empty"
        } else {
            "has no statement, only comments"
        };
        Error::configuration(format!("{file} {what}"))
            .hint("write its SQL; if it is to do nothing, write SELECT 1;")
    }

    fn refused_at(&self, byte: usize, message: &str, hint: &str) -> Error {
        let at = self.sql[..byte].chars().count();
        let error = Error::configuration(format!("{}: {message}", self.shown));
        error.excerpt(Some(self.excerpt(at))).hint(hint)
    }

    fn refused_in_transaction(&self, what: &str) -> Option<(String, String)> {
        (!self.directives.no_transaction).then(|| {
            (
                format!("{what} cannot run in a transaction"),
                "begin the file with the line `-- hangmeas: no-transaction`".to_owned(),
            )
        })
    }

    /// The place of a 0-based character of the text.
    #[must_use]
    pub fn excerpt(&self, character: usize) -> crate::error::Excerpt {
        let place = sql_text::place(&self.sql, character);
        crate::error::Excerpt {
            file: self.shown.clone(),
            line: place.line,
            column: place.column,
            text: place.text,
        }
    }

    /// What it is for: the first sentence of its opening comment.
    #[must_use]
    pub fn about(&self) -> String {
        let comment: Vec<&str> = self
            .sql
            .lines()
            .map(str::trim)
            .take_while(|line| line.is_empty() || line.starts_with("--"))
            .map(|line| line.trim_start_matches('-').trim())
            .skip_while(|line| line.is_empty() || line.starts_with("hangmeas:"))
            .take_while(|line| !line.is_empty())
            .collect();
        let text = comment.join(" ");
        let end = text.find(". ").unwrap_or(text.len());
        text[..end].trim_end_matches('.').to_owned()
    }
}

/// What is wrong with a statement of so many bytes, if no server takes it.
fn too_long(bytes: usize) -> Option<(String, String)> {
    (bytes > LONGEST_STATEMENT).then(|| {
        (
            format!(
                "a statement of {} MB: PostgreSQL takes less than 1 GiB at once",
                bytes / 1_000_000
            ),
            "cut it into several, or load the rows with COPY from a file of the server".to_owned(),
        )
    })
}

fn copies_to_us(statement: &sql_text::Statement<'_>) -> bool {
    let ours = |word: &sql_text::Word<'_>| word.is("stdin") || word.is("stdout");
    statement.starts_with(&["copy"]) && statement.words.iter().any(ours)
}

fn nameless() -> (String, String) {
    (
        "CREATE INDEX CONCURRENTLY without a name".to_owned(),
        "name the index, so that a run that was cut off can find it again".to_owned(),
    )
}

/// A migration: a version, a name, a script and perhaps an undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationFile {
    /// Its version.
    pub version: i32,
    /// Its name, as in the file name.
    pub name: String,
    /// refinery's checksum of version, name and text.
    pub checksum: u64,
    /// Where it comes from.
    pub origin: Origin,
    /// What it does.
    pub script: Script,
    /// How it is undone.
    pub undo: Option<Script>,
}

impl MigrationFile {
    /// The name for messages and progress: `V0003 index_hangmeas_user_fields`.
    #[must_use]
    pub fn label(&self) -> String {
        label(self.version, &self.name)
    }

    /// `bundled`, or the file.
    #[must_use]
    pub fn source(&self) -> String {
        match self.origin {
            Origin::Bundled => "bundled".to_owned(),
            Origin::Own => self.script.shown.clone(),
        }
    }
}

/// `V0003 name`.
#[must_use]
pub fn label(version: i32, name: &str) -> String {
    format!("V{version:04} {name}")
}

/// The parts of a file name `V0003__some_name.sql`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileName {
    pub undo: bool,
    pub version: i32,
    pub name: String,
}

/// Reads a file name; the error says what is wrong with it.
pub(super) fn parse_file_name(file: &str) -> Result<FileName, String> {
    let stem = file
        .strip_suffix(".sql")
        .ok_or("its name does not end in .sql")?;
    let undo = match stem.chars().next() {
        Some('V') => false,
        Some('U') => true,
        _ => return Err("its name does not begin with V and a version".to_owned()),
    };
    let (digits, name) = stem[1..]
        .split_once("__")
        .ok_or("two underscores must stand between version and name")?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{digits:?} is no version"));
    }
    let version: i32 = digits
        .parse()
        .map_err(|_| format!("version {digits} is too large"))?;
    if version == 0 {
        return Err("versions begin at 1".to_owned());
    }
    if name.is_empty() || !name.chars().all(|c| c == '_' || is_of_a_word(c)) {
        return Err(format!(
            "the name \"{name}\" may hold letters, digits and underscores only"
        ));
    }
    Ok(FileName {
        undo,
        version,
        name: name.to_owned(),
    })
}

/// Letters and digits, and the signs that Khmer (and decomposed Latin) letters carry, which
/// Unicode counts among neither.
pub(super) fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}' | '\u{17b4}'..='\u{17d3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_file_names() {
        let read = parse_file_name("V0012__add_x.sql").expect("a name");
        assert_eq!(
            (read.undo, read.version, read.name.as_str()),
            (false, 12, "add_x")
        );
        assert_eq!(parse_file_name("V1__ខ្មែរ.sql").expect("a name").name, "ខ្មែរ");
        for wrong in [
            "V12_x.sql",
            "V__x.sql",
            "x.sql",
            "V1__x.SQL",
            "V1__a b.sql",
            "V0__x.sql",
        ] {
            assert!(parse_file_name(wrong).is_err(), "{wrong}");
        }
        assert!(
            parse_file_name("V99999999999__x.sql")
                .expect_err("large")
                .contains("too large")
        );
    }

    #[test]
    fn refuses_transaction_control_where_it_stands() {
        let script = Script::new("V1__x.sql", "-- ខ្មែរ\nselect 1;\n  commit;\n");
        let error = script.check().expect_err("refused");
        let place = error.place().expect("place");
        assert_eq!((place.line, place.column), (3, 3));
    }

    #[test]
    fn refuses_commands_of_psql() {
        let refused = |sql: &str| {
            Script::new("V1__x.sql", sql)
                .check()
                .map_err(|e| e.to_string())
        };
        assert!(
            refused("select 1;\n\\i other.sql\n")
                .unwrap_err()
                .contains("\\i is a command of psql")
        );
        assert!(refused("\\copy t from 'x'").unwrap_err().contains("\\copy"));
        assert_eq!(refused("select '\\i', E'\\\\i', \"\\i\" -- \\i"), Ok(()));
    }

    #[test]
    fn refuses_what_does_nothing() {
        let refused = |sql: &str| {
            Script::new("V1__x.sql", sql)
                .check()
                .map_err(|e| e.to_string())
        };
        assert_eq!(refused(" \n"), Err("V1__x.sql is empty".to_owned()));
        let comments = refused("-- Add x.\n/* soon */;\n").unwrap_err();
        assert!(
            comments.contains("no statement, only comments"),
            "{comments}"
        );
        assert_eq!(refused("-- Nothing to do.\nSELECT 1;"), Ok(()));
    }

    #[test]
    fn refuses_concurrently_without_the_directive() {
        let sql = "create index concurrently i on t (a);";
        assert!(Script::new("V1__x.sql", sql).check().is_err());
        let sql = format!("-- hangmeas: no-transaction\n{sql}");
        assert!(Script::new("V1__x.sql", &sql).check().is_ok());
    }

    #[test]
    fn refuses_what_is_longer_than_a_message_may_be() {
        assert_eq!(too_long(LONGEST_STATEMENT), None);
        let (message, _) = too_long(1_200_000_000).expect("too long");
        assert!(message.starts_with("a statement of 1200 MB"), "{message}");
    }

    #[test]
    fn tells_what_a_file_is_for() {
        let text =
            "-- hangmeas: no-transaction\n--\n-- Adds a column\n-- to users. More.\nselect 1";
        assert_eq!(Script::new("f", text).about(), "Adds a column to users");
    }
}
