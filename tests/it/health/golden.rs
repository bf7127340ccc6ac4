//! Every check finds what it must find, and what it prints cures it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use hangmeas::health;

use super::case::Case;
use super::migrated;
use crate::support::block_on;

/// Checks that no SQL in one database can make unhappy, and who tests them instead.
const WITHOUT_CASE: [(&str, &str); 15] = [
    ("guide.rows", "a list for reading: it has no findings"),
    ("conformity.migrations", "told by the caller: told.rs"),
    (
        "capacity.transaction_age",
        "takes days of writing: told.rs, with a limit of zero",
    ),
    (
        "capacity.votes_growth",
        "takes a day of statistics: told.rs",
    ),
    ("activity.pools", "told by the caller: told.rs"),
    (
        "activity.cache",
        "depends on the memory of the machine: told.rs, with a limit that nothing reaches",
    ),
    (
        "activity.deadlocks",
        "told.rs, with two sessions that wait for each other",
    ),
    ("operations.replication_lag", "takes a standby: standby.rs"),
    ("operations.backup_age", "told by the caller: told.rs"),
    (
        "operations.khmer_search",
        "takes a database of another locale: told.rs",
    ),
    (
        "operations.durability",
        "the test servers lose data on purpose: told.rs",
    ),
    (
        "operations.checksums",
        "belongs to the whole server: told.rs",
    ),
    (
        "security.plain_connection",
        "takes a connection over a network: told.rs",
    ),
    ("security.superuser", "about the role: roles.rs"),
    ("security.owner", "about the role: roles.rs"),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/health")
}

#[test]
fn every_check_has_a_case_or_a_reason() {
    let cases: BTreeSet<String> = std::fs::read_dir(folder())
        .expect("the cases")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    for case in &cases {
        assert!(health::find(case).is_some(), "{case} is no check");
    }
    for check in health::all() {
        let reason = WITHOUT_CASE
            .iter()
            .any(|(id, why)| *id == check.id && !why.is_empty());
        let rule = check.id.starts_with("data.") && check.id != "data.email_case";
        assert!(
            cases.contains(check.id) != (reason || rule),
            "{}: either a case or a reason",
            check.id
        );
    }
}

#[test]
fn every_case_is_found_and_cured() {
    let bless = std::env::var_os("HANGMEAS_BLESS").is_some();
    let wanted = std::env::var("HANGMEAS_CASE").ok();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    folders.sort();
    let mut wrong = Vec::new();
    for folder in folders {
        let case = Case::load(&folder);
        if wanted
            .as_ref()
            .is_some_and(|wanted| !case.id.contains(wanted))
        {
            continue;
        }
        let started = std::time::Instant::now();
        let database = migrated();
        if let Err(error) = block_on(case.run(&database, bless)) {
            wrong.push(format!("{}: {error}", case.id));
        }
        println!("{} {:?}", case.id, started.elapsed());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
