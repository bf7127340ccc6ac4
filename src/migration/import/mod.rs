//! `migration import`: another tool's folder becomes ours, and what its history says ran counts as
//! run. One file for each tool; its table is read, never written.

mod adopt;
mod advice;
mod conversion;
mod convert;
mod dbmate;
mod diesel;
mod flyway;
mod foreign;
mod golang_migrate;
mod layout;
mod record;
mod sqlx;

pub use adopt::Adoption;
pub use conversion::Conversion;
pub use layout::Tool;

use crate::report::{ImportedFile, ImportedHistory, MigrationImport, StepMode};

impl Conversion {
    /// The answer: the mapping, and what became of the history.
    #[must_use]
    pub fn report(&self, history: Option<ImportedHistory>) -> MigrationImport {
        let files = self.foreign.iter().zip(&self.converted);
        let file = |(foreign, file): (&foreign::Foreign, &conversion::Converted)| ImportedFile {
            version: file.version,
            name: file.name.clone(),
            from: foreign.file.clone(),
            file: file.up.shown.clone(),
            mode: if file.up.directives.no_transaction {
                StepMode::StatementByStatement
            } else {
                StepMode::Transaction
            },
            undo: foreign.down.is_some(),
            written: !file.there,
            applied: history
                .as_ref()
                .map(|history| history.applied.contains(&file.version)),
        };
        MigrationImport {
            tool: self.tool.name(),
            from: self.from.clone(),
            into: self.into.clone(),
            files: files.map(file).collect(),
            hints: self.next_steps(history.as_ref()),
            history,
        }
    }
}
