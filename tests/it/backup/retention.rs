//! What may go and what must stay.

use std::fs;
use std::path::Path;

use hangmeas::backup::{Policy, Pruned, Store, prune};
use hangmeas::error::{ErrorKind, Result};
use time::{Duration, OffsetDateTime};

use super::support::*;
use crate::support::block_on;

fn keep(number: u32) -> Policy {
    Policy {
        keep: Some(number),
        keep_days: None,
    }
}

fn pruned(dir: &Path, database: &str, policy: Policy, now: OffsetDateTime) -> Result<Pruned> {
    block_on(prune(&Store::at(dir), "test", database, policy, now, false))
}

#[test]
fn only_good_ones_of_the_same_database_go_and_never_the_last() {
    let database = migrated();
    let other = migrated();
    let dir = tempfile::tempdir().expect("folder");
    let names: Vec<_> = (0..4)
        .map(|_| name_of(&backup(&database, dir.path())).to_string())
        .collect();
    let foreign = name_of(&backup(&other, dir.path())).to_string();
    let partial = dir
        .path()
        .join(format!(".{}_20200101T000000Z.partial", database.name()));
    fs::create_dir(&partial).expect("left by a killed run");
    // The newest is cut: it neither counts nor goes.
    fs::write(dir.path().join(&names[3]).join("dump/toc.dat"), "x").expect("cut");
    let now = OffsetDateTime::now_utc() + Duration::minutes(1);

    let done = pruned(dir.path(), database.name(), keep(2), now).expect("prune");
    assert_eq!(done.deleted, names[..1]);
    assert_eq!(done.partials.len(), 1);
    assert!(!partial.exists());
    let mut left = published(dir.path());
    left.sort();
    let mut expected = vec![
        names[1].clone(),
        names[2].clone(),
        names[3].clone(),
        foreign.clone(),
    ];
    expected.sort();
    assert_eq!(left, expected);

    // Right sizes, wrong bytes in all that would stay: nothing may go.
    let file = dir.path().join(&names[2]).join("dump/toc.dat");
    let mut bytes = fs::read(&file).expect("toc");
    bytes[100] ^= 1;
    fs::write(&file, &bytes).expect("flipped");
    let error = pruned(dir.path(), database.name(), keep(1), now).expect_err("no good one");
    assert_eq!(error.kind(), ErrorKind::Backup);
    assert_eq!(published(dir.path()).len(), 4);
    bytes[100] ^= 1;
    fs::write(&file, &bytes).expect("as before");

    // Nothing is young enough, and one stays all the same.
    let days = Policy {
        keep: None,
        keep_days: Some(3),
    };
    let done = pruned(dir.path(), database.name(), days, now + Duration::days(30)).expect("prune");
    assert_eq!(done.deleted, names[1..2]);
    assert_eq!(done.plan.keep, names[2..3]);

    let error =
        pruned(dir.path(), database.name(), days, now - Duration::days(30)).expect_err("clock");
    assert_eq!(error.kind(), ErrorKind::Refused);
}
