//! Holds `src/` to the map of its rooms: imports point down only, engines never import each other,
//! files stay short and have telling names.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "tests fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the bottom: a room may use those of lower layers.
const LAYERS: [&[&str]; 6] = [
    &["error"],
    &["sql_text", "progress", "report"],
    &["postgres"],
    &["catalog", "server", "invariants"],
    &[
        "migration",
        "seed",
        "health",
        "backup",
        "annotate",
        "grants",
    ],
    &["main", "lib", "cli", "config", "commands", "render"],
];

/// Rooms of the top layer know each other; all others keep to themselves.
const SOCIABLE: usize = 5;

const MOST_LINES: usize = 400;
const MEDIAN_LINES: usize = 150;
const MEANINGLESS: [&str; 4] = ["util", "helpers", "common", "manager"];

/// A file of `src/`.
struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// The modules from the crate's root down to this file: `["postgres", "url"]`.
    fn modules(&self) -> Vec<String> {
        let stem = self.path.with_extension("");
        let mut names: Vec<String> = stem
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        if names.last().is_some_and(|last| last == "mod") {
            names.pop();
        }
        names
    }

    fn room(&self) -> String {
        self.modules().first().cloned().expect("a module")
    }

    /// Its lines without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
    }

    /// The rooms it names, each with a line that does.
    fn uses(&self) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        // One text, so that a list in braces may go over several lines.
        let mut code = String::new();
        let mut starts = Vec::new();
        for (number, line) in self.code() {
            starts.push((code.len(), number));
            code.push_str(line);
            code.push('\n');
        }
        let line_of = |at: usize| {
            let after = starts.partition_point(|(start, _)| *start <= at);
            starts[after - 1].1
        };
        for root in ["crate::", "hangmeas::"] {
            for (at, _) in code.match_indices(root) {
                for room in first_names(&code[at + root.len()..]) {
                    found.entry(room).or_insert_with(|| line_of(at));
                }
            }
        }
        found.remove(&self.room());
        found
    }

    /// Lines whose chain of `super::` leaves the room.
    fn escapes(&self) -> Vec<usize> {
        let depth = self.modules().len();
        let leaves = |line: &str| {
            // Inline modules of tests add one level.
            let inside = usize::from(line.starts_with("    "));
            let chain = "super::".repeat(depth + inside);
            line.contains(&chain)
        };
        let lines = self.code().filter(|(_, line)| leaves(line));
        lines.map(|(number, _)| number).collect()
    }
}

/// The first name of a path, or of each path in a list: `postgres::Session`, `{self, cli::Cli}`.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        let word = |c: &char| c.is_alphanumeric() || *c == '_';
        text.trim_start().chars().take_while(word).collect()
    };
    let Some(list) = path.strip_prefix('{') else {
        return vec![name(path)];
    };
    let mut names = Vec::new();
    let mut depth = 0;
    let mut rest = list;
    names.push(name(rest));
    while let Some(at) = rest.find(['{', '}', ',']) {
        match &rest[at..=at] {
            "{" => depth += 1,
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            _ if depth == 0 => names.push(name(&rest[at + 1..])),
            _ => {}
        }
        rest = &rest[at + 1..];
    }
    names.retain(|name| !name.is_empty() && name != "self");
    names
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of src") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("UTF-8");
                let path = path.strip_prefix(&root).expect("below src").to_owned();
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 50, "only {} files found", found.len());
    found
}

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn every_room_has_a_layer() {
    let rooms: BTreeSet<String> = sources().iter().map(Source::room).collect();
    let homeless: Vec<_> = rooms.iter().filter(|room| layer(room).is_none()).collect();
    assert!(
        homeless.is_empty(),
        "not in the table of layers: {homeless:?}"
    );
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    let mut right = 0;
    for source in sources() {
        let own = layer(&source.room()).expect("a layer");
        for (room, line) in source.uses() {
            // Something of the crate's root that is no room: a re-export would be a way around.
            let Some(used) = layer(&room) else {
                wrong.push(format!("{}:{line}: crate::{room}", source.path.display()));
                continue;
            };
            if used < own || (used == own && own == SOCIABLE) {
                right += 1;
            } else {
                wrong.push(format!(
                    "{}:{line}: {} (layer {own}) uses {room} (layer {used})",
                    source.path.display(),
                    source.room()
                ));
            }
        }
        for line in source.escapes() {
            wrong.push(format!(
                "{}:{line}: leaves its room by super",
                source.path.display()
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(right > 50, "only {right} imports found");
}

#[test]
fn files_are_short() {
    let sources = sources();
    let long: Vec<_> = sources
        .iter()
        .filter(|source| source.text.lines().count() > MOST_LINES)
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(long.is_empty(), "longer than {MOST_LINES} lines: {long:?}");
    let mut lengths: Vec<_> = sources.iter().map(|s| s.text.lines().count()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= MEDIAN_LINES, "the median file has {median} lines");
}

#[test]
fn names_tell_something() {
    let empty: Vec<_> = sources()
        .iter()
        .filter(|source| {
            let modules = source.modules();
            modules
                .iter()
                .any(|name| MEANINGLESS.contains(&name.as_str()))
        })
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(empty.is_empty(), "{empty:?}");
}

#[test]
fn every_module_says_what_it_owns() {
    let silent: Vec<_> = sources()
        .iter()
        .filter(|source| !source.text.starts_with("//!"))
        .map(|source| source.path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top: {silent:?}");
}

#[test]
fn one_file_names_refinery() {
    const HOME: &str = "migration/refinery.rs";
    let crate_named = |source: &Source| {
        source
            .code()
            .any(|(_, line)| line.contains("refinery_core"))
    };
    let naming: Vec<String> = sources()
        .iter()
        .filter(|source| crate_named(source))
        .map(|source| source.path.display().to_string())
        .collect();
    assert_eq!(naming, [HOME]);
}

#[test]
fn lists_of_imports_are_read() {
    assert_eq!(first_names("postgres::Session;"), ["postgres"]);
    assert_eq!(
        first_names("{self, cli::{Cli, Terminal},\n    render, report::X};"),
        ["cli", "render", "report"]
    );
    let source = Source {
        path: PathBuf::from("seed/load.rs"),
        text: "use crate::{\n    migration::Plan,\n    error,\n};\n// crate::health\n".to_owned(),
    };
    assert_eq!(
        source.uses().into_keys().collect::<Vec<_>>(),
        ["error", "migration"]
    );
    let source = Source {
        path: PathBuf::from("seed/load.rs"),
        text: "use super::super::health::Check;\nuse super::plan;\n".to_owned(),
    };
    assert_eq!(source.escapes(), [1]);
}
