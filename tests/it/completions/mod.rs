//! Completions, asked of the shells themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use clap::CommandFactory as _;
use hangmeas::cli::Cli;

use crate::support::{hangmeas, skipped};

const ENVIRONMENTS: &str = "development production staging test";
const FORMS: &str = "github human json junit nagios prometheus sarif";
const FILES: &str = "folder mine.toml other.txt";

/// A line, and all that a shell offers at its end.
const ALIKE: [(&str, &str); 16] = [
    ("hangmeas d", "db"),
    ("hangmeas db se", "seed setup"),
    ("hangmeas db backups pr", "prune"),
    ("hangmeas db migrate --no-b", "--no-bundled"),
    ("hangmeas db health --on", "--only"),
    ("hangmeas db backups verify --re", "--restore"),
    ("hangmeas --quiet --env test db mi", "migrate"),
    ("hangmeas db seed --env ", ENVIRONMENTS),
    ("hangmeas -e ", ENVIRONMENTS),
    ("hangmeas db health-check --format ", FORMS),
    ("hangmeas db seed --profile d", "demo development"),
    (
        "hangmeas db health-check --only activity.b",
        "activity.blocked",
    ),
    (
        "hangmeas db health-check --skip securit",
        "security security.definer",
    ),
    ("hangmeas explain index.in", "index.invalid"),
    ("hangmeas migration import --from d", "dbmate diesel"),
    ("hangmeas --config ", FILES),
];

/// The same for shells that leave nothing to readline.
const STRICT: [(&str, &str); 8] = [
    ("hangmeas --database-url ", ""),
    ("hangmeas db seed --users ", ""),
    (
        "hangmeas db seed --profile ",
        "demo development folder load mine.toml other.txt reference",
    ),
    ("hangmeas db backup --dir ", "folder"),
    ("hangmeas migration import f", "folder"),
    ("hangmeas config init ", FILES),
    ("hangmeas completions ", "bash elvish fish powershell zsh"),
    ("hangmeas migration new m", ""),
];

/// Asks a shell about all lines at once, in a folder with files of no name of ours.
fn offered(
    shell: &str,
    args: &[&str],
    lines: &[(&str, &str)],
) -> Option<BTreeMap<String, BTreeSet<String>>> {
    if Command::new(shell).arg("--version").output().is_err() {
        skipped(&format!("no {shell}"));
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let script = hangmeas().args(["completions", shell]).run();
    let script = script.success().stdout.clone();
    let (home, here) = (folder.path().join("home"), folder.path().join("here"));
    fs::create_dir_all(here.join("folder")).expect("a folder");
    fs::create_dir(&home).expect("a folder");
    for file in ["mine.toml", "other.txt"] {
        fs::write(here.join(file), "").expect("a file");
    }
    let script_file = home.join("_hangmeas");
    fs::write(&script_file, script).expect("a file");
    let asking = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/completions");
    let output = Command::new(shell)
        .args(args)
        .arg(asking.join(format!("offered.{shell}")))
        .arg(if shell == "zsh" { &home } else { &script_file })
        .args(lines.iter().map(|(line, _)| line))
        .current_dir(&here)
        .env("HOME", &home)
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.is_empty(),
        "{shell}: {said}"
    );
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut at = String::new();
    for line in text.lines() {
        match line.strip_prefix("= ") {
            Some(asked) => at = asked.to_owned(),
            None => {
                let word = line.trim_end_matches('/').to_owned();
                found.entry(at.clone()).or_default().insert(word);
            }
        }
    }
    Some(found)
}

fn offers(shell: &str, args: &[&str], lines: &[(&str, &str)]) {
    let Some(found) = offered(shell, args, lines) else {
        return;
    };
    for (line, words) in lines {
        let expected: BTreeSet<String> = words.split_whitespace().map(str::to_owned).collect();
        let mut got = found.get(*line).cloned().unwrap_or_default();
        got.remove("");
        // Every check of a group may follow its name.
        if !line.contains("--skip") {
            assert_eq!(got, expected, "{shell}: {line}");
        }
        assert!(expected.is_subset(&got), "{shell}: {line}: {got:?}");
    }
}

#[test]
fn bash_completes() {
    offers("bash", &["--norc"], &ALIKE);
    let others = [
        ("hangmeas --database-url ", ""),
        ("hangmeas db status --format ", "human json"),
    ];
    offers("bash", &["--norc"], &others);
}

#[test]
fn zsh_completes() {
    offers("zsh", &["-f"], &[&ALIKE[..], &STRICT[..7]].concat());
}

#[test]
fn fish_completes() {
    let forms = ("hangmeas db status --format ", "human json");
    offers(
        "fish",
        &["--no-config"],
        &[&ALIKE[..], &STRICT[..], &[forms]].concat(),
    );
}

/// Whoever adds a flag with a value decides by its type and name: a path, a folder, or neither.
#[test]
fn paths_are_named_file_or_dir_and_nothing_else_is() {
    let mut commands = vec![Cli::command()];
    while let Some(command) = commands.pop() {
        commands.extend(command.get_subcommands().cloned());
        for arg in command
            .get_arguments()
            .filter(|arg| arg.get_action().takes_values())
        {
            let names = arg.get_value_names().unwrap_or_default();
            let named = names
                .iter()
                .any(|name| ["FILE", "DIR"].contains(&name.as_str()));
            let path = arg.get_value_hint() == clap::ValueHint::AnyPath;
            let positional = arg.is_positional();
            assert!(
                path == named || positional && path,
                "{} {:?}",
                command.get_name(),
                arg.get_id()
            );
        }
    }
}

#[test]
fn every_shell_has_a_script() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = hangmeas().args(["completions", shell]).run();
        output.success().answers("migrate").answers("database-url");
    }
}
