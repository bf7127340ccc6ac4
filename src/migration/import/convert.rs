//! A script of another tool as one of ours: its own BEGIN and COMMIT off, the directive it needs on,
//! where it came from in the comment at its top. Pure.

use super::foreign::{Foreign, Text};
use crate::error::Result;
use crate::migration::file::Script;
use crate::sql_text::{self, Directives, Effect, Statement};

/// Between the words about a migration and its origin, in the first comment.
const MARK: &str = "Imported from ";

/// The comment that says where a migration came from.
pub(super) fn origin(tool: &str, file: &str) -> String {
    format!("{MARK}{tool}: {file}")
}

/// What a file's comment says about its origin, if it was imported.
pub(super) fn origin_of(sql: &str) -> Option<&str> {
    let comments = sql.lines().take_while(|line| line.starts_with("--"));
    comments
        .filter_map(|line| line.find(MARK).map(|at| line[at..].trim_end()))
        .next()
}

/// The text of our V file.
///
/// # Errors
/// A statement that could not run here, at its place in the tool's file.
pub(super) fn up(foreign: &Foreign, tool: &str) -> Result<String> {
    let about = capitalised(&words(&foreign.name));
    script(
        &foreign.up,
        &format!("{about}. {}", origin(tool, &foreign.file)),
    )
}

/// The text of our U file; nothing when there is no undo.
///
/// # Errors
/// As [`up`].
pub(super) fn down(foreign: &Foreign, tool: &str) -> Result<Option<String>> {
    let about = format!(
        "Undoes: {}. {}",
        words(&foreign.name),
        origin(tool, &foreign.file)
    );
    let down = foreign.down.as_ref();
    down.map(|text| script(text, &about)).transpose()
}

fn script(text: &Text, about: &str) -> Result<String> {
    let sql = without_own_transaction(&text.sql);
    let no_transaction = text.no_transaction || needs_no_transaction(&sql);
    let script = Script {
        shown: text.shown.clone(),
        directives: Directives {
            no_transaction,
            ..Directives::default()
        },
        sql,
    };
    script.check()?;
    let directive = if no_transaction {
        "-- hangmeas: no-transaction\n--\n"
    } else {
        ""
    };
    let body = script.sql.trim_matches('\n').trim_end();
    Ok(format!("{directive}-- {about}\n\n{body}\n"))
}

/// The script with the BEGIN at its start and the COMMIT at its end blanked out.
fn without_own_transaction(sql: &str) -> String {
    let statements = sql_text::split(sql);
    let [first, .., last] = statements.as_slice() else {
        return sql.to_owned();
    };
    let begins = first.starts_with(&["begin"]) || first.starts_with(&["start", "transaction"]);
    let ends = last.starts_with(&["commit"]) || last.starts_with(&["end"]);
    if !begins || !ends {
        return sql.to_owned();
    }
    let mut text = sql.to_owned();
    for statement in [last, first] {
        let end = statement.start + statement.text.len();
        let semicolon = usize::from(sql[end..].starts_with(';'));
        let blank = " ".repeat(statement.text.len() + semicolon);
        text.replace_range(statement.start..end + semicolon, &blank);
    }
    text
}

/// Whether a statement cannot run in a transaction: under the tool it ran alone, or the tool itself
/// took notice.
fn needs_no_transaction(sql: &str) -> bool {
    let outside = |statement: &Statement<'_>| {
        matches!(
            sql_text::effect(statement),
            Effect::OutsideTransaction(_)
                | Effect::CreateIndexConcurrently { .. }
                | Effect::DropIndexConcurrently { .. }
        )
    };
    sql_text::split(sql).iter().any(outside)
}

fn words(name: &str) -> String {
    let text = name.replace(['_', '-'], " ");
    let text = text.trim();
    if text.is_empty() { "migration" } else { text }.to_owned()
}

fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(sql: &str) -> Foreign {
        let up = Text {
            shown: "1_add_x.sql".to_owned(),
            sql: sql.to_owned(),
            no_transaction: false,
        };
        Foreign {
            version: "1".to_owned(),
            name: "add_x".to_owned(),
            file: "1_add_x.sql".to_owned(),
            up,
            down: None,
            checksum: None,
        }
    }

    #[test]
    fn the_comment_tells_the_origin_and_is_read_back() {
        let text = up(&foreign("\n\nselect 1;\n"), "dbmate").expect("text");
        assert_eq!(
            text,
            "-- Add x. Imported from dbmate: 1_add_x.sql\n\nselect 1;\n"
        );
        assert_eq!(
            origin_of(&text),
            Some(origin("dbmate", "1_add_x.sql").as_str())
        );
        assert_eq!(origin_of("-- Add x.\nselect 'Imported from '"), None);
        assert_eq!(Script::new("f", &text).about(), "Add x");
    }

    #[test]
    fn a_transaction_around_everything_is_taken_off() {
        let text = up(&foreign("BEGIN;\nselect 1;\nCOMMIT;\n"), "t").expect("text");
        assert!(text.ends_with("\nselect 1;\n"), "{text:?}");
        let error = up(&foreign("select 1;\ncommit;\nselect 2"), "t").expect_err("refused");
        assert_eq!(error.place().map(|place| place.line), Some(2));
    }

    #[test]
    fn concurrently_brings_the_directive() {
        let sql = "create index concurrently i on t (a);";
        let text = up(&foreign(sql), "t").expect("text");
        assert!(text.starts_with("-- hangmeas: no-transaction\n--\n-- Add x. "));
        assert!(Script::new("f", &text).check().is_ok());
    }
}
