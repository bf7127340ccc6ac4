//! `migration new`: the next free version, a file and its undo.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use super::file::is_of_a_word;
use super::source::Source;
use crate::error::{Error, Result};
use crate::report::MigrationNew;

/// Where undo files lie, below the folder of migrations.
pub(super) const UNDO_FOLDER: &str = "undo";

/// Writes `V…__name.sql` into `dir` and `U…__name.sql` into its `undo` folder.
///
/// # Errors
/// Kind `Usage` for a name without a letter or digit; `Configuration` when a file cannot be
/// written.
pub fn scaffold(
    source: &Source,
    dir: &Path,
    name: &str,
    no_transaction: bool,
) -> Result<MigrationNew> {
    let name = snake_case(name);
    if name.is_empty() {
        return Err(
            Error::usage("the name needs a letter or a digit").hint_command(
                "for example",
                "hangmeas migration new add_sponsor_to_seasons",
            ),
        );
    }
    let version = source.next_version();
    let words = name.replace('_', " ");
    let directive = if no_transaction {
        "-- hangmeas: no-transaction\n--\n"
    } else {
        ""
    };
    let file = dir.join(format!("V{version:04}__{name}.sql"));
    let undo = dir
        .join(UNDO_FOLDER)
        .join(format!("U{version:04}__{name}.sql"));
    write(&undo, &format!("{directive}-- Undoes: {words}.\n\n"))?;
    write(
        &file,
        &format!("{directive}-- {}.\n\n", capitalised(&words)),
    )?;
    Ok(MigrationNew {
        version,
        file,
        undo,
    })
}

/// `AddSponsorToSeasons`, `add sponsor` and `add-sponsor` become `add_sponsor…`.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && after_lower {
            snake.push('_');
        }
        after_lower = c.is_lowercase();
        if is_of_a_word(c) {
            snake.extend(c.to_lowercase());
        } else if !snake.ends_with('_') {
            snake.push('_');
        }
    }
    snake.trim_matches('_').to_owned()
}

fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Writes a new file, and the folders above it; never over one that is there.
pub(super) fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).and_then(|()| {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(text.as_bytes())
    });
    written.map_err(|error| {
        Error::configuration(format!("{} cannot be written: {error}", path.display()))
            .caused_by(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_next_pair() {
        let dir = tempfile::tempdir().expect("folder");
        let source = Source::load(true, Some(dir.path())).expect("source");
        let first = scaffold(&source, dir.path(), "AddSponsor to-seasons", false).expect("new");
        assert_eq!(first.version, 1001);
        assert!(first.file.ends_with("V1001__add_sponsor_to_seasons.sql"));
        let source = Source::load(true, Some(dir.path())).expect("source");
        assert!(source.get(1001).expect("file").undo.is_some());
        let next = scaffold(&source, dir.path(), "ខ្មែរ x", true).expect("new");
        assert_eq!(next.version, 1002);
        assert!(scaffold(&source, dir.path(), "--", false).is_err());
    }

    #[test]
    fn makes_names_of_words() {
        assert_eq!(snake_case("AddHTMLPage"), "add_htmlpage");
        assert_eq!(snake_case("  add  x-y "), "add_x_y");
        assert_eq!(snake_case("ខ្មែរ-x"), "ខ្មែរ_x");
    }
}
