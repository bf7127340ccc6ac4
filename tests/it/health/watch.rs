//! `--watch` on a terminal: the screen is drawn anew each time, until Ctrl-C.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use super::migrated;

/// Clears the screen and begins at its top.
const REDRAW: &str = "\x1b[2J\x1b[H";

/// A terminal: the side of the person, the side of the program.
fn terminal() -> (OwnedFd, File) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&person).expect("it");
    unlockpt(&person).expect("it");
    let name = ptsname(&person, Vec::new()).expect("its name");
    let program = File::options()
        .read(true)
        .write(true)
        .open(name.to_str().expect("a path"))
        .expect("the other side");
    (person, program)
}

#[test]
fn a_terminal_is_drawn_anew_until_ctrl_c() {
    let database = migrated();
    let (person, program) = terminal();
    let side = || Stdio::from(program.try_clone().expect("a copy"));
    let home = tempfile::tempdir().expect("a home");
    let mut child = Command::new(env!("CARGO_BIN_EXE_hangmeas"))
        .args(["db", "health-check", "--only", "index", "--watch", "1s"])
        .env_clear()
        .env("HOME", home.path())
        .env("LC_ALL", "C.UTF-8")
        .env("TERM", "xterm")
        .env("DATABASE_URL", database.url())
        .current_dir(home.path())
        .stdin(side())
        .stdout(side())
        .stderr(side())
        .spawn()
        .expect("the program");
    drop(program);
    let reader = std::thread::spawn(move || {
        let mut screen = File::from(person);
        let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline {
            let Ok(count @ 1..) = screen.read(&mut buffer) else {
                break;
            };
            text.extend_from_slice(&buffer[..count]);
            let so_far = String::from_utf8_lossy(&text);
            if so_far.matches(REDRAW).count() >= 3 {
                return (so_far.into_owned(), screen);
            }
        }
        (String::from_utf8_lossy(&text).into_owned(), screen)
    });
    let (text, _screen) = reader.join().expect("the screen");
    assert_eq!(text.matches(REDRAW).count(), 3, "{text}");
    assert!(
        text.matches("=== Database Health Check ===").count() >= 2,
        "{text}"
    );
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::INT).expect("Ctrl-C");
    let status = child.wait().expect("its end");
    assert_eq!(status.code(), Some(130));
}
