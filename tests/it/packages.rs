//! The package is what `docs/packages.md` says: packed here from the binary under test, installed by dpkg into an empty
//! root, and removed again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::skipped;

const PROGRAM: &str = env!("CARGO_BIN_EXE_hangmeas");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn missing(programs: &[&str]) -> bool {
    let found = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let lacks: Vec<_> = programs.iter().filter(|name| !found(name)).collect();
    if !lacks.is_empty() {
        skipped(&format!("no {lacks:?}"));
    }
    !lacks.is_empty()
}

fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{said}",
        output.status
    );
    output
}

/// The one file with that ending.
fn packed(folder: &Path, ending: &str) -> PathBuf {
    let entries = fs::read_dir(folder)
        .expect("folder")
        .map(|entry| entry.expect("entry").path());
    let mut found = entries.filter(|path| path.to_string_lossy().ends_with(ending));
    found
        .next()
        .unwrap_or_else(|| panic!("no {ending} in {}", folder.display()))
}

#[test]
fn the_package_installs_runs_and_goes_without_a_trace() {
    if missing(&["dpkg-deb", "dpkg"]) {
        return;
    }
    let folder = tempfile::tempdir().expect("folder");
    // Compressing a debug binary takes half a minute and shows nothing.
    run(Command::new(root().join("packaging/pack"))
        .args([PROGRAM.as_ref(), folder.path()])
        .env("COMPRESS", "none"));
    let package = packed(folder.path(), ".deb");
    let control = run(Command::new("dpkg-deb").arg("--info").arg(&package));
    let control = String::from_utf8_lossy(&control.stdout).into_owned();
    assert!(control.contains("Depends: libc6 (>= 2.17)\n"), "{control}");
    assert!(
        control.contains("Recommends: postgresql-client\n"),
        "{control}"
    );

    let target = folder.path().join("root");
    fs::create_dir_all(target.join("var/lib/dpkg/updates")).expect("folder");
    fs::create_dir_all(target.join("var/lib/dpkg/info")).expect("folder");
    fs::write(target.join("var/lib/dpkg/status"), "").expect("file");
    let dpkg = |args: &[&str]| {
        // The empty root has no libc of its own to depend on.
        let flags = [
            "--force-not-root",
            "--force-depends",
            "--force-script-chrootless",
        ];
        let mut command = Command::new("dpkg");
        command
            .arg(format!("--root={}", target.display()))
            .args(flags)
            .args(args);
        run(&mut command)
    };
    dpkg(&["--install", &package.display().to_string()]);
    let version = run(Command::new(target.join("usr/bin/hangmeas")).arg("--version"));
    assert!(String::from_utf8_lossy(&version.stdout).contains(env!("CARGO_PKG_VERSION")));
    for file in [
        "usr/share/man/man1/hangmeas.1.gz",
        "usr/share/man/man1/hangmeas-db-migrate.1.gz",
        "usr/share/man/man1/hangmeas-db-grants.1.gz",
        "usr/share/bash-completion/completions/hangmeas",
        "usr/share/zsh/vendor-completions/_hangmeas",
        "usr/share/fish/vendor_completions.d/hangmeas.fish",
        "usr/share/doc/hangmeas/copyright",
        "usr/share/doc/hangmeas/examples/hangmeas.toml",
        "usr/lib/systemd/system/hangmeas-backup@.timer",
        "usr/lib/systemd/system/hangmeas-backup@.service",
    ] {
        let facts =
            fs::metadata(target.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(facts.len() > 0, "{file} is empty");
    }
    dpkg(&["--purge", "hangmeas"]);
    assert!(!target.join("usr/bin/hangmeas").exists());

    let listed = run(Command::new("tar")
        .arg("-tzf")
        .arg(packed(folder.path(), ".tar.gz")));
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        listed.contains("./bin/hangmeas\n") && listed.contains("./share/man/man1/hangmeas.1.gz\n"),
        "{listed}"
    );
}

#[test]
fn a_binary_that_needs_more_than_libc_is_refused() {
    if missing(&["objdump"]) {
        return;
    }
    let check = |glibc: &str| {
        let mut command = Command::new(root().join("packaging/check"));
        command
            .arg(PROGRAM)
            .env("GLIBC", glibc)
            .output()
            .expect("the script")
    };
    // Built here against whatever glibc this machine has: libc's own libraries alone all the same.
    let output = check("999");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let output = check("2.0");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("which is newer than 2.0"));
}

/// The parts of a licence expression between a word that stands outside of parentheses.
fn parts<'a>(expression: &'a str, word: &str) -> Vec<&'a str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && expression[at..].starts_with(word) && at >= start => {
                found.push(expression[start..at].trim());
                start = at + word.len();
            }
            _ => {}
        }
    }
    found.push(expression[start..].trim());
    found
}

/// Whether a crate can be had under licences of the list.
fn is_allowed(expression: &str, list: &[String]) -> bool {
    let any = parts(expression, " OR ");
    if any.len() > 1 {
        return any.iter().any(|part| is_allowed(part, list));
    }
    let all = parts(expression, " AND ");
    if all.len() > 1 {
        return all.iter().all(|part| is_allowed(part, list));
    }
    match expression
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
    {
        Some(inner) => is_allowed(inner, list),
        None => list.iter().any(|licence| licence == expression),
    }
}

#[test]
fn licence_expressions_are_read() {
    let list = ["MIT".to_owned(), "ISC".to_owned()];
    for (expression, expected) in [
        ("MIT OR GPL-3.0", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("(GPL-3.0 AND MIT) OR Zlib", false),
        ("Apache-2.0 WITH LLVM-exception OR ISC", true),
    ] {
        assert_eq!(is_allowed(expression, &list), expected, "{expression}");
    }
}

/// What `cargo deny check licenses bans` says too; that one is not installed everywhere.
#[test]
fn every_dependency_has_a_licence_that_deny_toml_allows() {
    let rules = fs::read_to_string(root().join("deny.toml")).expect("deny.toml");
    let rules: toml::Table = rules.parse().expect("deny.toml");
    let texts = |value: &toml::Value| -> Vec<String> {
        let list = value.as_array().expect("a list").iter();
        list.map(|text| text.as_str().expect("text").to_owned())
            .collect()
    };
    let allowed = texts(&rules["licenses"]["allow"]);
    let banned = rules["bans"]["deny"].as_array().expect("a list").iter();
    let banned: Vec<_> = banned
        .map(|rule| rule["crate"].as_str().expect("a name"))
        .collect();
    let metadata = run(Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(root()));
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100, "{}", packages.len());
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        // The way of writing before SPDX expressions.
        let licence = package["license"]
            .as_str()
            .unwrap_or_default()
            .replace('/', " OR ");
        let licence = licence.replace("  ", " ");
        assert!(
            is_allowed(&licence, &allowed),
            "{name}: {licence:?} is not in deny.toml"
        );
        assert!(!banned.contains(&name), "{name} is banned in deny.toml");
    }
}
