//! A project folder and a database on which commands run one after the other; what each prints is
//! compared with its file in `tests/golden/cli`, or with HANGMEAS_BLESS=1 written there.

use std::cell::RefCell;
use std::path::PathBuf;

use super::mask::masked;
use crate::support::{Database, Scratch, hangmeas, server};

/// Longer outputs are cut: a file is for reading.
const MOST_LINES: usize = 45;

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/cli")
}

pub struct Stage {
    pub database: Database<'static>,
    pub project: Scratch,
    known: Vec<(String, &'static str)>,
    variables: Vec<(&'static str, String)>,
    differing: RefCell<Vec<String>>,
}

impl Stage {
    /// With `DATABASE_URL` of the database.
    pub fn new(database: Database<'static>) -> Self {
        let project = Scratch::new();
        // The database itself may not be there yet.
        let version = server().create("version").value("SHOW server_version");
        let short = version.split(' ').next().unwrap_or_default().to_owned();
        let known = vec![
            (project.path().display().to_string(), "PROJECT"),
            (server().folder().display().to_string(), "SOCKET"),
            (server().binaries().folder.display().to_string(), "BIN"),
            (database.name().to_owned(), "DATABASE"),
            (version, "VERSION"),
            (short, "VERSION"),
            (env!("CARGO_PKG_VERSION").to_owned(), "0.0.0"),
        ];
        Self {
            variables: vec![("DATABASE_URL", database.url())],
            database,
            project,
            known,
            differing: RefCell::default(),
        }
    }

    /// Sets or, empty, unsets a variable for what follows.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.into()));
        self
    }

    /// Replaces a name in all that follows.
    pub fn masks(mut self, name: impl Into<String>, mask: &'static str) -> Self {
        self.known.insert(0, (name.into(), mask));
        self
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.project.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Runs a command line, words parted by blanks, and compares all of its output.
    pub fn shows(&self, name: &str, line: &str) -> &Self {
        self.shows_words(name, &line.split(' ').collect::<Vec<_>>())
    }

    pub fn shows_words(&self, name: &str, words: &[&str]) -> &Self {
        let mut run = hangmeas().dir(self.project.path()).args(words);
        for (variable, value) in self.variables.iter().filter(|(_, value)| !value.is_empty()) {
            run = run.env(variable, value);
        }
        let output = run.run();
        let mut known = vec![(output.home().display().to_string(), "HOME")];
        known.extend(self.known.iter().cloned());
        let show = |text: &str| {
            let text = masked(text, &known);
            let lines: Vec<&str> = text.lines().collect();
            let more = if lines.len() > MOST_LINES {
                "\n[…]"
            } else {
                ""
            };
            lines[..lines.len().min(MOST_LINES)].join("\n") + more
        };
        let found = format!(
            "$ hangmeas {}\nexit status {}\n--- stdout\n{}\n--- stderr\n{}\n",
            show(&words.join(" ")),
            output.code().unwrap_or(-1),
            show(&output.stdout),
            show(&output.stderr)
        );
        self.compare(name, &found);
        self
    }

    fn compare(&self, name: &str, found: &str) {
        let path = folder().join(format!("{name}.txt"));
        if std::env::var_os("HANGMEAS_BLESS").is_some() {
            std::fs::write(path, found).expect("written");
            return;
        }
        let wanted = std::fs::read_to_string(&path).unwrap_or_default();
        if wanted != found {
            let differing = format!("=== {name}: wanted\n{wanted}=== found\n{found}");
            self.differing.borrow_mut().push(differing);
        }
    }

    /// Everything was as in the files.
    pub fn end(self) {
        let differing = self.differing.take();
        assert!(
            differing.is_empty(),
            "{}\n(HANGMEAS_BLESS=1 writes the files anew)",
            differing.join("\n")
        );
    }
}
