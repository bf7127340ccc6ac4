//! `migration import`: folders and histories of other tools.

mod adoption;
mod conversion;
mod refusals;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Base, Database, Run, fixture, hangmeas, server};

pub const TOOLS: [&str; 5] = ["dbmate", "sqlx", "diesel", "golang-migrate", "flyway"];

/// A project folder with a copy of the tool's migrations in `old`.
pub fn project(tool: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("folder");
    let from = format!(
        "{}/tests/fixtures/import/{tool}/migrations",
        env!("CARGO_MANIFEST_DIR")
    );
    copy(Path::new(&from), &dir.path().join("old"));
    dir
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("folder");
    for entry in fs::read_dir(from).expect("folder") {
        let path = entry.expect("entry").path();
        let to = to.join(path.file_name().expect("name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("copy");
        }
    }
}

/// `hangmeas migration import --from TOOL old --into new --no-bundled`, and more.
pub fn import(project: &Path, tool: &str, more: &[&str]) -> Run {
    hangmeas()
        .dir(project)
        .args([
            "migration",
            "import",
            "--from",
            tool,
            "old",
            "--into",
            "new",
        ])
        .arg("--no-bundled")
        .args(more)
}

/// `hangmeas db … --migrations-dir new --no-bundled`.
pub fn db(project: &Path, database: &Database<'_>, args: &[&str]) -> Run {
    hangmeas()
        .dir(project)
        .url(database)
        .arg("db")
        .args(args)
        .args(["--migrations-dir", "new", "--no-bundled"])
}

/// A database as the tool left it: two migrations ran, the third is pending. The project's `new`
/// folder is as it was before.
pub fn as_the_tool_left_it(project: &Path, tool: &str) -> Database<'static> {
    let database = server().clone_of(Base::Empty);
    let copy_of = tempfile::tempdir().expect("folder");
    copy(&project.join("old"), &copy_of.path().join("old"));
    import(copy_of.path(), tool, &["--files-only"])
        .run()
        .success();
    db(copy_of.path(), &database, &["migrate", "--to", "2"])
        .run()
        .success();
    database.execute("DROP SCHEMA hangmeas CASCADE");
    database.execute(&fixture(&format!("import/{tool}/history.sql")));
    database
}

/// The files below a folder with their texts, in order.
pub fn texts(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let text = fs::read_to_string(&path).expect("text");
                found.push((path.strip_prefix(folder).expect("below").to_owned(), text));
            }
        }
    }
    found.sort();
    found
}
