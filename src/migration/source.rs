//! Every migration with a file: the bundled ones, then those of the project's own folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::bundled;
use super::file::{FIRST_OWN_VERSION, MigrationFile, Origin, Script, parse_file_name};
use super::refinery::checksum;
use crate::error::{Error, Result, in_quotes};

/// What stands in a folder beside migrations and is none.
const IGNORED_EXTENSIONS: [&str; 4] = ["md", "txt", "gitkeep", "keep"];

/// Digits of a version that is a moment, as other tools have them.
const TIMESTAMP: usize = 12;

/// Fewer files than this are not worth a thread.
const FEWEST_PER_THREAD: usize = 100;

/// Migrations by version, in order.
#[derive(Debug, Clone, Default)]
pub struct Source {
    migrations: Vec<MigrationFile>,
    bundled: bool,
}

impl Source {
    /// The bundled migrations, those of `dir`, or both. `dir` is shown to people as it is given.
    ///
    /// # Errors
    /// A configuration error that names the folder or file and what is wrong with it.
    pub fn load(bundled: bool, dir: Option<&Path>) -> Result<Self> {
        let mut source = Self::beside(bundled)?;
        if let Some(dir) = dir {
            source.migrations.extend(own(dir, bundled)?);
        } else if !bundled {
            return Err(Error::configuration(
                "there are no migrations: the bundled ones are left out, and no folder is named",
            )
            .hint_command(
                "name the folder",
                "hangmeas db migrate --no-bundled --migrations-dir DIR",
            ));
        }
        Ok(source)
    }

    /// The files beside which a folder that does not exist yet will stand.
    ///
    /// # Errors
    /// Only when a bundled file is broken.
    pub fn beside(bundled: bool) -> Result<Self> {
        let migrations = if bundled {
            bundled::migrations()?
        } else {
            Vec::new()
        };
        Ok(Self {
            migrations,
            bundled,
        })
    }

    /// All of them, in the order in which they run.
    #[must_use]
    pub fn migrations(&self) -> &[MigrationFile] {
        &self.migrations
    }

    /// The one of that version.
    #[must_use]
    pub fn get(&self, version: i32) -> Option<&MigrationFile> {
        let at = self
            .migrations
            .binary_search_by_key(&version, |file| file.version);
        at.ok().map(|index| &self.migrations[index])
    }

    /// Whether the bundled migrations belong to it.
    #[must_use]
    pub fn bundled(&self) -> bool {
        self.bundled
    }

    /// The version for a new file of one's own.
    #[must_use]
    pub fn next_version(&self) -> i32 {
        let last = self.migrations.iter().map(|file| file.version).max();
        let first = if self.bundled { FIRST_OWN_VERSION } else { 1 };
        last.map_or(first, |last| last.saturating_add(1).max(first))
    }
}

fn own(dir: &Path, beside_bundled: bool) -> Result<Vec<MigrationFile>> {
    let mut ups: BTreeMap<i32, (String, PathBuf)> = BTreeMap::new();
    let mut undos: BTreeMap<i32, (String, PathBuf)> = BTreeMap::new();
    for (path, is_file) in entries(dir)? {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let name = parse_file_name(&file).map_err(|why| misnamed(&path, &why))?;
        if beside_bundled && name.version < FIRST_OWN_VERSION {
            return Err(too_low(&path, name.version));
        }
        if !is_file {
            return Err(no_file(&path));
        }
        let place = if name.undo { &mut undos } else { &mut ups };
        if let Some((_, other)) = place.insert(name.version, (name.name, path.clone())) {
            return Err(Error::configuration(format!(
                "two files have version {}: {} and {}",
                name.version,
                other.display(),
                path.display()
            ))
            .hint("give the newer one the next free version"));
        }
    }
    let wanted = ups.into_iter().map(|(version, (name, path))| Wanted {
        undo: undos.remove(&version),
        version,
        name,
        path,
    });
    let files = read_all(wanted.collect())?;
    match undos.into_values().next() {
        None => Ok(files),
        Some((_, path)) => Err(Error::configuration(format!(
            "{} undoes nothing: there is no V file of its version",
            path.display()
        ))),
    }
}

/// A migration that is still to be read.
struct Wanted {
    version: i32,
    name: String,
    path: PathBuf,
    undo: Option<(String, PathBuf)>,
}

/// Reads them, many on several threads: waiting for the file system is most of a run with nothing to
/// do. The error is that of the first file in order.
fn read_all(mut wanted: Vec<Wanted>) -> Result<Vec<MigrationFile>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = wanted.len().div_ceil(threads).max(FEWEST_PER_THREAD);
    std::thread::scope(|scope| {
        let mut readers = Vec::new();
        while wanted.len() > share {
            let part = wanted.split_off(wanted.len() - share);
            readers.push(scope.spawn(|| part.into_iter().map(migration).collect::<Vec<_>>()));
        }
        let mut files: Vec<_> = wanted.into_iter().map(migration).collect();
        for reader in readers.into_iter().rev() {
            let part = reader.join();
            files.extend(part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        files.into_iter().collect()
    })
}

fn migration(wanted: Wanted) -> Result<MigrationFile> {
    let Wanted {
        version,
        name,
        path,
        undo,
    } = wanted;
    let undo = match undo {
        None => None,
        Some((undo_name, undo_path)) if undo_name == name => Some(read(&undo_path)?),
        Some((_, undo_path)) => {
            return Err(Error::configuration(format!(
                "{} does not have the name of what it undoes, {}",
                undo_path.display(),
                path.display()
            )));
        }
    };
    let script = read(&path)?;
    Ok(MigrationFile {
        checksum: checksum(version, &name, &script.sql),
        version,
        name,
        origin: Origin::Own,
        script,
        undo,
    })
}

/// The SQL files of the folder and of its `undo` folder; anything else is refused, so that no
/// migration is left out because of a typing error. With each, whether it can be read at all.
fn entries(dir: &Path) -> Result<Vec<(PathBuf, bool)>> {
    let mut paths = Vec::new();
    let undo = dir.join("undo");
    for folder in [dir, undo.as_path()] {
        if folder == undo && !folder.is_dir() {
            continue;
        }
        let list = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
        for entry in list {
            let entry = entry.map_err(|error| unreadable(folder, &error))?;
            let path = entry.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let hidden = name.starts_with('.') || name.ends_with('~');
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            let ignored = IGNORED_EXTENSIONS.contains(&extension.as_ref());
            if hidden || ignored || (path == undo && path.is_dir()) {
                continue;
            }
            // The folder itself tells, unless it is a link.
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            let is_file = is_file || fs::metadata(&path).is_ok_and(|about| about.is_file());
            paths.push((path, is_file));
        }
    }
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<Script> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .split(|byte| *byte == b'\n')
            .count();
        Error::configuration(format!("{}:{line}: the file is not UTF-8", path.display()))
            .hint("save it as UTF-8")
    })?;
    Ok(Script::new(path.display().to_string(), text))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let shown = path.display();
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::configuration(format!("there is no folder {shown} for migrations"))
                .hint("name the one that you mean with --migrations-dir or [migrations] dir")
                .hint_command(
                    "or write the first migration into it",
                    "hangmeas migration new NAME",
                )
        }
        std::io::ErrorKind::NotADirectory => Error::configuration(format!(
            "{shown} cannot be read: it is a file, not a folder of migrations"
        )),
        _ => Error::configuration(format!("{shown} cannot be read: {error}")),
    }
}

/// Named like a migration, and nothing that could be read as one.
fn no_file(path: &Path) -> Error {
    let what = match fs::read_link(path) {
        Ok(to) if fs::metadata(path).is_err() => {
            format!("it is a link to {}, which is not there", to.display())
        }
        _ if path.is_dir() => "it is a folder".to_owned(),
        _ => "it is not a file".to_owned(),
    };
    Error::configuration(format!("{} cannot be read: {what}", path.display()))
}

fn misnamed(path: &Path, why: &str) -> Error {
    let error = Error::configuration(format!("{} is no migration: {why}", path.display()))
        .hint("a migration is named like V1001__add_sponsor.sql, its undo U1001__add_sponsor.sql");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let digits = name.trim_start_matches(['V', 'U']);
    if digits.bytes().take_while(u8::is_ascii_digit).count() < TIMESTAMP {
        return error;
    }
    let tool = if digits == name { "dbmate" } else { "flyway" };
    let from = path.parent().unwrap_or(Path::new("."));
    error.hint_command(
        "a folder of another tool (dbmate, sqlx, diesel, golang-migrate, flyway) can be converted",
        format!(
            "hangmeas migration import --from {tool} {} --into db/hangmeas",
            in_quotes(from.display())
        ),
    )
}

fn too_low(path: &Path, version: i32) -> Error {
    Error::configuration(format!(
        "{}: version {version} belongs to the bundled migrations; own ones begin at {FIRST_OWN_VERSION}",
        path.display()
    ))
    .hint("rename it, or leave the bundled ones out with --no-bundled")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("folder");
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().expect("parent")).expect("folder");
            fs::write(path, text).expect("file");
        }
        dir
    }

    fn error(files: &[(&str, &str)]) -> String {
        let dir = folder(files);
        Source::load(true, Some(dir.path()))
            .expect_err("an error")
            .to_string()
    }

    #[test]
    fn bundled_files_are_in_order_and_whole() {
        let source = Source::load(true, None).expect("bundled");
        let versions: Vec<i32> = source
            .migrations()
            .iter()
            .map(|file| file.version)
            .collect();
        assert_eq!(versions, (1..=versions.len() as i32).collect::<Vec<_>>());
        for file in source.migrations() {
            file.script.check().expect("runs as it says");
            file.undo
                .as_ref()
                .expect("has an undo")
                .check()
                .expect("runs as it says");
        }
        assert_eq!(source.next_version(), FIRST_OWN_VERSION);
    }

    #[test]
    fn undo_may_stand_beside_or_in_its_folder() {
        let dir = folder(&[
            ("V1001__a.sql", "select 1"),
            ("undo/U1001__a.sql", "select 2"),
            ("V1002__b.sql", "select 3"),
            ("U1002__b.sql", "select 4"),
            ("README.md", "about"),
        ]);
        let source = Source::load(false, Some(dir.path())).expect("source");
        assert!(source.migrations().iter().all(|file| file.undo.is_some()));
        assert_eq!(source.next_version(), 1003);
    }

    #[test]
    fn says_what_is_wrong_with_a_folder() {
        assert!(error(&[("V1001_a.sql", "")]).contains("two underscores"));
        assert!(error(&[("V5__a.sql", "")]).contains("belongs to the bundled"));
        assert!(error(&[("V1001__a.sql", ""), ("V1001__b.sql", "")]).contains("two files"));
        assert!(error(&[("U1001__a.sql", "")]).contains("undoes nothing"));
        assert!(error(&[("V1001__a.sql", ""), ("U1001__b.sql", "")]).contains("name of what"));
        assert!(error(&[("notes.sql", "")]).contains("is no migration"));
        assert!(error(&[("V1001__a.sql/x", "")]).contains("it is a folder"));
    }

    #[test]
    fn the_folder_of_another_tool_is_told_how_to_convert_it() {
        let hints = |name: &str| {
            let dir = folder(&[(name, "")]);
            let error = Source::load(false, Some(dir.path())).expect_err("an error");
            let commands = error.hints().iter().filter_map(|hint| hint.command.clone());
            commands.collect::<String>()
        };
        assert!(hints("20240101120000_add_x.sql").contains("--from dbmate"));
        assert!(hints("V20240101120000__add_x.sql").contains("--from flyway"));
        assert_eq!(hints("V1_add_x.sql"), "");
    }

    #[test]
    fn a_link_to_nothing_is_called_that() {
        let dir = folder(&[]);
        std::os::unix::fs::symlink("/not/there", dir.path().join("V1__a.sql")).expect("a link");
        let error = Source::load(false, Some(dir.path())).expect_err("an error");
        assert!(error.message().contains("a link to /not/there"), "{error}");
    }

    #[test]
    fn line_ends_and_marks_change_nothing() {
        let sum = |text: &str| {
            let dir = folder(&[("V1001__a.sql", text)]);
            let source = Source::load(false, Some(dir.path())).expect("source");
            source.migrations()[0].checksum
        };
        assert_eq!(
            sum("select 1;\nselect 2;\n"),
            sum("\u{feff}select 1;\r\nselect 2;\r\n")
        );
        assert_ne!(sum("select 1"), sum("select 2"));
    }
}
