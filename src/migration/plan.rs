//! Pure: from files, history and target to what will run, or why nothing can.

use super::file::{FIRST_OWN_VERSION, MigrationFile, Origin, Script, label};
use super::history::{Applied, Direction, History};
use super::journal::{accept, again};
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

/// How a history row and its file differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Divergence {
    Changed,
    Missing,
}

/// The row's divergence from its file, if any.
pub(super) fn divergence(source: &Source, row: &Applied) -> Option<Divergence> {
    let file = source.get(row.version);
    divergence_of(row, file.map(|file| (file.name.as_str(), file.checksum)))
}

/// The row's divergence from a file's name and checksum, if any.
pub(super) fn divergence_of(row: &Applied, file: Option<(&str, u64)>) -> Option<Divergence> {
    match file {
        None => Some(Divergence::Missing),
        Some((name, checksum)) if row.checksum == Some(checksum) && row.name == name => None,
        Some(_) => Some(Divergence::Changed),
    }
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

fn check_history(source: &Source, history: &History) -> Result<()> {
    let diverging = |row: &&Applied| divergence(source, row).is_some();
    let mut rows = history.applied.iter().filter(diverging);
    let Some(first) = rows.next() else {
        return Ok(());
    };
    let mut error = diverged(source, first);
    for row in rows {
        error = error.detail(format!(
            "{} is {} too",
            label(row.version, &row.name),
            match divergence(source, row) {
                Some(Divergence::Missing) => "missing",
                _ => "changed",
            }
        ));
    }
    Err(error)
}

fn diverged(source: &Source, row: &Applied) -> Error {
    let version = row.version;
    let applied = label(version, &row.name);
    let accept = format!("hangmeas migration accept V{version:04}");
    match source.get(version) {
        Some(file) if file.name != row.name => Error::configuration(format!(
            "{applied} was applied on {}, and its version is now that of {}",
            row.applied_on, file.script.shown
        ))
        .hint("give the file its former name, and what is new the next free version")
        .hint_command("or, if it was only renamed, take the new name", accept),
        Some(file) => Error::configuration(format!(
            "{applied} was applied on {}, and {} is another text now",
            row.applied_on, file.script.shown
        ))
        .hint("put the file back as it was, and write the change as a new migration")
        .hint_command("or take the text as the one that ran", accept),
        None if version < FIRST_OWN_VERSION && source.bundled() => Error::configuration(format!(
            "{applied} was applied, and this hangmeas {} does not know it: the database was \
                 migrated by a newer one, or from a folder alone",
            env!("CARGO_PKG_VERSION")
        ))
        .hint("use the newer hangmeas, or --no-bundled with the folder")
        .hint_command("or forget that it ran", accept),
        None if version < FIRST_OWN_VERSION => {
            Error::configuration(format!("{applied} was applied, and its file is missing"))
                .hint("if it is one of the bundled migrations, run without --no-bundled")
                .hint_command("or forget that it ran", accept)
        }
        None => Error::configuration(format!("{applied} was applied, and its file is missing"))
            .hint("put the file back, or name its folder with --migrations-dir")
            .hint_command("or forget that it ran", accept),
    }
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
    let undo = file.script.shown.replacen("V", "U", 1);
    Error::refused(format!("{} has no undo", file.label())).hint(format!(
        "write {}",
        undo_name(&file.script.shown).unwrap_or(undo)
    ))
}

fn undo_name(shown: &str) -> Option<String> {
    let (folder, file) = shown.rsplit_once('/').unwrap_or(("", shown));
    let name = file.strip_prefix('V')?;
    Some(if folder.is_empty() {
        format!("U{name}")
    } else {
        format!("{folder}/U{name}")
    })
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
