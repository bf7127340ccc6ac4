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

    fn alone(&self, command: &str) -> Run {
        super::hangmeas()
            .args(["db", command, "--no-bundled", "--migrations-dir"])
            .arg(self.path())
    }
}
