//! `--watch` on a terminal: the screen is drawn anew each time, until Ctrl-C.

use super::migrated;
use crate::support::{Database, Person, Server, hangmeas};

/// Clears the screen and begins at its top.
const REDRAW: &str = "\x1b[2J\x1b[H";

fn watched(database: &Database<'_>, only: &str) -> Person {
    let run = hangmeas().url(database).env("TERM", "xterm");
    let args = ["db", "health-check", "--only", only, "--watch", "200ms"];
    run.args(args).on_terminal()
}

/// The newest screen that is whole, in lines.
fn screen(person: &Person) -> Vec<String> {
    let text = person.screen();
    let screens: Vec<&str> = text.split(REDRAW).collect();
    let whole = screens[screens.len() - 2];
    whole.lines().map(str::to_owned).collect()
}

#[test]
fn a_terminal_is_drawn_anew_until_ctrl_c() {
    let database = migrated();
    let person = watched(&database, "index");
    person.sees("=== Database Health Check ===", 3);
    person.sees("every 200ms; Ctrl-C ends it", 3).types("\x03");
    assert_eq!(person.ends().0, Some(130));
}

/// What does not fit is left out: the guide's lists first, then findings, never the head and the sum.
#[test]
fn a_screen_fits_the_window() {
    let database = migrated();
    for number in 0..30 {
        database.execute(&format!("CREATE INDEX again_{number} ON artists (name)"));
    }
    let person = watched(&database, "guide,index");
    for (rows, lists) in [(24, false), (12, false), (500, true), (40, false)] {
        person.resizes(rows, 200);
        let drawn = person.screen().matches(REDRAW).count();
        person.sees(REDRAW, drawn + 3);
        let lines = screen(&person);
        assert!(lines.len() < usize::from(rows), "{rows}: {lines:#?}");
        assert!(
            lines[1].contains("=== Database Health Check ==="),
            "{lines:#?}"
        );
        assert!(lines[2].contains(database.name()), "{lines:#?}");
        assert!(
            lines.last().expect("a line").contains("30 warnings"),
            "{lines:#?}"
        );
        let text = lines.concat();
        assert_eq!(
            text.contains("Required Tables"),
            lists,
            "{rows}: {lines:#?}"
        );
        assert_eq!(
            text.contains(" more lines"),
            rows < 30,
            "{rows}: {lines:#?}"
        );
    }
    person.types("\x03");
    assert_eq!(person.ends().0, Some(130));
}

/// A server that goes is shown as gone, and looked for until it is back.
#[test]
fn a_lost_connection_is_no_end() {
    let server = Server::start(&[]);
    let database = server.create("watched");
    let person = watched(&database, "activity.connections");
    person.sees("nothing found in 1 check", 2);
    server.stop("INT");
    person.sees("trying again", 2);
    let lines = screen(&person).join("\n");
    assert!(lines.contains("cannot reach PostgreSQL"), "{lines}");
    assert!(lines.contains("every 200ms"), "{lines}");
    let before = person.screen().matches("nothing found in 1 check").count();
    server.resume();
    person
        .sees("nothing found in 1 check", before + 2)
        .types("\x03");
    assert_eq!(person.ends().0, Some(130));
}

#[test]
fn what_cannot_be_watched_is_said_at_once() {
    let run = |url: &str, pause: &str| {
        let args = [
            "db",
            "health-check",
            "--database-url",
            url,
            "--watch",
            pause,
        ];
        hangmeas().args(args).run()
    };
    let nowhere = "postgres://127.0.0.1:1/none";
    run(nowhere, "1s").exits(4);
    run(nowhere, "0s")
        .exits(2)
        .says("--watch: expected more than nothing");
    run(nowhere, "5").exits(2).says("5s or 5ms");
}
