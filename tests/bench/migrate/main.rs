//! How fast `hangmeas db migrate` is, beside psql doing the same in the same run. Prints a table of
//! targets and what was measured; asserts nothing about time.
//!
//! `cargo bench --bench migrate`, or with a word of a section: `cargo bench --bench migrate -- 20ms`.
//! The servers stand on a RAM disk; `TMPDIR=/tmp cargo bench --bench migrate` takes the disk.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark starts programs, prints, and fails loudly"
)]

mod folders;
#[path = "../measure.rs"]
#[allow(dead_code, reason = "shared with another benchmark")]
mod measure;
#[path = "../programs.rs"]
mod programs;
mod proxy;
#[path = "../../it/support/mod.rs"]
mod support;

use measure::{Row, Section, interleaved};
use programs::{hangmeas, psql, psql_script, quiet_run};
use proxy::Proxy;
use support::{Base, server};

/// The sections by their words.
const SECTIONS: [(&str, Section); 6] = [
    ("guide", guide_over_a_shop),
    ("bundled", bundled_on_empty),
    ("nothing", nothing_to_do),
    ("20ms", behind_20_ms),
    ("many", many_own_files),
    ("client", the_client_itself),
];

fn main() {
    measure::on_a_ram_disk();
    measure::run(&SECTIONS);
}

/// The guide's migrations as plain transactional files over Spree 4.6.
fn guide_over_a_shop(rows: &mut Vec<Row>) {
    let guide = folders::guide();
    let script = guide.ledger_script();
    let [ours, theirs] = interleaved(7, |which| {
        let database = server().clone_of(Base::Spree46);
        let command = if which == 0 {
            hangmeas(&database.url(), &guide.migrate())
        } else {
            psql_script(&database.url(), &script)
        };
        quiet_run(command)
    });
    rows.push(Row::ratio(
        "guide's files over Spree 4.6 / psql, ledger",
        0.9,
        &ours,
        &theirs,
    ));
}

/// The bundled set on an empty database, and psql -f of what --dry-run prints.
fn bundled_on_empty(rows: &mut Vec<Row>) {
    let printed = {
        let database = server().clone_of(Base::Empty);
        let output = hangmeas(&database.url(), &["db", "migrate", "--dry-run"]).output();
        String::from_utf8(output.expect("hangmeas").stdout).expect("UTF-8")
    };
    let script = folders::file("dry-run.sql", &printed);
    let [ours, theirs] = interleaved(7, |which| {
        let database = server().clone_of(Base::Empty);
        quiet_run(if which == 0 {
            hangmeas(&database.url(), &["db", "migrate"])
        } else {
            psql_script(&database.url(), &script)
        })
    });
    rows.push(Row::ratio(
        "bundled set on empty / psql -f",
        1.1,
        &ours,
        &theirs,
    ));
}

fn nothing_to_do(rows: &mut Vec<Row>) {
    let database = server().clone_of(Base::Empty);
    quiet_run(hangmeas(&database.url(), &["db", "migrate"]));
    let [ours, theirs] = interleaved(25, |which| {
        quiet_run(if which == 0 {
            hangmeas(&database.url(), &["db", "migrate"])
        } else {
            psql(&database.url(), "select 1")
        })
    });
    rows.push(Row::more(
        "nothing to do - psql -c 'select 1'",
        3.0,
        &ours,
        &theirs,
    ));
    let proxy = Proxy::start(server().folder(), std::time::Duration::ZERO);
    quiet_run(hangmeas(&proxy.url(database.name()), &["db", "migrate"]));
    let trips = proxy.trips().saturating_sub(1);
    rows.push(Row::count(
        "nothing to do: round trips after connecting",
        3,
        trips,
    ));
}

/// Behind a network with 20 ms of round-trip time.
fn behind_20_ms(rows: &mut Vec<Row>) {
    let proxy = Proxy::start(server().folder(), std::time::Duration::from_millis(10));
    let done = server().clone_of(Base::Empty);
    quiet_run(hangmeas(&done.url(), &["db", "migrate"]));
    let [nothing, select] = interleaved(7, |which| {
        let url = proxy.url(done.name());
        quiet_run(if which == 0 {
            hangmeas(&url, &["db", "migrate"])
        } else {
            psql(&url, "select 1")
        })
    });
    rows.push(Row::time("20 ms: nothing to do", 120.0, &nothing).beside("psql select 1", &select));
    let before = proxy.trips();
    let [all] = interleaved(5, |_| {
        let database = server().clone_of(Base::Empty);
        quiet_run(hangmeas(&proxy.url(database.name()), &["db", "migrate"]))
    });
    let trips = (proxy.trips() - before) / 5;
    let row = Row::time("20 ms: bundled set on empty", 1500.0, &all);
    rows.push(row.note(format!("{trips} round trips")));
    let guide = folders::guide();
    let [plain] = interleaved(5, |_| {
        let database = server().clone_of(Base::Spree46);
        quiet_run(hangmeas(&proxy.url(database.name()), &guide.migrate()))
    });
    rows.push(Row::told("20 ms: guide's files over Spree 4.6", &plain));
}

fn many_own_files(rows: &mut Vec<Row>) {
    let many = folders::many(2000);
    let database = server().create("many");
    quiet_run(hangmeas(&database.url(), &many.migrate()));
    let [ours, theirs] = interleaved(15, |which| {
        quiet_run(if which == 0 {
            hangmeas(&database.url(), &many.migrate())
        } else {
            psql(&database.url(), "select 1")
        })
    });
    rows.push(
        Row::time("2,000 own files: nothing to do", 40.0, &ours).beside("psql select 1", &theirs),
    );
    let some = folders::many(500);
    let script = some.ledger_script();
    let [ours, theirs] = interleaved(7, |which| {
        let database = server().create("some");
        quiet_run(if which == 0 {
            hangmeas(&database.url(), &some.migrate())
        } else {
            psql_script(&database.url(), &script)
        })
    });
    rows.push(Row::ratio(
        "500 own files, first run / psql, ledger",
        0.75,
        &ours,
        &theirs,
    ));
}

fn the_client_itself(rows: &mut Vec<Row>) {
    let [version, list] = interleaved(25, |which| {
        let args: &[&str] = if which == 0 {
            &["--version"]
        } else {
            &["migration", "list"]
        };
        quiet_run(hangmeas("postgres://nobody@/nothing", args))
    });
    rows.push(Row::time("start-up: --version", 10.0, &version));
    rows.push(Row::time("start-up: migration list", 10.0, &list));
    let database = server().clone_of(Base::Spree46);
    let peak = programs::peak_memory(hangmeas(&database.url(), &["db", "migrate"]));
    rows.push(Row::size("memory: bundled set over Spree 4.6", 15.0, peak));
    let many = folders::many(2000);
    let database = server().create("memory");
    let peak = programs::peak_memory(hangmeas(&database.url(), &many.migrate()));
    rows.push(Row::size("memory: 2,000 own files, first run", 15.0, peak));
}
