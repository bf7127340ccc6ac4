//! How long `hangmeas db health-check` and `hangmeas db drift` take on the schema of Spree 4.6 with Hangmeas, beside
//! `psql -c 'select 1'` in the same run; by group; and how many round trips, with 2,000 tables more. Prints a table of
//! targets and what was measured; asserts nothing about time.
//!
//! `cargo bench --bench health`, or with a word of a section: `cargo bench --bench health -- groups`.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark starts programs, prints, fails loudly, and shares parts with another"
)]

#[path = "../measure.rs"]
mod measure;
#[path = "../programs.rs"]
mod programs;
#[path = "../migrate/proxy.rs"]
mod proxy;
#[path = "../../it/support/mod.rs"]
mod support;

use std::sync::OnceLock;
use std::time::Duration;

use measure::{Row, Section, interleaved};
use programs::{hangmeas, psql, quiet_run};
use proxy::Proxy;
use support::{Base, Database, server};

const CHECK: [&str; 2] = ["db", "health-check"];
const DRIFT: [&str; 2] = ["db", "drift"];

/// The groups; what reads data runs on none here.
const GROUPS: [&str; 9] = [
    "guide",
    "conformity",
    "index",
    "constraint",
    "data",
    "capacity",
    "activity",
    "operations",
    "security",
];

/// The sections by their words.
const SECTIONS: [(&str, Section); 4] = [
    ("full", full_check),
    ("groups", by_group),
    ("20ms", behind_20_ms),
    ("tables", two_thousand_tables),
];

fn main() {
    measure::run(&SECTIONS);
}

/// Spree 4.6 with every migration of Hangmeas.
fn shop() -> &'static Database<'static> {
    static SHOP: OnceLock<Database<'static>> = OnceLock::new();
    SHOP.get_or_init(|| {
        let database = server().clone_of(Base::Spree46);
        quiet_run(hangmeas(&database.url(), &["db", "migrate"]));
        database.execute("ANALYZE");
        database
    })
}

fn full_check(rows: &mut Vec<Row>) {
    let url = shop().url();
    let [check, drift, select] = interleaved(15, |which| {
        quiet_run(match which {
            0 => hangmeas(&url, &CHECK),
            1 => hangmeas(&url, &DRIFT),
            _ => psql(&url, "select 1"),
        })
    });
    rows.push(Row::either(
        "full health check / psql select 1",
        10.0,
        150.0,
        &check,
        &select,
    ));
    rows.push(Row::either(
        "drift / psql select 1",
        10.0,
        150.0,
        &drift,
        &select,
    ));
    let proxy = Proxy::start(server().folder(), Duration::ZERO);
    for (what, args) in [("health check", CHECK), ("drift", DRIFT)] {
        let trips = trips(&proxy, shop(), &args);
        rows.push(Row::count(
            &format!("{what}: round trips after connecting"),
            6,
            trips,
        ));
    }
}

fn by_group(rows: &mut Vec<Row>) {
    let url = shop().url();
    let times: [_; GROUPS.len()] = interleaved(5, |which| {
        quiet_run(hangmeas(
            &url,
            &["db", "health-check", "--data", "--only", GROUPS[which]],
        ))
    });
    for (group, times) in GROUPS.iter().zip(&times) {
        rows.push(Row::told(&format!("group {group}"), times));
    }
}

fn behind_20_ms(rows: &mut Vec<Row>) {
    let proxy = Proxy::start(server().folder(), Duration::from_millis(10));
    let url = proxy.url(shop().name());
    let [check, select] = interleaved(5, |which| {
        quiet_run(if which == 0 {
            hangmeas(&url, &CHECK)
        } else {
            psql(&url, "select 1")
        })
    });
    rows.push(Row::told("20 ms: full health check", &check).beside("psql select 1", &select));
}

fn two_thousand_tables(rows: &mut Vec<Row>) {
    let database = server().clone_of(Base::Spree46);
    quiet_run(hangmeas(&database.url(), &["db", "migrate"]));
    database.execute(
        "DO $$ BEGIN FOR n IN 1..2000 LOOP
             EXECUTE format('CREATE TABLE shelf_%s (id bigserial PRIMARY KEY, label text)', n);
         END LOOP; END $$",
    );
    database.execute("ANALYZE");
    let url = database.url();
    let [check, drift] = interleaved(5, |which| {
        quiet_run(hangmeas(&url, if which == 0 { &CHECK } else { &DRIFT }))
    });
    rows.push(Row::told("2,000 tables more: full health check", &check));
    rows.push(Row::told("2,000 tables more: drift", &drift));
    let proxy = Proxy::start(server().folder(), Duration::ZERO);
    let few = trips(&proxy, shop(), &CHECK);
    let many = trips(&proxy, &database, &CHECK);
    rows.push(Row::count("2,000 tables more: round trips", few, many));
}

/// Round trips of a command once it is connected.
fn trips(proxy: &Proxy, database: &Database<'_>, args: &[&str]) -> usize {
    let before = proxy.trips();
    quiet_run(hangmeas(&proxy.url(database.name()), args));
    (proxy.trips() - before).saturating_sub(1)
}
