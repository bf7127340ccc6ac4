//! The question of a protected environment, on a pseudo terminal.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use crate::support::{Database, server, skipped};

/// Runs `db drop` in production on a terminal, types once it is asked; exit status and what the
/// terminal showed. None, and said so, where there is no program `script` that makes terminals.
fn asked(database: &Database<'_>, typed: &str) -> Option<(Option<i32>, String)> {
    let home = tempfile::tempdir().expect("a home folder");
    let command = format!(
        "'{}' --env production db drop",
        env!("CARGO_BIN_EXE_hangmeas")
    );
    let child = Command::new("script")
        .args(["-q", "-e", "-c", &command, "/dev/null"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "xterm")
        .env("DATABASE_URL", database.url())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skipped("no program `script`");
        return None;
    };
    let mut keyboard = child.stdin.take().expect("its stdin");
    let mut screen = child.stdout.take().expect("its stdout");
    let mut shown = Vec::new();
    let mut has_typed = false;
    let mut bytes = [0; 1024];
    loop {
        let read = screen.read(&mut bytes).unwrap_or(0);
        if read == 0 {
            break;
        }
        shown.extend(&bytes[..read]);
        if !has_typed && String::from_utf8_lossy(&shown).contains("to go on: ") {
            keyboard.write_all(typed.as_bytes()).expect("typed");
            keyboard.flush().expect("typed");
            has_typed = true;
        }
    }
    assert!(
        has_typed,
        "nothing was asked: {}",
        String::from_utf8_lossy(&shown)
    );
    let status = child.wait().expect("its end");
    Some((status.code(), String::from_utf8_lossy(&shown).into_owned()))
}

fn is_there(database: &Database<'_>) -> bool {
    let name = database.name();
    let other = database.server().create("other");
    other.value(&format!(
        "SELECT count(*) FROM pg_database WHERE datname = '{name}'"
    )) == "1"
}

#[test]
fn the_right_name_goes_on() {
    let database = server().create("asked");
    let Some((status, shown)) = asked(&database, &format!("{}\n", database.name())) else {
        return;
    };
    assert_eq!(status, Some(0), "{shown}");
    assert!(shown.contains("This will drop database"), "{shown}");
    assert!(!is_there(&database));
}

#[test]
fn another_name_nothing_and_the_end_of_input_refuse() {
    let database = server().create("asked");
    for typed in ["production\n", "\n", "\u{4}"] {
        let Some((status, shown)) = asked(&database, typed) else {
            return;
        };
        assert_eq!(status, Some(8), "{typed:?}: {shown}");
        assert!(shown.contains("nothing was done"), "{shown}");
        assert!(is_there(&database));
    }
}

#[test]
fn ctrl_c_leaves() {
    let database = server().create("asked");
    let Some((status, shown)) = asked(&database, "\u{3}") else {
        return;
    };
    assert_eq!(status, Some(130), "{shown}");
    assert!(shown.contains("nothing was done"), "{shown}");
    assert!(is_there(&database));
}
