//! Folders of migrations, and the psql scripts that do the same.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Files with their versions, in order.
pub struct Folder {
    path: PathBuf,
    files: Vec<(u32, String, String)>,
}

impl Folder {
    fn new(name: &str, files: Vec<(u32, String, String)>) -> Self {
        let path = root().join(name);
        fs::create_dir(&path).expect("a folder");
        for (version, name, sql) in &files {
            fs::write(path.join(format!("V{version:04}__{name}.sql")), sql).expect("a file");
        }
        Self { path, files }
    }

    /// Arguments that apply it.
    pub fn migrate(&self) -> Vec<String> {
        let path = self.path.display().to_string();
        ["db", "migrate", "--no-bundled", "--migrations-dir", &path]
            .map(str::to_owned)
            .to_vec()
    }

    /// What people write for psql: each file in a transaction with its row in a ledger.
    pub fn ledger_script(&self) -> PathBuf {
        let mut script = "CREATE SCHEMA hangmeas;\nCREATE TABLE hangmeas.ledger (version int PRIMARY KEY, name text, applied_on timestamptz);\n".to_owned();
        for (version, name, sql) in &self.files {
            let _ = write!(
                script,
                "BEGIN;\n{sql}\n;\nINSERT INTO hangmeas.ledger VALUES ({version}, '{name}', now());\nCOMMIT;\n"
            );
        }
        file(&format!("{}.sql", self.files.len()), &script)
    }
}

/// The bundled migrations that the guide describes, without anything that needs to stand outside a
/// transaction.
pub fn guide() -> Folder {
    const LAST_OF_THE_GUIDE: i32 = 15;
    let bundled = hangmeas::migration::Source::load(true, None).expect("bundled");
    let files = bundled
        .migrations()
        .iter()
        .filter(|file| file.version <= LAST_OF_THE_GUIDE)
        .map(|file| {
            let statements = hangmeas::sql_text::split(&file.script.sql);
            let sql = if file.script.directives.no_transaction {
                let plain = statements
                    .iter()
                    .map(|s| s.without_keyword("concurrently") + ";\n");
                plain.collect()
            } else {
                file.script.sql.clone()
            };
            (file.version.unsigned_abs(), file.name.clone(), sql)
        });
    Folder::new(&unused("guide"), files.collect())
}

/// Many small files.
pub fn many(count: u32) -> Folder {
    let file = |version: u32| {
        let sql = format!(
            "-- Another table.\n\nCREATE TABLE many_{version} (id bigint NOT NULL, name text);\n"
        );
        (version, format!("create_many_{version}"), sql)
    };
    Folder::new(&unused("many"), (1..=count).map(file).collect())
}

/// A file beside the folders.
pub fn file(name: &str, text: &str) -> PathBuf {
    let path = root().join(unused(name));
    fs::write(&path, text).expect("a file");
    path
}

fn unused(name: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{}-{name}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Goes with the test server.
fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let path = super::support::server().folder().join("folders");
        fs::create_dir(&path).expect("a folder");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
        path
    })
}
