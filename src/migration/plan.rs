//! Pure: from files, history and target to what will run, or why nothing can.

use std::path::Path;

use super::divergence::check_history;
use super::file::{FIRST_OWN_VERSION, MigrationFile, Origin, Script};
use super::history::{Applied, Direction, History};
use super::journal::{accept, again};
use super::scaffold::UNDO_FOLDER;
use super::source::Source;
use crate::error::{Error, ErrorKind, Result};

/// What will run, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<'a> {
    /// The migrations to apply.
    pub steps: Vec<&'a MigrationFile>,
    /// How many stay pending because of the target.
    pub left: usize,
    /// The target, when the database is at a later version already.
    pub behind: Option<i32>,
}

impl<'a> Plan<'a> {
    /// What is pending, up to and including `to`.
    ///
    /// # Errors
    /// An applied file that is changed or missing, a target that does not exist, a file that came
    /// too late, or a pending file that could not run as it is.
    pub fn up(source: &'a Source, history: &History, to: Option<i32>) -> Result<Self> {
        if let Some((version, _)) = going(history, Direction::Down).next() {
            return Err(undo_began(source, *version));
        }
        if let Some((version, _)) =
            going(history, Direction::Up).find(|(v, _)| source.get(*v).is_none())
        {
            return Err(began_elsewhere(&format!("V{version:04}"), *version));
        }
        check_history(source, history)?;
        if let Some(to) = to.filter(|to| *to != 0 && source.get(*to).is_none()) {
            return Err(no_such_version(to));
        }
        let pending = source
            .migrations()
            .iter()
            .filter(|file| history.get(file.version).is_none());
        let (steps, later): (Vec<_>, Vec<_>) =
            pending.partition(|file| to.is_none_or(|to| file.version <= to));
        for file in &steps {
            check_order(file, history)?;
            file.script.check()?;
        }
        Ok(Self {
            steps,
            left: later.len(),
            behind: to.filter(|to| history.version().is_some_and(|version| version > *to)),
        })
    }
}

/// The undo of what is applied above a version, or of the newest few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// So many, newest first.
    Steps(u32),
    /// Everything after that version.
    To(i32),
}

/// What will be undone, newest first.
///
/// # Errors
/// A target that is not applied, or a migration without undo.
pub fn down<'a>(
    source: &'a Source,
    history: &History,
    back: Back,
) -> Result<Vec<&'a MigrationFile>> {
    let undo_is_gone = |(version, _): &&(i32, Direction)| undo(source, *version).is_none();
    if let Some((version, _)) = going(history, Direction::Down).find(undo_is_gone) {
        return Err(undo_began(source, *version));
    }
    check_history(source, history)?;
    if let Some((version, _)) = going(history, Direction::Up).next() {
        if source.get(*version).is_none() {
            return Err(began_elsewhere(&format!("V{version:04}"), *version));
        }
        return Err(Error::new(
            ErrorKind::HalfWay,
            format!("V{version:04} began and did not end"),
        )
        .hint_command("finish it before undoing it", "hangmeas db migrate"));
    }
    let newest_first = history.applied.iter().rev();
    let rows: Vec<&Applied> = match back {
        Back::Steps(steps) => newest_first.take(steps as usize).collect(),
        Back::To(to) => {
            if to != 0 && history.get(to).is_none() {
                return Err(no_such_version(to));
            }
            newest_first.take_while(|row| row.version > to).collect()
        }
    };
    let files = rows.into_iter().filter_map(|row| source.get(row.version));
    let files: Vec<_> = files.collect();
    for file in &files {
        match &file.undo {
            Some(undo) => undo.check()?,
            None => return Err(no_undo(file)),
        }
    }
    Ok(files)
}

fn going(history: &History, direction: Direction) -> impl Iterator<Item = &(i32, Direction)> {
    history
        .half_way
        .iter()
        .filter(move |(_, way)| *way == direction)
}

/// refinery's rule, apart for bundled and own files: a new one must be newer than what is applied.
fn check_order(file: &MigrationFile, history: &History) -> Result<()> {
    let mut versions = history.applied.iter().map(|row| row.version).rev();
    let last = match file.origin {
        Origin::Bundled => versions.find(|version| *version < FIRST_OWN_VERSION),
        Origin::Own => versions.next(),
    };
    let Some(last) = last.filter(|last| *last > file.version) else {
        return Ok(());
    };
    Err(Error::configuration(format!(
        "{} came too late: V{last:04} is applied already",
        file.script.shown
    ))
    .hint(format!("rename it to a version above {last}")))
}

fn undo(source: &Source, version: i32) -> Option<&Script> {
    source.get(version)?.undo.as_ref()
}

fn undo_began(source: &Source, version: i32) -> Error {
    let what = format!("the undo of V{version:04}");
    if undo(source, version).is_none() {
        return began_elsewhere(&what, version);
    }
    Error::new(ErrorKind::HalfWay, format!("{what} began and did not end"))
        .hint_command("finish it", again(Direction::Down))
}

/// Nobody here knows the file that is half-way.
fn began_elsewhere(what: &str, version: i32) -> Error {
    Error::new(
        ErrorKind::HalfWay,
        format!("{what} began and did not end, and its file is not here"),
    )
    .hint("run hangmeas with the folder, or the bundled migrations, that it belongs to")
    .hint_command("see what ran", journal_query(version))
    .hint_command(
        "or forget that it began; what it did stays",
        accept(version),
    )
}

/// Shows the journal of a version.
pub(super) fn journal_query(version: i32) -> String {
    format!(
        "hangmeas db console -- -c \"SELECT ordinal, state, statement FROM \
         hangmeas.migration_journal WHERE version = {version} ORDER BY 1\""
    )
}

fn no_such_version(version: i32) -> Error {
    Error::usage(format!("there is no migration V{version:04} to go to"))
        .hint_command("see which there are", "hangmeas db status")
}

fn no_undo(file: &MigrationFile) -> Error {
    let path = Path::new(&file.script.shown);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let undo = path
        .with_file_name(UNDO_FOLDER)
        .join(name.replacen('V', "U", 1));
    Error::refused(format!("{} has no undo: nothing was undone", file.label())).hint(format!(
        "write the SQL that takes it back into {}",
        undo.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(files: &[(i32, &str)]) -> Source {
        let dir = tempfile::tempdir().expect("folder");
        for (version, sql) in files {
            let path = dir.path().join(format!("V{version}__m.sql"));
            std::fs::write(path, sql).expect("file");
        }
        Source::load(false, Some(dir.path())).expect("source")
    }

    fn history(source: &Source, versions: &[i32]) -> History {
        let row = |version: &i32| {
            let file = source.get(*version).expect("file");
            Applied {
                version: *version,
                name: file.name.clone(),
                applied_on: "2026-01-01T00:00:00Z".to_owned(),
                checksum: Some(file.checksum),
            }
        };
        History {
            applied: versions.iter().map(row).collect(),
            exists: true,
            ..History::default()
        }
    }

    fn versions(steps: &[&MigrationFile]) -> Vec<i32> {
        steps.iter().map(|file| file.version).collect()
    }

    #[test]
    fn plans_what_is_pending_up_to_the_target() {
        let source = source(&[(1, "a"), (2, "b"), (3, "c")]);
        let done = history(&source, &[1]);
        let plan = Plan::up(&source, &done, Some(2)).expect("plan");
        assert_eq!((versions(&plan.steps), plan.left), (vec![2], 1));
        assert_eq!(
            versions(&Plan::up(&source, &done, None).expect("plan").steps),
            [2, 3]
        );
        assert!(Plan::up(&source, &done, Some(9)).is_err());
    }

    #[test]
    fn refuses_changed_missing_and_late_files() {
        let before = source(&[(1, "a"), (3, "c")]);
        let done = history(&before, &[1, 3]);
        let message = |now: &Source| Plan::up(now, &done, None).expect_err("no").to_string();
        assert!(message(&source(&[(1, "changed"), (3, "c")])).contains("another text"));
        assert!(message(&source(&[(1, "a")])).contains("missing"));
        assert!(message(&source(&[(1, "a"), (2, "b"), (3, "c")])).contains("too late"));
    }

    #[test]
    fn a_newer_bundled_file_may_follow_own_ones() {
        let source = Source::load(true, None).expect("bundled");
        let last = source.migrations().last().expect("some").version;
        let mut done = history(&source, &(1..last).collect::<Vec<_>>());
        done.applied.push(Applied {
            version: 1001,
            ..done.applied[0].clone()
        });
        let file = source.get(last).expect("file");
        assert!(check_order(file, &done).is_ok());
    }

    #[test]
    fn undoes_newest_first_and_needs_an_undo() {
        let source = Source::load(true, None).expect("bundled");
        let all: Vec<i32> = source
            .migrations()
            .iter()
            .map(|file| file.version)
            .collect();
        let done = history(&source, &all);
        let top = down(&source, &done, Back::Steps(2)).expect("plan");
        assert_eq!(versions(&top), [all[all.len() - 1], all[all.len() - 2]]);
        assert_eq!(
            down(&source, &done, Back::To(0)).expect("plan").len(),
            all.len()
        );
        let bare = self::source(&[(1, "a")]);
        assert!(down(&bare, &history(&bare, &[1]), Back::Steps(1)).is_err());
    }
}
