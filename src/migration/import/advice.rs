//! What an import can be followed by, or told to do instead: commands to paste with every flag.

use super::conversion::{Conversion, Converted};
use crate::error::{Error, Hint, shell_word};
use crate::migration::history::History;
use crate::report::ImportedHistory;

/// Shows the history; needs no folder of migrations, which may not be there yet.
pub(super) const LOOK: &str = "hangmeas db console -- -c 'TABLE hangmeas.schema_history'";

impl Conversion {
    /// This import again, with one flag more.
    pub(super) fn again(&self, flag: &str) -> String {
        let alone = self.bundled.is_empty() && !flag.contains("--no-bundled");
        format!(
            "hangmeas migration import --from {} {} --into {}{} {flag}",
            self.tool.name(),
            shell_word(self.from.display()),
            shell_word(self.into.display()),
            if alone { " --no-bundled" } else { "" },
        )
    }

    /// What to do next, after a good end.
    pub(super) fn next_steps(&self, history: Option<&ImportedHistory>) -> Vec<Hint> {
        let mut hints = Vec::new();
        let new = self.converted.iter().filter(|file| !file.there);
        if let (Some(first), false) = (new.map(|file| file.version).min(), self.bundled.is_empty())
        {
            hints.push(Hint::command(
                format!(
                    "numbered from V{first:04}, after the bundled migrations; if these do not belong \
                     to the project, remove the new files and import again"
                ),
                self.again("--no-bundled"),
            ));
        }
        let applied = history.map_or(self.converted.len(), |history| history.applied.len());
        let pending = self.converted.len() - applied;
        if pending > 0 {
            hints.push(Hint::command(
                if pending == 1 {
                    "1 migration is pending; apply it".to_owned()
                } else {
                    format!("{pending} migrations are pending; apply them")
                },
                "hangmeas db migrate",
            ));
        }
        hints
    }

    /// Advice for a table that is not the tool's.
    pub(super) fn elsewhere(&self, error: Error) -> Error {
        error
            .hint_command(
                "if the tool keeps its history elsewhere, name the table",
                self.again("--history-table NAME"),
            )
            .hint_command("or convert the files alone", self.again("--files-only"))
    }

    /// The last of the bundled migrations, unless all of them are in the history.
    pub(super) fn bundled_before(&self, history: &History) -> Option<i32> {
        let last = self.bundled.last().copied()?;
        let ran = |version: &i32| history.get(*version).is_some();
        (!self.bundled.iter().all(ran)).then_some(last)
    }

    /// The error for a history in which the bundled migrations could not run any more.
    pub(super) fn without_bundled(&self, last: i32) -> Error {
        Error::refused(
            "the bundled migrations have not run here, and could not run any more below what \
             would be recorded",
        )
        .detail("nothing was written")
        .hint_command(
            "if they do not belong to this project, leave them out",
            self.again("--no-bundled"),
        )
        .hint_command("if they do, convert the files", self.again("--files-only"))
        .hint_command(
            "then apply the bundled ones, and run this again",
            format!("hangmeas db migrate --to {last}"),
        )
    }

    /// The error for a migration that is in the history already, by another version.
    pub(super) fn numbered_anew(&self, from: &str, file: &Converted, version: i32) -> Error {
        Error::refused(format!(
            "{from} is in the history of this database already, as V{version:04}; here it would be V{:04}",
            file.version
        ))
        .detail("nothing was written")
        .hint(format!(
            "import with the folder and flags of the first time: the file is V{version:04}__{}.sql there",
            file.name
        ))
        .hint_command("look what ran here", LOOK)
    }
}
