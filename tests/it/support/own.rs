//! Folders of own migrations.

use std::path::Path;

use super::Run;

/// A folder with migrations, deleted with the value.
pub struct Own(tempfile::TempDir);

impl Own {
    /// Files by name and text.
    pub fn files(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, sql) in files {
            std::fs::write(folder.path().join(name), sql).expect("a migration");
        }
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Replaces or adds a file.
    pub fn write(&self, name: &str, sql: &str) {
        std::fs::write(self.0.path().join(name), sql).expect("a migration");
    }

    /// `db migrate` of these files alone.
    pub fn migrate(&self) -> Run {
        self.alone("migrate")
    }

    /// `db rollback` of the newest of them.
    pub fn rollback(&self) -> Run {
        self.alone("rollback")
    }

    /// `db status` of them.
    pub fn status(&self) -> Run {
        self.alone("status")
    }

    /// `migration accept` of one of them.
    pub fn accept(&self, version: i32) -> Run {
        self.run(&["migration", "accept", &version.to_string()])
    }

    /// Deletes a file.
    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.0.path().join(name)).expect("a migration");
    }

    fn alone(&self, command: &str) -> Run {
        self.run(&["db", command])
    }

    fn run(&self, command: &[&str]) -> Run {
        super::hangmeas()
            .args(command)
            .args(["--no-bundled", "--migrations-dir"])
            .arg(self.path())
    }
}
